"""What click says about wrong arguments, in this project's words: what, where, allowed, next step."""

from collections import Counter
from typing import Any

import click

from synth_assets.cli.ending import refused
from synth_assets.cli.streams import say
from synth_assets.errors import OutputError, UnjudgedError, UsageError, unknown
from synth_assets.model.docstrings import docstring
from synth_assets.object_paths import SCHEMES
from synth_assets.usecases.places import refused_address

_ARGUMENTS = "synth_assets.arguments"


class Command(click.Command):
    """A command with an example of its use, shown when an argument is missing.

    Args:
        *args: as of any command.
        example: its use.
        judges: whether its exit status 1 says that something is wrong with the data. What the machine refuses it then
            ends with 3: nothing was found out.
        **kwargs: as of any command.
    """

    def __init__(self, *args: Any, example: str, judges: bool = False, **kwargs: Any) -> None:
        callback = kwargs.get("callback")
        kwargs["help"] = kwargs.get("help") or (docstring(callback) if callback else None)
        super().__init__(*args, **kwargs)
        self.example = example
        self.judges = judges

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, which prints as all the rest does."""
        return said_help(super().get_help_option(ctx))

    def invoke(self, ctx: click.Context) -> Any:
        """Run it.

        Raises:
            UnjudgedError: it judges, and couldn't.
        """
        try:
            return super().invoke(ctx)
        except (OutputError, OSError, MemoryError) as error:
            if not self.judges:
                raise
            raise UnjudgedError(str(refused(error) or error)) from error

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as click does, but refuse a second value, and let every complaint know whose arguments they are.

        Raises:
            UsageError: an option that has one value is there more than once.
        """
        ctx.meta[_ARGUMENTS] = tuple(args)
        try:
            if not ctx.resilient_parsing:
                self._check_one_value(ctx, args)
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if not ctx.resilient_parsing:
            self._check_places(ctx)
        return rest

    def _check_places(self, ctx: click.Context) -> None:
        """Look for addresses of object stores that no argument has made a path of: else a folder were called so.

        Raises:
            UsageError: there is one.
        """
        for one in self.get_params(ctx):
            value = ctx.params.get(one.name or "")
            texts = [str(text) for text in (value if isinstance(value, tuple | list) else [value])]
            for text in texts:
                scheme, slash, _ = text.partition(":/")
                if slash and scheme.lower() in SCHEMES:
                    raise refused_address(text, one.opts[0] if isinstance(one, click.Option) else "")

    def _check_one_value(self, ctx: click.Context, args: list[str]) -> None:
        """Look for what click would pass over in silence: of several values it takes the last."""
        *_, order = self.make_parser(ctx).parse_args(list(args))
        single = [one for one in order if isinstance(one, click.Option) and not (one.is_flag or one.multiple)]
        for option, times in Counter(single).items():
            if times > 1:
                said = {word.partition("=")[0] for word in args}
                name = " or ".join(name for name in option.opts if name in said) or option.opts[0]
                raise UsageError(
                    f"{name} is there {times} times, and takes one value.\n  Leave all but one of them out."
                )


def given_arguments(ctx: click.Context) -> tuple[str, ...] | None:
    """The arguments of the command, which tell what options it has; ``None`` where none are parsed."""
    return ctx.meta.get(_ARGUMENTS)


def said_help(option: click.Option | None) -> click.Option | None:
    """The option --help, with its text printed by :func:`~synth_assets.cli.streams.say`."""
    if option is not None:
        option.callback = _say_help
    return option


def _say_help(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        say(ctx.get_help())
        ctx.exit()


def reworded(error: click.UsageError) -> UsageError:
    """The same complaint as one of ours."""
    command = error.ctx.command_path if error.ctx else "synth"
    more = f"See: {command} --help"
    if isinstance(error, click.NoSuchOption):
        if error.option_name == "--partition":
            more = "Say the partition small|42 as: --preset small --seed 42"
        return unknown(f"{command}: option", error.option_name, _options(error.ctx), more)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        names = error.param.opts[:1] if isinstance(error.param, click.Option) else []
        asked = " ".join([*names, error.param.metavar or ""]).strip() or error.param.opts[-1]
        example = error.ctx.command.example if error.ctx and isinstance(error.ctx.command, Command) else ""
        return UsageError(f"{command}: {asked} is missing.\n  {f'For example: {example}' if example else more}")
    return UsageError(f"{command}: {_sentence(error.format_message())}\n  {more}")


def _options(context: click.Context | None) -> list[str]:
    if context is None:
        return []
    parameters = context.command.get_params(context)
    shown = [one for one in parameters if isinstance(one, click.Option) and not one.hidden]
    names = [name for one in shown for name in (*one.opts, *one.secondary_opts)]
    return [name for name in names if name.startswith("--")]


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".") + "."
