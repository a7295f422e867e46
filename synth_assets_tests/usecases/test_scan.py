"""`scan`: a LazyFrame that generates the columns and rows that a query needs, and no others."""

import polars as pl
import pytest

from synth_assets import scan
from synth_assets.errors import UsageError
from synth_assets.usecases import scan as scanning

SMALL = {"preset": "small"}
TABLES = ("raw_customers", "raw_orders", "raw_clickstream", "raw_inventory", "raw_reviews")


@pytest.fixture
def generated(monkeypatch):
    """What is asked of the generator: columns, and how many rows."""
    calls = []
    real = scanning.chunk_of

    def spy(rows, columns=None, **options):
        calls.append((tuple(columns or rows.table().column_names), len(rows.row_numbers)))
        return real(rows, columns, **options)

    monkeypatch.setattr(scanning, "chunk_of", spy)
    return calls


def test_nothing_is_generated_before_somebody_collects(generated):
    lazy = scan("bronze/raw_orders", **SMALL).select("order_id").filter(pl.col("order_id") > 3)
    assert lazy.collect_schema() == {"order_id": pl.Int64}
    assert generated == []


def test_only_the_columns_asked_for_are_generated(generated):
    scan("bronze/raw_orders", **SMALL).select("status", "order_id").collect()
    assert {frozenset(columns) for columns, _ in generated} == {frozenset({"status", "order_id"})}


def test_a_predicate_s_columns_are_generated_too_and_no_others(generated):
    pending = scan("bronze/raw_orders", **SMALL).filter(pl.col("status") == "pending").select("order_id").collect()
    assert pending.columns == ["order_id"]
    # First the predicate's, by which the rest of a chunk may be left out.
    assert {frozenset(columns) for columns, _ in generated} == {
        frozenset(["status"]),
        frozenset(["status", "order_id"]),
    }
    everything = scan("bronze/raw_orders", **SMALL).collect()
    assert pending.equals(everything.filter(status="pending").select("order_id"))
    assert 0 < pending.height < everything.height


@pytest.mark.parametrize("table", TABLES)
def test_a_filtered_head_is_the_head_of_what_the_filter_leaves(table):
    whole = scan(f"bronze/{table}", **SMALL).collect()
    key = whole.columns[0]
    chosen = (pl.col(key) % 7 == 3) & (pl.col(key) > int(whole[key][whole.height // 2]))
    assert scan(f"bronze/{table}", **SMALL).filter(chosen).head(5).collect().equals(whole.filter(chosen).head(5))


def test_a_head_of_the_largest_preset_generates_so_many_rows_and_no_more(generated):
    head = scan("bronze/raw_clickstream", "xlarge").select("event_id").head(7).collect()
    assert head["event_id"].to_list() == list(range(1, 8))
    assert generated == [(("event_id",), 7)]


def test_rows_from_an_offset_are_generated_alone(generated):
    found = scan("bronze/raw_orders", "xlarge", offset=7_000_000, rows=100).select("order_id").collect()
    assert found["order_id"].to_list() == list(range(7_000_001, 7_000_101))
    assert generated == [(("order_id",), 100)]


@pytest.mark.parametrize("table", TABLES)
def test_offset_and_rows_cut_the_whole(table):
    whole = scan(f"bronze/{table}", **SMALL).collect()
    for offset, rows in ((0, 0), (0, 1), (5, 20), (whole.height - 3, 10), (whole.height, 5), (whole.height + 9, None)):
        found = scan(f"bronze/{table}", **SMALL, offset=offset, rows=rows).collect()
        assert found.equals(whole.slice(offset, rows))
        assert found.schema == whole.schema
    middle = scan(f"bronze/{table}", **SMALL, offset=whole.height // 2).collect()
    assert middle.equals(whole.slice(whole.height // 2))


def test_an_offset_into_a_later_window_counts_the_rows_of_earlier_ones():
    year = {**SMALL, "volumes": {"orders": 200, "days": 365}}
    whole = scan("bronze/raw_inventory", **year).collect()
    for offset in range(0, whole.height, whole.height // 40):
        assert scan("bronze/raw_inventory", **year, offset=offset, rows=9).collect().equals(whole.slice(offset, 9))


def test_a_streaming_sink_writes_what_collect_gives(tmp_path):
    lazy = scan("bronze/raw_clickstream", **SMALL)
    lazy.sink_parquet(tmp_path / "clicks.parquet")
    assert pl.read_parquet(tmp_path / "clicks.parquet").equals(lazy.collect())


def test_tables_join_lazily():
    orders = scan("bronze/raw_orders", **SMALL)
    lines = scan("bronze/raw_order_items", **SMALL)
    sums = lines.group_by("order_id").agg(pl.col("line_total").sum(), pl.len())
    joined = orders.join(sums, on="order_id").collect()
    assert joined.height == 5_000
    assert (joined["subtotal"] == joined["line_total"]).all()
    assert (joined["item_count"] == joined["len"]).all()


def test_one_lazy_frame_gives_the_same_each_time():
    lazy = scan("bronze/raw_reviews", **SMALL)
    assert lazy.collect().equals(lazy.collect())
    one, two = pl.collect_all([lazy.select("rating"), lazy.select("title", "rating")])
    assert one["rating"].equals(two["rating"])


@pytest.mark.parametrize("seed", [0, -1, 2**64, -(10**30), 99])
def test_any_whole_number_is_a_seed(seed):
    assert scan("bronze/raw_orders", **SMALL, seed=seed, rows=3).collect().height == 3


def test_without_a_preset_it_is_the_domain_s_default_one():
    assert scan("bronze/raw_orders").select(pl.len()).collect().item() == 50_000


def test_volumes_override_the_preset_s():
    assert scan("bronze/raw_orders", **SMALL, volumes={"orders": 12}).collect().height == 12


@pytest.mark.parametrize("table", [*TABLES, "raw_products", "raw_order_items", "raw_sessions"])
def test_an_empty_table_has_its_full_schema(table):
    empty = scan(f"bronze/{table}", **SMALL, volumes={"customers": 0, "products": 0, "orders": 0}).collect()
    assert empty.height == 0
    assert empty.schema == scan(f"bronze/{table}", **SMALL).collect_schema()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"offset": -1}, "offset=-1 is not allowed"),
        ({"offset": 1.5}, "offset=1.5 is not allowed"),
        ({"offset": True}, "offset=True is not allowed"),
        ({"rows": -1}, "rows=-1 is not allowed"),
        ({"rows": "five"}, "rows='five' is not allowed"),
        ({"preset": "smal"}, "did you mean 'small'"),
        ({"seed": 1.5}, "seed=1.5 is not allowed"),
        ({"volumes": {"orders": -5}}, "orders=-5 is not allowed"),
        ({"volumes": {"orders": 1.5}}, "orders=1.5 is not allowed"),
        ({"volumes": {"order": 5}}, "did you mean 'orders'"),
        ({"volumes": {"customers": 0}}, "customers=0 contradict"),
    ],
)
def test_what_is_not_allowed_is_refused_before_anything_is_generated(wrong, said):
    with pytest.raises(UsageError, match=said):
        scan("bronze/raw_orders", **{**SMALL, **wrong})


@pytest.mark.parametrize("path", ["bronze", "bronze/", "raw_orders", "bronce/raw_orders", "bronze/raw_order", "a/b/c"])
def test_a_path_that_names_no_table_is_refused(path):
    with pytest.raises(UsageError):
        scan(path)


def test_an_unknown_column_is_polars_own_error():
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        scan("bronze/raw_orders", **SMALL).select("statsu").collect()
