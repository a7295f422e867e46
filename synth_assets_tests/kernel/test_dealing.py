import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.dealing import Dealing
from synth_assets.kernel.keys import derive

DEALS = st.lists(
    st.tuples(st.integers(0, 60), st.lists(st.integers(0, 12), min_size=3, max_size=3).filter(any)),
    min_size=1,
    max_size=5,
)
WEIGHTS = np.array([9, 4, 2])


def dealing(deals):
    slots = np.array([slots for slots, _ in deals])
    heads = np.array([heads for _, heads in deals])
    words = bits(derive("test", "slots"), Span(0, len(deals)))
    return Dealing(slots, heads, WEIGHTS, words, bits(derive("test", "members"), Span(0, heads.size))), slots, heads


def all_slots(slots):
    return np.repeat(np.arange(len(slots)), slots), np.concatenate([np.arange(count) for count in slots])


@given(DEALS)
def test_each_slot_goes_to_a_member_and_quotas_follow_the_weights(deals):
    deal_of, slots, heads = dealing(deals)
    deal, slot = all_slots(slots)
    stratum, rank = deal_of.member_of(deal, slot)
    assert (rank >= 0).all()
    assert (rank < heads[deal, stratum]).all()
    for one in range(len(slots)):
        counts = np.bincount(stratum[deal == one], minlength=3)
        shares = slots[one] * heads[one] * WEIGHTS / max((heads[one] * WEIGHTS).sum(), 1)
        assert counts.sum() == slots[one]
        assert (counts >= np.floor(shares)).all()
        for kind in range(3):
            got = np.bincount(rank[(deal == one) & (stratum == kind)], minlength=max(heads[one][kind], 1))
            assert got.max() - got.min() <= 1  # turn by turn: nobody twice before everybody once


@given(DEALS)
def test_the_slots_of_a_member_are_those_that_it_got(deals):
    deal_of, slots, heads = dealing(deals)
    deal, slot = all_slots(slots)
    stratum, rank = deal_of.member_of(deal, slot)
    members = [(d, s, r) for d in range(len(slots)) for s in range(3) for r in range(heads[d, s])]
    asked = np.array(members)
    got = deal_of.slots_of(asked[:, 0], asked[:, 1], asked[:, 2])
    found = sorted((*members[member], one) for member, one in zip(got.member.tolist(), got.slot.tolist(), strict=True))
    assert found == sorted(zip(deal.tolist(), stratum.tolist(), rank.tolist(), slot.tolist(), strict=True))


def test_deals_with_the_same_members_differ_in_weights_and_turns_and_lead_both_ways():
    together, decks = 6, 40
    heads = np.array([[3, 50, 0, 7]] * decks)
    weights = np.tile(np.array([[9, 1, 5, 0], [0, 2, 5, 9]]), (together * decks // 2, 1))
    slots = np.full(together * decks, 11)
    words = bits(derive("test", "slots"), Span(0, len(slots)))
    of = Dealing(slots, heads, weights, words, bits(derive("test", "members"), Span(0, heads.size)), together=together)
    deal, slot = all_slots(slots)
    stratum, rank = of.member_of(deal, slot)
    assert set(stratum[deal % 2 == 0]) == {0, 1}
    assert set(stratum[deal % 2 == 1]) == {1, 3}
    assert (rank < heads[deal // together, stratum]).all()
    # Rounded up here and down there: over many deals a stratum gets its share.
    assert abs(np.count_nonzero(stratum[deal % 2 == 0] == 0) / (11 * together * decks / 2) - 27 / 77) < 0.01
    asked = np.array([(d, s, r) for d in range(len(slots)) for s in range(4) for r in range(heads[0, s])])
    got = of.slots_of(asked[:, 0], asked[:, 1], asked[:, 2])
    found = sorted(
        (*asked[member].tolist(), one) for member, one in zip(got.member.tolist(), got.slot.tolist(), strict=True)
    )
    assert found == sorted(zip(deal.tolist(), stratum.tolist(), rank.tolist(), slot.tolist(), strict=True))
