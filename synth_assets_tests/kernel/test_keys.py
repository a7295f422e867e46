import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.keys import derive
from synth_assets_tests.oracles import kernel as oracle

PARTS = st.lists(st.integers() | st.text(max_size=20), max_size=6).map(tuple)

# A change of these is a change of every value of every dataset.
FROZEN = {
    (): (0x40BDEFD94169E6CA, 0x7076A68E75884D4E),
    (1, 42, "bronze", "raw_orders", "status"): (0x5A3881E614D69E48, 0xA6159B5FE2676EAC),
    (1, 42, "bronze", "raw_orders", "status", ""): (0xE190C251BD244152, 0x4CECAFEF35CC834C),
    (1, -7, "bronze", "", ""): (0x2C9E83FC968F4ED6, 0x1D878E9BD7181C06),
    ("größe", 10**30): (0xA7E862F107967CA1, 0x025B35D4F2F56F61),
}


@pytest.mark.parametrize("parts", FROZEN)
def test_the_keys_of_known_parts_are_frozen(parts):
    assert derive(*parts) == FROZEN[parts]


@given(PARTS)
def test_a_key_is_the_oracles(parts):
    assert tuple(derive(*parts)) == oracle.derive(*parts)


@given(PARTS, PARTS)
def test_only_equal_parts_have_equal_keys(one, other):
    same = [(type(part), part) for part in one] == [(type(part), part) for part in other]
    assert (derive(*one) == derive(*other)) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("ab",), ("a", "b")),
        (("",), ()),
        ((1,), ("1",)),
        ((12, 3), (1, 23)),
        (("a", "b"), ("b", "a")),
        (("a", "i" + "\x01" + "\x00" * 7 + "1"), ("a", 1)),
    ],
)
def test_parts_that_read_alike_in_a_row_have_different_keys(one, other):
    assert derive(*one) != derive(*other)


@pytest.mark.parametrize("part", [1.0, True, None, b"x", np.int64(42)])
def test_a_part_that_might_be_written_differently_elsewhere_is_refused(part):
    with pytest.raises(TypeError, match="text and whole numbers"):
        derive("bronze", part)
