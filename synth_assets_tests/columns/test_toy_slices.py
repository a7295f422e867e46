"""Any rows of any table with columns of every generator, made alone, are the same rows of the whole."""

import functools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
from synth_assets_tests.columns.toy import GARAGE, SMALL, TINY, rows

ENTITIES = GARAGE.entities
LATER = SMALL.as_of_second + 200 * 86_400
STATES = {"base": (SMALL, None), "other seed": (TINY, None), "later": (SMALL, LATER)}
COLUMNS = [(name, column) for name, entity in ENTITIES.items() for column in entity.table().column_names]


@functools.cache
def whole(name, state):
    return chunk_of(rows(ENTITIES[name], *STATES[state])).frame


@pytest.mark.parametrize(("name", "column"), COLUMNS)
@settings(deadline=None, max_examples=8, derandomize=True, database=None)
@given(data=st.data())
def test_some_rows_of_a_column_are_those_of_the_whole(name, column, data):
    state = data.draw(st.sampled_from(sorted(STATES)))
    expected = whole(name, state)[column]
    dataset, at = STATES[state]
    start = data.draw(st.integers(0, len(expected)))
    span = Span(start, data.draw(st.integers(0, min(30, len(expected) - start))))
    picked = data.draw(st.lists(st.integers(0, len(expected) - 1), max_size=12))
    for wanted, numbers in ((span, span.array()), (np.array(picked, dtype=np.int64), picked)):
        made = chunk_of(ENTITIES[name](dataset, wanted, at), [column]).frame[column]
        assert made.to_list() == expected.gather(pl.Series(numbers, dtype=pl.UInt32)).to_list()


@pytest.mark.parametrize("name", ENTITIES)
def test_no_column_depends_on_the_others_that_are_asked_for(name):
    table = ENTITIES[name].table()
    backwards = chunk_of(rows(ENTITIES[name]), table.column_names[::-1]).frame
    assert backwards.select(table.column_names).equals(whole(name, "base"))


@pytest.mark.parametrize("name", ENTITIES)
def test_columns_that_may_not_be_missing_are_not_and_the_unique_ones_are(name):
    table, frame = ENTITIES[name].table(), whole(name, "base")
    for column in table.columns:
        assert column.nullable or frame[column.name].null_count() == 0, column.name
    for group in (table.key.columns, *table.unique):
        assert frame.select(group).is_duplicated().sum() == 0, group


@pytest.mark.parametrize("name", ENTITIES)
def test_every_reference_leads_to_a_row(name):
    for one in ENTITIES[name].table().references:
        target = one.target(ENTITIES[one.table].table())
        there = set(whole(one.table, "base").select(target).rows())
        frame = whole(name, "base")
        frame = frame.filter(pl.col(one.when[0]) == one.when[1]) if one.when else frame
        found = {row for row in frame.select(one.columns).rows() if None not in row}
        assert found <= there
        assert found


def test_the_rows_of_the_base_are_the_same_later_but_for_what_has_come_since():
    may_change = {"done_at", "closed_at"}
    for name in ENTITIES:
        base, later = whole(name, "base"), whole(name, "later")
        same = [column for column in base.columns if column not in may_change]
        assert later[: len(base)].select(same).equals(base.select(same)), name
    assert len(whole("customers", "later")) > len(whole("customers", "base"))
    assert whole("repairs", "later")["done_at"].null_count() < whole("repairs", "base")["done_at"].null_count()
