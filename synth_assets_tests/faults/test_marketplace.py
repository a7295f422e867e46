"""The marketplace's log, of UUIDs and structs, is broken in every way; a right consumer is told from a wrong one."""

import json
import runpy
import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.faults import catalog
from synth_assets.faults import plan as fault_plan
from synth_assets.model.change_log import CADENCES
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets.usecases.inject import inject
from synth_assets.usecases.score import Question, score_of
from synth_assets_tests.domains.every_domain import DOMAINS
from synth_assets_tests.oracles.fault_scan import Scan

DOMAIN = DOMAINS["marketplace"]
VOLUMES = {"tenants": 2, "products_per_tenant": 12, "orders_per_tenant": 200, "customers_per_tenant": 20}
DATASET = DOMAIN.dataset(None, seed=137, volumes=VOLUMES)
BATCHES = 8
REFERENCES = {
    name: {one.columns: (one.table, one.target(DOMAIN.tables[one.table])) for one in table.references}
    for name, table in DOMAIN.tables.items()
    if table.references
}
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
consume = runpy.run_path(str(EXAMPLES / "cdc_consumers" / "correct.py"))["consume"]

OWN = {"missing_range": {"rows": 3}, "truncated_file": {"entities": "customers"}}
DRIFTS = (
    {"change": "dropped", "entities": "customers", "column": "metadata"},
    {"change": "renamed", "entities": "stock_events", "column": "meta", "to": "about"},
    {"change": "widened", "entities": "orders", "column": "total_amount"},
    {"change": "added"},
)
FAULTS = [
    *({"kind": kind, **OWN.get(kind, {})} for kind in catalog.names() if kind != "schema_drift"),
    *({"kind": "schema_drift", **one} for one in DRIFTS),
    {"kind": "null_keys", "where": "everywhere"},
    {"kind": "orphaned_references", "mode": "missing"},
]


def position_of(entity, key):
    """A row's number from its key."""
    names = DOMAIN.tables[entity].key
    return int(names.numbers(pl.DataFrame({names.columns[0]: [key]}))[0])


def stored(root, form):
    """A base and eight days of changes."""
    names = tuple(DOMAIN.entities)
    request = ChangeRequest(DOMAIN, DATASET, CADENCES["day"], names, root, range(1, BATCHES + 1), format=form)
    list(generate_changes(request))
    folder = ChangeFolder(root, DOMAIN, DATASET, CADENCES["day"])
    list(store_states(folder, "snapshot", names, DATASET.as_of_second, form))
    return folder


@pytest.mark.parametrize("form", ["parquet", "csv", "ndjson"])
def test_every_fault_at_once_is_explained_by_the_scan_and_survived_by_the_correct_consumer(form, tmp_path):
    clean = stored(tmp_path / "clean", form)
    plan = fault_plan.parse(json.dumps({"seed": 5, "faults": FAULTS}), "plan")
    broken = inject(clean.root, plan, tmp_path / "broken").folder
    found = Scan(clean.root, broken, REFERENCES, position_of)
    assert {one["kind"] for one in found.entries} == {*catalog.names()}
    assert found.problems() == []
    consume(broken, str(tmp_path / "out.duckdb"))
    for name in clean.tables:
        score = graded(clean.timeline, name, f"{tmp_path / 'out.duckdb'}::marketplace.{name}", broken)
        assert score.passed, score.as_dict()["examples"]


def graded(timeline, name, candidate, answer_key=None):
    return score_of(Question(timeline, name, timeline.second(BATCHES), candidate, answer_key))


# A right table, and one with another word in one struct, in every place where a consumer may have it.


def flat(frame):
    """Structs as the text of JSON."""
    return frame.with_columns(pl.col("metadata").struct.json_encode())


def in_duckdb(frame, path):
    with duckdb.connect(path) as connection:
        connection.register("frame", frame)
        connection.execute("CREATE TABLE customers AS FROM frame")
    return f"{path}::customers"


def in_sqlite(frame, path):
    with sqlite3.connect(path) as connection:
        marks = ", ".join("?" for _ in frame.columns)
        connection.execute(f"CREATE TABLE customers ({', '.join(frame.columns)})")
        rows = flat(frame).with_columns(pl.col(pl.Datetime).dt.to_string("%Y-%m-%d %H:%M:%S")).rows()
        connection.executemany(f"INSERT INTO customers VALUES ({marks})", rows)
    connection.close()
    return f"{path}::customers"


def as_file(write):
    return lambda frame, path: write(frame, path) or str(path)


PLACES = {
    "parquet": as_file(pl.DataFrame.write_parquet),
    "csv": as_file(lambda frame, path: flat(frame).write_csv(path)),
    "ndjson": as_file(pl.DataFrame.write_ndjson),
    "duckdb": in_duckdb,
    "text.duckdb": lambda frame, path: in_duckdb(flat(frame), path),
    "sqlite": in_sqlite,
}


@pytest.mark.parametrize("place", PLACES)
def test_one_wrong_word_in_one_struct_is_found(place, tmp_path):
    folder = ChangeFolder(tmp_path, DOMAIN, DATASET, CADENCES["day"])
    truth = pl.concat(folder.timeline.state("customers", folder.timeline.second(BATCHES)))
    right = graded(folder.timeline, "customers", PLACES[place](truth, tmp_path / f"right.{place}"))
    assert right.passed, right.as_dict()["examples"]
    other = pl.col("metadata").struct.with_fields(loyalty_tier=pl.lit("wood"))
    wrong = truth.with_columns(pl.when(pl.int_range(pl.len()) == 3).then(other).otherwise("metadata").alias("metadata"))
    found = graded(folder.timeline, "customers", PLACES[place](wrong, tmp_path / f"wrong.{place}"))
    assert not found.passed
    assert found.as_dict()["counts"]["wrong"] == 1
