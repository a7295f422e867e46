"""Tables with UUIDs, text and several columns as keys are graded as those with numbers, from every place."""

import sqlite3
from uuid import NAMESPACE_DNS, uuid5

import duckdb
import polars as pl
import pytest

from synth_assets.engine.timeline import Timeline
from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.faults import answer_key
from synth_assets.grading import ordering
from synth_assets.grading.cells import typed
from synth_assets.grading.comparison import judged
from synth_assets.grading.grade import grade
from synth_assets.grading.ordering import NUMBER, in_order
from synth_assets.grading.report import Question
from synth_assets.model.change_log import CADENCES
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT64
from synth_assets_tests.keyed_shop import CHANGING, DATASET, SHOP, rows_of
from synth_assets_tests.parity.pg_server import pg_server

TIMELINE = Timeline(SHOP, DATASET, CADENCES["day"])
NO_ENTRIES = answer_key.TABLE.schema.to_frame()
NAMES = list(SHOP.entities)
TRUTH = {name: pl.concat(TIMELINE.state(name, DATASET.as_of_second)) for name in NAMES}
FOREIGN_UUID = str(uuid5(NAMESPACE_DNS, "example.com"))

FOREIGN = {
    "people": {"person_id": FOREIGN_UUID},
    "articles": {"sku": "B000001"},
    "carts": {"shop": 1, "cart_no": 11},
    "lines": {"shop": -1, "cart_no": 1, "line": 1},
}
"""Keys that no row can have."""


def graded(name, location, entries=NO_ENTRIES):
    return grade(Question(TIMELINE, name, DATASET.as_of_second, str(location)), entries)


@pytest.fixture
def score(tmp_path):
    def call(name, frame, entries=NO_ENTRIES):
        frame.write_parquet(tmp_path / "t.parquet")
        return graded(name, tmp_path / "t.parquet", entries)

    return call


def shuffled(frame):
    return frame.sample(fraction=1, shuffle=True, seed=1)


def with_cells(frame, **cells):
    return frame.with_columns(pl.lit(value, dtype=frame.schema[name]).alias(name) for name, value in cells.items())


def some(counts):
    return {verdict: count for verdict, count in counts.items() if count}


@pytest.mark.parametrize("name", NAMES)
def test_each_verdict_in_any_order(name, score):
    truth = TRUTH[name]
    right = score(name, shuffled(truth))
    assert (some(right.counts), right.passed) == ({"exact": truth.height}, True)
    unborn = rows_of(name, truth.height + 1)[-1:]
    wrong = truth[2:3].with_columns(pl.lit("9").cast(truth.schema[CHANGING[name]]).alias(CHANGING[name]))
    found = score(name, shuffled(pl.concat([truth[1:2], wrong, truth[3:], truth[3:4], truth[3:4], unborn])))
    assert some(found.counts) == {
        "exact": truth.height - 3, "missing": 1, "phantom": 1, "duplicated": 1, "wrong": 1,
    }  # fmt: skip
    keys = SHOP.tables[name].key.shown(pl.concat([truth, unborn])).to_list()
    examples = {one.verdict: one for one in found.examples}
    assert {verdict: (one.key, one.position) for verdict, one in examples.items()} == {
        "missing": (keys[0], 0),
        "wrong": (keys[2], 2),
        "duplicated": (keys[3], 3),
        "phantom": (keys[-1], truth.height),
    }
    assert examples["duplicated"].copies == 3
    assert found.columns == {CHANGING[name]: 1}
    assert examples["wrong"].cells[0]["found"] in {"9", 9}


@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_no_row_can_have_is_a_phantom_shown_as_it_was_found(name, score):
    truth = TRUTH[name]
    foreign = with_cells(truth[:1], **FOREIGN[name])
    other = with_cells(truth[:1], **{**FOREIGN[name], SHOP.tables[name].key.columns[-1]: _last(name)})
    found = score(name, shuffled(pl.concat([truth, foreign, foreign, other])))
    assert some(found.counts) == {"exact": truth.height, "phantom": 2}
    assert found.phantoms == {"deleted": 0, "never": 2, "keyless": 0}
    shown = {one.key: (one.position, one.copies) for one in found.examples}
    assert shown == {
        ", ".join(map(str, FOREIGN[name].values())): (None, 2),
        SHOP.tables[name].key.shown(other)[0]: (None, 1),
    }


