"""`synth changes replay`: base + log = snapshot, from stored files."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth_assets.cli import completion
from synth_assets.cli.quiet_option import quiet_option
from synth_assets.cli.streams import say
from synth_assets.cli.usage import Command
from synth_assets.cli.values import FolderName, WholeNumber
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synth_assets.usecases.replay_changes import Replayed


@click.command(
    "replay",
    cls=Command,
    example="synth changes replay data/changes/bronze/small-42/day",
    short_help="Check that base + changes = snapshot, from stored files.",
)
@click.argument("folder", metavar="DIR", type=FolderName(objects=True), shell_complete=completion.files)
@click.argument("entities", metavar="[ENTITY]...", nargs=-1)
@click.option("--to", "last", type=WholeNumber(example=30, least=1), help="The last batch.  [default: all there are]")
@quiet_option("Only what is wrong; nothing if all is right")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table.")
@click.pass_context
def command(
    ctx: click.Context, folder: str, entities: tuple[str, ...], last: int | None, *, quiet: bool, as_json: bool
) -> None:
    """Apply the batches stored in DIR to the base, and compare with the snapshots, cell by cell.

    Every event's before image is compared with the row as it is by then, and every reference is checked after
    every transaction. Exit status 1 if anything differs.

    DIR holds a plain log. What tools read (other envelopes) and histories are checked by synth verify DIR.
    """
    from dataclasses import asdict

    from synth_assets.usecases.replay_changes import replay_folder

    replayed = replay_folder(Path(folder), entities, last)
    if as_json:
        for one in replayed:
            say(shown_json({**asdict(one), "ok": not one.problems}))
    elif not quiet or any(one.problems for one in replayed):
        say(_summary(replayed) if quiet else _text(replayed))
    if any(one.problems for one in replayed):
        ctx.exit(1)


def _text(replayed: "Sequence[Replayed]") -> str:
    rows = [["table", "base", "batches", "events", "rows", "snapshots", "cells", "differing", "result"]]
    rows += [
        [
            one.entity,
            one.base,
            f"{one.batches:,}",
            f"{one.events:,}",
            f"{one.rows:,}",
            f"{len(one.compared):,}",
            f"{one.cells:,}",
            f"{one.differing:,}",
            "WRONG" if one.problems else "ok",
        ]
        for one in replayed
    ]
    return "\n".join([aligned(rows, (2, 3, 4, 5, 6, 7)), "", _summary(replayed)])


def _summary(replayed: "Sequence[Replayed]") -> str:
    wrong = [one for one in replayed if one.problems]
    summary = f"{len(wrong)} of {len(replayed)} tables are wrong:" if wrong else "base + changes = snapshot."
    problems = [f"  {one.entity}: {text}" for one in wrong for text in one.problems]
    return "\n".join([summary, *problems])
