"""Times that never decrease from row to row: so how many rows came before a moment is known without looking."""

import numpy as np

from synth_assets.columns.basis.generator import Drawn
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity

_AHEAD = 366 * DAY
"""What has no more rows a year later is taken to have all that it ever has."""


class Monotone(Drawn):
    """Base of generators of times that never decrease with the row number."""

    def in_order(self, entity: type[Entity]) -> bool:
        """Whether they do so in this table."""
        del entity
        return True

    def count_before(self, entity: type[Entity], name: str, dataset: Dataset, seconds: I64Array) -> I64Array:
        """How many rows have a time earlier than each of ``seconds``, shape (n,); those after the base count too."""
        raise NotImplementedError


def clock_column(entity: type[Entity]) -> str:
    """The first column by whose times rows are numbered; empty if there is none."""
    for name, one in entity.declared().items():
        if isinstance(one.generator, Monotone) and one.generator.in_order(entity):
            return name
    return ""


def tells_births(entity: type[Entity]) -> bool:
    """Whether it is known how many rows were born before a moment."""
    return entity.about.shape.tells_births(entity) or bool(clock_column(entity))


def count_before(entity: type[Entity], dataset: Dataset, seconds: I64Array) -> I64Array:
    """How many rows of a table were born before each of ``seconds``, shape (n,).

    By the clock that its rows appear by, its :func:`clock_column`, or what they hang on. Where no rows come after the
    base, those that its times would go on with are none.
    """
    shape, name = entity.about.shape, clock_column(entity)
    if shape.appears or not name:
        return shape.count_born(entity, dataset, seconds)
    clock = entity.declared()[name].generator
    assert isinstance(clock, Monotone)  # noqa: S101 - it was found by that
    count = clock.count_before(entity, name, dataset, seconds)
    base = entity.positions(dataset)
    goes_on = entity.positions(dataset, dataset.as_of_second + _AHEAD) > base
    return count if goes_on else np.minimum(count, base)
