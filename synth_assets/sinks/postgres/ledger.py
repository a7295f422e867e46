"""What lies in a schema of PostgreSQL, as it says itself: a row a table, written in the transaction that filled it."""

from dataclasses import dataclass
from typing import Any

from synth_assets.errors import OutputError
from synth_assets.model.layout import MANIFEST_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.sinks.sql import qualified, quoted

_COLUMNS = ("entity", "dataset", "loaded_at", "manifest")

SCHEMA_LOCK = "hashtext('synth load'), hashtext(%s)"
"""The two numbers of a schema's lock, held by whoever loads or applies something there; the schema is a parameter."""

_DOC = "What synth loaded into this schema: a row a table. With it goes the knowledge of which dataset lies here."


@dataclass(frozen=True)
class LoadedTable:
    """A table that lies in a schema.

    Attributes:
        dataset: what people call the dataset, e.g. ``small|42``.
        manifest: of its rows.
    """

    dataset: str
    manifest: Manifest


class SchemaLedger:
    """The table of a schema that says what lies there.

    Args:
        connection: to the database.
        schema: the schema's name.
    """

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._name = qualified(schema, MANIFEST_TABLE)

    def lock(self) -> None:
        """Let nobody else load into the schema until the transaction ends.

        The lock is the server's own number for the two names, which no table takes up.
        """
        self._connection.execute(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})", [self._schema])

    def read(self) -> dict[str, LoadedTable]:
        """Table → what lies there.

        Raises:
            OutputError: a table of the ledger's name isn't one.
            DataError: a manifest in it is damaged.
        """
        there = catalog_columns(self._connection, self._schema, MANIFEST_TABLE)
        if not there:
            return {}
        if tuple(there) != _COLUMNS:
            raise OutputError(
                f"schema {self._schema} has a table {MANIFEST_TABLE} of other columns, so nobody can tell what lies"
                " there.\n  Rename it, or name another --schema."
            )
        rows = self._connection.execute(f"SELECT entity, dataset, manifest FROM {self._name}").fetchall()  # noqa: S608
        where = f"{self._schema}.{MANIFEST_TABLE}"
        return {name: LoadedTable(said, Manifest.from_json(text, f"{where}, {name}")) for name, said, text in rows}

    def make(self) -> None:
        """Make the schema and the ledger, where they aren't there."""
        known = self._connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", [self._schema]).fetchone()
        if known is None:
            self._connection.execute(f"CREATE SCHEMA {quoted(self._schema)}")
        if catalog_columns(self._connection, self._schema, MANIFEST_TABLE):
            return
        self._connection.execute(
            f"CREATE TABLE {self._name} (entity TEXT PRIMARY KEY, dataset TEXT NOT NULL,"
            " loaded_at TIMESTAMPTZ NOT NULL DEFAULT now(), manifest TEXT NOT NULL)"
        )
        self._connection.execute(f"COMMENT ON TABLE {self._name} IS '{_DOC}'")

    def note(self, dataset: str, manifest: Manifest) -> None:
        """Say that a table lies here."""
        self._connection.execute(
            f"INSERT INTO {self._name} (entity, dataset, manifest) VALUES (%s, %s, %s) ON CONFLICT (entity)"  # noqa: S608
            " DO UPDATE SET dataset = excluded.dataset, manifest = excluded.manifest, loaded_at = now()",
            (manifest.entity, dataset, manifest.to_json()),
        )

    def forget(self, tables: list[str]) -> None:
        """Say that tables lie here no more."""
        self._connection.execute(f"DELETE FROM {self._name} WHERE entity = ANY(%s)", [tables])  # noqa: S608


def catalog_columns(connection: Any, schema: str, table: str) -> dict[str, str]:
    """Column → type of a table, as the catalog calls it, in order; empty if there is no such table.

    A view, a sequence or whatever else has the table's name has no columns here, and is in the way when it is made.
    """
    rows = connection.execute(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a"
        " JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
        " ORDER BY a.attnum",
        (schema, table),
    ).fetchall()
    return dict(rows)
