"""A live PostgreSQL database: its catalogs and statistics, never its rows."""

from typing import ClassVar

from synth_assets.errors import UsageError, unknown
from synth_assets.schemas.postgres.catalogs import Catalogs
from synth_assets.schemas.postgres.connection import SCHEMES, database_place, reading_only
from synth_assets.schemas.postgres.tables import CatalogTables
from synth_assets.schemas.reader import ReadingOptions, SchemaReader
from synth_assets.schemas.schema import Schema
from synth_assets.schemas.sql import dialects

_USUAL: tuple[str, ...] = ("public",)


class PostgresReader(SchemaReader):
    """Tables of a database that runs."""

    what: ClassVar[str] = "a PostgreSQL database"
    has_schemas: ClassVar[bool] = True
    example: ClassVar[str] = "postgresql://localhost/shop"

    def reads(self, source: str) -> bool:
        """By its scheme."""
        return source.startswith(SCHEMES)

    def read(self, source: str, options: ReadingOptions) -> Schema:
        """See :class:`SchemaReader`."""
        if not self.reads(source):
            raise UsageError(
                "SOURCE is no address of a PostgreSQL database.\n  For example: postgresql://user@localhost:5432/shop"
            )
        dialects.needed()
        where = database_place(source)
        asked: tuple[str, ...] = options.schemas or _USUAL
        with reading_only(source, where.shown) as connection:
            catalogs = Catalogs(connection)
            _check(asked, catalogs.schemas(), where.shown)
            tables = CatalogTables(catalogs, asked, values=options.values)
            found = tables.read()
        name = options.schemas[0] if len(options.schemas) == 1 else where.database
        return Schema(where.shown, "postgres", name, found, "", tuple(tables.passed_over))


def _check(asked: tuple[str, ...], there: dict[str, int], shown: str) -> None:
    for one in asked:
        if one not in there:
            raise unknown(f"{shown} --schema", one, sorted(there), "Name one that is there.")
    if not any(there[one] for one in asked):
        others = [name for name, count in there.items() if count]
        remedy = (
            f"Tables lie in {', '.join(others)}. Ask for one: --schema {others[0]}" if others else "Make some first."
        )
        raise UsageError(f"{shown} has no tables in {', '.join(asked)} that you may see.\n  {remedy}")


READER = PostgresReader()
