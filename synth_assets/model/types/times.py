"""Moments, as microseconds since 1970-01-01T00:00, with a zone, which is UTC, or without one.

Somebody's own table may have nanoseconds, and other zones: text formats and databases then hold the moment in UTC.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from synth_assets.errors import UsageError, unknown
from synth_assets.model.types.base import (
    FAR_TIMES,
    FINER_TIMES,
    NANOSECONDS,
    ColumnType,
    FixedWidth,
    Peculiar,
    plain_text,
)

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    import pyarrow as pa

Unit = Literal["s", "ms", "us", "ns"]

_MICROSECONDS: Mapping[str, int] = {"s": 1_000_000, "ms": 1_000, "us": 1}
_FRACTION: Mapping[str, str] = {"s": "", "ms": "%.3f", "us": "%.6f", "ns": "%.9f"}
_DATETIME: Mapping[str, str] = {"s": "DATETIME", "ms": "DATETIME(3)", "us": "DATETIME(6)", "ns": "DATETIME(6)"}
_DECLARED = ("s", "ms", "us")
_DAY = 86_400_000_000  # µs
_FARTHEST = 95_000_000  # days; polars writes years up to 262,142

_NAME = re.compile(r"timestamp\((s|ms|us|ns)(?:, ([^()]+))?\)")
_MOMENT = (
    r"^(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<minute>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r" ?(?:[Zz]|UTC|(?P<sign>[+-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-9]{2}))?)?$"
)


@dataclass(frozen=True)
class Timestamp(FixedWidth):
    """A moment.

    Attributes:
        unit: what its text shows: whole seconds, milliseconds, microseconds or nanoseconds. Frames have nanoseconds
            for the last, else microseconds.
        zone: ``UTC``, another one, or ``None`` for a clock on a wall.
    """

    unit: Unit
    zone: str | None

    kind: ClassVar[str] = "timestamp"

    @cached_property
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""
        import polars as pl

        return pl.Datetime("ns" if self.unit == "ns" else "us", self.zone)

    def _limits(self) -> tuple[int, int] | None:
        """Microseconds of the years from 1 to 9999; nanoseconds have no others."""
        return None if self.unit == "ns" else (-62_135_596_800_000_000, 253_402_300_799_999_999)

    def _told(self, value: int) -> str:
        """By its distance: it may have no name."""
        return f"{value:,} microseconds from 1970"

    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""
        import numpy as np
        import pyarrow as pa

        return pa.timestamp("us"), np.dtype(np.int64)

    def _sql(self) -> Mapping[str, str]:
        name = "TIMESTAMP" if self.zone is None else "TIMESTAMP WITH TIME ZONE"
        # MariaDB's own TIMESTAMP ends in 2038 or 2106, and a DATETIME cuts what it has no digits for.
        return {"duckdb": name, "mariadb": _DATETIME[self.unit], "postgresql": name, "sqlite": "TIMESTAMP"}

    @property
    def text(self) -> str:
        """One fixed form a type, so that a reader may name it; a finer value is refused, never cut."""
        return "%Y-%m-%dT%H:%M:%S" + _FRACTION[self.unit] + ("" if self.zone is None else "Z")

    def as_text(self, cell: "pl.Expr") -> "pl.Expr":
        """As :attr:`text` says."""
        utc = cell if self.zone in {None, "UTC"} else cell.dt.convert_time_zone("UTC")
        # Without the zone, formatting takes two thirds of the time.
        return utc.dt.replace_time_zone(None).dt.strftime(self.text)

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """From exactly that form."""
        unit: Literal["ns", "us"] = "ns" if self.unit == "ns" else "us"
        return self._placed(text.str.to_datetime(self.text, time_unit=unit, time_zone=None, strict=True))

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """Of any unit and zone; without a zone it is UTC, and a date is its midnight."""
        return self._placed(moment_of(cell, found)).cast(self.polars)

    @property
    def peculiar(self) -> Peculiar:
        """Moments between those that the text has, or that databases have."""
        if self.unit == "ns":
            return {NANOSECONDS: lambda cells: bool((cells.to_physical() % 1_000 != 0).any())}
        return {
            FINER_TIMES: lambda cells: bool((cells.to_physical() % _MICROSECONDS[self.unit] != 0).any()),
            FAR_TIMES: lambda cells: is_far(cells, _DAY),
        }

    def days(self, cells: "pl.Series") -> "pl.Series":
        """The day it is then, in its zone or on the wall."""
        wall = cells if self.zone in {None, "UTC"} else cells.dt.replace_time_zone(None)
        return wall.to_physical() // (_DAY * 1_000 if self.unit == "ns" else _DAY)

    def declared(self) -> "Timestamp":
        """Those that :func:`timestamp` makes."""
        return timestamp(self.unit, self.zone)

    def _placed(self, naive: "pl.Expr") -> "pl.Expr":
        if self.zone is None:
            return naive
        utc = naive.dt.replace_time_zone("UTC")
        return utc if self.zone == "UTC" else utc.dt.convert_time_zone(self.zone)


def timestamp(unit: str, zone: str | None = None) -> Timestamp:
    """The type of moments.

    Args:
        unit: ``s``, ``ms`` or ``us``.
        zone: ``UTC``, or ``None`` for none.

    Raises:
        UsageError: another unit or zone.
    """
    if unit not in _DECLARED:
        raise unknown("unit of a timestamp", unit, _DECLARED)
    if zone not in {None, "UTC"}:
        raise UsageError(f"timestamps in {zone} are no type; they are in UTC, or without a zone.\n  Convert them.")
    return moment(unit, zone)


def moment(unit: str, zone: str | None) -> Timestamp:
    """The type of moments in somebody's own table: ``ns`` and any zone are as good as others."""
    name = f"timestamp({unit})" if zone is None else f"timestamp({unit}, {zone})"
    return Timestamp(name, cast("Unit", unit), zone)


