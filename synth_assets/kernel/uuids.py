"""UUIDs of version 4 from row numbers, and back: unique by construction, and read without any key.

A UUID has 122 free bits. The first 60 are drawn for the row; the other 62 hold the row's number, blended with a
mixture of the first. So whoever reads one gets the number back, two rows never share one, and text that
no such row has gives a number that is hardly ever below a table's row count.
"""

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.keys import derive

LENGTH = 36
"""Bytes of the text form."""

MOST = 1 << 53
"""Row numbers that a UUID holds are below it; more would not be exact in JSON readers."""

_ROWS = 8_192  # at a time, so that what is made on the way stays in the cache

_BLEND = derive("uuid", "blend")
_DASHES = (8, 13, 18, 23)
_PLACES = np.array([at for at in range(LENGTH) if at not in _DASHES])
_FOURS = (0, 4, 9, 14, 19, 24, 28, 32)  # where four digits in a row stand
_EMPTY = np.frombuffer(bytes(ord("-") if at in _DASHES else ord("0") for at in range(LENGTH)), dtype=np.uint8)
_LOW = np.uint64((1 << 62) - 1)
_FREE_HIGH = np.uint64(0xFFFF_FFFF_FFFF_0FFF)
_VERSION = np.uint64(0x4000)
_VARIANT = np.uint64(1 << 63)

# Four digits at a time: a gather from 64K rows costs less than shifting out digit by digit.
_DIGITS = np.frombuffer(b"".join(b"%04x" % n for n in range(1 << 16)), dtype=np.uint32)
_VALUE = np.full(256, 255, dtype=np.uint8)
_VALUE[np.frombuffer(b"0123456789abcdef", dtype=np.uint8)] = np.arange(16, dtype=np.uint8)


def texts(words: U64Array, numbers: I64Array) -> NDArray[np.uint8]:
    """The UUIDs of some rows.

    Args:
        words: shape (n,), uniform words, one per row.
        numbers: shape (n,), the rows' numbers, from 0 and below :data:`MOST`.

    Returns:
        shape (n, 36), ASCII, lower case.
    """
    high = (words & _FREE_HIGH) | _VERSION
    low = ((numbers.view(np.uint64) ^ _blended(high)) & _LOW) | _VARIANT
    out = np.empty((len(words), LENGTH), dtype=np.uint8)
    out[:] = _EMPTY
    for begin in range(0, len(words), _ROWS):
        rows = slice(begin, begin + _ROWS)
        for half, value in enumerate((high[rows], low[rows])):
            for quarter in range(4):
                # Four characters are one number of 32 bits, wherever in the row they stand.
                four = _FOURS[4 * half + quarter]
                cells = np.ndarray(value.shape, np.uint32, out, begin * LENGTH + four, (LENGTH,))
                cells[:] = _DIGITS.take(((value >> np.uint64(48 - 16 * quarter)) & np.uint64(0xFFFF)).view(np.int64))
    return out


def numbers_in(text: NDArray[np.uint8]) -> I64Array:
    """The row numbers that some UUIDs hold: the inverse of :func:`texts`.

    Args:
        text: shape (n, 36), ASCII.

    Returns:
        shape (n,); −1 for what isn't a UUID of version 4 in lower case, or holds no number below :data:`MOST`.
    """
    values = _VALUE[text[:, _PLACES]].astype(np.uint64)
    is_uuid = (values < 16).all(axis=1) & (text[:, list(_DASHES)] == ord("-")).all(axis=1)
    shifts = np.arange(60, -4, -4, dtype=np.uint64)
    high, low = (np.bitwise_or.reduce(half << shifts, axis=1) for half in (values[:, :16], values[:, 16:]))
    is_uuid &= (high & ~_FREE_HIGH == _VERSION) & (low & ~_LOW == _VARIANT)
    number = ((low ^ _blended(high)) & _LOW).view(np.int64)
    return np.where(is_uuid & (number < MOST), number, -1)


def _blended(high: U64Array) -> U64Array:
    return bits(_BLEND, high.view(np.int64))
