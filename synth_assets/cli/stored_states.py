"""What `synth changes snapshot` and `history` share: tables at a moment, stored and told of."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from synth_assets.cli.change_options import At, ChangeOptions, change_options, chosen
from synth_assets.cli.progress import reporter
from synth_assets.cli.readings import reading_lines_below
from synth_assets.cli.streams import say, tell
from synth_assets.cli.text import either, short
from synth_assets.documents.aligned import aligned
from synth_assets.documents.shown import shown_json
from synth_assets.usecases import formats

if TYPE_CHECKING:
    from synth_assets.usecases.generate_changes import StoredChanges

Function = TypeVar("Function", bound=Callable[..., Any])


def state_options(function: Function) -> Function:
    """Add :func:`change_options`, --at, --format and --json to a command."""
    decorators = (
        change_options,
        click.option(
            "--at",
            type=At(),
            required=True,
            help="After which batch (0: the base), or a time like 2026-01-31T12:00:00Z.",
        ),
        click.option(
            "--format", "form", metavar="NAME", default="parquet", show_default=True, help=f"{either(formats.files())}."
        ),
        click.option("--quiet", is_flag=True, help="No progress, only results."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each table."),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def store(
    what: Literal["snapshot", "history"], *, at: int | datetime, form: str, quiet: bool, as_json: bool, **values: Any
) -> None:
    """Store tables as the options of :func:`state_options` say, and print what is stored.

    Raises:
        SynthError: as for :func:`~synth_assets.usecases.store_states.store_at`.
    """
    from synth_assets.project.project import Project
    from synth_assets.usecases.store_states import StateRequest, store_at

    choice = chosen(Project.here(), ChangeOptions(**values))
    tables = (choice.domain, choice.dataset, choice.cadence, choice.entities, choice.root)
    with reporter(quiet=quiet) as progress:
        stored = store_at(StateRequest(*tables, what=what, at=at, format=form), progress)
    say(in_json(stored) if as_json else _text(stored))
    if not quiet and (lines := reading_lines_below(form, stored[-1].path, "part-*")):
        tell("\n".join(lines))


def _text(stored: "Sequence[StoredChanges]") -> str:
    rows = [["table", "rows", "content hash", "path"]]
    rows += [[one.entity, f"{one.rows:,}", one.content_hash[:12], short(one.path)] for one in stored]
    return aligned(rows, (1,))


def in_json(stored: "Sequence[StoredChanges]") -> str:
    """One object a line."""
    from dataclasses import asdict

    return "\n".join(shown_json({**asdict(one), "path": str(one.path)}) for one in stored)
