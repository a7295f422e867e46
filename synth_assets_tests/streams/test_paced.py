import itertools
import threading

from synth_assets.usecases.paced import Paced
from synth_assets.usecases.stream_rate import StreamRate


class Time:
    """A clock that goes on when somebody waits, and a stop that nobody asks for."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now

    def is_set(self):
        return False

    def wait(self, seconds):
        self.now += seconds
        return False


def paced(rate, *, parts=None, limit=None, duration=None, time=None, told=None):
    time = time or Time()
    parts = iter([range(100)] * 10_000) if parts is None else parts
    numbers = itertools.count()
    parts = ([next(numbers) for _ in some] for some in parts)
    return Paced(parts, rate, limit, duration, time, told or (lambda _: None), time), time


def taken(some):
    return [one for part in some.items() for one in part]


def test_a_minute_has_the_rate_asked_for_and_all_items_in_their_order():
    some, time = paced(StreamRate(50, 50), duration=60)
    assert taken(some) == list(range(3_000))
    assert (some.sent, some.is_whole) == (3_000, False)
    assert abs(time.now - 160) < 0.05


def test_a_limit_ends_it_and_so_does_the_last_item():
    some, _ = paced(StreamRate(50, 50), limit=20)
    assert taken(some) == list(range(20))
    assert not some.is_whole
    some, _ = paced(StreamRate(5_000, 5_000), parts=iter([range(3), [], range(4)]))
    assert taken(some) == list(range(7))
    assert some.is_whole
    some, _ = paced(None, parts=iter([range(5_000)] * 3), limit=12_000)
    assert taken(some) == list(range(12_000))
    some, _ = paced(None, parts=iter([]))
    assert (taken(some), some.is_whole) == ([], True)


def test_a_reader_who_was_away_gets_what_half_a_second_has_and_no_flood():
    some, time = paced(StreamRate(100, 100), duration=20)
    items = some.items()
    before = sum(len(next(items)) for _ in range(51))  # a second
    time.now += 10
    late_at = time.now
    late = sum(len(next(items)) for _ in range(5))
    assert 99 <= before <= 102
    assert late == 50
    assert time.now - late_at < 0.05
    after = sum(map(len, items))
    assert 880 <= after <= 905


def test_what_is_reached_is_told_beside_what_was_asked_for():
    said = []
    some, time = paced(StreamRate(5_000, 5_000), duration=10, told=said.append)
    for part in some.items():
        time.now += len(part) / 1_000
    assert 8 <= len(said) <= 10
    assert all(4_900 < one.asked < 5_100 for one in said)
    assert all(900 < one.reached < 1_100 for one in said)


def test_a_stop_ends_it_within_a_moment():
    stop = threading.Event()
    some = Paced(iter([[1]] * 100), StreamRate(0.001, 0.001), None, None, stop, lambda _: None)
    items = some.items()
    assert sum(map(len, itertools.islice(items, 3))) == 1
    stop.set()
    assert list(items) == []
    assert not some.is_whole
