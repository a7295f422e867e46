"""Lists and structs: so many entries, each by itself; fields that agree; foreign keys inside that lead to rows."""

from collections import Counter

import duckdb
import numpy as np
import polars as pl
import pytest

from synth_assets.checking import transactions
from synth_assets.checking.references import dangling
from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
from synth_assets.model.order import parents_first
from synth_assets.model.table import Reference
from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError

THINGS = {"rows": 40, "columns": {"thing_id": "key", "price": {"integers": 5, "high": 90}}}


def domain(columns, rows=400, **more):
    return Declared.of(
        {
            "dataset": "nest",
            "entities": {"things": THINGS, "t": {"rows": rows, "columns": {"id": "key", **columns}, **more}},
        }
    ).load()


def made(columns, rows=400, **more):
    found = domain(columns, rows, **more)
    kind, dataset = found.entity("t"), found.dataset(seed=5)
    return chunk_of(kind(dataset, Span(0, kind.positions(dataset)))).frame


def problems(columns, **more):
    with pytest.raises(DeclarationError) as error:
        domain(columns, **more)
    return "\n".join(error.value.texts)


def test_lists_are_as_long_as_their_shares_say_and_entries_are_drawn_one_by_one():
    frame = made({"x": {"list": {"integers": 0, "high": 9}, "per_row": {0: 10, 1: 60, 3: 30}}}, rows=20_000)
    lengths = Counter(frame["x"].list.len().to_list())
    assert set(lengths) == {0, 1, 3}
    assert lengths[1] / 20_000 == pytest.approx(0.6, abs=0.015)
    entries = frame["x"].explode().drop_nulls()
    assert entries.value_counts()["count"].to_numpy() / len(entries) == pytest.approx(0.1, abs=0.012)
    three = np.array(frame.filter(pl.col("x").list.len() == 3)["x"].to_list())
    # Neither the place in the list nor the entry before it tells anything.
    assert np.corrcoef(three.T) == pytest.approx(np.eye(3), abs=0.05)
    assert len({tuple(row) for row in three.tolist()}) > 900


def test_a_list_within_bounds_has_each_length_and_a_number_gives_that_many():
    frame = made({"x": {"list": "booleans.0.5", "length": [1, 4]}, "y": {"list": {"of": "booleans.0.5", "length": 2}}})
    assert set(frame["x"].list.len()) == {1, 2, 3, 4}
    assert set(frame["y"].list.len()) == {2}


def test_entries_of_one_list_differ_if_they_are_distinct_and_some_are_missing_by_their_rate():
    frame = made(
        {
            "x": {"list": {"choices": ["a", "b", "c"]}, "length": 3, "distinct": True},
            "y": {"list": {"references": "things", "distinct": True}, "length": [0, 40]},
            "z": {"list": {"integers": 1, "high": 9, "null_rate": 0.25}, "length": 5},
        }
    )
    assert set(frame["x"].list.len()) == {1, 2, 3}
    assert (frame["x"].list.n_unique() == frame["x"].list.len()).all()
    assert frame["y"].list.n_unique().to_list() == frame["y"].list.len().to_list()
    assert max(frame["y"].list.len()) > 35
    assert frame["z"].explode().null_count() / 2_000 == pytest.approx(0.25, abs=0.04)


NESTED = {
    "name": {"pattern": "{4 letters}"},
    "buyer": {
        "struct": {
            "thing": {"references": "things", "skew": "zipf"},
            "price": {"copied": "things.price"},
            "double": {"expression": "price * 2 + id"},
            "name": {"pattern": "{2 digits}"},
            "both": {"expression": "name || '!'"},
        }
    },
    "lines": {
        "list": {
            "struct": {
                "line": "ordinal",
                "thing": {"references": "things"},
                "price": {"copied": "things.price"},
                "marks": {"list": {"integers": 1, "high": 6, "type": "int8"}, "length": [0, 2]},
            }
        },
        "length": [0, 3],
    },
    "maybe": {"struct": {"name": {"expression": "name"}, "x": {"integers": 1, "high": 3}}, "null_rate": 0.5},
}


