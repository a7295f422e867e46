"""What generating a table takes: units of work, each a range of positions, and the pieces it is made in.

A unit can be made by anybody, anywhere: it writes whole part files and hashes whole blocks of keys. Where
the user's rows per file cut through blocks, a unit makes some rows past its end too, for hashing only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from synth_assets.kernel.counter import Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
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
        first_part: number of its first part file.
        start: first position.
        stop: position after the last.
        hash_start: where hashing starts, on a block's edge at or after ``start``.
        hash_stop: where it stops, on a block's edge at or after ``stop``.
        chunk: positions made at a time.
    """

    number: int
    first_part: int
    start: int
    stop: int
    hash_start: int
    hash_stop: int
    chunk: int

    def pieces(self) -> Iterator[Piece]:
        """What to make, in order."""
        end = max(self.stop, self.hash_stop)
        # Every place where what a row is for may change is an edge of a piece.
        edges = sorted({self.start, self.hash_start, self.stop, self.hash_stop, end})
        for low, high in pairwise(edges):
            first = low
            while first < high:
                # Chunks keep to multiples of their size, so that any unit makes the same ones.
                last = min(high, (first // self.chunk + 1) * self.chunk)
                hashed = self.hash_start <= first < self.hash_stop
                yield Piece(Span(first, last - first), write=first < self.stop, hash=hashed)
                first = last


@dataclass(frozen=True)
class TablePlan:
    """How one table is made.

    Attributes:
        entity: the table's entity.
        positions: how many there are.
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
        if self.rows_per_file is None:
            return len(self.units)
        return None if self.rows is None else max(1, -(-self.rows // self.rows_per_file))


def plan_table(
    entity: type[Entity], dataset: Dataset, rows_per_file: int | None = None, *, at: int | None = None
) -> TablePlan:
    """Plan one table; the plan depends on nothing but the arguments, and never on workers.

    Args:
        entity: the table's entity.
        dataset: of which dataset.
        rows_per_file: rows in each part file but the last; as many as its units have without.
        at: the moment of the state, in seconds since 1970; ``as_of`` without.
    """
    positions = entity.positions(dataset, at)
    shape = entity.about.shape
    if rows_per_file is None:
        size = shape.part
    elif shape.rows_known:
        # Whole files, about as many rows as usual: then a unit is worth a worker's start.
        size = rows_per_file * max(1, shape.part // rows_per_file)
    else:
        size = max(positions, 1)  # where rows are, and so files end, shows only on the way
    parts_per_unit = 1 if rows_per_file is None or not shape.rows_known else size // rows_per_file
    units = tuple(
        _unit(number, number * parts_per_unit, start, min(start + size, positions), positions, shape)
        for number, start in enumerate(range(0, max(positions, 1), size))
    )
    # What has happened since the base may have taken rows away.
    rows = positions if shape.rows_known and at is None else None
    return TablePlan(entity, positions, rows, rows_per_file, units)


def _unit(number: int, first_part: int, start: int, stop: int, positions: int, shape: Shape) -> Unit:
    hash_start, hash_stop = (min(-(-edge // shape.edge) * shape.edge, positions) for edge in (start, stop))
    return Unit(number, first_part, start, stop, hash_start, hash_stop, shape.chunk)
