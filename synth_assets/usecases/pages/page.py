"""A page in Markdown about a domain or one of its tables: `synth describe … --as page`, and the pages of docs/.

It is made from the domain alone: descriptions, keys, how rows come and what becomes of them, and the rows of the first
preset with seed 42. So the same domain has the same page, anywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any

import polars as pl

from synth_assets.documents.markdown_text import as_markdown, code_span, cut, fenced, markdown_table
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.model.table import Table
from synth_assets.usecases.describe import ColumnInfo, DomainInfo, EntityInfo, describe
from synth_assets.usecases.pages.cells import cell_text, plain_cells
from synth_assets.usecases.pages.distributions import percent
from synth_assets.usecases.pages.mermaid import mermaid_diagram
from synth_assets.usecases.pages.text_plots import text_plots
from synth_assets.usecases.pages.told import facts, happens, method
from synth_assets.usecases.scan import scan_dataset

SAMPLE = 3
"""Rows that are shown of each table."""

_PLOTTED, _CELLS = 250_000, 4_000_000
"""Rows, and cells, that plots are made from; of a larger table those of the first rows."""

_LETTERS = 60
_DOC = 400
_INTRODUCTION = 4_000
"""Letters of a cell, of a description of a table or column, and of a domain's; the rest of longer ones is left out."""

_VALUES = 12
"""Of an enumeration."""


@dataclass(frozen=True)
class Pictures:
    """How a page shows what isn't words; as text without more.

    Attributes:
        keys: the diagram of a domain's tables and keys, as Markdown.
        plots: how some rows of a table are distributed, as Markdown; empty if there is nothing to show.
    """

    keys: Callable[[Domain], str] = mermaid_diagram
    plots: Callable[[Table, pl.DataFrame], str] = text_plots


def markdown_of(domain: Domain, called: str = "", pictures: Pictures | None = None, notes: Sequence[str] = ()) -> str:
    """The page of a domain.

    Args:
        domain: the domain.
        called: what commands call it; its name without.
        pictures: how they are shown.
        notes: paragraphs that stand before the tables.
    """
    info, how = describe(domain), pictures or Pictures()
    parts = [*_head(info, called or info.name, how.keys(domain)), *notes]
    for entity in info.entities:
        parts += [f"## {heading_of(info.name, entity.name)}", *_table_parts(domain, entity, how)]
    return "\n\n".join(parts) + "\n"


def markdown_of_table(domain: Domain, entity: type[Entity]) -> str:
    """The page of one table."""
    info = next(one for one in describe(domain).entities if one.name == entity.about.name)
    parts = [f"# {_title(info.path)}", *_table_parts(domain, info, Pictures(), linked=False)]
    return "\n\n".join(parts) + "\n"


def heading_of(domain: str, table: str) -> str:
    """The heading of a table on its domain's page: another one than the page's own."""
    return f"Table {_title(table)}" if table == domain else _title(table)


def anchor_of(domain: str, table: str) -> str:
    """What leads to that heading, in all that makes pages of Markdown."""
    return f"table-{table}" if table == domain else table


def _title(text: str) -> str:
    return as_markdown(text, _DOC)


def _head(info: DomainInfo, called: str, keys: str) -> list[str]:
    """What is said before the tables: what it is, how to get it, diagram, rows and parameters."""
    preset, first = _preset(info), info.entities[0].name
    commands = [
        f"$ synth generate {quote(called)} --preset {quote(preset)} --output-dir out",
        f"$ synth sample {quote(f'{called}/{first}')} --preset {quote(preset)} --rows {SAMPLE}",
    ]
    rows = [
        [
            f"[{_title(e.name)}](#{anchor_of(info.name, e.name)})",
            *("" if n is None else f"{n:,}" for n in e.rows.values()),
            _said(e.grain),
        ]
        for e in info.entities
    ]
    parts = [f"# {_title(info.name)}", *_paragraphs(info.doc), fenced("\n".join(commands), "console")]
    parts += ["## Tables and keys", keys, markdown_table([["table", *map(_said, info.presets), "one row is"], *rows])]
    if any(None in entity.rows.values() for entity in info.entities):
        parts.append("Where a number is missing, only generating the table tells it.")
    return [*parts, *_parameters(info)]


def _paragraphs(text: str) -> list[str]:
    """A text of several paragraphs, as such."""
    return [as_markdown(part) for part in cut(text, _INTRODUCTION).split("\n\n") if part.strip()]


def _preset(info: DomainInfo) -> str:
    """The preset whose rows are shown: the first, which is the smallest."""
    return next(iter(info.presets))


