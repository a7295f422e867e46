"""``.stream_dict``: a record at a time, as fast as somebody wants them. The wall clock is read here, at the front."""

import itertools
import time
from collections.abc import Iterator, Mapping
from datetime import date
from datetime import time as day_time
from decimal import Decimal
from math import isfinite
from typing import Any, Literal, NamedTuple
from uuid import UUID

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.rand_engine.maker import RowMaker
from synth_assets.rand_engine.rows import GeneratedRows
from synth_assets.usecases.pace import intervals

CREATED = "timestamp_created"
"""The member of a record that says when it was created, in seconds since 1970."""

Clock = Literal["wall", "dataset"]

_ROWS = 1_000
_MICROSECONDS = 1_000_000
_MOST = 1_000_000


class Throughput(NamedTuple):
    """How many records there are in a second, at least and at the most."""

    least: float
    most: float


def throughput(least: Any, most: Any) -> Throughput:
    """How fast a stream is.

    Raises:
        UsageError: it is no speed.
    """
    for name, value in (("min_throughput", least), ("max_throughput", most)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0.001 <= value <= _MOST:
            raise UsageError(
                f"stream_dict({name}={value!r}) is not allowed; it is a number of records a second from 0.001 to"
                f" {_MOST:,}.\n  For example: stream_dict(min_throughput=5, max_throughput=15)"
            )
    if least > most:
        raise UsageError(
            f"stream_dict(): min_throughput={least} is more than max_throughput={most}.\n"
            f"  For example: stream_dict(min_throughput={most}, max_throughput={least})"
        )
    return Throughput(least, most)


def records(generator: RowMaker, speed: Throughput, clock: Clock) -> Iterator[dict[str, Any]]:
    """Records without end: row after row of a generator, each with the time at which it was created.

    Args:
        generator: the generator.
        speed: how many there are in a second; each interval is drawn from the seed.
        clock: ``wall`` waits, and a record has the time at which it is handed over; ``dataset`` doesn't, and it has the
            dataset's own time, which begins at its moment.
    """
    moment, passed = generator.moment(), 0
    due = time.monotonic()
    for first in itertools.count(0, _ROWS):
        rows = GeneratedRows(generator, moment + passed // _MICROSECONDS)
        found = _Records(generator, rows, first)
        for number, interval in enumerate(intervals(generator.seed, first, _ROWS, speed.least, speed.most)):
            if number >= len(found):
                break
            if clock == "wall":
                # Who took longer than the interval isn't sent the next ones all at once.
                due = max(due, _waited(due)) + interval / _MICROSECONDS
            created = time.time() if clock == "wall" else moment + passed / _MICROSECONDS
            yield found.record(number) | {CREATED: round(created, 6)}
            passed += interval


class _Records:
    """Some rows as records."""

    def __init__(self, generator: RowMaker, rows: GeneratedRows, first: int) -> None:
        if generator.has_transformers:
            found: Any = rows.finished(first, _ROWS)
            self._records: list[dict[str, Any]] = found.to_dict("records")
        else:
            frame: pl.DataFrame = rows.made(first, _ROWS)
            rows.note(frame)
            self._records = frame.to_dicts()
        rows.keep()

    def __len__(self) -> int:
        return len(self._records)

    def record(self, number: int) -> dict[str, Any]:
        return {str(name): plain_cell(cell) for name, cell in self._records[number].items()}


def plain_cell(cell: Any) -> Any:
    """A cell as JSON has it: times and days are text, decimals numbers, and what is missing or no number is ``None``.

    Example:
        >>> plain_cell(date(2024, 1, 31)), plain_cell(float("nan")), plain_cell({"total": Decimal("1.50")})
        ('2024-01-31', None, {'total': 1.5})
    """
    if isinstance(cell, Mapping):
        return {str(name): plain_cell(one) for name, one in cell.items()}
    if isinstance(cell, list | tuple):
        return [plain_cell(one) for one in cell]
    if cell is None or isinstance(cell, str) or _is_missing(cell):
        return None if not isinstance(cell, str) else cell
    if isinstance(cell, date | day_time):
        return cell.isoformat()
    if isinstance(cell, Decimal | UUID):
        return float(cell) if isinstance(cell, Decimal) else str(cell)
    return plain_cell(cell.tolist()) if hasattr(cell, "tolist") else cell  # a number or an array of NumPy's


def _is_missing(cell: Any) -> bool:
    """Whether it is one of pandas' missing values, or a number that JSON hasn't."""
    return type(cell).__name__ in {"NAType", "NaTType"} or (isinstance(cell, float) and not isfinite(cell))


def _waited(due: float) -> float:
    """What time it is, after waiting until then."""
    left = due - time.monotonic()
    if left > 0:
        time.sleep(left)
    return time.monotonic()
