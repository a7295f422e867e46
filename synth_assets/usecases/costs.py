"""What making tables takes on the reference machine, and how much memory a process has: figures that were measured.

`docs/scale.md` tells how. The machine is that of `docs/benchmarks.md`.
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

REFERENCE_CORES = 2

REFERENCE_START = 0.8
"""Seconds until a process of ours begins to make rows."""

_MAKING = MappingProxyType({"dense": 25.0, "sparse": 60.0, "series": 25.0, "windows": 50.0})
_MAKING_OTHERS = 40.0
_WRITING = MappingProxyType({"parquet": 25.0, "csv": 30.0, "ndjson": 40.0, "json": 45.0})
_TAKING_IN = MappingProxyType({"duckdb": 45.0, "sqlite": 160.0})
_TAKING_IN_OTHERS = 60.0

_FROM_SPOOL = MappingProxyType({"duckdb": 0.56, "sqlite": 4.0, "delta": 0.75, "iceberg": 0.75})
"""Bytes of a table in a database, over those of the Parquet with lz4 that it is taken in from."""

LIKE_CSV = frozenset({"sqlite"})
"""Databases that take as many bytes for a table as CSV does."""

_TELLING = MappingProxyType({"duckdb": 122_880})
"""Rows that a database has to have for its size to tell of that of more: it hands out room by blocks."""

_EMPTY = MappingProxyType({"duckdb": 400_000, "sqlite": 8_000, "delta": 4_000, "iceberg": 12_000})

PUBLISHING = 0.02
"""Seconds that a table takes to appear in a format, besides its rows."""

_MB = 1_000_000
_FRESH = 110 * _MB
"""A process that has imported what makes and writes rows."""

_FRAMES, _FRAMES_AS_TEXT = 9.5, 7.4
"""What a chunk takes, in its own frame's size: what it is made of, frames that wait, row groups that are written; and
where none are, since all files are text."""

_SAMPLES, _UNTOLD = 35 * _MB, 100 * _MB
"""What samples themselves leave behind; and what rows are computed from, where the system doesn't tell."""

_HASHED = 50 * _MB
"""Rows that are hashed beside those that are made."""

_SHARED, _PARENT, _OF_WORKER = 55 * _MB, 95 * _MB, 0.85
"""Libraries that processes share; the one that waits for workers; and what a worker has of a process that does all."""


def making_ns(shape: str, formats: Iterable[str]) -> tuple[float, float]:
    """Nanoseconds a cell: of the thread that makes rows, and of all threads of the process.

    Args:
        shape: the name of the table's shape.
        formats: of the files that are written, spooled ones too.
    """
    making = _MAKING.get(shape, _MAKING_OTHERS)
    return making, making + sum(_WRITING.get(form, max(_WRITING.values())) for form in formats)


def taking_in_ns(form: str) -> float:
    """Nanoseconds a cell that a database or a lake takes to take a table in."""
    return _TAKING_IN.get(form, _TAKING_IN_OTHERS)


def bytes_from_spool(form: str, spooled: int) -> int:
    """Bytes in a database or a lake of what is so large as Parquet with lz4."""
    return bytes_of_empty(form) + round(_FROM_SPOOL.get(form, max(_FROM_SPOOL.values())) * spooled)


def tells(form: str, rows: int) -> bool:
    """Whether the size of so many rows in a database tells of that of more."""
    return rows >= _TELLING.get(form, 1)


def bytes_of_empty(form: str) -> int:
    """Bytes that a table takes in a database or a lake besides its rows."""
    return _EMPTY.get(form, 0)


def resident_bytes() -> int | None:
    """What this process has in memory; ``None`` where the system doesn't tell."""
    if sys.platform != "linux":
        return None
    with open("/proc/self/statm", encoding="ascii") as told:  # noqa: PTH123 - no file of anybody's
        return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Footprint:
    """What a process has in memory before it makes whole chunks.

    Attributes:
        before: when nothing was sampled yet.
        after: with all that rows are computed from.
        alone: whether the process does nothing else, as that of a command.
    """

    before: int | None
    after: int | None
    alone: bool

    def peak(self, chunk_bytes: int, workers: int, *, row_groups: bool = True) -> int:
        """The most that all processes together have, in two digits.

        Args:
            chunk_bytes: the frame of the largest chunk.
            workers: how many have something to do.
            row_groups: whether a file is written in row groups.
        """
        grown = _UNTOLD
        if self.before is not None and self.after is not None:
            grown = max(0, self.after - self.before - _SAMPLES)
        base = self.before if self.alone and self.before is not None else _FRESH
        one = base + grown + _HASHED + round((_FRAMES if row_groups else _FRAMES_AS_TEXT) * chunk_bytes)
        whole = one if workers <= 1 else _PARENT + workers * _OF_WORKER * (one - _SHARED)
        # What a process has in memory differs by a page or a hundred each time; no more digits are meant.
        return round(float(f"{whole:.1e}"))
