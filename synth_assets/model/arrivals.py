"""Cells that are missing until a moment of their own: each of those moments is an act, which updates its row.

A column's generator says when its cells come (:meth:`~synth_assets.model.entity.ColumnGenerator.arrivals`). Rows change
at most once in a second, so what comes in a second in which the row changes anyway comes with that change.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.fates import LOOKED_AT, Changes, Lifecycle, act_of, while_there
from synth_assets.model.timeline import Effect, Occurrences, updated
from synth_assets.model.values import Masked, Text

_COMES = 50
"""Acts of steps and changes of the same second come first."""


class Arrivals(NamedTuple):
    """When the cells of a column come to be there.

    Attributes:
        moments: of some rows the second of each, shape (n,), wherever its cell isn't missing afterwards.
        reach: how many seconds after its birth a row's comes at the latest; ``None`` if only the rows can tell.
    """

    moments: Callable[[Any], I64Array]
    reach: int | None


def arrivals_of(entity: Any) -> tuple[Effect, ...]:
    """An act for each column whose cells come in time by themselves."""
    return tuple(
        updated(act_of(entity, f"{name}_comes", _COMES, functools.partial(_occurrences, name)))
        for name in _coming(entity)
    )


def _coming(entity: Any) -> dict[str, Arrivals]:
    """The columns whose cells come, in their order."""
    generators = {name: one.generator for name, one in entity.declared().items() if one.generator is not None}
    found = {name: generator.arrivals(entity, name) for name, generator in generators.items()}
    return {name: one for name, one in found.items() if one is not None}


def _occurrences(name: str, entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
    found = list(_found(name, entity, dataset, since, until)) or [Occurrences.none()]
    return Occurrences(*(np.concatenate(some) for some in zip(*found, strict=True)))


def _found(name: str, entity: Any, dataset: Dataset, since: int, until: int) -> Iterator[Occurrences]:
    coming = _coming(entity)
    reach = coming[name].reach
    first = 0 if reach is None else entity.positions(dataset, max(since - reach - DAY, 0))
    last = entity.positions(dataset, until)
    for start in range(first, last, LOOKED_AT):
        numbers = np.arange(start, min(start + LOOKED_AT, last), dtype=np.int64)
        seconds = coming[name].moments(entity(dataset, numbers, until))
        there = while_there(entity, dataset, seconds, numbers, since, until)
        keep = _appears(name, entity, dataset, there) & ~_changes_anyway(name, entity, dataset, there)
        yield Occurrences(there.seconds[keep], there.subjects[keep])


def _appears(name: str, entity: Any, dataset: Dataset, found: Occurrences) -> NDArray[np.bool_]:
    """Where the cell is missing before the second, and there after it, shape (n,)."""
    before, after = (_is_there(entity(dataset, found.subjects, found.seconds + more), name) for more in (0, 1))
    return after & ~before


def _is_there(rows: Any, name: str) -> NDArray[np.bool_]:
    values = rows.cells(name)
    if isinstance(values, pl.Series):
        return values.is_not_null().to_numpy()
    valid = values.valid if isinstance(values, Masked | Text) else None
    return np.ones(len(rows), dtype=np.bool_) if valid is None else valid


def _changes_anyway(name: str, entity: Any, dataset: Dataset, found: Occurrences) -> NDArray[np.bool_]:
    """Where a fate changes the row in that very second, or a column that stands before this one comes; shape (n,)."""
    rows = entity(dataset, found.subjects, found.seconds + 1)
    anyway = np.zeros(len(rows), dtype=np.bool_)
    for fate in entity.about.fates:
        if isinstance(fate, Lifecycle):
            for moment in fate.moments(rows):
                anyway |= moment == found.seconds
        elif isinstance(fate, Changes):
            anyway |= fate.in_force(rows).since == found.seconds
    if entity.about.shape.periods:
        anyway |= rows.replaced == found.seconds
    coming = _coming(entity)
    for other in coming:
        if other == name:
            break
        anyway |= coming[other].moments(rows) == found.seconds
    return anyway
