"""Arguments that are not allowed, and columns that a generator can't fill: the message names what, and what is."""

import pytest

from synth_assets.columns.after import after
from synth_assets.columns.basis import catalog
from synth_assets.columns.booleans import booleans
from synth_assets.columns.choices import choices
from synth_assets.columns.clock import clock
from synth_assets.columns.constant import constant
from synth_assets.columns.copied import copied
from synth_assets.columns.dates import dates
from synth_assets.columns.decimals import decimals
from synth_assets.columns.integers import integers
from synth_assets.columns.key import key
from synth_assets.columns.named import named
from synth_assets.columns.normal import normal
from synth_assets.columns.null_rate import null_rate
from synth_assets.columns.of_parent import of_parent
from synth_assets.columns.ordinal import ordinal
from synth_assets.columns.pattern import pattern
from synth_assets.columns.person import person
from synth_assets.columns.phrases import phrases
from synth_assets.columns.property_of import property_of
from synth_assets.columns.reference import reference
from synth_assets.columns.sequence import sequence
from synth_assets.columns.split import split
from synth_assets.columns.timestamps import timestamps
from synth_assets.columns.weighted import weighted
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.model.domain import Domain
from synth_assets.model.entity import About, column
from synth_assets.model.key import composite_key
from synth_assets.model.shapes import Sparse
from synth_assets.model.table import Reference
from synth_assets.model.types import BOOLEAN, DATE, INT8, INT16, INT64, MONEY, STRING, TIMESTAMP_UTC
from synth_assets_tests.columns.toy import GARAGE, Fixed, GarageParams, single

ARGUMENTS = [
    ({"method": "weighted"}, r"weighted: weights is missing; it is values, each .*\n  For example: weighted\("),
    ({"method": "weighted", "weights": {}}, r"weighted: weights=\{\} is not allowed; .*\n  For example: weighted\("),
    ({"method": "weighted", "weights": {"a": 0}}, r"weights=\{'a': 0\} is not allowed; .* one weight at least"),
    ({"method": "weighted", "weights": {"a": 1.5}}, r"weights=\{'a': 1.5\} is not allowed"),
    ({"method": "integers", "low": True, "high": 3}, r"integers: low=True is not allowed; it is the least"),
    ({"method": "integers", "low": 3, "high": 1}, r"integers: low=3 is above high=1\.\n  For example: integers"),
    ({"method": "integers", "low": 0, "high": 1 << 40, "skew": "cube"}, r"skew=cube is for up to 2,147,483,648"),
    ({"method": "integers", "low": 0, "high": 9, "skew": "cubed"}, r"skew='cubed' is not allowed; it is .* or cube"),
    ({"method": "decimals", "low": "1.001", "high": 3}, r"low=1.001 has more digits .*\n  For example: digits=3"),
    ({"method": "decimals", "low": "one", "high": 3}, r"decimals: low='one' is not allowed; it is the least, a number"),
    ({"method": "booleans", "share": 1.5}, r"share=1.5 is not allowed; .* from 0 to 1"),
    ({"method": "booleans", "share": "0.1234567"}, r"share='0.1234567' is not allowed; .* at most six digits"),
    ({"method": "dates", "first": "2024-13-01"}, r"dates: first='2024-13-01' is not allowed; it is the first day"),
    ({"method": "dates", "first": 0, "last": -1}, r"dates: first=0 comes after last=-1"),
    ({"method": "timestamps", "first": "2024-01-01T00:00:00+02:00"}, r"timestamps: first=.* is not allowed; .* in UTC"),
    ({"method": "timestamps", "first": 0, "last": 0}, r"timestamps: first=0 doesn't come before last=0"),
    ({"method": "clock", "first": "2024-01-01T00:30:00"}, r"clock: first=2024-01-01T00:30:00 is no whole hour"),
    ({"method": "clock", "first": -9, "last": 5}, r"clock: last=5 comes after as_of"),
    ({"method": "clock", "first": 0, "last": -5}, r"clock: first=0 doesn't come before last=-5"),
    ({"method": "after", "column": "a", "low": 3, "high": 1, "unit": "days"}, r"after: low=3 is above high=1"),
    ({"method": "after", "column": "a", "low": 0, "high": 99_999, "unit": "days"}, r"high=99999 days are more than 68"),
    ({"method": "after", "column": "a", "low": 0, "high": 9, "unit": "years"}, r"unit='years' is not allowed"),
    ({"method": "pattern", "pattern": "{8 digts}"}, r"there are no digts; parts are like \{8 digits\}, of digits"),
    ({"method": "pattern", "pattern": "a}b"}, r"pattern='a\}b': '\}b' can't be read"),
    ({"method": "pattern", "pattern": "{32 hex}", "unique": True}, r"has more values than can be kept apart"),
    ({"method": "phrases", "vocabulary": "brnds.brand"}, r"vocabulary 'brnds' is unknown"),
    ({"method": "phrases", "vocabulary": "brands.bread"}, r"brands has no column bread; it has category, brand"),
    ({"method": "phrases", "vocabulary": "brands.brand", "weight": "category"}, r"brands.category holds no weights"),
    ({"method": "split", "parts": ["a", "b"], "rows": [["x", 3]]}, r"3\] is not allowed; it is a value for each"),
    ({"method": "split", "parts": ["a"], "rows": [["x", 0]]}, r"no combination has a weight above 0"),
    ({"method": "null_rate", "rate": 0.5, "of": {"method": "kye"}}, r"null_rate: of: method 'kye' is unknown"),
    ({"method": "null_rate", "rate": 0.5, "of": 7}, r"null_rate: of=7 is not allowed; it is another method"),
    ({"method": "normal", "mean": 1, "deviation": 0}, r"normal: deviation=0 is not allowed; .* above 0"),
    ({"method": "normal", "mean": 1, "deviation": 1, "low": 3, "high": 2}, r"normal: low=3 is above high=2"),
    ({"method": "zipf", "ranks": 70_000}, r"zipf: ranks=70000 is not allowed; .* from 1 to 65,536"),
    ({"method": "person", "part": "shoe_size"}, r"person: part='shoe_size' is not allowed; it is one of full_name, "),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), ARGUMENTS, ids=lambda one: str(one)[:60])
