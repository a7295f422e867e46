"""Write docs/images/home.svg, the picture of the home page: python scripts/make_home_picture.py.

What it shows is true: the rows of the table and the numbers of events are those of bronze, small, seed 42.
"""

from pathlib import Path

import polars as pl
from drawing.svg import number, path, picture, rect, text

from synth_assets import scan, scan_changes

PATH = Path(__file__).resolve().parent.parent / "docs" / "images" / "home.svg"
WIDTH, HEIGHT = 560.0, 476.0
COLUMNS = {"order_id": 8, "status": 10, "total_amount": 12}
"""Columns of bronze/raw_orders that are shown, and how wide they are in letters."""

FIRST, ROWS = 3_858, 4
"""Rows of several statuses."""

BATCHES = 3
OUTPUTS = ("Parquet", "CSV", "DuckDB", "LazyFrame", "Dagster")
LETTER = 7.3


def home_picture() -> str:
    """The picture as SVG: parameters become tables; changes are added; a pipeline's table is compared."""
    title = "Parameters and a seed become tables; a base and batches of changes are a snapshot, which grades a pipeline"
    return picture(WIDTH, HEIGHT, title, [*_generating(), *_changing(), *_grading()])


def _generating() -> list[str]:
    said = [
        *_step("1", "say what you want", 8, 18),
        rect(8, 32, 150, 116, "band", line="line", round_=5),
        *(
            text(22, 56 + 23 * row, words, size=13.5, mono=True)
            for row, words in enumerate(("bronze", "preset small", "seed 42", "as of 2026"))
        ),
        *_arrow(162, 88, 204, 88),
    ]
    table = [*_step("2", "have it, the same on every machine", 212, 18), *_orders(212, 32, 340, 116)]
    pills, x = [], 212.0
    for words in OUTPUTS:
        width = len(words) * 6.5 + 15
        pills += [
            rect(x, 156, width, 22, "paper", line="line", round_=11),
            text(x + width / 2, 171, words, size=11.5, anchor="middle"),
        ]
        x += width + 6
    return [*said, *table, *pills]


def _orders(x: float, y: float, width: float, height: float) -> list[str]:
    """Some rows of a table as they are, and how many columns there are besides."""
    frame = scan("bronze/raw_orders", preset="small", offset=FIRST, rows=ROWS)
    rows = frame.select(*COLUMNS).collect()
    shapes = [
        rect(x, y, width, height, "paper", line="line", round_=5),
        rect(x + 1, y + 1, width - 2, 24, "band", round_=4),
    ]
    left = x + 12.0
    for name, letters in COLUMNS.items():
        words = rows.schema[name] == pl.String
        at, anchor = (left, "start") if words else (left + letters * LETTER, "end")
        cells = rows[name].cast(pl.String).to_list()
        shapes.append(text(at, y + 18, name, size=12, mono=True, bold=True, anchor=anchor))
        shapes += [
            text(at, y + 44 + 20 * row, cell, size=12, mono=True, anchor=anchor) for row, cell in enumerate(cells)
        ]
        left += letters * LETTER + 14
    more = len(frame.collect_schema()) - len(COLUMNS)
    for row, words in enumerate((f"+ {more}", "columns")):
        shapes.append(text(x + width - 10, y + 44 + 15 * row, words, size=11, fill="muted", anchor="end"))
    return shapes


def _changing() -> list[str]:
    """Base and batches, with their numbers of events, beside the snapshot they lead to."""
    events = scan_changes("bronze/raw_orders", range(1, BATCHES + 1), preset="small").group_by("batch").len()
    counts = dict(events.collect().iter_rows())
    shapes = [*_step("3", "let it live on: base + changes = snapshot, row for row", 8, 214)]
    shapes += [*_box(8, 228, 96, "base", "5,000 orders"), text(120, 260, "+", size=18, anchor="middle")]
    for batch in range(1, BATCHES + 1):
        shapes += _box(136 + 86 * (batch - 1), 228, 78, f"batch {batch}", f"{counts[batch]:,} events")
    shapes += [
        text(412, 260, "=", size=18, anchor="middle"),
        *_box(428, 228, 126, "snapshot", f"after batch {BATCHES}", line="good"),
    ]
    return shapes


def _grading() -> list[str]:
    """A pipeline reads the batches; its table is compared with the snapshot."""
    return [
        *_arrow(261, 282, 261, 330),
        text(272, 310, "Debezium, DMS, Delta, files …", size=11.5, fill="muted"),
        *_step("4", "and grade your pipeline", 8, 322),
        rect(176, 334, 170, 46, "bar", round_=6),
        text(261, 362, "your CDC pipeline", size=14, fill="paper", anchor="middle", bold=True),
        *_arrow(261, 384, 261, 412),
        *_box(200, 416, 122, "your table", "whatever holds it"),
        *_arrow(326, 440, 424, 440),
        text(375, 432, "score", size=12.5, anchor="middle", mono=True),
        *_arrow(491, 282, 491, 408),
        rect(428, 412, 126, 56, "paper", line="good", round_=5),
        text(491, 435, "✓ every cell", size=12.5, fill="good", anchor="middle", bold=True),
        text(491, 455, "✗ or which differ", size=12.5, fill="bad", anchor="middle", bold=True),
    ]


def _step(count: str, words: str, x: float, y: float) -> list[str]:
    return [
        text(x, y, count, size=14, fill="bar", bold=True),
        text(x + 15, y, words, size=14, bold=True),
    ]


def _box(x: float, y: float, width: float, words: str, below: str, line: str = "line") -> list[str]:
    return [
        rect(x, y, width, 50, "paper", line=line, round_=5),
        text(x + width / 2, y + 21, words, size=13, anchor="middle", bold=True),
        text(x + width / 2, y + 39, below, size=11, fill="muted", anchor="middle"),
    ]


def _arrow(x: float, y: float, to_x: float, to_y: float) -> list[str]:
    """A level or an upright one."""
    head = "m-7 -5l7 5l-7 5" if y == to_y else "m-5 -7l5 7l5 -7"
    return [path(f"M{number(x)} {number(y)}L{number(to_x)} {number(to_y)}{head}", width=1.6)]


if __name__ == "__main__":
    PATH.write_text(home_picture(), encoding="utf-8")
