"""Families: parents and their children side by side, for a range of children or any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_assets.kernel.counter import I64Array, Rows, Span, numbers_of

FanOut = Callable[[Any], tuple[I64Array, I64Array]]
"""For each of some parents: how many children, and the position of its first one; shapes (n,)."""


@dataclass(frozen=True)
class Family:
    """Children with the parents they hang on.

    Attributes:
        parents: an entity: the parent rows.
        index: for each child the place of its parent among them, shape (n,).
        ordinal: for each child its number within its parent, from 0, shape (n,).
    """

    parents: Any
    index: I64Array
    ordinal: I64Array


def family_of(
    rows: Rows, parents_at: Callable[[Rows], Any], parent_of: Callable[[I64Array], I64Array], fan_out: FanOut
) -> Family:
    """The family of some children.

    Args:
        rows: their positions.
        parents_at: the parents at some positions.
        parent_of: the parent's position of each child, shape (n,).
        fan_out: of parents.
    """
    if not isinstance(rows, Span) or rows.count == 0:
        numbers = numbers_of(rows)
        parents = parents_at(parent_of(numbers))
        _, first = fan_out(parents)
        return Family(parents, np.arange(len(numbers)), numbers - first)
    ends = np.array([rows.start, rows.stop - 1], dtype=np.int64)
    low, high = (int(n) for n in parent_of(ends))
    return family_within(parents_at(Span(low, high - low + 1)), rows, fan_out)


def family_within(parents: Any, rows: Span, fan_out: FanOut) -> Family:
    """The family of a range of children, whose parents are known."""
    counts, first = fan_out(parents)
    index = np.repeat(np.arange(len(counts)), counts)
    ordinal = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts)
    skipped = rows.start - int(first[0])  # children of the first parent that come before the range
    wanted = slice(skipped, skipped + rows.count)
    return Family(parents, index[wanted], ordinal[wanted])
