"""What Dagster's UI shows of a table: its schema, where it lies, what is in it, where its columns come from."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from synth_assets.defs.plot import plot
from synth_assets.defs.profile import Profile
from synth_assets.domains import catalog
from synth_assets.model.table import Column, Table
from synth_assets.usecases.store import Stored

_CELL = 24
_PREVIEW_COLUMNS = 9


def definition_metadata(table: Table) -> dict[str, Any]:
    """What is known of an asset before it is materialised."""
    return {
        **_table(table),
        "grain": table.grain,
        "key": table.key,
    }


def materialisation_metadata(table: Table, stored: Sequence[Stored], profile: Profile) -> Mapping[str, Any]:
    """What is known of a partition once it is stored.

    Args:
        table: the table.
        stored: how it is stored, one a format.
        profile: what passed by on the way.
    """
    first = stored[0]
    seconds = max(one.seconds for one in stored)
    found: dict[str, Any] = {
        "rows": first.rows,
        "bytes": sum(one.bytes for one in stored),
        "rows_per_second": round(first.rows / seconds) if seconds else 0,
        "content_hash": first.content_hash,
        **{f"path_{one.format}": dg.MetadataValue.path(one.path) for one in stored},
        "preview": dg.MetadataValue.md(preview(profile.head)),
        **_table(table),
        "dagster/partition_row_count": first.rows,
        "dagster/uri": first.path.absolute().as_uri(),
    }
    if picture := plot(profile):
        found["distribution"] = dg.MetadataValue.md(picture)
    return found


def column_schema(table: Table) -> dg.TableSchema:
    """The columns with their types, descriptions and constraints."""
    return dg.TableSchema([_column(table, column) for column in table.columns])


def preview(head: pl.DataFrame) -> str:
    """The first rows as a Markdown table, no wider than a screen.

    Example:
        >>> print(preview(pl.DataFrame({"id": [1], "note": ["a|b"]})))
        | id | note |
        |---|---|
        | 1 | a\\|b |
    """
    names = head.columns[:_PREVIEW_COLUMNS]
    more = len(head.columns) - len(names)
    titles = [*names, f"… {more} more columns"] if more else names
    rows = [[*(_cell(row[name]) for name in names), *([""] if more else [])] for row in head.to_dicts()]
    return "\n".join([_line(titles), "|" + "---|" * len(titles), *map(_line, rows)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return (text if len(text) <= _CELL else text[: _CELL - 1] + "…").replace("|", "\\|")


def _column(table: Table, column: Column) -> dg.TableColumn:
    is_key = column.name == table.key
    other = ["primary key"] if is_key else []
    other += [f"references {column.references}"] if column.references else []
    other += [f"one of {', '.join(column.values)}"] if column.values else []
    constraints = dg.TableColumnConstraints(nullable=column.nullable, unique=is_key or column.unique, other=other)
    return dg.TableColumn(column.name, column.type.name, column.doc or None, constraints)


def _table(table: Table) -> dict[str, Any]:
    """Dagster's own entries for a table. Foreign keys are column lineage: where a customer_id comes from."""
    parents = {
        name: [dg.TableColumnDep(dg.AssetKey([table.domain, parent]), _key_of(table.domain, parent))]
        for name, parent in table.references.items()
    }
    return {
        "dagster/column_schema": column_schema(table),
        "dagster/table_name": f"{table.domain}.{table.name}",
        **({"dagster/column_lineage": dg.TableColumnLineage(parents)} if parents else {}),
    }


def _key_of(domain: str, name: str) -> str:
    return catalog.load(domain).entity(name).about.key

