"""Small plots beside each other in one picture: bars, shares, lines, points on two logarithmic axes, and grids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log10

from drawing.svg import number, path, picture, rect, shortened, text

ACROSS = 4
WIDTH, HEIGHT = 244.0, 172.0
"""Of one plot, with the space beside it."""

TOP, FLOOR, LEFT, RIGHT = 32.0, 142.0, 8.0, 228.0
SMALL = 10.0
LINES = ("bar", "good", "bad", "muted", "ink")
"""Colours of lines and points, one after another."""

MOST_POINTS = 60
"""Of one series of points: more would cover each other."""


@dataclass(frozen=True)
class Bars:
    """How often each of some values is, beside each other; a label stands below each bar that has one."""

    title: str
    heights: Sequence[float]
    labels: Mapping[int, str]


@dataclass(frozen=True)
class Shares:
    """Numbers by name.

    Attributes:
        total: what the numbers are shares of; 0 if they are not: then they stand there as they are.
    """

    title: str
    parts: Sequence[tuple[str, float]]
    total: float = 0


@dataclass(frozen=True)
class Lines:
    """One or several series over the same steps."""

    title: str
    series: Sequence[Sequence[float]]
    labels: Mapping[int, str]


@dataclass(frozen=True)
class Points:
    """Series by rank, 1 first, on two logarithmic axes."""

    title: str
    series: Sequence[Sequence[float]]


@dataclass(frozen=True)
class Grid:
    """Parts of each row, darker where there is more of the row."""

    title: str
    rows: Sequence[tuple[str, Sequence[float]]]
    labels: Mapping[int, str]


Panel = Bars | Shares | Lines | Points | Grid


def panels(title: str, of: Sequence[Panel]) -> str:
    """A picture of some plots, as the text of a file."""
    shapes = []
    for place, one in enumerate(of):
        x, y = place % ACROSS * WIDTH, place // ACROSS * HEIGHT
        shapes += [f'<g transform="translate({number(x)} {number(y)})">', _head(one), *_drawn(one), "</g>"]
    said = f"{title}: {'; '.join(one.title for one in of)}"
    return picture(ACROSS * WIDTH, -(-len(of) // ACROSS) * HEIGHT, said, shapes)


def _head(of: Panel) -> str:
    return text(LEFT, 16, of.title, size=11.5, bold=True)


def _drawn(of: Panel) -> list[str]:
    match of:
        case Bars():
            return _bars(of)
        case Shares():
            return _shares(of)
        case Lines():
            return _lines(of)
        case Points():
            return _points(of)
        case Grid():
            return _grid(of)


def _floor(labels: Mapping[int, str], steps: int, *, between: bool = True) -> list[str]:
    """The line below, with labels at steps; in the middle of a step, or at its beginning."""
    width = (RIGHT - LEFT) / max(steps, 1)
    shapes = [path(f"M{number(LEFT)} {number(FLOOR)}H{number(RIGHT)}", width=1)]
    for place, words in labels.items():
        x = LEFT + (place + 0.5) * width if between else LEFT + (RIGHT - LEFT) * place / max(steps - 1, 1)
        anchor = "middle" if between or 0 < place < steps - 1 else "end" if place else "start"
        shapes.append(text(x, FLOOR + 13, words, size=SMALL, fill="muted", anchor=anchor))
    return shapes


def _bars(of: Bars) -> list[str]:
    most = max(of.heights, default=0) or 1
    width = (RIGHT - LEFT) / max(len(of.heights), 1)
    shapes = []
    for place, height in enumerate(of.heights):
        if height:
            high = max((FLOOR - TOP) * height / most, 0.6)
            gap = 0.8 if width > 3 else 0.2
            shapes.append(rect(LEFT + place * width, FLOOR - high, width - gap, high, "bar"))
    return [*shapes, *_floor(of.labels, len(of.heights))]


def _shares(of: Shares) -> list[str]:
    most = max((part for _, part in of.parts), default=0) or 1
    high, label = min((FLOOR + 14 - TOP) / max(len(of.parts), 1), 17.0), 92.0
    shapes = []
    for row, (words, part) in enumerate(of.parts):
        y, bar = TOP - 6 + row * high, (RIGHT - LEFT - label - 34) * part / most
        said = f"{part / of.total:.1%}" if of.total else f"{part:,.0f}" if part >= 100 else f"{part:.3g}"
        shapes += [
            text(LEFT + label - 4, y + high * 0.72, shortened(words, 16), size=SMALL, anchor="end"),
            rect(LEFT + label, y + 1.5, max(bar, 0.6), high - 3, "bar", round_=1),
            text(LEFT + label + bar + 4, y + high * 0.72, said, size=SMALL, fill="muted"),
        ]
    return shapes


def _lines(of: Lines) -> list[str]:
    most = max((value for one in of.series for value in one), default=0) or 1
    steps = max((len(one) for one in of.series), default=1)
    shapes = [text(RIGHT, TOP - 4, f"{most:,.4g}", size=SMALL, fill="muted", anchor="end")]
    for which, one in enumerate(of.series):
        places = [
            f"{number(LEFT + (RIGHT - LEFT) * step / max(steps - 1, 1))} {number(FLOOR - (FLOOR - TOP) * value / most)}"
            for step, value in enumerate(one)
        ]
        shapes.append(path("M" + "L".join(places), line=LINES[which % len(LINES)], width=1.1))
    return [*shapes, *_floor(of.labels, steps, between=False)]


def _points(of: Points) -> list[str]:
    every = [sorted((value for value in one if value > 0), reverse=True) for one in of.series]
    series = [one for one in every if one]
    most = max((one[0] for one in series), default=1)
    ranks = max((len(one) for one in series), default=1)
    wide, deep = max(log10(ranks), 1e-9), max(log10(most), 1e-9)
    shapes = []
    for which, one in enumerate(series):
        for rank in sorted({round(len(one) ** (step / MOST_POINTS)) for step in range(MOST_POINTS + 1)}):
            x = LEFT + (RIGHT - LEFT - 4) * log10(rank) / wide
            y = FLOOR - 3 - (FLOOR - 3 - TOP) * log10(one[rank - 1]) / deep
            shapes.append(rect(x, y - 1.5, 3, 3, LINES[which % len(LINES)], round_=1.5))
    said = [
        text(LEFT, FLOOR + 13, "1", size=SMALL, fill="muted"),
        text(RIGHT, FLOOR + 13, f"rank {ranks:,}", size=SMALL, fill="muted", anchor="end"),
        text(RIGHT, TOP - 4, f"{most:,.4g}", size=SMALL, fill="muted", anchor="end"),
        path(f"M{number(LEFT)} {number(FLOOR)}H{number(RIGHT)}", width=1),
    ]
    return [*said, *shapes]


def _grid(of: Grid) -> list[str]:
    label = 6 + 5.4 * max((len(shortened(words, 14)) for words, _ in of.rows), default=0)
    steps = max((len(values) for _, values in of.rows), default=1)
    width, high = (RIGHT - LEFT - label) / max(steps, 1), min((FLOOR - TOP) / max(len(of.rows), 1), 18.0)
    shapes = []
    for row, (words, values) in enumerate(of.rows):
        most, y = max(values, default=0) or 1, TOP + row * high
        shapes.append(text(LEFT + label - 4, y + high * 0.72, shortened(words, 14), size=SMALL, anchor="end"))
        for step, value in enumerate(values):
            if shade := round(value / most, 2):
                cell = rect(LEFT + label + step * width, y, width - 0.4, high - 0.8, "bar")
                shapes.append(cell.replace("/>", f' fill-opacity="{shade:g}"/>'))
    below = TOP + len(of.rows) * high + 11
    for place, words in of.labels.items():
        x = LEFT + label + (place + 0.5) * width
        shapes.append(text(x, below, words, size=SMALL, fill="muted", anchor="middle"))
    return shapes
