"""Types and cells that the page of formats shows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT16, STRING, UUID, ColumnType, decimal, every, list_of, struct, timestamp

_NAIVE = datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001 - a clock on a wall

_CELLS: dict[str, Any] = {
    "binary": b"\x00\xff",
    "boolean": True,
    "date": date(2026, 2, 28),
    "decimal": Decimal("12.50"),
    "float": 0.25,
    "integer": 7,
    "json": '{"a": [1, 2]}',
    "list": ["a", None],
    "string": 'say "é"',
    "struct": {"city": "Wien", "floor": 3},
    "timestamp": _NAIVE,
    "uuid": "0189d3f1-7a6b-4c1d-9e2f-0123456789ab",
}

_NESTED = (list_of(STRING), struct({"city": STRING, "floor": INT16}))

TYPES: tuple[ColumnType, ...] = tuple(dict.fromkeys([*every(), UUID, timestamp("us", "UTC"), decimal(38, 2), *_NESTED]))
"""Those with a name of their own, and one of each family that constructors make."""

SCALARS = tuple(of for of in TYPES if of.kind not in {"list", "struct"} and of.name != "decimal(38,2)")
"""Those that every reader is to give back."""


def columns_of(types: tuple[ColumnType, ...]) -> tuple[Column, ...]:
    """A key, and a column of each type, called after it, which may be missing."""
    return (Column("id", every_id(), ""), *(Column(of.name, of, "", nullable=True) for of in types))


def every_id() -> ColumnType:
    """The key's type."""
    return next(of for of in every() if of.name == "int64")


TABLE = Table("bronze", "types", "", "", Key.of("id"), columns_of(SCALARS))


def frame_of(types: tuple[ColumnType, ...]) -> pl.DataFrame:
    """Two rows: a cell of each type, and missing ones."""
    columns = [pl.Series(of.name, [_cell(of), None], dtype=of.polars) for of in types]
    return pl.DataFrame([pl.Series("id", [1, 2], dtype=pl.Int64), *columns])


def _cell(of: ColumnType) -> Any:
    value = _CELLS[of.kind]
    return value.replace(tzinfo=UTC) if of.name.endswith("UTC)") else value
