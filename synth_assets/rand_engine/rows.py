"""The rows of a generator: with references drawn from keys that are kept, and with keys that are kept for others."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.model.table import Table
from synth_assets.rand_engine.frames import transformed
from synth_assets.rand_engine.maker import RowMaker
from synth_assets.usecases.constrained import Candidates, Constrained
from synth_assets.usecases.handlers.frames import as_polars
from synth_assets.usecases.own_tables import conform, table_of

_FRAME_ROWS = 131_072


class GeneratedRows:
    """Rows of a generator, made at one moment.

    Args:
        generator: the generator.
        moment: in seconds since 1970, in the dataset's own time; that of the keys' without.

    Raises:
        SpecError: the generator's dictionary is none.
        UsageError: its constraints don't fit, have no place for keys, or refer to keys that aren't kept.
    """

    def __init__(self, generator: RowMaker, moment: int | None = None) -> None:
        self._generator = generator
        self._constrained: Constrained | None = generator.constrained()
        self._candidates: list[Candidates] = []
        self._keys: list[pl.DataFrame] = []
        self._moment = 0
        if self._constrained is not None:
            self._constrained.check(generator.marked(0, 0).collect_schema())
            self._moment = generator.moment() if moment is None else moment
            self._candidates = self._constrained.candidates(self._moment)

    def made(self, first: int, count: int) -> pl.DataFrame:
        """Rows as one frame, without transformers of the whole frame.

        Args:
            first: the first one's number.
            count: how many.
        """
        return self._referring(self._generator.marked(first, count).collect(), first)

    def frames(self, first: int, count: int) -> Iterator[pl.DataFrame]:
        """The same in frames, a few at a time; their keys are noted."""
        start = first
        lazy = self._generator.marked(first, count)
        for frame in lazy.collect_batches(chunk_size=_FRAME_ROWS, maintain_order=True):
            found = self._referring(frame, start)
            self.note(found)
            yield found
            start += frame.height

    def finished(self, first: int, count: int) -> Any:
        """Rows as a frame of pandas, through all transformers; their keys are noted."""
        found = self._generator.finished(self.made(first, count))
        if self._constrained is not None and (columns := self._constrained.key_columns()):
            if missing := [name for name in columns if name not in found]:
                raise UsageError(
                    f"PK: column {missing[0]!r} is gone; a transformer took it away.\n  Keep it in the frame."
                )
            self.note(as_polars(found[columns]))
        return found

    def whole(self, first: int, count: int) -> pl.DataFrame:
        """The same as a frame of polars; times that transformers of cells made are Python's, to the microsecond."""
        found = as_polars(self.finished(first, count))
        made = [one.name for one in self._generator.table.columns if one.transformers and one.name in found.columns]
        times = [name for name in made if found.schema[name] == pl.Datetime("ns")]
        return found.with_columns(pl.col(name).cast(pl.Datetime("us")) for name in times)

    def note(self, frame: pl.DataFrame) -> None:
        """Note the keys of rows, to be kept."""
        if self._constrained is not None:
            self._keys.append(frame.select(self._constrained.key_columns()))

    def keep(self) -> None:
        """Keep the keys that were noted.

        Raises:
            DataError: a key is missing, or there twice.
        """
        if self._constrained is not None and self._keys:
            self._constrained.keep(pl.concat(self._keys), self._moment)
        self._keys.clear()

    def _referring(self, frame: pl.DataFrame, first: int) -> pl.DataFrame:
        found = transformed(frame, self._generator.table.columns)
        return found if self._constrained is None else self._constrained.referring(found, first, self._candidates)


class WrittenRows:
    """Rows of a generator for files: they have a table, and its types in every frame.

    Rows that go through somebody's functions are made whole: what those do may depend on all rows.

    Args:
        rows: the rows.
        count: how many are asked for.
        is_whole: whether there are such functions.

    Attributes:
        table: describes the rows.
        count: how many rows there are.
    """

    def __init__(self, rows: GeneratedRows, count: int, *, is_whole: bool) -> None:
        self._rows, self._asked, self._first = rows, count, 0
        self._frame = rows.whole(0, count) if is_whole else None
        found = rows.made(0, 0) if self._frame is None else self._frame
        self.table: Table = table_of("rand_engine", "frame", found.schema)
        self.count = count if self._frame is None else found.height

    def frames(self, first: int, count: int) -> Iterator[pl.DataFrame]:
        """Rows from ``first`` on, in frames of the table."""
        if self._frame is None:
            yield from (conform(frame, self.table) for frame in self._rows.frames(first, count))
            return
        if first + count > self._first + self._frame.height:
            # Rows are there already: those that follow are others than those that told the types.
            self._first = first
            self._frame = self._rows.whole(first, self._asked)
        yield conform(self._frame.slice(first - self._first, count), self.table)
