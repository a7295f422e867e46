"""What a sink can and can't do, said as data: writers are held to it, and the common suites are built from it.

A sink has every ability of :data:`ABILITIES` that it doesn't list under ``lacks``, each with the reason why not.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.table import Column, Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import (
    EMPTY_TEXT,
    FAR_TIMES,
    FINER_TIMES,
    INFINITY,
    NANOSECONDS,
    NESTED_NOT_FINITE,
    NOT_A_NUMBER,
    ODD_FIELDS,
    UNTOLD_INSIDE,
    alike,
    is_nameless,
)

READ_BACK = "read back what was written"
REPEATED_BYTES = "the same bytes for the same rows"
ALL_OR_NOTHING = "a table whole or not at all"
IDEMPOTENT = "the same thing twice as if once"
ROWS = "rows of tables"
RECORDS = "records of change data"

CELLS = (EMPTY_TEXT, FAR_TIMES, FINER_TIMES, NOT_A_NUMBER, INFINITY, NESTED_NOT_FINITE, NANOSECONDS)
"""Abilities to hold peculiar cells (:attr:`~synth_assets.model.types.ColumnType.peculiar`), called like those."""

NAMELESS = "a name without letters, or with a zero byte"
ALIKE = "a name that differs from another's in case alone"
ROW_NUMBER = "the name rowid"
DOUBLE_QUOTE = "a name with a double quote"
BYTE_ORDER_MARK = "a name that begins with a byte order mark"
THOUSANDS = "a place after 2,000 others"
LAKELESS = "numbers without a sign, times of day, spans of time, and times of other zones than UTC"
MISSING_LISTS = "lists of structs that may be missing"

_ORDER_MARK = "\ufeff"


def _is_lakeless(of: ColumnType) -> bool:
    return of.kind in {"unsigned", "time", "duration"} or getattr(of, "zone", None) not in {None, "UTC"}


def _may_miss_lists(column: Column) -> bool:
    """Whether a list of structs, or one within a cell, may be missing."""
    found = [one for one in column.type.parts if one.kind == "list" and one.parts[1].kind == "struct"]
    return bool(found) and (column.nullable or found != [column.type])


COLUMNS: Mapping[str, Callable[[Table], list[str]]] = {
    NAMELESS: lambda table: [name for name in table.column_names if is_nameless(name)],
    ALIKE: lambda table: alike(table.column_names),
    # Where no key of whole numbers says it, the order of rows is the database's own number of each.
    ROW_NUMBER: lambda table: [
        name for name in table.column_names if name.lower() == "rowid" and not table.key.is_integer
    ],
    DOUBLE_QUOTE: lambda table: [name for name in table.column_names if '"' in name],
    BYTE_ORDER_MARK: lambda table: [name for name in table.column_names[:1] if name.startswith(_ORDER_MARK)],
    THOUSANDS: lambda table: table.column_names[2_000:],
    UNTOLD_INSIDE: lambda table: [one.name for one in table.columns if UNTOLD_INSIDE in one.type.asks],
    ODD_FIELDS: lambda table: [one.name for one in table.columns if ODD_FIELDS in one.type.asks],
    MISSING_LISTS: lambda table: [one.name for one in table.columns if _may_miss_lists(one)],
    LAKELESS: lambda table: [one.name for one in table.columns if any(map(_is_lakeless, one.type.parts))],
}
"""Abilities to hold columns, whatever is in them, and which columns of a table ask for them."""

ABILITIES = (READ_BACK, REPEATED_BYTES, ALL_OR_NOTHING, IDEMPOTENT, ROWS, RECORDS, *CELLS, *COLUMNS)

TypeMapper = Callable[[ColumnType], str]
"""What a sink calls a type."""


@dataclass(frozen=True)
class Capabilities:
    """What a sink can do.

    Attributes:
        idempotent_by: what makes writing something again the same as having written it once, in a few words; empty
            for a sink that isn't :data:`IDEMPOTENT`.
        lacks: abilities it hasn't, and why, as the end of a sentence: ``which JSON hasn't``.
    """

    idempotent_by: str
    lacks: Mapping[str, str] = field(default_factory=dict)

    def can(self, ability: str) -> bool:
        """Whether it has one of :data:`ABILITIES`."""
        return ability not in self.lacks

    def unfit(self, table: Table) -> Iterator[tuple[str, str]]:
        """The columns of a table that the sink can't hold, each with what it lacks and why."""
        for ability, columns in COLUMNS.items():
            if ability in self.lacks:
                yield from ((name, f"{ability}, {self.lacks[ability]}") for name in columns(table))

    def check_cells(self, frame: pl.DataFrame, table: Table, before: str = "") -> None:
        """Look for cells that the sink can't hold.

        Args:
            frame: rows of the table.
            table: the table.
            before: what the frame's columns have before their names.

        Raises:
            DataError: there is one.
        """
        for column in table.columns:
            for name, occurs in column.type.peculiar.items():
                if name in self.lacks and occurs(frame[before + column.name]):
                    raise DataError(
                        f"{table.path}: column {column.name}, {column.type.name}, has {name}, {self.lacks[name]}.\n"
                        "  Choose a format that holds it (docs/formats.md says which), or make the column nullable and"
                        " such cells missing."
                    )
