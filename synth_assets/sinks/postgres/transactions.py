"""Which transactions of change data a schema of PostgreSQL has taken in."""

from collections.abc import Mapping
from typing import Any

from synth_assets.model.layout import TRANSACTIONS_TABLE
from synth_assets.sinks.event_statements import PreparedStatement
from synth_assets.sinks.postgres.ledger import SCHEMA_LOCK, catalog_columns
from synth_assets.sinks.server import TransactionLedger
from synth_assets.sinks.sql import STANDARD

_DOC = "What synth applied to this schema: a row a transaction. Leave the last one there: from it the next goes on."

_WAITS = "30s"
"""How long somebody else who applies there may take to end: the server notices a client that was killed."""


class PostgresTransactions(TransactionLedger):
    """The table of a schema that says which transactions it has taken in."""

    columns = ("tx_id", "batch", "event_at", "committed_at", "wal_lsn")
    names = STANDARD
    place = "schema"

    def columns_there(self) -> Mapping[str, str]:
        """The columns of the table of its name, if there is one."""
        return catalog_columns(self._connection, self._schema, TRANSACTIONS_TABLE)

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
            raise self._in_use() from None

    def make(self) -> None:
        """Make it."""
        self._connection.execute(
            f"CREATE TABLE {self._name} (tx_id BIGINT PRIMARY KEY, batch INTEGER NOT NULL,"
            " event_at TIMESTAMPTZ NOT NULL, committed_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),"
            " wal_lsn PG_LSN NOT NULL DEFAULT pg_current_wal_insert_lsn())"
        )
        self._connection.execute(f"COMMENT ON TABLE {self._name} IS '{_DOC}'")

    def note(self, tx_id: int, batch: int, second: int, before: int | None) -> tuple[PreparedStatement, Any]:
        """The statement that notes a transaction, and its cells.

        Transactions are sent before the server has answered those before them. Should one of them fail, whatever the
        reason, none that follow may stay: the note fails without the one of the transaction before.

        Args:
            tx_id: its number.
            batch: its batch.
            second: its time, since 1970.
            before: the number of the transaction before it; ``None`` where somebody has looked.
        """
        cells = tuple(b"%d" % value for value in (tx_id, batch, second))
        divided, formats = "", (0, 0, 0)
        if before is not None:
            divided = f" / (SELECT count(*) FROM {self._name} WHERE tx_id = $4)"  # noqa: S608 - our own name
            cells, formats = (*cells, b"%d" % before), (0, 0, 0, 0)
        insert = f"INSERT INTO {self._name} (tx_id, batch, event_at) VALUES ($1{divided}, $2, to_timestamp($3))"  # noqa: S608
        return PreparedStatement(insert, formats, "note"), cells

    def closing(self, last: int) -> list[tuple[PreparedStatement, Any]]:
        """Write something that changes nothing: once it is kept, so is all that was committed before it."""
        touch = f"UPDATE {self._name} SET batch = batch WHERE tx_id = $1"  # noqa: S608 - our own name
        return [
            (PreparedStatement("SET synchronous_commit = on", (), "set"), ()),
            (PreparedStatement(touch, (0,), "note"), (b"%d" % last,)),
        ]
