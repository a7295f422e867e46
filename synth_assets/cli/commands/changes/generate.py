"""`synth changes generate`: batches of changes, in any envelope."""

from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli import completion
from synth_assets.cli.change_options import BatchRange, ChangeOptions, change_options, chosen
from synth_assets.cli.envelope_options import EnvelopeCommand, chosen_options
from synth_assets.cli.generation_options import engine_option
from synth_assets.cli.progress import reporter
from synth_assets.cli.readings import reading_lines_below
from synth_assets.cli.stored_states import in_json
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import either, short
from synth_assets.cli.values import WholeNumber
from synth_assets.documents.aligned import aligned
from synth_assets.usecases import engines, formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synth_assets.usecases.generate_changes import StoredChanges


@click.command(
    "generate",
    cls=EnvelopeCommand,
    has_workers=True,
    example="synth changes generate bronze --preset small --batches 1..30",
    short_help="Make batches of changes.",
)
@change_options
@click.option("--batches", type=BatchRange(), required=True, help="Which batches, counted from 1: 5, or 1..30.")
@click.option(
    "--envelope",
    metavar="NAME",
    shell_complete=completion.listed(lambda: ["plain", *formats.envelopes()]),
    default="plain",
    show_default=True,
    help=f"{either(['plain', *formats.envelopes()])}.",
)
@click.option(
    "--format",
    "form",
    metavar="NAME",
    help=f"Of the files; for plain {either(formats.files())}.  [default: parquet, or what the tool usually has]",
)
@click.option(
    "--base/--no-base",
    default=None,
    help="Write the full load of an envelope that has one, or leave it out.  [default: write it unless it is there]",
)
@click.option(
    "--workers",
    type=WholeNumber(example=4, least=1, most=engines.MOST_WORKERS),
    help="How many batches at a time.  [default: 1; with --engine one a processor]",
)
@engine_option
@click.option("--quiet", is_flag=True, help="No progress, only results.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each thing stored.")
def command(
    *,
    batches: range,
    envelope: str,
    form: str | None,
    base: bool | None,
    workers: int | None,
    engine: str | None,
    quiet: bool,
    as_json: bool,
    **values: Any,
) -> None:
    """Make batches of changes of DOMAIN, or of the tables named, and store each whole.

    Batch k is a pure function of the dataset and k: made first, last, alone, in parallel or twice, its bytes are
    the same. A batch that is there already is replaced. The folder keeps to one dataset at one cadence.
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
        workers=engines.chosen_workers(workers, engine),
        engine=engine,
        options=chosen_options(),
    )
    with reporter(quiet=quiet) as progress:
        stored = list(generate_changes(request, progress))
    say(in_json(stored) if as_json else _text(stored))
    log = stored[-1]
    if not quiet and log.entity and (lines := reading_lines_below(log.format, log.path.parent, "*/part-*")):
        tell("\n".join(lines))


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
