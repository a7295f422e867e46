"""What Dagster's UI shows of a table: its schema, where it lies, what is in it, where its columns come from."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
import polars as pl

from synth_assets.model.table import Column, Table
from synth_assets.orchestration.plot import plots
from synth_assets.usecases.generate import Stored
from synth_assets.usecases.profile import Profile

_CELL = 20
_PREVIEW_COLUMNS = 7
_SHOWN_IN_PLACE = 999
"""Longer Markdown hides behind a link in Dagster's UI."""


_IN_A_CELL = str.maketrans({"|": "\\|", " ": "\N{NO-BREAK SPACE}", "-": "\N{NON-BREAKING HYPHEN}"})


def definition_metadata(table: Table, tables: Mapping[str, Table]) -> dict[str, Any]:
    """What is known of an asset before it is materialised; ``tables`` of its domain by name."""
    return {
        **_table(table, tables),
        "grain": table.grain,
        "key": str(table.key),
    }


def materialisation_metadata(
    table: Table, tables: Mapping[str, Table], stored: Sequence[Stored], profile: Profile
) -> Mapping[str, Any]:
    """What is known of a partition once it is stored.

    Args:
        table: the table.
        tables: those of its domain that it may refer to, by name.
        stored: how it is stored, one a format.
        profile: what passed by on the way.
    """
    first = stored[0]
    seconds = max(one.seconds for one in stored)
    return {
        "rows": first.rows,
        # A database holds other tables too: its size says little about this one.
        "bytes": sum(files) if (files := [one.bytes for one in stored if one.path.is_dir()]) else first.bytes,
        "rows_per_second": round(first.rows / seconds) if seconds else 0,
        "content_hash": first.content_hash,
        **{f"path_{one.format}": dg.MetadataValue.path(one.path) for one in stored},
        "preview": dg.MetadataValue.md(preview(profile.head)),
        **{f"plot_{name}": dg.MetadataValue.md(picture) for name, picture in plots(profile).items()},
        **_table(table, tables),
        "dagster/partition_row_count": first.rows,
        "dagster/uri": first.path.absolute().as_uri(),
    }


def column_schema(table: Table) -> dg.TableSchema:
    """The columns with their types, descriptions and constraints."""
    return dg.TableSchema([_column(table, column) for column in table.columns])


def preview(head: pl.DataFrame) -> str:
    r"""The first rows as a Markdown table that the UI shows in place.

    Example:
        >>> print(preview(pl.DataFrame({"id": [1], "note": ["a|b"]})))
        | id | note |
        |---|---|
        | 1 | a\|b |
    """
    names = head.columns[:_PREVIEW_COLUMNS]
    more = len(head.columns) - len(names)
    titles = [*names, f"… {more} more"] if more else names
    text = "\n".join([_line(titles), "|" + "---|" * len(titles)])
    for row in head.iter_rows(named=True):
        line = _line([*(_cell(row[name]) for name in names), *([""] if more else [])])
        if len(text) + len(line) >= _SHOWN_IN_PLACE:
            break
        text += f"\n{line}"
    return text


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    # All times are UTC; saying so in every cell takes the place of another column.
    text = "" if value is None else " ".join(str(value).removesuffix("+00:00").split())
    clipped = text if len(text) <= _CELL else text[: _CELL - 1] + "…"
    return clipped.translate(_IN_A_CELL)


def _column(table: Table, column: Column) -> dg.TableColumn:
    reference = table.reference_of(column.name)
    other = ["primary key"] if column.name in table.key.columns else []
    other += [f"references {reference.table}"] if reference else []
    other += [f"one of {', '.join(column.values)}"] if column.values else []
    constraints = dg.TableColumnConstraints(nullable=column.nullable, unique=table.is_unique(column.name), other=other)
    return dg.TableColumn(column.name, column.type.name, column.doc or None, constraints)


def _table(table: Table, tables: Mapping[str, Table]) -> dict[str, Any]:
    """Dagster's own entries for a table. Foreign keys are column lineage: where a customer_id comes from."""
    parents = {
        name: [dg.TableColumnDep(dg.AssetKey([table.domain, one.table]), to)]
        for one in table.references
        for name, to in zip(one.columns, one.target(tables[one.table]), strict=True)
    }
    return {
        "dagster/column_schema": column_schema(table),
        "dagster/table_name": f"{table.domain}.{table.name}",
        **({"dagster/column_lineage": dg.TableColumnLineage(parents)} if parents else {}),
    }