def _parameters(info: DomainInfo) -> list[str]:
    """Two tables, since one would be too wide: what the presets say, and what may be asked for."""
    if not info.parameters:
        return []
    values = [["parameter", *map(_said, info.presets), "what"]]
    values += [
        [_said(p.name), *(_number(of[p.name]) for of in info.presets.values()), _said(p.doc)] for p in info.parameters
    ]
    ways = [["parameter", "allowed", "as a flag", "in the environment"]]
    ways += [[_said(p.name), _said(p.allowed), code_span(p.flag), code_span(p.variable)] for p in info.parameters]
    return ["## Parameters and presets", markdown_table(values), markdown_table(ways)]


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else _said(str(value))


def _said(text: str) -> str:
    return as_markdown(text, _DOC)


def _sentence(text: str) -> str:
    """A text as a sentence; an empty one stays so."""
    said = _said(text)
    return said if not said or said.endswith((".", "!", "?", "…")) else f"{said}."


def _table_parts(domain: Domain, info: EntityInfo, how: Pictures, *, linked: bool = True) -> list[str]:
    """What is said of a table below its title."""
    entity, preset = domain.entity(info.name), next(iter(info.rows))
    rows = _rows(domain, entity, preset)
    parts = [f"{_sentence(info.doc)} {_sentence(f'One row is {info.grain}')}".strip(), facts(entity)]
    parts += [how.plots(entity.table(), rows)]
    if rows.height == _most(entity):
        parts.append(f"Plots are made of the first {rows.height:,} rows.")
    parts.append(_columns(entity, info, rows, linked=linked))
    if info.rules:
        parts += ["**Rules**", "\n".join(f"- {code_span(rule.name)}: {_said(rule.doc)}" for rule in info.rules)]
    told = happens(entity) or ["Rows stay as they are."]
    parts += ["**In time**", "\n".join(f"- {one}" for one in told)]
    if rows.height:
        parts += [f"**The first rows** of {code_span(preset)}, seed 42", _sample(rows.head(SAMPLE))]
    else:
        parts.append(f"There are no rows in {code_span(preset)}.")
    return [part for part in parts if part]


def _most(entity: type[Entity]) -> int:
    """How many rows are looked at."""
    return min(_PLOTTED, max(_CELLS // len(entity.table().columns), SAMPLE))


def _rows(domain: Domain, entity: type[Entity], preset: str) -> pl.DataFrame:
    return scan_dataset(entity, domain.dataset(preset), rows=_most(entity)).collect()


def _columns(entity: type[Entity], info: EntityInfo, rows: pl.DataFrame, *, linked: bool) -> str:
    methods = [method(entity, column.name) for column in info.columns]
    made = any(methods)
    lines = [["column", "type", "null", "what", *(["how"] if made else [])]]
    for column, how in zip(info.columns, methods, strict=True):
        lines.append(
            [
                code_span(column.name),
                _said(column.type),
                _null(column, rows),
                _what(column, linked=linked),
                *([how] if made else []),
            ]
        )
    return markdown_table(lines)


def _null(column: ColumnInfo, rows: pl.DataFrame) -> str:
    """Whether cells may be missing, and how many of the rows at hand are."""
    if not column.nullable:
        return ""
    missing = rows[column.name].null_count()
    return f"yes, {percent(missing, rows.height)}" if missing else "yes"


def _what(column: ColumnInfo, *, linked: bool) -> str:
    notes = [_said(column.doc)] if column.doc else []
    if column.key:
        notes.append("**key**")
    elif column.unique:
        notes.append("unique")
    if column.references:
        domain, _, parent = column.references.partition("/")
        notes.append(f"→ [{_title(parent)}](#{anchor_of(domain, parent)})" if linked else f"→ {_title(parent)}")
    if column.values:
        values = [code_span(value, _LETTERS) or "*empty*" for value in column.values[:_VALUES]]
        more = len(column.values) - len(values)
        notes.append(", ".join([*values, *([f"{more:,} others"] if more else [])]))
    return "; ".join(notes)


def _sample(rows: pl.DataFrame) -> str:
    """Rows turned over, a column a line: so tables of any number of columns fit the page."""
    head = ["column", *(f"row {number + 1}" for number in range(rows.height))]
    lines = [[code_span(name), *map(_cell, plain_cells(rows[name]))] for name in rows.columns]
    return markdown_table([head, *lines])


def _cell(value: Any) -> str:
    """A code span, or nothing of a missing cell."""
    return "" if value is None else code_span(cell_text(value), _LETTERS) or "*empty*"