def test_an_argument_that_is_not_allowed_is_named_with_what_is(arguments, message):
    with pytest.raises(UsageError, match=message):
        catalog.made(arguments)


MISFITS = [
    (column(INT64, "", booleans()), r"single: cell: booleans is for boolean columns, not for int64\."),
    (column(STRING, "", choices(("a", None))), r"choices leaves cells missing, but .*\n.*Declare it nullable"),
    (column(STRING, "", pattern("{8 digits}"), unique=True), r"declared unique, but pattern may give a value twice"),
    (column(INT8, "", integers(0, 128)), r"its values go from 0 to 128, which int8 can't hold"),
    (column(INT8, "", weighted({"5": 1, "x": 1})), r"'x' is no int8"),
    (column(STRING, "", constant(5)), r"5 is no string"),
    (column(MONEY, "", constant("0.001")), r"'0.001' is no decimal\(12,2\)"),
    (column(DATE, "", choices(("2024-02-30",))), r"'2024-02-30' is no date"),
    (column(MONEY, "", decimals(0, 1, digits=3)), r"it is given 3 digits after the point, but decimal\(12,2\) has 2"),
    (column(INT16, "", normal(0, 1, digits=2)), r"it is given 2 digits after the point, but int16 has 0"),
    (column(MONEY, "", decimals(0, 10**11)), r"which decimal\(12,2\) can't hold"),
    (column(INT64, "", key()), r"it is no column of the table's key, id"),
    (column(INT64, "", reference()), r"it doesn't say what it refers to"),
    (column(INT64, "", reference(born_before="began"), references="single"), r"times that ascend with its rows"),
    (column(INT64, "", reference(earlier=True), references="single"), r"reference leaves cells missing"),
    (column(INT64, "", ordinal()), r"has no parent that its rows are lines of"),
    (column(INT64, "", of_parent(), references="single"), r"has no parent that its rows hang on"),
    (column(STRING, "", copied("other.name")), r"copied: table 'other' is unknown"),
    (column(STRING, "", copied("single.id")), r"no column of single refers to rows of single that are known"),
    (column(STRING, "", property_of("nothing.at.all")), r"property_of: column 'nothing' is unknown"),
    (column(STRING, "", named("nothing", ("a",))), r"named: column 'nothing' is unknown"),
    (column(TIMESTAMP_UTC, "", after("id", 0, 1, "days")), r"id is of type int64, no time"),
    (column(TIMESTAMP_UTC, "", after("ids", 0, 1, "days")), r"after: column 'ids' is unknown; did you mean 'id'"),
    (column(STRING, "", phrases("brands.brand", by="category")), r"phrases: column 'category' is unknown"),
    (column(INT64, "", phrases("brands.brand")), r"brands.brand has '[A-Z].*', which is no number"),
    (column(INT8, "", phrases("catalogue.grams_low")), r"\d+ is no int8"),
    (column(STRING, "", person("region")), r"person leaves cells missing"),
    (column(STRING, "", split(("a",), [("x", 1)])), r"it is none of the parts a"),
    (column(BOOLEAN, "", null_rate(0, integers(1, 2))), r"integers is for integer and decimal and float and unsigned"),
    (column(INT8, "", sequence(1_000)), r"it starts at 1000, which int8 can't hold"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "message"), MISFITS, ids=[message for _, message in MISFITS])
