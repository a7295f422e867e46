"""`synth changes generate`: batches of changes, in any envelope."""

from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli.change_options import BatchRange, ChangeOptions, change_options, chosen
from synth_assets.cli.dataset_options import DatasetCommand
from synth_assets.cli.progress import reporter
from synth_assets.cli.stored_states import in_json
from synth_assets.cli.streams import say
from synth_assets.cli.text import aligned, either, short
from synth_assets.cli.values import WholeNumber
from synth_assets.usecases import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synth_assets.usecases.generate_changes import StoredChanges


@click.command(
    "generate",
    cls=DatasetCommand,
    example="synth changes generate bronze --preset small --batches 1..30",
    short_help="Make batches of changes.",
)
@change_options
@click.option("--batches", type=BatchRange(), required=True, help="Which batches, counted from 1: 5, or 1..30.")
@click.option(
    "--envelope",
    metavar="NAME",
    default="plain",
    show_default=True,
    help=f"{either(['plain', *formats.envelopes()])}.",
)
@click.option("--format", "form", metavar="NAME", help="Of the files, as the envelope has it.")
@click.option(
    "--base/--no-base",
    default=None,
    help="Write the envelope's full load too.  [default: unless it is there, where the tool has one]",
)
@click.option("--workers", type=WholeNumber(example=4, least=1, most=256), default=1, help="Processes, a batch each.")
@click.option("--quiet", is_flag=True, help="No progress, only results.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each thing stored.")
def command(
    *,
    batches: range,
    envelope: str,
    form: str | None,
    base: bool | None,
    workers: int,
    quiet: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Make batches of changes of DOMAIN, or of the tables named, and store each whole.

    Batch k is a pure function of the dataset and k: made first, last, alone, in parallel or twice, its bytes are
    the same.
    """
    from synth_assets.project.project import Project
    from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes

    choice = chosen(Project.here(), ChangeOptions(**values))
    request = ChangeRequest(
        domain=choice.domain,
        dataset=choice.dataset,
        cadence=choice.cadence,
        entities=choice.entities,
        root=choice.root,
        batches=batches,
        envelope=envelope,
        format=form,
        base=base,
        workers=workers,
    )
    with reporter(quiet=quiet) as progress:
        stored = list(generate_changes(request, progress))
    say(in_json(stored) if as_json else _text(stored))


def _text(stored: "Sequence[StoredChanges]") -> str:
    """A line a table, or an envelope; one more for a full load."""
    rows = [["table", "batches", "events", "path"]]
    for name in dict.fromkeys(one.entity for one in stored):
        some = [one for one in stored if one.entity == name]
        base = [one for one in some if one.at == "base"]
        batches = [one for one in some if one.at != "base"]
        label = name or f"all, {some[0].what}"
        rows += [[label, one.at, f"{one.rows:,}", short(one.path)] for one in base]
        ats = sorted(one.at for one in batches)
        span = f"{int(ats[0])}..{int(ats[-1])}" if len(ats) > 1 else str(int(ats[0]))
        path = batches[0].path.parent if name else batches[0].path
        rows.append([label, span, f"{sum(one.rows for one in batches):,}", short(path)])
    return aligned(rows, (2,))
