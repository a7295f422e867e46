"""What generators draw, cell by cell, against whole numbers and fractions of a slow oracle."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from synth_assets.columns.booleans import booleans
from synth_assets.columns.choices import choices
from synth_assets.columns.composed import composed
from synth_assets.columns.constant import constant
from synth_assets.columns.dates import dates
from synth_assets.columns.decimals import decimals
from synth_assets.columns.integers import integers
from synth_assets.columns.null_rate import null_rate
from synth_assets.columns.pattern import pattern
from synth_assets.columns.phrases import phrases
from synth_assets.columns.sequence import sequence
from synth_assets.columns.split import split
from synth_assets.columns.timestamps import timestamps
from synth_assets.columns.uuid import uuid
from synth_assets.columns.weighted import weighted
from synth_assets.columns.zero_filled import zero_filled
from synth_assets.engine.chunks import chunk_of
from synth_assets.model.entity import column
from synth_assets.model.table import Column
from synth_assets.model.types import (
    BOOLEAN,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT64,
    JSON,
    MONEY,
    STRING,
    TIMESTAMP,
    TIMESTAMP_UTC,
    UUID,
    decimal,
)
from synth_assets.world import vocabulary
from synth_assets_tests.columns.toy import SMALL, Customers, Repairs, cells, rows, single
from synth_assets_tests.oracles import kernel as oracle

COUNT = 1_000
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def words(stream="cell", purpose="", table="single", count=COUNT):
    key = oracle.derive(1, SMALL.seed, "garage", table, stream, purpose)
    return [oracle.word(key, row) for row in range(count)]


def spread(word, count, power=1):
    """A share of ``count``: the word's upper half as a fraction, to a power, each step cut to 31 bits."""
    if power == 1:
        return int(Fraction(word >> 32, 2**32) * count)
    u = u_to_the = word >> 33
    for _ in range(power - 1):
        u_to_the = u_to_the * u >> 31
    return u_to_the * count >> 31


def test_weighted_picks_by_the_upper_bits():
    weights = {"card": 60, "invoice": 39, "cheque": 1}
    expected = [list(weights)[oracle.pick(word, list(weights.values()))] for word in words()]
    assert cells(column(STRING, "", weighted(weights))) == expected


def test_weights_of_numbers_and_of_a_missing_cell():
    pairs = [(5, 1), (None, 2), (-7, 1)]
    expected = [pairs[oracle.pick(word, [1, 2, 1])][0] for word in words()]
    assert cells(column(INT8, "", weighted(pairs), nullable=True)) == expected


def test_choices_are_as_likely_as_each_other():
    options = ("red", "green", None)
    expected = [options[spread(word, 3)] for word in words()]
    assert cells(column(STRING, "", choices(options), nullable=True)) == expected


@pytest.mark.parametrize(("skew", "power"), [("none", 1), ("square", 2), ("cube", 3)])
def test_integers_reach_both_ends_and_lean_as_asked(skew, power):
    expected = [spread(word, 16, power) - 5 for word in words()]
    found = cells(column(INT16, "", integers(-5, 10, skew)))
    assert found == expected
    assert {-5, 10} <= set(found)


def test_wide_integers_take_all_bits():
    low, high = -(1 << 50), 1 << 55
    expected = [low + (word * (high - low + 1) >> 64) for word in words()]
    assert cells(column(INT64, "", integers(low, high))) == expected


@pytest.mark.parametrize(
    ("type_", "shown"),
    [(decimal(10, 3), lambda units: Decimal(units).scaleb(-2)), (FLOAT64, lambda units: float(Fraction(units, 100)))],
)
def test_decimals_are_whole_units_of_the_last_digit_in_every_column(type_, shown):
    expected = [shown(100 + spread(word, 9_900)) for word in words()]
    assert cells(column(type_, "", decimals("1.00", "99.99"))) == expected


def test_floats_of_32_bits_are_the_nearest_to_their_decimals():
    expected = pl.Series([100 + spread(word, 9_900) for word in words()]).cast(pl.Float64) / 100
    assert cells(column(FLOAT32, "", decimals(1, 99.99))) == expected.cast(pl.Float32).to_list()


