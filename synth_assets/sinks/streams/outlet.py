"""What an outlet is: a place that takes a stream's records, some at a time, and knows where the next one begins."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

import polars as pl

Item = TypeVar("Item")


class Outlet(AbstractContextManager["Outlet[Item]"], Protocol[Item]):
    """A place for the rows of a table; open while it is a context.

    ``Item`` is what it makes of a row.
    """

    def start(self, *, resume: bool) -> int:
        """The first row to send.

        Args:
            resume: whether to go on where the stream ended.

        Raises:
            UsageError: the stream is there already, and would be there twice.
            OutputError: how far it came can't be read.
        """
        ...

    def items(self, frames: Iterable[pl.DataFrame], first: int) -> Iterator[Sequence[Item]]:
        """What becomes of rows, some at a time.

        Args:
            frames: rows in their order.
            first: how many rows of the table come before them.

        Raises:
            DataError: a cell that the place can't hold.
        """
        ...

    def send(self, some: Iterator[Sequence[Item]]) -> None:
        """Send all that comes; an empty part is a moment in which nothing is due.

        Raises:
            OutputError: the place doesn't take it.
            BrokenPipeError: whoever read has had enough.
        """
        ...
