"""Frames made when a query asks for them: any filter works, with a Python function too, and is handed to the source."""

import subprocess
import sys
from datetime import UTC, datetime

import polars as pl
import pytest

from synth_assets import generate, scan, scan_changes, scan_history, scan_snapshot
from synth_assets.project.project import Project
from synth_assets.usecases import scan as scanning
from synth_assets.usecases.stored_tables import load

pytestmark = pytest.mark.filterwarnings("ignore::polars.exceptions.PolarsInefficientMapWarning")

SMALL = {"preset": "small", "volumes": {"customers": 50, "products": 20, "orders": 60, "days": 5}}


@pytest.fixture
def stored(tmp_path):
    generate("bronze/raw_orders", tmp_path, formats=["csv"], **SMALL)
    project = Project.here()
    dataset = project.dataset("bronze", volumes=SMALL["volumes"], preset="small")
    return load(dataset, "raw_orders", project.domain("bronze").tables["raw_orders"], tmp_path, "")


FRAMES = {
    "scan": lambda: scan("bronze/raw_orders", **SMALL),
    "scan_snapshot": lambda: scan_snapshot("bronze/raw_orders", 2, **SMALL),
    "scan_history": lambda: scan_history("bronze/raw_orders", datetime(2026, 1, 3, tzinfo=UTC), **SMALL),
    "scan_changes": lambda: scan_changes("bronze/raw_orders", range(1, 9), **SMALL),
}


def filtered(frame):
    rest = 1  # of a closure, which pickle knows nothing of

    def odd(key):
        return key % 2 == rest

    return frame.filter(pl.col("order_id").map_elements(odd, return_dtype=pl.Boolean)), pl.col("order_id") % 2 == 1


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("engine", ["in-memory", "streaming"])
def test_a_filter_may_be_a_function_of_pythons_own(name, engine):
    frame = FRAMES[name]()
    by_function, by_expression = filtered(frame)
    found = by_function.collect(engine=engine)
    assert found.equals(frame.collect().filter(by_expression))
    assert found.height > 0


def test_a_filter_of_a_stored_table_may_be_a_function(stored):
    by_function, by_expression = filtered(stored)
    assert by_function.collect().equals(stored.collect().filter(by_expression))


def test_a_function_over_columns_and_a_head_work_together():
    frame = scan("bronze/raw_orders", **SMALL)
    chosen = pl.col("order_id").map_batches(lambda keys: keys > 7, return_dtype=pl.Boolean, is_elementwise=True)
    assert (
        frame.filter(chosen)
        .select("status")
        .head(3)
        .collect()
        .equals(frame.collect().filter(pl.col("order_id") > 7).select("status").head(3))
    )
    assert frame.head(5).filter(chosen).collect().height == 0


def test_a_filter_is_handed_to_the_source_so_that_memory_is_a_few_frames():
    plan = scan("bronze/raw_orders", **SMALL).filter(pl.col("order_id") > 7).select("order_id").explain()
    assert "SELECTION" in plan
    assert "PROJECT 1/" in plan


@pytest.fixture
def made(monkeypatch):
    """The columns and how many rows each piece had that a scan made."""
    pieces, make = [], scanning.chunk_of

    def seen(rows, columns=None, **more):
        pieces.append((columns, len(rows.row_numbers)))
        return make(rows, columns, **more)

    monkeypatch.setattr(scanning, "chunk_of", seen)
    return pieces


def test_of_one_key_only_its_row_is_made(made):
    frame = scan("bronze/raw_orders", **SMALL)
    every = frame.collect()
    for where in (
        pl.col("order_id") == 7,
        pl.lit(7) == pl.col("order_id"),
        (pl.col("order_id") == 7) & (pl.col("currency") != "") & (pl.col("order_id") > 1),
    ):
        made.clear()
        assert frame.filter(where).collect().equals(every.filter(pl.col("order_id") == 7))
        assert {count for _, count in made} == {1}
    assert frame.filter(pl.col("order_id") == 1_000_000).collect().height == 0
    assert frame.filter(pl.col("order_id") == 0).collect().height == 0
    both = (pl.col("order_id") == 7) & (pl.col("order_id") == 8)
    assert frame.filter(both).collect().height == 0
    either = (pl.col("order_id") == 7) | (pl.col("order_id") == 8)
    assert frame.filter(either).collect().equals(every[6:8])
    assert frame.filter(pl.col("order_id") != 7).collect().height == 59
    assert (
        frame.filter(pl.col("order_id") == pl.col("customer_id"))
        .collect()
        .equals(every.filter(pl.col("order_id") == pl.col("customer_id")))
    )


def test_a_slice_is_of_rows_that_a_filter_leaves_out_too():
    key = pl.col("order_id")
    assert scan("bronze/raw_orders", **SMALL, offset=5, rows=10).filter(key == 7).collect()["order_id"].to_list() == [7]
    assert scan("bronze/raw_orders", **SMALL, offset=10).filter(key == 7).collect().height == 0
    assert scan("bronze/raw_orders", **SMALL, rows=10).filter(key > 8).collect()["order_id"].to_list() == [9, 10]


def test_where_no_row_is_wanted_only_the_filter_s_columns_are_made(made):
    assert scan("bronze/raw_orders", **SMALL).filter(pl.col("currency") == "none").collect().height == 0
    assert [columns for columns, _ in made] == [["currency"]]


def test_a_filter_of_rows_that_are_sparse_leaves_those_that_it_lets_through():
    reviews = scan("bronze/raw_reviews", **SMALL)
    every = reviews.collect()
    assert every.height > 2
    one = every["review_id"][2]
    assert reviews.filter(pl.col("review_id") == one).collect().equals(every[2:3])
    assert reviews.filter(pl.col("rating") > 3).collect().equals(every.filter(pl.col("rating") > 3))


FIRST_ROWS = """
import polars as pl
from synth_assets.usecases.io_source import frames_when_asked

def frames(columns, limit):
    for number in range(4):
        sum(range(3_000_000))  # a thread of polars' own is still here when the first rows are there
        yield pl.DataFrame({"a": [number] * 10})

print(frames_when_asked({"a": pl.Int64}, frames).filter(pl.col("a") >= 0).slice(2, 3).collect().height)
"""


def test_a_program_may_end_while_polars_asks_for_rows_that_nobody_wants():
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", FIRST_ROWS], capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "3\n", "")
