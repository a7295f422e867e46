"""Frames that are made when a query asks for them, as a LazyFrame."""

import atexit
import inspect
import time
import weakref
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from synth_assets.sinks.letting_go import wait_until_dropped

Frames = Callable[[Sequence[str] | None, int | None], Iterator[pl.DataFrame]]
"""Makes frames: of the columns asked for, all of them without; told how many rows are wanted at the most."""

_EXIT_SECONDS = 60.0
"""How long a program that ends waits for a chunk that is still made."""

_LET_GO_SECONDS = 0.25
"""How long polars may take to drop frames that it asked for, once they are made."""

_asked: "weakref.WeakSet[Generator[pl.DataFrame, None, None]]" = weakref.WeakSet()
"""What polars' queries draw frames from, as long as polars holds it."""


def frames_when_asked(
    schema: pl.Schema | dict[str, Any], frames: Frames, matching: Callable[[pl.Expr], Frames] | None = None
) -> pl.LazyFrame:
    """A LazyFrame of frames that are made when a query asks for them.

    A query's choice of columns, its first rows and its filters are passed on, so memory is that of a few frames. polars
    hands a filter on as bytes; of one with a Python function in it, cloudpickle makes them.

    Args:
        schema: of the frames.
        frames: makes them; may give more columns and rows than it was asked for.
        matching: of a filter, what makes frames that may lack rows it doesn't let through.
    """

    def source(
        columns: list[str] | None, predicate: pl.Expr | None, limit: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        found = made(columns, predicate, limit)
        _asked.add(found)
        return found

    def made(
        columns: list[str] | None, predicate: pl.Expr | None, limit: int | None
    ) -> Generator[pl.DataFrame, None, None]:
        left = limit
        # Of so many first rows, those that are filtered away count.
        chosen = frames if predicate is None or matching is None or limit is not None else matching(predicate)
        for frame in chosen(columns, limit):
            if left is not None:
                if left <= 0:
                    return
                frame = frame.head(left)  # noqa: PLW2901 — the rest isn't wanted
                left -= frame.height
            found = frame if predicate is None else frame.filter(predicate)
            yield found if columns is None else found.select(columns)

    return register_io_source(source, schema=schema, is_pure=True)


@atexit.register
def _let_go() -> None:
    """Wait until polars' threads are out of Python.

    A query that has its first rows returns while a thread of polars' own still makes the next ones.
    """
    idle = time.monotonic()

    def is_drawn_from() -> bool:
        nonlocal idle
        asked = list(_asked)
        if any(inspect.getgeneratorstate(one) == inspect.GEN_RUNNING for one in asked):
            idle = time.monotonic()
        # One that rests belongs to a query that somebody keeps, and that isn't at its end.
        return bool(asked) and time.monotonic() - idle <= _LET_GO_SECONDS

    wait_until_dropped(is_drawn_from, _EXIT_SECONDS)
