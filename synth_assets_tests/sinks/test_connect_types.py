"""What the real connector 3.6.3 said of a column of each type: its schema, and what stands for an untold cell."""

import json

import polars as pl
import pytest

from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types.catalog import named
from synth_assets.sinks.envelopes.connect import column_schema, connect_cell, key_only, row_json

DEBEZIUM = "io.debezium."
SEEN = {
    "int8": ("int16", "", 0),
    "int16": ("int16", "", 0),
    "int32": ("int32", "", 0),
    "int64": ("int64", "", 0),
    "decimal(12,2)": ("string", "", "0.00"),
    "decimal(20,0)": ("string", "", "0"),
    "float32": ("float", "", 0.0),
    "float64": ("double", "", 0.0),
    "boolean": ("boolean", "", False),
    "string": ("string", "", ""),
    "uuid": ("string", "data.Uuid", ""),
    "json": ("string", "data.Json", ""),
    "binary": ("bytes", "", ""),
    "date": ("int32", "time.Date", 0),
    "timestamp(s)": ("int64", "time.MicroTimestamp", 0),
    "timestamp(us)": ("int64", "time.MicroTimestamp", 0),
    "timestamp(s, UTC)": ("string", "time.ZonedTimestamp", "1970-01-01T00:00:00Z"),
}
"""Our type → Connect's, the name of what it stands for, and what stands for nothing where null may not."""


def schema_of(kind, name, *, optional):
    return {"type": kind, "optional": optional, **({"name": DEBEZIUM + name, "version": 1} if name else {})}


@pytest.mark.parametrize("name", SEEN)
@pytest.mark.parametrize("nullable", [True, False])
def test_a_column_has_the_connectors_schema_and_stands_for_nothing_as_it_does(name, nullable):
    kind, meaning, nothing = SEEN[name]
    column = Column("cell", named(name), "", nullable=nullable)
    assert list(column_schema(column).items()) == list(
        {**schema_of(kind, meaning, optional=nullable), "field": "cell"}.items()
    )
    table = Table("shop", "things", "", "", Key.of("id"), (Column("id", named("int64"), ""), column))
    (text,) = pl.select(pl.lit(7).alias("before_id")).select(key_only(table, "before_")).to_series()
    found = json.loads(text)
    assert found == {"id": 7, "cell": None if nullable else nothing}
    assert type(found["cell"]) is type(None if nullable else nothing)


@pytest.mark.parametrize("name", ["int16", "string", "boolean", "float64", "uuid"])
def test_a_list_is_an_array_of_what_its_entries_are(name):
    kind, meaning, _ = SEEN[name]
    schema = column_schema(Column("cells", named(f"list({name})"), ""))
    assert schema == {
        "type": "array",
        "items": schema_of(kind, meaning, optional=True),
        "optional": False,
        "field": "cells",
    }


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("date", "2026-01-02T00:00:00", 20_455),
        ("timestamp(s, UTC)", "2026-01-02T08:30:00", "2026-01-02T08:30:00.000000Z"),
        ("timestamp(s)", "2026-01-02T08:30:00", 1_767_342_600_000_000),
        ("decimal(12,2)", "1.50", "1.50"),
    ],
)
def test_cells_are_written_as_the_connector_does(name, value, seen):
    of = named(name)
    cell = pl.lit(value).cast(of.polars) if name.startswith("dec") else pl.lit(value).str.to_datetime().cast(of.polars)
    (shown,) = pl.select(cell.alias("one")).select(row_json([connect_cell(of, pl.col("one")).alias("one")])).to_series()
    assert json.loads(shown) == {"one": seen}
