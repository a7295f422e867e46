"""Events of a change log as statements with parameters: what an application would have sent."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.sinks.sql import Names

Cells = tuple[Any, ...]
"""As the server's driver takes them."""

_ROWS = 8_192
"""Events that are made texts of at a time: some megabytes."""


class PreparedStatement(NamedTuple):
    """What a statement is.

    Attributes:
        sql: its text.
        formats: those of its parameters, by the driver's numbers.
        does: what it does to which table, for messages.
        key: the columns whose cells come last, by which it finds its row.
    """

    sql: str
    formats: tuple[int, ...]
    does: str
    key: tuple[str, ...] = ()


class EventStatement(NamedTuple):
    """A statement that makes an event happen.

    Attributes:
        lsn: the event's.
        tx_id: its transaction's.
        is_last: whether it is the last of its transaction.
        second: its commit, since 1970.
        op: what it does to the row.
        table: the table's name.
        statement: the statement.
        cells: its parameters.
    """

    lsn: int
    tx_id: int
    is_last: bool
    second: int
    op: str
    table: str
    statement: PreparedStatement
    cells: Cells


@dataclass(frozen=True)
class StatementWords:
    """How a server is told of events.

    Attributes:
        names: how it writes names.
        mark: the place of a parameter, by its number from 1.
        cells: a table's cells as parameters, of a frame's columns that have something before their names.
        format_of: the format of a type's parameters, by the driver's numbers.
        hitting: makes of an update or a deletion one that fails unless it finds its row, where nobody counts the rows.
    """

    names: Names
    mark: Callable[[int], str]
    cells: Callable[[Table, str], list[pl.Expr]]
    format_of: Callable[[ColumnType], int] = lambda _: 0
    hitting: Callable[[str], str] = lambda statement: statement


class TableStatements:
    """Statements for a table.

    An update sets the columns that change, so that what the server's log tells of it is what it tells of an
    application: long texts that stay aren't told anew.

    Args:
        schema: where the table lies.
        table: the table.
        words: how its server is told.
    """

    def __init__(self, schema: str, table: Table, words: StatementWords) -> None:
        self._table = table
        self._words = words
        self._name = words.names.qualified(schema, table.name)
        names = table.column_names
        self._formats = tuple(words.format_of(one.type) for one in table.columns)
        self._place = {name: number for number, name in enumerate(names)}
        self._keys = [self._place[name] for name in table.key.columns]
        marks = ", ".join(map(words.mark, range(1, len(names) + 1)))
        insert = f"INSERT INTO {self._name} ({words.names.listed(names)}) VALUES ({marks})"  # noqa: S608 - names of a declaration
        self._insert = PreparedStatement(insert, self._formats, f"insert into {table.name}")
        self._delete = self._hitting(f"DELETE FROM {self._name}", [], "delete from")  # noqa: S608
        self._updates: dict[str, tuple[PreparedStatement, list[int]]] = {}

    def of(self, frames: Iterable[pl.DataFrame]) -> Iterator[EventStatement]:
        """The statements of frames of the table's change log, in their order."""
        width = len(self._table.columns)
        images = [*self._words.cells(self._table, AFTER), *self._words.cells(self._table, BEFORE)]
        name, keys = self._table.name, self._keys
        for some in (part for frame in frames for part in frame.iter_slices(_ROWS)):
            told = some.select(
                "lsn",
                "tx_id",
                pl.col("tx_seq") == pl.col("tx_total"),
                pl.col("commit_ts").dt.epoch("s"),
                "op",
                pl.col("changed_columns").list.join("\0"),
                *images,
            )
            for lsn, tx_id, is_last, second, op, changed, *cells in told.iter_rows():
                if op == "insert":
                    statement, mine = self._insert, tuple(cells[:width])
                else:
                    before = [cells[width + at] for at in keys]
                    if op == "delete":
                        statement, mine = self._delete, tuple(before)
                    else:
                        statement, places = self._updates.get(changed) or self._update(changed)
                        mine = (*[cells[at] for at in places], *before)
                yield EventStatement(lsn, tx_id, is_last, second, op, name, statement, mine)

    def _update(self, changed: str) -> tuple[PreparedStatement, list[int]]:
        """The statement that changes some columns, and where their new cells are."""
        # What is drawn anew may come out the same: an update all the same, of a cell to itself.
        names = changed.split("\0") if changed else [self._table.key.columns[0]]
        places = [self._place[name] for name in names]
        sets = ", ".join(self._equals(name, number) for number, name in enumerate(names, start=1))
        update = f"UPDATE {self._name} SET {sets}"  # noqa: S608 - names of a declaration
        self._updates[changed] = self._hitting(update, places, "update"), places
        return self._updates[changed]

    def _hitting(self, begins: str, places: list[int], does: str) -> PreparedStatement:
        """A statement that finds its row by the key, or fails: nobody waits for the answer before the commit."""
        names = self._table.key.columns
        numbers = range(len(places) + 1, len(places) + len(names) + 1)
        where = " AND ".join(self._equals(name, number) for number, name in zip(numbers, names, strict=True))
        sql = self._words.hitting(f"{begins} WHERE {where}")
        formats = tuple(self._formats[at] for at in (*places, *self._keys))
        return PreparedStatement(sql, formats, f"{does} {self._table.name}", names)

    def _equals(self, name: str, number: int) -> str:
        return f"{self._words.names.quoted(name)} = {self._words.mark(number)}"
