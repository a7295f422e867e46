"""What buyers write names what they bought, agrees with it in number, and fits its category and the stars."""

import re

import numpy as np
import pytest

from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.world import vocabulary
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.reviews import Bought, review_words
from synth_assets.world.sentences import agreeing

KINDS = vocabulary.rows("catalogue")
EACH = 60  # reviews of a kind and rating
COUNT = len(KINDS) * EACH
KIND = np.repeat(np.arange(len(KINDS)), EACH)
NOUNS = [row["noun"] for row in KINDS]


def words(name):
    return bits(derive("test", name), Span(0, COUNT))


BOUGHT = Bought(
    KIND,
    kinds_of_goods().brands.text(words("brand"), kinds_of_goods().category[KIND]),
    kinds_of_goods().colors.text(words("color"), KIND),
)


def written(rating):
    """Titles and texts of all kinds, so many each."""
    stars = np.full(COUNT, rating)
    texts = review_words().texts(words("text"), words("form"), BOUGHT, stars)
    return review_words().titles(words("title"), BOUGHT, stars).to_list(), texts.to_list()


ALL = {rating: written(rating) for rating in range(1, 6)}


def of_kind(noun, rating):
    where = np.flatnonzero(NOUNS.index(noun) == KIND)
    return [ALL[rating][1][place] for place in where.tolist()]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(0, "A great kettle, it looks new."), (1, "Great kettle, they look new."), (2, "Great kettle, it looks new.")],
)
def test_a_sentence_agrees_in_number(number, sentence):
    assert agreeing("{A}great {noun}, {it} look{s} new.", number).replace("{noun}", "kettle") == sentence


@pytest.mark.parametrize("rating", ALL)
def test_every_text_names_what_was_bought_first(rating):
    for kind, text in zip(KIND.tolist(), ALL[rating][1], strict=True):
        names = {KINDS[kind][f"{name}_name"] for name in ("plain", "short")}
        first = re.split(r"(?<=[.!?])\s", text)[0] if rating == 1 else text
        assert any(re.search(rf"\b{re.escape(name)}\b", first) for name in names), text


@pytest.mark.parametrize("rating", ALL)
def test_texts_are_clean_english(rating):
    for title, text in zip(*ALL[rating], strict=True):
        for one in (title, text):
            assert not re.search(r"[{}|~^]|  |\s$|^\s| [.,!?]|\bNone\b", one), one
            assert one[0].isupper() or one[0].isdigit(), one
        assert text[-1] in ".!?", text
        # Sounds, not letters: an hour, a one-off.
        assert not re.search(r"\ba (?!one)[aeiou]|\ban (?!hour)[^aeiou]|\b[Aa] an?\b", text), text


@pytest.mark.parametrize("rating", ALL)
def test_several_things_are_and_one_is(rating):
    wrong = {
        "plural": r"\b(this|a) {}\b|\b{} (is|has|was|does) ",
        "singular": r"\bthese {}\b|\b{} (are|have|were|do) ",
        "mass": r"\bthese {}\b|\b{} (are|have|were|do) |\ban? {}\b",
    }
    for kind, text in zip(KIND.tolist(), ALL[rating][1], strict=True):
        # It is the idea behind these that is good.
        told = re.sub(r"(idea behind|impression of|description of) these [^.,]+", "it", text)
        for name in {KINDS[kind][f"{name}_name"] for name in ("plain", "short")}:
            pattern = wrong[KINDS[kind]["number"]].replace("{}", re.escape(name))
            assert not re.search(pattern, told, re.IGNORECASE), text


def test_a_brand_or_color_that_is_named_is_the_products():
    colors = BOUGHT.color.series().to_list()
    brands = re.compile("|".join(sorted((re.escape(row["brand"]) for row in vocabulary.rows("brands")), reverse=True)))
    shades = re.compile(r"\bin (" + "|".join(sorted(map(re.escape, COLORS), key=len, reverse=True)) + r")\b")
    for _, texts in ALL.values():
        found = [brands.findall(text) for text in texts]
        assert sum(map(len, found)) > COUNT // 20
        assert all(set(named) <= {own} for own, named in zip(BOUGHT.brand.series().to_list(), found, strict=True))
        shown = [shades.findall(text) for text in texts]
        assert sum(map(len, shown)) > COUNT // 100
        assert all(color and {color.lower()} == set(one) for color, one in zip(colors, shown, strict=True) if one)


COLORS = {color.lower() for row in KINDS for color in row["colors"].split("|") if color}


def test_what_has_no_colors_is_not_said_to_be_in_one():
    for rating in ALL:
        for text in (*of_kind("Mystery Novel", rating), *of_kind("Soy Sauce", rating)):
            assert not any(f" in {color} " in text or f" in {color}," in text for color in COLORS), text


def test_a_category_has_qualities_and_faults_of_its_own():
    assert any("plot is gripping" in text for text in of_kind("Mystery Novel", 5))
    assert any("plot is predictable" in text for text in of_kind("Mystery Novel", 1))
    assert not any("battery" in text for text in of_kind("Mystery Novel", 1))
    assert any("soles are" in text for text in of_kind("Hiking Boots", 5))
    assert any(" taste " in text for text in of_kind("Apple Juice", 2))
    assert not any("screen" in text for text in of_kind("USB Hub", 1))


@pytest.mark.parametrize(("rating", "mood"), [(5, "bad"), (1, "good")])
def test_good_stars_have_no_faults_and_bad_ones_no_praise(rating, mood):
    said = {"good": set(), "bad": set()}
    for row in vocabulary.rows("review_aspects"):
        said[row["mood"]].add(f"{row['aspect']} {'are' if row['number'] == 'plural' else 'is'} {row['words']}")
    # A tight fit is good for a phone case and bad for trousers.
    wrong = said.pop(mood) - set().union(*said.values())
    found = re.compile(r"\b(" + "|".join(sorted(map(re.escape, wrong))) + r")\b")
    assert [text for text in ALL[rating][1] if found.search(text)] == []


def test_texts_hardly_ever_repeat_even_within_a_kind():
    for noun in ("Mystery Novel", "Wireless Headphones", "Black Pepper"):
        texts = of_kind(noun, 5)
        assert len(set(texts)) >= 0.9 * len(texts)
