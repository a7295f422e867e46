"""P-values of the few distributions that the tests need, so that the battery needs NumPy alone."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def chi_square(seen: ArrayLike, expected: ArrayLike, lost: int = 1) -> float:
    """Pearson's test of counts; ``lost`` degrees of freedom are given up to the sum."""
    counts, means = np.asarray(seen, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    means = np.broadcast_to(means, counts.shape)
    return chi_square_above(float(((counts - means) ** 2 / means).sum()), counts.size - lost)


def even(seen: ArrayLike) -> float:
    """Pearson's test that all cells are equally likely."""
    counts = np.asarray(seen)
    return chi_square(counts, counts.sum() / counts.size)


def sum_of_squares(scores: NDArray[np.float64]) -> float:
    """The p-value of many independent standard normal scores together."""
    return chi_square_above(float((scores**2).sum()), scores.size)


def chi_square_above(value: float, degrees: int) -> float:
    """P(X ≥ value) for X chi-square distributed."""
    return _gamma_above(degrees / 2, value / 2)


def poisson(count: int, mean: float) -> float:
    """The mid-p of a Poisson count: P(X > count) + P(X = count) / 2, near 0 when there are too many."""
    below = 1 - _gamma_above(count, mean) if count > 0 else 1.0  # P(X >= count)
    above = 1 - _gamma_above(count + 1, mean)  # P(X > count)
    return (below + above) / 2


def kolmogorov(values: Sequence[float]) -> float:
    """Whether p-values are uniform on [0, 1]: the asymptotic test with Stephens' correction."""
    ordered = np.sort(np.asarray(values))
    n = len(ordered)
    place = np.arange(n)
    distance = max(float(((place + 1) / n - ordered).max()), float((ordered - place / n).max()))
    x = (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * distance
    return min(1.0, max(0.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))))


def _gamma_above(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x), by its series or its continued fraction."""
    if x <= 0:
        return 1.0
    scale = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while term > total * 1e-15:
            n += 1
            term *= x / n
            total += term
        return max(0.0, 1 - total * scale)
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    fraction = d
    for i in range(1, 100_000):
        factor = -i * (i - a)
        b += 2
        d = 1 / (factor * d + b or tiny)
        c = b + factor / c or tiny
        fraction *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return min(1.0, scale * fraction)