def _last(name):
    return {"people": FOREIGN_UUID[::-1], "articles": "A1", "carts": 12, "lines": 5}[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_row_whose_key_lacks_a_cell_is_keyless_and_shown_as_it_was_found(name, score):
    truth, last = TRUTH[name], SHOP.tables[name].key.columns[-1]
    found = score(name, pl.concat([truth, with_cells(truth[:1], **{last: None})]))
    assert found.phantoms == {"deleted": 0, "never": 0, "keyless": 1}
    (shown,) = found.examples
    kept = [str(truth[one][0]) for one in SHOP.tables[name].key.columns[:-1]]
    assert shown.key == (", ".join([*kept, "null"]) if kept else None)
    assert [cell["column"] for cell in shown.cells] == [last]


def test_a_cell_that_is_no_value_of_its_type_makes_no_key(score):
    truth = TRUTH["carts"]
    found = score("carts", truth.with_columns(pl.col("cart_no").cast(pl.String).replace("3", "three")))
    lost = truth.filter(pl.col("cart_no") == 3).height
    assert some(found.counts) == {"exact": truth.height - lost, "missing": lost, "phantom": lost}
    assert {one.key for one in found.examples if one.detail == "no key"} == {"1, three", "2, three", "3, three"}


def written(folder, form, frame):
    path = folder / f"t.{form}"
    match form:
        case "parquet":
            frame.write_parquet(path)
        case "csv":
            frame.write_csv(path)
        case "duckdb":
            with duckdb.connect(path) as connection:
                connection.register("given", frame)
                types = {"person_id": "UUID", "boss_id": "UUID"}
                columns = ", ".join(f"{c}::{types[c]} AS {c}" if c in types else c for c in frame.columns)
                connection.execute(f"CREATE TABLE t AS SELECT {columns} FROM given")
            return f"{path}::t"
        case "sqlite":
            with sqlite3.connect(path) as connection:
                connection.execute(f"CREATE TABLE t ({', '.join(frame.columns)})")
                connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * frame.width)})", frame.iter_rows())
            connection.close()
            return f"{path}::t"
    return str(path)


@pytest.mark.parametrize("form", ["parquet", "csv", "duckdb", "sqlite"])
def test_every_place_is_read_whatever_its_order(form, tmp_path):
    for name, truth in TRUTH.items():
        folder = tmp_path / name
        folder.mkdir()
        found = graded(name, written(folder, form, shuffled(truth)))
        assert some(found.counts) == {"exact": truth.height}, (name, found.examples)


