"""A table as sinks, checks and documents see it: names, types, keys, references; no way to make values."""

from dataclasses import dataclass, field

import polars as pl

from synth_assets.model.types import ColumnType


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: the column's name.
        type: its type.
        doc: one line for ``synth describe``, the docs and Dagster's column schema.
        nullable: whether a cell may be missing.
        references: the table (same domain) whose key this column holds, or ``None``.
        unique: whether values are unique though the column is not the key.
        values: the closed set of values of an enumeration, or empty.
    """

    name: str
    type: ColumnType
    doc: str
    nullable: bool = False
    references: str | None = None
    unique: bool = False
    values: tuple[str, ...] = ()


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
        key: name of the single integer key column; rows are stored in its ascending order. Empty for a table
            of somebody's own that has none: then the order of its rows is part of its content.
        columns: all columns in order.
        rules: the invariants that are about this table.
    """

    domain: str
    name: str
    doc: str
    grain: str
    key: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = field(default=())

    @property
    def path(self) -> str:
        """``domain/name``."""
        return f"{self.domain}/{self.name}"

    @property
    def column_names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]

    @property
    def references(self) -> dict[str, str]:
        """Column name → referenced table, in column order."""
        return {c.name: c.references for c in self.columns if c.references is not None}

    @property
    def schema(self) -> pl.Schema:
        """The polars schema of every frame of this table."""
        return pl.Schema({column.name: column.type.polars for column in self.columns})

    def column(self, name: str) -> Column:
        """The column called ``name``; ``KeyError`` when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
