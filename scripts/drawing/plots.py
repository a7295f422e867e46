"""A table's plots: rows per day, shares of categories, how numbers are spread. Which ones, the columns' types say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from drawing.svg import MONO_WIDTH, number, path, picture, rect, shortened, text

from synth_assets.model.table import Table

WIDTH, HEIGHT = 330.0, 172.0
TOP, BOTTOM = 34.0, 20.0
LEFT, RIGHT = 4.0, 8.0
MOST = 6
"""Plots of a table."""

CATEGORIES = 8
"""Lines of a plot of shares; rarer ones are counted together."""

FEW = 12
"""So many different values are categories; more of a number are spread over bins."""

BINS = 24
TAIL = 40
"""One row in so many may lie outside a plot at either end, so that a few outliers don't flatten the rest."""

STEPS = (1, 2, 2.5, 5, 10)
LABEL_LETTERS = 17


@dataclass(frozen=True)
class Plot:
    """A column's plot: ``svg`` is a file's text."""

    column: str
    svg: str


def plots(table: Table, rows: pl.DataFrame) -> list[Plot]:
    """The plots of some rows of a table."""
    if rows.is_empty():
        return []
    floats = pl.selectors.float()
    rows = rows.with_columns(pl.when(floats.is_finite()).then(floats).name.keep())  # the others lie nowhere
    found = [Plot(name, _plot(table, name, kind, rows[name])) for name, kind in _chosen(table, rows)]
    return found[:MOST]


