"""Where a dataset goes: an address of PostgreSQL or MariaDB, or a database file; no password is told in a message."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from synth_assets.errors import UsageError
from synth_assets.grading.candidates.postgres_address import is_connection_string
from synth_assets.sinks.addresses import may_hold_secret
from synth_assets.sinks.mariadb.address import SCHEMES as MARIADB_SCHEMES
from synth_assets.sinks.mariadb.address import maria_address
from synth_assets.sinks.postgres.address import SCHEMES, database_address

_SUFFIXES = {".duckdb": "duckdb", ".ddb": "duckdb", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite"}

_ALLOWED = (
    "  Name postgresql://USER@HOST/DATABASE, a file that ends in .duckdb or .sqlite, or leave it out for a server of"
    " the project's own."
)


@dataclass(frozen=True)
class Place:
    """A place.

    Attributes:
        address: of a server; empty for a file. It may hold a password.
        file: the database file.
        format: its kind.
        shown: what to call it in messages.
        has_secret: whether the address holds a password.
        is_own: whether it is the project's own server.
        is_mariadb: whether the address is one of MariaDB.
    """

    address: str = field(default="", repr=False)
    file: Path = Path()
    format: str = ""
    shown: str = ""
    has_secret: bool = False
    is_own: bool = False
    is_mariadb: bool = False


def place_of(told: str, what: str = "URL") -> Place:
    """What somebody means by a place.

    Args:
        told: what they said.
        what: where they said it, for messages.

    Raises:
        UsageError: it is no place that is known; of what may be a password nothing is quoted.
    """
    if told.startswith(SCHEMES) or is_connection_string(told):
        found = database_address(told, f"the address of the PostgreSQL database in {what}")
        return Place(told, shown=found.shown, has_secret=bool(found.secrets))
    if told.startswith(MARIADB_SCHEMES):
        maria = maria_address(told, f"the address of the MariaDB database in {what}")
        return Place(told, shown=maria.shown, has_secret=bool(maria.secrets), is_mariadb=True)
    scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]{0,40}):/", told)
    form = _SUFFIXES.get(Path(told).suffix.lower())
    if form and not (may_hold_secret(told) and scheme):
        return Place(file=Path(told).absolute(), format=form, shown=told)
    if scheme:
        raise UsageError(f"{what}: {scheme[1]} is no system that datasets are loaded into.\n{_ALLOWED}")
    shown = "it" if may_hold_secret(told) else repr(told)
    raise UsageError(f"{what}: {shown} is neither an address of PostgreSQL nor a database file.\n{_ALLOWED}")
