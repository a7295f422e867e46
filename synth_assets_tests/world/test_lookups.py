"""The look-up tables over the vocabularies: what they give agrees with itself, and fits whom it is asked for."""

import re

import numpy as np
import pytest

from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.world import vocabulary
from synth_assets.world.choices import Choices
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.patterns import filled
from synth_assets.world.people import first_names, names
from synth_assets.world.phrases import search_terms
from synth_assets.world.places import countries, places
from synth_assets.world.streets import streets

WORDS = bits(derive("test"), Span(0, 5_000))
EVERY_COUNTRY = np.arange(len(WORDS)) % len(countries().codes)
CODES = np.array(countries().codes)[EVERY_COUNTRY]


def cells(pool, country, value):
    return {(row[country], row[value]) for row in vocabulary.rows(pool)}


def test_an_owner_gets_entries_of_its_own_list_and_one_without_a_list_gets_null():
    choices = Choices([["a", "b"], [], ["c"]])
    owner = np.arange(len(WORDS)) % 3
    texts = np.array(choices.text(WORDS, owner).series().to_list(), dtype=object)
    assert [set(texts[owner == number]) for number in range(3)] == [{"a", "b"}, {None}, {"c"}]


def test_the_cells_of_a_vocabulary_go_to_the_owners_that_their_rows_name():
    brands = kinds_of_goods().brands
    category = np.arange(len(WORDS)) % len(kinds_of_goods().categories)
    found = zip(np.array(kinds_of_goods().categories)[category], brands.text(WORDS, category).series(), strict=True)
    assert set(found) == cells("brands", "category", "brand")


@pytest.mark.parametrize("part", ["female", "male", "last"])
def test_a_name_is_usual_in_its_country(part):
    pool = names(part)
    found = set(zip(CODES.tolist(), pool.names.series(pool.codes(WORDS, EVERY_COUNTRY)), strict=True))
    assert found <= {(row["country"], row["value"]) for row in vocabulary.rows("people") if row["part"] == part}


def test_male_given_names_come_after_the_female_ones():
    female, male = len(names("female").names), len(names("male").names)
    both = first_names(slug=False).texts
    assert both[:female].to_list() == names("female").names.texts.to_list()
    assert both[female:].to_list() == names("male").names.texts.to_list()
    assert len(both) == female + male


def test_names_in_addresses_are_lower_case_ascii_letters():
    for pool in (first_names(slug=True), names("last").slugs):
        assert pool.texts.str.contains(r"^[a-z]+$").all()


def test_a_city_within_a_country_is_one_of_that_country():
    assert (places().country[places().within(WORDS, EVERY_COUNTRY)] == EVERY_COUNTRY).all()
    assert set(places().country[places().anywhere(WORDS)]) == set(range(len(countries().codes)))


def test_a_postal_code_is_of_a_district_of_its_city_and_all_districts_occur():
    number = places().cities.texts.to_list().index("Paris")
    codes = places().postal_text(np.full(len(WORDS), number), WORDS).series().value_counts()
    shares = dict(codes.iter_rows())
    assert set(shares) == {f"750{district:02}" for district in range(1, 21)}
    assert shares["75015"] > 2 * shares["75001"]


def test_every_place_has_codes_that_fit_one_of_its_patterns():
    patterns = {}
    for row in vocabulary.rows("districts"):
        letters = {"#": r"\d", "@": "[A-Z]", "&": "[A-Z]"}
        pattern = "".join(letters.get(char, re.escape(char)) for char in row["postal_pattern"])
        patterns.setdefault((row["country"], row["city"]), []).append(pattern)
    for number, row in enumerate(vocabulary.rows("places")):
        codes = places().postal_text(np.full(200, number), WORDS[:200]).series()
        wanted = re.compile("|".join(patterns[row["country"], row["city"]]))
        assert all(wanted.fullmatch(code) for code in codes.to_list()), row


def test_a_street_is_one_of_its_country_with_a_house_number():
    known = cells("streets", "country", "pattern")
    lines = streets().lines(WORDS, EVERY_COUNTRY)
    assert {
        (c, re.sub(r"^\d+|\d+$", "{n}", line, count=1)) for c, line in zip(CODES.tolist(), lines, strict=True)
    } <= known


def test_a_pattern_is_filled_so_many_times_in_the_patterns_order():
    texts = filled("test", ["A##", "&@ x"], 50)
    assert all(re.fullmatch(r"A\d\d", text) for text in texts[:50])
    assert all(re.fullmatch(r"[ABCEGHJKLMNPRSTVWXYZ][ABDEFGHJLNPQRSTUWXYZ] x", text) for text in texts[50:])
    assert len(texts) == 100
    assert len(set(texts[:50])) > 20


def test_search_terms_are_those_of_every_category():
    assert set(search_terms()) == {row["term"] for row in vocabulary.rows("search_terms")}
