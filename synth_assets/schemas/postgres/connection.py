"""A connection to PostgreSQL that can only read, and what to say if there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synth_assets.errors import UnjudgedError, UsageError, first_line
from synth_assets.extras import need

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql://", "postgres://")

_WAITS = 10
"""Seconds until a server has to answer."""

_REMEDIES = (
    ("password", "Check user and password in the address, or set PGPASSWORD."),
    ("does not exist", "Check the name of the database, or of the user, in the address."),
    ("refused", "Check host and port, and that the server runs."),
    ("no such file", "Check host and port, and that the server runs."),
    ("translate host name", "Check the host."),
    ("resolve host", "Check the host."),
    ("timeout", "Check host and port, and that a firewall lets you through."),
    ("pg_hba", "Ask the server's administrator to let you in from this machine."),
)


@dataclass(frozen=True)
class DatabasePlace:
    """A database.

    Attributes:
        shown: its address without user and password.
        database: its name.
    """

    shown: str
    database: str


def database_place(address: str) -> DatabasePlace:
    """What an address says.

    Raises:
        MissingExtraError: psycopg isn't installed.
        UsageError: the driver can't read it; the message quotes none of it.
    """
    need("postgres", "Reading a PostgreSQL database", "psycopg")
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None}
    except (psycopg.Error, UnicodeError, ValueError):
        raise UsageError(
            "SOURCE is no address of a PostgreSQL database that the driver can read.\n"
            "  For example: postgresql://user@localhost:5432/shop"
        ) from None
    database = parts.get("dbname") or parts.get("user") or "postgres"
    port = f":{parts['port']}" if "port" in parts else ""
    return DatabasePlace(f"postgresql://{parts.get('host', '')}{port}/{database}", database)


@contextmanager
def reading_only(address: str, shown: str) -> "Iterator[psycopg.Connection]":
    """A connection within one transaction that can't write.

    Args:
        address: of the database.
        shown: what messages call it.

    Raises:
        UnjudgedError: it isn't reachable, or doesn't let itself be read.
    """
    import psycopg

    try:
        connection = psycopg.connect(address, connect_timeout=_WAITS, application_name="synth spec from")
    except (psycopg.Error, UnicodeError, ValueError) as error:
        raise _unreachable(shown, error) from None
    with connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            connection.execute("SET LOCAL statement_timeout = '10s'")
            connection.execute("SET LOCAL search_path = ''")  # so that all names are told in full
            yield connection
        except psycopg.Error as error:
            raise UnjudgedError(
                f"{shown} can't be read: {first_line(error)}.\n  Ask for the right to read its catalogs, or try again."
            ) from None


def _unreachable(shown: str, error: Exception) -> UnjudgedError:
    said = str(error).lower()
    remedy = next((remedy for word, remedy in _REMEDIES if word in said), "Check the address.")
    return UnjudgedError(f"{shown} can't be reached: {_reason(error)}.\n  {remedy}")


def _reason(error: Exception) -> str:
    """What the driver says, without the address that it says before."""
    line = first_line(error)
    return line.rpartition(" failed: ")[2].removeprefix("FATAL:").strip() or line
