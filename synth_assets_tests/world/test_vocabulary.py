"""The pools are what was frozen, agree with themselves, and reach no real person."""

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from synth_assets.errors import DataError, UsageError
from synth_assets.world import vocabulary

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_vocabularies.py"
STORED = resources.files("synth_assets") / "vocabularies"
RECORD = json.loads((STORED / "vocabularies.json").read_text("utf-8"))
POOLS = sorted(file.removesuffix(".csv") for file in RECORD["files"])
COUNTRIES = {"US", "CA", "GB", "IE", "AU", "DE", "FR", "SE", "SG"}
CATEGORIES = {"Electronics", "Clothing", "Home & Kitchen", "Sports", "Beauty", "Books", "Toys", "Grocery"}
MAY_BE_EMPTY = {
    ("catalogue", "sizes"), ("catalogue", "colors"), ("catalogue", "dimensions"),
    ("places", "region"), ("places", "phone_pattern"), ("districts", "region"),
    ("review_aspects", "kinds"), ("review_parts", "category"), ("review_parts", "subcategory"),
}  # fmt: skip

# What each country's post office prints; written apart from the pool, with the placeholders unfolded.
POSTAL_CODE = {
    "US": r"\d{5}",
    "CA": r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d",
    "GB": r"[A-Z]{1,2}[1-9](?:\d|[A-HJKMNPR-Y])? \d[ABD-HJLNP-UW-Z]{2}",
    "IE": r"(?:D\d\d|D6W|[ACEFHKNPRTVWXY]\d\d) [0-9AC-FHKNPRTV-Y]{4}",
    "AU": r"(?:0[89]|[2-7]\d)\d\d",
    "DE": r"(?!00)\d{5}",
    "FR": r"(?:0[1-9]|[1-8]\d|9[0-5])\d{3}",
    "SE": r"[1-9]\d\d \d\d",
    "SG": r"(?:0[1-9]|[1-7]\d|8[0-2])\d{4}",
}
FICTIONAL_PHONE = {
    "US": r"\+1-[2-9]\d\d-555-01\d\d",
    "CA": r"\+1-[2-9]\d\d-555-01\d\d",
    "GB": r"\+44 (?:20 7946 0\d{3}|1(?:1[3-8]|[2-6]1) 496 0\d{3}|191 498 0\d{3}|28 9649 6\d{3}|29 2018 0\d{3}"
    r"|7700 900\d{3})",
    "IE": r"\+353 20 91\d \d{4}",
    "AU": r"\+61 [2378] 5550 \d{4}",
    "DE": r"\+49 (?:30 23125 \d{3}|40 66969 \d{3}|69 90009 \d{3}|89 99998 \d{3}|221 4710 \d{3}"
    r"|171 39200\d\d)",
    "FR": r"\+33 (?:1 99 00|2 61 91|3 53 01|4 65 71|5 36 49) \d\d \d\d",
    "SE": r"\+46 (?:8 465 004 \d\d|31 390 06 \d\d|40 628 04 \d\d|980 319 2\d\d|70 174 06 [1-9]\d)",
}
PLACEHOLDERS = {"#": "0123456789", "@": "ABDEFGHJLNPQRSTUWXYZ", "&": "ABCEGHJKLMNPRSTVWXYZ"}


def by(pool, key, value):
    groups = defaultdict(list)
    for row in vocabulary.rows(pool):
        groups[row[key]].append(row[value])
    return groups


def corners(pattern):
    """Fill a pattern with the k-th character of each alphabet, for every k: each character gets its turn."""
    return [
        "".join(PLACEHOLDERS[char][k % len(PLACEHOLDERS[char])] if char in PLACEHOLDERS else char for char in pattern)
        for k in range(20)
    ]


def run_script(*arguments, pretended_faker=None):
    pretend = f"import faker; faker.VERSION = {pretended_faker!r}; " if pretended_faker else ""
    code = (
        f"import runpy, sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); {pretend}"
        f"sys.argv = {[str(SCRIPT), *map(str, arguments)]!r}; "
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, encoding="utf-8")


def test_the_pools_are_the_files_that_were_frozen():
    vocabulary.check()
    assert {file.name for file in STORED.iterdir() if file.name.endswith(".csv")} == set(RECORD["files"])


def test_the_fingerprint_is_the_digest_of_all_digests():
    lines = [f"{name}.csv:{hashlib.sha256((STORED / f'{name}.csv').read_bytes()).hexdigest()}" for name in POOLS]
    assert vocabulary.fingerprint() == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_a_changed_pool_is_refused_by_name(monkeypatch):
    content = vocabulary._content
    monkeypatch.setattr(vocabulary, "_content", lambda file: content(file) + (b"x" if file == "streets.csv" else b""))
    with pytest.raises(DataError, match=r"streets\.csv.*\n.*make_vocabularies"):
        vocabulary.check()


