"""Which transactions of change data a schema of PostgreSQL has taken in: a row each, written in the transaction itself.

Whoever is killed at any moment finds the truth there. A row also says when its transaction was committed, and how far
the server's log had got, so that it can be told how late others are with it.
"""

from typing import Any, NamedTuple

from synth_assets.errors import OutputError
from synth_assets.model.layout import TRANSACTIONS_TABLE
from synth_assets.sinks.postgres.ledger import SCHEMA_LOCK, catalog_columns
from synth_assets.sinks.sql import qualified

_COLUMNS = ("tx_id", "batch", "event_at", "committed_at", "wal_lsn")

_DOC = "What synth applied to this schema: a row a transaction. Leave the last one there: from it the next goes on."

_WAITS = "30s"
"""How long somebody else who applies there may take to end: the server notices a client that was killed."""


class AppliedTransaction(NamedTuple):
    """A transaction that was taken in.

    Attributes:
        tx_id: its number in the change log.
        batch: its batch.
    """

    tx_id: int
    batch: int


class TransactionLedger:
    """The table of a schema that says which transactions it has taken in.

    Args:
        connection: to the database.
        schema: the schema's name.
    """

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._name = qualified(schema, TRANSACTIONS_TABLE)

    def lock(self) -> None:
        """Let nobody else apply or load anything there as long as the connection lasts.

        Raises:
            OutputError: somebody does, and doesn't end.
        """
        import psycopg

        try:
            with self._connection.transaction():
                self._connection.execute("SELECT set_config('lock_timeout', %s, true)", [_WAITS])
                # The lock of whoever loads, held by the session.
                self._connection.execute(f"SELECT pg_advisory_lock({SCHEMA_LOCK})", [self._schema])
        except psycopg.errors.LockNotAvailable:
            raise OutputError(
                f"somebody else applies or loads something in schema {self._schema}.\n"
                "  Wait until they are done, stop them, or name another --schema; nothing was changed."
            ) from None

    def is_there(self) -> bool:
        """Whether there is one.

        Raises:
            OutputError: a table of its name is something else.
        """
        there = catalog_columns(self._connection, self._schema, TRANSACTIONS_TABLE)
        if there and tuple(there) != _COLUMNS:
            raise OutputError(
                f"schema {self._schema} has a table {TRANSACTIONS_TABLE} of other columns, so nobody can tell which"
                " transactions it has.\n  Rename it, or name another --schema."
            )
        return bool(there)

    def make(self) -> None:
        """Make it."""
        self._connection.execute(
            f"CREATE TABLE {self._name} (tx_id BIGINT PRIMARY KEY, batch INTEGER NOT NULL,"
            " event_at TIMESTAMPTZ NOT NULL, committed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),"
            " wal_lsn PG_LSN NOT NULL DEFAULT pg_current_wal_insert_lsn())"
        )
        self._connection.execute(f"COMMENT ON TABLE {self._name} IS '{_DOC}'")

    def last(self) -> AppliedTransaction | None:
        """The last transaction that was taken in; ``None`` before the first."""
        query = f"SELECT tx_id, batch FROM {self._name} ORDER BY tx_id DESC LIMIT 1"  # noqa: S608 - our own name
        row = self._connection.execute(query).fetchone()
        return AppliedTransaction(*row) if row else None

    @property
    def first_note(self) -> str:
        """The statement that notes a transaction after whose predecessor somebody has looked: number, batch, time."""
        return f"INSERT INTO {self._name} (tx_id, batch, event_at) VALUES ($1, $2, to_timestamp($3))"  # noqa: S608 - our own name

    @property
    def next_note(self) -> str:
        """The same, with the number of the transaction before it, without which it fails.

        Transactions are sent before the server has answered those before them. Should one of them fail, whatever the
        reason, none that follow may stay.
        """
        before = f"(SELECT count(*) FROM {self._name} WHERE tx_id = $4)"  # noqa: S608 - our own name
        return f"INSERT INTO {self._name} (tx_id, batch, event_at) VALUES ($1 / {before}, $2, to_timestamp($3))"  # noqa: S608

    @property
    def touch(self) -> str:
        """A statement that writes and changes nothing: once it is kept, so is all that was committed before it."""
        return f"UPDATE {self._name} SET batch = batch WHERE tx_id = $1"  # noqa: S608 - our own name
