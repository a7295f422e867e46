"""The rows of another table that hang on a row."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.families import Family
from synth_assets.model.shapes import LinesOf, Slots
from synth_assets.model.timeline import Members


@dataclass(frozen=True)
class Children:
    """Rows that hang on some others, those that are there.

    Attributes:
        rows: their entity.
        owner: for each of them the place of its parent, ascending, shape (children,).
        parents: how many parents there are.
    """

    rows: Entity
    owner: I64Array
    parents: int

    @cached_property
    def counts(self) -> I64Array:
        """How many each parent has, shape (parents,)."""
        return np.bincount(self.owner, minlength=self.parents)

    def totals(self, values: I64Array) -> I64Array:
        """Values of the children, added up for each parent, exactly; shape (parents,)."""
        before = np.concatenate([[0], np.cumsum(values)])
        ends = np.cumsum(self.counts)
        return before[ends] - before[ends - self.counts]


def children_of(rows: Any, table: str) -> Children:
    """The rows of a table that hang on these; made once, and shared by all columns that ask."""
    place = ("children", table)
    if place not in rows.shared:
        rows.shared[place] = _found(rows, table)
    return rows.shared[place]


def _found(rows: Any, table: str) -> Children:
    child = rows.tables[table]
    members = members_of(child, rows.dataset, rows.row_numbers)
    owner = np.repeat(np.arange(len(rows)), members.counts)
    at = rows.at if np.ndim(rows.at) == 0 else rows.at[owner]
    found = child(rows.dataset, members.rows, at)
    if isinstance(child.about.shape, LinesOf | Slots) and np.ndim(rows.at) == 0:
        before = np.cumsum(members.counts) - members.counts
        found.family = Family(rows.as_parents(), owner, np.arange(len(owner)) - before[owner])
    there = found.exists()
    if there.all():
        return Children(found, owner, len(rows))
    return Children(found.only(there), owner[there], len(rows))


def members_of(child: Any, dataset: Dataset, parents: I64Array) -> Members:
    """The numbers of the rows of ``child`` that hang on each of some rows of its parent, by their numbers."""
    if child.about.shape.parent is not None:
        return child.about.shape.children(child, dataset, parents)
    return child.children(dataset, parents, parents)  # of a class with look-ups of its own


def no_children(entity: type[Entity], table: str) -> str:
    """What is wrong if rows of a table don't hang on those of an entity, once and for all; empty if they do."""
    child = entity.tables.get(table)
    if child is None:
        return ""  # what isn't there, `needs` tells
    parent = child.parent()
    if parent is None or parent.about is not entity.about:
        return (
            f"rows of {table} don't hang on {entity.about.name}.\n"
            f"  Give {table} lines_of: {entity.about.name}, or name another table."
        )
    if child.about.shape.appears:
        return (
            f"rows of {table} come one after the other, and each would change this row without an event of it.\n"
            "  Let them be lines_of, slots_of or some_of it."
        )
    if child.about.fates:
        return (
            f"rows of {table} have fates of their own, which would change this row without an event of it.\n"
            f"  Let {table} share the fate of {entity.about.name} alone."
        )
    return ""
