"""Two small tables with every type of column, and change logs of them written out by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE, LSN_BITS, change_table
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Reference, Table
from synth_assets.model.types import FLOAT32, INT64, STRING, every, struct

_KINDS = {"integer", "boolean", "decimal", "float", "string", "timestamp", "date", "uuid", "json"}

PARENTS = Table(
    domain="by_hand",
    name="parents",
    doc="Parents.",
    grain="one parent",
    key=Key.of("parent_id"),
    columns=(
        Column("parent_id", INT64, "number"),
        Column("name", STRING, "who", values=("Ann", "Bob's", "Cy")),
    ),
    unique=(("name",),),
)
CHILDREN = Table(
    domain="by_hand",
    name="children",
    doc="Children with a cell of every type.",
    grain="one child",
    key=Key.of("child_id"),
    columns=(
        Column("child_id", INT64, "number"),
        Column("parent_id", INT64, "parent", nullable=True),
        *(
            Column(f"a_{type_.name.translate(str.maketrans('(), ', '____'))}", type_, "a cell", nullable=True)
            for type_ in every()
            if type_.kind in _KINDS and type_ != FLOAT32  # which no domain has yet
        ),
        Column("a_struct", struct({"word": STRING, "count": INT64, "other": STRING}), "a cell", nullable=True),
    ),
    references=(Reference.of("parent_id", "parents"),),
)
TABLES = {table.name: table for table in (PARENTS, CHILDREN)}

_CELLS: dict[str, tuple[Any, Any]] = {  # per kind: two values that something might mistake for others
    "integer": (-128, 0),
    "boolean": (True, False),
    "decimal": (Decimal("-0.05"), Decimal("12345.60")),
    "float": (0.1, -1.5e300),
    "string": ('it\'s "1"\t\\N\n— ž 🐘; NULL', ""),
    "timestamp": (datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    "date": (date(1900, 2, 28), date(2024, 2, 29)),
    "uuid": ("00000000-0000-4000-8000-000000000001", "ffffffff-ffff-4fff-bfff-fffffffffffe"),
    "json": ('{"a": [1, null], "b" : "it\'s"}', "null"),
    "struct": ({"word": 'it\'s "1"\t\\ é', "count": -1, "other": None}, {"word": "", "count": 0, "other": "null"}),
}

Row = dict[str, Any]
Change = tuple[str, Row | None, Row | None]
"""A table's name, the old row, the new row."""


def parent(number: int, name: str) -> Row:
    """A row of the parents."""
    return {"parent_id": number, "name": name}


def child(number: int, of: int | None, which: int | None) -> Row:
    """A row of the children, with the first or second value of each type, or nulls."""
    row: Row = {"child_id": number, "parent_id": of}
    for column in CHILDREN.columns[2:]:
        value = None if which is None else _CELLS[column.type.kind][which]
        if isinstance(value, datetime):
            finest = 123_000 if "timestamp(ms" in column.type.name else 0
            value = value.replace(microsecond=finest, tzinfo=UTC if "UTC" in column.type.name else None)
        row[column.name] = value
    return row


def change_logs(batch: int, *transactions: list[Change]) -> dict[str, pl.DataFrame]:
    """The logs of a batch of transactions; what the columns mean is written once more here, as plainly as can be."""
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    lsn = batch << LSN_BITS
    for tx_id, changes in enumerate(transactions, lsn + 1):
        for seq, (name, before, after) in enumerate(changes, 1):
            lsn += 1
            row: Row = {"batch": batch, "lsn": lsn, "tx_id": tx_id, "tx_seq": seq, "tx_total": len(changes)}
            row["commit_ts"] = datetime(2026, 1, batch, tzinfo=UTC)
            row["op"] = "insert" if before is None else "delete" if after is None else "update"
            key = str(TABLES[name].key)
            row[key] = (after or before or {})[key]
            row |= {BEFORE + column: value for column, value in (before or {}).items()}
            row |= {AFTER + column: value for column, value in (after or {}).items()}
            row["changed_columns"] = [one for one in before if before[one] != after[one]] if before and after else []
            rows[name].append(row)
    return {name: pl.DataFrame(found, schema=change_table(TABLES[name]).schema) for name, found in rows.items()}


BATCH = change_logs(
    1,
    [("parents", None, parent(1, "Ann")), ("children", None, child(1, 1, 0)), ("children", None, child(2, 1, None))],
    [("parents", None, parent(2, "Bob's"))],
    [
        ("children", None, child(3, None, 1)),
        ("children", child(1, 1, 0), child(1, 2, 1)),
        ("children", child(2, 1, None), child(2, None, 0)),
        ("children", child(3, None, 1), child(3, 2, None)),
        ("parents", parent(1, "Ann"), None),
        ("parents", parent(2, "Bob's"), parent(2, "Bob's")),
    ],
    [("children", child(1, 2, 1), None), ("children", child(3, 2, None), None), ("parents", parent(2, "Bob's"), None)],
)
