"""How a column's cells are distributed: rows over time, shares of categories, how numbers are spread.

Which of a table's columns are told of, their types say. A picture of one is drawn elsewhere: as text, or as SVG.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import polars as pl

from synth_assets.model.table import Table

CATEGORIES = 8
"""Lines of shares; rarer ones are counted together."""

FEW = 12
"""So many different values are categories; of numbers only as many as are shown, more are spread over bins."""

BINS = 24
TAIL = 40
"""One row in so many may lie outside a histogram at either end, so that a few outliers don't flatten the rest."""

STEPS = (1, 2, 2.5, 5, 10)
_LEAST_STEP = 1e-300
"""Finer ones aren't told apart by floats."""

_DAYS, _MONTHS, _YEARS = 120, 1_500, 120
"""Up to so many days a bar is a day, then a month; of so many years at most, then several."""


@dataclass(frozen=True)
class Shares:
    """How often each category is there.

    Attributes:
        column: its name.
        notes: what else is to be said, e.g. how many cells are missing.
        lines: categories with their counts, in the order in which they are shown.
        total: cells that aren't missing.
    """

    column: str
    notes: tuple[str, ...]
    lines: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True)
class Bars:
    """How many cells are in each of some ranges of the same width.

    Attributes:
        column: its name.
        notes: what else is to be said, e.g. what a bar is.
        counts: of the ranges, from the least to the greatest.
        labels: what to write at edges: number of the range that begins there → words.
    """

    column: str
    notes: tuple[str, ...]
    counts: tuple[int, ...]
    labels: Mapping[int, str]


Distribution = Shares | Bars


def distributions(table: Table, rows: pl.DataFrame, most: int) -> list[Distribution]:
    """What is told of some rows of a table: of so many columns at most."""
    if rows.is_empty():
        return []
    found: list[Distribution] = []
    for name, kind in _chosen(table, rows):
        values = _finite(rows[name])
        found += [told] if (told := _told(table, name, kind, values)) else []
        if len(found) == most:
            break
    return found


def distribution(table: Table, rows: pl.DataFrame, column: str) -> Distribution | None:
    """What is told of one column; ``None`` where there is nothing to tell."""
    values = _finite(rows[column])
    kind = _kind(values)
    return None if kind is None else _told(table, column, kind, values)


def percent(count: int, total: int) -> str:
    """Whole percents, from 10 per mille on; what is rarer has a decimal."""
    share = 100 * count / total
    return f"{share:.0f} %" if share >= 1 else f"{share:.1f} %" if share >= 0.1 else "< 0.1 %"


