"""Products that are wider than 64 bits, against Python's whole numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.wide import WIDEST, product_divided

NUMBERS = st.integers(0, WIDEST - 1)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5), NUMBERS, st.integers(1, WIDEST - 1))
def test_quotients_and_what_is_left_over_are_exact(values, factor, divisor):
    values = [(value % divisor, plus) for value, plus in values]  # a quotient has 63 bits
    first, plus = (np.array(part, dtype=np.int64) for part in zip(*values, strict=True))
    quotient, rest = product_divided(first, factor, divisor, plus)
    expected = [divmod(value * factor + more, divisor) for value, more in values]
    assert list(zip(quotient.tolist(), rest.tolist(), strict=True)) == expected


def test_numbers_that_are_too_large_for_it_are_refused():
    with pytest.raises(OverflowError, match="can't place it"):
        product_divided(np.array([WIDEST]), WIDEST - 1, 3)
