"""The rows of a generator, in frames: with references drawn from keys that are kept, and keys kept for others."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from synth_assets.model.table import Table
from synth_assets.rand_engine.frames import transformed
from synth_assets.usecases.constrained import Candidates, Constrained
from synth_assets.usecases.handlers.frames import as_polars
from synth_assets.usecases.own_tables import conform, table_of

if TYPE_CHECKING:
    from synth_assets.rand_engine.data_generator import DataGenerator

_FRAME_ROWS = 131_072


class GeneratedRows:
    """Rows of a generator, made at one moment.

    Args:
        generator: the generator.
        moment: in seconds since 1970, in the dataset's own time.

    Raises:
        SpecError: the generator's dictionary is none.
        UsageError: its constraints don't fit, or refer to keys that aren't kept.
    """

    def __init__(self, generator: "DataGenerator", moment: int) -> None:
        self._generator = generator
        self._moment = moment
        self._constrained: Constrained | None = generator.constrained()
        self._candidates: list[Candidates] = []
        self._keys: list[pl.DataFrame] = []
        if self._constrained is not None:
            self._constrained.check(generator.scan(0, 0).collect_schema())
            self._candidates = self._constrained.candidates(moment)

    def made(self, first: int, count: int) -> pl.DataFrame:
        """Rows as one frame; transformers of the whole frame aren't applied.

        Args:
            first: the first one's number.
            count: how many.
        """
        return self._finished(self._generator.scan(first, count).collect(), first)

    def whole(self, first: int, count: int) -> pl.DataFrame:
        """Rows as one frame, through all transformers."""
        frame = self.made(first, count)
        return as_polars(self._generator.finished(frame)) if self._generator.has_transformers else frame

    def keep(self) -> None:
        """Keep the keys of all rows that were made; there is nothing to keep afterwards.

        Raises:
            DataError: a key is missing, or there twice.
        """
        if self._constrained is not None and self._keys:
            self._constrained.keep(pl.concat(self._keys), self._moment)
        self._keys.clear()

    def frames(self, first: int, count: int) -> Iterator[pl.DataFrame]:
        """Rows in frames of the table, a few at a time."""
        start = first
        lazy = self._generator.scan(first, count)
        for frame in lazy.collect_batches(chunk_size=_FRAME_ROWS, maintain_order=True):
            yield self._finished(frame, start)
            start += frame.height

    def _finished(self, frame: pl.DataFrame, first: int) -> pl.DataFrame:
        found = transformed(frame, self._generator.table.columns)
        if self._constrained is not None:
            found = self._constrained.referring(found, first, self._candidates)
            self._keys.append(self._constrained.keys_in(found))
        return found


class WrittenRows:
    """Rows of a generator for files: they have a table, and the same types in every frame.

    Rows that go through functions of somebody's are made whole first: what such functions do may depend on all rows.

    Args:
        rows: the rows.
        first: the number of the first row that may be asked for.
        count: how many there are.
        is_whole: whether functions of somebody's are applied.
    """

    def __init__(self, rows: GeneratedRows, first: int, count: int, *, is_whole: bool) -> None:
        self._rows, self._first = rows, first
        self._frame = rows.whole(first, count) if is_whole else None
        sample = rows.made_schema() if self._frame is None else self._frame.schema
        self.table: Table = table_of("rand_engine", "frame", sample)
        if self._frame is not None:
            self._frame = conform(self._frame, self.table)
