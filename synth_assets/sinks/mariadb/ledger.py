"""What lies in a database of MariaDB and which transactions it has taken in, as it says itself."""

from collections.abc import Mapping
from typing import Any

from synth_assets.model.layout import MANIFEST_TABLE, TRANSACTIONS_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.sinks.event_statements import PreparedStatement
from synth_assets.sinks.mariadb.catalog import maria_columns
from synth_assets.sinks.mariadb.words import TABLE_OPTIONS, comment_of
from synth_assets.sinks.server import SchemaLedger, TransactionLedger
from synth_assets.sinks.sql import BACKTICKS

_LOADED = "What synth loaded into this database: a row a table. With it goes the knowledge of which dataset lies here."

_APPLIED = (
    "What synth applied to this database: a row a transaction. Leave the last one there: the next goes on from it."
)

_WAITS = 30
"""Seconds that somebody else who loads or applies there may take to end: the server notices who was killed."""

_LOCK = "SELECT GET_LOCK(CONCAT('synth ', SHA1(%s)), %s)"
"""A lock of the session, which no table takes up."""


class MariaLedger(SchemaLedger):
    """The table of a database that says what lies there."""

    names = BACKTICKS
    place = "database"

    def columns_there(self) -> Mapping[str, str]:
        """The columns of the table of its name, if there is one."""
        return maria_columns(self._connection, self._schema, MANIFEST_TABLE)

    def lock(self) -> None:
        """Let nobody else load into the database as long as the connection lasts.

        Raises:
            OutputError: somebody does, and doesn't end.
        """
        MariaTransactions(self._connection, self._schema).lock()

    def make(self) -> None:
        """Make the database and the ledger, where they aren't there."""
        query = "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s"
        if self._connection.execute(query, [self._schema]).fetchone() is None:
            self._connection.execute(f"CREATE DATABASE {BACKTICKS.quoted(self._schema)} CHARACTER SET utf8mb4")
        if not self.columns_there():
            self._connection.execute(
                f"CREATE TABLE {self._name} (entity VARCHAR(64) PRIMARY KEY, dataset VARCHAR(255) NOT NULL,"
                f" loaded_at DATETIME(6) NOT NULL, manifest LONGTEXT NOT NULL){TABLE_OPTIONS}{comment_of(_LOADED)}"
            )

    def note(self, dataset: str, manifest: Manifest) -> None:
        """Say that a table lies here."""
        self._connection.execute(
            f"REPLACE INTO {self._name} (entity, dataset, loaded_at, manifest) VALUES (%s, %s, UTC_TIMESTAMP(6), %s)",  # noqa: S608 - our own name
            (manifest.entity, dataset, manifest.to_json()),
        )


class MariaTransactions(TransactionLedger):
    """The table of a database that says which transactions it has taken in."""

    columns = ("tx_id", "batch", "event_at", "committed_at", "gtid")
    names = BACKTICKS
    place = "database"

    def columns_there(self) -> Mapping[str, str]:
        """The columns of the table of its name, if there is one."""
        return maria_columns(self._connection, self._schema, TRANSACTIONS_TABLE)

    def lock(self) -> None:
        """Let nobody else apply or load anything there as long as the connection lasts.

        Raises:
            OutputError: somebody does, and doesn't end.
        """
        if self._connection.execute(_LOCK, (self._schema, _WAITS)).fetchone()[0] != 1:
            raise self._in_use()

    def make(self) -> None:
        """Make it."""
        self._connection.execute(
            f"CREATE TABLE {self._name} (tx_id BIGINT PRIMARY KEY, batch INTEGER NOT NULL, event_at DATETIME NOT NULL,"
            f" committed_at DATETIME(6) NOT NULL, gtid VARCHAR(500) NOT NULL){TABLE_OPTIONS}{comment_of(_APPLIED)}"
        )

    def note(self, tx_id: int, batch: int, second: int, before: int | None) -> tuple[PreparedStatement, Any]:
        """The statement that notes a transaction, and its cells.

        Args:
            tx_id: its number.
            batch: its batch.
            second: its time, since 1970.
            before: of no use: each transaction is committed before the next one is sent.
        """
        del before
        name = self._name.replace("%", "%%")
        insert = (
            f"INSERT INTO {name} (tx_id, batch, event_at, committed_at, gtid) VALUES (%s, %s,"  # noqa: S608 - our own name
            " TIMESTAMP'1970-01-01 00:00:00' + INTERVAL %s SECOND, UTC_TIMESTAMP(6), @@GLOBAL.gtid_binlog_pos)"
        )
        return PreparedStatement(insert, (), "note"), (str(tx_id), str(batch), str(second))
