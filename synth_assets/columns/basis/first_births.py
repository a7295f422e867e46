"""Whether each row finds one of another table that was born before a time of its own: before any row is made."""

from typing import Any

import numpy as np

from synth_assets.columns.basis.generator import Generator
from synth_assets.columns.basis.monotone import Monotone, clock_column, count_before
from synth_assets.columns.basis.parents import seconds_of
from synth_assets.errors import UsageError
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import Span
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.shapes import LinesOf, Rows, number_of, shared_out
from synth_assets.spoken import volume

_LOOKED_AT = 1 << 14
"""Rows looked at where times don't ascend with them."""

_BLOCK = 64
"""Parents among which lines are shared out exactly."""


def refuse_lost(entity: type[Entity], name: str, born_before: str, parent: type[Entity], dataset: Dataset) -> None:
    """Refuse a dataset of which a row would find no row of ``parent`` that was born before its time.

    Where times ascend with the rows the first one tells for all; else the first few thousand are looked at.

    Raises:
        UsageError: says which row, and the ways out.
    """
    rows = rows_looked_at(entity, dataset, 1 if _ascends(entity, born_before) else _LOOKED_AT)
    lost = count_before(parent, dataset, seconds_of(rows, born_before)) == 0
    if lost.any():
        raise UsageError(lost_told(rows, name, int(rows.row_numbers[np.argmax(lost)]), born_before, parent))


def rows_looked_at(entity: type[Entity], dataset: Dataset, most: int = _LOOKED_AT) -> Entity:
    """The rows at the first positions; none where positions are windows of several."""
    count = min(entity.positions(dataset), most) if entity.about.shape.numbered else 0
    there = np.flatnonzero(entity(dataset, Span(0, count)).exists()) if count else np.zeros(0, dtype=np.int64)
    return entity(dataset, there)


def lost_told(rows: Any, name: str, number: int, born_before: str, parent: type[Entity]) -> str:
    """That a row finds none, with the ways out."""
    about = rows.about
    return (
        f"{about.domain}/{about.name}: {rows.way_to(name)} of row {number} finds no row of {parent.about.name} born"
        f" before its {born_before}.\n  {ways_out(parent)}"
    )


def ways_out(parent: type[Entity]) -> str:
    """What to say so that each row finds one of ``parent``."""
    name, count = parent.about.name, getattr(parent.about.shape, "count", None)
    asked = f" ({volume(count)})" if isinstance(count, str) else ""
    return (
        f"Ask for more rows of {name}{asked}, or let them begin earlier (a longer over), or have some there from the"
        " first moment (a column {method: clock, first: -730, founders: 1} in place of over), or let the reference be"
        " missing where there is none: null_rate: 0.05."
    )


def refuse_seldom(entity: type[Entity], name: str, born_before: str, parent: type[Entity], dataset: Dataset) -> None:
    """Refuse a dataset of which a row may find none for some seeds, as far as clocks tell.

    Raises:
        UsageError: says until when the first of the other table comes, and from when on rows look for one.
    """
    if not entity.positions(dataset):
        return
    first, since = latest_of(parent, dataset), earliest(entity, born_before, dataset)
    if first is None or since is None or first < since:
        return
    late = (first - dataset.as_of_second) // DAY
    raise UsageError(
        f"{entity.about.domain}/{entity.about.name}: {name}: {born_before} begins {_ago(since, dataset)} as_of, and the"
        f" first row of {parent.about.name} may come as late as {-late:,} days before it, so for some seeds a row finds"
        f" no row of {parent.about.name} born before.\n  {ways_out(parent)}"
    )


def _ago(second: int, dataset: Dataset) -> str:
    return f"{(dataset.as_of_second - second) // DAY:,} days before"


def latest_of(entity: type[Entity], dataset: Dataset, number: int = 0) -> int | None:
    """The second by which a row is there, whatever the seed; ``None`` if only its values tell."""
    shape = entity.about.shape
    if isinstance(shape, LinesOf):
        counts = shared_out(shape.per_parent, _BLOCK)
        none = counts.count(0)
        parent = entity.tables[shape.of]
        return latest_of(parent, dataset, number + none * (1 + number // max(_BLOCK - none, 1)))
    if isinstance(shape, Rows) and shape.over is not None:
        count, days = number_of(shape.count or 0, dataset), number_of(shape.over, dataset)
        start = dataset.as_of_second - days * DAY
        if shape.born is None or number < count:
            return _share_ends(shape.clock(entity, dataset), number, start)
        return None
    name = clock_column(entity)
    if shape.appears or not name:
        return None
    clock: Any = entity.declared()[name].generator
    if not hasattr(clock, "clock"):
        return None
    made = clock.clock(entity, name, dataset)
    return int(made.seconds(Span(0, 1))[0]) if number < clock.founders else _share_ends(made, number, made.start)


def _share_ends(clock: Any, number: int, start: int) -> int:
    """When the share of a row ends; other seeds' hours are up to half as slow again."""
    return start + (clock.latest(number) - start) * 3 // 2


def earliest(entity: type[Entity], name: str, dataset: Dataset) -> int | None:
    """The second from which on times of a column lie, whatever the seed; ``None`` if only its values tell."""
    declared = entity.declared().get(name)
    generator: Any = declared.generator if declared else None
    if not isinstance(generator, Generator):
        return None
    if _is_birth(generator):
        return _first_birth(entity, dataset)
    if generator.method() == "clock":
        return int(generator.clock(entity, name, dataset).start)  # pyright: ignore[reportAttributeAccessIssue]
    return None


def _first_birth(entity: type[Entity], dataset: Dataset) -> int | None:
    shape = entity.about.shape
    if shape.parent is not None and not shape.appears:
        return _first_birth(entity.tables[shape.parent], dataset)
    over = getattr(shape, "over", None)
    return None if over is None else dataset.as_of_second - number_of(over, dataset) * DAY


def _ascends(entity: type[Entity], name: str) -> bool:
    """Whether times of a column never decrease with the row number."""
    declared = entity.declared().get(name)
    generator = declared.generator if declared else None
    if isinstance(generator, Monotone):
        return generator.in_order(entity)
    return _is_birth(generator) and entity.about.shape.tells_births(entity)


def _is_birth(generator: Any) -> bool:
    """Whether cells are the moments of birth."""
    return (
        isinstance(generator, Generator) and generator.method() == "moment" and generator.as_json()["second"] == "born"
    )
