"""Products that are wider than 64 bits, divided: exact, for the few datasets that have so many rows."""

import numpy as np

from synth_assets.kernel.counter import I64Array

WIDEST = 1 << 42
"""Numbers below this, 4.4 · 10^12, are multiplied; a digit of the other factor has 20 bits."""

_DIGIT = 20


def product_divided(
    values: I64Array, factor: int, divisor: int, plus: I64Array | None = None
) -> tuple[I64Array, I64Array]:
    """The whole quotients of ``(values · factor + plus) / divisor``, and what is left over; shapes (n,).

    Args:
        values: numbers from 0 on, below :data:`WIDEST` where a product is wider than 63 bits.
        factor: a number from 0 on, below :data:`WIDEST` likewise.
        divisor: a number from 1 on, likewise.
        plus: numbers from 0 on, below :data:`WIDEST`, or nothing.

    Raises:
        OverflowError: the numbers are larger.

    Example:
        >>> product_divided(np.array([10**12]), 3 * 10**11, 7 * 10**10)
        (array([4285714285714]), array([20000000000]))
    """
    most = int(values.max(initial=0))
    if (most + 1) * factor < 1 << 62:
        product = values * factor
        product = product if plus is None else product + plus
        quotient = product // divisor
        return quotient, product - quotient * divisor
    if max(most, factor, divisor) >= WIDEST:
        msg = "a row or time so far away that 64-bit arithmetic can't place it"
        raise OverflowError(msg)
    quotient, rest = np.zeros_like(values), np.zeros_like(values)
    for shift in range((factor.bit_length() - 1) // _DIGIT * _DIGIT, -1, -_DIGIT):
        digit = (factor >> shift) % (1 << _DIGIT)
        # Below 2^62 each: the rest is less than the divisor.
        part = (rest << _DIGIT) + values * digit
        more = part // divisor
        quotient, rest = (quotient << _DIGIT) + more, part - more * divisor
    if plus is not None:
        rest = rest + plus
        more = rest // divisor
        quotient, rest = quotient + more, rest - more * divisor
    return quotient, rest
