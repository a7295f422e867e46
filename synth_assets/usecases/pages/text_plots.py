"""Distributions as text: bars of block elements, which every monospaced font has."""

from collections.abc import Sequence

import polars as pl

from synth_assets.documents.aligned import aligned
from synth_assets.documents.markdown_text import cut, fenced
from synth_assets.model.table import Table
from synth_assets.usecases.pages.distributions import Bars, Distribution, Shares, distributions, percent

MOST = 12
"""Columns of a table that are told of."""

_STEPS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"
_ACROSS = 40
"""Bars beside each other; of more, neighbours are put together."""

_LONGEST = 24
_WORDS = 24
"""Letters of a bar, and of what is written before it."""


def text_plots(table: Table, rows: pl.DataFrame) -> str:
    """How some rows' columns are distributed, as a block of code; nothing if there is nothing to tell."""
    told = distributions(table, rows, MOST)
    return fenced(aligned([line for one in told for line in plot_lines(one)])) if told else ""


def plot_lines(of: Distribution) -> list[tuple[str, str, str]]:
    """The lines of one column: its name, bars with what they are of, and more that is to be said."""
    return _share_lines(of) if isinstance(of, Shares) else [_bar_line(of)]


def _bar_line(of: Bars) -> tuple[str, str, str]:
    ends = sorted(of.labels)
    return of.column, f"{of.labels[ends[0]]} {sparkline(of.counts)} {of.labels[ends[-1]]}", ", ".join(of.notes)


def _share_lines(of: Shares) -> list[tuple[str, str, str]]:
    most = max(count for _, count in of.lines)
    texts = [(_bar(count, most), percent(count, of.total), cut(words, _WORDS)) for words, count in of.lines]
    wide = max(len(share) for _, share, _ in texts)
    lines = [f"{share:>{wide}} {bar} {words}" for bar, share, words in texts]
    first = of.column, lines[0], ", ".join(of.notes)
    return [first, *(("", line, "") for line in lines[1:])]


def _bar(count: int, most: int) -> str:
    return "█" * (_LONGEST * count // most) or "▏"


def sparkline(counts: Sequence[int]) -> str:
    """Counts as bars beside each other, the highest one as high as a letter.

    Example:
        >>> sparkline([1, 0, 4, 8])
        '▁·▄█'
    """
    each = -(-len(counts) // _ACROSS)
    groups = [counts[first : first + each] for first in range(0, len(counts), each)]
    # The last group may be of fewer: means can be compared.
    means = [sum(group) / len(group) for group in groups]
    most = max(means)
    return "".join(_STEPS[max(-int(-8 * mean // most) - 1, 0)] if mean else _NOTHING for mean in means)
