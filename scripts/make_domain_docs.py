"""Write the pages of docs/ that describe domains, from the domains themselves: python scripts/make_domain_docs.py.

A test compares the pages with what this makes, so they can't fall behind.
"""

from pathlib import Path

from synth_assets.project.project import Project
from synth_assets.usecases.describe import ColumnInfo, DomainInfo, EntityInfo, describe

DOCS = Path(__file__).resolve().parent.parent / "docs"


def page(domain: DomainInfo) -> str:
    """A domain's page: volumes, diagram, then every table with its columns and rules."""
    parts = [f"# {domain.name}", domain.doc, _note(domain)]
    parts += ["## Volumes", _volumes(domain), "## Tables", _tables(domain), _diagram(domain)]
    parts += [text for entity in domain.entities for text in _entity(entity)]
    return "\n\n".join(parts) + "\n"


def _note(domain: DomainInfo) -> str:
    made = "This page is made from the domain's own description by `scripts/make_domain_docs.py`."
    return f"Contract {domain.contract}. {made}"


def _table(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _volumes(domain: DomainInfo) -> str:
    rows = [["parameter", *domain.presets, "allowed", "set it with", "what"]]
    for p in domain.parameters:
        values = [f"{preset[p.name]:,}" for preset in domain.presets.values()]
        rows.append([p.name, *values, p.allowed, f"`{p.flag}` `{p.variable}`", p.doc])
    return _table(rows)


def _tables(domain: DomainInfo) -> str:
    rows = [["table", *domain.presets, "one row is"]]
    rows += [
        [f"[{e.name}](#{e.name})", *("" if n is None else f"{n:,}" for n in e.rows.values()), e.grain]
        for e in domain.entities
    ]
    return _table(rows) + "\n\nWhere a number is missing, only generating the table tells it."


def _diagram(domain: DomainInfo) -> str:
    """References as an entity-relationship diagram, in Mermaid's words."""
    lines = ["```mermaid", "erDiagram"]
    for entity in domain.entities:
        for column in entity.columns:
            if column.references:
                parent = column.references.partition("/")[2]
                lines.append(f"    {parent} ||--o{{ {entity.name} : {column.name}")
    return "\n".join([*lines, "```"])


def _entity(entity: EntityInfo) -> list[str]:
    rows = [["column", "type", "null", "what"], *(_column(column) for column in entity.columns)]
    parts = [f"### {entity.name}", f"{entity.doc} One row is {entity.grain}.", _table(rows)]
    if entity.rules:
        parts.append("\n".join(f"- `{rule.name}`: {rule.doc}" for rule in entity.rules))
    return parts


def _column(column: ColumnInfo) -> list[str]:
    notes = [column.doc]
    if column.key:
        notes.append("**key**")
    elif column.unique:
        notes.append("unique")
    if column.references:
        notes.append(f"→ {column.references.partition('/')[2]}")
    if column.values:
        notes.append(", ".join(f"`{value}`" for value in column.values))
    return [f"`{column.name}`", column.type, "yes" if column.nullable else "", "; ".join(notes)]


def main() -> None:
    """Write a page for each domain."""
    for name in Project.here().names():
        (DOCS / f"{name}.md").write_text(page(describe(Project.here().domain(name))), encoding="utf-8")


if __name__ == "__main__":
    main()
