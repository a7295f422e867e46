"""Tests of what is made from words: bounded integers, choices, skews, permutations, clocks and quotas."""

import math
from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.battery import statistics
from benchmarks.battery.outcome import Outcome
from benchmarks.battery.streams import column_key
from synth_assets.kernel.choice import below, between, chance, pick, squared_below, weight_table
from synth_assets.kernel.clock import HOUR, Clock, seasonal_weights
from synth_assets.kernel.counter import I64Array, Span, U64Array, bits
from synth_assets.kernel.keys import derive
from synth_assets.kernel.permutation import affine_permutations
from synth_assets.kernel.quota import ARRANGEMENTS, compositions, quota, shuffles

_CELLS = 256
_2025 = 1_735_689_600
_2026 = 1_767_225_600


def of_values(size: int) -> Iterator[Outcome]:
    """All of them, on ``size`` words."""
    words = bits(column_key(), Span(0, size))
    for found in (_integers(words), _choices(words)):
        for test, stream, p in found:
            yield Outcome("own", test, stream, p, f"{size:,} words")
    for found in (_permutations(size), _clocks(size), _quotas()):
        for test, stream, p, exact in found:
            yield Outcome("own", test, stream, p, exact=exact)


def _integers(words: U64Array) -> Iterator[tuple[str, str, float]]:
    for limit in (2, 3, 7, 10, 100, 1_000, 65_536, 1_000_003, (1 << 31) - 1, 1 << 31):
        yield "below", f"limit {limit:,}", _against(below(words, limit), limit, lambda v, n=limit: -(-(v << 32) // n))
        yield (
            "squared_below",
            f"limit {limit:,}",
            _against(squared_below(words, limit), limit, lambda v, n=limit: _first_squared(v, n) << 1),
        )
    for low, high in ((0, 1), (-5, 5), (1, 30), (-1_000_000, 1_000_000)):
        width = high - low + 1
        found = between(words, low, high) - low
        yield "between", f"{low:,} to {high:,}", _against(found, width, lambda v, n=width: -(-(v << 32) // n))


def _against(found: I64Array, limit: int, first: Callable[[int], int]) -> float:
    """Chi-square against the exact shares: ``first(v)`` of 2^32 top halves lead to a value < v."""
    cells = min(limit, _CELLS)
    edges = [limit * cell // cells for cell in range(cells + 1)]
    shares = np.diff([first(edge) for edge in edges]) / 2**32
    counts, _ = np.histogram(found, bins=edges)
    if counts.sum() != len(found):
        return 0.0  # values outside [0, limit)
    # The last bin of a histogram is closed; nothing equals the limit.
    return statistics.chi_square(counts, shares * len(found)) if found.max() < limit else 0.0


def _first_squared(value: int, limit: int) -> int:
    """The least 31-bit u whose ⌊⌊u²/2^31⌋ · limit / 2^31⌋ reaches ``value``."""
    square = -(-(value << 31) // limit) << 31
    root = math.isqrt(square)
    return root if root * root == square else root + 1


def _choices(words: U64Array) -> Iterator[tuple[str, str, float]]:
    for weights in ([48, 27, 12, 7, 6], [1, 1], [1] * 300, [997, 2, 1], list(range(1, 101))):
        table = weight_table(weights)
        shares = np.bincount(table.slots, minlength=table.size) / len(table.slots)
        found = np.bincount(pick(words, table), minlength=table.size)
        name = f"{len(weights)} weights from {min(weights)} to {max(weights)}"
        yield "pick", name, statistics.chi_square(found, shares * len(words))
    for top, bottom in ((1, 2), (62, 100), (1, 1_000)):
        yes = int(np.count_nonzero(chance(words, top, bottom)))
        expected = np.array([top, bottom - top]) / bottom * len(words)
        yield "chance", f"{top} of {bottom}", statistics.chi_square([yes, len(words) - yes], expected)


def _permutations(size: int) -> Iterator[tuple[str, str, float, bool]]:
    sizes = np.arange(1, 400, dtype=np.int64)
    table = affine_permutations(sizes, bits(derive("battery", "permutations"), Span(0, len(sizes))))
    which = np.repeat(np.arange(len(sizes)), sizes)
    x = np.concatenate([np.arange(n) for n in sizes])
    for turn in (0, 1, 1_000_000):
        image = table.forward(which, x, turn)
        onto = len(np.unique(which << 32 | image)) == len(x) and bool((image < sizes[which]).all())
        back = bool((table.backward(which, image, turn) == x).all())
        yield "affine: bijective, with its inverse", f"sizes 1 to 399, turn {turn:,}", float(onto and back), True
    wide = between(bits(derive("battery", "sizes"), Span(0, size // 16)), 1 << 20, (1 << 31) - 1)
    table = affine_permutations(wide, bits(derive("battery", "wide"), Span(0, len(wide))))
    every = np.arange(len(wide))
    x = below(bits(derive("battery", "x"), Span(0, len(wide))), wide)
    image = table.forward(every, x, 3)
    yield "affine: inverse", "sizes 2^20 to 2^31 − 1", float((table.backward(every, image, 3) == x).all()), True
    zero = np.zeros_like(x)
    yield "affine: image of 0 is even", "sizes 2^20 to 2^31 − 1", _spread(table.forward(every, zero), wide), False
    yield "affine: image of a random x is even", "sizes 2^20 to 2^31 − 1", _spread(image, wide), False
    middling = between(bits(derive("battery", "sizes"), Span(0, size // 16)), 1 << 20, 1 << 24)
    table = affine_permutations(middling, bits(derive("battery", "wide"), Span(0, len(middling))))
    yield "affine: image of 0 is even", "sizes 2^20 to 2^24", _spread(table.forward(every, zero), middling), False
    same = np.full(size // 16, 1_009)
    table = affine_permutations(same, bits(derive("battery", "same"), Span(0, len(same))))
    step = (table.forward(every, np.ones_like(x)) - table.forward(every, np.zeros_like(x))) % 1_009
    yield "affine: step of 1 to 1,008 is even", "size 1,009", _steps(step), False


def _spread(image: I64Array, limit: I64Array) -> float:
    return statistics.even(np.bincount(image * _CELLS // limit, minlength=_CELLS))


def _steps(step: I64Array) -> float:
    # A factor of 0 becomes 1, which is met twice as often as the others.
    expected = np.full(1_008, len(step) / 1_009)
    expected[0] *= 2
    return statistics.chi_square(np.bincount(step, minlength=1_009)[1:], expected)


def _clocks(size: int) -> Iterator[tuple[str, str, float, bool]]:
    for rows in (1, 100, size):
        clock = Clock(derive("battery", "clock", rows), rows, _2025, _2026)
        seconds = clock.seconds(Span(0, rows + rows // 4))
        name = f"{rows:,} rows in 2025"
        yield "clock: never goes back", name, float((np.diff(seconds) >= 0).all()), True
        moments = np.unique(np.concatenate([seconds, seconds + 1, [_2025, _2026]]))[:200_000]
        counted = np.searchsorted(seconds, moments, side="left")
        known = moments <= seconds[-1]
        exact = bool((clock.count_before(moments)[known] == counted[known]).all())
        yield "clock: count_before is the inverse", name, float(exact), True
        inside = int(np.count_nonzero(seconds[:rows] < _2026))
        yield "clock: the span holds its rows", name, float(inside == rows), True
        # The share of an hour is within a row of exact at either edge.
        weight = seasonal_weights(derive("battery", "clock", rows), _2025 // HOUR, (_2026 - _2025) // HOUR)
        hours = np.bincount((seconds[:rows] - _2025) // HOUR, minlength=len(weight))
        off = float(np.abs(hours - rows * weight / weight.sum()).max())
        yield "clock: hours within 2 rows of their weights", name, float(off < 2), True
        if rows == size:
            # One row a share of the mass is more even than chance: a bound, not a chi-square.
            minutes = np.bincount(seconds[:rows] % HOUR // 60, minlength=60) / rows * 60
            even = bool((np.abs(minutes - 1) < 50 / np.sqrt(rows)).all())
            yield "clock: minutes of the hour are even", name, float(even), True


def _quotas() -> Iterator[tuple[str, str, float, bool]]:
    parts = [1, 1, 1, 2, 2, 3, 4, 6]
    table = quota(derive("battery", "quota"), parts)
    dealt = all(Counter(row) == Counter(parts) for row in table.counts.tolist())
    yield "quota: every arrangement deals the multiset", "8 parents", float(dealt), True
    row = np.arange(ARRANGEMENTS)[:, None]
    child = np.arange(table.children)
    start = table.before[row, table.owner]
    owned = bool(((start <= child) & (child < start + table.counts[row, table.owner])).all())
    yield "quota: owner and before agree", "8 parents", float(owned), True
    order = shuffles(derive("battery", "shuffles"), 65_536, 8)
    yield "shuffles: every one a permutation", "size 8", float((np.sort(order, axis=1) == np.arange(8)).all()), True
    number = order @ 8 ** np.arange(8)
    seen = np.unique(number, return_counts=True)[1]
    p = statistics.even(np.pad(seen, (0, math.factorial(8) - len(seen))))
    yield "shuffles: 40,320 orders equally likely", "size 8", p, False
    split = compositions(derive("battery", "compositions"), 40, (2, 9), [1, 1, 2, 3, 5, 8], 12)
    legal = bool((split.sum(axis=1) == 40).all() and np.isin(split[:, 1:], [1, 2, 3, 5, 8]).all())
    legal = legal and bool((split[:, 0] >= 2).all() and (split[:, 0] <= 9).all())
    yield "compositions: sums and parts", "40 in 12 parts", float(legal), True
    columns = np.stack([np.bincount(split[:, column], minlength=9) for column in range(1, 12)])[:, [1, 2, 3, 5, 8]]
    expected = np.broadcast_to(columns.mean(axis=0), columns.shape)
    p = statistics.chi_square(columns, expected, lost=columns.shape[1] + columns.shape[0] - 1)
    yield "compositions: places alike", "40 in 12 parts", p, False
