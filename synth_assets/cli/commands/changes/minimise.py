"""`synth changes minimise`: the smallest fault plan under which a command fails."""

from pathlib import Path

import click

from synth_assets.cli import completion
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import short
from synth_assets.cli.usage import Command

_MOST_ENTRIES = 20


@click.command(
    "minimise",
    cls=Command,
    example="synth changes minimise broken --check './check.sh {dir}'",
    short_help="Find the smallest fault plan under which a command fails.",
)
@click.argument("folder", metavar="DIR2", shell_complete=completion.files)
@click.option(
    "--check",
    metavar="COMMAND",
    required=True,
    help="A shell command that fails on DIR2. {dir} in it, or else its last argument, is the folder to check; "
    "so is the variable CHANGES_DIR.",
)
@click.option("--quiet", is_flag=True, help="No progress, only the result.")
def command(folder: str, check: str, quiet: bool) -> None:
    """Find the fault that matters: leave out faults, and lower their counts, as long as COMMAND fails.

    DIR2 is what synth changes inject wrote; the clean log must be where it was then. The plan that is left goes
    to stdout, with its answer key as a comment, and to DIR2/minimal_plan.yaml and
    DIR2/minimal_answer_key.parquet.

    If COMMAND exits with 3, as synth changes score does when it can't tell, the trial is undecided: neither failed nor
    passed. Exit status 0 done, 1 a log is damaged or can't be written, 2 COMMAND or the request is wrong, 3 COMMAND
    couldn't tell in any trial.
    """
    from synth_assets.usecases.minimise import minimise

    found = minimise(Path(folder), check, (lambda _: None) if quiet else tell)
    say(found.plan.to_yaml(), nl=False)
    if found.undecided:
        say(f"# {found.undecided:,} of {found.trials:,} trials were undecided: a smaller plan may fail, too.")
    for one in found.entries.head(_MOST_ENTRIES).iter_rows(named=True):
        place = f"row {one['row']}" if one["row"] is not None else "not there"
        about = f", lsn {one['lsn']}, key {one['key']}" if one["lsn"] is not None else ""
        say(f"# {one['kind']}: {one['file']}, {place}{about}: {one['remedy']}")
    if found.entries.height > _MOST_ENTRIES:
        say(f"# … {found.entries.height:,} entries in all: {short(Path(folder) / 'minimal_answer_key.parquet')}")
