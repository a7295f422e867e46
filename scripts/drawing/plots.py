"""A table's plots as SVG: rows per day, shares of categories, how numbers are spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from drawing.svg import MONO_WIDTH, number, path, picture, rect, shortened, text

from synth_assets.model.table import Table
from synth_assets.usecases.pages.distributions import CATEGORIES, Distribution, Shares, distributions, percent

WIDTH, HEIGHT = 330.0, 172.0
TOP, BOTTOM = 34.0, 20.0
LEFT, RIGHT = 4.0, 8.0
MOST = 6
"""Plots of a table."""

LABEL_LETTERS = 17


@dataclass(frozen=True)
class Plot:
    """A column's plot: ``svg`` is a file's text."""

    column: str
    svg: str


def plots(table: Table, rows: pl.DataFrame) -> list[Plot]:
    """The plots of some rows of a table."""
    return [Plot(one.column, plot(table.name, one)) for one in distributions(table, rows, MOST)]


def plot(table: str, of: Distribution) -> str:
    """The plot of one column of a table."""
    shapes = _shares(of) if isinstance(of, Shares) else _bars(of.counts, of.labels)
    head = [text(LEFT, 15, of.column, size=12.5, mono=True, bold=True)]
    if of.notes:
        after = LEFT + (len(of.column) + 1.5) * 12.5 * MONO_WIDTH
        head.append(text(after, 15, ", ".join(of.notes), size=11, fill="muted"))
    said = of.notes or ("shares" if isinstance(of, Shares) else "spread",)
    return picture(WIDTH, HEIGHT, " ".join([f"{table}.{of.column}:", *said]), [*head, *shapes])


def _shares(of: Shares) -> list[str]:
    """A bar for each category."""
    label = max(len(shortened(words, LABEL_LETTERS)) for words, _ in of.lines) * 11 * MONO_WIDTH + 8
    room = WIDTH - LEFT - label - RIGHT - 42
    most, high = max(count for _, count in of.lines), (HEIGHT - 30) / CATEGORIES
    shapes = []
    for row, (words, count) in enumerate(of.lines):
        y = 28 + row * high
        bar = max(room * count / most, 1)
        shapes += [
            text(LEFT + label - 8, y + 13, shortened(words, LABEL_LETTERS), size=11, mono=True, anchor="end"),
            rect(LEFT + label, y + 2.5, bar, high - 5, "bar", round_=1.5),
            text(LEFT + label + bar + 5, y + 13, percent(count, of.total), size=11, fill="muted"),
        ]
    return shapes


def _bars(counts: Sequence[int], labels: Mapping[int, str]) -> list[str]:
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
