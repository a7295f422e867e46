"""Shapes: how an entity's positions become rows.

An entity's *positions* are the whole numbers 0, 1, …, one per possible row:

- :class:`Rows`: every position is a row. Lines of a parent are rows too, where quotas say how many each has;
- :class:`Sparse`: a position may or may not be a row (:meth:`~synth_assets.model.entity.Entity.exists`);
- :class:`Ledger`: a position is a window of time that holds any number of rows, whose numbers ascend from window
  to window.

What the engine has to know of that, it asks here.
"""

from dataclasses import dataclass
from typing import ClassVar

BLOCK_BITS = 16
"""Rows are hashed in blocks of 2^16 row numbers; chunks of all but ledgers are cut at block edges."""

BLOCK = 1 << BLOCK_BITS

PART_ROWS = 64 * BLOCK
"""Rows in a part file unless the user says otherwise: 4 million, some 100 MB of Parquet."""

CHUNK_ROWS = 2 * BLOCK
"""Positions generated at a time: 128K rows keep a chunk's arrays near the cache and memory flat."""


@dataclass(frozen=True)
class Shape:
    """Base of all shapes.

    Attributes:
        chunk: positions generated at a time; a multiple of :attr:`edge`.
        name: what documents call it.
        rows_known: whether the number of positions is the number of rows.
        numbered: whether a row's number is its position.
        edge: chunks and units of work are cut at multiples of this, so that each holds whole blocks of row numbers.
        part: positions in a part file unless the user says otherwise.
    """

    chunk: int = CHUNK_ROWS

    name: ClassVar[str]
    rows_known: ClassVar[bool] = False
    numbered: ClassVar[bool] = True
    edge: ClassVar[int] = BLOCK
    part: ClassVar[int] = PART_ROWS


@dataclass(frozen=True)
class Rows(Shape):
    """Every position is a row."""

    name = "dense"
    rows_known = True


@dataclass(frozen=True)
class Sparse(Shape):
    """A position may or may not be a row."""

    name = "sparse"


@dataclass(frozen=True)
class Ledger(Shape):
    """A position is a window of time."""

    chunk: int = 1

    name = "windows"
    numbered = False
    edge = 1
    part = 8
