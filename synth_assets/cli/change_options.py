"""What the commands of `synth changes` share: which dataset, at which cadence, into which folder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import chosen_dataset, dataset_options
from synth_assets.cli.values import FolderName, OneOf
from synth_assets.documents import written
from synth_assets.errors import UsageError
from synth_assets.project.dataset_files import domain_in

if TYPE_CHECKING:
    from synth_assets.model.change_log import Cadence
    from synth_assets.model.dataset import Dataset
    from synth_assets.model.domain import Domain
    from synth_assets.project.project import Project

Function = TypeVar("Function", bound=Callable[..., Any])

CADENCES = ("day", "hour", "minute")
"""The model's own, which a test compares: importing the model would cost `synth --help` its speed."""


class BatchRange(click.ParamType):
    """Numbers of batches: ``5``, or ``1..30``."""

    name = "k..k"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        """As it is written."""
        return self.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> range:  # noqa: ARG002
        """Read the range.

        Raises:
            UsageError: it is written otherwise, or ends before it begins.
        """
        if isinstance(value, range):
            return value
        ends = written.batches(value)
        if ends is None:
            raise UsageError(
                f"--batches {value or repr('')} is not allowed; it is {written.BATCHES}.\n"
                "  For example: --batches 1..30"
            )
        first, last = ends
        if last < first:
            raise UsageError(written.reversed_batches(f"--batches {value}", first, last))
        return range(first, last + 1)


class At(click.ParamType):
    """A moment: the number of the batch at whose end it is, or a time in UTC."""

    name = "k|time"

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        """As it is written."""
        return self.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | datetime:  # noqa: ARG002
        """Read the number or time.

        Raises:
            UsageError: it is neither.
        """
        if isinstance(value, int | datetime):
            return value
        if (found := written.moment(value)) is not None:
            return found
        raise UsageError(
            f"--at {value or repr('')} is not allowed; it is {written.A_MOMENT}.\n"
            "  For example: --at 30, or --at 2026-01-31T00:00:00Z"
        )


@dataclass(frozen=True)
class ChangeOptions:
    """The values of :func:`change_options`."""

    domain: str
    entities: tuple[str, ...]
    preset: str | None
    seed: int
    as_of: date
    cadence: str
    output_dir: str | None


def cadence_option(function: Function) -> Function:
    """Add --cadence to a command."""
    return click.option(
        "--cadence", type=OneOf(*CADENCES), default="day", show_default=True, help="How long a batch is."
    )(function)


def change_options(function: Function) -> Function:
    """Add DOMAIN, ENTITY… and the options of :class:`ChangeOptions` to a command."""
    decorators = (
        click.argument("domain", metavar="DOMAIN", shell_complete=completion.domains),
        click.argument("entities", metavar="[ENTITY]...", nargs=-1, shell_complete=completion.tables),
        dataset_options,
        cadence_option,
        click.option(
            "--output-dir",
            type=FolderName(objects=True),
            metavar="DIR",
            help="The folder of one dataset's changes at one cadence, or s3://bucket/prefix.  "
            "[default: changes/DOMAIN/PRESET-SEED/CADENCE in the data root]",
        ),
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


@dataclass(frozen=True)
class Chosen:
    """What a command line chose.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        entities: names of the tables, parents first.
        root: the folder of change data.
    """

    domain: "Domain"
    dataset: "Dataset"
    cadence: "Cadence"
    entities: tuple[str, ...]
    root: Path


def chosen(project: "Project", options: ChangeOptions) -> Chosen:
    """The dataset, cadence, tables and folder of a command line.

    Raises:
        UsageError: an unknown name, or a value that isn't allowed.
    """
    from synth_assets.model.change_log import CADENCES as KNOWN
    from synth_assets.usecases.generate_changes import usual_folder

    name = domain_in(options.domain)
    if entity := options.domain[len(name) + 1 :]:
        command = click.get_current_context().command_path
        raise UsageError(
            f"{options.domain!r} is a table where a domain is expected.\n  For example: {command} {name} {entity}"
        )
    dataset = chosen_dataset(project, name, options.preset, options.seed, options.as_of)
    domain = project.domain(name)
    for one in options.entities:
        domain.entity(one)
    if options.output_dir is None:
        root = usual_folder(project.settings.data_root, dataset, KNOWN[options.cadence])
    else:
        root = Path(options.output_dir).absolute()
    entities = tuple(one for one in domain.entities if not options.entities or one in options.entities)
    return Chosen(domain, dataset, KNOWN[options.cadence], entities, root)
