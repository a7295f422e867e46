"""Curves of distributions: exponential, logarithm and the normal quantile, the same on every machine.

Only sums, differences, products, quotients, roots and roundings of 64-bit floats, each of which IEEE 754 fixes to the
last bit; a platform's ``exp`` and ``log`` may differ in it. They are for tables made once, not for cells.
"""

import functools

import numpy as np
from numpy.typing import NDArray

F64Array = NDArray[np.float64]

SLOTS = 1 << 16

_LN2 = 0.6931471805599453
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # high + low = ln 2, high with zeros at its end
_SQRT_HALF = 0.7071067811865476

# Coefficients of Wichura's algorithm AS 241 (PPND16), Applied Statistics 37 (1988), highest power first.
_CENTRE = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
     1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
     5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
)  # fmt: skip
_TAIL = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
     3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0),
)  # fmt: skip


def middles() -> F64Array:
    """The middle of each of 65,536 equal shares of (0, 1), shape (65536,)."""
    return (np.arange(SLOTS) + 0.5) / SLOTS


def exp(x: F64Array) -> F64Array:
    """e^x of each, to a unit in the last place or two; |x| ≤ 700."""
    turns = np.rint(x / _LN2)
    rest = (x - turns * _LN2_HIGH) - turns * _LN2_LOW  # |rest| ≤ 0.35
    total = np.ones_like(rest)
    for n in range(18, 0, -1):
        total = 1.0 + rest * total / n
    return np.ldexp(total, turns.astype(np.int64))


def log(x: F64Array) -> F64Array:
    """The natural logarithm of each, to a few units in the last place; x > 0."""
    mantissa, exponent = np.frexp(x)
    small = mantissa < _SQRT_HALF
    mantissa, exponent = np.where(small, mantissa * 2.0, mantissa), exponent - small
    ratio = (mantissa - 1.0) / (mantissa + 1.0)  # |ratio| ≤ 0.172, and log = 2 · artanh(ratio)
    square = ratio * ratio
    total = np.zeros_like(ratio)
    for n in range(25, 0, -2):
        total = total * square + 1.0 / n
    return exponent * _LN2_HIGH + (exponent * _LN2_LOW + 2.0 * ratio * total)


@functools.cache
def normal_quantiles() -> F64Array:
    """How many standard deviations from the mean the middle of each share lies, ascending, shape (65536,).

    Made once for all columns, 6 ms; nobody writes into it.
    """
    upper = middles()[SLOTS // 2 :] - 0.5
    near = upper <= 0.425
    square = 0.180625 - upper * upper
    tail = np.sqrt(-log(np.where(near, 0.25, 0.5 - upper))) - 1.6
    half = np.where(near, upper * _ratio(_CENTRE, square), _ratio(_TAIL, tail))
    quantiles = np.concatenate([-half[::-1], half])
    quantiles.flags.writeable = False
    return quantiles


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: F64Array) -> F64Array:
    over, under = coefficients
    return _polynomial(over, x) / _polynomial(under, x)


def _polynomial(coefficients: tuple[float, ...], x: F64Array) -> F64Array:
    total = np.zeros_like(x)
    for coefficient in coefficients:
        total = total * x + coefficient
    return total
