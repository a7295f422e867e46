"""Whether PostgreSQL can hold a table, and whether a table that is there takes all rows of another one."""

import re
from collections.abc import Mapping
from typing import Any

from synth_assets.errors import OutputError, UsageError
from synth_assets.model.table import Table
from synth_assets.sinks import catalog

LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts what is longer, without an error."""

_MOST_COLUMNS = 1_600

_TEXTS = frozenset({"text", "character varying"})
_NUMBERS = ("smallint", "integer", "bigint", "numeric")
_JSON = frozenset({"json", "jsonb"})
_DIGITS = re.compile(r"\(.*?\)")

_ELSEWHERE = "Name another --schema, or rename the table; nothing was changed."


def check_schema(name: str) -> None:
    """Look whether a schema can be called so.

    Raises:
        UsageError: it can't.
    """
    if len(name.encode()) > LONGEST_NAME or not name or name.startswith("pg_"):
        raise UsageError(
            f"schema {name!r} is not allowed; it is a name of up to {LONGEST_NAME} bytes that doesn't begin with"
            " pg_.\n  For example: --schema shop_test"
        )


def check_columns(table: Table) -> None:
    """Look whether PostgreSQL can hold a table's columns.

    Raises:
        UsageError: it can't.
    """
    long = [name for name in (table.name, *table.column_names) if len(name.encode()) > LONGEST_NAME]
    wrong = [f"{name} has a name of more than {LONGEST_NAME} bytes, which PostgreSQL would cut" for name in long]
    if len(table.columns) > _MOST_COLUMNS:
        wrong.append(f"it has {len(table.columns):,} columns, and PostgreSQL holds {_MOST_COLUMNS:,}")
    wrong += [f"{name} has {lack}" for name, lack in catalog.load_target("postgresql").capabilities.unfit(table)]
    if wrong:
        raise UsageError(
            f"{table.path} can't be loaded into PostgreSQL: {'; '.join(wrong)}.\n  Change its declaration."
        )


def check_there(connection: Any, table: Table, there: Mapping[str, str], where: str) -> None:
    """Look whether a table that is there takes all rows of one with certain columns, unchanged.

    Args:
        connection: to the database.
        table: the one that the rows are of.
        there: column → type of the one that is there, as the catalog calls it.
        where: what to call that one.

    Raises:
        OutputError: it doesn't.
    """
    wanted = {column.name: column.type.sql("postgresql") for column in table.columns}
    missing, extra = [one for one in wanted if one not in there], [one for one in there if one not in wanted]
    if missing or extra:
        told = [f"lacks {', '.join(missing)}"] if missing else []
        told += [f"has {', '.join(extra)} besides"] if extra else []
        raise OutputError(f"{where} has other columns: it {' and '.join(told)}.\n  {_ELSEWHERE}")
    types = _expected(connection, wanted)
    wrong = [f"{one} is {there[one]}, not {types[one]}" for one in wanted if not _takes(there[one], types[one])]
    if wrong:
        raise OutputError(f"{where} has columns of other types: {'; '.join(wrong)}.\n  {_ELSEWHERE}")


def _expected(connection: Any, types: Mapping[str, str]) -> dict[str, str]:
    """What the catalog calls types; of arrays without the digits of their entries."""
    listed = ", ".join(f"NULL::{one}" for one in types.values())
    found: dict[str, str] = {}
    for name, one in zip(types, connection.execute(f"SELECT {listed}").description, strict=True):
        ((told,),) = connection.execute("SELECT format_type(%s, NULL)", (one.type_code,)).fetchall()
        found[name] = f"{told}({one.precision},{one.scale})" if told == "numeric" and one.precision else told
    return found


def _takes(there: str, wanted: str) -> bool:
    """Whether a column of a type takes all values of another one, unchanged."""
    if there == wanted or (there in _JSON and wanted in _JSON):
        return True
    if wanted.endswith("[]"):
        return _DIGITS.sub("", there) == wanted
    if wanted in _TEXTS:
        return there in _TEXTS
    if wanted in _NUMBERS and there in _NUMBERS:
        return _NUMBERS.index(there) >= _NUMBERS.index(wanted)
    return wanted.startswith("numeric") and there == "numeric"
