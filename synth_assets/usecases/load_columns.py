"""Whether a server can hold a table, and whether a table that is there takes all rows of another one."""

from collections.abc import Mapping
from typing import Any

from synth_assets.errors import OutputError, UsageError
from synth_assets.model.table import Table
from synth_assets.sinks.server import Server


def check_columns(server: Server, table: Table) -> None:
    """Look whether a server can hold a table's columns.

    Raises:
        UsageError: it can't.
    """
    most = f"{server.longest_name} {server.in_}"
    long = [name for name in (table.name, *table.column_names) if server.width(name) > server.longest_name]
    wrong = [f"{name} has a name of more than {most}, which {server.title} would cut" for name in long]
    if len(table.columns) > server.most_columns:
        wrong.append(f"it has {len(table.columns):,} columns, and {server.title} holds {server.most_columns:,}")
    wrong += [f"{name} has {lack}" for name, lack in server.capabilities.unfit(table)]
    if wrong:
        raise UsageError(
            f"{table.path} can't be loaded into {server.title}: {'; '.join(wrong)}.\n  Change its declaration."
        )


def check_there(server: Server, connection: Any, table: Table, there: Mapping[str, str], where: str) -> None:
    """Look whether a table that is there takes all rows of one with certain columns, unchanged.

    Args:
        server: the kind of server.
        connection: to the database.
        table: the one that the rows are of.
        there: column → type of the one that is there, as the catalog calls it.
        where: what to call that one.

    Raises:
        OutputError: it doesn't.
    """
    elsewhere = f"Name {server.another}, or rename the table; nothing was changed."
    wanted = table.column_names
    missing, extra = [one for one in wanted if one not in there], [one for one in there if one not in wanted]
    if missing or extra:
        told = [f"lacks {', '.join(missing)}"] if missing else []
        told += [f"has {', '.join(extra)} besides"] if extra else []
        raise OutputError(f"{where} has other columns: it {' and '.join(told)}.\n  {elsewhere}")
    types = server.wanted_types(connection, table)
    wrong = [f"{one} is {there[one]}, not {types[one]}" for one in wanted if not server.takes(there[one], types[one])]
    if wrong:
        raise OutputError(f"{where} has columns of other types: {'; '.join(wrong)}.\n  {elsewhere}")