def _chosen(table: Table, rows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """The columns to plot: one of time, two of categories and of numbers, then what else there is."""
    kinds = {c.name: _kind(rows[c.name]) for c in table.columns if not table.reads_as_name(c.name)}
    closed = [c.name for c in table.columns if kinds.get(c.name) == "shares" and len(c.values) > 1]
    other = [name for name, kind in kinds.items() if kind == "shares" and name not in closed]
    times = [name for kind in ("times", "days") for name in kinds if kinds[name] == kind]
    spread = [name for name, kind in kinds.items() if kind == "spread"]
    for name in [*times[:1], *closed[:2], *spread[:2], *closed[2:], *other, *spread[2:]]:
        yield name, kinds[name]


def _kind(values: pl.Series) -> str | None:
    """What is drawn of a column, if anything."""
    present = values.drop_nulls()
    if present.is_empty():
        return None
    if isinstance(values.dtype, pl.Datetime):
        return "times"
    if values.dtype == pl.Date:
        return "days"
    if values.dtype in (pl.String, pl.Boolean) or values.dtype.is_numeric():
        different = present.n_unique()
        if 1 < different <= FEW and 2 * different <= len(present):
            return "shares"
        return "spread" if values.dtype.is_numeric() and different > 1 else None
    return None


def _plot(table: Table, name: str, kind: str, values: pl.Series) -> str:
    missing = values.null_count()
    notes = [f"{_percent(missing, len(values))} missing"] if missing else []
    if kind == "shares":
        shapes = _shares(table, name, values.drop_nulls())
    elif kind == "spread":
        outside, shapes = _spread(values.drop_nulls())
        notes += outside
    else:
        per, shapes = _times(values.drop_nulls())
        notes.insert(0, f"rows per {per}")
    head = [text(LEFT, 15, name, size=12.5, mono=True, bold=True)]
    if notes:
        after = LEFT + (len(name) + 1.5) * 12.5 * MONO_WIDTH
        head.append(text(after, 15, ", ".join(notes), size=11, fill="muted"))
    return picture(WIDTH, HEIGHT, " ".join([f"{table.name}.{name}:", *(notes or [kind])]), [*head, *shapes])


def _shares(table: Table, name: str, values: pl.Series) -> list[str]:
    """A bar for each category: in the order of the enumeration, of numbers, or the most frequent first.

    Of too many the most frequent ones are shown.
    """
    counts: dict[object, int] = dict(values.value_counts().iter_rows())
    order = [value for value in table.column(name).values if value in counts]
    if not order or len(order) > CATEGORIES:
        by_value = values.dtype.is_numeric() and len(counts) <= CATEGORIES
        order = sorted(counts, key=lambda value: (value if by_value else -counts[value], str(value)))
    shown = order if len(order) <= CATEGORIES else order[: CATEGORIES - 1]
    lines = [(str(value).lower() if isinstance(value, bool) else str(value), counts[value]) for value in shown]
    if len(shown) < len(order):
        lines.append((f"{len(order) - len(shown)} others", sum(counts[value] for value in order[len(shown) :])))
    label = max(len(shortened(words, LABEL_LETTERS)) for words, _ in lines) * 11 * MONO_WIDTH + 8
    room = WIDTH - LEFT - label - RIGHT - 42
    most, high = max(count for _, count in lines), (HEIGHT - 30) / CATEGORIES
    shapes = []
    for row, (words, count) in enumerate(lines):
        y = 28 + row * high
        bar = max(room * count / most, 1)
        shapes += [
            text(LEFT + label - 8, y + 13, shortened(words, LABEL_LETTERS), size=11, mono=True, anchor="end"),
            rect(LEFT + label, y + 2.5, bar, high - 5, "bar", round_=1.5),
            text(LEFT + label + bar + 5, y + 13, _percent(count, len(values)), size=11, fill="muted"),
        ]
    return shapes


def _spread(values: pl.Series) -> tuple[list[str], list[str]]:
    """A histogram between two round numbers, and what is outside."""
    whole = values.dtype.is_integer()
    ordered = values.cast(pl.Float64).sort()
    low, high = _without_tails(ordered)
    step = _round_step((high - low) / BINS, whole=whole)
    first = int(low // step)
    bins = int(high // step) - first + 1
    inside = ordered.filter((ordered >= first * step) & (ordered < (first + bins) * step))
    at = ((inside / step).floor().cast(pl.Int64) - first).clip(0, bins - 1)
    counts = dict(at.value_counts().iter_rows())
    beyond = len(ordered) - len(inside)
    outside = [f"{_percent(beyond, len(ordered))} lie outside"] if beyond else []
    edges = {0: first * step, bins: (first + bins) * step}
    middle = bins // 2
    if bins >= 8:
        edges[middle] = (first + middle) * step
    labels = {place: _number(edge) for place, edge in sorted(edges.items())}
    return outside, _bars([counts.get(place, 0) for place in range(bins)], labels)


def _without_tails(ordered: pl.Series) -> tuple[float, float]:
    """The least and the greatest value, or those at which a thin tail begins."""
    least, greatest = ordered[0], ordered[-1]
    early, late = ordered[len(ordered) // TAIL], ordered[-1 - len(ordered) // TAIL]
    body = (late - early) or 1.0
    return (
        early if early - least > body / 3 else least,
        late if greatest - late > body / 3 else greatest,
    )


def _times(values: pl.Series) -> tuple[str, list[str]]:
    """Rows per day, or per week, month or year if there are many days; and how it is called."""
    counts: Mapping[date, int] = dict(values.cast(pl.Date).value_counts().iter_rows())
    first, last = min(counts), max(counts)
    days = (last - first).days + 1
    if days <= 120:
        bars = [counts.get(first + timedelta(day), 0) for day in range(days)]
        return "day", _bars(bars, {0: first.isoformat(), days: last.isoformat()})
    if days <= 1_500:
        per, of = "month", lambda day: day.year * 12 + day.month - 1
    else:
        per, of = "year", lambda day: day.year
    bars = [0] * (of(last) - of(first) + 1)
    for day, count in counts.items():
        bars[of(day) - of(first)] += count
    ends = (first, last) if per == "month" else (first.year, last.year)
    labels = [str(end)[:7] for end in ends]
    return per, _bars(bars, {0: labels[0], len(bars): labels[1]})


def _bars(counts: list[int], labels: Mapping[int, str]) -> list[str]:
    """Bars beside each other, with the highest one's count, and labels at edges below."""
    most = max(counts)
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP - 4
    step = (WIDTH - LEFT - RIGHT) / len(counts)
    gap = 1.0 if step > 4 else 0.3
    shapes = [
        path(f"M{number(LEFT)} {number(TOP)}h{number(WIDTH - LEFT - RIGHT)}", line="band", width=1),
        text(WIDTH - RIGHT, TOP - 4, f"{most:,}", size=10.5, fill="muted", anchor="end"),
    ]
    for place, count in enumerate(counts):
        if count:
            high = max(room * count / most, 0.6)
            shapes.append(rect(LEFT + place * step, floor - high, step - gap, high, "bar"))
    shapes.append(path(f"M{number(LEFT)} {number(floor)}h{number(WIDTH - LEFT - RIGHT)}", width=1))
    for place, words in labels.items():
        anchor = "start" if place == 0 else "end" if place == len(counts) else "middle"
        shapes.append(text(LEFT + place * step, HEIGHT - 5, words, size=10.5, fill="muted", anchor=anchor))
    return shapes


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
    return f"{value:,.3f}".rstrip("0").rstrip(".")


def _percent(count: int, total: int) -> str:
    """Whole percents, from 10 per mille on; what is rarer has a decimal."""
    share = 100 * count / total
    return f"{share:.0f} %" if share >= 1 else f"{share:.1f} %" if share >= 0.1 else "< 0.1 %"
