"""What `synth generate` and `synth plan` share: the options of a request, and the request they make."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import DatasetCommand, chosen_dataset, dataset_options
from synth_assets.cli.values import FolderName, NameList, OneOf, WholeNumber, joined
from synth_assets.errors import UsageError, unknown
from synth_assets.project.dataset_files import domain_in
from synth_assets.usecases import engines
from synth_assets.usecases import formats as known

if TYPE_CHECKING:
    from synth_assets.model.dataset import Dataset
    from synth_assets.model.domain import Domain
    from synth_assets.project.project import Project
    from synth_assets.usecases.generate import Request

_COMPRESS = "--compress"
_USUAL_CODEC = "usual"  # what `produce.target` calls it; a test compares
_ALONE = {_COMPRESS: _USUAL_CODEC, "--load": ""}
"""Options that may stand alone, and what they mean then."""

_DEFAULT_FORMAT = "parquet"

Function = TypeVar("Function", bound=Callable[..., Any])


class GenerationCommand(DatasetCommand):
    """A command with a request's options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As usual, but what may stand alone, as `--compress`, never takes the next argument for its value."""
        return super().parse_args(ctx, [f"{arg}={_ALONE[arg]}" if arg in _ALONE else arg for arg in args])


@dataclass(frozen=True)
class Options:
    """The values of :func:`generation_options`."""

    domain: str
    entities: tuple[str, ...]
    formats: tuple[tuple[str, ...], ...]
    output_dir: str | None
    compression: str | None
    chunk_size: int | None
    layout: str | None
    workers: int | None
    engine: str | None
    overwrite: bool
    preset: str | None
    seed: int
    as_of: date


engine_option = click.option(
    "--engine",
    type=OneOf(*engines.names()),
    help="In this process, in --workers of them, or on a Ray cluster: that of RAY_ADDRESS, or one of this machine's.",
)


def generation_options(function: Function) -> Function:
    """Add DOMAIN, ENTITY… and the options of :class:`Options` to a command."""
    decorators = (
        click.argument("domain", metavar="DOMAIN", shell_complete=completion.domains),
        click.argument("entities", metavar="[ENTITY]...", nargs=-1, shell_complete=completion.tables),
        dataset_options,
        click.option(
            "--format",
            "formats",
            type=NameList(),
            multiple=True,
            shell_complete=completion.listed(known.names),
            help=f"Formats to write, with commas between: {', '.join(known.names())}.  [default: {_DEFAULT_FORMAT}]",
        ),
        click.option(
            "--output-dir",
            type=FolderName(objects=True),
            metavar="DIR",
            help="The data root, a folder or s3://bucket/prefix; without it SYNTH_DATA, or the domain's own, or the"
            " project's data/.",
        ),
        click.option(
            f"{_COMPRESS}ion",
            _COMPRESS,
            "compression",
            metavar="[=CODEC]",
            shell_complete=completion.listed(known.codecs),
            help=f"Compress files so: {', '.join(known.codecs())}. {_COMPRESS} alone: as is usual for the format.",
        ),
        click.option(
            "--chunk-size",
            type=WholeNumber(example=1_000_000, least=1),
            metavar="ROWS",
            help="Rows in a file, at most.",
        ),
        click.option(
            "--layout",
            type=OneOf(*known.layouts()),
            help="How files are laid out.  [default: the domain's own, else hive]",
        ),
        click.option(
            "--workers",
            type=WholeNumber(example=4, least=1, most=engines.MOST_WORKERS),
            help="How many at a time; no value depends on it.  [default: 1; with --engine one a processor]",
        ),
        engine_option,
        click.option(
            "--overwrite/--keep",
            default=True,
            show_default=True,
            help="Replace tables of the same parameters that are there, each whole; or leave them as they are.",
        ),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def request_of(project: "Project", options: Options, dataset: "Dataset | None" = None) -> "Request":
    """The request that a command line makes.

    Args:
        project: the project.
        options: the command's.
        dataset: instead of the one that the options describe.

    Raises:
        UsageError: an unknown name, or a value that isn't allowed.
    """
    from synth_assets.project.sections.files import FileSettings
    from synth_assets.usecases.generate import request_for

    name = domain_in(options.domain)
    if entity := options.domain[len(name) + 1 :]:
        command = click.get_current_context().command_path
        raise UsageError(
            f"{options.domain!r} is a table where a domain is expected.\n  For example: {command} {name} {entity}"
        )
    if dataset is None:
        dataset = chosen_dataset(project, name, options.preset, options.seed, options.as_of)
    domain = project.domain(name)
    return request_for(
        domain,
        dataset,
        chosen_entities(domain, options.entities),
        Path(options.output_dir or project.root_of(domain)).absolute(),
        formats=_chosen_formats(options.formats),
        codec=options.compression,
        rows_per_file=options.chunk_size,
        layout=options.layout,
        settings=project.settings.section(FileSettings),
        workers=engines.chosen_workers(options.workers, options.engine),
        engine=options.engine,
        keep=not options.overwrite,
    )


def chosen_entities(domain: "Domain", names: Sequence[str]) -> tuple[str, ...]:
    """The tables named, or all of the domain, each after those it refers to."""
    for name in names:
        domain.entity(name)
    return tuple(name for name in domain.entities if not names or name in names)


def _chosen_formats(groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    names = joined(groups)
    for name in names:
        if name not in known.names():
            raise unknown("format", name, known.names(), f"For example: --format {_DEFAULT_FORMAT},csv")
    return tuple(names)
