"""Options that say in which form an envelope is made: each belongs to the envelopes that declare it.

All are flags of the command, whichever envelope is chosen: who asks one of an envelope that hasn't got it is told so,
and whose it is.
"""

from typing import Any

import click

from synth_assets.cli import completion
from synth_assets.cli.dataset_options import DatasetCommand

_CHOSEN = "synth_assets.envelope_options"
_OPTIONS = "synth_assets.envelope_flags"


class EnvelopeCommand(DatasetCommand):
    """A command about a dataset and an envelope."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own parameters and the envelopes' options."""
        if _OPTIONS not in ctx.meta:
            ctx.meta[_OPTIONS] = _flags()
        *own, help_option = super().get_params(ctx)
        return [*own, *ctx.meta[_OPTIONS], help_option]


def chosen_options() -> dict[str, str]:
    """The envelopes' options that the current command line gives."""
    return dict(click.get_current_context().meta.get(_CHOSEN, {}))


def _flags() -> list[click.Option]:
    from synth_assets.usecases.formats import envelope_options

    return [_flag(name, values, text) for name, values, text in envelope_options()]


def _flag(name: str, values: str, text: str) -> click.Option:
    def keep(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value is not None:
            ctx.meta.setdefault(_CHOSEN, {})[name] = value

    flag = f"--{name.replace('_', '-')}"
    complete = completion.listed(lambda: values.split("|"))
    return click.Option([flag], metavar=values, shell_complete=complete, expose_value=False, callback=keep, help=text)