def test_a_missing_pool_is_reported_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(vocabulary.resources, "files", lambda _: tmp_path)
    with pytest.raises(DataError, match=r"vocabularies/places\.csv is missing(.|\n)*Install the package again"):
        vocabulary._content("places.csv")


def test_an_unknown_pool_is_refused_with_a_suggestion():
    with pytest.raises(UsageError, match="did you mean 'people'"):
        vocabulary.rows("peple")


def test_a_callers_list_is_their_own():
    vocabulary.rows("countries").clear()
    assert len(vocabulary.rows("countries")) == len(COUNTRIES)


@pytest.mark.parametrize("pool", POOLS)
def test_files_are_plain_rfc_4180(pool):
    content = (STORED / f"{pool}.csv").read_bytes()
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert not content.startswith(b"\xef\xbb\xbf")
    # No cell holds a line break, so lines and rows are the same.
    assert content.count(b"\n") == len(vocabulary.rows(pool)) + 1


@pytest.mark.parametrize("pool", POOLS)
def test_rows_are_distinct_and_their_cells_clean(pool):
    rows = vocabulary.rows(pool)
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    for row in rows:
        for column, cell in row.items():
            assert cell or (pool, column) in MAY_BE_EMPTY, row
            assert cell == " ".join(cell.split()), row


def test_every_country_has_people_places_and_streets():
    assert {row["country"] for row in vocabulary.rows("countries")} == COUNTRIES
    assert sum(int(row["weight"]) for row in vocabulary.rows("countries")) == 100
    people = Counter((row["country"], row["part"]) for row in vocabulary.rows("people"))
    assert set(people) == {(country, part) for country in COUNTRIES for part in ("female", "male", "last")}
    assert min(people.values()) >= 150
    assert min(count for (_, part), count in people.items() if part == "last") >= 200
    assert set(by("places", "country", "city")) == COUNTRIES
    streets = by("streets", "country", "pattern")
    assert set(streets) == COUNTRIES
    assert min(map(len, streets.values())) >= 80


def test_names_are_letters_spaces_hyphens_and_apostrophes():
    for row in vocabulary.rows("people"):
        assert re.fullmatch(r"[^\W\d_]+(?:[ '-][^\W\d_]+)*", row["value"]), row
        assert row["value"][0].isupper() or row["value"].startswith(("de ", "van ", "von ")), row


def test_house_numbers_stand_where_the_country_puts_them():
    for row in vocabulary.rows("streets"):
        assert row["pattern"].count("{n}") == 1
        after = row["country"] in {"DE", "SE"}
        assert row["pattern"].endswith(" {n}") if after else row["pattern"].startswith("{n} "), row


def test_a_city_stands_once_and_only_singapore_lacks_region_and_phone():
    places = vocabulary.rows("places")
    assert len({(row["country"], row["region"], row["city"]) for row in places}) == len(places)
    for row in places:
        assert 1 <= int(row["weight"]) <= 200
        assert (row["region"] == "") == (row["country"] == "SG"), row
        assert (row["phone_pattern"] == "") == (row["country"] == "SG"), row


def test_every_postal_pattern_gives_legal_codes_only():
    for row in vocabulary.rows("districts"):
        for code in corners(row["postal_pattern"]):
            assert re.fullmatch(POSTAL_CODE[row["country"]], code), (row, code)


def test_every_phone_pattern_stays_inside_a_range_kept_for_fiction():
    for row in vocabulary.rows("places"):
        if row["phone_pattern"]:
            for number in corners(row["phone_pattern"]):
                assert re.fullmatch(FICTIONAL_PHONE[row["country"]], number), (row, number)


def test_american_codes_agree_with_the_state():
    first_digit = {
        "MA": "0", "NY": "1", "PA": "1", "DC": "2", "MD": "2", "NC": "2", "VA": "2", "FL": "3", "GA": "3",
        "TN": "3", "IN": "4", "KY": "4", "MI": "4", "OH": "4", "MN": "5", "WI": "5", "IL": "6", "MO": "6",
        "NE": "6", "LA": "7", "OK": "7", "TX": "7", "AZ": "8", "CO": "8", "ID": "8", "NM": "8", "NV": "8",
        "UT": "8", "AK": "9", "CA": "9", "HI": "9", "OR": "9", "WA": "9",
    }  # fmt: skip
    for row in vocabulary.rows("districts"):
        if row["country"] == "US":
            assert row["postal_pattern"][0] == first_digit[row["region"]], row


