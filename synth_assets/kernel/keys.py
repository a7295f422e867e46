"""Keys: what a stream of random bits belongs to, and nothing else."""

import functools
import hashlib
from typing import NamedTuple


class StreamKey(NamedTuple):
    """Two 64-bit halves; ``k0`` offsets the counter, ``k1`` separates columns between the rounds."""

    k0: int
    k1: int


# A few dozen streams make a piece of a table, and thousands of pieces the table.
@functools.lru_cache(maxsize=4_096, typed=True)
def derive(*parts: str | int) -> StreamKey:
    """Derive a key from its parts: contract version, seed, domain, entity, column, purpose.

    Every part is prefixed with its length, so ``("ab", "c")`` and ``("a", "bc")`` differ, and with its
    kind, so ``1`` and ``"1"`` differ. Python's own ``hash`` changes from run to run and is never used.

    Raises:
        TypeError: a part of another type, which might be written differently elsewhere.

    Example:
        >>> derive(1, 42, "bronze", "raw_orders", "status")
        StreamKey(k0=6501088887301381704, k1=11967642420929588908)
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, str | int):  # pyright: ignore[reportUnnecessaryIsInstance]
            msg = f"a key is made of text and whole numbers, not of {part!r}, a {type(part).__name__}"
            raise TypeError(msg)
        data = str(part).encode()
        digest.update(b"i" if isinstance(part, int) else b"s")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    raw = digest.digest()
    return StreamKey(int.from_bytes(raw[:8], "little"), int.from_bytes(raw[8:], "little"))
