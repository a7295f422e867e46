"""What lies in a schema of PostgreSQL, as it says itself and as the catalog does."""

from collections.abc import Iterable, Mapping
from typing import Any

from synth_assets.model.layout import MANIFEST_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.sinks.server import SchemaLedger
from synth_assets.sinks.sql import STANDARD

SCHEMA_LOCK = "hashtext('synth load'), hashtext(%s)"
"""The two numbers of a schema's lock, held by whoever loads or applies something there; the schema is a parameter."""

_DOC = "What synth loaded into this schema: a row a table. With it goes the knowledge of which dataset lies here."

_TEXTS = frozenset({"text", "character varying"})
_NUMBERS = ("smallint", "integer", "bigint", "numeric")
_JSON = frozenset({"json", "jsonb"})


class PostgresLedger(SchemaLedger):
    """The table of a schema that says what lies there."""

    names = STANDARD
    place = "schema"

    def columns_there(self) -> Mapping[str, str]:
        """The columns of the table of its name, if there is one."""
        return catalog_columns(self._connection, self._schema, MANIFEST_TABLE)

    def lock(self) -> None:
        """Let nobody else load into the schema until the transaction ends.

        The lock is the server's own number for the two names, which no table takes up.
        """
        self._connection.execute(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})", [self._schema])

    def make(self) -> None:
        """Make the schema and the ledger, where they aren't there."""
        known = self._connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", [self._schema]).fetchone()
        if known is None:
            self._connection.execute(f"CREATE SCHEMA {STANDARD.quoted(self._schema)}")
        if self.columns_there():
            return
        self._connection.execute(
            f"CREATE TABLE {self._name} (entity TEXT PRIMARY KEY, dataset TEXT NOT NULL,"
            " loaded_at TIMESTAMPTZ NOT NULL DEFAULT now(), manifest TEXT NOT NULL)"
        )
        self._connection.execute(f"COMMENT ON TABLE {self._name} IS '{_DOC}'")

    def note(self, dataset: str, manifest: Manifest) -> None:
        """Say that a table lies here."""
        self._connection.execute(
            f"INSERT INTO {self._name} (entity, dataset, manifest) VALUES (%s, %s, %s) ON CONFLICT (entity)"  # noqa: S608 - our own name
            " DO UPDATE SET dataset = excluded.dataset, manifest = excluded.manifest, loaded_at = now()",
            (manifest.entity, dataset, manifest.to_json()),
        )

    def forget(self, tables: Iterable[str]) -> None:
        """Say that tables lie here no more."""
        self._connection.execute(f"DELETE FROM {self._name} WHERE entity = ANY(%s)", [list(tables)])  # noqa: S608


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


def catalog_types(connection: Any, table: Table) -> dict[str, str]:
    """Column → type of a table of ours as the catalog would call it; of arrays without the digits of their entries."""
    listed = ", ".join(f"NULL::{one.type.sql('postgresql')}" for one in table.columns)
    found: dict[str, str] = {}
    for column, one in zip(table.columns, connection.execute(f"SELECT {listed}").description, strict=True):
        ((told,),) = connection.execute("SELECT format_type(%s, NULL)", (one.type_code,)).fetchall()
        found[column.name] = f"{told}({one.precision},{one.scale})" if told == "numeric" and one.precision else told
    return found


def takes(there: str, wanted: str) -> bool:
    """Whether a column of a type takes all values of another one, unchanged."""
    if there == wanted or (there in _JSON and wanted in _JSON):
        return True
    if wanted.endswith("[]"):
        return _without_digits(there) == wanted
    if wanted in _TEXTS:
        return there in _TEXTS
    if wanted in _NUMBERS and there in _NUMBERS:
        return _NUMBERS.index(there) >= _NUMBERS.index(wanted)
    return wanted.startswith("numeric") and there == "numeric"


def _without_digits(name: str) -> str:
    before, _, after = name.partition("(")
    return before + after.partition(")")[2]
