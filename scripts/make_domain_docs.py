"""Write the pages of docs/ that describe domains, with their pictures: python scripts/make_domain_docs.py [DOMAIN …].

All of it comes from the domains themselves: descriptions, the diagram of keys, the rows of the first preset, seed 42. A
test compares pages and pictures with what this makes, so they can't fall behind.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from drawing.keys_diagram import keys_diagram
from drawing.plots import plots

from synth_assets.model.domain import Domain
from synth_assets.project.project import Project
from synth_assets.usecases.describe import ColumnInfo, DomainInfo, EntityInfo, describe
from synth_assets.usecases.scan import scan_dataset

DOCS = Path(__file__).resolve().parent.parent / "docs"
PICTURES = "images/domains"
SAMPLE = 3
"""Rows that are shown of each table."""

PLOTTED = 250_000
"""Rows that are plotted; of a larger table the first ones."""

LETTERS = 60
"""Of a value that is shown; the rest of a longer one is left out."""


def files(domain: Domain) -> dict[str, str]:
    """Everything that is made of a domain: path below docs/ → text."""
    info = describe(domain)
    found = {f"{PICTURES}/{info.name}/keys.svg": keys_diagram(domain)}
    sections = []
    for entity in info.entities:
        rows = scan_dataset(domain.entity(entity.name), domain.dataset(_preset(info)), rows=PLOTTED).collect()
        pictures = {}
        for plot in plots(domain.entity(entity.name).table(), rows):
            pictures[plot.column] = f"{PICTURES}/{info.name}/{entity.name}.{plot.column}.svg"
            found[pictures[plot.column]] = plot.svg
        sections += _entity(info, entity, rows, pictures)
    found[f"{info.name}.md"] = "\n\n".join([*_head(info), *sections]) + "\n"
    return found


def overview(domains: Sequence[DomainInfo]) -> str:
    """The page that lists all domains."""
    rows = [["domain", "what", "tables", "presets"]]
    for domain in domains:
        what = domain.doc.partition("\n\n")[0].replace("\n", " ")
        presets = ", ".join(f"`{preset}`" for preset in domain.presets)
        rows.append([f"[{domain.name}]({domain.name}.md)", what, str(len(domain.entities)), presets])
    own = "Tables of your own are [a file](own-dataset.md) away, or a [package in Python](own-domain.md)."
    says = "A domain is a set of tables that belong together. Its page has keys, columns, rules, plots and rows."
    return "\n\n".join(["# Domains", says, _table(rows), own]) + "\n"


def _preset(domain: DomainInfo) -> str:
    """The preset whose rows are shown: the first, which is the smallest."""
    return next(iter(domain.presets))


def _head(domain: DomainInfo) -> list[str]:
    """What is said before the tables: what it is, how to get it, diagram and volumes."""
    tables = [
        [f"[{e.name}](#{e.name})", *("" if n is None else f"{n:,}" for n in e.rows.values()), e.grain]
        for e in domain.entities
    ]
    parts = [f"# {domain.name}", domain.doc, _commands(domain)]
    parts += ["## Tables and keys", _diagram(domain), _table([["table", *domain.presets, "one row is"], *tables])]
    if any(None in entity.rows.values() for entity in domain.entities):
        parts.append("Where a number is missing, only generating the table tells it.")
    parts += ["## Volumes", *_volumes(domain)]
    made = "This page and its pictures are made from the domain itself by `scripts/make_domain_docs.py`"
    parts.append(f"{made}; its values are those of contract {domain.contract}.")
    return parts


def _commands(domain: DomainInfo) -> str:
    preset, path = _preset(domain), domain.entities[0].path
    return "\n".join(
        [
            "```console",
            f"$ synth generate {domain.name} --preset {preset} --output-dir out",
            f"$ synth sample {path} --preset {preset} --rows {SAMPLE}",
            "```",
        ]
    )


def _diagram(domain: DomainInfo) -> str:
    picture = f"![Tables of {domain.name} and their keys]({PICTURES}/{domain.name}/keys.svg)"
    says = "A line leads from a key to the columns that refer to it; it is dashed where they may be missing."
    return f'<div class="wide" markdown="1">\n\n{picture}\n\n</div>\n\n{says}'


def _volumes(domain: DomainInfo) -> list[str]:
    """Two tables, since one would be too wide: how much the presets have, and what may be asked for."""
    values = [["parameter", *domain.presets, "what"]]
    values += [[p.name, *(_volume(of[p.name]) for of in domain.presets.values()), p.doc] for p in domain.parameters]
    ways = [["parameter", "allowed", "as a flag", "in the environment"]]
    ways += [[p.name, p.allowed, f"`{p.flag}`", f"`{p.variable}`"] for p in domain.parameters]
    return [_table(values), _table(ways)]


def _volume(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _table(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _entity(domain: DomainInfo, entity: EntityInfo, rows: pl.DataFrame, pictures: dict[str, str]) -> list[str]:
    columns = [["column", "type", "null", "what"], *(_column(column) for column in entity.columns)]
    parts = [f"## {entity.name}", f"{entity.doc} One row is {entity.grain}."]
    if pictures:
        images = "\n".join(f"![{entity.name}.{column}]({picture})" for column, picture in pictures.items())
        parts.append(f'<div class="plots" markdown="1">\n\n{images}\n\n</div>')
        if rows.height == PLOTTED:
            parts.append(f"These are plots of the first {PLOTTED:,} rows.")
    parts.append(_table(columns))
    if entity.rules:
        parts += ["**Rules**", "\n".join(f"- `{rule.name}`: {rule.doc}" for rule in entity.rules)]
    sample = rows.head(SAMPLE)
    if sample.height:
        parts += [f"**The first rows** of `{_preset(domain)}`, seed 42", _sample(sample)]
    return parts


def _column(column: ColumnInfo) -> list[str]:
    notes = [column.doc]
    if column.key:
        notes.append("**key**")
    elif column.unique:
        notes.append("unique")
    if column.references:
        parent = column.references.partition("/")[2]
        notes.append(f"→ [{parent}](#{parent})")
    if column.values:
        notes.append(", ".join(f"`{value}`" for value in column.values))
    return [f"`{column.name}`", column.type, "yes" if column.nullable else "", "; ".join(notes)]


def _sample(rows: pl.DataFrame) -> str:
    """Rows turned over, a column a line: so tables of any number of columns fit the page."""
    head = ["column", *(f"row {number + 1}" for number in range(rows.height))]
    return _table([head, *([f"`{name}`", *map(_cell, rows[name].to_list())] for name in rows.columns)])


def _cell(value: Any) -> str:
    """A value as text of a page: a code span, or nothing if it is missing."""
    if value is None:
        return ""
    shown = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if isinstance(value, datetime):
        shown = value.isoformat(sep=" ").removesuffix("+00:00")
    shown = " ".join(shown.replace("`", "'").split())
    shown = shown if len(shown) <= LETTERS else shown[: LETTERS - 1].rstrip() + "…"
    return f"`{shown}`" if shown else "*empty*"


def main() -> None:
    """Write pages and pictures of the domains that are named, or of all, and the list of all."""
    project = Project.here()
    listed = overview([describe(project.domain(name)) for name in project.names()])
    (DOCS / "domains.md").write_text(listed, encoding="utf-8")
    for name in sys.argv[1:] or project.names():
        made = files(project.domain(name))
        for old in (DOCS / PICTURES / name).glob("*.svg"):
            if f"{PICTURES}/{name}/{old.name}" not in made:
                old.unlink()
        for path, text in made.items():
            (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
            (DOCS / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
