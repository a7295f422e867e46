"""Tests of the words themselves: of each stream alone, and of keys and rows that differ by a bit or by one."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.battery import statistics
from benchmarks.battery.outcome import Outcome
from benchmarks.battery.streams import COLUMNS, STREAMS, Stream, column_key
from synth_assets.kernel.counter import I64Array, Span, U64Array, bits
from synth_assets.kernel.keys import StreamKey, derive


def of_streams(size: int) -> Iterator[Outcome]:
    """Every test of one stream, on ``size`` words of every stream."""
    for stream in STREAMS:
        if stream.name in {"low", "high"}:
            continue  # halves of words that are tested whole
        for test, p in one_stream(take(stream, size)):
            yield Outcome("own", test, stream.name, p, f"{size:,} words", control=stream.control)


def take(stream: Stream, size: int) -> U64Array:
    """The first ``size`` words of 64 bits; two of 32 bits make one."""
    blocks: list[U64Array] = []
    found = 0
    for block in stream.blocks():
        blocks.append(block.view(np.uint64))
        found += len(blocks[-1])
        if found >= size:
            break
    return np.concatenate(blocks)[:size]


def one_stream(words: U64Array) -> Iterator[tuple[str, float]]:
    """Name and p-value of the tests of a single stream."""
    few = words[: 1 << 18]
    yield "bits: each of 64 set half the time", bias(words)
    yield "bit pairs: within a word, 2,016", correlation_within(few)
    for lag in (1, 2, 16):
        yield f"bit pairs: with the word {lag} later, 4,096", correlation(few[:-lag], few[lag:])
    for place in range(8):
        yield f"byte pairs: byte {place} and the next word's", byte_pairs(words, place)
    yield "serial correlation: lags 1 to 64", serial_correlation(words)
    for name, part in (("low", words & np.uint64(0xFFFF_FFFF)), ("high", words >> np.uint64(32))):
        yield f"birthday spacings: {name} 32 bits", birthday_spacings(part, 32)
        yield f"collisions: {name} 32 bits", collisions(part[: 1 << 20], 32)
    yield "birthday spacings: middle 48 bits", birthday_spacings(words >> np.uint64(8) & np.uint64((1 << 48) - 1), 48)


def bias(words: U64Array) -> float:
    """Whether every bit is set in half of the words."""
    half = len(words) / 2
    counts = np.array([np.count_nonzero(words & np.uint64(1 << place)) for place in range(64)])
    return statistics.sum_of_squares((counts - half) / np.sqrt(half / 2))


def correlation(left: U64Array, right: U64Array) -> float:
    """Whether each bit of ``left`` agrees with each bit of ``right`` half the time."""
    together = signs(left).T @ signs(right)
    return statistics.sum_of_squares(together.astype(np.float64) / np.sqrt(len(left)))


def correlation_within(words: U64Array) -> float:
    """Whether each bit agrees with each other bit of its word half the time."""
    spread = signs(words)
    together = (spread.T @ spread)[np.triu_indices(64, 1)]
    return statistics.sum_of_squares(together.astype(np.float64) / np.sqrt(len(words)))


def signs(words: U64Array) -> NDArray[np.float32]:
    """Every bit as −1 or 1, shape (n, 64), the lowest first; sums of up to 2^24 of them are exact."""
    spread = np.unpackbits(words.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
    return spread.astype(np.float32) * 2 - 1


def byte_pairs(words: U64Array, place: int) -> float:
    """Chi-square of 65,536 cells: a byte with the same byte of the next word, in pairs that share no word."""
    of_word = (words >> np.uint64(8 * place) & np.uint64(0xFF)).astype(np.int64)
    pairs = of_word[0 : len(of_word) // 2 * 2].reshape(-1, 2)
    return statistics.even(np.bincount(pairs[:, 0] << 8 | pairs[:, 1], minlength=65_536))


def serial_correlation(words: U64Array) -> float:
    """Whether words, as numbers in [0, 1), are uncorrelated with those 1 to 64 places later."""
    numbers = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53 - 0.5
    size = len(numbers)
    scores = [12 * float(numbers[:-lag] @ numbers[lag:]) / np.sqrt(size - lag) for lag in range(1, 65)]
    return statistics.sum_of_squares(np.array(scores))


def birthday_spacings(values: U64Array, width: int) -> float:
    """Marsaglia's test: equal spacings between birthdays in a year of 2^width days are Poisson with mean m³/4n."""
    birthdays = min(len(values), round(16 * 2.0**width) ** (1 / 3) // 1)  # mean about 4 a year
    each = int(birthdays)
    years = min(len(values) // each, 512)
    table = np.sort(values[: years * each].reshape(years, each), axis=1)
    spacings = np.sort(np.diff(table, axis=1), axis=1)
    equal = np.count_nonzero(np.diff(spacings, axis=1) == 0)
    return statistics.poisson(int(equal), years * each**3 / (4 * 2.0**width))


def collisions(values: U64Array, width: int) -> float:
    """How many of the values were there before: Poisson with mean m²/2n."""
    found = len(values) - len(np.unique(values))
    return statistics.poisson(found, len(values) ** 2 / 2 / 2.0**width)


def of_neighbours(size: int) -> Iterator[Outcome]:
    """Streams of adjacent keys and rows against each other, and what a flipped bit changes."""
    for test, stream, p in _pairs(size):
        yield Outcome("own", test, stream, p, f"{size:,} words each")
    for test, stream, p, detail in _flips(size // 16):
        yield Outcome("own", test, stream, p, detail)
    some = [bits(column_key(seed, column), Span(0, size // 8)) for seed in (42, 43) for column in COLUMNS]
    different = len(np.unique(np.concatenate(some))) == len(some) * (size // 8)
    yield Outcome("own", "no 64-bit word twice", "32 columns of 2 seeds", float(different), exact=True)


def _pairs(size: int) -> Iterator[tuple[str, str, float]]:
    rows = Span(0, size)
    for seed in (42, 43, 44, 45):
        left, right = bits(column_key(seed), rows), bits(column_key(seed + 1), rows)
        yield "bit pairs: 4,096", f"seed {seed} and {seed + 1}", correlation(left, right)
    for one, other in pairwise(COLUMNS[:5]):
        left, right = bits(column_key(42, one), rows), bits(column_key(42, other), rows)
        yield "bit pairs: 4,096", f"{one} and {other}", correlation(left, right)
    first = bits(column_key(), rows)
    for shift in (0, 8, 16, 24, 32, 40, 48, 56, 61):
        second = bits(column_key(), Span(1 << shift, size))
        # Pairs of rows that share no row, or a pair would meet itself again.
        apart = (np.arange(size) >> shift) % 2 == 0
        yield "bit pairs: 4,096", f"row r and r + 2^{shift}", correlation(first[apart], second[apart])
    key = column_key()
    for name, near in (
        ("k0 and k0 + 1", StreamKey(key.k0 + 1, key.k1)),
        ("k1 and k1 + 1", StreamKey(key.k0, key.k1 + 1)),
    ):
        yield "bit pairs: 4,096", name, correlation(first, bits(near, rows))
    seeds = np.array([bits(column_key(seed), Span(0, 1))[0] for seed in range(size)], dtype=np.uint64)
    yield "bits: each of 64 set half the time", "row 0 of seeds 0, 1, 2 …", bias(seeds)
    yield "bit pairs: with the word 1 later, 4,096", "row 0 of seeds 0, 1, 2 …", correlation(seeds[:-1], seeds[1:])
    yield "birthday spacings: high 32 bits", "row 0 of seeds 0, 1, 2 …", birthday_spacings(seeds >> np.uint64(32), 32)


def _flips(size: int) -> Iterator[tuple[str, str, float, str]]:
    """Avalanche: flip one input bit; each of the 64 output bits has to flip half the time."""
    key = column_key()
    far = bits(derive("rows"), Span(0, size)) >> np.uint64(2)
    # Keys are taken one by one in Python, so there are fewer of them.
    first, second = (bits(derive("keys", half), Span(0, size // 16)) for half in (0, 1))
    changes: tuple[tuple[str, int, Callable[[int], U64Array]], ...] = (
        ("row, any of 2^62", 62, lambda bit: _of_rows(key, far.view(np.int64), bit)),
        ("row, the first ones", 62, lambda bit: _of_rows(key, _without(bit, size), bit)),
        ("k0", 64, lambda bit: _of_keys(first, second, 1 << bit, 0)),
        ("k1", 64, lambda bit: _of_keys(first, second, 0, 1 << bit)),
        ("seed", 62, partial(_of_seeds, rows=max(size // 256, 16))),
    )
    for name, width, changed in changes:
        scores, pairs = np.empty((width, 64)), 0
        for bit in range(width):
            words = changed(bit)
            scores[bit], pairs = avalanche(words), len(words)
        rates = 0.5 + scores / 2 / np.sqrt(pairs)
        detail = f"{pairs:,} pairs; least and most flipped: {rates.min():.1%}, {rates.max():.1%}"
        yield f"avalanche: {width} × 64 flip rates", name, statistics.sum_of_squares(scores), detail


def avalanche(changed: U64Array) -> NDArray[np.float64]:
    """How far each output bit's flips are from half of the words, in standard deviations; shape (64,)."""
    counts = signs(changed).sum(axis=0, dtype=np.float64)
    return counts / np.sqrt(len(changed))


def _of_rows(key: StreamKey, rows: I64Array, bit: int) -> U64Array:
    return bits(key, rows) ^ bits(key, rows ^ (1 << bit))


def _without(bit: int, size: int) -> I64Array:
    """The first rows whose number lacks a bit, so that no pair is met from both of its sides."""
    place = np.arange(size, dtype=np.int64)
    return (place >> bit) << (bit + 1) | place & ((1 << bit) - 1)


def _of_keys(first: U64Array, second: U64Array, flip_0: int, flip_1: int) -> U64Array:
    rows = Span(7, 1)
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    found = [(bits(StreamKey(a, b), rows)[0], bits(StreamKey(a ^ flip_0, b ^ flip_1), rows)[0]) for a, b in pairs]
    both = np.array(found, dtype=np.uint64)
    return both[:, 0] ^ both[:, 1]


def _of_seeds(bit: int, rows: int) -> U64Array:
    seeds = range(64)
    pairs = [(column_key(seed << 70 | 42), column_key(seed << 70 | 42 ^ 1 << bit)) for seed in seeds]
    return np.concatenate([bits(a, Span(0, rows)) ^ bits(b, Span(0, rows)) for a, b in pairs])
