"""Tables of MariaDB as frames, by their texts: nothing of what loads or grades them is used."""

import polars as pl

from synth_assets_tests.postgres.living import timeline_of


def frame_of(database, table):
    """A table's rows in the order of its key, or as they lie there."""
    cells = ", ".join(_text(column) for column in table.columns)
    order = f" ORDER BY {', '.join(f't.`{name}`' for name in table.key.columns)}" if table.key.columns else ""
    database.rows("SET time_zone = '+00:00'")
    rows = database.rows(f"SELECT {cells} FROM `{database.name}`.`{table.name}` AS t{order}")
    text = pl.DataFrame(rows, schema=dict.fromkeys(table.column_names, pl.String()), orient="row")
    return text.select(_cell(column) for column in table.columns)


def differing(database, request, batch):
    """The tables that aren't what they have to be after a batch."""
    timeline = timeline_of(request)
    found = []
    for name, table in request.domain.tables.items():
        keys = list(table.key.columns) or table.column_names
        expected = pl.concat(timeline.state(name, timeline.second(batch))).sort(keys)
        if not frame_of(database, table).sort(keys).equals(expected):
            found.append(name)
    return found


def _text(column):
    name = f"t.`{column.name.replace('`', '``').replace('%', '%%')}`"
    if column.type.kind == "binary":
        return f"REPLACE(TO_BASE64({name}), '\n', '')"
    return f"CONVERT({name} USING utf8mb4)"


def _cell(column):
    text, of = pl.col(column.name), column.type
    if of.kind == "duration":
        return text.cast(pl.Int64).cast(of.polars)
    if of.kind == "boolean":
        return (text == "1").alias(column.name)
    return of.value_of(text, pl.String()).cast(of.polars).alias(column.name)
