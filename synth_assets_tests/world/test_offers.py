"""Pages of goods say what their kind has to offer, in sentences that agree with it."""

import re

from synth_assets.world import vocabulary
from synth_assets.world.offers import offers_by_kind
from synth_assets.world.reviews import aspects_of_kinds

KINDS = vocabulary.rows("catalogue")


def sentences_of(kind):
    pages = offers_by_kind()
    return pages.pool.texts[int(pages._first[kind]) : int(pages._first[kind] + pages._count[kind])].to_list()


def test_every_kind_has_sentences_on_its_own_aspects():
    for kind, aspects in enumerate(aspects_of_kinds()):
        names = {rows[0]["aspect"] for rows in aspects}
        for sentence in sentences_of(kind):
            assert any(f"the {name}" in sentence.lower() for name in names), sentence
            assert not re.search(r"[{}|]|  ", sentence), sentence
        assert len(sentences_of(kind)) >= 10


def test_verbs_agree_with_the_aspect_and_words_with_the_goods():
    for kind, aspects in enumerate(aspects_of_kinds()):
        several = {rows[0]["aspect"] for rows in aspects if rows[0]["number"] == "plural"}
        for sentence in sentences_of(kind):
            for name, verb in re.findall(r"[Tt]he ([a-z ]+?)(?: of th(?:is|ese) [^:]+)? (is|are) ", sentence):
                assert (verb == "are") == (name in several), sentence
            if KINDS[kind]["number"] == "plural":
                assert f"this {KINDS[kind]['plain_name']}" not in sentence.lower(), sentence
            else:
                assert "these" not in sentence.lower(), sentence
