"""`synth list`: domains, tables, presets, rows."""

from typing import TYPE_CHECKING

import click

from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import count
from synth_assets.cli.usage import Command
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json

if TYPE_CHECKING:
    from synth_assets.usecases.describe import DomainInfo


@click.command("list", cls=Command, example="synth list", short_help="Domains, tables, presets and their rows.")
@quiet_option("No hints, only what was asked for")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def command(*, quiet: bool, as_json: bool) -> None:
    """List the domains, their tables and presets, and how many rows each table has in each preset."""
    from dataclasses import asdict

    from synth_assets.project.project import Project
    from synth_assets.usecases.describe import describe

    project = Project.here()
    domains = [describe(domain) for domain in project.domains(told=lambda error: tell(str(error)))]
    if as_json:
        shown = [{**asdict(domain), "entities": [_brief(e) for e in asdict(domain)["entities"]]} for domain in domains]
        say(shown_json(shown, indent=2))
    else:
        say("\n\n".join(_text(domain, hints=not quiet) for domain in domains))


def _brief(entity: dict[str, object]) -> dict[str, object]:
    return {name: entity[name] for name in ("path", "name", "doc", "grain", "key", "rows")}


def _text(domain: "DomainInfo", *, hints: bool) -> str:
    presets = [f"{name}*" if name == domain.default_preset else name for name in domain.presets]
    rows = [["rows", *presets]]
    rows += [[entity.name, *map(count, entity.rows.values())] for entity in domain.entities]
    numbers = range(1, len(presets) + 1)
    first, _, _ = domain.doc.partition("\n")
    notes = [f"* without --preset; more: synth describe {domain.name}"]
    if any(number is None for entity in domain.entities for number in entity.rows.values()):
        notes.insert(0, "? counted when generated")
    return "\n".join(
        [
            f"{domain.name}: {first}",
            "",
            aligned(rows, numbers, "  "),
            *(["", *("  " + n for n in notes)] if hints else []),
        ]
    )
