"""What makes a schema of PostgreSQL one that others follow: a publication, and what its log tells of rows."""

from collections.abc import Callable, Sequence
from typing import Any

from synth_assets.errors import UsageError
from synth_assets.sinks.server import TransactionLedger
from synth_assets.sinks.sql import qualified, quoted

FULL, DEFAULT = "full", "default"
IDENTITIES = (FULL, DEFAULT)
"""What the log tells of a row that is changed or deleted: all of it as it was, or its key."""

_LETTERS = {FULL: "f", DEFAULT: "d"}
"""What the server's catalog calls them."""

_PREFIX = "synth_"
_LONGEST = 63 - len(_PREFIX)


class Publication:
    """The publication of tables of a schema.

    Args:
        schema: the schema's name.
        tables: their names.

    Raises:
        UsageError: the schema has too long a name.
    """

    def __init__(self, schema: str, tables: Sequence[str]) -> None:
        if len(schema.encode()) > _LONGEST:
            raise UsageError(
                f"schema {schema!r} is not allowed: its publication would have a name of more than 63 bytes.\n"
                f"  Name one of up to {_LONGEST} bytes: --schema shop_test"
            )
        self.publication = _PREFIX + schema
        self._schema = schema
        self._tables = tables

    def make(
        self, connection: Any, identity: str | None, told: Callable[[str], None], ledger: TransactionLedger
    ) -> None:
        """Make it where it isn't there, and the ledger of transactions with it.

        Args:
            connection: in a transaction.
            identity: one of :data:`IDENTITIES`; ``full`` for a schema that begins, and as it is for another without.
            told: told what others will miss.
            ledger: of the schema.
        """
        begins = not ledger.is_there()
        if begins:
            ledger.make()
            (level,) = connection.execute("SHOW wal_level").fetchone()
            if level != "logical":
                told(f"wal_level is {level} here: to follow changes, tools need logical, and the server a restart.")
        wanted = identity or (FULL if begins else None)
        if wanted:
            self._identify(connection, wanted)
        self._publish(connection)
        if begins:
            for table in self._tables:
                connection.execute(f"ANALYZE {qualified(self._schema, table)}")

    def _identify(self, connection: Any, identity: str) -> None:
        rows = connection.execute(
            "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relname = ANY(%s) AND c.relreplident <> %s ORDER BY c.relname",
            (self._schema, list(self._tables), _LETTERS[identity]),
        ).fetchall()
        for (table,) in rows:
            connection.execute(f"ALTER TABLE {qualified(self._schema, table)} REPLICA IDENTITY {identity.upper()}")

    def _publish(self, connection: Any) -> None:
        known = connection.execute(
            "SELECT puballtables FROM pg_publication WHERE pubname = %s", [self.publication]
        ).fetchone()
        if known is None:
            names = ", ".join(qualified(self._schema, table) for table in self._tables)
            connection.execute(f"CREATE PUBLICATION {quoted(self.publication)} FOR TABLE {names}")
            return
        rows = connection.execute(
            "SELECT tablename FROM pg_publication_tables WHERE pubname = %s AND schemaname = %s",
            (self.publication, self._schema),
        ).fetchall()
        there = {name for (name,) in rows}
        if missing := [qualified(self._schema, table) for table in self._tables if table not in there]:
            connection.execute(f"ALTER PUBLICATION {quoted(self.publication)} ADD TABLE {', '.join(missing)}")
