"""A stream as lines of JSON on standard output, whose reader may be slow, or go."""

import os
import select
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import NamedTuple, Self

import polars as pl

from synth_assets.errors import OutputError
from synth_assets.model.table import Table
from synth_assets.sinks import catalog
from synth_assets.sinks.json_objects import object_text
from synth_assets.sinks.streams.position import StreamPosition

POSITION = "$position"
"""The member that says how many rows come before this one; no column of a table has a ``$``."""

_ROWS = 2_048
"""Rows that are made into lines at a time."""

_LOOK = 0.1
"""Seconds for which a reader that takes nothing is waited for at a time."""


class PositionedLine(NamedTuple):
    """A line, and how many rows come before its own."""

    position: int
    text: bytes


class LineOutlet(ExitStack):
    """An :class:`~synth_assets.sinks.streams.outlet.Outlet`: a file descriptor that takes lines.

    Lines go together as long as a pipe takes them as one, so that no end of this process leaves a part of one there.

    Args:
        table: the table.
        noted: where the position is kept.
        is_over: whether to stop waiting for the reader.
        file: the file descriptor.
    """

    def __init__(self, table: Table, noted: StreamPosition, is_over: Callable[[], bool], file: int) -> None:
        super().__init__()
        self._table, self._noted, self._is_over, self._file = table, noted, is_over, file
        self._next = 0

    def __enter__(self) -> Self:
        self.enter_context(self._noted)
        return self

    def start(self, *, resume: bool) -> int:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`."""
        self._next = self._noted.read() if resume else 0
        return self._next

    def items(self, frames: Iterable[pl.DataFrame], first: int) -> Iterator[Sequence[PositionedLine]]:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`; the position stands first in each object."""
        capabilities = catalog.load_target("stdout").capabilities
        for whole in frames:
            for frame in whole.iter_slices(_ROWS):
                capabilities.check_cells(frame, self._table)
                texts = frame.select(object_text(self._table.columns)).to_series()
                yield [
                    PositionedLine(at, f'{{"{POSITION}":{at},{text[1:]}\n'.encode())
                    for at, text in enumerate(texts, first)
                ]
                first += frame.height

    def send(self, some: Iterator[Sequence[PositionedLine]]) -> None:
        """See :class:`~synth_assets.sinks.streams.outlet.Outlet`."""
        self._noted.note(self._next)  # before the first line: where it can't be noted, nothing is sent
        try:
            for lines in some:
                self._write(lines)
                self._noted.pass_by(self._next)
        finally:
            self._noted.note(self._next)

    def _write(self, lines: Sequence[PositionedLine]) -> None:
        for together in _grouped(lines):
            if not self._is_ready():
                return
            text = b"".join(line.text for line in together)
            try:
                while text:
                    text = text[os.write(self._file, text) :]
            except BrokenPipeError:
                raise
            except OSError as error:
                raise OutputError(
                    f"stdout can't be written: {(error.strerror or str(error)).lower()}.\n"
                    "  Redirect it to a place with room, and go on with --resume."
                ) from error
            self._next = together[-1].position + 1

    def _is_ready(self) -> bool:
        """Wait until the reader takes something; no longer once all is over."""
        poll = select.poll()
        poll.register(self._file, select.POLLOUT)
        while not poll.poll(_LOOK * 1_000):
            if self._is_over():
                return False
        return True


def _grouped(lines: Iterable[PositionedLine]) -> Iterator[list[PositionedLine]]:
    """Lines that a pipe takes as one; a longer one alone."""
    together: list[PositionedLine] = []
    size = 0
    for line in lines:
        if together and size + len(line.text) > select.PIPE_BUF:
            yield together
            together, size = [], 0
        together.append(line)
        size += len(line.text)
    if together:
        yield together