def test_fields_are_made_of_their_neighbours_and_else_of_the_row():
    found = domain({**NESTED, "maybe": {"struct": {"of_row": {"expression": "name"}}, "null_rate": 0.5}})
    frame = made({**NESTED, "maybe": {"struct": {"of_row": {"expression": "name"}}, "null_rate": 0.5}})
    kind = found.entity("things")
    prices = dict(chunk_of(kind(found.dataset(seed=5), Span(0, 40))).frame.select("thing_id", "price").iter_rows())
    for row in frame.iter_rows(named=True):
        buyer = row["buyer"]
        assert buyer["price"] == prices[buyer["thing"]]
        assert buyer["double"] == 2 * buyer["price"] + row["id"]
        assert buyer["both"] == f"{buyer['name']}!"
        assert [line["line"] for line in row["lines"]] == list(range(1, len(row["lines"]) + 1))
        assert all(line["price"] == prices[line["thing"]] for line in row["lines"])
        assert row["maybe"] is None or row["maybe"]["of_row"] == row["name"]
    assert 100 < frame["maybe"].null_count() < 300
    assert frame["buyer"].struct.field("name").n_unique() > 50


def test_any_rows_alone_have_the_same_parts():
    found = domain(NESTED | {"maybe": {"constant": 1}})
    kind, dataset = found.entity("t"), found.dataset(seed=5)
    whole = chunk_of(kind(dataset, Span(0, 400))).frame
    some = np.array([0, 3, 17, 399])
    assert chunk_of(kind(dataset, some)).frame.equals(whole[some.tolist()])
    assert chunk_of(kind(dataset, some), ["lines"]).frame["lines"].equals(whole["lines"][some.tolist()])


def test_a_part_keeps_its_cells_whatever_stands_beside_it():
    one = {"x": {"struct": {"a": {"integers": 1, "high": 10**9}}}}
    two = {"x": {"struct": {"b": "booleans.0.5", "a": {"integers": 1, "high": 10**9}}}}
    first, second = made(one)["x"].struct.field("a"), made(two)["x"].struct.field("a")
    assert first.to_list() == second.to_list()


def test_what_parts_refer_to_is_a_reference_of_the_table_with_a_way():
    table = domain(NESTED | {"maybe": {"constant": 1}}).tables["t"]
    assert [str(one) for one in table.inner_references] == ["buyer.thing", "lines[].thing"]
    assert table.parents == ("things",)
    assert parents_first("nest", list(domain(NESTED | {"maybe": {"constant": 1}}).tables.values())) == ["things", "t"]
    assert table.reference_of("buyer") is None


@pytest.mark.parametrize(
    ("inside", "cells", "lost"),
    [
        (("a",), [{"a": 1}, {"a": 7}, {"a": None}, None], 1),
        (("[]",), [[1, 2], [7, 1, 8], [], None], 2),
        (("[]", "a", "[]"), [[{"a": [1, 9]}, {"a": []}], [{"a": [8]}], [None], [{"a": None}]], 2),
    ],
)
def test_a_part_that_refers_to_nothing_is_found(inside, cells, lost):
    found = domain({"x": {"constant": 1}})
    child, parent = pl.DataFrame({"id": range(len(cells)), "x": cells}), pl.DataFrame({"thing_id": [1, 2]})
    query = dangling(Reference(("x",), "things", (), inside), found.tables["things"], "child", "parent")
    with duckdb.connect() as connection:
        connection.register("child", child.to_arrow())
        connection.register("parent", parent.to_arrow())
        assert len(connection.execute(query).fetchall()) == lost


LIVING = {
    "at": {"moment": "born"},
    "lines": {"list": {"struct": {"thing": {"references": "things"}}}, "length": [1, 2]},
    "tags": {"changing": "turns", "of": {"list": {"integers": 1, "high": 10**6}, "length": [1, 3]}},
    "deep": {
        "struct": {
            "now": {"changing": "turns", "of": {"integers": 1, "high": 10**6}},
            "id": {"integers": 1, "high": 9},
        }
    },
}


def test_lists_and_fields_change_with_events_and_else_stay():
    found = domain(LIVING, rows=60, over=20, fates=[{"changes": "turns", "days": [1, 3]}])
    dataset = found.dataset(seed=5)
    kind = found.entity("t")
    before, after = (chunk_of(kind(dataset, Span(0, 60), dataset.as_of_second + day * 86_400)).frame for day in (0, 6))
    assert sum(a == b for a, b in zip(before["tags"].to_list(), after["tags"].to_list(), strict=True)) < 10
    assert before["lines"].equals(after["lines"])
    nows = [frame["deep"].struct.field("now").to_list() for frame in (before, after)]
    assert sum(a == b for a, b in zip(*nows, strict=True)) < 10
    assert before["deep"].struct.field("id").equals(after["deep"].struct.field("id"))