def test_booleans_are_true_in_their_share():
    assert cells(column(BOOLEAN, "", booleans("0.3"))) == [spread(word, 1_000_000) < 300_000 for word in words()]
    assert not any(cells(column(BOOLEAN, "", booleans(0))))
    assert all(cells(column(BOOLEAN, "", booleans(1))))


def test_dates_lie_between_two_days_relative_to_as_of_or_not():
    expected = [date(2025, 12, 31) - timedelta(365) + timedelta(spread(word, 366)) for word in words()]
    assert cells(column(DATE, "", dates(-366, -1))) == expected
    leap = [date(2024, 2, 28) + timedelta(spread(word, 3, 2)) for word in words()]
    assert cells(column(DATE, "", dates("2024-02-28", date(2024, 3, 1), "square"))) == leap


def test_timestamps_lie_on_steps_from_the_first():
    first = datetime(2024, 1, 1, 6, 0, 7, tzinfo=UTC)
    expected = [first + timedelta(seconds=900 * spread(word, 4 * 24)) for word in words()]
    of_a_day = timestamps("2024-01-01T06:00:07", "2024-01-02T06:00:07", 900)
    assert cells(column(TIMESTAMP_UTC, "", of_a_day)) == expected
    naive = [one.replace(tzinfo=None) for one in expected]
    assert cells(column(TIMESTAMP, "", of_a_day)) == naive


def test_timestamps_end_before_their_last():
    found = cells(column(TIMESTAMP_UTC, "", timestamps(-1, 0, 7_000)))
    assert min(found) == AS_OF - timedelta(1)
    assert max(found) == AS_OF - timedelta(1) + timedelta(seconds=12 * 7_000)


