"""Options that say which dataset: preset, seed, day, and the volumes of the domain that is named.

Volumes are the fields of the domain's parameters, asked for when a command's arguments are known: a field
that is added there is an option here.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from synth_assets.cli import completion, surroundings, workers_ahead
from synth_assets.cli.streams import tell
from synth_assets.cli.usage import Command, given_arguments
from synth_assets.cli.values import Day, WholeNumber
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    from synth_assets.model.dataset import Dataset
    from synth_assets.model.domain import Domain
    from synth_assets.project.project import Project

SEED = 42
DAY = date(2026, 1, 1)
"""The model's own defaults, which a test compares: importing the model would cost `synth --help` its speed."""

_VOLUMES = "synth_assets.volumes"
_GROUP = "synth_assets.group"
_OPTIONS = "synth_assets.volume_options"
_WRITTEN = {"--output"}

Function = TypeVar("Function", bound=Callable[..., Any])


class DatasetCommand(Command):
    """A command about a dataset.

    Args:
        *args: as of any command.
        grouped: whether it is also about one group of a dataset alone, where the domain has such.
        has_workers: whether workers do it, if it is said.
        **kwargs: as of any command.
    """

    def __init__(self, *args: Any, grouped: bool = False, has_workers: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grouped, self._has_workers = grouped, has_workers

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, for which domains are read; after workers have begun to start, if there will be some."""
        if ctx.obj is True:  # the process is the command's own
            if self._has_workers and not ctx.resilient_parsing:
                workers_ahead.begin(args)
            surroundings.import_numpy()
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters and the volumes' options."""
        if _OPTIONS not in ctx.meta:
            named = _named_domains(given_arguments(ctx) or ())
            ctx.meta[_OPTIONS] = [*_volume_options(named), *self.options_of(named)]
        *own, help_option = super().get_params(ctx)
        return [*own, *ctx.meta[_OPTIONS], help_option]

    def options_of(self, domains: "Sequence[Domain]") -> list[click.Option]:
        """Further options that some domains have."""
        return group_options(domains) if self._grouped else _refused_groups(domains)


_ALONE = "only the rows of this {word}, those of the others are not even made"


def group_options(domains: "Iterable[Domain]", text: str = _ALONE) -> list[click.Option]:
    """An option for each word that domains have for their groups; see :func:`chosen_groups`.

    Args:
        domains: the domains.
        text: what it does, with ``{word}`` in it.
    """
    words: dict[str, list[str]] = {}
    for domain in domains:
        if domain.grouped_by is not None:
            words.setdefault(domain.grouped_by.word, []).append(domain.name)
    return [_group_option(word, f"{', '.join(names)}: {text.format(word=word)}.") for word, names in words.items()]


def _group_option(word: str, text: str) -> click.Option:
    def keep(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.meta.setdefault(_GROUP, {})[word] = value

    return click.Option([f"--{word}"], metavar="ID", expose_value=False, callback=keep, help=text)


def _refused_groups(domains: "Iterable[Domain]") -> list[click.Option]:
    """The same options where they mean nothing: known by name, so that nobody is led to one that is spelled alike."""

    def refuse(_: click.Context, option: click.Parameter, value: str | None) -> None:
        if value is not None:
            raise UsageError(
                f"{option.opts[0]}: change data is of every {option.name}, in one log.\n"
                f"  Leave it out, and take what is that {option.name}'s from what comes."
            )

    words = dict.fromkeys(domain.grouped_by.word for domain in domains if domain.grouped_by is not None)
    return [
        click.Option([f"--{word}"], metavar="ID", expose_value=False, callback=refuse, hidden=True) for word in words
    ]


def chosen_groups() -> dict[str, str]:
    """The groups that the current command line names, by what domains call them."""
    return click.get_current_context().meta.get(_GROUP, {})


def dataset_options(function: Function) -> Function:
    """Add --preset, --seed and --as-of to a command."""
    for option in reversed(
        (
            click.option(
                "--preset",
                metavar="NAME",
                shell_complete=completion.presets,
                help="Volumes by name; without it the domain's default preset.",
            ),
            click.option(
                "--seed", type=WholeNumber(example=SEED), default=SEED, show_default=True, help="Any whole number."
            ),
            click.option(
                "--as-of",
                type=Day(example=DAY),
                default=DAY.isoformat(),
                show_default=True,
                help="The day at whose start (UTC) the data is looked at.",
            ),
        )
    ):
        function = option(function)
    return function


def chosen_dataset(project: "Project", domain: str, preset: str | None, seed: int, as_of: date) -> "Dataset":
    """The dataset that the current command's options, and the project's settings, describe.

    Raises:
        UsageError: an unknown name, or a value that isn't allowed.
    """
    flags = click.get_current_context().meta.get(_VOLUMES)
    by = project.domain(domain).grouped_by
    only = chosen_groups().get(by.word) if by else None
    dataset = project.dataset(domain, preset, seed, as_of, flags, only)
    if said := {name: value for name, value in project.settings.volumes(domain).items() if name not in (flags or {})}:
        told = ", ".join(f"{name}={value}" for name, value in said.items())
        name = preset or project.domain(domain).default_preset
        if dataset.label != name and only is None:
            tell(f"{told} from the settings: this is {dataset.label}, not {name}.")
    return dataset


partition_option = click.option(
    "--partition", metavar="PRESET|SEED", help="The dataset of one of the project's partitions, e.g. 'small|42'."
)
"""Another way to say which dataset; see :func:`chosen_partition`."""


def chosen_partition(project: "Project", domain: str, key: str) -> "Dataset":
    """The dataset of a partition that the current command names.

    Raises:
        UsageError: another option says which dataset, too; or there is no such partition.
    """
    if said := chosen_options():
        raise UsageError(f"--partition and {said[0]} contradict each other.\n  Leave one of them out.")
    return project.partition(domain, key)


def chosen_options() -> list[str]:
    """The options of the current command that say which dataset, as far as they were written."""
    context = click.get_current_context()
    said = [name for name in ("preset", "seed", "as_of") if _is_said(context, name)]
    said += [*context.meta.get(_VOLUMES, {}), *context.meta.get(_GROUP, {})]
    return ["--" + name.replace("_", "-") for name in said]


def _is_said(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _named_domains(arguments: Sequence[str]) -> "list[Domain]":
    """The domains that the arguments name; all domains if they name none."""
    from synth_assets.project.dataset_files import domain_in
    from synth_assets.project.project import domains_of

    known = domains_of()
    # What is going to be written may be called as a dataset's file is.
    words = [word for before, word in zip(["", *arguments], arguments, strict=False) if before not in _WRITTEN]
    named = [name for word in words if not word.startswith("-") and (name := domain_in(word)) in known]
    return [known[name] for name in dict.fromkeys(named)] or list(known.sound())


def _volume_options(domains: "Iterable[Domain]") -> list[click.Option]:
    """An option per volume of some domains."""
    found: dict[str, list[tuple[str, bool]]] = {}
    for domain in domains:
        for flag, *told in _volumes_of(domain):
            found.setdefault(flag, []).append((str(told[0]), bool(told[1])))
    return [
        _volume_option(flag, " ".join(text for text, _ in all_told), whole=all(whole for _, whole in all_told))
        for flag, all_told in found.items()
    ]


def _volumes_of(domain: "Domain") -> list[tuple[str, str, bool]]:
    """Of each parameter its flag, its help, and whether it is a whole number."""
    from synth_assets.usecases.describe import parameters

    number = "a whole number "
    return [
        (one.flag, f"{domain.name}: {one.doc}; {one.allowed.removeprefix(number)}.", one.allowed.startswith(number))
        for one in parameters(domain)
    ]


def _volume_option(flag: str, text: str, *, whole: bool) -> click.Option:
    field = flag.removeprefix("--").replace("-", "_")

    def keep(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None:
            ctx.meta.setdefault(_VOLUMES, {})[field] = value

    # What it may be stands in the text; N for the usual case, a whole number.
    return click.Option([flag], metavar="N" if whole else "VALUE", expose_value=False, callback=keep, help=text)
