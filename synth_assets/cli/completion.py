"""What a shell completes besides names of commands and options: domains, tables, presets, formats.

A shell asks in the middle of a line. So whatever is wrong with it, or with the settings, nothing is said: there is just
nothing to complete.
"""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, get_completion_class

from synth_assets.errors import SynthError

if TYPE_CHECKING:
    from synth_assets.project.project import Project

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_SYNTH_COMPLETE"
"""What a shell asks with, as click has it."""

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def is_asked() -> bool:
    """Whether it is a shell that runs this process, to complete a line."""
    return VARIABLE in os.environ


def script(group: click.Group, shell: str) -> str:
    """What a shell has to read to complete ``synth``.

    Args:
        group: the commands.
        shell: one of :data:`SHELLS`.
    """
    found = get_completion_class(shell)
    assert found is not None  # noqa: S101 - click has all of them
    return found(group, {}, "synth", VARIABLE).source()


def _from(names: "Callable[[Project, click.Context], Iterable[str]]") -> Complete:
    def complete(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        with suppress(SynthError, OSError):
            from synth_assets.project.project import Project

            return [CompletionItem(name) for name in names(Project.here(), context) if name.startswith(begun)]
        return []

    return complete


def _domain_of(context: click.Context) -> str:
    """The domain that the line has named already, of an argument of any command."""
    from synth_assets.project.dataset_files import domain_in

    said = [str(context.params.get(name) or "") for name in ("domain", "path", "what")]
    return next((domain_in(one) for one in said if one), "")


def _tables(project: "Project", context: click.Context) -> Iterable[str]:
    return project.domain(_domain_of(context)).entities


def _paths(project: "Project", context: click.Context) -> Iterable[str]:  # noqa: ARG001 - one signature for all
    return [f"{domain.name}/{entity.about.name}" for domain, entity in project.entities()]


def _presets(project: "Project", context: click.Context) -> Iterable[str]:
    domains = [project.domain(name)] if (name := _domain_of(context)) else project.domains()
    return dict.fromkeys(preset for domain in domains for preset in domain.presets)


domains = _from(lambda project, _: project.names())
tables = _from(_tables)
paths = _from(_paths)
domains_and_paths = _from(lambda project, context: [*project.names(), *_paths(project, context)])
presets = _from(_presets)


def files(_context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """The shell completes paths itself."""
    return [CompletionItem(begun, type="file")]


def listed(names: Callable[[], Iterable[str]]) -> Complete:
    """Completes names with commas between them, each once."""

    def complete(_context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        before, comma, last = begun.rpartition(",")
        taken = before.split(",")
        return [CompletionItem(f"{before}{comma}{one}") for one in names() if one.startswith(last) and one not in taken]

    return complete
