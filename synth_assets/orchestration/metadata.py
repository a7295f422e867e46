"""What Dagster's UI shows of a table: its schema, where it lies, what is in it, where its columns come from."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column, Table
from synth_assets.object_paths import address_at
from synth_assets.orchestration.plot import plots
from synth_assets.usecases.generate import Stored
from synth_assets.usecases.pages.cells import plain_cells
from synth_assets.usecases.pages.told import methods
from synth_assets.usecases.profile import Profile
from synth_assets.usecases.provenance import Origin, provenance
from synth_assets.usecases.written_at import written_at

_CELL = 20
_TITLE = 40
_PREVIEW_COLUMNS = 7
_SHOWN_IN_PLACE = 999
"""Longer Markdown hides behind a link in Dagster's UI."""


_IN_A_CELL = str.maketrans({"|": "\\|", " ": "\N{NO-BREAK SPACE}", "-": "\N{NON-BREAKING HYPHEN}"})


def definition_metadata(domain: Domain, entity: type[Entity]) -> dict[str, Any]:
    """What is known of an asset before it is materialised."""
    table, made = entity.table(), methods(entity)
    return {
        **_table(table),
        **_lineage(table, provenance(entity, domain.parents[table.name])),
        **_code(domain, table.name),
        "grain": table.grain,
        "key": str(table.key),
        **({"methods": dg.MetadataValue.md(made)} if made else {}),
    }


def materialisation_metadata(
    table: Table, origins: Mapping[str, Sequence[Origin]], stored: Sequence[Stored], profile: Profile
) -> Mapping[str, Any]:
    """What is known of a partition once it is stored. Pictures and previews can't fail: if there is none, it says why.

    Args:
        table: the table.
        origins: where its columns come from; see :func:`~synth_assets.usecases.provenance.provenance`.
        stored: how it is stored, one a format.
        profile: what passed by on the way.
    """
    first = stored[0]
    seconds = max(one.seconds for one in stored)
    return {
        "rows": first.rows,
        # A database holds other tables too: its size says little about this one.
        "bytes": sum(files)
        if (files := [one.bytes for one in stored if one.parts or one.path.is_dir()])
        else first.bytes,
        "rows_per_second": round(first.rows / seconds) if seconds else 0,
        "content_hash": first.content_hash,
        **{f"path_{one.format}": _place(one.path) for one in stored},
        **decoration("preview", lambda: {"preview": preview(profile.head)}),
        **decoration("plot", lambda: {f"plot_{name}": picture for name, picture in plots(profile).items()}),
        **{f"no_plot_{name}": reason for name, reason in profile.untold.items()},
        **_table(table),
        **_lineage(table, origins),
        "dagster/partition_row_count": first.rows,
        "dagster/uri": address_at(first.path) or first.path.absolute().as_uri(),
    }


def _place(path: Path) -> dg.MetadataValue[Any]:
    """Where something is: a path, or the address of an object store."""
    address = address_at(path)
    return dg.MetadataValue.path(path) if address is None else dg.MetadataValue.text(address)


def decoration(what: str, draw: Callable[[], Mapping[str, str]]) -> dict[str, Any]:
    """Entries that are nice to have, as Markdown; what went wrong instead, if something does.

    Args:
        what: the entries' kind, e.g. ``preview``.
        draw: makes them.

    Example:
        >>> decoration("plot", lambda: {"plot_a": str(1 // 0)})
        {'no_plot': 'ZeroDivisionError: integer division or modulo by zero'}
    """
    try:
        return {name: dg.MetadataValue.md(text) for name, text in draw().items()}
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001 - the table is stored, whatever this is
        return {f"no_{what}": f"{type(error).__name__}: {error}"}


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
    titles = [*(_cell(name, _TITLE) for name in names), *([f"… {more} more"] if more else [])]
    text = "\n".join([_line(titles), "|" + "---|" * len(titles)])
    for row in zip(*(plain_cells(head[name]) for name in names), strict=True):
        line = _line([*map(_cell, row), *([""] if more else [])])
        if len(text) + len(line) >= _SHOWN_IN_PLACE:
            break
        text += f"\n{line}"
    return text


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object, most: int = _CELL) -> str:
    # All times are UTC; saying so in every cell takes the place of another column.
    text = "" if value is None else " ".join(str(value).removesuffix("+00:00").split())
    clipped = text if len(text) <= most else text[: most - 1] + "…"
    return clipped.translate(_IN_A_CELL)


def _column(table: Table, column: Column) -> dg.TableColumn:
    parents = table.referred_by(column.name)
    other = ["primary key"] if column.name in table.key.columns else []
    other += [f"references {' or '.join(parents)}"] if parents else []
    other += [f"one of {', '.join(column.values)}"] if column.values else []
    constraints = dg.TableColumnConstraints(nullable=column.nullable, unique=table.is_unique(column.name), other=other)
    return dg.TableColumn(column.name, column.type.name, column.doc or None, constraints)


def _table(table: Table) -> dict[str, Any]:
    """Dagster's own entries for a table."""
    return {
        "dagster/column_schema": column_schema(table),
        "dagster/table_name": f"{table.domain}.{table.name}",
    }


def _lineage(table: Table, origins: Mapping[str, Sequence[Origin]]) -> dict[str, Any]:
    """Where a customer_id comes from, and a price as of an order."""
    found = {
        name: [dg.TableColumnDep(dg.AssetKey([table.domain, other]), column) for other, column in of]
        for name, of in origins.items()
    }
    return {"dagster/column_lineage": dg.TableColumnLineage(found)} if found else {}


def _code(domain: Domain, table: str) -> dict[str, Any]:
    """The file and line that an editor opens."""
    at = written_at(domain, table)
    if at is None:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # references are in beta in Dagster 1.13
        reference = dg.LocalFileCodeReference(file_path=str(at.path), line_number=at.line, label=at.path.name)
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}
