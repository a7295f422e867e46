"""`synth describe`: a domain's volumes, presets and tables, or a table's columns, keys, references, rules."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth_assets.cli import completion
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.text import count, short
from synth_assets.cli.usage import Command
from synth_assets.cli.values import FilePath, OneOf
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json, visible
from synth_assets.errors import UsageError
from synth_assets.project.dataset_files import domain_in, is_file_name

if TYPE_CHECKING:
    from synth_assets.model.domain import Domain
    from synth_assets.usecases.describe import ColumnInfo, DomainInfo, EntityInfo


@click.command(
    "describe",
    cls=Command,
    example="synth describe bronze/raw_orders",
    short_help="Columns, types, keys, references, rules.",
)
@click.argument("what", metavar="DOMAIN[/ENTITY]", shell_complete=completion.domains_and_paths)
@quiet_option("No hints, only what was asked for")
@click.option("--json", "as_json", is_flag=True, help="One JSON document; the same as --as json.")
@click.option(
    "--as",
    "form",
    type=OneOf("text", "json", "page"),
    help="As text (the default), as JSON, or as a page in Markdown: diagram, columns, rules, plots, rows.",
)
@click.option("--output", type=FilePath(example="docs/shop.md"), help="Write it to this file instead of printing it.")
def command(what: str, *, quiet: bool, as_json: bool, form: str | None, output: Path | None) -> None:
    """Describe a domain (volumes, presets, tables) or one of its tables (columns, keys, references, rules).

    A page has the rows of the first preset, seed 42. The same domain gives the same page, byte by byte.
    """
    from synth_assets.project.project import Project

    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json and --as {form} contradict each other.\n  Leave one of them out.")
    name = domain_in(what)
    _check_output(output, name)
    domain = Project.here().domain(name)
    said = _SAID["json" if as_json else form or "text"](domain, name, what[len(name) + 1 :], hints=not quiet)
    if output is None:
        say(said.removesuffix("\n"))
        return
    from synth_assets.usecases.written import write_text

    write_text(output, visible(said.removesuffix("\n") + "\n"))
    if not quiet:
        say(f"{short(output)}")


def _check_output(output: Path | None, described: str) -> None:
    """Refuse to write a description over the file that is described."""
    if output is not None and is_file_name(described) and output.resolve() == Path(described).resolve():
        raise UsageError(
            f"--output {output} is the file that is described.\n  Name another one: --output {output.stem}.md"
        )


def _as_page(domain: "Domain", called: str, table: str, *, hints: bool) -> str:
    from synth_assets.usecases.pages.page import markdown_of, markdown_of_table

    del hints
    return markdown_of_table(domain, domain.entity(table)) if table else markdown_of(domain, called)


def _as_json(domain: "Domain", called: str, table: str, *, hints: bool) -> str:
    from synth_assets.usecases.describe import describe, describe_entity

    del called, hints
    return _json(describe_entity(domain, domain.entity(table)) if table else describe(domain))


def _as_text(domain: "Domain", called: str, table: str, *, hints: bool) -> str:
    from synth_assets.usecases.describe import describe, describe_entity

    if table:
        return _entity_text(describe_entity(domain, domain.entity(table)), called, hints=hints)
    return _domain_text(describe(domain), called, hints=hints)


_SAID = {"text": _as_text, "json": _as_json, "page": _as_page}


def _json(info: "EntityInfo | DomainInfo") -> str:
    from dataclasses import asdict

    return shown_json(asdict(info), indent=2)


def _domain_text(domain: "DomainInfo", called: str, *, hints: bool) -> str:
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
            *([f"Columns of a table: synth describe {called}/{domain.entities[0].name}"] if hints else []),
        )
    )


def _value(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _entity_text(entity: "EntityInfo", called: str, *, hints: bool) -> str:
    columns = [["column", "type", "", "what"]]
    columns += [[c.name, c.type, _properties(c), c.doc + _values(c)] for c in entity.columns]
    rows = ", ".join(f"{preset} {count(number)}" for preset, number in entity.rows.items())
    facts = [["one row is", entity.grain], ["key", entity.key], ["rows", rows]]
    parts = [f"{entity.path}: {entity.doc}", aligned(facts, (), "  "), "Columns\n" + aligned(columns, (), "  ")]
    if entity.rules:
        rules = [[rule.name, rule.doc] for rule in entity.rules]
        parts.append("Rules, besides keys and references\n" + aligned(rules, (), "  "))
    if hints:
        parts.append(f"Rows to look at: synth sample {called}/{entity.name}")
    return "\n\n".join(parts)


def _properties(column: "ColumnInfo") -> str:
    said = ["key"] if column.key else ["unique"] if column.unique else []
    said += [f"-> {column.references}"] if column.references else []
    said += column.inner_references
    said += ["may be null"] if column.nullable else []
    return ", ".join(said)


def _values(column: "ColumnInfo") -> str:
    return f" ({', '.join(column.values)})" if column.values else ""
