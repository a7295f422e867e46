"""A consumer's table, wherever it lies, as frames; nothing in it is changed.

A file here for each kind of place: :func:`opened` tells them apart, before it says a word of the location, which may
hold a password.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.grading.candidates.duckdb import open_duckdb
from synth_assets.grading.candidates.files import files_of, is_regular, is_there, matching, open_files
from synth_assets.grading.candidates.mariadb import open_mariadb
from synth_assets.grading.candidates.opening import FORMS, Candidate
from synth_assets.grading.candidates.patience import Patience
from synth_assets.grading.candidates.postgres_address import is_connection_string
from synth_assets.grading.candidates.postgresql import open_postgres
from synth_assets.grading.candidates.sqlite import open_sqlite
from synth_assets.model.table import Table
from synth_assets.sinks.addresses import may_hold_secret
from synth_assets.sinks.database_files import database_kind
from synth_assets.sinks.mariadb.address import SCHEMES as MARIADB_SCHEMES
from synth_assets.sinks.postgres.address import SCHEMES

DATABASE_SUFFIXES = (".duckdb", ".ddb", ".sqlite", ".sqlite3", ".db")
"""Of files that are databases."""


@contextmanager
def opened(location: str, table: Table, ours: Sequence[str], seconds: float | None) -> Iterator[Candidate]:
    """Open a consumer's table.

    Args:
        location: a Parquet, CSV or JSON file, folder or glob, ``database::table``, or an address of PostgreSQL or
            MariaDB with ``::table`` behind it.
        table: the columns that it should have.
        ours: the names of the domain's tables.
        seconds: how long it may take to read, or ``None`` for what its size lets expect.

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: the table isn't there, but others of the domain are.
        UnjudgedError: it can't be read, or takes too long.
    """
    with _opener(location, table, ours, Patience(seconds)) as candidate:
        yield candidate


def _opener(location: str, table: Table, ours: Sequence[str], patience: Patience) -> AbstractContextManager[Candidate]:
    """Decide what kind of place a location is: what exists is a path, whatever it looks like."""
    if not location.strip():
        raise UsageError(f"no candidate is named.\n  A candidate is {FORMS}.")
    if location.startswith((*SCHEMES, *MARIADB_SCHEMES)):
        opener = open_postgres if location.startswith(SCHEMES) else open_mariadb
        return opener(location, table, ours, patience)
    path = _path(location)
    if is_there(path):
        if path.suffix in DATABASE_SUFFIXES and is_regular(path):
            return _open_database(path, "", table, ours, patience)
        return open_files(files_of(location, path, patience), table, patience)
    name, separator, relation = location.rpartition("::")
    database = _path(name)
    if separator and name and is_there(database):
        return _open_database(database, relation, table, ours, patience)
    if files := matching(location, path, patience):
        return open_files(files, table, patience)
    if is_connection_string(location):
        return open_postgres(location, table, ours, patience)
    if may_hold_secret(location):
        raise UsageError(
            "the candidate isn't there. It looks like an address or a connection string of a kind that can't be read, "
            f"so it isn't shown: it may hold a password.\n  A candidate is {FORMS}."
        )
    raise UsageError(f"{database if separator else location} doesn't exist.\n  A candidate is {FORMS}.")


def _path(location: str) -> Path:
    """A path; ``~`` is the home only if nothing is called so."""
    path = Path(location)
    try:
        return path if is_there(path) else path.expanduser()
    except RuntimeError:  # nobody of that name
        return path


def _open_database(
    path: Path, name: str, table: Table, ours: Sequence[str], patience: Patience
) -> AbstractContextManager[Candidate]:
    reader = open_sqlite if _magic(path) == "sqlite" else open_duckdb
    patience.allow(path.stat().st_size)
    return reader(path, name, table, ours, patience)


def _magic(path: Path) -> str:
    """Which database a file is, by its first bytes; what it is called says nothing."""
    if not is_regular(path):
        raise UsageError(f"{path} is no file, so no database.\n  A candidate is {FORMS}.")
    try:
        found = database_kind(path)
    except OSError as error:
        raise UnjudgedError(f"{path} can't be read: {error.strerror}.") from error
    if found:
        return found
    raise UnjudgedError(f"{path} is no DuckDB or SQLite database.\n  A candidate is {FORMS}.")