def test_a_postgresql_table_with_uuids_or_several_key_columns_is_read_too():
    with pg_server() as server, server.database() as connection:
        for name, truth in TRUTH.items():
            columns = ", ".join(f"{c.name} {c.type.sql('postgresql')}" for c in SHOP.tables[name].columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for row in shuffled(truth).iter_rows():
                    copy.write_row(row)
            info = connection.info
            url = f"postgresql://{info.user}@/{info.dbname}?host={info.host}&port={info.port}"
            assert some(graded(name, f"{url}::{name}").counts) == {"exact": truth.height}, name


# Faults


def entry(name, key, position, *, recoverable=True, column=None):
    return {
        "fault": 1, "kind": "kind", "entity": name, "batch": 0, "source_batch": 0, "file": "f", "row": 0, "lsn": 1,
        "key": key, "position": position, "column": column, "recoverable": recoverable,
        "right_from": 0 if recoverable else None, "remedy": "r", "detail": "{}",
    }  # fmt: skip


def entries(*some_entries):
    return pl.DataFrame(some_entries, schema=answer_key.TABLE.schema)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_row_is_excused_by_the_position_of_an_entry(name, score):
    key = SHOP.tables[name].key.shown(TRUTH[name])[4]
    lost = entries(entry(name, key, 4, recoverable=False, column=str(SHOP.tables[name].key)))
    found = score(name, TRUTH[name].filter(pl.int_range(pl.len()) != 4), lost)
    assert (found.passed, some(found.beyond)) == (True, {"missing": 1})
    assert found.by_fault[0]["verdicts"] == {"missing": 1}
    found = score(name, TRUTH[name].filter(pl.int_range(pl.len()) != 5), lost)
    assert (found.passed, found.untraced) == (False, 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_phantom_with_a_key_that_a_fault_made_up_is_traced_to_it(name, score):
    foreign = with_cells(TRUTH[name][:1], **FOREIGN[name])
    key = SHOP.tables[name].key.shown(foreign)[0]
    found = score(name, pl.concat([TRUTH[name], foreign]), entries(entry(name, key, 4), entry(name, "4", 4)))
    assert (found.counts["phantom"], found.untraced) == (1, 0)
    assert found.by_fault[0]["verdicts"] == {"exact": 1, "phantom": 1}
    assert len(found.examples[0].faults) == 1
    lost = entries(entry(name, key, 4, recoverable=False))
    assert score(name, pl.concat([TRUTH[name], foreign]), lost).passed


# Order


@pytest.mark.parametrize("name", NAMES)
def test_rows_come_in_the_order_of_their_numbers_and_each_foreign_key_has_its_own(name, monkeypatch):
    monkeypatch.setattr(ordering, "ROWS", 3)  # so that a key's copies lie in several frames
    table, truth = SHOP.tables[name], TRUTH[name]
    foreign = with_cells(truth[:1], **FOREIGN[name])
    other = with_cells(truth[:1], **{**FOREIGN[name], table.key.columns[-1]: _last(name)})
    given = shuffled(pl.concat([truth, truth, *[foreign] * 5, *[other] * 4]))
    frames = list(in_order([typed(given[at : at + 7], table) for at in range(0, given.height, 7)], table))
    whole = pl.concat(frames)
    assert len(frames) > 5
    assert whole[NUMBER].is_sorted()
    numbered = whole.filter(pl.col(NUMBER) >= 0)
    assert table.key.numbers(numbered).tolist() == numbered[NUMBER].to_list() == sorted([*range(truth.height)] * 2)
    strange = whole.filter(pl.col(NUMBER) < 0).group_by(table.key.columns).agg(pl.col(NUMBER).n_unique(), pl.len())
    assert strange.select(NUMBER, "len").sort("len").rows() == [(1, 4), (1, 5)]
    assert whole.filter(pl.col(NUMBER) < 0)[NUMBER].n_unique() == 2
    assert whole.drop(NUMBER).schema == typed(given, table).schema


def test_stale_and_deleted_rows_are_told_by_their_numbers():
    table, truth = SHOP.tables["people"], TRUTH["people"]
    old = truth[5:6].with_columns(city=pl.lit("Aarau"))
    gone = truth[7:8]
    now = truth.filter(pl.int_range(pl.len()) != 7).with_columns(
        pl.Series(NUMBER, [*range(7), *range(8, truth.height)])
    )
    found = in_order([typed(shuffled(pl.concat([truth[:5], old, truth[6:7], gone, truth[8:]])), table)], table)
    asked = []

    def versions(numbers):
        asked.extend(numbers.tolist())
        return [old, truth[5:6], gone]

    verdicts = pl.concat(one.verdicts for one in judged(iter([now]), found, table, versions))
    assert asked == [5, 7]
    keys = table.key.shown(truth)
    bad = verdicts.filter(pl.col("verdict") != "exact").sort(NUMBER)
    assert bad.select(NUMBER, "verdict", "existed", "key").rows() == [
        (5, "stale", None, keys[5]),
        (7, "phantom", True, keys[7]),
    ]


def test_the_least_whole_number_there_is_comes_before_all_others():
    table = Table("d", "t", "", "", Key.of("k"), (Column("k", INT64, ""),))
    frame = typed(pl.DataFrame({"k": [-(1 << 63), -5, 0, 7]}), table)
    (found,) = in_order([frame], table)
    assert found[NUMBER].is_sorted()
    assert found["k"].to_list() == [-(1 << 63), -5, 0, 7]


def test_a_spool_that_cannot_be_written_is_said(monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    table = SHOP.tables["people"]
    with pytest.raises(UnjudgedError, match="the copy of the candidate"):
        list(in_order([typed(TRUTH["people"], table)], table))


def test_a_table_without_a_key_is_refused(tmp_path, monkeypatch):
    people = SHOP.tables["people"]
    keyless = Table(people.domain, people.name, people.doc, people.grain, Key.of(""), people.columns)
    monkeypatch.setitem(SHOP.tables, "people", keyless)
    with pytest.raises(UsageError, match="keyed/people has no key that tells which row is which"):
        graded("people", tmp_path / "t.parquet")