def test_canadian_and_australian_codes_agree_with_the_province_or_state():
    first = {
        "NL": "A", "NS": "B", "PE": "C", "NB": "E", "QC": "GHJ", "ON": "KLMNP", "MB": "R", "SK": "S",
        "AB": "T", "BC": "V", "NSW": "2", "ACT": "2", "VIC": "3", "QLD": "4", "SA": "5", "WA": "6",
        "TAS": "7", "NT": "0",
    }  # fmt: skip
    area = {"NSW": 2, "ACT": 2, "VIC": 3, "TAS": 3, "QLD": 7, "SA": 8, "WA": 8, "NT": 8}
    for row in vocabulary.rows("districts"):
        if row["country"] in {"CA", "AU"}:
            assert row["postal_pattern"][0] in first[row["region"]], row
    for row in vocabulary.rows("places"):
        if row["country"] == "AU":
            assert row["phone_pattern"].startswith(f"+61 {area[row['region']]} "), row


def test_every_city_has_districts_of_its_own_and_large_ones_have_many():
    cities = {(row["country"], row["region"], row["city"]): int(row["weight"]) for row in vocabulary.rows("places")}
    districts = Counter((row["country"], row["region"], row["city"]) for row in vocabulary.rows("districts"))
    assert set(districts) == set(cities)
    # A French city has as many codes as its post office has; three have a single one.
    for (country, _, city), count in districts.items():
        assert count >= (1 if country == "FR" else 2), city
    for city, weight in cities.items():
        if weight >= 30 and city[0] != "FR":
            assert districts[city] >= 20, city
    patterns = [(row["country"], row["postal_pattern"]) for row in vocabulary.rows("districts")]
    assert len(patterns) == len(set(patterns))
    assert all(int(row["weight"]) > 0 for row in vocabulary.rows("districts"))


def test_the_districts_of_known_cities_are_those_of_their_post_offices():
    found = by("districts", "city", "postal_pattern")
    assert found["Paris"] == [f"750{number:02}" for number in range(1, 21)]
    areas = {re.split(r"\d", one)[0] for one in found["London"] if one.endswith("@@")}
    assert areas == {"E", "EC", "N", "NW", "SE", "SW", "W", "WC"}
    assert {one[:3] for one in found["New York"]} == {"100", "103", "104", "111", "112", "113", "114", "116"}
    assert {one[:2] for one in found["Berlin"]} == {"10", "12", "13", "14"}


def test_a_city_has_the_time_of_its_zone():
    """Standard time and the rule of daylight saving time against the zones that tz calls by these cities."""
    zones = {
        "New York": "America/New_York", "Chicago": "America/Chicago", "Denver": "America/Denver",
        "Phoenix": "America/Phoenix", "Los Angeles": "America/Los_Angeles", "Anchorage": "America/Anchorage",
        "Honolulu": "Pacific/Honolulu", "St. John's": "America/St_Johns", "Halifax": "America/Halifax",
        "Regina": "America/Regina", "Vancouver": "America/Vancouver", "Belfast": "Europe/London",
        "Dublin": "Europe/Dublin", "Berlin": "Europe/Berlin", "Paris": "Europe/Paris", "Kiruna": "Europe/Stockholm",
        "Sydney": "Australia/Sydney", "Brisbane": "Australia/Brisbane", "Adelaide": "Australia/Adelaide",
        "Darwin": "Australia/Darwin", "Perth": "Australia/Perth", "Hobart": "Australia/Hobart",
        "Singapore": "Asia/Singapore", "Indianapolis": "America/Indiana/Indianapolis", "Boise": "America/Boise",
    }  # fmt: skip
    rows = {row["city"]: row for row in vocabulary.rows("places")}
    for city, name in zones.items():
        local = [datetime(2025, month, 15, tzinfo=ZoneInfo(name)) for month in (1, 7)]
        january, july = ((one.replace(tzinfo=UTC) - one).total_seconds() for one in local)
        assert int(rows[city]["utc_offset"]) * 60 == min(january, july), city
        rule = "none" if january == july else "AU" if january > july else "EU" if "Europe" in name else "US"
        assert rows[city]["daylight_saving"] == rule, city


def test_french_phone_zones_agree_with_the_region():
    zones = defaultdict(set)
    for row in vocabulary.rows("places"):
        if row["country"] == "FR":
            zones[row["region"]].add(row["phone_pattern"][4])
    assert zones.pop("Occitanie") == {"4", "5"}  # its east and its west
    assert {region: len(zone) for region, zone in zones.items()} == dict.fromkeys(zones, 1)
    assert zones["Île-de-France"] == {"1"}


