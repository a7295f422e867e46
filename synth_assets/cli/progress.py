"""Progress on stderr: a bar per table on a terminal, else a line per finished table."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from synth_assets.cli.shown import in_line
from synth_assets.cli.streams import Deaf, tell

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
            tell(f"{progress.table}: generated ({time.monotonic() - started:.1f} s)")

    return report


@contextmanager
def _bars() -> "Iterator[Report]":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    bars = Progress(*columns, console=Console(file=cast("IO[str]", Deaf(sys.stderr))))
    tasks: dict[str, TaskID] = {}

    def report(progress: "Progress") -> None:
        if progress.table not in tasks:
            tasks[progress.table] = bars.add_task(in_line(progress.table), total=progress.total)
        bars.update(tasks[progress.table], completed=progress.done)

    with bars:
        yield report
