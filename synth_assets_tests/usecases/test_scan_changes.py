"""Change data in Python is what the commands store."""

from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from synth_assets import scan_changes, scan_history, scan_snapshot, score
from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states

BRONZE = Project.here().domain("bronze")

VOLUMES = {"customers": 80, "products": 30, "orders": 60, "days": 20}
CHOSEN = {"preset": "small", "seed": 5, "volumes": VOLUMES}
TINY = Project.here().domain("bronze").dataset("small", 5, volumes=VOLUMES)
TABLES = tuple(BRONZE.entities)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("feed")
    list(generate_changes(ChangeRequest(BRONZE, TINY, CADENCES["day"], TABLES, root, range(1, 5))))
    folder = ChangeFolder.open(root)
    for what in ("snapshot", "history"):
        list(store_states(folder, what, TABLES, folder.timeline.second(4), "parquet"))
    return folder


@pytest.mark.parametrize("name", TABLES)
def test_logs_snapshots_and_histories_are_those_that_are_stored(folder, name):
    logs = pl.concat([folder.read_log(name, batch) for batch in range(1, 5)])
    assert_frame_equal(scan_changes(f"bronze/{name}", range(1, 5), **CHOSEN).collect(), logs)
    assert_frame_equal(scan_snapshot(f"bronze/{name}", 4, **CHOSEN).collect(), folder.read_snapshot(name, "00004"))
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    assert_frame_equal(scan_history(f"bronze/{name}", moment, **CHOSEN).collect(), folder.read_history(name, "00004"))


def test_queries_take_columns_rows_and_conditions(folder):
    log = folder.read_log("raw_clickstream", 2)
    scanned = scan_changes("bronze/raw_clickstream", 2, **CHOSEN)
    assert scanned.collect_schema() == log.schema
    assert_frame_equal(scanned.select("op", "lsn").head(7).collect(), log.select("op", "lsn").head(7))
    condition = pl.col("after_page_url").str.contains("product")
    assert_frame_equal(scanned.filter(condition).select("lsn").collect(), log.filter(condition).select("lsn"))
    assert scanned.filter(condition).head(2).collect().height == 2


def test_a_table_is_graded(folder):
    place = folder.snapshot_path("raw_orders", "00004")
    assert score("bronze/raw_orders", 4, place, **CHOSEN).passed
    assert not score("bronze/raw_orders", 3, place, **CHOSEN).passed


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: scan_changes("bronze/raw_orders", 0, **CHOSEN), "batch 0 is not allowed"),
        (lambda: scan_changes("bronze/raw_orders", range(0), **CHOSEN), r"batches=range\(0, 0\) is not allowed"),
        (lambda: scan_changes("bronze/raw_orders", range(3, -3, -1), **CHOSEN), "it is reversed"),
        (lambda: scan_changes("bronze/raw_orders", 1, cadence="dai", **CHOSEN), "did you mean 'day'"),
        (lambda: scan_changes("bronze/raw_ordres", 1, **CHOSEN), "did you mean 'raw_orders'"),
        (lambda: scan_snapshot("bronze/raw_orders", -1, **CHOSEN), "at='?-1'? is not allowed"),
        (lambda: scan_snapshot("bronze/raw_orders", "2026-01-05", **CHOSEN), "at='2026-01-05' is not allowed"),
        (lambda: scan_history("bronze/raw_orders", datetime(2026, 2, 1), **CHOSEN), "no time zone"),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_is_refused_at_once(call, said):
    with pytest.raises(UsageError, match=said):
        call()
