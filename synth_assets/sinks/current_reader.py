"""Tables that are kept up to date, read in the order of their rows' numbers.

A batch takes rows away and puts others where there is room. So how rows lie in the database says nothing, and only
whole numbers are sorted by DuckDB as we number them: the numbers of all other keys are read from the keys.
"""
# ruff: noqa: S608 - names of a domain's own tables and columns, quoted; every value is a parameter

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars as pl

from synth_assets.errors import DataError, first_line
from synth_assets.model.table import Table
from synth_assets.sinks.databases.duckdb import definitions, open_for_writing, read, reading
from synth_assets.sinks.sql import listed, literal, qualified, quoted

_FEW_ROWS = 500_000
"""What is sorted in memory."""


def read_in_order(path: Path, table: Table) -> Iterator[pl.DataFrame]:
    """The rows of a table, ascending by their numbers.

    Memory is a few frames and, unless the key is a whole number, 16 bytes a row; then the table is sorted in a
    temporary database. Where cells don't tell a row's number, rows come as they lie.

    Raises:
        DataError: no such database or table, other columns or types, or a damaged file.
    """
    if table.key.is_integer or not table.key.tells_numbers:
        yield from read(path, table)
        return
    places = _places(path, table)
    with TemporaryDirectory(prefix="synth-") as folder:
        fresh = Path(folder) / "in-order.duckdb"
        try:
            _sort(path, table, places, fresh)
        except duckdb.Error as error:
            reason = first_line(error)
            raise DataError(f"{path}: {table.path} can't be put in order: {reason}.") from error
        yield from read(fresh, table)


def in_key_order(table: Table, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Rows that lie anyhow, ascending by their numbers; of few, in memory, else with that of :func:`read_in_order`.

    Args:
        table: what they are.
        frames: the rows, with the table's types.

    Raises:
        DataError: as the frames do, or a row without a key.
    """
    some, rest = [table.schema.to_frame()], iter(frames)
    while (frame := next(rest, None)) is not None:
        some.append(frame)
        if sum(map(len, some)) > _FEW_ROWS:
            break
    if frame is None and table.key.tells_numbers:
        rows = pl.concat(some)
        numbers = pl.Series("number", table.key.numbers(rows))
        yield rows[numbers.arg_sort()]
        return
    with TemporaryDirectory(prefix="synth-") as folder:
        path = Path(folder) / "as-given.duckdb"
        connection = open_for_writing(path)
        try:
            connection.execute(f"CREATE SCHEMA {quoted(table.domain)}")
            name, names = qualified(table.domain, table.name), listed(table.column_names)
            connection.execute(f"CREATE TABLE {name} ({_loose(table)})")
            for frame in chain(some, rest):
                connection.register("frame", frame.to_arrow())
                connection.execute(f"INSERT INTO {name} SELECT {names} FROM frame")
                connection.unregister("frame")
        finally:
            connection.close()
        yield from read_in_order(path, table)


def _loose(table: Table) -> str:
    """Columns in which a cell may be missing, whatever the table says."""
    return ", ".join(f"{quoted(one.name)} {one.type.sql('duckdb')}" for one in table.columns)


def _places(path: Path, table: Table) -> pl.DataFrame:
    """Which number each row of the database has: ``row`` is DuckDB's own for it, ``number`` ours."""
    numbers = [table.key.numbers(frame) for frame in read(path, table, table.key.columns)]
    with reading(path) as connection:
        rows = connection.sql(
            f"SELECT rowid AS row FROM {qualified(table.domain, table.name)} ORDER BY rowid"
        ).to_arrow_table()
    return pl.DataFrame(pl.from_arrow(rows)).with_columns(
        pl.Series("number", np.concatenate([np.zeros(0, dtype=np.int64), *numbers]))
    )


def _sort(path: Path, table: Table, places: pl.DataFrame, fresh: Path) -> None:
    """Copy a table's rows into a new database, in order."""
    # DuckDB takes a database's name for a schema's; no domain has a hyphen in its name.
    name, given = qualified(table.domain, table.name), quoted("as-given")
    connection = open_for_writing(fresh)
    try:
        connection.execute(f"ATTACH {literal(path)} AS {given} (READ_ONLY)")
        connection.register("places", places.to_arrow())
        connection.execute(f"CREATE SCHEMA {quoted(table.domain)}")
        connection.execute(f"CREATE TABLE {name} ({definitions(table)})")
        connection.execute(
            f"INSERT INTO {name} SELECT {listed(table.column_names)} FROM {given}.{name} t"
            " JOIN places p ON t.rowid = p.row ORDER BY p.number"
        )
    finally:
        connection.close()
