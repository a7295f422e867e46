"""A consumer's table, wherever it lies, as frames; nothing in it is changed.

A file here for each kind of place: :func:`opened` tells them apart.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_assets.errors import DataError, UsageError
from synth_assets.grading.candidates.duckdb import open_duckdb
from synth_assets.grading.candidates.files import open_files
from synth_assets.grading.candidates.opening import FORMS, Candidate
from synth_assets.grading.candidates.postgresql import open_postgres
from synth_assets.grading.candidates.sqlite import open_sqlite
from synth_assets.model.table import Table

_SQLITE_MAGIC, _DUCKDB_MAGIC = b"SQLite format 3\0", b"DUCK"
_DATABASE_SUFFIXES = (".duckdb", ".ddb", ".sqlite", ".sqlite3", ".db")


@contextmanager
def opened(location: str, table: Table) -> Iterator[Candidate]:
    """Open a consumer's table.

    Args:
        location: a Parquet or CSV file, folder or glob, or ``database::table``.
        table: the columns that it should have.

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: it can't be read.
    """
    database, separator, name = location.rpartition("::")
    name = name if separator else ""
    if location.startswith(("postgresql://", "postgres://")):
        is_name = separator and "/" not in name and "]" not in name
        url, name = (database, name) if is_name else (location, "")
        with open_postgres(url, name, table) as candidate:
            yield candidate
        return
    path = Path(database if separator else location).expanduser()
    if not separator and path.suffix not in _DATABASE_SUFFIXES:
        with open_files(location, table) as candidate:
            yield candidate
        return
    reader = open_sqlite if _magic(path) == "sqlite" else open_duckdb
    with reader(path, name, table) as candidate:
        yield candidate


def _magic(path: Path) -> str:
    """Which database a file is, by its first bytes; what it is called says nothing."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        raise UsageError(f"{path} doesn't exist.\n  A candidate is {FORMS}.") from None
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.") from error
    if start == _SQLITE_MAGIC:
        return "sqlite"
    if start[8:12] == _DUCKDB_MAGIC:
        return "duckdb"
    raise DataError(f"{path} is no DuckDB or SQLite database.\n  A candidate is {FORMS}.")
