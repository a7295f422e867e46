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

_EVERY = 10.0
"""Seconds between two lines about a table that isn't done."""

_TICK = 0.001
"""Seconds below which nobody can tell how quick something was."""

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from synth_assets.usecases.generate import Progress

    Report = Callable[[Progress], None]


@contextmanager
def reporter(*, quiet: bool = False, word: str = "generated") -> "Iterator[Report | None]":
    """What to call with each :class:`~synth_assets.usecases.generate.Progress`; ``None`` when ``quiet``.

    Where rows are counted, it ends with a line about all of them.

    Args:
        quiet: say nothing.
        word: what was done to a table that is finished.
    """
    if quiet:
        yield None
        return
    pace = Pace()
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bars(pace) as report:
            yield report
    else:
        yield _lines(pace, word)
    if total := pace.total():
        tell(total)


class Pace:
    """How quickly rows are made: of each table since it began, and of all.

    Tables are made one after the other, so one begins when the one before it ends; with several workers, when it is
    first heard of at the latest.

    Args:
        clock: seconds from anywhere.
    """

    def __init__(self, clock: "Callable[[], float]" = time.monotonic) -> None:
        self._clock = clock
        self._started = self._free = clock()
        self._began: dict[str, float] = {}
        self._rows: dict[str, int] = {}

    @property
    def seconds(self) -> float:
        """Since all began."""
        return self._clock() - self._started

    def of(self, progress: "Progress") -> str:
        """How quickly a table's rows come, e.g. ``123,000 rows/s``; empty if nobody knows yet."""
        if progress.rows is None:
            return ""
        began = self._began.setdefault(progress.table, self._free)
        self._rows[progress.table] = progress.rows
        now = self._clock()
        if progress.finished:
            self._free = now
        return _rate(progress.rows, now - began) if progress.rows else ""

    def total(self) -> str:
        """All rows in a line; empty if there were none to count."""
        if not self._rows:
            return ""
        rows, seconds = sum(self._rows.values()), self.seconds
        tables = f"{len(self._rows)} table{'s' * (len(self._rows) != 1)}"
        return f"{rows:,} rows of {tables} in {seconds:.1f} s: {_rate(rows, seconds)}"


def _rate(rows: int, seconds: float) -> str:
    return f"{rows / max(seconds, _TICK):,.0f} rows/s"


def _lines(pace: Pace, word: str) -> "Report":
    said = pace.seconds

    def report(progress: "Progress") -> None:
        nonlocal said
        rate = pace.of(progress)
        if progress.rows is None:
            if progress.done == progress.total:
                tell(f"{progress.table}: {word} ({pace.seconds:.1f} s)")
        elif progress.finished:
            more = f", {rate}" if rate else ""
            tell(f"{progress.table}: {word} {progress.rows:,} rows{more} ({pace.seconds:.1f} s)")
        elif pace.seconds - said >= _EVERY and progress.total:
            said = pace.seconds
            tell(f"{progress.table}: {100 * progress.done // progress.total} %{f', {rate}' if rate else ''}")

    return report


@contextmanager
def _bars(pace: Pace) -> "Iterator[Report]":
    # click comes along anyway; rich would be 13 MB of a light install.
    bars: dict[str, ProgressBar[int]] = {}
    shown: list[ProgressBar[int]] = []

    def report(progress: "Progress") -> None:
        rate = pace.of(progress)
        if progress.table not in bars:
            bars[progress.table] = click.progressbar(
                length=progress.total,
                label=f"{in_line(progress.table):<{_LABEL}}",
                show_pos=False,
                item_show_func=lambda _: rates.get(progress.table),
                file=cast("TextIO", Deaf(sys.stderr)),
            )
        bar = bars[progress.table]
        rates[progress.table] = rate
        # One line a table: the line of one that isn't done stays where it is when another one gets on.
        if shown and shown[-1] is not bar:
            shown[-1].render_finish()
        if not shown or shown[-1] is not bar:
            shown.append(bar)
        bar.update(progress.done - bar.pos)
        if progress.finished:
            bar.render_progress()  # with the rows of its last job

    rates: dict[str, str] = {}
    try:
        yield report
    finally:
        for bar in shown[-1:]:
            bar.render_finish()
