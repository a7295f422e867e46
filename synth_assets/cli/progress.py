"""Progress on stderr: a bar per table on a terminal, else a line per finished table."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
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
            click.echo(f"{progress.table}: generated ({time.monotonic() - started:.1f} s)", err=True)

    return report


@contextmanager
def _bars() -> "Iterator[Report]":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    bars = Progress(*columns, console=Console(stderr=True))
    tasks: dict[str, TaskID] = {}

    def report(progress: "Progress") -> None:
        if progress.table not in tasks:
            tasks[progress.table] = bars.add_task(progress.table, total=progress.total)
        bars.update(tasks[progress.table], completed=progress.done)

    with bars:
        yield report
