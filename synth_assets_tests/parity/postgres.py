"""A change log's transactions as PostgreSQL runs them: tables with all their constraints, statements by key."""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl
import psycopg
from psycopg import pq

from synth_assets.model.change_log import AFTER
from synth_assets.model.table import Column, Table

_SCRIPT_BYTES = 1 << 20


def create(connection: psycopg.Connection, tables: Iterable[Table]) -> None:
    """Create tables with all that a row must be by itself; :func:`refer` adds the references."""
    for table in tables:
        assert table.key, f"{table.name} has no key to find rows by"
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(table.domain)}")
        unique = [f"UNIQUE ({_names(group)})" for group in table.unique if group != table.key.columns]
        parts = [*map(_definition, table.columns), f"PRIMARY KEY ({_names(table.key.columns)})", *unique]
        connection.execute(f"CREATE TABLE {_name(table)} ({', '.join(parts)})")
        connection.execute(f"ALTER TABLE {_name(table)} REPLICA IDENTITY FULL")


def refer(connection: psycopg.Connection, tables: Mapping[str, Table]) -> None:
    """Add all references of tables, which hold after every statement: none is deferred.

    They come after the first rows, of which none could be the first where references go round.
    """
    for table in tables.values():
        for one in table.references:
            assert one.when is None, f"{table.name}: PostgreSQL has no reference to one of several tables"
            parent = tables[one.table]
            target = f"{_name(parent)} ({_names(one.target(parent))})"
            connection.execute(
                f"ALTER TABLE {_name(table)} ADD FOREIGN KEY ({_names(one.columns)}) REFERENCES {target}"
            )
            # Or deleting a parent reads all of its children's tables.
            connection.execute(f"CREATE INDEX ON {_name(table)} ({_names(one.columns)})")


def load(connection: psycopg.Connection, table: Table, frame: pl.DataFrame) -> None:
    """Copy rows into a table."""
    lines = frame.select(pl.concat_str([_copied(column) for column in table.columns], separator="\t")).to_series()
    with connection.cursor().copy(f"COPY {_name(table)} FROM STDIN") as copy:
        for line in lines:
            copy.write(f"{line}\n".encode())
    connection.execute(f"ANALYZE {_name(table)}")


def apply(connection: psycopg.Connection, tables: Mapping[str, Table], logs: Mapping[str, pl.DataFrame]) -> None:
    """Run a batch: the events of all its tables in order of ``lsn``, a transaction for every ``tx_id``.

    Raises:
        psycopg.Error: as the server raised it, from the statement that it refused.
    """
    for script in _scripts(tables, logs):
        result = connection.pgconn.exec_(script.encode())
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)


def rows(connection: psycopg.Connection, table: Table) -> pl.DataFrame:
    """A table's rows as they stand, typed, in the order of the key."""
    query = f"COPY (SELECT * FROM {_name(table)} ORDER BY {_names(table.key.columns)}) TO STDOUT"
    with connection.cursor().copy(query) as copy:
        cells = list(copy.rows())
    text = pl.DataFrame(cells, schema=dict.fromkeys(table.column_names, pl.String), orient="row")
    return text.select(typed(column) for column in table.columns)


def typed(column: Column, name: str | None = None) -> pl.Expr:
    """PostgreSQL's text for the cells of a column (found under ``name``) as values of its type."""
    text = pl.col(name or column.name)
    if column.type.kind == "boolean":
        return text.replace_strict({"t": True, "f": False}, return_dtype=pl.Boolean)
    if column.type.kind == "timestamp":
        zone = getattr(column.type.polars, "time_zone", None)
        local = text.str.strip_suffix("+00") if zone else text
        return local.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone=zone)
    if column.type.kind == "date":
        return text.str.to_date("%Y-%m-%d")
    return text.str.json_decode(column.type.polars) if _is_struct(column) else text.cast(column.type.polars)


def _is_struct(column: Column) -> bool:
    """Whether its cells are objects, which PostgreSQL is given as JSONB: it keeps their value and not their text."""
    return column.type.kind == "struct"


