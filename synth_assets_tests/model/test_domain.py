"""Putting a domain together: the order of tables, circles of references, and what can't be."""

import re
from dataclasses import dataclass

import pytest

from synth_assets.errors import UsageError
from synth_assets.model.domain import Domain
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.key import Key, composite_key, text_key
from synth_assets.model.params import Params
from synth_assets.model.shapes import Rows, Slots
from synth_assets.model.table import Reference
from synth_assets.model.types import INT64, STRING


class NoParams(Params):
    """Nothing."""


@dataclass(frozen=True)
class Nowhere:
    """A domain that only these tests have."""

    def load(self):
        raise LookupError


def table(name, *refers, key="id", nullable=(), rows=5, **about):
    """A table with a column for each reference, called after the table."""
    columns = {
        f"to_{one.replace('.', '_')}": column(INT64, "", references=one, nullable=one in nullable)(
            lambda rows: rows.numbers + 1
        )
        for one in refers
    }
    own = {"id": column(INT64, "number")(lambda rows: rows.numbers + 1)}
    about = About("d", name, f"one {name}", key, shape=Rows(rows), **about)
    return type(name, (Entity,), {"__doc__": name, "about": about, **own, **columns})


def domain(*entities):
    presets = {"small": NoParams()}
    return Domain.of("d", "", NoParams, presets, "small", entities, Nowhere())


def test_tables_come_after_those_they_refer_to_then_by_name():
    assert list(domain(table("c"), table("b", "c"), table("a", "b")).entities) == ["c", "b", "a"]
    assert list(domain(table("b"), table("a")).entities) == ["a", "b"]


def test_a_table_may_refer_to_itself():
    found = domain(table("a", "a", nullable=["a"]))
    assert found.parents == {"a": ()}


def test_a_circle_opens_where_a_reference_can_be_missing():
    found = domain(table("staff", "branches"), table("branches", "staff", nullable=["staff"]))
    assert list(found.entities) == ["branches", "staff"]
    # The one that comes later isn't waited for.
    assert found.parents == {"branches": (), "staff": ("branches",)}


def test_a_longer_circle_opens_too():
    found = domain(table("a", "b"), table("b", "c"), table("c", "a", nullable=["a"]), table("x", "a"))
    assert list(found.entities) == ["c", "b", "a", "x"]


def test_a_closed_circle_is_refused_by_name():
    with pytest.raises(
        UsageError, match=r"d: (a -> b -> a|b -> a -> b) refer to each other in a circle.*\n.*nullable=True"
    ):
        domain(table("a", "b"), table("b", "a"))
    with pytest.raises(UsageError, match="in a circle"):
        domain(table("a", "b"), table("b", "c"), table("c", "a"), table("x", "a", nullable=["a"]))


@pytest.mark.parametrize(
    ("entities", "message"),
    [
        ([table("a", "nobody")], "d/a: to_nobody refers to a table that isn't there; table 'nobody' is unknown"),
        ([table("a"), table("b", "a.size")], "d/b: to_a_size refers to a.size, which doesn't name a row there"),
        ([table("a"), table("a")], "d: two entities are called a"),
        ([table("a", key="nr")], "d/a: column 'nr' is unknown"),
        ([table("a", unique=(("id", "size"),))], "d/a: column 'size' is unknown"),
        (
            [table("a", key=composite_key("id", to_b=3), references=(Reference(("id",), "a"),)), table("b")],
            "d/a: column 'to_b' is unknown",
        ),
    ],
)
def test_what_cannot_be_put_together_is_refused_by_name(entities, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        domain(*entities)


def test_a_reference_needs_as_many_columns_as_the_key_has():
    class Pairs(Entity):
        """Pairs."""

        about = About("d", "pairs", "one pair", composite_key("a", b=4), shape=Rows(4))
        a = column(INT64, "")(lambda rows: rows.numbers // 4 + 1)
        b = column(INT64, "")(lambda rows: rows.numbers % 4 + 1)

    with pytest.raises(UsageError, match="whose key is a, b; as many columns are needed"):
        domain(Pairs, table("c", "pairs"))


def test_a_composite_key_has_as_many_places_as_there_are_slots():
    def lines(size):
        class Lines(Entity):
            """Lines."""

            about = About("d", "lines", "one line", composite_key("a", b=size), shape=Slots("a", {1: 1, 4: 1}))
            a = column(INT64, "")(lambda rows: rows.numbers // 4 + 1)
            b = column(INT64, "")(lambda rows: rows.numbers % 4 + 1)

        return domain(table("a"), Lines)

    assert lines(4)
    for size in (3, 5):
        with pytest.raises(UsageError, match=f"d/lines: its key a, b has {size} names .* up to 4"):
            lines(size)


def test_rows_that_come_and_go_need_a_key():
    class Flies(Entity):
        """Flies."""

        about = About("d", "flies", "one fly", Key.of(""), shape=Rows(9, over=3))
        size = column(INT64, "")(lambda rows: rows.numbers)

    with pytest.raises(UsageError, match="d/flies: its rows come, change or go, but have no key"):
        domain(Flies)


def test_a_table_of_another_domain_is_refused():
    class Stray(Entity):
        """A stray."""

        about = About("elsewhere", "stray", "one row", "id", shape=Rows(1))
        id = column(INT64, "")(lambda rows: rows.numbers + 1)

    with pytest.raises(UsageError, match="d: stray says that it belongs to 'elsewhere'"):
        domain(Stray)


def test_a_key_that_cannot_hold_the_rows_is_refused_when_the_dataset_is_made():
    class Codes(Entity):
        """Codes."""

        about = About("d", "codes", "one code", text_key("code", "C", digits=2), shape=Rows(100))
        code = column(STRING, "")(lambda rows: rows.key().codec.values(rows.numbers, rows.bits("code"))[0])

    message = r"d/codes: 100 rows are asked for, but its key code has names for 99 only"
    with pytest.raises(UsageError, match=message):
        domain(Codes).dataset()


def test_a_table_that_does_not_say_how_many_rows_it_has_is_refused():
    with pytest.raises(UsageError, match="d/a doesn't say how many rows it has"):
        domain(table("a", rows=None)).entity("a").positions(domain(table("b")).dataset())


def test_the_contract_is_the_greatest_of_the_columns_and_moves_only_their_bits():
    class Old(Entity):
        """A table."""

        about = About("d", "old", "one row", "id", shape=Rows(5))
        id = column(INT64, "")(lambda rows: rows.numbers + 1)
        mended = column(INT64, "", since=3)(lambda rows: rows.bits("mended").view("int64"))
        kept = column(INT64, "")(lambda rows: rows.bits("kept").view("int64"))

    found = domain(Old)
    dataset = found.dataset()
    assert (found.contract, dataset.contract) == (3, 3)
    assert Old(dataset, Old.positions(dataset)).stream("mended") == dataset.key("old", "mended", "", 3)
    assert Old(dataset, Old.positions(dataset)).stream("kept") == dataset.key("old", "kept")