def test_a_column_that_a_generator_cannot_fill_is_refused_when_the_domain_is_put_together(cell, message):
    with pytest.raises(UsageError, match=message):
        single(cell)


def test_references_to_a_table_whose_positions_need_not_be_rows_are_refused():
    class Spots(Fixed):
        """Spots."""

        about = About("map", "spots", "one spot", "spot_id", shape=Sparse())
        count = 5
        spot_id = column(INT64, "key", key())
        near_id = column(INT64, "another one", reference(), references="spots")

    with pytest.raises(UsageError, match="map/spots: near_id: not every position of spots is a row"):
        Domain.of("map", "", GarageParams, GARAGE.presets, "tiny", [Spots], GARAGE.source)


def test_parts_of_one_reference_that_are_drawn_apart_are_refused():
    class Pairs(Fixed):
        """Pairs."""

        about = About(
            "map",
            "pairs",
            "one pair",
            composite_key("left", right=3),
            references=(Reference(("to_left", "to_right"), "pairs"),),
        )
        count = 5
        left = column(INT64, "key", key())
        right = column(INT64, "key", key())
        to_left = column(INT64, "another one", reference())
        to_right = column(INT64, "another one", reference(skew="zipf"))

    with pytest.raises(UsageError, match="to_left: to_right is a part of the same reference, and drawn otherwise"):
        Domain.of("map", "", GarageParams, GARAGE.presets, "tiny", [Pairs], GARAGE.source)


def test_two_ways_to_a_table_have_to_be_told_apart():
    class Nodes(Fixed):
        """Nodes."""

        about = About("net", "nodes", "one node", "node_id")
        count = 5
        node_id = column(INT64, "key", key())
        left_id = column(INT64, "one", reference(cycles=True), references="nodes")
        right_id = column(INT64, "another", reference(cycles=True), references="nodes")
        left_of = column(INT64, "what it has", copied("nodes.left_id"))

    with pytest.raises(UsageError, match=r"which row of nodes is meant\? left_id and right_id refer to it"):
        Domain.of("net", "", GarageParams, GARAGE.presets, "tiny", [Nodes], GARAGE.source)


@pytest.mark.parametrize(
    ("cell", "rows", "message"),
    [
        (column(STRING, "", pattern("{4 digits}", unique=True)), 12_000, "cell has 10,000 values, 12,000 rows were"),
        (column(INT8, "", sequence(1)), 128, "cell has 127 values, 128 rows were asked for"),
    ],
)  # fmt: skip
def test_more_rows_than_a_unique_column_has_values_are_refused_with_the_arithmetic(cell, rows, message):
    entity = single(cell, rows)
    domain = Domain.of("garage", "", GarageParams, GARAGE.presets, "tiny", [entity], GARAGE.source)
    with pytest.raises(UsageError, match=message):
        domain.dataset()
    entity.count -= 2_000 if rows == 12_000 else 1
    assert domain.dataset()


def test_phrases_for_values_that_the_vocabulary_does_not_know_are_refused_where_none_may_be_missing():
    class Ads(Fixed):
        """Ads."""

        about = About("map", "ads", "one ad", "ad_id")
        count = 50
        ad_id = column(INT64, "key", key())
        category = column(STRING, "category", choices(("Toys", "Cheese")))
        brand = column(STRING, "brand", phrases("brands.brand", by="category"))

    ads = Ads(Domain.of("map", "", GarageParams, GARAGE.presets, "tiny", [Ads], GARAGE.source).dataset(), Span(0, 50))
    with pytest.raises(
        UsageError, match=r"map/ads: brand: category has values that brands.category has not; it has .*Toys"
    ):
        _ = ads.brand


def test_days_that_as_of_turns_round_are_refused_with_it():
    for cell in (
        column(DATE, "", dates("2026-06-01", 0)),
        column(TIMESTAMP_UTC, "", timestamps("2026-06-01", 0)),
        column(TIMESTAMP_UTC, "", clock("2026-06-01")),
    ):
        entity = single(cell, 3)
        domain = Domain.of("garage", "", GarageParams, GARAGE.presets, "tiny", [entity], GARAGE.source)
        made = entity(domain.dataset(), Span(0, 3))
        with pytest.raises(UsageError, match=r"garage/single: cell: .* as_of being 2026-01-01"):
            _ = made.cell
