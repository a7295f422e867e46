"""A candidate in DuckDB, and any that DuckDB reads: it sorts them, too, whatever their size."""

import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from synth_assets.errors import UnjudgedError
from synth_assets.grading.candidates.foreign_sql import CLOSED, SETTINGS, as_read
from synth_assets.grading.candidates.opening import (
    ROWS,
    VIEW,
    WHOLE,
    Candidate,
    chosen,
    extra_columns,
    reading,
)
from synth_assets.grading.candidates.patience import Patience
from synth_assets.grading.candidates.view_copy import copy_view
from synth_assets.model.table import Table
from synth_assets.sinks.sql import literal, quoted

_BATCH_ROWS, _FRAME_BYTES = 2048, 64_000_000

_PLAIN_ENDING = re.compile(r"(?:\.[A-Za-z0-9]+)+$")

_NUMERIC = re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(\d+,\d+\)")


@contextmanager
def open_duckdb(path: Path, name: str, table: Table, ours: Sequence[str], patience: Patience) -> Iterator[Candidate]:
    """Open a table or view of a database, which is only read.

    Args:
        path: of the database.
        name: of the table.
        table: the columns that it should have.
        ours: the names of the domain's tables.
        patience: how long it may take.

    Raises:
        UsageError: the table's name is unknown, or columns are missing.
        DataError: the table isn't there, but others of the domain are.
        UnjudgedError: it can't be read, or takes too long.
    """
    where = f"{path}::{name}"
    with connected() as (connection, spool), reading(str(path)):
        with patience.within(connection.interrupt):
            connection.execute(f"ATTACH {literal(speakable(path, spool))} AS candidate (TYPE DUCKDB, READ_ONLY)")
            connection.execute(CLOSED)
            rows = connection.execute(
                "SELECT table_schema, table_name, table_type FROM information_schema.tables"
                " WHERE table_catalog = 'candidate' ORDER BY ALL"
            ).fetchall()
            kinds = {(str(schema), str(relation)): str(kind) for schema, relation, kind in rows}
            schema, relation = chosen(str(path), name, list(kinds), table, ours)
            source = connection.sql(f"FROM candidate.{quoted(schema)}.{quoted(relation)}")
            names = source.columns
        if kinds[schema, relation] == "VIEW":
            extra_columns(where, names, table, VIEW)
            copy = spool / "view.parquet"
            copy_view(speakable(path, spool), where, schema, relation, table.column_names, copy, patience)
            with connected() as (other, _), reading(where):
                source = other.sql(f"FROM read_parquet({literal(copy)}, hive_partitioning = false)")
                yield of_relation(where, other, source, names, table, VIEW, patience)
        else:
            yield of_relation(where, connection, source, names, table, VIEW, patience)


@contextmanager
def connected() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database in memory, and its temporary folder for what exceeds its limit.

    Raises:
        UnjudgedError: no temporary folder can be made.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="synth-score-", ignore_cleanup_errors=True)
    except OSError as error:
        raise UnjudgedError(
            f"no temporary folder can be made: {error.strerror}.\n  Name another in the variable TMPDIR."
        ) from error
    with folder as spool:
        connection = duckdb.connect()
        try:
            connection.execute(SETTINGS)
            connection.execute(f"SET temp_directory = {literal(spool)}")
            yield connection, Path(spool)
        finally:
            connection.close()


def speakable(path: Path, spool: Path) -> Path:
    r"""A path of the same file that DuckDB takes as it is: it reads ``\`` as ``/``, and knows Unicode only."""
    whole = path.absolute()
    try:
        os.fspath(whole).encode()
    except UnicodeEncodeError:
        pass
    else:
        if "\\" not in os.fspath(whole):
            return whole
    links = len(list(spool.iterdir()))
    link = spool / f"link-{links:06d}{''.join(_PLAIN_ENDING.findall(whole.name)[:1])}"
    link.symlink_to(whole)
    log = whole.with_name(whole.name + ".wal")
    if log.is_file():
        link.with_name(link.name + ".wal").symlink_to(log)
    return link


def of_relation(
    where: str,
    connection: duckdb.DuckDBPyConnection,
    source: duckdb.DuckDBPyRelation,
    names: Sequence[str],
    table: Table,
    step: str,
    patience: Patience,
) -> Candidate:
    """What a query on a connection gives, as a candidate.

    Args:
        where: what to call it.
        connection: of the query.
        source: the query; of the candidate's columns it has at least those of the table.
        names: those of all columns that the candidate has.
        table: the columns that it should have.
        step: what to do about missing ones.
        patience: how long it may take.

    Raises:
        UsageError: some are missing.
    """
    extra = extra_columns(where, names, table, step)
    types = dict(zip(source.columns, map(str, source.types), strict=True))
    columns = ", ".join(f"{as_read(name, types[name])} AS {quoted(name)}" for name in table.column_names)
    source.create_view("scored")
    query = f"SELECT {columns} FROM scored{_order(table, types)}"  # noqa: S608

    def frames() -> Iterator[pl.DataFrame]:
        with reading(where):
            with patience.within(connection.interrupt):
                batches = connection.sql(query).to_arrow_reader(_BATCH_ROWS)
            yield from patience.frames(_joined(batches), connection.interrupt)

    return Candidate(where, extra, frames)


def _joined(batches: pa.RecordBatchReader) -> Iterator[pl.DataFrame]:
    """Frames of some MB, whatever the length of cells."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(b.num_rows for b in waiting) >= ROWS or sum(b.nbytes for b in waiting) >= _FRAME_BYTES:
            yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches(waiting)))
            waiting = []
    if waiting:
        yield pl.DataFrame(pl.from_arrow(pa.Table.from_batches(waiting)))


def _order(table: Table, types: Mapping[str, str]) -> str:
    """SQL that orders by a key that is a whole number; what is none of them is found out later."""
    if not table.key.is_integer:
        return ""
    (key,) = table.key.columns
    number = quoted(key)
    if not _NUMERIC.fullmatch(types[key]):
        number = f"regexp_extract({number}::VARCHAR, '{WHOLE}', 1)"
    return f" ORDER BY TRY_CAST({number} AS BIGINT) NULLS FIRST"
