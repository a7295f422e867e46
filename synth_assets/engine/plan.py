"""What generating a table takes: units of work, each a range of positions, and the pieces it is made in.

A unit can be made by anybody, anywhere: it writes whole part files and hashes whole blocks of keys. Where
the user's rows per file cut through blocks, a unit makes some rows past its end too, for hashing only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

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
    units: tuple[Unit, ...]

    @property
    def parts(self) -> int | None:
        """How many part files there will be, or ``None`` where only making them tells."""
        size = self.rows_per_file
        if size is None:
            return len(self.units)
        return None if self.rows is None else sum(max(1, -(-(unit.stop - unit.start) // size)) for unit in self.units)


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
    starts = [
        (group, ordinal * parts_per_unit, start)
        for group in groups
        for ordinal, start in enumerate(range(group.start, max(group.stop, group.start + 1), size))
    ]
    units = tuple(
        _unit(number, of, min(of[2] + size, of[0].stop), every, shape, chunk) for number, of in enumerate(starts)
    )
    # What has happened since the base may have taken rows away.
    rows = positions if shape.rows_known and at is None else None
    return TablePlan(entity, positions, rows, rows_per_file, units)


def _unit(number: int, of: tuple[Group, int, int], stop: int, every: Group, shape: Shape, chunk: int) -> Unit:
    group, first_part, start = of
    hash_start, hash_stop = (min(-(-edge // shape.edge) * shape.edge, every.stop) for edge in (start, stop))
    # The first block of a group alone may begin before it, and nobody else hashes the rest.
    hash_start = start if start == every.start else hash_start
    return Unit(number, group.name, first_part, start, stop, hash_start, hash_stop, chunk)
