"""`synth describe`: a domain's volumes, presets and tables, or a table's columns, keys, references, rules."""

from typing import TYPE_CHECKING

import click

from synth_assets.cli import completion
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.text import count
from synth_assets.cli.usage import Command
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.project.dataset_files import domain_in

if TYPE_CHECKING:
    from synth_assets.usecases.describe import ColumnInfo, DomainInfo, EntityInfo


@click.command(
    "describe",
    cls=Command,
    example="synth describe bronze/raw_orders",
    short_help="Columns, types, keys, references, rules.",
)
@click.argument("what", metavar="DOMAIN[/ENTITY]", shell_complete=completion.domains_and_paths)
@quiet_option("No hints, only what was asked for")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(what: str, *, quiet: bool, as_json: bool) -> None:
    """Describe a domain (volumes, presets, tables) or one of its tables (columns, keys, references, rules)."""
    from synth_assets.project.project import Project
    from synth_assets.usecases.describe import describe, describe_entity

    name = domain_in(what)
    slash, entity_name = what[len(name) :][:1], what[len(name) + 1 :]
    domain = Project.here().domain(name)
    if slash:
        entity = describe_entity(domain, domain.entity(entity_name))
        say(_json(entity) if as_json else _entity_text(entity, hints=not quiet))
    else:
        info = describe(domain)
        say(_json(info) if as_json else _domain_text(info, hints=not quiet))


def _json(info: "EntityInfo | DomainInfo") -> str:
    from dataclasses import asdict

    return shown_json(asdict(info), indent=2)


def _domain_text(domain: "DomainInfo", *, hints: bool) -> str:
    volumes = [["volume", *domain.presets, "allowed", "flag", "variable", "what"]]
    volumes += [
        [
            p.name,
            *(_value(values[p.name]) for values in domain.presets.values()),
            p.allowed.removeprefix("a whole number "),
            p.flag,
            p.variable,
            p.doc,
        ]
        for p in domain.parameters
    ]
    tables = [["table", *domain.presets, "one row is", "what"]]
    tables += [[e.name, *map(count, e.rows.values()), e.grain, e.doc] for e in domain.entities]
    numbers = range(1, len(domain.presets) + 1)
    return "\n\n".join(
        (
            f"{domain.name}: {domain.doc}",
            f"Presets ({domain.default_preset} without --preset)\n" + aligned(volumes, numbers, "  "),
            "Tables (rows by preset; ? is counted when generated)\n" + aligned(tables, numbers, "  "),
            *([f"Columns of a table: synth describe {domain.entities[0].path}"] if hints else []),
        )
    )


def _value(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _entity_text(entity: "EntityInfo", *, hints: bool) -> str:
    columns = [["column", "type", "", "what"]]
    columns += [[c.name, c.type, _properties(c), c.doc + _values(c)] for c in entity.columns]
    rows = ", ".join(f"{preset} {count(number)}" for preset, number in entity.rows.items())
    facts = [["one row is", entity.grain], ["key", entity.key], ["rows", rows]]
    parts = [f"{entity.path}: {entity.doc}", aligned(facts, (), "  "), "Columns\n" + aligned(columns, (), "  ")]
    if entity.rules:
        rules = [[rule.name, rule.doc] for rule in entity.rules]
        parts.append("Rules, besides keys and references\n" + aligned(rules, (), "  "))
    if hints:
        parts.append(f"Rows to look at: synth sample {entity.path}")
    return "\n\n".join(parts)


def _properties(column: "ColumnInfo") -> str:
    said = ["key"] if column.key else ["unique"] if column.unique else []
    said += [f"-> {column.references}"] if column.references else []
    said += ["may be null"] if column.nullable else []
    return ", ".join(said)


def _values(column: "ColumnInfo") -> str:
    return f" ({', '.join(column.values)})" if column.values else ""
