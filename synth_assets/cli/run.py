"""Run `synth`: from arguments to an exit status, with one clear message when something is wrong."""

import io
import os
import sys
from collections.abc import Sequence

import click

from synth_assets.cli.group import GROUP
from synth_assets.cli.usage import reworded
from synth_assets.errors import SynthError, UsageError

INTERRUPTED = 130  # as a shell reports a program that Ctrl-C ended


def run(args: Sequence[str]) -> int:
    """Run one command.

    Args:
        args: the arguments after the program's name.

    Returns:
        The exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")  # a file's or pipe's bytes don't depend on the locale
    try:
        status = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has all it wanted, e.g. `head`. Python flushes once more on its way out: give it somewhere to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _run(args: Sequence[str]) -> int:
    if not args:
        with click.Context(GROUP, info_name="synth", **GROUP.context_settings) as context:
            _say(GROUP.get_help(context))
        return UsageError.exit_status
    try:
        status = GROUP.main(list(args), prog_name="synth", standalone_mode=False)
    except click.UsageError as error:
        return _fail(reworded(error))
    except SynthError as error:
        return _fail(error)
    except (KeyboardInterrupt, click.Abort):
        _say("Interrupted. Each table is stored whole or not at all: those not finished are as they were before.")
        return INTERRUPTED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(SynthError(f"{where}{error.strerror or error}."))
    return status if isinstance(status, int) else 0


def _fail(error: SynthError) -> int:
    _say(str(error))
    return error.exit_status


def _say(text: str) -> None:
    click.echo(text, err=True)
