"""PostgreSQL as a server in which datasets lie and live: what it is told, in its own words."""

from synth_assets.errors import UsageError
from synth_assets.sinks import catalog
from synth_assets.sinks.postgres.address import database_address
from synth_assets.sinks.postgres.connection import refusals, server_said, verdict, writing_to
from synth_assets.sinks.postgres.filling import copying, merging
from synth_assets.sinks.postgres.ledger import PostgresLedger, catalog_columns, catalog_types, takes
from synth_assets.sinks.postgres.pipeline import pipeline_for
from synth_assets.sinks.postgres.publication import Publication
from synth_assets.sinks.postgres.statements import postgres_statements
from synth_assets.sinks.postgres.transactions import PostgresTransactions
from synth_assets.sinks.server import Server

_LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts what is longer, without an error."""


def _check_schema(name: str) -> None:
    if len(name.encode()) > _LONGEST_NAME or not name or name.startswith("pg_"):
        raise UsageError(
            f"schema {name!r} is not allowed; it is a name of up to {_LONGEST_NAME} bytes that doesn't begin with"
            " pg_.\n  For example: --schema shop_test"
        )


SERVER = Server(
    title="PostgreSQL",
    dialect="postgres",
    place="schema",
    another="another --schema",
    anew="synth load {} --overwrite",
    capabilities=catalog.load_target("postgresql").capabilities,
    most_columns=1_600,
    longest_name=_LONGEST_NAME,
    width=lambda name: len(name.encode()),
    in_="bytes",
    address=database_address,
    default_place=lambda _, domain: domain,
    connected=writing_to,
    refusals=refusals,
    said=server_said,
    verdict=verdict,
    check_place=_check_schema,
    columns_of=catalog_columns,
    wanted_types=catalog_types,
    takes=takes,
    schema_ledger=PostgresLedger,
    transaction_ledger=PostgresTransactions,
    statements=postgres_statements,
    following=Publication,
    pipeline=pipeline_for,
    copying=copying,
    merging=merging,
)
