"""The `synth` group: its commands are the modules of :mod:`synth_assets.cli.commands`, found by looking."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any

import click

from synth_assets.cli import commands
from synth_assets.cli.streams import say
from synth_assets.cli.usage import said_help
from synth_assets.errors import unknown

HELP = """Reproducible synthetic datasets: any slice, any seed, the same on every machine.

A dataset is a pure function of its volumes, its seed and the table, row and column of a cell.
Results go to stdout, progress to stderr.

Exit status: 0 done; 1 failed, or what was looked at is wrong; 2 wrong usage; 3 could not be judged
(verify, score); 70 a fault of synth itself; 130 interrupted.
"""


class SynthGroup(click.Group):
    """A group whose commands are the modules of a package, imported when they are asked for."""

    def __init__(self, *args: Any, package: ModuleType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package = package

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, which prints as all the rest does."""
        return said_help(super().get_help_option(ctx))

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        """The commands' names, sorted."""
        return sorted(module.name for module in pkgutil.iter_modules(self._package.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or ``None``."""
        if cmd_name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"{self._package.__name__}.{cmd_name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments begin with, as click does, but suggest close matches."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            raise unknown("command", args[0], self.list_commands(ctx), f"See them with: {ctx.command_path} --help")
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from synth_assets.version import __version__

        say(f"synth {__version__}")
        ctx.exit()


GROUP = SynthGroup(
    "synth",
    package=commands,
    help=HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Show the version and exit.",
        )
    ],
)
