"""Every type there is, some that constructors make, and cells of each, for tests of types and of sinks."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import polars as pl

from synth_assets.model import types
from synth_assets.model.types import (
    BOOLEAN,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT64,
    STRING,
    UUID,
    decimal,
    list_of,
    struct,
    timestamp,
)
from synth_assets.model.types.clocks import TIME
from synth_assets.model.types.structs import any_struct
from synth_assets.model.types.times import moment
from synth_assets.model.types.unsigned import UINT8, UINT16, UINT32, UINT64

MADE = (
    decimal(20, 4),
    decimal(38, 38),
    timestamp("us"),
    timestamp("us", "UTC"),
    list_of(INT8),
    list_of(list_of(FLOAT64)),
    struct({"city": STRING, "floor": INT16, "geo": list_of(FLOAT32), "id": UUID, "is_new": BOOLEAN}),
    list_of(struct({"name": STRING, "inner": struct({"x": INT64})})),
    struct({"price": decimal(38, 2), "rates": list_of(decimal(12, 6))}),
)
OTHERS = (
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    TIME,
    moment("ns", None),
    moment("ns", "UTC"),
    moment("ms", "Europe/Berlin"),
    moment("us", "America/St_Johns"),
    any_struct({'a "b", (c): d': INT16, "é": list_of(STRING)}),
)
"""Those of somebody's own tables only."""

EVERY = [*types.every(), *MADE, *OTHERS]
IDS = [one.name for one in EVERY]

CELLS = {
    "binary": [b"\x00\xff", b"a"],
    "boolean": [True, False],
    "date": [date(1969, 12, 31), date(2400, 2, 29)],
    "decimal": [Decimal("-0.01"), Decimal(0)],
    "float": [0.1, -0.0, 1e-30],
    "integer": [-128, 127],
    "json": ['{"a": [1, 2]}', "null"],
    "string": ["é", ' "x"\n'],
    "timestamp": [datetime(1969, 12, 31, 23, 59, 59), datetime(2026, 3, 29, 1, 30)],  # noqa: DTZ001
    "time": [time(0), time(23, 59, 59, 999_999)],
    "unsigned": [0, 255],
    "uuid": ["0189d3f1-7a6b-4c1d-9e2f-0123456789ab"],
}


def cells(of):
    """Some cells of a type, the first one missing."""
    if of.kind == "list":
        inner = cells(of.of).to_list()
        values = [[], inner, inner[::-1]]
    elif of.kind == "struct":
        columns = {name: cells(inner).to_list() for name, inner in of.fields}
        values = [{name: column[at % len(column)] for name, column in columns.items()} for at in range(3)]
    else:
        values = CELLS[of.kind]
    if of.kind == "timestamp" and of.zone:
        values = [value.replace(tzinfo=UTC) for value in values]
    return pl.Series("c", [None, *values], dtype=of.polars)
