"""Popularity against counting: cells, members and deals and back, and the shape of the law."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.kernel.popularity import PLACES, PopularDealing, Tails, cell_of, first_place_of, member_at, star_below

TAILS = Tails((4, 7, 10))
DEALS = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 40), st.integers(0, 2)), min_size=1, max_size=5)


def star_of(count, salt=0):
    return int(star_below(bits(derive("test", "star"), np.array([salt])), np.array([count]))[0])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(0, 1_000))
def test_cells_fill_the_line_and_lead_back_to_their_members(count, salt):
    members, star = np.arange(count), np.full(count, star_of(count, salt))
    low, high = cell_of(members, np.full(count, count), star)
    by_place = np.argsort(low)
    assert low[by_place].tolist() == [0, *high[by_place][:-1].tolist()]
    assert high.max() == PLACES
    for place in (low, high - 1):
        assert member_at(place, np.full(count, count), star).tolist() == members.tolist()
    assert (first_place_of(members, star) >= low).all()
    assert (first_place_of(members, star) < high).all()
    assert low[star[0]] == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.integers(0, 1_000))
def test_a_new_member_takes_over_from_one_and_changes_nothing_for_the_others(count, salt):
    members, star = np.arange(count), np.full(count, star_of(count, salt))
    before, after = (np.column_stack(cell_of(members, np.full(count, there), star)) for there in (count, count + 1))
    assert (before != after).any(axis=1).sum() == 1
    assert (np.diff(before, axis=1) - np.diff(after, axis=1)).max() * 2 == np.diff(before, axis=1).max(
        where=(before != after).any(axis=1)[:, None], initial=0
    )


@settings(max_examples=60, deadline=None)
@given(DEALS)
def test_each_slot_is_one_members_and_found_from_it(deals):
    slots, count, tail = (np.array(values) for values in zip(*deals, strict=True))
    star = np.array([star_of(one, place) for place, one in enumerate(count.tolist())])
    dealing = PopularDealing(TAILS, tail, slots, count, star, bits(derive("test", "deals"), Span(0, len(deals))))
    for deal in range(len(deals)):
        every = np.arange(slots[deal])
        got = dealing.member_of(np.full(len(every), deal), every)
        members = np.arange(count[deal])
        assert set(got.tolist()) <= set(members.tolist())
        dealt = dealing.slots_of(np.full(len(members), deal), members)
        assert sorted(zip(dealt.slot.tolist(), dealt.member.tolist(), strict=True)) == list(enumerate(got.tolist()))


def test_where_all_are_alike_each_has_its_part_up_to_one():
    count, slots = np.array([64]), np.array([1_000])
    dealing = PopularDealing(TAILS, np.array([0]), slots, count, np.array([5]), bits(derive("test"), Span(0, 1)))
    parts = np.bincount(dealing.member_of(np.zeros(1_000, dtype=np.int64), np.arange(1_000)), minlength=64)
    assert set(parts.tolist()) == {15, 16}


def test_places_ascend_by_the_power_that_the_law_says():
    share = np.arange(0, PLACES, 9_999_991)
    for tail, power in enumerate((1, 1.75, 2.5)):
        place = TAILS.place(tail, share)
        assert (np.diff(place) >= 0).all()
        assert np.abs(place / PLACES - (share / PLACES) ** power).max() < 1e-6
    assert TAILS.place(np.array([0, 2]), np.array([PLACES - 1] * 2)).max() < PLACES


def test_the_ranks_of_many_members_lie_on_a_line():
    count, draws = 100_000, 2_000_000
    words = bits(derive("test", "draws"), Span(0, draws))
    place = TAILS.place(1, (words >> np.uint64(32)).view(np.int64))
    sold = np.sort(np.bincount(member_at(place, np.full(draws, count), np.full(draws, star_of(count)))))[::-1]
    rank = np.arange(10, 1_001)
    logs = np.log(rank), np.log(sold[rank - 1])
    assert np.corrcoef(*logs)[0, 1] ** 2 > 0.99
    assert abs(np.polyfit(*logs, 1)[0] + 1 - 1 / 1.75) < 0.03
    assert sold[0] > 1.3 * sold[1]