def _definition(column: Column) -> str:
    words = [quoted(column.name), "JSONB" if _is_struct(column) else column.type.sql("postgresql")]
    if not column.nullable:
        words.append("NOT NULL")
    if column.values:
        values = ", ".join("'{}'".format(value.replace("'", "''")) for value in column.values)
        words.append(f"CHECK ({quoted(column.name)} IN ({values}))")
    return " ".join(words)


def quoted(name: str) -> str:
    """A name as SQL has it, be it a word of SQL's own."""
    return '"' + name.replace('"', '""') + '"'


def _names(columns: Iterable[str]) -> str:
    return ", ".join(map(quoted, columns))


def _name(table: Table) -> str:
    return f"{quoted(table.domain)}.{quoted(table.name)}"


def _text(column: Column, name: str) -> pl.Expr:
    """Cells as text that PostgreSQL reads; null stays null."""
    cells = pl.col(name)
    if column.type.kind == "timestamp":
        zone = "+00" if getattr(column.type.polars, "time_zone", None) else ""
        return cells.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" + zone)
    if _is_struct(column):
        return pl.when(cells.is_not_null()).then(cells.struct.json_encode())
    return cells.cast(pl.String)


def _copied(column: Column) -> pl.Expr:
    """Cells in COPY's text form."""
    text = _text(column, column.name)
    for character, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.str.replace_all(character, escaped, literal=True)
    return text.fill_null("\\N")


def literal(column: Column, name: str) -> pl.Expr:
    """Cells as SQL literals; the server gives them the column's type."""
    text = _text(column, name).str.replace_all("'", "''", literal=True)
    return pl.concat_str(pl.lit("'"), text, pl.lit("'")).fill_null("NULL")


def _statement(table: Table) -> pl.Expr:
    """One SQL statement an event."""
    after = {column.name: literal(column, AFTER + column.name) for column in table.columns}
    changed = [
        pl.when(pl.col("changed_columns").list.contains(name)).then(pl.concat_str(pl.lit(f"{quoted(name)} = "), cell))
        for name, cell in after.items()
    ]
    keys = [pl.concat_str(pl.lit(f"{quoted(one)} = "), literal(table.column(one), one)) for one in table.key.columns]
    where = pl.concat_str(pl.lit(" WHERE "), pl.concat_str(keys, separator=" AND "))
    insert = pl.concat_str(
        pl.lit(f"INSERT INTO {_name(table)} VALUES ("), pl.concat_str(list(after.values()), separator=", "), pl.lit(")")
    )
    sets = pl.concat_str(changed, separator=", ", ignore_nulls=True)
    # What is drawn anew may come out the same: an update all the same, of a cell to itself.
    itself = "{0} = {0}".format(quoted(table.key.columns[0]))
    update = pl.concat_str(
        pl.lit(f"UPDATE {_name(table)} SET "),
        pl.when(pl.col("changed_columns").list.len() > 0).then(sets).otherwise(pl.lit(itself)),
        where,
    )
    delete = pl.concat_str(pl.lit(f"DELETE FROM {_name(table)}"), where)
    return pl.when(op="insert").then(insert).when(op="update").then(update).when(op="delete").then(delete)


def _scripts(tables: Mapping[str, Table], logs: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    """All statements of a batch, with BEGIN and COMMIT, in scripts of about a megabyte."""
    events = pl.concat(
        log.select("lsn", "tx_id", _statement(tables[name]).alias("statement")) for name, log in logs.items()
    ).sort("lsn")
    first = pl.col("tx_id").ne_missing(pl.col("tx_id").shift())
    last = pl.col("tx_id").ne_missing(pl.col("tx_id").shift(-1))
    statements = events.select(
        pl.concat_str(
            pl.when(first).then(pl.lit("BEGIN;\n")).otherwise(pl.lit("")),
            pl.col("statement"),
            pl.when(last).then(pl.lit(";\nCOMMIT")).otherwise(pl.lit("")),
        )
    ).to_series()
    script, size = [], 0
    for statement in statements:
        script.append(statement)
        size += len(statement)
        if size > _SCRIPT_BYTES:
            yield ";\n".join(script)
            script, size = [], 0
    if script:
        yield ";\n".join(script)
