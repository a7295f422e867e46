"""Progress on stderr: a bar per table on a terminal, else a line per finished table."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, cast

import click

from synth_assets.cli.streams import Deaf, tell
from synth_assets.documents.shown import in_line

_LABEL = 20

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from synth_assets.usecases.generate import Progress

    Report = Callable[[Progress], None]


@contextmanager
def reporter(*, quiet: bool = False) -> "Iterator[Report | None]":
    """What to call with each :class:`~synth_assets.usecases.generate.Progress`; ``None`` when ``quiet``."""
    if quiet:
        yield None
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bars() as report:
            yield report
    else:
        yield _lines()


def _lines() -> "Report":
    started = time.monotonic()

    def report(progress: "Progress") -> None:
        if progress.done == progress.total:
            tell(f"{progress.table}: generated ({time.monotonic() - started:.1f} s)")

    return report


@contextmanager
def _bars() -> "Iterator[Report]":
    # click comes along anyway; rich would be 13 MB of a light install.
    bars: dict[str, ProgressBar[int]] = {}
    shown: list[ProgressBar[int]] = []

    def report(progress: "Progress") -> None:
        if progress.table not in bars:
            bars[progress.table] = click.progressbar(
                length=progress.total,
                label=f"{in_line(progress.table):<{_LABEL}}",
                show_pos=False,
                file=cast("TextIO", Deaf(sys.stderr)),
            )
        bar = bars[progress.table]
        # One line a table: the line of one that isn't done stays where it is when another one gets on.
        if shown and shown[-1] is not bar:
            shown[-1].render_finish()
        if not shown or shown[-1] is not bar:
            shown.append(bar)
        bar.update(progress.done - bar.pos)

    try:
        yield report
    finally:
        for bar in shown[-1:]:
            bar.render_finish()
