"""What people type into a search box fits the goods that they look for."""

import numpy as np

from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.searches import searches

GOODS = kinds_of_goods()
WORDS = np.random.default_rng(3).integers(0, 2**64, 40_000, dtype=np.uint64)


def terms_of(noun):
    kind = GOODS.nouns.texts.to_list().index(noun)
    return [searches().terms[code] for code in searches().codes(WORDS, np.full(len(WORDS), kind))]


def test_a_kind_is_searched_by_its_name_and_by_terms_that_name_it():
    found = terms_of("Laptop")
    assert {"laptop", "gaming laptop"} <= set(found)
    assert np.mean([term in {"laptop", "gaming laptop"} for term in found]) > 0.9
    assert "bike helmet" in terms_of("Cycling Helmet")


def test_some_searches_name_the_category_s_goods_otherwise():
    found = terms_of("Biography")
    assert "books for kids" in found
    assert not {"laptop", "tennis racket"} & set(found)


def test_terms_are_lower_case_words():
    for term in searches().terms:
        assert term == term.lower().strip()
        assert all(letter.isalnum() or letter == " " for letter in term), term
