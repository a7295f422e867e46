"""Phrases that people write: what they search for."""

from synth_assets.world import vocabulary


def search_terms() -> list[str]:
    """Words that somebody types into a search box, all categories'."""
    return [row["term"] for row in vocabulary.rows("search_terms")]
