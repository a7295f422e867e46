"""UUIDs hold their row's number, and are of version 4."""

import uuid

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.counter import bits
from synth_assets.kernel.keys import derive
from synth_assets.kernel.uuids import MOST, numbers_in, texts

numbers = st.lists(st.integers(0, MOST - 1), min_size=1, max_size=50)


def made(rows, seed=1):
    rows = np.array(rows, dtype=np.int64)
    return texts(bits(derive(seed, "id"), rows), rows)


def text_of(row):
    return bytes(row).decode()


@given(numbers, st.integers())
def test_what_is_written_is_read_back(rows, seed):
    assert numbers_in(made(rows, seed)).tolist() == rows


def test_each_is_a_uuid_of_version_4_as_the_standard_library_has_them():
    for row in made(range(200)):
        one = uuid.UUID(text_of(row))
        assert (str(one), one.version, one.variant) == (text_of(row), 4, uuid.RFC_4122)


def test_they_do_not_ascend_and_none_repeats():
    found = [text_of(row) for row in made(range(5_000))]
    assert len(set(found)) == 5_000
    assert found != sorted(found)
    # Neither half alone gives the order away: its first digits are spread evenly.
    for half in (0, 19):
        counts = np.bincount([int(one[half], 16) for one in found], minlength=16)
        assert counts[8:12].min() > 800 if half else counts.min() > 200


def test_another_seed_has_others():
    assert not (made(range(100)) == made(range(100), seed=2)).all(axis=1).any()


def test_text_that_is_no_such_uuid_has_no_number():
    good = text_of(made([7])[0])
    others = [good.upper() if good.upper() != good else "A" * 36, good.replace("-", "_"), "x" * 36]
    others += [good[:14] + "1" + good[15:], good[:19] + "c" + good[20:]]
    found = numbers_in(np.frombuffer("".join(others).encode(), dtype=np.uint8).reshape(-1, 36))
    assert found.tolist() == [-1] * len(others)


def test_somebody_elses_uuid_holds_no_number_that_a_table_has():
    theirs = "".join(
        str(uuid.UUID(int=(n * 0x9E3779B97F4A7C15F39CC0605CEDC834) % 2**128, version=4)) for n in range(2_000)
    )
    found = numbers_in(np.frombuffer(theirs.encode(), dtype=np.uint8).reshape(-1, 36))
    assert (found[found >= 0] > 10**9).all()