def test_the_catalogue_has_eight_full_categories():
    groups = defaultdict(lambda: defaultdict(list))
    for row in vocabulary.rows("catalogue"):
        groups[row["category"]][row["subcategory"]].append(row["noun"])
        assert row["sku_prefix"] == row["category"][:3].upper(), row
    assert set(groups) == CATEGORIES
    for subcategories in groups.values():
        assert 5 <= len(subcategories) <= 6
        assert all(5 <= len(nouns) <= 8 for nouns in subcategories.values())


@pytest.mark.parametrize(
    ("pool", "column", "least"),
    [("brands", "brand", 25), ("adjectives", "adjective", 15), ("descriptions", "sentence", 30),
     ("search_terms", "term", 20)],
)  # fmt: skip
def test_every_category_has_words_of_its_own(pool, column, least):
    words = by(pool, "category", column)
    assert set(words) == CATEGORIES
    assert min(map(len, words.values())) >= least


def test_a_brand_belongs_to_one_category():
    brands = [row["brand"] for row in vocabulary.rows("brands")]
    assert len(set(brands)) == len(brands)


def test_prices_and_weights_are_ranges():
    for row in vocabulary.rows("catalogue"):
        assert 0 < int(row["price_low_cents"]) < int(row["price_high_cents"]), row
        assert 0 < int(row["grams_low"]) < int(row["grams_high"]), row


def test_goods_weigh_what_their_dimensions_can_hold():
    """Between loosely packed foam and cast iron, in grams per cubic centimetre."""
    for row in vocabulary.rows("catalogue"):
        for model in filter(None, row["dimensions"].split("|")):
            assert re.fullmatch(r"[\d.]+ x [\d.]+ x [\d.]+ cm", model), row
            length, width, height = map(float, model.removesuffix(" cm").split(" x "))
            volume = length * width * height
            assert int(row["grams_high"]) / volume < 4, row
            assert int(row["grams_low"]) / volume > 0.005, row


def test_variants_are_lists_without_holes():
    for row in vocabulary.rows("catalogue"):
        for column in ("sizes", "colors", "dimensions"):
            variants = row[column].split("|") if row[column] else []
            assert len(variants) != 1, row
            assert all(variants), row
            assert len(set(variants)) == len(variants), row
        assert not (row["sizes"] and row["dimensions"]), row
        assert len(row["dimensions"].split("|")) in {1, 4, 5, 6}, row
    books = [row for row in vocabulary.rows("catalogue") if row["category"] in {"Books", "Grocery"}]
    assert not any(row["sizes"] or row["colors"] for row in books)


def test_an_adjective_never_repeats_a_word_of_a_noun():
    nouns = by("catalogue", "category", "noun")
    for row in vocabulary.rows("adjectives"):
        clashes = [noun for noun in nouns[row["category"]] if row["adjective"] in noun.split()]
        assert not clashes, row


def test_sentences_end_and_hold_no_placeholder():
    for pool in ("descriptions", "review_sentences"):
        for row in vocabulary.rows(pool):
            assert re.fullmatch(r"[A-Z][^{}<>\[\]%|]+[.!]", row["sentence"]), row


@pytest.mark.parametrize(
    ("pool", "column", "least"), [("review_titles", "title", 30), ("review_sentences", "sentence", 40)]
)
def test_every_rating_has_words_of_its_own(pool, column, least):
    words = by(pool, "rating", column)
    assert set(words) == {"1", "2", "3", "4", "5"}
    assert min(map(len, words.values())) >= least
    assert len({text for texts in words.values() for text in texts}) == len(vocabulary.rows(pool))


def test_search_terms_are_lower_case_words():
    for row in vocabulary.rows("search_terms"):
        assert re.fullmatch(r"[a-z]+(?: [a-z]+)*", row["term"]), row


def test_the_script_makes_the_same_bytes_with_the_recorded_faker_and_else_refuses(tmp_path):
    run = run_script("--into", tmp_path)
    if metadata.version("faker") == RECORD["faker"]:
        assert run.returncode == 0, run.stderr
        made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
        assert made == {name: (STORED / name).read_bytes() for name in [*RECORD["files"], "vocabularies.json"]}
    else:
        assert_refused(run, metadata.version("faker"), tmp_path)


def test_the_script_refuses_another_faker_and_writes_nothing(tmp_path):
    assert_refused(run_script("--into", tmp_path, pretended_faker="0.0.1"), "0.0.1", tmp_path)


def assert_refused(run, version, folder):
    assert run.returncode == 1
    assert f"faker {version} is installed" in run.stderr
    assert f"pip install faker=={RECORD['faker']}" in run.stderr
    assert not list(folder.iterdir())
