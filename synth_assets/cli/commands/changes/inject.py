"""`synth changes inject`: break a clean log in known ways."""

from pathlib import Path

import click

from synth_assets.cli import completion
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.text import short
from synth_assets.cli.usage import Command
from synth_assets.cli.values import FolderName
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json


@click.command(
    "inject",
    cls=Command,
    example="synth changes inject data/changes/bronze/small-42/day --plan plan.yaml --output-dir broken",
    short_help="Break a change log in known ways, with an answer key.",
)
@click.argument("folder", metavar="DIR", shell_complete=completion.files)
@click.option("--plan", "plan_file", metavar="FILE", required=True, help="A fault plan, as YAML.")
@click.option(
    "--output-dir",
    type=FolderName(),
    metavar="DIR2",
    required=True,
    help="The folder of the broken log. A broken log that is there is replaced; anything else is refused.",
)
@quiet_option("No table, only the folder of the broken log")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each fault.")
def command(folder: str, plan_file: str, output_dir: str, *, quiet: bool, as_json: bool) -> None:
    """Write a broken copy of the clean plain log in DIR to DIR2, as the plan says.

    DIR2/answer_key.parquet lists every record that a fault touched, where it is, and what a correct consumer
    does about it. The same log and plan give the same files. DIR2 appears whole, or not at all.
    """
    from synth_assets.usecases.inject import inject

    injected = inject(Path(folder), Path(plan_file), Path(output_dir))
    by_fault = injected.by_fault
    if as_json:
        for row in by_fault.iter_rows(named=True):
            say(shown_json(row))
        return
    if quiet:
        say(short(injected.folder))
        return
    rows = [["fault", "kind", "tables", "entries", "beyond repair"]]
    rows += [
        [f"{one['fault']}", one["kind"], ", ".join(one["tables"]), f"{one['entries']:,}", f"{one['beyond_repair']:,}"]
        for one in by_fault.iter_rows(named=True)
    ]
    say(aligned(rows, (0, 3, 4)))
    say(f"\nBroken log: {short(injected.folder)}")
