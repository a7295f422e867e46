"""Samples of a table that isn't made yet: some of its rows, made and written as the whole would be.

Where positions aren't rows, how many rows there are is counted in a few places and taken for the whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import polars as pl

from synth_assets.engine.chunks import Chunk, chunk_of, rows_of
from synth_assets.engine.plan import TablePlan
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.model.ledgers import LedgerOf
from synth_assets.model.table import Table
from synth_assets.produce.job import Job
from synth_assets.produce.manifests import Provenance, manifest_of
from synth_assets.produce.parts import Destination
from synth_assets.produce.publisher import SPOOL, SPOOL_OPTIONS, SPOOLED, stored_bytes
from synth_assets.produce.sources import Portion
from synth_assets.sinks import catalog
from synth_assets.sinks.database import SpooledTable
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.layout import Spot

_PLACES, _IN_PLACE, _IN_RARE_PLACE = 8, 1_024, 16_384
"""Places where rows are counted, positions in each, and where hardly any is a row."""

_ENOUGH = 400
"""Rows that have to be found to take their share for that of the whole: their number is right within 10 %."""

_WINDOWS = 3


class Measured(NamedTuple):
    """What some rows took.

    Attributes:
        rows: how many.
        bytes: of the files, by destination.
        frame_bytes: of all frames in memory.
    """

    rows: int
    bytes: Mapping[str, int]
    frame_bytes: int


@dataclass(frozen=True)
class SampledTable:
    """A table of a plan, as samples show it.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        plan: of the table.
    """

    domain: Domain
    dataset: Dataset
    plan: TablePlan

    @property
    def entity(self) -> type[Entity]:
        """The table's entity."""
        return self.plan.entity

    @property
    def table(self) -> Table:
        """The table."""
        return self.domain.tables[self.entity.about.name]

    @cached_property
    def rows(self) -> int:
        """How many rows there are, or about so many."""
        if self.plan.rows is not None:
            return self.plan.rows
        shape, positions = self.entity.about.shape, self.plan.positions
        if isinstance(shape, LedgerOf):
            return shape.movements(self.entity, self.dataset)
        if not positions:
            return 0
        return round(positions * self._a_position)

    @cached_property
    def _a_position(self) -> float:
        """How many rows a position has, on the average of some places."""
        positions = self.plan.positions
        if not self.entity.about.shape.numbered:
            windows = self._spread(min(_WINDOWS, positions), 1)
            return float(np.mean([len(self._rows_at(window).row_numbers) for window in windows]))
        found, looked = 0, 0
        for size in (_IN_PLACE, _IN_RARE_PLACE):
            spans = self._spread(_PLACES, size)
            found = sum(len(self._rows_at(span).row_numbers) for span in spans)
            looked = sum(span.count for span in spans)
            if found >= _ENOUGH or looked == positions:
                break
        return found / looked

    def pieces(self, rows: int, places: int = 1) -> list[Span | I64Array]:
        """Where to make so many rows, about, in all of some places, far from each other and in their order.

        Args:
            rows: how many.
            places: in how many places, at the most.
        """
        shape, positions = self.entity.about.shape, self.plan.positions
        if isinstance(shape, LedgerOf):
            return [*shape.sampled(self.entity, self.dataset, rows, places)]
        a_position = 1.0 if self.plan.rows is not None else self._a_position
        wanted = min(positions, round(rows / a_position) if a_position else _IN_PLACE)
        if not shape.numbered:
            return [*self._spread(max(1, min(wanted, positions)), 1)] if positions else []
        places = max(1, min(places, wanted))
        return [*self._spread(places, -(-wanted // places))] if wanted else []

    def make(
        self,
        pieces: Sequence[Span | I64Array],
        folder: Path,
        options: Mapping[str, FileOptions],
        *,
        spool: bool = False,
    ) -> tuple[Measured, SpooledTable | None]:
        """Make rows, write and hash them as a part file a format.

        Args:
            pieces: which rows, ascending.
            folder: where to; what was written there before of this table is overwritten.
            options: file format → how it is written.
            spool: whether a file is written that databases can take in, too.

        Returns:
            what it took, and what databases take in.

        Raises:
            OutputError: a file can't be written.
            DataError: a cell that a format can't hold.
        """
        to = [_destination(form, folder, how) for form, how in options.items()]
        if spool:
            to.append(_destination(SPOOL, folder, SPOOL_OPTIONS, SPOOLED))
        rows = SampledRows(self.domain, self.dataset, self.entity.about.name, tuple(pieces))
        done = Job(rows, tuple(to), watch=_Sizes).do(lambda _: None)
        sizes = done.watched
        assert isinstance(sizes, _Sizes)  # noqa: S101 - what was asked for
        files = {name: sum(file.bytes for file in parts) for name, parts in done.written.files.items()}
        measured = Measured(sizes.rows, files, sizes.bytes)
        if not spool:
            return measured, None
        manifest = manifest_of(self.table, Provenance.of(self.dataset), done.written.digest, ())
        parts = tuple(folder / SPOOLED / file.path for file in done.written.files[SPOOLED])
        return measured, SpooledTable(self.table, parts, manifest)

    def _rows_at(self, span: Span) -> Entity:
        return rows_of(self.entity, self.dataset, span)

    def _spread(self, places: int, size: int) -> list[Span]:
        """So many positions in each of some places in the middle of equal stretches; each position once."""
        first, positions = self.plan.units[0].start, self.plan.positions
        if places * size >= positions:
            return [Span(first, positions)] if size > 1 else [Span(first + at, 1) for at in range(positions)]
        stretch = positions / places
        starts = [min(int(stretch * (at + 0.5)) - size // 2, positions - size) for at in range(places)]
        return [Span(first + max(start, 0), size) for start in starts]


@dataclass(frozen=True)
class SampledRows:
    """The rows of some pieces of a table; a :class:`~synth_assets.produce.sources.RowSource`.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        entity: the table's name.
        pieces: positions; of a ledger, numbers of its movements.
    """

    domain: Domain
    dataset: Dataset
    entity: str
    pieces: tuple[Span | I64Array, ...]

    @property
    def table(self) -> Table:
        """The entity's table."""
        return self.domain.tables[self.entity]

    @property
    def positions(self) -> int:
        """Nobody is told how far it is."""
        return 0

    def portions(self) -> Iterator[Portion]:
        """A portion a piece, of a chunk's size at the most."""
        entity = self.domain.entity(self.entity)
        shape = entity.about.shape
        for piece in self.pieces:
            if isinstance(piece, np.ndarray):
                yield _portion(chunk_of(entity.some(self.dataset, piece, self.dataset.as_of_second), hashing=True))
                continue
            chunk = shape.chunk_in(self.dataset)
            for start in range(piece.start, piece.stop, chunk):
                span = Span(start, min(chunk, piece.stop - start))
                yield _portion(chunk_of(rows_of(entity, self.dataset, span), hashing=True))


def _portion(chunk: Chunk) -> Portion:
    return Portion(*chunk)


class _Sizes:
    """Counts rows and the bytes of frames."""

    def __init__(self, _table: Table) -> None:
        self.rows = self.bytes = 0

    def see(self, frame: pl.DataFrame) -> None:
        """Count."""
        self.rows += frame.height
        self.bytes += int(frame.estimated_size())

    def joined(self, later: "_Sizes") -> "_Sizes":
        """Both."""
        self.rows, self.bytes = self.rows + later.rows, self.bytes + later.bytes
        return self


def bytes_taken_in(form: str, spooled: SpooledTable, folder: Path) -> int:
    """Let a database, or a lake, take a sample in, and say how large it is with it alone.

    Args:
        form: its name.
        spooled: the sample.
        folder: where to put it; it is gone afterwards.
    """
    with TemporaryDirectory(dir=folder) as apart:
        place = Path(apart) / spooled.manifest.domain / f"sample.{form}"
        catalog.load_ingesting(form).ingest(place, [spooled])
        return stored_bytes(place)


def _destination(form: str, folder: Path, options: FileOptions, called: str = "") -> Destination:
    below = folder / (called or form)
    below.mkdir(exist_ok=True)
    return Destination(form, below, options, Spot(form), called=called)
