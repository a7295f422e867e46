"""What MariaDB's catalog says of tables, and what may be called how."""

import re
from typing import Any

from synth_assets.errors import UsageError
from synth_assets.model.table import Table

_LONGEST_NAME = 64

_OWN = frozenset({"information_schema", "mysql", "performance_schema", "sys"})

_WIDTH = re.compile(r"\b(tinyint|smallint|mediumint|int|bigint)\(([0-9]+)\)")

_COLUMNS = """
    SELECT c.column_name, c.column_type FROM information_schema.columns AS c
    JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema = %s AND c.table_name = %s AND t.table_type = 'BASE TABLE' ORDER BY c.ordinal_position
"""


def maria_columns(connection: Any, database: str, table: str) -> dict[str, str]:
    """Column → type of a table, as the catalog calls it, in order; empty if there is no such table."""
    return dict(connection.execute(_COLUMNS, (database, table)).fetchall())


def maria_types(connection: Any, table: Table) -> dict[str, str]:
    """Column → type of a table of ours; text in keys has a length besides."""
    del connection
    return {column.name: _usual(column.type.sql("mariadb")) for column in table.columns}


def maria_takes(there: str, wanted: str) -> bool:
    """Whether a column of a type takes all values of another one, unchanged."""
    found = _usual(there)
    if wanted == "longtext":
        return found == wanted or found.startswith("varchar(")
    if wanted == "longblob":
        return found == wanted or found.startswith("varbinary(")
    return found == wanted


def check_database(name: str) -> None:
    """Look whether a database can be called so.

    Raises:
        UsageError: it can't.
    """
    if not 0 < len(name) <= _LONGEST_NAME or name.lower() in _OWN or name != name.rstrip() or set(name) & {"\0", "%"}:
        raise UsageError(
            f"database {name!r} is not allowed; it is a name of up to {_LONGEST_NAME} characters that isn't the"
            " server's own, has no % and doesn't end in a blank.\n  For example: mysql://me@localhost/shop_test"
        )


def _usual(name: str) -> str:
    """A type without what says nothing: how wide numbers are shown, but for booleans, and names of the same thing."""
    lower = name.lower().replace("integer", "int")
    if lower == "json":
        return "longtext"
    return _WIDTH.sub(lambda found: found[0] if found[0] == "tinyint(1)" else found[1], lower)
