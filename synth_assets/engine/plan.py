"""What generating a table takes: units of work, each a range of positions, and the pieces it is made in.

A unit can be made by anybody, anywhere: it writes whole part files and hashes whole blocks of keys. Where
the user's rows per file cut through blocks, a unit makes some rows past its end too, for hashing only.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from math import gcd
from typing import NamedTuple, overload

import numpy as np

from synth_assets.engine.ranges import groups_of, range_of
from synth_assets.kernel.counter import Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.groups import Group
from synth_assets.model.shapes import Shape


class Piece(NamedTuple):
    """Positions made at a time, and what for."""

    span: Span
    write: bool
    hash: bool


@dataclass(frozen=True)
class Unit:
    """A range of positions that becomes one or more whole part files.

    Attributes:
        number: of the unit in its table.
        group: whose rows these are, where groups are kept apart; else empty.
        first_part: number of its first part file, in its group.
        start: first position.
        stop: position after the last.
        hash_start: where hashing starts, on a block's edge at or after ``start``.
        hash_stop: where it stops, on a block's edge at or after ``stop``.
        chunk: positions made at a time.
    """

    number: int
    group: str
    first_part: int
    start: int
    stop: int
    hash_start: int
    hash_stop: int
    chunk: int

    def pieces(self) -> Iterator[Piece]:
        """What to make, in order; nothing that is neither written nor hashed."""
        end = max(self.stop, self.hash_stop)
        # Every place where what a row is for may change is an edge of a piece.
        edges = sorted({self.start, self.hash_start, self.stop, self.hash_stop, end})
        for low, high in pairwise(edges):
            first = low
            while first < high:
                # Chunks keep to multiples of their size, so that any unit makes the same ones.
                last = min(high, (first // self.chunk + 1) * self.chunk)
                piece = Piece(Span(first, last - first), first < self.stop, self.hash_start <= first < self.hash_stop)
                if piece.write or piece.hash:
                    yield piece
                first = last


@dataclass(frozen=True)
class Units(Sequence[Unit]):
    """The units of a table, each worked out when it is asked for: a table of 10^12 rows has a quarter of a million.

    Attributes:
        groups: the ranges of positions that are kept apart, in order.
        every: all positions.
        size: positions of a unit, but the last of a group.
        parts_per_unit: part files of a unit, but the last of a group.
        shape: the table's.
        chunk: positions made at a time.
    """

    groups: tuple[Group, ...]
    every: Group
    size: int
    parts_per_unit: int
    shape: Shape
    chunk: int

    @cached_property
    def _before(self) -> list[int]:
        """How many units there are before each group, and in all."""
        return [0, *accumulate(max(1, -(-(group.stop - group.start) // self.size)) for group in self.groups)]

    def __len__(self) -> int:
        return self._before[-1]

    @overload
    def __getitem__(self, at: int) -> Unit: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Unit]: ...

    def __getitem__(self, at: int | slice) -> Unit | Sequence[Unit]:
        if isinstance(at, slice):
            return [self[number] for number in range(len(self))[at]]
        number = range(len(self))[at]
        of = bisect_right(self._before, number) - 1
        group, ordinal = self.groups[of], number - self._before[of]
        start = group.start + ordinal * self.size
        stop = min(start + self.size, group.stop)
        edge, every = self.shape.edge, self.every
        hash_start, hash_stop = (min(-(-where // edge) * edge, every.stop) for where in (start, stop))
        # The first block of a group alone may begin before it, and nobody else hashes the rest.
        hash_start = start if start == every.start else hash_start
        first_part = ordinal * self.parts_per_unit
        return Unit(number, group.name, first_part, start, stop, hash_start, hash_stop, self.chunk)

    def files(self, rows_per_file: int | None) -> int:
        """How many part files there are of so many rows each, if each position is one; of a unit each without."""
        if rows_per_file is None:
            return len(self)
        full = -(-self.size // rows_per_file)
        units = (divmod(group.stop - group.start, self.size) for group in self.groups)
        return sum(whole * full + (-(-rest // rows_per_file) if rest or whole else 1) for whole, rest in units)

    @property
    def chunks(self) -> int:
        """How many pieces are made and written, in all."""
        return sum(self._chunks(group) for group in self.groups)

    def _chunks(self, group: Group) -> int:
        """Those of a group: where pieces are cut repeats itself, so it is counted once."""
        size, chunk = self.size, self.chunk
        stop = max(group.stop, group.start)
        if stop == group.start:
            return 0
        multiples = -(-stop // chunk) - group.start // chunk - 1  # strictly inside
        units = -(-(stop - group.start) // size)
        starts = self._odd(group.start, units, 1)
        # Where hashing begins is another edge, unless it is where the unit does, or past its end.
        edge = self.shape.edge
        if size % edge == 0 and group.start % edge == 0:
            return 1 + multiples + starts
        return 1 + multiples + starts + self._odd(group.start, units, edge, stop)

    def _odd(self, first: int, units: int, edge: int, stop: int | None = None) -> int:
        """How many of the units begin, or begin to hash, where no chunk does."""
        size, chunk = self.size, self.chunk
        period = chunk // gcd(size, chunk)

        def count(begin: int, end: int) -> int:
            starts = first + np.arange(begin, end, dtype=np.int64) * size
            if stop is None:
                return int(np.count_nonzero(starts[(starts > first)] % chunk))
            edges = -(-starts // edge) * edge
            inside = (edges != starts) & (edges < np.minimum(starts + size, stop)) & (starts > self.every.start)
            return int(np.count_nonzero(edges[inside] % chunk))

        if units <= 2 * period + 2:
            return count(0, units)
        # The first unit and the last one are unlike the others.
        repeats, rest = divmod(units - 2, period)
        last = count(units - 1, units)
        return count(0, 1) + repeats * count(1, 1 + period) + count(1, 1 + rest) + last


@dataclass(frozen=True)
class TablePlan:
    """How one table is made.

    Attributes:
        entity: the table's entity.
        positions: how many there are of the dataset.
        rows: how many rows they give, or ``None`` where only making them tells.
        rows_per_file: rows in each part file but the last; ``None`` for one part file a unit.
        units: in key order, at least one: an empty table is a file with its schema.
    """

    entity: type[Entity]
    positions: int
    rows: int | None
    rows_per_file: int | None
    units: Units

    @property
    def parts(self) -> int | None:
        """How many part files there will be, or ``None`` where only making them tells."""
        return None if self.rows_per_file is not None and self.rows is None else self.units.files(self.rows_per_file)


def plan_table(
    entity: type[Entity],
    dataset: Dataset,
    rows_per_file: int | None = None,
    *,
    at: int | None = None,
    grouped: bool = False,
    whole: bool = False,
) -> TablePlan:
    """Plan one table; the plan depends on nothing but the arguments, and never on workers.

    Args:
        entity: the table's entity.
        dataset: of which dataset.
        rows_per_file: rows in each part file but the last; as many as its units have without.
        at: the moment of the state, in seconds since 1970; ``as_of`` without.
        grouped: whether the entity's groups have part files of their own, if it has any; at a later moment none has.
        whole: whether everything, or every group, is one part file.

    Raises:
        UsageError: the entity's groups don't hold each position once.
    """
    every = range_of(entity, dataset, at)
    positions, shape = every.stop - every.start, entity.about.shape
    if whole:
        rows_per_file, size = None, max(positions, 1)
    elif rows_per_file is None:
        size = shape.part_in(dataset)
    elif shape.rows_known:
        # Whole files, about as many rows as usual: then a unit is worth a worker's start.
        size = rows_per_file * max(1, shape.part_in(dataset) // rows_per_file)
    else:
        size = max(positions, 1)  # where rows are, and so files end, shows only on the way
    chunk = shape.chunk_in(dataset)
    parts_per_unit = 1 if rows_per_file is None or not shape.rows_known else size // rows_per_file
    groups: tuple[Group, ...] = (every if grouped else every._replace(name=""),)
    if grouped and dataset.only is None:
        groups = groups_of(entity, dataset, at) or groups
    units = Units(groups, every, size, parts_per_unit, shape, chunk)
    # What has happened since the base may have taken rows away.
    rows = positions if shape.rows_known and at is None else None
    return TablePlan(entity, positions, rows, rows_per_file, units)
