"""What click says about wrong arguments, in this project's words: what, where, allowed, next step."""

from typing import Any

import click

from synth_assets.errors import UsageError, unknown


class Command(click.Command):
    """A command with an example of its use, shown when an argument is missing."""

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but let every complaint know whose arguments they are."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


def reworded(error: click.UsageError) -> UsageError:
    """The same complaint as one of ours."""
    command = error.ctx.command_path if error.ctx else "synth"
    more = f"See: {command} --help"
    if isinstance(error, click.NoSuchOption):
        return unknown(f"{command}: option", error.option_name, _options(error.ctx), more)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        asked = error.param.metavar or error.param.opts[-1]
        example = error.ctx.command.example if error.ctx and isinstance(error.ctx.command, Command) else ""
        return UsageError(f"{command}: {asked} is missing.\n  {f'For example: {example}' if example else more}")
    return UsageError(f"{command}: {_sentence(error.format_message())}\n  {more}")


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    parameters = context.command.get_params(context)
    names = [name for p in parameters if isinstance(p, click.Option) for name in (*p.opts, *p.secondary_opts)]
    return [name for name in names if name.startswith("--")]


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".") + "."