def _chosen(table: Table, rows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """The columns to tell of: one of time, two of categories and of numbers, then what else there is."""
    kinds = {c.name: _kind(_finite(rows[c.name])) for c in table.columns if not table.reads_as_name(c.name)}
    closed = [c.name for c in table.columns if kinds.get(c.name) == "shares" and len(c.values) > 1]
    other = [name for name, kind in kinds.items() if kind == "shares" and name not in closed]
    times = [name for kind in ("times", "days") for name in kinds if kinds[name] == kind]
    spread = [name for name, kind in kinds.items() if kind == "spread"]
    for name in [*times[:1], *closed[:2], *spread[:2], *closed[2:], *other, *spread[2:], *times[1:]]:
        kind = kinds[name]
        assert kind is not None  # noqa: S101 - only those that have one are listed
        yield name, kind


def _finite(values: pl.Series) -> pl.Series:
    """Cells of floats that lie somewhere; the others are as good as missing."""
    if not values.dtype.is_float():
        return values
    return values.to_frame().select(pl.when(pl.first().is_finite()).then(pl.first())).to_series()


def _kind(values: pl.Series) -> str | None:
    """What is told of a column, if anything."""
    present = values.drop_nulls()
    if present.is_empty():
        return None
    if isinstance(values.dtype, pl.Datetime):
        return "times"
    if values.dtype == pl.Date:
        return "days"
    if values.dtype in (pl.String, pl.Boolean) or values.dtype.is_numeric():
        different = present.n_unique()
        is_number = values.dtype.is_numeric()
        if 1 < different <= (CATEGORIES if is_number else FEW) and 2 * different <= len(present):
            return "shares"
        return "spread" if is_number and different > 1 else None
    return None


def _told(table: Table, name: str, kind: str, values: pl.Series) -> Distribution | None:
    missing, present = values.null_count(), values.drop_nulls()
    notes = (f"{percent(missing, len(values))} missing",) if missing else ()
    if kind == "shares":
        return Shares(name, notes, _shares(table, name, present), len(present))
    if kind == "spread":
        return _spread(name, notes, present)
    return _times(name, notes, present)


def _shares(table: Table, name: str, values: pl.Series) -> tuple[tuple[str, int], ...]:
    """In the order of the enumeration, of numbers, or the most frequent first; of too many the most frequent ones."""
    counts: dict[object, int] = dict(values.value_counts().iter_rows())
    order = [value for value in table.column(name).values if value in counts]
    if not order or len(order) > CATEGORIES:
        by_value = values.dtype.is_numeric()
        order = sorted(counts, key=lambda value: (value if by_value else -counts[value], str(value)))
    shown = order if len(order) <= CATEGORIES else order[: CATEGORIES - 1]
    lines = [(str(value).lower() if isinstance(value, bool) else str(value), counts[value]) for value in shown]
    if len(shown) < len(order):
        lines.append((f"{len(order) - len(shown)} others", sum(counts[value] for value in order[len(shown) :])))
    return tuple(lines)


def _spread(name: str, notes: tuple[str, ...], values: pl.Series) -> Bars | None:
    """A histogram between two round numbers, and what is outside; of what no float tells apart, nothing."""
    whole = values.dtype.is_integer()
    ordered = values.cast(pl.Float64).sort()
    low, high = _without_tails(ordered)
    width = (high - low) / BINS
    if not isfinite(width) or width < _LEAST_STEP:
        return None
    step = _round_step(width, whole=whole)
    first = int(low // step)
    bins = int(high // step) - first + 1
    inside = ordered.filter((ordered >= first * step) & (ordered < (first + bins) * step))
    at = ((inside / step).floor().cast(pl.Int64) - first).clip(0, bins - 1)
    counts = dict(at.value_counts().iter_rows())
    beyond = len(ordered) - len(inside)
    outside = (f"{percent(beyond, len(ordered))} lie outside",) if beyond else ()
    edges = {0: first * step, bins: (first + bins) * step}
    middle = bins // 2
    if bins >= 8:
        edges[middle] = (first + middle) * step
    labels = {place: _number(edge) for place, edge in sorted(edges.items())}
    return Bars(name, (*notes, *outside), tuple(counts.get(place, 0) for place in range(bins)), labels)


def _without_tails(ordered: pl.Series) -> tuple[float, float]:
    """The least and the greatest value, or those at which a thin tail begins."""
    least, greatest = ordered[0], ordered[-1]
    early, late = ordered[len(ordered) // TAIL], ordered[-1 - len(ordered) // TAIL]
    body = (late - early) or 1.0
    return (
        early if early - least > body / 3 else least,
        late if greatest - late > body / 3 else greatest,
    )


def _times(name: str, notes: tuple[str, ...], values: pl.Series) -> Bars:
    """Rows per day, or per month or year if there are many days."""
    days = values.cast(pl.Date).sort()
    numbers = days.to_physical().cast(pl.Int64)
    if (span := numbers[-1] - numbers[0] + 1) <= _DAYS:
        return _counted(name, notes, "day", numbers.to_list(), _texts(days, "%Y-%m-%d"))
    if span <= _MONTHS:
        months = (days.dt.year().cast(pl.Int64) * 12 + days.dt.month().cast(pl.Int64) - 1).to_list()
        return _counted(name, notes, "month", months, _texts(days, "%Y-%m"))
    years: list[int] = days.dt.year().cast(pl.Int64).to_list()
    several = -(-(years[-1] - years[0] + 1) // _YEARS)
    per = "year" if several == 1 else f"{several:,} years"
    places = [(year - years[0]) // several for year in years]
    return _counted(name, notes, per, places, (str(years[0]), str(years[-1])))


def _counted(name: str, notes: tuple[str, ...], per: str, places: Sequence[int], ends: tuple[str, str]) -> Bars:
    """Bars from the ascending places of cells, with what to write at both ends."""
    counts = [0] * (places[-1] - places[0] + 1)
    for place in places:
        counts[place - places[0]] += 1
    return Bars(name, (f"rows per {per}", *notes), tuple(counts), {0: ends[0], len(counts): ends[1]})


def _texts(days: pl.Series, form: str) -> tuple[str, str]:
    first, last = days.gather([0, len(days) - 1]).dt.to_string(form).to_list()
    return first, last


def _round_step(step: float, *, whole: bool) -> float:
    """The next round number that isn't smaller."""
    power = 1.0
    while power > step:
        power /= 10
    while power * 10 <= step:
        power *= 10
    found = next(power * times for times in STEPS if power * times >= step)
    return max(1.0, float(int(found + 0.5))) if whole else found


def _number(value: float) -> str:
    """With three digits after the point at most; what is too large or too small for that, with an exponent."""
    if value and not 0.001 <= abs(value) < 1e15:
        return f"{value:.3g}"
    return f"{value:,.3f}".rstrip("0").rstrip(".")
