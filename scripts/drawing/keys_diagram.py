"""A domain's diagram: its tables with their keys, and a line for each reference.

A bar is at the one row, a crow's foot at the many, and a line is dashed where the reference may be missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from drawing.layers import Placed, place
from drawing.svg import MONO_WIDTH, link, number, path, picture, rect, text

from synth_assets.model.domain import Domain
from synth_assets.model.table import Reference, Table
from synth_assets.usecases.pages.page import anchor_of

SIZE = 12.0
ROW = 19.0
HEAD = 24.0
BESIDE = 70.0
"""Between layers: room for the lines to turn."""

MARGIN = 8.0
LOOP = 22.0
"""Room for a reference to the own table."""


@dataclass(frozen=True)
class Box:
    """A table as it is drawn: columns of keys and references one by one, the others counted."""

    table: Table
    columns: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, pointed_at: set[str]) -> "Box":
        """The box of a table, of which columns ``pointed_at`` are referred to."""
        shown = {*table.key.columns, *pointed_at, *(name for one in table.references for name in one.columns)}
        return cls(table, tuple(name for name in table.column_names if name in shown))

    @property
    def rest(self) -> str:
        """What is said of the columns that aren't shown."""
        more = len(self.table.columns) - len(self.columns)
        return f"{more} more column{'s' * (more != 1)}" if more else ""

    @property
    def height(self) -> float:
        """Of the whole box."""
        return HEAD + ROW * (len(self.columns) + bool(self.rest)) + 5

    @property
    def width(self) -> float:
        """What the longest line needs, its mark included."""
        letters = max(len(self.table.name), len(self.rest), *(len(name) + 4 for name in self.columns), 12)
        return letters * SIZE * MONO_WIDTH + 22

    def middle(self, columns: tuple[str, ...]) -> float:
        """The height of some columns' lines below the box's upper edge."""
        rows = [self.columns.index(name) for name in columns] or [0]
        return HEAD + ROW * (sum(rows) / len(rows) + 0.5)


def keys_diagram(domain: Domain) -> str:
    """The diagram as SVG."""
    tables = {name: entity.table() for name, entity in domain.entities.items()}
    references = [(table, one) for table in tables.values() for one in table.references]
    boxes = {
        name: Box.of(table, {to for _, one in references if one.table == name for to in one.target(table)})
        for name, table in tables.items()
    }
    links = [(one.table, table.name) for table, one in references if one.table != table.name]
    placed = place({name: box.height for name, box in boxes.items()}, links)
    left, width = _columns(boxes, placed)
    drawing = _Drawing(boxes, placed, left)
    title = f"Tables of {domain.name}, their keys, and which refers to which"
    shapes = [*drawing.lines(references), *(shape for name in boxes for shape in drawing.box(name))]
    return picture(width, placed.height + 2 * MARGIN, title, shapes)


def _columns(boxes: dict[str, Box], placed: Placed) -> tuple[list[float], float]:
    """Where each layer begins, and the width of all."""
    lefts, at = [], MARGIN
    for layer in range(max(placed.layer.values(), default=0) + 1):
        here = [boxes[name] for name, of in placed.layer.items() if of == layer]
        at += LOOP * any(one.table == box.table.name for box in here for one in box.table.references)
        lefts.append(at)
        at += max(box.width for box in here) + BESIDE
    return lefts, at - BESIDE + MARGIN


