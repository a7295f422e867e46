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