@pytest.mark.parametrize(
    ("type_", "value", "shown"),
    [
        (STRING, "EUR", "EUR"), (INT8, -128, -128), (INT64, "7", 7), (BOOLEAN, True, True), (BOOLEAN, "false", False),
        (MONEY, 0.07, Decimal("0.07")), (MONEY, "12", Decimal(12)),
        (DATE, "2024-02-29", date(2024, 2, 29)), (JSON, '{"a": 1}', '{"a": 1}'),
        (TIMESTAMP_UTC, "1969-12-31T23:59:59", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_constant_is_the_cell_of_its_column(type_, value, shown):
    assert cells(column(type_, "", constant(value)), 3) == [shown] * 3


def test_equal_constants_of_different_kinds_are_not_mixed_up():
    assert str(cells(column(FLOAT64, "", constant(0.0)), 1)[0]) == "0.0"
    assert str(cells(column(FLOAT64, "", constant(-0.0)), 1)[0]) == "-0.0"


def test_missing_cells_are_drawn_apart_from_the_others():
    dense = cells(column(INT64, "", integers(1, 6)))
    missing = [spread(word, 1_000_000) < 250_000 for word in words(purpose="null")]
    expected = [None if gone else cell for cell, gone in zip(dense, missing, strict=True)]
    assert cells(column(INT64, "", null_rate(0.25, integers(1, 6)), nullable=True)) == expected
    assert cells(column(STRING, "", null_rate(1, pattern("{3 hex}")), nullable=True), 4) == [None] * 4


def test_parts_of_a_split_come_from_one_combination_by_the_bits_of_the_first():
    pairs = [("mobile", "iOS", 30), ("mobile", "Android", 50), ("desktop", None, 20)]

    expected = [pairs[oracle.pick(word, [30, 50, 20])][:2] for word in words("device", table="customers", count=300)]
    assert chunk_of(rows(Customers), ["device", "os"]).frame.rows() == expected


def test_a_stream_of_another_name_draws_that_ones_bits():
    mine = cells(column(INT64, "", integers(1, 10**6, stream="old_name", purpose="second")))
    assert mine == [1 + spread(word, 10**6) for word in words("old_name", "second")]


def test_a_sequence_goes_up_from_row_to_row():
    assert cells(column(INT64, "", sequence(-5, 3)), 4) == [-5, -2, 1, 4]


def test_a_uuid_column_differs_from_row_to_row_and_from_column_to_column():
    one, other = (cells(column(UUID, "", uuid(purpose=purpose))) for purpose in ("", "other"))
    assert len(set(one) | set(other)) == 2 * COUNT
    assert all(cell[14] == "4" and cell[19] in "89ab" for cell in one)


def test_a_patterns_characters_are_the_digits_of_a_number_below_its_count():
    capitals, small = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"

    def written(word):
        number = word * (26 * 10 * 16 * 26) >> 64
        number, last = divmod(number, 26)
        number, hexadecimal = divmod(number, 16)
        letter, digit = divmod(number, 10)
        return f"{capitals[letter]}é{{{digit}{'0123456789ABCDEF'[hexadecimal]}-{small[last]}"

    text = "{1 LETTERS}é{{{1 digits}{1 HEX}-{1 letters}"
    assert cells(column(STRING, "", pattern(text))) == [written(word) for word in words()]


def test_a_pattern_that_one_word_cannot_fill_takes_more():
    found = cells(column(STRING, "", pattern("{40 hex}")))
    first = [f"{word * 16**15 >> 64:015x}" for word in words()]
    second = [f"{word * 16**15 >> 64:015x}" for word in words(purpose="1")]
    third = [f"{word * 16**10 >> 64:010x}" for word in words(purpose="2")]
    assert found == [a + b + c for a, b, c in zip(first, second, third, strict=True)]


@pytest.mark.parametrize(("text", "count"), [("{1 digits}", 10), ("{3 digits}", 1_000), ("{1 LETTERS}{1 hex}", 416)])
def test_a_unique_pattern_uses_every_value_once_and_not_in_order(text, count):
    found = cells(column(STRING, "", pattern(text, unique=True), unique=True), count)
    assert len(set(found)) == count
    assert found != sorted(found) or count == 10  # ten values are only turned round


def test_a_unique_pattern_of_many_digits_keeps_rows_apart_and_spreads_them():
    found = cells(column(STRING, "", pattern("{16 digits}", unique=True), unique=True), 20_000)
    assert len(set(found)) == 20_000
    by_first = np.bincount([int(text[0]) for text in found], minlength=10)
    by_last = np.bincount([int(text[-1]) for text in found], minlength=10)
    assert by_first.min() > 1_800
    assert by_last.min() > 1_800


def test_text_that_ends_with_a_unique_code_of_one_length_keeps_rows_apart():
    piece = pattern("{1 digits}{2 digits}", unique=True)
    many = composed([choices(("a", "a1", "")), "1", piece])
    assert len(set(cells(column(STRING, "", many, unique=True)))) == COUNT == many.capacity(Column("", STRING, ""))
    for other in ([choices(("a", "b")), piece, "x"], [piece, choices(("1", ""))], [piece, integers(0, 9)]):
        assert composed(other).is_unique == (other[0] is piece), other
    assert not composed([choices(("a", "b")), zero_filled(3, sequence())]).is_unique  # 1,000 has four digits


def test_phrases_that_are_numbers_fill_columns_of_numbers():
    texts, numbers = (cells(column(one, "", phrases("catalogue.price_low_cents"))) for one in (STRING, INT64))
    assert numbers == [int(text) for text in texts]


def test_phrases_fit_the_column_that_they_are_chosen_by():
    frame = chunk_of(rows(Repairs), ["stars", "note", "search", "nation"]).frame
    titles = {(int(row["rating"]), row["title"]) for row in vocabulary.rows("review_titles")}
    assert set(frame.select("stars", "note").rows()) <= titles
    brands = {(row["category"], row["brand"]) for row in vocabulary.rows("brands")}
    found = set(chunk_of(rows(Repairs), ["category", "brand"]).frame.rows())
    assert found <= brands | {("of no such name", None)}
    assert {category for category, _ in found} == {"Toys", "Electronics", "of no such name"}
    assert set(frame["search"]) <= {row["term"] for row in vocabulary.rows("search_terms")}
    nations = [(row["name"], int(row["weight"])) for row in vocabulary.rows("countries")]
    expected = [
        nations[oracle.pick(word, [weight for _, weight in nations])][0]
        for word in words("nation", table="repairs", count=len(frame))
    ]
    assert frame["nation"].to_list() == expected


def test_a_split_that_stands_alone_may_have_numbers():
    both = split(("cell", "other"), [(1, "a", 1), (2, "b", 1)])
    assert set(cells(column(INT64, "", both))) == {1, 2}
    assert single(column(INT64, "", both)).cell.generator.default_type_of_part("other") is STRING
