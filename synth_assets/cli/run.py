"""Run `synth`: from arguments to an exit status, with one clear message when something is wrong."""

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from synth_assets.cli import completion, ending, streams, surroundings
from synth_assets.cli.group import GROUP
from synth_assets.cli.usage import reworded
from synth_assets.errors import SynthError, UsageError

_BY_SIGNAL = 128  # as a shell reports a program that a signal ended: 130 after Ctrl-C


def run(args: Sequence[str], *, owns_process: bool = False) -> int:
    """Run one command.

    Args:
        args: the arguments after the program's name.
        owns_process: whether the process does nothing else, so that it may be arranged for the command.

    Returns:
        The exit status: 0 done, 1 failed, 2 wrong usage, 3 could not be judged, 70 a fault of synth itself, 130 ended
        by Ctrl-C, 128 and the signal's number by another one.
    """
    streams.adapt()
    with ending.stoppable():
        try:
            return _run(args, owns_process=owns_process)
        except BaseException as error:  # noqa: BLE001 — a panic of a library is no `Exception`
            return _ended_by(error)


def _run(args: Sequence[str], *, owns_process: bool) -> int:
    if completion.is_asked():
        with suppress(SynthError):  # a shell asks in the middle of a line
            GROUP.main([], prog_name="synth", complete_var=completion.VARIABLE)
        return 0
    surroundings.check_names(args)
    if not args:
        with click.Context(GROUP, info_name="synth", **GROUP.context_settings) as context:
            streams.tell(GROUP.get_help(context))
        return UsageError.exit_status
    status = GROUP.main(list(args), prog_name="synth", standalone_mode=False, obj=owns_process)
    sys.stdout.flush()
    return status if isinstance(status, int) else 0


def _ended_by(error: BaseException) -> int:
    if isinstance(error, click.UsageError):
        error = reworded(error)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        streams.tell(
            "Interrupted. Each table is stored whole or not at all: those not finished are as they were before."
        )
        by = error if isinstance(error, ending.Stopped) else error.__cause__  # click makes an `Abort` of it
        return _BY_SIGNAL + (by.number if isinstance(by, ending.Stopped) else signal.SIGINT)
    if isinstance(error, GeneratorExit | SystemExit):
        raise error
    known = error if isinstance(error, SynthError) else ending.refused(error)
    streams.tell(ending.fault(error) if known is None else str(known))
    return ending.FAULT_STATUS if known is None else known.exit_status
