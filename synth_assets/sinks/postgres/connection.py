"""Connections to PostgreSQL that write, and what to say of whatever the server or the way to it refuses."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from synth_assets.errors import OutputError, SynthError
from synth_assets.sinks.postgres.address import DatabaseAddress, reason
from synth_assets.sinks.server import CONTRADICTION, ELSE, NO_ROW, RUN_AGAIN, lost, row_refused, unreached

_WAITS = 10
"""Seconds until a server has to answer."""

_SETTINGS = {
    "timezone": "UTC",
    "datestyle": "ISO",
    "bytea_output": "hex",
    "client_encoding": "UTF8",
    "synchronous_commit": "on",  # what is told to be whole outlives the server
    "statement_timeout": "0",  # one that is usual for a database's users isn't meant for loads
    "idle_in_transaction_session_timeout": "0",
}

_LOST = ("57P01", "57P02", "57P03", "57P05", "25P03")
"""States in which the server ends a session or takes none: it is shut down, starts, or somebody ended the session."""

_DIVISION = "22012"
"""What a statement that doesn't find its row ends with: a division by the rows that it found."""

_REFUSED = (
    ("53100", "the server has no room left", f"Make room there. {RUN_AGAIN}"),
    ("53200", "the server has too little memory", f"Give it more. {RUN_AGAIN}"),
    ("42501", "the user may not do that", "Ask for it: GRANT CREATE ON DATABASE … TO …, or name a --schema of yours."),
    ("2BP01", "something that isn't ours depends on a table", "Drop that first (a view, a foreign key)."),
    ("55P03", "somebody else has locked a table", "Wait until they are done, and run the same command again."),
    ("57014", "the server gave a statement up", RUN_AGAIN),
    ("40", "somebody else's transaction was in the way", RUN_AGAIN),
    ("25006", "it takes no writes: it is a standby, or set to read only", "Name the primary server."),
    ("54011", "a table has more columns than PostgreSQL holds, 1,600", "Leave some out."),
)
"""States, or how they begin: what is wrong, and how to go on."""


@contextmanager
def writing_to(address: DatabaseAddress, name: str = "synth") -> Iterator[Any]:
    """A connection in autocommit, so that transactions are where somebody begins them.

    Args:
        address: of the database.
        name: what the server's administrators see.

    Raises:
        ConnectionLostError: it can't be reached, or is lost.
        SynthError: whatever else the server refuses; see :func:`refusals`.
    """
    import psycopg

    try:
        connection = psycopg.connect(
            address.conninfo, connect_timeout=_WAITS, application_name=name, autocommit=True, prepare_threshold=None
        )
    except (psycopg.Error, UnicodeError, ValueError) as error:
        raise unreached(address.shown, reason(error)) from None
    try:
        with refusals(address):
            for setting, value in _SETTINGS.items():
                connection.execute("SELECT set_config(%s, %s, false)", (setting, value))
            # Whoever is killed in a long statement lets go of it at once; not every platform can.
            with suppress(psycopg.Error):
                connection.execute("SELECT set_config('client_connection_check_interval', '1s', false)")
            yield connection
    finally:
        with suppress(psycopg.Error):
            connection.close()


@contextmanager
def refusals(address: DatabaseAddress, where: str = "") -> Iterator[None]:
    """Turn what the driver raises into errors of ours; the server's own words are told without passwords.

    Args:
        address: of the database.
        where: what it is about, e.g. a table's path.

    Raises:
        ConnectionLostError: the connection is lost.
        DataError: the server refuses a cell or a row.
        OutputError: it refuses something else.
    """
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise _refused(address, where, error) from None


def _refused(address: DatabaseAddress, where: str, error: Any) -> SynthError:
    import psycopg

    state = error.sqlstate or ""
    about = f"{where}: " if where else ""
    if state in _LOST or state.startswith("08") or (isinstance(error, psycopg.OperationalError) and not state):
        return lost(about, address.shown, reason(error))
    said = server_said(address, error)
    for begins, what, next_step in _REFUSED:
        if state.startswith(begins):
            return OutputError(f"{about}{address.shown}: {what}: {said}.\n  {next_step}")
    if state.startswith(("22", "23")):
        step = "Name another --schema, or --overwrite what lies there."
        return row_refused(about, address.shown, said, "PostgreSQL", step)
    return OutputError(f"{about}{address.shown}: {said}.\n  Nothing of this table was changed.")


def server_said(address: DatabaseAddress, error: Any) -> str:
    """The server's first line about an error; of the driver's own words none, as they may hold the address."""
    said = getattr(error.diag, "message_primary", None)
    return address.redacted(said.rstrip(".")) if said else reason(error)


def verdict(error: Any) -> str:
    """What it means that the server refuses a statement: one of those that :mod:`~synth_assets.sinks.server` has."""
    state = error.sqlstate or ""
    if state == _DIVISION:
        return NO_ROW
    return CONTRADICTION if state.startswith(("22", "23")) else ELSE
