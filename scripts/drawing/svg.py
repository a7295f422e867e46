"""Pictures as SVG text: a handful of shapes, in colours that light and dark pages both have."""

from collections.abc import Sequence
from html import escape

LIGHT = {
    "ink": "#1f2937",
    "muted": "#5b6675",
    "line": "#94a0b0",
    "paper": "#ffffff",
    "band": "#e8ebf7",
    "bar": "#4c5fc4",
    "good": "#1b7f4d",
    "bad": "#b3372f",
}
DARK = {
    "ink": "#e4e7ee",
    "muted": "#a3adbd",
    "line": "#75819a",
    "paper": "#262936",
    "band": "#363b56",
    "bar": "#8c9bf0",
    "good": "#5fcf95",
    "bad": "#f08a80",
}
SANS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
MONO = "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
MONO_WIDTH = 0.605
"""Width of a letter of a monospaced font, in its size; the widest of those above."""


def picture(width: float, height: float, title: str, shapes: Sequence[str]) -> str:
    """A whole file. ``title`` is what is read to those who can't see it."""
    style = f".drawn{{{_variables(LIGHT)}}}@media (prefers-color-scheme:dark){{.drawn{{{_variables(DARK)}}}}}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawn" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width)}" height="{number(height)}" role="img" font-family="{escape(SANS)}">'
    )
    return "\n".join([head, f"<title>{escape(title)}</title>", f"<style>{style}</style>", *shapes, "</svg>"]) + "\n"


def scheme_style() -> str:
    """The colours for pictures inside a page, which the page's own switch chooses."""
    schemes = {"default": LIGHT, "slate": DARK}
    return "".join(f'[data-md-color-scheme="{name}"] .drawn{{{_variables(of)}}}' for name, of in schemes.items())


def rect(x: float, y: float, width: float, height: float, fill: str, *, line: str = "", round_: float = 0) -> str:
    """A box; ``fill`` and ``line`` are names of colours."""
    edge = f' stroke="{_colour(line)}"' if line else ""
    corner = f' rx="{number(round_)}"' if round_ else ""
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return f'<rect {place}{corner} fill="{_colour(fill)}"{edge}/>'


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 12,
    fill: str = "ink",
    anchor: str = "start",
    mono: bool = False,
    bold: bool = False,
) -> str:
    """Words whose baseline begins, ends or has its middle at a point."""
    look = f' text-anchor="{anchor}"' if anchor != "start" else ""
    look += f' font-family="{escape(MONO)}"' if mono else ""
    look += ' font-weight="600"' if bold else ""
    place = f'x="{number(x)}" y="{number(y)}"'
    return f'<text {place} font-size="{number(size)}" fill="{_colour(fill)}"{look}>{escape(words)}</text>'


def path(d: str, *, line: str = "line", width: float = 1.4, dashed: bool = False) -> str:
    """A line without an inside."""
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<path d="{d}" fill="none" stroke="{_colour(line)}" stroke-width="{number(width)}"{dashes}/>'


def link(target: str, shapes: Sequence[str]) -> str:
    """Shapes that lead to a place of the page they stand in."""
    return f'<a href="{escape(target)}">{"".join(shapes)}</a>'


def number(value: float) -> str:
    """A coordinate: a tenth is finer than a screen shows."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def shortened(words: str, letters: int) -> str:
    """Words that fit."""
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def _colour(name: str) -> str:
    return name if name == "none" else f"var(--{name})"


def _variables(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in colours.items())
