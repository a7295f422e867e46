"""Folders of Parquet and CSV: rows tell types, ranges, keys and references, but values only if somebody says so."""

import duckdb
import polars as pl
import pytest
import yaml

from synth_assets.errors import UsageError
from synth_assets.schemas.sources import read_source
from synth_assets.usecases.spec_from import spec_from
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS, whole
from synth_assets_tests.schemas.loading import Made, broken


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Customers as CSV; orders as Parquet in folders of days; lines as several files; a file that is none of both."""
    folder = tmp_path_factory.mktemp("x=1") / "shop"
    (folder / "lines").mkdir(parents=True)
    count = 300
    customers = pl.DataFrame({"customer_id": range(1, count + 1)}).with_columns(
        (pl.col("customer_id") * 7 % 50 + 18).alias("years"),
        pl.when(pl.col("customer_id") % 3 > 0)
        .then(pl.lit("ref-") + pl.col("customer_id").cast(pl.String))
        .alias("memo"),
        pl.when(pl.col("customer_id") % 5 > 0).then(pl.lit("plain")).otherwise(pl.lit("golden")).alias("kind"),
        pl.when(pl.col("customer_id") > 1).then(pl.col("customer_id") // 2).alias("parent_id"),
        (pl.lit("q") + pl.col("customer_id").cast(pl.String) + pl.lit("@q.test")).alias("email"),
    )
    customers.write_csv(folder / "customers.csv")
    orders = pl.DataFrame({"id": [f"O-{n:05}" for n in range(900)]}).with_columns(
        pl.Series("customer_id", [1 if n % 2 else n % count + 1 for n in range(900)], dtype=pl.Int64),
        pl.Series("day", [f"2024-01-{n % 5 + 1:02}" for n in range(900)]),
        pl.Series("total", [f"{n % 90}.50" for n in range(900)]).cast(pl.Decimal(10, 2)),
    )
    with duckdb.connect() as connection:
        connection.register("orders", orders.to_arrow())
        connection.execute(f"COPY orders TO '{folder}/orders' (FORMAT parquet, PARTITION_BY (day))")
    for part in range(2):
        rows = [(n, line) for n in range(450 * part, 450 * (part + 1)) for line in range(1, n % 3 + 2)]
        pl.DataFrame(
            {
                "order_id": [f"O-{n:05}" for n, _ in rows],
                "line": [line for _, line in rows],
                "odd": [{"a": 1}] * len(rows),
            }
        ).write_parquet(folder / "lines" / f"part-{part}.parquet")
    (folder / "README.txt").write_text("what lies here")
    return folder


def test_the_head_says_that_keys_are_guessed(shop, written):
    head = head_of(spec_from(str(shop)))
    assert "Keys, references, uniqueness and NOT NULL are guessed" in head
    assert "are the source's" not in head
    declared = head_of(spec_from(str(written("CREATE TABLE t (a int PRIMARY KEY);"))))
    assert "enumerations and NOT NULL are the source's." in declared


def head_of(made):
    return " ".join(line[2:] for line in made.text.splitlines() if line.startswith("# "))


def test_rows_keep_what_the_files_show(shop, tmp_path):
    made = Made(shop, tmp_path, preset="as_source")
    assert broken(made) == []
    assert {name: len(rows) for name, rows in made.rows.items()} == {"customers": 300, "orders": 900, "lines": 1800}
    customers = made.rows["customers"]
    assert customers["years"].min() >= 18
    assert customers["years"].max() <= 67
    assert customers["memo"].null_count() / 300 == pytest.approx(1 / 3, abs=0.08)
    first, second = customers["kind"].value_counts(sort=True)["count"].to_list()
    assert first / second == pytest.approx(4, rel=0.4)
    often = made.rows["orders"]["customer_id"].value_counts(sort=True)["count"].to_list()
    assert often[0] > 20 * 3


def test_tables_have_types_keys_references_and_numbers(shop):
    schema = read_source(f"{shop}/")
    tables = {one.name: one for one in schema.tables}
    customers, orders, lines = tables["customers"], tables["orders"], tables["lines"]
    assert {name: one.rows for name, one in tables.items()} == {"customers": 300, "orders": 900, "lines": 1800}
    assert customers.key.columns == ("customer_id",)
    assert [one.columns for one in customers.unique] == [("email",)]
    assert [(one.columns, one.to) for one in customers.links] == [(("parent_id",), "customers")]
    assert customers.column("years").statistics.low == "18"
    assert [one.name for one in orders.columns] == ["id", "customer_id", "total", "day"]
    assert orders.column("total").type.name == "decimal(10,2)"
    assert orders.column("day").type.name == "date"
    assert orders.key.columns == ("id",)
    assert [(one.columns, one.to) for one in orders.links] == [(("customer_id",), "customers")]
    assert lines.key.columns == ("order_id", "line")
    assert [(one.columns, one.to, one.target) for one in lines.links] == [(("order_id",), "orders", ("id",))]


def test_no_text_of_the_rows_is_in_the_file_unless_values_may_be(shop):
    text = spec_from(str(shop)).text
    assert not [one for one in ("ref-", "golden", "plain", "q.test", "O-0") if one in text]
    assert "values are made up" in text
    columns = yaml.safe_load(spec_from(str(shop), values=True).text)["entities"]["customers"]["columns"]
    assert columns["kind"] == {"weighted": {"plain": 800, "golden": 200}}


def test_what_is_no_table_and_what_cannot_be_said_is_told(shop):
    told = spec_from(str(shop)).open_points
    assert any("are what rows show" in one for one in told)
    assert any("neither Parquet nor CSV" in one for one in told)
    assert any("lines.odd: can't be said: STRUCT" in one for one in told)


def test_files_that_cannot_be_read_are_all_named(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no")
    (tmp_path / "b").mkdir()
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "b" / "1.parquet")
    (tmp_path / "b" / "2.parquet").write_text("")
    with pytest.raises(UsageError) as error:
        read_source(str(tmp_path))
    assert "a.parquet: " in str(error.value)
    assert "2.parquet: " in str(error.value)
    assert "1.parquet" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "said", "message"),
    [
        ("a.txt", "x", "folder", "neither a folder nor a file of Parquet or CSV"),
        ("d/a.txt", "x", "", "has no files of Parquet or CSV"),
        ("d/schema.sql", "CREATE TABLE t (a int)", "ddl", "can't be read"),
    ],
)
def test_another_kind_than_said_is_told(tmp_path, name, content, said, message):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    with pytest.raises(Exception, match=message):
        read_source(str(path if said == "folder" else path.parent), said)


@pytest.mark.parametrize("source", ["nothing.parquet", "nothing/", "nothing"])
def test_what_is_not_there_is_told(source):
    with pytest.raises(UsageError, match=r"nothing.* isn't there"):
        read_source(source)


def test_tables_without_rows_and_without_columns_that_tell_are_tables(tmp_path):
    pl.DataFrame({"a": pl.Series([], dtype=pl.Int32), "b": pl.Series([], dtype=pl.String)}).write_parquet(
        tmp_path / "empty.parquet"
    )
    pl.DataFrame({"x": [1.5, float("nan")], "y": [None, None]}).write_parquet(tmp_path / "odd.parquet")
    made = Made(tmp_path, tmp_path)
    assert broken(made) == []


@pytest.mark.parametrize("name", ["bronze", *(name for name in DATASETS if name.startswith("example "))])
def test_our_own_data_become_a_dataset_of_their_kind(tmp_path, name):
    folder = tmp_path / name.rpartition(" ")[2]
    folder.mkdir()
    for table in DOMAINS[name].tables:
        whole(name, table).frame.write_parquet(folder / f"{table}.parquet")
    made = Made(folder, tmp_path)
    assert set(made.rows) == set(DOMAINS[name].tables)
    assert broken(made) == []
