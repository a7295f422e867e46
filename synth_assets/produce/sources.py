"""Where the rows of a table come from, a portion at a time: a unit of a plan, or frames that are there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

import polars as pl

from synth_assets.engine.chunks import Chunk, generate
from synth_assets.engine.plan import Unit
from synth_assets.kernel.counter import I64Array, Span, U64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.model.table import Table
from synth_assets.model.values import Text
from synth_assets.model.wide_rows import fitting_rows, row_bytes

_FEW, _LOOKED_AT = 4_096, 256
"""Positions that are made at once, however wide rows are; and those that tell how wide they are."""


class Portion(NamedTuple):
    """Some rows, and what they are for.

    Attributes:
        frame: the rows, with the table's schema.
        words: hash words of text columns that are known already; see :class:`~synth_assets.engine.chunks.Chunk`.
        numbers: the rows' numbers, if they are known already.
        coded: cells of text columns by code, where they are known; see ``Chunk`` too.
        positions: how far these rows bring the work.
        write: whether they are written.
        hash: whether they are hashed.
    """

    frame: pl.DataFrame
    words: Mapping[str, U64Array] | None = None
    numbers: I64Array | None = None
    coded: Mapping[str, Text] = MappingProxyType({})
    positions: int = 0
    write: bool = True
    hash: bool = True


class RowSource(Protocol):
    """Rows of one table, in key order."""

    @property
    def table(self) -> Table:
        """Whose rows these are."""
        ...

    @property
    def positions(self) -> int:
        """The sum of all progress; 0 where nobody knows."""
        ...

    def portions(self) -> Iterator[Portion]:
        """The rows."""
        ...


@dataclass(frozen=True)
class UnitRows:
    """The rows of a unit of a plan. It travels to another process: the domain as its source, the entity by name.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        entity: the table's name.
        unit: of the table's plan.
        at: the moment of the state, in seconds since 1970; ``as_of`` without.
    """

    domain: Domain
    dataset: Dataset
    entity: str
    unit: Unit
    at: int | None = None

    @property
    def table(self) -> Table:
        """The entity's table."""
        return self.domain.tables[self.entity]

    @property
    def positions(self) -> int:
        """Those of the unit."""
        return self.unit.stop - self.unit.start

    def portions(self) -> Iterator[Portion]:
        """The rows, made chunk by chunk; those past the unit's end that only belong into its hash, last."""
        entity = self.domain.entity(self.entity)
        most = self._most(entity)
        for piece in self.unit.pieces():
            first, stop = piece.span.start, piece.span.stop
            while first < stop:
                # As the chunks themselves, at multiples of their size.
                span = Span(first, min(stop, (first // most + 1) * most) - first)
                chunk = generate(entity, self.dataset, span, at=self.at, hashing=piece.hash)
                yield Portion(*chunk, span.count if piece.write else 0, piece.write, piece.hash)
                first = span.stop

    def _most(self, entity: type[Entity]) -> int:
        """Positions made at a time, at the most: those of a chunk, or fewer where rows are wide."""
        unit = self.unit
        if not entity.about.shape.numbered or unit.stop - unit.start <= _FEW:
            return unit.chunk
        some = generate(entity, self.dataset, Span(unit.start, _LOOKED_AT), at=self.at)
        return fitting_rows(row_bytes(some.frame), unit.chunk)


@dataclass(frozen=True)
class Frames:
    """Rows that somebody else makes: taken once, a few frames at a time, in this process.

    Attributes:
        table: whose rows they are.
        frames: the rows; as chunks where their hash words are known.
    """

    table: Table
    frames: Iterable[Chunk] | Iterable[pl.DataFrame]
    positions = 0

    def portions(self) -> Iterator[Portion]:
        """The rows, as they come."""
        for one in self.frames:
            yield Portion(*one) if isinstance(one, Chunk) else Portion(one)
