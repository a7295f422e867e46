"""XXH3-64 of many short inputs by arrays: what a call for each costs several times as much.

Source: the specification of XXH3 for up to 128 bytes (Collet, xxHash 0.8), with its default secret and seed 0.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array, U64Array

LEAST, MOST = 17, 128
"""Bytes of an input of :func:`digests_of_rows`; one of :func:`digests_of_texts` may be shorter."""

_ROWS = 8_192  # at a time. Measured, ns a row of 36 bytes: 2K 40, 4K 27, 8K 22, 16K 28, 32K 133

_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248e"
    "e03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d"
    "8a51e04bcdb45931c89f7ec9d9787364"
)
_PRIME_1, _PRIME_2, _PRIME_3 = (
    np.uint64(prime) for prime in (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)
_AVALANCHE, _MULTIPLY = np.uint64(0x165667919E3779F9), np.uint64(0x9FB21C651E98DF25)
_LOW, _HALF = np.uint64(0xFFFF_FFFF), np.uint64(32)

_EMPTY, _TO_3, _TO_8, _TO_16, _TO_128 = range(5)
_LONGER = 8
_KINDS = np.array(
    [_EMPTY]
    + [_TO_3] * 3
    + [_TO_8] * 5
    + [_TO_16] * 8
    + [_TO_128 + (length - 1) // 32 for length in range(LEAST, MOST + 1)]
    + [_LONGER],
    dtype=np.uint8,
)
"""How an input is hashed, by its length."""

Halves = Callable[[int], tuple[U64Array, U64Array]]
"""Of each input the 16 bytes at a place, as two numbers."""


def digests_of_rows(data: NDArray[np.uint8]) -> U64Array:
    """The digest of each row.

    Args:
        data: shape (n, length), :data:`LEAST` to :data:`MOST` bytes each, in C order.

    Returns:
        shape (n,).
    """
    found, length = np.empty(len(data), dtype=np.uint64), data.shape[1]
    for start in range(0, len(data), _ROWS):
        rows = np.ascontiguousarray(data[start : start + _ROWS])

        def at(place: int, rows: NDArray[np.uint8] = rows) -> tuple[U64Array, U64Array]:
            return _word(rows, place), _word(rows, place + 8)

        lengths = np.full(len(rows), length, dtype=np.uint64)
        found[start : start + _ROWS] = _to_128((length - 1) // 32, lengths, at, lambda end, at=at: at(length - end))
    return found


def digests_of_texts(data: NDArray[np.uint8], edges: I64Array) -> tuple[U64Array, I64Array]:
    """The digest of each of some texts that lie one behind the other.

    Measured with the making of ``data`` and ``edges``, ns a text, and what a call for each costs: of 10 to 43 bytes 42
    and 88, of 49 to 78 65 and 107, of 97 to 127 91 and 138. Of longer ones this would be the slower way.

    Args:
        data: the bytes of all, shape (m,).
        edges: where each begins, and the last ends, ascending, shape (n + 1,).

    Returns:
        digests, shape (n,); and the places of longer texts than :data:`MOST` bytes, which have none yet, shape (k,).
    """
    starts, lengths = edges[:-1], np.diff(edges)
    found = np.zeros(len(starts), dtype=np.uint64)
    kinds = _KINDS[np.minimum(lengths, MOST + 1)]
    order = np.argsort(kinds, kind="stable")
    ends = np.cumsum(np.bincount(kinds, minlength=_LONGER + 1)).tolist()
    for kind in range(_LONGER):
        for start in range(ends[kind - 1] if kind else 0, ends[kind], _ROWS):
            some = order[start : min(start + _ROWS, ends[kind])]
            found[some] = _of_kind(kind, data, starts[some], lengths[some])
    return found, order[ends[_LONGER - 1] :]


def _of_kind(kind: int, data: NDArray[np.uint8], starts: I64Array, lengths: I64Array) -> U64Array:
    ends, wide = starts + lengths, lengths.astype(np.uint64)
    if kind == _EMPTY:
        return _drained(np.full(len(starts), _secret(56) ^ _secret(64)))
    if kind == _TO_3:
        first, middle, last = (data[at].astype(np.uint64) for at in (starts, starts + (lengths >> 1), ends - 1))
        both = first << np.uint64(16) | middle << np.uint64(24) | last | wide << np.uint64(8)
        return _drained(both ^ (_secret(0) ^ _secret(4)) & _LOW)
    if kind == _TO_8:
        low, high = (_gathered(data, at, "<u4").astype(np.uint64) for at in (starts, ends - 4))
        return _mixed_by_length((high + (low << _HALF)) ^ _secret(8) ^ _secret(16), wide)
    if kind == _TO_16:
        low = _gathered(data, starts, "<u8").astype(np.uint64) ^ _secret(24) ^ _secret(32)
        high = _gathered(data, ends - 8, "<u8").astype(np.uint64) ^ _secret(40) ^ _secret(48)
        return _avalanched(wide + low.byteswap() + high + _folded(low, high))

    def at(place: int) -> tuple[U64Array, U64Array]:
        return _halves(data, starts + place)

    def before_end(place: int) -> tuple[U64Array, U64Array]:
        return _halves(data, ends - place)

    return _to_128(kind - _TO_128, wide, at, before_end)


def _to_128(more: int, lengths: U64Array, at: Halves, before_end: Halves) -> U64Array:
    """Of inputs of 17 to 128 bytes, as many times 32 and up to 32 more."""
    digest = lengths * _PRIME_1
    for step in range(more + 1):
        digest += _round(at(16 * step), 32 * step)
        digest += _round(before_end(16 * (step + 1)), 32 * step + 16)
    return _avalanched(digest)


def _round(halves: tuple[U64Array, U64Array], secret: int) -> U64Array:
    return _folded(halves[0] ^ _secret(secret), halves[1] ^ _secret(secret + 8))


def _avalanched(digest: U64Array) -> U64Array:
    digest ^= digest >> np.uint64(37)
    digest *= _AVALANCHE
    digest ^= digest >> _HALF
    return digest


def _drained(digest: U64Array) -> U64Array:
    """The last steps of XXH64."""
    digest = (digest ^ digest >> np.uint64(33)) * _PRIME_2
    digest = (digest ^ digest >> np.uint64(29)) * _PRIME_3
    return digest ^ digest >> _HALF


def _mixed_by_length(digest: U64Array, lengths: U64Array) -> U64Array:
    digest = digest ^ _turned(digest, 49) ^ _turned(digest, 24)
    digest *= _MULTIPLY
    digest ^= (digest >> np.uint64(35)) + lengths
    digest *= _MULTIPLY
    return digest ^ digest >> np.uint64(28)


def _turned(digest: U64Array, bits: int) -> U64Array:
    return digest << np.uint64(bits) | digest >> np.uint64(64 - bits)


def _word(data: NDArray[np.uint8], place: int) -> U64Array:
    """Eight bytes of each row as a number, wherever in the row they begin."""
    return np.ndarray((len(data),), "<u8", data, place, (data.shape[1],)).astype(np.uint64)


def _gathered(data: NDArray[np.uint8], places: I64Array, dtype: str) -> NDArray[np.generic]:
    """What begins at each of some places."""
    size = np.dtype(dtype).itemsize
    return np.ndarray((len(data) - size + 1,), dtype, data, 0, (1,))[places]


def _halves(data: NDArray[np.uint8], places: I64Array) -> tuple[U64Array, U64Array]:
    both = _gathered(data, places, "V16").view("<u8").astype(np.uint64, copy=False)
    return both[::2], both[1::2]


def _secret(place: int) -> np.uint64:
    return np.uint64(int.from_bytes(_SECRET[place : place + 8], "little"))


def _folded(a: U64Array, b: U64Array) -> U64Array:
    """The halves of each product of 128 bits, one laid over the other."""
    a_low, a_high, b_low, b_high = a & _LOW, a >> _HALF, b & _LOW, b >> _HALF
    low = a_low * b_low
    middle = a_high * b_low + (low >> _HALF)
    other = a_low * b_high + (middle & _LOW)
    return (a * b) ^ (a_high * b_high + (middle >> _HALF) + (other >> _HALF))
