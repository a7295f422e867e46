"""A table as sinks, checks and documents see it: names, types, keys, references; no way to make values."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from synth_assets.model.key import Key
from synth_assets.model.types import ColumnType

if TYPE_CHECKING:  # describing a table doesn't need it
    import polars as pl


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: the column's name.
        type: its type.
        doc: one line for ``synth describe``, the docs and Dagster's column schema.
        nullable: whether a cell may be missing.
        values: the closed set of values of an enumeration, or empty.
        since: the contract version in which its values became what they are; part of the key of its random bits,
            so that mending one column moves no other.
    """

    name: str
    type: ColumnType
    doc: str
    nullable: bool = False
    values: tuple[str, ...] = ()
    since: int = 1


ENTRIES = "[]"
"""What a list's entries are called on the way to a part of a cell."""


@dataclass(frozen=True)
class Reference:
    """Columns that hold the key, or another unique group of columns, of a row of a table of the same domain.

    Where one of the columns is missing, the row refers to nothing. A column that may refer to one of several tables has
    a reference to each, which is that of the rows whose other column says so.

    Attributes:
        columns: the columns that refer.
        table: the name of the table they refer to; perhaps their own.
        to: the columns there, in the same order; its key without.
        inside: the way from a cell of the first column to what refers, where that is a part of it: names of fields,
            and :data:`ENTRIES` for each entry of a list.
        when: a column of text and what it says in the rows that refer to this table; ``None`` for all rows.
    """

    columns: tuple[str, ...]
    table: str
    to: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    when: tuple[str, str] | None = None

    @classmethod
    def of(cls, column: str, target: str, inside: tuple[str, ...] = ()) -> "Reference":
        """A column's reference from ``table``, or ``table.column`` for a unique column that is not the key."""
        table, _, to = target.partition(".")
        return cls((column,), table, (to,) if to else (), inside)

    def target(self, parent: "Table") -> tuple[str, ...]:
        """The columns of ``parent`` that it leads to."""
        return self.to or parent.key.columns

    def __str__(self) -> str:
        """For messages: the columns' names with commas between, or the way to a part: ``items[].product_id``."""
        return ", ".join(self.columns) + "".join(one if one == ENTRIES else f".{one}" for one in self.inside)


@dataclass(frozen=True)
class Rule:
    """A hard invariant of a domain, checkable on stored data.

    Attributes:
        name: a short snake_case name, e.g. ``total_is_sum_of_parts``.
        doc: the rule as one sentence.
        tables: the tables that ``sql`` reads; the first one is the table the rule is about.
        sql: a DuckDB query over those tables (by bare name) returning the offending rows; none is right.
    """

    name: str
    doc: str
    tables: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Table:
    """A table's description, in column order.

    Attributes:
        domain: the domain it belongs to; the schema in databases.
        name: the table's name.
        doc: what it holds.
        grain: what one row is, e.g. ``one order``.
        key: what names a row; rows are stored in the order of their numbers. A table may have none: then the
            order of its rows is part of its content.
        columns: all columns in order.
        references: to other tables of the domain, or to itself.
        inner_references: likewise, of parts of cells.
        unique: groups of columns that no two rows share, besides the key; a row with a missing one is no matter.
        rules: the invariants that are about this table.
    """

    domain: str
    name: str
    doc: str
    grain: str
    key: Key
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    rules: tuple[Rule, ...] = field(default=())
    inner_references: tuple[Reference, ...] = ()

    @property
    def path(self) -> str:
        """``domain/name``."""
        return f"{self.domain}/{self.name}"

    @property
    def column_names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]

    @property
    def parents(self) -> tuple[str, ...]:
        """The other tables that it refers to, each once."""
        return tuple(name for name in dict.fromkeys(one.table for one in self.all_references) if name != self.name)

    @property
    def all_references(self) -> tuple[Reference, ...]:
        """Those of columns, and then those of parts of cells."""
        return (*self.references, *self.inner_references)

    def reference_of(self, column: str) -> Reference | None:
        """The first reference that a column takes part in."""
        return next((one for one in self.references if column in one.columns), None)

    def referred_by(self, column: str) -> tuple[str, ...]:
        """The tables that a column refers to: one, or those of which it may be any."""
        first = self.reference_of(column)
        if first is None or first.when is None:
            return () if first is None else (first.table,)
        return tuple(one.table for one in self.references if one.columns == first.columns and one.when is not None)

    def is_unique(self, column: str) -> bool:
        """Whether no two rows have the same value in a column."""
        return (column,) == self.key.columns or (column,) in self.unique

    def reads_as_name(self, column: str) -> bool:
        """Whether a column's values name rows, here or elsewhere, and so aren't quantities or qualities."""
        return column in self.key.columns or self.is_unique(column) or self.reference_of(column) is not None

    @property
    def schema(self) -> "pl.Schema":
        """The polars schema of every frame of this table."""
        import polars as pl

        return pl.Schema({column.name: column.type.polars for column in self.columns})

    def column(self, name: str) -> Column:
        """The column called ``name``; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