def trace(table, rows):
    events = pl.DataFrame(
        schema={
            **{f"after_{name}": dtype for name, dtype in rows.schema.items()},
            **{name: rows.schema[name] for name in table.key.columns},
            "lsn": pl.Int64,
            "tx_id": pl.Int64,
            "op": pl.String,
        }
    )
    return transactions.Trace(table, rows), events


def test_replaying_a_log_looks_at_parts_that_refer_too():
    found = domain({"x": {"list": {"struct": {"a": {"references": "things"}}}, "length": 2}})
    child, parent = found.tables["t"], found.tables["things"]
    (reference,) = child.inner_references
    things, no_things = trace(parent, pl.DataFrame({"thing_id": [1, 2]}))
    for cells, said in (([[{"a": 1}, {"a": 2}], []], 0), ([[{"a": 1}, {"a": 9}], [{"a": 2}]], 1)):
        rows, none = trace(
            child, pl.DataFrame({"id": [1, 2], "x": cells}, schema_overrides={"x": pl.List(pl.Struct({"a": pl.Int64}))})
        )
        assert len(transactions.dangling(rows, reference, things, no_things, none)) == said


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"list": "person.cty", "length": 2}, "x: list: of: person: part='cty' is not allowed"),
        ({"list": "booleans.0.5"}, "either length or per_row says how many entries a list has"),
        ({"list": "booleans.0.5", "length": [3, 1]}, "has its least above its most"),
        ({"list": "booleans.0.5", "length": 1_001}, "from 0 to 1,000"),
        ({"list": "booleans.0.5", "per_row": {0: 0}}, "no share is above 0"),
        ({"list": {"struct": {"a": "persn.city"}}, "length": 2}, "a: method 'persn.city' is unknown"),
        ({"list": {"references": "nope"}, "length": 2}, "nope"),
        ({"list": {"references": "things", "born_before": "id"}, "length": 2}, "x: []: no column of things has times"),
        ({"struct": {}}, "one or more names of fields"),
        ({"struct": {"a b": "booleans.0.5"}}, "'a b' is no name of a field"),
        ({"struct": {"a": {"integers": 1, "high": "x"}, "b": "persn"}}, "b: method 'persn' is unknown"),
        ({"struct": {"a": {"integers": 1, "high": "x"}, "b": "persn"}}, "a: integers: high='x' is not allowed"),
        ({"struct": {"a": {"integers": 1, "high": 5, "nullable": True}}}, "nullable can't be said of a part of a cell"),
        ({"struct": {"a": {"expression": "b"}, "b": {"expression": "a"}}}, "made of each other"),
        ({"struct": {"a": {"expression": "b + nope"}, "b": {"integers": 1, "high": 2}}}, "nope"),
        ({"struct": {"a": "key"}}, "x: a: it is no column of the table's key"),
        ({"struct": {"a": "booleans.0.5"}, "type": "struct(b: boolean)"}, "the fields b, and the method a"),
        ({"struct": {"a": "booleans.0.5"}, "type": "int64"}, "struct is for struct columns, not for int64"),
        ({"struct": {"a": {"integers": 1, "high": 2, "type": "int7"}}}, "type 'int7' is unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_its_place(column, said):
    assert said in problems({"x": column})


def test_a_wrong_part_is_told_by_its_own_line(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "dataset: nest\n"
        "entities:\n"
        "  t:\n"
        "    rows: 3\n"
        "    columns:\n"
        "      id: key\n"
        "      x:\n"
        "        struct:\n"
        "          a: {integers: 1, high: 2}\n"
        "          b: {decimals: 1, hihg: 2}\n"
        "          c: persn\n"
    )
    with pytest.raises(DeclarationError) as error:
        Declared.read(path, "a.yaml").load()
    first, second = error.value.texts  # that high is missing only follows from its name
    assert first.startswith("a.yaml, line 10, column 28: nest/t: x: struct: fields: b: decimals: argument 'hihg'")
    assert "did you mean 'high'" in first
    assert second.startswith("a.yaml, line 11: nest/t: x: struct: fields: c: method 'persn' is unknown")
