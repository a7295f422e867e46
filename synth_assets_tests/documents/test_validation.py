"""Any model takes a document or says all that is wrong with it."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from synth_assets.documents.problems import Wording
from synth_assets.documents.reading import parse
from synth_assets.documents.validation import problems, validated
from synth_assets.errors import UsageError


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Group(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Weighted(Group):
    method: Literal["weighted"]
    weights: dict[str, int] = Field(description="names with whole numbers", examples=[{"a": 1}])


class Between(Group):
    method: Literal["between"]
    low: int = 0


class Plain(Group):
    day: date = date(2026, 1, 1)
    price: Decimal = Field(Decimal(1), ge=0, decimal_places=2)
    colour: Colour = Colour.RED
    share: float = Field(0.5, gt=0, le=1)
    flag: bool = False
    pair: tuple[int, str] | None = None
    column: Annotated[Weighted | Between, Field(discriminator="method")] | None = None
    columns: list[Annotated[Weighted | Between, Field(discriminator="method")]] = []
    either: int | Between | str | None = None


def _said(text: str, model: type[BaseModel] = Plain) -> list[str]:
    return [problem.text for problem in problems(parse(text, "f.yaml"), model)]


def test_a_strict_model_takes_text_for_what_json_has_no_other_way_to_write():
    text = "{day: 2026-02-03, price: 1.10, colour: blue, share: 1, flag: true, pair: [1, a]}"
    found = validated(parse(text, "f.yaml"), Plain)
    assert (found.day, found.colour, found.share, found.pair) == (date(2026, 2, 3), Colour.BLUE, 1.0, (1, "a"))
    assert validated(parse('{price: "1.10"}', "f.yaml"), Plain).price.as_tuple() == Decimal("1.10").as_tuple()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day: 2026-02-30", "day='2026-02-30' is not allowed; it is a day of the calendar, written YYYY-MM-DD."),
        ("price: -1", "price=-1 is not allowed; it is a decimal number >= 0 with at most 2 digits after the point."),
        ("price: 1.234", "price=1.234 is not allowed; it is a decimal number >= 0 with at most 2 digits"),
        ("colour: green", "colour='green' is not allowed; it is one of red, blue."),
        ("share: 0", "share=0 is not allowed; it is a number <= 1 above 0."),
        ("flag: 1", "flag=1 is not allowed; it is true or false."),
        ("flag: 'true'", "flag='true' is not allowed; it is true or false."),
        ("pair: 5", "pair=5 is not allowed; it is a list"),
        ("column: {method: weighed}", "column 10: method 'weighed' is unknown; did you mean 'weighted'?"),
        ("column: {low: 5}", "column.method is missing; it is one of weighted, between."),
        ("column: {method: between, low: x}", "column 27: column.low='x' is not allowed; it is a whole number."),
        ("column: {method: weighted, weights: {a: x}}", 'column.weights={"a": "x"} is not allowed; it is names with'),
        ("column: 5", "column is a mapping with names, not a value."),
        ("columns: [{method: between, lwo: 3}]", "field of columns[0] 'lwo' is unknown; did you mean"),
        ("either: {method: between, low: x}", "either.low='x' is not allowed; it is a whole number."),
        ("either: [1]", "either=[1] is not allowed; it is a whole number or a group with method, low or text."),
        ("[1]", "this is a mapping with day, price"),
        ("", "f.yaml: this is a mapping with day, price"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_what_is(text, said):
    (only,) = _said(text)
    assert said in only.replace("line 1, ", "")
    assert len(only.splitlines()) == 2


def test_all_that_is_wrong_can_be_had_at_once_misspelt_names_first():
    said = _said("share: 2\nday: x\nflga: true\ncolumns:\n- {method: weighted}\n- {method: between, low: 1.5}")
    assert [text.partition(":")[0] for text in said] == [
        "f.yaml, line 3", "f.yaml, line 1", "f.yaml, line 2", "f.yaml, line 5", "f.yaml, line 6, column 21",
    ]  # fmt: skip


def test_a_problem_is_data_too():
    (found,) = problems(parse("columns:\n- {method: between, low: x}", "f.yaml"), Plain)
    assert (found.kind, found.path) == ("not allowed", ("columns", 0, "low"))
    assert (found.place.line, found.place.column) == (2, 21)
    assert isinstance(found.error(), UsageError)


def test_the_wording_names_what_a_part_of_a_document_is_about():
    document = parse("all:\n- low: x\n  lwo: 5\n", "f.yaml").at("all", 0).adding(method="between")
    said = [problem.text for problem in problems(document, Between, Wording(of="between", see="See the docs."))]
    assert said == [
        "f.yaml, line 3: field of between 'lwo' is unknown; did you mean 'low'? Allowed: method, low.\n  See the docs.",
        "f.yaml, line 2: between: low='x' is not allowed; it is a whole number.\n  See the docs.",
    ]


def test_of_a_long_value_the_item_is_shown_that_is_wrong():
    items = ", ".join(map(str, range(100)))

    class Long(Group):
        numbers: list[int] = Field(description="a list of whole numbers", examples=[[1, 2]])

    (said,) = _said(f"numbers: [{items}, x]", Long)
    assert said.startswith("f.yaml, line 1: numbers[100]='x' is not allowed; it is a list of whole numbers.")
    (said,) = _said(f"numbers: {'x' * 1_000}", Long)
    assert len(said) < 250


def test_a_field_without_a_description_is_described_by_its_type():
    class Typed(Group):
        a: list[Annotated[int, Field(ge=1_000)]]
        b: dict[str, bool]
        c: Any
        d: Annotated[str, Field(pattern="[a-z]+")]
        e: Literal[1, 2]

    assert [text.partition("it is ")[2].partition(".\n")[0] for text in _said("{}", Typed)] == [
        "a list, each item a whole number >= 1,000",
        "a group of names, each with true or false",
        "a value",
        "text like [a-z]+",
        "one of 1, 2",
    ]
