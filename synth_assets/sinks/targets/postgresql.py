"""PostgreSQL: rows of tables that are there, each once by its key.

Whole datasets are loaded by :mod:`synth_assets.usecases.load`, which makes the tables; here rows come as they come.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl

from synth_assets.errors import OutputError
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import FAR_TIMES, NANOSECONDS, NESTED_NOT_FINITE
from synth_assets.sinks.capabilities import NAMELESS, RECORDS, THOUSANDS, Capabilities
from synth_assets.sinks.postgres.address import DatabaseAddress, database_address
from synth_assets.sinks.postgres.connection import refusals, writing_to
from synth_assets.sinks.postgres.filling import merging
from synth_assets.sinks.postgres.ledger import catalog_columns
from synth_assets.sinks.sql import qualified
from synth_assets.sinks.target import Target


class _Tables:
    """The tables of a database; each delivery is a transaction."""

    def __init__(self, connection: Any, address: DatabaseAddress) -> None:
        self._connection = connection
        self._address = address

    def rows(self, table: Table, frame: pl.DataFrame) -> None:
        """Rows for the table of its name in the schema of its domain; those whose key is there aren't taken again."""
        TARGET.capabilities.check_cells(frame, table)
        with refusals(self._address, table.path), self._connection.transaction():
            if not catalog_columns(self._connection, table.domain, table.name):
                raise OutputError(
                    f"{self._address.shown} has no table {table.domain}.{table.name}.\n"
                    f"  Make it: synth load {table.domain}"
                )
            with merging(self._connection, qualified(table.domain, table.name), table) as filling:
                filling.write(frame)

    def records(self, frame: pl.DataFrame) -> None:
        """There are none here."""
        raise OutputError(
            f"{len(frame)} records of change data can't go to PostgreSQL, {TARGET.capabilities.lacks[RECORDS]}.\n"
            "  Send them to a target that takes them."
        )


@contextmanager
def _open(address: str) -> Iterator[_Tables]:
    found = database_address(address)
    with writing_to(found) as connection:
        yield _Tables(connection, found)


def _type_name(of: ColumnType) -> str:
    return of.sql("postgresql")


TARGET = Target(
    name="postgresql",
    capabilities=Capabilities(
        idempotent_by="the table's key, which no second row takes",
        lacks={
            RECORDS: "whose tables hold rows",
            FAR_TIMES: "which no other reader takes",
            NANOSECONDS: "where PostgreSQL counts microseconds",
            NESTED_NOT_FINITE: "which JSON hasn't",
            NAMELESS: "which SQL can't say",
            THOUSANDS: "where PostgreSQL ends at 1,600",
        },
    ),
    type_name=_type_name,
    open=_open,
)