@dataclass(frozen=True)
class _Drawing:
    boxes: dict[str, Box]
    placed: Placed
    left: list[float]

    def width(self, name: str) -> float:
        """All boxes of a layer are as wide as the widest."""
        layer = self.placed.layer[name]
        return max(self.boxes[other].width for other, of in self.placed.layer.items() if of == layer)

    def box(self, name: str) -> list[str]:
        box, x, y = self.boxes[name], self.left[self.placed.layer[name]], self.placed.top[name] + MARGIN
        width = self.width(name)
        shapes = [
            rect(x, y, width, box.height, "paper", line="line", round_=4),
            path(f"M{number(x)} {number(y + HEAD)}h{number(width)}", width=1),
            rect(x + 1, y + 1, width - 2, HEAD - 2, "band", round_=3),
            text(x + 9, y + 16.5, name, size=SIZE, mono=True, bold=True),
        ]
        for row, column in enumerate(box.columns):
            at = y + HEAD + ROW * row + 14
            is_key = column in box.table.key.columns
            shapes.append(text(x + 9, at, column, size=SIZE, mono=True, bold=is_key))
            if is_key:
                shapes.append(text(x + width - 9, at, "key", size=10, fill="muted", anchor="end"))
        if box.rest:
            at = y + HEAD + ROW * len(box.columns) + 14
            shapes.append(text(x + 9, at, box.rest, size=10.5, fill="muted"))
        return [link(f"#{anchor_of(box.table.domain, name)}", shapes)]

    def lines(self, references: Sequence[tuple[Table, Reference]]) -> list[str]:
        return [shape for table, reference in references for shape in self.line(table, reference)]

    def line(self, table: Table, reference: Reference) -> list[str]:
        """From the parent's row to the child's."""
        parent, child = reference.table, table.name
        of_parent = self.placed.top[parent] + MARGIN + self._row(parent, reference.target(self.boxes[parent].table))
        of_child = self.placed.top[child] + MARGIN + self._row(child, reference.columns)
        optional = any(table.column(name).nullable for name in reference.columns)
        if parent == child:
            x = self.left[self.placed.layer[child]]
            way = f"M{number(x)} {number(of_parent)}c{number(-LOOP)} 0 {number(-LOOP)} {number(of_child - of_parent)}"
            curve = f"{way} 0 {number(of_child - of_parent)}"
            return [path(curve, dashed=optional), _many(x, of_child, -1), _one(x, of_parent, -1)]
        side = 1 if self.placed.layer[parent] < self.placed.layer[child] else -1
        # A side of 1: the line leaves the parent's right edge and comes to the child's left one.
        start = self.left[self.placed.layer[parent]] + (self.width(parent) if side == 1 else 0)
        end = self.left[self.placed.layer[child]] + (self.width(child) if side == -1 else 0)
        points = [(start, of_parent), *self._passages(parent, child, side), (end, of_child)]
        return [path(_curve(points), dashed=optional), _many(end, of_child, -side), _one(start, of_parent, side)]

    def _row(self, name: str, columns: tuple[str, ...]) -> float:
        return self.boxes[name].middle(columns) if columns else HEAD / 2

    def _passages(self, parent: str, child: str, side: int) -> list[tuple[float, float]]:
        """The points between, two of each layer that is passed: where the line comes in, and where it goes out."""
        first, last = sorted((self.placed.layer[parent], self.placed.layer[child]))
        heights = self.placed.passages[parent, child]
        points = []
        for layer, y in zip(range(first + 1, last), heights, strict=True):
            width = max(box.width for name, box in self.boxes.items() if self.placed.layer[name] == layer)
            points += [(self.left[layer], y + MARGIN), (self.left[layer] + width, y + MARGIN)]
        return points[::side]


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """Through all points, level at each."""
    (x, y), *others = points
    way = f"M{number(x)} {number(y)}"
    for to_x, to_y in others:
        half = (x + to_x) / 2
        way += f"C{number(half)} {number(y)} {number(half)} {number(to_y)} {number(to_x)} {number(to_y)}"
        x, y = to_x, to_y
    return way


def _many(x: float, y: float, away: int) -> str:
    """A crow's foot at a box's edge."""
    return path(f"M{number(x)} {number(y - 5)}L{number(x + 10 * away)} {number(y)}L{number(x)} {number(y + 5)}")


def _one(x: float, y: float, away: int) -> str:
    """A bar before a box's edge."""
    return path(f"M{number(x + 7 * away)} {number(y - 5)}v10")
