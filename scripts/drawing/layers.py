"""Where the boxes of a diagram go: parents on the left, children to the right of them, few lines that cross.

The usual way for layered graphs (Sugiyama, Tagawa & Toda 1981): layers by the longest path, a gap for each line that
passes a layer, orders by the mean of neighbours, then heights likewise. Nothing is random: the same tables give the
same picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

SWEEPS = 24
GAP = 22.0
ACROSS = 4
"""Boxes in a row where nothing is linked."""

PASSAGE = 10.0
"""The height that a line needs which passes a layer."""


@dataclass(frozen=True)
class Placed:
    """Where boxes and lines are.

    Attributes:
        layer: of each box, from 0.
        top: the upper edge of each box.
        passages: of each link, the heights at which it passes the layers between its ends, from left to right.
        height: of the whole picture.
    """

    layer: dict[str, int]
    top: dict[str, float]
    passages: dict[tuple[str, str], list[float]]
    height: float


def place(heights: Mapping[str, float], links: Sequence[tuple[str, str]]) -> Placed:
    """Place boxes of given heights; ``links`` are from parent to child, without those to itself."""
    linked = {name: heights[name] for name in heights if any(name in link for link in links)}
    forward = _forward(list(linked), links)
    layer = _layers(list(linked), forward)
    sizes, columns, edges, ways = _with_passages(linked, layer, forward)
    middle = _heights(_ordered(columns, edges), sizes, edges)
    least = min((middle[node] - sizes[node] / 2 for node in sizes), default=0.0)
    top = {name: middle[name] - sizes[name] / 2 - least for name in linked}
    passages = {}
    for parent, child in links:
        way = ways.get((parent, child)) or ways.get((child, parent), [])
        passages[parent, child] = [middle[node] - least for node in way]
    height = max((middle[node] + sizes[node] / 2 - least for node in sizes), default=-GAP)
    return _with_others(heights, Placed(layer, top, passages, height))


def _with_others(heights: Mapping[str, float], placed: Placed) -> Placed:
    """Boxes that nothing is linked with stand in rows below."""
    layer, top, height = dict(placed.layer), dict(placed.top), placed.height
    across = max(layer.values(), default=ACROSS - 1) + 1
    others = [name for name in heights if name not in layer]
    for first in range(0, len(others), across):
        row = others[first : first + across]
        layer |= {name: number for number, name in enumerate(row)}
        top |= dict.fromkeys(row, height + GAP)
        height += GAP + max(heights[name] for name in row)
    return Placed(layer, top, placed.passages, height)


def _forward(names: Sequence[str], links: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The links as a graph without circles: one that would close a circle is turned round."""
    children: dict[str, list[str]] = {name: [] for name in names}
    for parent, child in dict.fromkeys(links):
        children[parent].append(child)
    done: dict[str, bool] = {}
    found: list[tuple[str, str]] = []

    def visit(name: str) -> None:
        done[name] = False
        for child in children[name]:
            if done.get(child) is False:  # still open: a circle
                found.append((child, name))
                continue
            found.append((name, child))
            if child not in done:
                visit(child)
        done[name] = True

    for name in names:
        if name not in done:
            visit(name)
    return list(dict.fromkeys(found))


def _layers(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The longest path to each box; one that nothing leads to stands right before its first child."""
    layer = dict.fromkeys(names, 0)
    for _ in names:
        for parent, child in edges:
            layer[child] = max(layer[child], layer[parent] + 1)
    has_parent = {child for _, child in edges}
    for name in names:
        children = [layer[child] for parent, child in edges if parent == name]
        if name not in has_parent and children:
            layer[name] = min(children) - 1
    return layer


def _with_passages(
    heights: Mapping[str, float], layer: Mapping[str, int], edges: Sequence[tuple[str, str]]
) -> tuple[dict[str, float], list[list[str]], list[tuple[str, str]], dict[tuple[str, str], list[str]]]:
    """Sizes, nodes by layer, and links between neighbouring layers; lines from one box share their passages."""
    sizes = dict(heights)
    columns: list[list[str]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for name in heights:
        columns[layer[name]].append(name)
    short: dict[tuple[str, str], None] = {}
    ways = {}
    for parent, child in edges:
        way = [f"{parent} {between}" for between in range(layer[parent] + 1, layer[child])]
        for node in way:
            if node not in sizes:
                sizes[node] = PASSAGE
                columns[int(node.rpartition(" ")[2])].append(node)
        short |= dict.fromkeys(pairwise([parent, *way, child]))
        ways[parent, child] = way
    return sizes, columns, list(short), ways


def _ordered(columns: list[list[str]], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The orders with the fewest crossings that sweeping to and fro finds."""
    best, least = columns, _crossings(columns, edges)
    order = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        rightwards = sweep % 2 == 0
        at = range(1, len(order)) if rightwards else range(len(order) - 2, -1, -1)
        for number in at:
            beside = order[number - 1 if rightwards else number + 1]
            order[number] = _by_neighbours(order[number], beside, edges)
        crossings = _crossings(order, edges)
        if crossings < least:
            best, least = [list(column) for column in order], crossings
    return best


def _by_neighbours(column: list[str], beside: list[str], edges: Sequence[tuple[str, str]]) -> list[str]:
    place_of = {name: number for number, name in enumerate(beside)}
    means = {}
    for number, name in enumerate(column):
        near = [place_of[one] for one in _neighbours(name, edges) if one in place_of]
        means[name] = sum(near) / len(near) if near else number
    return sorted(column, key=lambda name: means[name])


def _crossings(columns: Sequence[Sequence[str]], edges: Sequence[tuple[str, str]]) -> int:
    at = {name: (layer, number) for layer, column in enumerate(columns) for number, name in enumerate(column)}
    lines = [(at[parent], at[child]) for parent, child in edges]
    return sum(a[0][0] == b[0][0] and (a[0][1] - b[0][1]) * (a[1][1] - b[1][1]) < 0 for a, b in combinations(lines, 2))


def _heights(order: list[list[str]], sizes: Mapping[str, float], edges: Sequence[tuple[str, str]]) -> dict[str, float]:
    """The middles of the nodes: near those of their neighbours, never over each other."""
    middle: dict[str, float] = {}
    for column in order:
        down = 0.0
        for name in column:
            middle[name] = down + sizes[name] / 2
            down += sizes[name] + GAP
    for sweep in range(SWEEPS):
        for column in order if sweep % 2 == 0 else reversed(order):
            wanted = {}
            for name in column:
                near = [middle[one] for one in _neighbours(name, edges)]
                wanted[name] = sum(near) / len(near) if near else middle[name]
            middle |= _apart(column, wanted, sizes)
    return middle


def _apart(column: list[str], wanted: Mapping[str, float], sizes: Mapping[str, float]) -> dict[str, float]:
    """The places nearest to those that are wanted, in order and with gaps: the mean of pushed down and pushed up."""
    down, up = dict(wanted), dict(wanted)
    for above, below in pairwise(column):
        down[below] = max(down[below], down[above] + (sizes[above] + sizes[below]) / 2 + GAP)
    for below, above in pairwise(reversed(column)):
        up[above] = min(up[above], up[below] - (sizes[above] + sizes[below]) / 2 - GAP)
    return {name: (down[name] + up[name]) / 2 for name in column}


def _neighbours(name: str, edges: Sequence[tuple[str, str]]) -> list[str]:
    return [parent if child == name else child for parent, child in edges if name in (parent, child)]
