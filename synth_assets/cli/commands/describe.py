"""`synth describe`: a domain's volumes, presets and tables, or a table's columns, keys, references, rules.

To people, and to other tools: those are told of a dataset, and of the files that it has.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, chosen_options, dataset_options
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.text import count, short
from synth_assets.cli.values import FilePath, FolderName, FormName
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json, visible
from synth_assets.errors import UsageError
from synth_assets.object_paths import address_at
from synth_assets.project.dataset_files import domain_in, is_file_name

if TYPE_CHECKING:
    from datetime import date

    from synth_assets.model.dataset import Dataset
    from synth_assets.model.domain import Domain
    from synth_assets.project.project import Project
    from synth_assets.usecases.describe import ColumnInfo, DomainInfo, EntityInfo


def _forms() -> list[str]:
    from synth_assets.usecases.description_kinds import kinds

    return [*_SAID, *kinds()]


@click.command(
    "describe",
    cls=DatasetCommand,
    grouped=True,
    example="synth describe bronze/raw_orders",
    short_help="Columns, types, keys, references, rules; for people and for other tools.",
)
@click.argument("what", metavar="DOMAIN[/ENTITY]", shell_complete=completion.domains_and_paths)
@quiet_option("No hints, only what was asked for")
@click.option("--json", "as_json", is_flag=True, help="One JSON document; the same as --as json.")
@click.option(
    "--as",
    "form",
    type=FormName(_forms),
    help="As text (the default), as JSON, as a page in Markdown (diagram, columns, rules, plots, rows), or as another"
    " tool reads it: an Open Data Contract (odcs), a Data Package (datapackage), dbt's sources.yml (dbt), CREATE TABLE"
    " (ddl:postgres, ddl:sqlite, ddl:duckdb, ddl:mysql, …), a README (card).",
)
@click.option("--output", type=FilePath(example="docs/shop.md"), help="Write it to this file instead of printing it.")
@click.option(
    "--output-dir",
    type=FolderName(),
    metavar="DIR",
    help="For other tools: the data root with the files; without it the project's data/ or SYNTH_DATA.",
)
@dataset_options
def command(
    what: str,
    *,
    quiet: bool,
    as_json: bool,
    form: str | None,
    output: Path | None,
    output_dir: str | None,
    preset: str | None,
    seed: int,
    as_of: "date",
) -> None:
    """Describe a domain (volumes, presets, tables) or one of its tables (columns, keys, references, rules).

    A page has the rows of the first preset, seed 42. The same domain gives the same page, byte by byte. Other tools are
    told of a dataset, and where its files are: --preset, --seed and --output-dir say which. Paths begin at the current
    folder, or at the one of --output.
    """
    from synth_assets.project.project import Project

    if as_json and form not in {None, "json"}:
        raise UsageError(f"--json and --as {form} contradict each other.\n  Leave one of them out.")
    name = domain_in(what)
    _check_output(output, name)
    project, form = Project.here(), "json" if as_json else form or "text"
    table = what[len(name) + 1 :]
    if form in _SAID:
        _check_no_dataset(form, output_dir)
        said = _SAID[form](project.domain(name), name, table, hints=not quiet)
    else:
        dataset = chosen_dataset(project, name, preset, seed, as_of)
        said = _to_tools(project, form, name, table, dataset, output_dir, output)
    if output is None:
        say(said.removesuffix("\n"))
        return
    from synth_assets.usecases.written import write_text

    write_text(output, visible(said.removesuffix("\n") + "\n"))
    if not quiet:
        say(f"{short(output)}")


def _check_no_dataset(form: str, output_dir: str | None) -> None:
    """Refuse what would be left unheard: text, JSON and pages are about a domain."""
    said = chosen_options() + (["--output-dir"] if output_dir else [])
    if said:
        raise UsageError(
            f"{said[0]} says which dataset, and --as {form} tells of a domain.\n"
            "  Leave it out, or describe the dataset to another tool, for example: --as odcs"
        )


def _to_tools(
    project: "Project",
    form: str,
    called: str,
    table: str,
    dataset: "Dataset",
    output_dir: str | None,
    output: Path | None,
) -> str:
    from synth_assets.usecases.descriptions import describe_as

    domain = project.domain(called)
    root = Path(output_dir or project.root_of(domain))
    tables = [domain.entity(table).about.name] if table else []
    # In an object store paths begin at the data root: no way leads there from a folder.
    seen_from = root if address_at(root) else output.absolute().parent if output else None
    return describe_as(form, domain, dataset, root, tables=tables, called=called, seen_from=seen_from)


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
