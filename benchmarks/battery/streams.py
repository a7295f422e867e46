"""Streams of the kernel's bits to put to the test: names, and endless blocks of words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import BLOCK, Span, U64Array, bits
from synth_assets.kernel.keys import StreamKey, derive

Words = NDArray[np.uint64] | NDArray[np.uint32]

COLUMNS = (
    *("order_id", "customer_id", "order_number", "status", "currency", "subtotal", "discount_amount", "tax_amount"),
    *("shipping_amount", "total_amount", "created_at", "updated_at"),
    *("paid_at", "shipped_at", "delivered_at", "channel"),
)
SEEDS = tuple(range(42, 58))


def column_key(seed: int = 42, column: str = "status") -> StreamKey:
    """A key made as a dataset makes its columns' keys."""
    return derive(1, seed, "bronze", "raw_orders", column, "")


@dataclass(frozen=True)
class Stream:
    """An endless stream of words.

    Attributes:
        name: short, for tables and the command line.
        about: what it is and why it could fail, in a sentence.
        blocks: starts the stream.
        control: whether it is a bad one, which the battery has to reject.
    """

    name: str
    about: str
    blocks: Callable[[], Iterator[Words]]
    control: bool = False


def numbered(block: Callable[[int], Words]) -> Callable[[], Iterator[Words]]:
    """A stream whose n-th block is ``block(n)``."""

    def blocks() -> Iterator[Words]:
        number = 0
        while True:
            yield block(number)
            number += 1

    return blocks


def plain(number: int) -> U64Array:
    """One column, from row 0."""
    return bits(column_key(), Span(number * BLOCK, BLOCK))


def far(number: int) -> U64Array:
    """One column, from row 2^40."""
    return bits(column_key(), Span((1 << 40) + number * BLOCK, BLOCK))


def interleaved(keys: tuple[StreamKey, ...]) -> Callable[[int], U64Array]:
    """Row 0 of every key, then row 1 of every key, and so on."""
    each = BLOCK // len(keys)

    def block(number: int) -> U64Array:
        return np.stack([bits(key, Span(number * each, each)) for key in keys], axis=1).ravel()

    return block


def strided(shift: int) -> Callable[[int], U64Array]:
    """Every 2^shift-th row, from row 2^40; past 2^62 the row numbers start again, one higher."""
    period = 62 - shift

    def block(number: int) -> U64Array:
        place = np.arange(number * BLOCK, (number + 1) * BLOCK, dtype=np.int64)
        rows = ((place & ((1 << period) - 1)) << shift) + (place >> period) + (1 << 40)
        return bits(column_key(), rows)

    return block


def versions(number: int) -> U64Array:
    """Rows as versioned columns name them: thing × 4096 + version, versions 0 … 3 of every thing."""
    place = np.arange(number * BLOCK, (number + 1) * BLOCK, dtype=np.int64)
    return bits(column_key(), (place >> 2) * 4_096 + (place & 3))


def low_halves(number: int) -> Words:
    """The low 32 bits of each word."""
    return plain(number).astype(np.uint32)


def high_halves(number: int) -> Words:
    """The high 32 bits of each word: what bounded integers are made of."""
    return (plain(number) >> np.uint64(32)).astype(np.uint32)


_REVERSED_BYTES = np.array([int(f"{byte:08b}"[::-1], 2) for byte in range(256)], dtype=np.uint8)


def bit_reversed(words: U64Array) -> U64Array:
    """Every word with its bits in the opposite order."""
    return _REVERSED_BYTES[words.byteswap().view(np.uint8)].view(np.uint64)


def reversed_words(number: int) -> U64Array:
    """One column, each word's bits in the opposite order: tests that look at high bits see the low ones."""
    return bit_reversed(plain(number))


def reversed_rows(number: int) -> U64Array:
    """Rows 0, 2^61, 2^60, 2^61 + 2^60 …: the counter turns its highest bits first."""
    place = np.arange(number * BLOCK, (number + 1) * BLOCK, dtype=np.uint64)
    return bits(column_key(), (bit_reversed(place) >> np.uint64(2)).view(np.int64))


def unmixed(number: int) -> U64Array:
    """The counter before its hash: a Weyl sequence, evenly spread and plainly not random."""
    place = np.arange(number * BLOCK, (number + 1) * BLOCK, dtype=np.uint64)
    return place * np.uint64(0x9E3779B97F4A7C15)


STREAMS = (
    Stream("plain", "one column, rows 0, 1, 2 …", numbered(plain)),
    Stream("low", "its low 32 bits alone", numbered(low_halves)),
    Stream("high", "its high 32 bits alone, of which bounded integers are made", numbered(high_halves)),
    Stream("reversed", "its words with their bits in the opposite order", numbered(reversed_words)),
    Stream("far", "the same column from row 2^40", numbered(far)),
    Stream(
        "seeds",
        "one column of seeds 42 … 57 in turn, row by row",
        numbered(interleaved(tuple(column_key(seed) for seed in SEEDS))),
    ),
    Stream(
        "columns",
        "sixteen columns of one table in turn, row by row",
        numbered(interleaved(tuple(column_key(42, column) for column in COLUMNS))),
    ),
    Stream("versions", "rows thing × 4096 + version, as versioned columns number them", numbered(versions)),
    Stream("every-2^8", "every 2^8-th row from 2^40", numbered(strided(8))),
    Stream("every-2^16", "every 2^16-th row from 2^40", numbered(strided(16))),
    Stream("every-2^24", "every 2^24-th row from 2^40", numbered(strided(24))),
    Stream("every-2^32", "every 2^32-th row from 2^40", numbered(strided(32))),
    Stream("high-first", "row numbers with their bits in the opposite order", numbered(reversed_rows)),
    Stream("control", "the counter before its hash; has to fail", numbered(unmixed), control=True),
)
