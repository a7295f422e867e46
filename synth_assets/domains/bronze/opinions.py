"""What buyers say, by rating, from the frozen vocabularies."""

import functools
from dataclasses import dataclass

from synth_assets.domains.bronze.catalogue import Choices
from synth_assets.model import vocabulary

_RATINGS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Opinions:
    """Titles and sentences; the owner of a list is the rating less one."""

    titles: Choices
    sentences: Choices


@functools.cache
def opinions() -> Opinions:
    """Titles and sentences by rating."""
    return Opinions(_by_rating("review_titles", "title"), _by_rating("review_sentences", "sentence"))


def _by_rating(name: str, value: str) -> Choices:
    rows = vocabulary.rows(name)
    return Choices([[row[value] for row in rows if row["rating"] == rating] for rating in _RATINGS])
