"""What is printed of figures: a table for a terminal, and the lists of docs/realism.md."""

import re
from collections.abc import Sequence

from benchmarks.realism.figures import FIGURES, SIZES, Figure, Size
from benchmarks.realism.measuring import Reading
from benchmarks.realism.sources import SOURCES

MADE = re.compile(
    r"(<!-- (figures|sources), by `python -m benchmarks\.realism --page` -->\n).*?(<!-- end of \2 -->)", re.DOTALL
)
"""Parts of a page that are made here."""


def table(readings: Sequence[Reading]) -> str:
    """A line for each figure: its value, the range, whether it is within, and the sources."""
    lines = [("figure", "value", "range", "", "sources")]
    for each in readings:
        value = "none" if each.value is None else _shown(each.value)
        lines.append((each.figure.name, value, _range(each.figure), _verdict(each), ", ".join(each.figure.sources)))
    widths = [max(len(line[place]) for line in lines) for place in range(4)]
    return "\n".join(
        f"{line[0]:{widths[0]}}  {line[1]:>{widths[1]}}  {line[2]:{widths[2]}}  {line[3]:{widths[3]}}  {line[4]}"
        for line in lines
    )


def page(text: str) -> str:
    """A page with the figures and the sources where its comments say that they belong."""
    made = {"figures": _figures(), "sources": _sources()}
    return MADE.sub(lambda part: f"{part[1]}\n{made[part[2]]}\n\n{part[3]}", text)


def _figures() -> str:
    looked_at = [figure for figure in FIGURES if figure.size is None]
    parts = ["| figure | what it is | range | promised from | sources |", "| --- | --- | --- | --- | --- |"]
    parts += [
        f"| `{one.name}` | {one.means} | {_range(one)} | {one.size.name} | {_links(one)} |"
        for one in FIGURES
        if one.size
    ]
    if looked_at:
        parts += ["", "Looked at, and not promised:", ""]
        parts += ["| figure | what it is | range | why not | sources |", "| --- | --- | --- | --- | --- |"]
        parts += [
            f"| `{one.name}` | {one.means} | {_range(one)} | {one.why_not} | {_links(one)} |" for one in looked_at
        ]
    parts += ["", "The sizes, in the marketplace of each tenant on average:", "", *map(_size, SIZES)]
    return "\n".join(parts)


def _sources() -> str:
    return "\n".join(
        f'- <span id="{key}"></span>**{key}**: {source.by}, [{source.title}]({source.address}), {source.year}. '
        f"“{source.quote}”"
        for key, source in SOURCES.items()
    )


def _links(figure: Figure) -> str:
    return ", ".join(f"[{key}](#{key})" for key in figure.sources)


def _size(size: Size) -> str:
    each = (
        f"{size.orders:,} orders",
        f"{size.customers:,} customers",
        f"{size.products:,} products",
        f"{size.days} days",
    )
    return f"- **{size.name}**: at least {', '.join(each)}"


def _verdict(reading: Reading) -> str:
    if not reading.promised:
        return "not promised"
    return "ok" if reading.ok else "OUT"


def _range(figure: Figure) -> str:
    if figure.high is None:
        return f"at least {_shown(figure.low or 0)}"
    if figure.low is None:
        return f"at most {_shown(figure.high)}"
    return f"{_shown(figure.low)} to {_shown(figure.high)}"


def _shown(value: float) -> str:
    """Four digits, without zeros at the end."""
    return f"{value:.4g}"
