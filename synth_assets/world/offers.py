"""What the shop's own page says of goods: in a sentence what a kind has to offer."""

import functools

from synth_assets.world import vocabulary
from synth_assets.world.choices import Choices
from synth_assets.world.reviews import aspects_of_kinds, be
from synth_assets.world.sentences import NUMBERS, agreeing

_UNSAID = {"price"}  # aspects that a shop leaves to its customers


@functools.cache
def offers_by_kind() -> Choices:
    """Sentences by kind of goods, made once."""
    frames = [row["text"] for row in vocabulary.rows("review_parts") if row["part"] == "page"]
    by_number = [[agreeing(frame, number) for frame in frames] for number in range(len(NUMBERS))]
    kinds = zip(vocabulary.rows("catalogue"), aspects_of_kinds(), strict=True)
    return Choices([_of_kind(kind, by_number[NUMBERS.index(kind["number"])], own) for kind, own in kinds])


def _of_kind(kind: dict[str, str], frames: list[str], aspects: list[list[dict[str, str]]]) -> list[str]:
    # What has degrees is said in a word or two; the rest is how customers talk.
    said = [[row for row in rows if row["mood"] == "good" and row["has_degrees"] == "yes"] for rows in aspects]
    offered = [rows for rows in said if rows and rows[0]["aspect"] not in _UNSAID]
    found: list[str] = []
    for place, rows in enumerate(offered):
        other = offered[(place + 1) % len(offered)][0]
        for row in rows:
            words = {
                "noun": kind["plain_name"], "first": row["aspect"], "verb": be(row), "good": row["words"],
                "second": other["aspect"], "are": be(other), "good2": other["words"],
            }  # fmt: skip
            found += [frame.format_map(words) for frame in frames if row is not other]
    return found
