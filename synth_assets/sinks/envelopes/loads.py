"""The tables of a full load as they come: which have a row, before all of it is made."""

from collections.abc import Iterator
from itertools import chain

import polars as pl

from synth_assets.sinks.envelopes.interface import BatchToWrite


class Load:
    """The rows of a base, table by table; a frame of a table may be made before its turn, and never twice."""

    def __init__(self, base: BatchToWrite) -> None:
        self._base = base
        self._rest: dict[str, Iterator[pl.DataFrame]] = {}
        self._has_rows: dict[str, bool] = {}

    def frames(self, name: str) -> Iterator[pl.DataFrame]:
        """A table's frames that have a row; can be taken once."""
        self._peek(name)
        return self._rest[name]

    def is_first(self, name: str) -> bool:
        """Whether no chosen table before it has a row."""
        chosen = self._base.chosen
        return not any(self._peek(one) for one in chosen[: chosen.index(name)])

    def is_last(self, name: str) -> bool:
        """Whether no chosen table after it has a row."""
        chosen = self._base.chosen
        return not any(self._peek(one) for one in chosen[chosen.index(name) + 1 :])

    def _peek(self, name: str) -> bool:
        if name not in self._has_rows:
            frames = (frame for frame in self._base.logs(name) if frame.height)
            first = next(frames, None)
            self._has_rows[name] = first is not None
            self._rest[name] = iter(()) if first is None else chain([first], frames)
        return self._has_rows[name]
