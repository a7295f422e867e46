"""Which database a file is of, by its first bytes."""

from contextlib import suppress
from pathlib import Path

from synth_assets.documents.regular import open_regular

CALLED = {"sqlite": "SQLite", "duckdb": "DuckDB"}
"""What people call the databases that are told."""

_SIGNS = {"sqlite": (0, b"SQLite format 3\0"), "duckdb": (8, b"DUCK")}
_HEAD = 16


def database_kind(path: Path) -> str:
    """The format of the database that a file is; empty of any other file.

    Raises:
        OSError: it is missing, can't be read or is no regular file.
    """
    with open_regular(path) as file:
        head = file.read(_HEAD)
    return next((form for form, (at, sign) in _SIGNS.items() if head[at:].startswith(sign)), "")


def other_database(path: Path, form: str) -> str:
    """What people call the database that a file is of, if that isn't ``form``; else empty."""
    with suppress(OSError):
        found = database_kind(path)
        return CALLED[found] if found and found != form else ""
    return ""
