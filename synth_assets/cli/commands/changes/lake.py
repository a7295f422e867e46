"""`synth changes lake`: tables of a lake whose past is known."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synth_assets.cli import completion
from synth_assets.cli.change_options import BatchRange, ChangeOptions, cadence_option, chosen
from synth_assets.cli.dataset_options import DatasetCommand, dataset_options
from synth_assets.cli.progress import reporter
from synth_assets.cli.streams import say
from synth_assets.cli.text import either, short
from synth_assets.cli.values import FolderName
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.usecases import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synth_assets.usecases.lake_changes import Brought


@click.command(
    "lake",
    cls=DatasetCommand,
    example="synth changes lake bronze --format delta --batches 1..30",
    short_help="Keep tables in a lake whose past is known.",
)
@click.argument("domain", metavar="DOMAIN", shell_complete=completion.domains)
@click.argument("entities", metavar="[ENTITY]...", nargs=-1, shell_complete=completion.tables)
@dataset_options
@cadence_option
@click.option(
    "--output-dir",
    type=FolderName(),
    metavar="DIR",
    help="The data root; without it SYNTH_DATA, or the domain's own, or the project's data/.",
)
@click.option("--batches", type=BatchRange(), required=True, help="Which batches, counted from 1: 5, or 1..30.")
@click.option(
    "--format", "form", metavar="NAME", default="delta", show_default=True, help=f"{either(formats.lakes())}."
)
@click.option("--quiet", is_flag=True, help="No progress, only results.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table.")
def command(*, batches: range, form: str, quiet: bool, as_json: bool, **values: Any) -> None:
    """Keep the tables of DOMAIN, or those named, in a lake: its version (snapshot) k is the snapshot after batch k.

    Version 0 is the base; each batch is one commit, which says which. Batches that a table has are left as they are:
    run again after a kill, it goes on where it was, and takes in nothing twice. synth verify looks at every version.
    """
    from synth_assets.project.project import Project
    from synth_assets.usecases.lake_changes import LakeRequest, keep_in_lake

    project = Project.here()
    choice = chosen(project, ChangeOptions(**values))
    request = LakeRequest(
        domain=choice.domain,
        dataset=choice.dataset,
        cadence=choice.cadence,
        entities=choice.entities,
        root=Path(values["output_dir"] or project.root_of(choice.domain)).absolute(),
        format=form,
        batches=batches,
    )
    with reporter(quiet=quiet) as progress:
        brought = keep_in_lake(request, progress)
    say("\n".join(map(_in_json, brought)) if as_json else _text(brought, form))


def _text(brought: "Sequence[Brought]", form: str) -> str:
    rows = [["table", "batches", "after", formats.versions_of(form), "path"]]
    rows += [
        [one.entity, f"{len(one.applied):,}", f"{one.batch:,}", one.version.called, short(one.path)] for one in brought
    ]
    return aligned(rows, (1, 2))


def _in_json(one: "Brought") -> str:
    told: dict[str, Any] = {"entity": one.entity, "path": str(one.path), "batch": one.batch}
    return shown_json({**told, "applied": list(one.applied), "version": one.version.called})
