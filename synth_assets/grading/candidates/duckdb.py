"""A candidate in DuckDB, and any that DuckDB reads: it sorts them, too, whatever their size."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from synth_assets.grading.candidates.opening import (
    ROWS,
    VIEW,
    WHOLE,
    Candidate,
    chosen,
    extra_columns,
    reading,
)
from synth_assets.model.table import Table
from synth_assets.sinks.sql import literal, quoted

_SETTINGS = """
    SET python_enable_replacements = false;
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
    SET TimeZone = 'UTC';
    SET memory_limit = '300MB';
    SET preserve_insertion_order = false;
"""
"""A table of any size is sorted within the limit; what exceeds it goes to a temporary folder."""

_READ_AS_THEY_ARE = re.compile(
    r"U?(TINYINT|SMALLINT|INTEGER)|BIGINT|BOOLEAN|VARCHAR|DATE|TIMESTAMP(_S|_MS|_NS)?|"
    r"TIMESTAMP WITH TIME ZONE|DECIMAL\(\d+,\d+\)"
)

_NUMERIC = re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|FLOAT|DECIMAL\(\d+,\d+\)")


@contextmanager
def open_duckdb(path: Path, name: str, table: Table) -> Iterator[Candidate]:
    """Open a table or view of a database, which is only read.

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: it can't be read.
    """
    where = f"{path}::{name}"
    with connected() as connection:
        with reading(str(path)):
            connection.execute(f"ATTACH {literal(path)} AS candidate (READ_ONLY)")
            rows = connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables"
                " WHERE table_catalog = 'candidate' ORDER BY ALL"
            ).fetchall()
            schema, relation = chosen(str(path), name, [(str(s), str(t)) for s, t in rows], table)
            source = connection.sql(f"FROM candidate.{quoted(schema)}.{quoted(relation)}")
            candidate = of_relation(where, connection, source, table, VIEW)
        yield candidate


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, with a temporary folder for what exceeds its limit."""
    with tempfile.TemporaryDirectory(prefix="synth-score-") as spill:
        connection = duckdb.connect()
        try:
            connection.execute(_SETTINGS)
            connection.execute(f"SET temp_directory = '{spill}'")
            yield connection
        finally:
            connection.close()


def of_relation(
    where: str, connection: duckdb.DuckDBPyConnection, source: duckdb.DuckDBPyRelation, table: Table, step: str
) -> Candidate:
    """What a query on a connection gives, as a candidate; ``step`` is what to do about missing columns."""
    extra = extra_columns(where, source.columns, table, step)
    types = dict(zip(source.columns, map(str, source.types), strict=True))
    columns = ", ".join(f"{_read(name, types[name])} AS {quoted(name)}" for name in table.column_names)
    source.create_view("scored")
    query = f"SELECT {columns} FROM scored{_order(table, types)}"  # noqa: S608

    def frames() -> Iterator[pl.DataFrame]:
        with reading(where):
            for batch in connection.sql(query).to_arrow_reader(ROWS):
                yield pl.DataFrame(pl.from_arrow(batch))

    return Candidate(where, extra, frames)


def _read(name: str, found: str) -> str:
    """SQL for a column: values of types that have an equal in polars, the text of all others."""
    column = quoted(name)
    if _READ_AS_THEY_ARE.fullmatch(found):
        return column
    # Texts of old Parquet writers are bytes.
    return f"coalesce(TRY(decode({column})), {column}::VARCHAR)" if found == "BLOB" else f"{column}::VARCHAR"


def _order(table: Table, types: Mapping[str, str]) -> str:
    """SQL that orders by a key that is a whole number; what is none of them is found out later."""
    if not table.key.is_integer:
        return ""
    (key,) = table.key.columns
    number = quoted(key)
    if not _NUMERIC.fullmatch(types[key]):
        number = f"regexp_extract({number}::VARCHAR, '{WHOLE}', 1)"
    return f" ORDER BY TRY_CAST({number} AS BIGINT) NULLS FIRST"
