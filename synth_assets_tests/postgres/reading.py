"""Tables of PostgreSQL as frames, by their texts: nothing of what loads them is used."""

import polars as pl

from synth_assets.sinks.sql import qualified, quoted


def frame_of(connection, table, schema=None):
    """A table's rows in the order of its key, or as they lie there."""
    cells = ", ".join(_text(column) for column in table.columns)
    order = f" ORDER BY {', '.join(map(_ordered, table.key.columns))}" if table.key.columns else ""
    query = f"SELECT {cells} FROM {qualified(schema or table.domain, table.name)} AS t{order}"
    connection.execute("SET TIME ZONE 'UTC'")
    rows = connection.execute(query).fetchall()
    text = pl.DataFrame(rows, schema=dict.fromkeys(table.column_names, pl.String()), orient="row")
    return text.select(_cell(column) for column in table.columns)


def ordered(table, frame):
    """Rows in the order in which PostgreSQL gives them."""
    keys = table.key.columns
    return frame.sort(pl.col(name).cast(pl.String) if frame.schema[name] == pl.UInt64 else name for name in keys)


def _ordered(name):
    return f"t.{quoted(name)}"


def _text(column):
    name = f"t.{quoted(column.name)}"
    if column.type.kind == "binary":
        return f"replace(encode({name}, 'base64'), E'\\n', '')"
    return f"to_json({name})::text" if column.type.sql("postgresql").endswith("[]") else f"{name}::text"


def _cell(column):
    text, of = pl.col(column.name), column.type
    if of.kind == "duration":
        return text.cast(pl.Int64).cast(of.polars)
    if of.kind == "boolean":
        return (text == "true").alias(column.name)
    return of.value_of(text, pl.String()).cast(of.polars).alias(column.name)
