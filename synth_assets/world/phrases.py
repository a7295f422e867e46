"""Phrases that people write: reviews by rating, and what they search for."""

import functools
from dataclasses import dataclass

from synth_assets.world import vocabulary
from synth_assets.world.choices import Choices

_RATINGS = ["1", "2", "3", "4", "5"]


@dataclass(frozen=True)
class ReviewPhrases:
    """Titles and sentences of reviews; the owner of a list is the rating less one."""

    titles: Choices
    sentences: Choices


@functools.cache
def review_phrases() -> ReviewPhrases:
    """Titles and sentences by rating, made once."""
    return ReviewPhrases(
        Choices.of("review_titles", "title", "rating", _RATINGS),
        Choices.of("review_sentences", "sentence", "rating", _RATINGS),
    )


def search_terms() -> list[str]:
    """Words that somebody types into a search box, all categories'."""
    return [row["term"] for row in vocabulary.rows("search_terms")]
