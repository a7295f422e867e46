"""Sentences that agree in number with goods: this kettle is, these headphones are, this olive oil is."""

import re

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.values import TextPool

NUMBERS = ("singular", "plural", "mass")
"""Of goods: one thing, several, a stuff."""

_WORDS = {
    "this": ("this", "these", "this"), "This": ("This", "These", "This"), "is": ("is", "are", "is"),
    "was": ("was", "were", "was"), "has": ("has", "have", "has"), "does": ("does", "do", "does"),
    "deserves": ("deserves", "deserve", "deserves"), "it": ("it", "they", "it"), "It": ("It", "They", "It"),
    "them": ("it", "them", "it"), "s": ("s", "", "s"), "es": ("es", "", "es"), "one": ("one", "ones", "one"),
    "a": ("a ", "", ""), "an": ("an ", "", ""),
}  # fmt: skip
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ARTICLES = {"A": "A ", "An": "An "}


def agreeing(text: str, number: int) -> str:
    """A sentence with what depends on the goods' number filled in.

    Args:
        text: with placeholders as in the vocabulary ``review_parts``; unknown ones stay.
        number: the place in :data:`NUMBERS`.

    Example:
        >>> agreeing("{A}good {noun}, {it} look{s} new.", 1)
        'Good {noun}, they look new.'
    """
    for article, words in _ARTICLES.items():
        if text.startswith(f"{{{article}}}"):
            rest = text[len(article) + 2 :]
            text = words + rest if number == 0 else rest[0].upper() + rest[1:]
    return _PLACEHOLDER.sub(lambda found: _WORDS[found[1]][number] if found[1] in _WORDS else found[0], text)


class Sentences:
    """Sentences laid end to end, one list per owner, each to stand behind others: after a blank or on a new line.

    Args:
        lists: by owner.
    """

    def __init__(self, lists: list[list[str]]) -> None:
        texts = pl.Series([text for own in lists for text in own], dtype=pl.String)
        self._count = np.array([len(own) for own in lists], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        self._all = len(texts)
        self._pool = TextPool(pl.concat([pl.Series([""]), " " + texts, "\n" + texts]))

    def codes(self, words: U64Array, owner: I64Array) -> I64Array:
        """A sentence of each owner's list, as its place; shape (n,)."""
        return self._first[owner] + below(words, self._count[owner])

    def series(self, codes: I64Array, there: NDArray[np.bool_], breaks: NDArray[np.bool_]) -> pl.Series:
        """The sentences; empty where they are not there, on a new line where the text breaks."""
        return self._pool.series(np.where(there, 1 + codes + breaks * self._all, 0))


def run_together(*parts: pl.Series) -> pl.Series:
    """Texts side by side as one; String series."""
    frame = pl.DataFrame({str(number): part for number, part in enumerate(parts)})
    return frame.select(pl.concat_str(pl.all())).to_series()