def is_far(cells: "pl.Series", day: int) -> bool:
    """Whether one is further away than calendars reach; ``day`` is how much of a cell's number a day is."""
    low, high = cast("tuple[int | None, int | None]", (cells.to_physical().min(), cells.to_physical().max()))
    return low is not None and high is not None and not -_FARTHEST * day <= low <= high <= _FARTHEST * day


def moment_of(cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
    """Microseconds since 1970 in UTC, without a zone; null where something finer would be lost."""
    import polars as pl

    if found == pl.Date():
        return cell.cast(pl.Datetime("us"))
    if not isinstance(found, pl.Datetime):
        return _parsed(plain_text(cell, found).str.strip_chars())
    utc = cell if found.time_zone is None else cell.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    micros = utc.dt.cast_time_unit("us")
    return pl.when(micros.dt.cast_time_unit(found.time_unit) == utc).then(micros)


def _parsed(text: "pl.Expr") -> "pl.Expr":
    """ISO 8601, with a blank for the T if one likes, as databases write it."""
    import polars as pl

    part = text.str.extract_groups(_MOMENT).struct
    minute = pl.concat_str(part.field("day"), pl.lit(" "), part.field("minute").fill_null("00:00"))
    moment = pl.concat_str(minute, part.field("second").fill_null(":00")).str.to_datetime(
        "%Y-%m-%d %H:%M:%S", time_unit="us", strict=False
    )
    nanos = part.field("fraction").fill_null("").str.pad_end(9, "0").cast(pl.Int64)
    ahead = part.field("hours").cast(pl.Int64) * 60 + part.field("minutes").fill_null("00").cast(pl.Int64)
    ahead = pl.when(part.field("sign") == "-").then(-ahead).otherwise(ahead).fill_null(0)
    return pl.when(nanos % 1000 == 0).then(
        moment + pl.duration(microseconds=nanos // 1000) - pl.duration(minutes=ahead)
    )


TIMESTAMP_UTC = timestamp("s", "UTC")
TIMESTAMP_UTC_MS = timestamp("ms", "UTC")
TIMESTAMP = timestamp("s")
TIMESTAMP_MS = timestamp("ms")

TYPES = (TIMESTAMP_UTC, TIMESTAMP_UTC_MS, TIMESTAMP, TIMESTAMP_MS)


def named(text: str) -> ColumnType | None:
    """``timestamp(unit)`` or ``timestamp(unit, zone)``."""
    match = _NAME.fullmatch(text)
    return moment(match[1], match[2]) if match else None
