"""Running text: a vocabulary's entries one behind the other, in an order of its own that never changes."""

import functools

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.world import vocabulary

LENGTH = 1 << 22
"""Characters of a running text."""


def is_plain(pool: str, entry: str) -> bool:
    """Whether a vocabulary's entries are of one byte a character, so that they can be cut anywhere."""
    return all(row[entry].isascii() for row in vocabulary.rows(pool))


@functools.cache
def running_text(pool: str, entry: str) -> NDArray[np.uint8]:
    """Entries with blanks between, as bytes, shape (4,194,304,); made once a process, in a tenth of a second.

    Args:
        pool: the vocabulary, e.g. ``review_titles``.
        entry: its column, e.g. ``title``.
    """
    entries = [row[entry].encode() + b" " for row in vocabulary.rows(pool)]
    lengths = np.array([len(one) for one in entries], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    words = bits(derive("running text", pool, entry), Span(0, LENGTH // int(lengths.min()) + 1))
    chosen = below(words, len(entries))
    chosen = chosen[: int(np.searchsorted(np.cumsum(lengths[chosen]), LENGTH)) + 1]
    return lined_up(np.frombuffer(b"".join(entries), dtype=np.uint8), starts[chosen], lengths[chosen])[:LENGTH]


@functools.cache
def letters(alphabet: str) -> NDArray[np.uint8]:
    """Characters of an alphabet, drawn one by one, as bytes, shape (4,194,304,); made once a process.

    Args:
        alphabet: ASCII characters.
    """
    known = np.frombuffer(alphabet.encode("ascii"), dtype=np.uint8)
    return known[below(bits(derive("letters", alphabet), Span(0, LENGTH)), len(known))]


def lined_up(text: NDArray[np.uint8], starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Pieces of a text one behind the other, shape (sum of lengths,).

    Args:
        text: as bytes.
        starts: where each piece begins, shape (n,).
        lengths: of each, shape (n,).
    """
    before = np.cumsum(lengths) - lengths
    return text[np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))]
