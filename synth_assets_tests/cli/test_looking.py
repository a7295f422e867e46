"""`synth list`, `synth describe`, `synth sample`: what there is, and some rows of it."""

import json

import pytest

from synth_assets.project.packages import built_in
from synth_assets.project.project import Project
from synth_assets.usecases.scan import scan

ENTITIES = list(Project.here().domain("bronze").entities)


def test_list_names_every_domain_table_and_preset_with_its_rows(synth):
    text = synth("list").out
    domain = Project.here().domain("bronze")
    assert all(name in text for name in (*domain.entities, *domain.presets))
    assert "480,000,000" in text


def test_list_as_json_has_the_rows_of_each_table_by_preset(synth):
    found = {one["name"]: one for one in json.loads(synth("list", "--json").out)}
    bronze, library = found["bronze"], found["library"]
    assert list(found) == sorted(source.name for source in built_in())
    rows = {entity["name"]: entity["rows"] for entity in bronze["entities"]}
    assert rows["raw_orders"] == {"small": 5_000, "medium": 50_000, "large": 500_000, "xlarge": 10_000_000}
    assert set(rows["raw_reviews"].values()) == {None}
    assert [entity["rows"]["large"] for entity in library["entities"]] == [1_000_000] * 16
    sizes = {entity["name"]: entity["rows"] for entity in found["starter"]["entities"]}
    assert sizes["users"] == {"small": 100, "medium": 1_000, "large": 10_000}
    assert sizes["events"] == sizes["sales"] == {"small": 1_000, "medium": 10_000, "large": 100_000}


def test_list_and_describe_show_the_project_s_own_presets(synth, project):
    (project / "synth.toml").write_text("[presets.bronze.demo]\ncustomers = 9\nproducts = 8\norders = 7\ndays = 6\n")
    assert "demo" in synth("list").out
    assert json.loads(synth("describe", "bronze", "--json").out)["presets"]["demo"]["orders"] == 7


@pytest.mark.parametrize("name", ENTITIES)
def test_describe_names_every_column_type_and_reference_of_a_table(synth, name):
    text = synth("describe", f"bronze/{name}").out
    table = Project.here().domain("bronze").entity(name).table()
    for column in table.columns:
        line = next(line for line in text.splitlines() if line.split()[:1] == [column.name])
        assert column.type.name in line
        assert column.doc in line
        reference = table.reference_of(column.name)
        assert reference is None or f"-> bronze/{reference.table}" in line
    assert table.grain in text


def test_describe_as_json_says_what_the_model_says(synth):
    info = json.loads(synth("describe", "bronze/raw_orders", "--json").out)
    assert (info["path"], info["key"]) == ("bronze/raw_orders", "order_id")
    by_name = {column["name"]: column for column in info["columns"]}
    assert by_name["order_id"]["key"]
    assert by_name["customer_id"]["references"] == "bronze/raw_customers"
    assert by_name["shipped_at"]["nullable"]
    assert "pending" in by_name["status"]["values"]


def test_sample_shows_ten_rows_below_the_column_names(synth):
    lines = synth("sample", "bronze/raw_orders", "--preset", "small").out.splitlines()
    assert lines[0].split()[:2] == ["order_id", "customer_id"]
    assert [line.split()[0] for line in lines[1:]] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("name", ENTITIES)
def test_sample_as_json_gives_the_rows_that_scan_gives(synth, name):
    result = synth("sample", f"bronze/{name}", "--preset", "small", "--offset", "100", "--rows", "3", "--json")
    rows = [json.loads(line) for line in result.out.splitlines()]
    expected = scan(f"bronze/{name}", "small", offset=100, rows=3).collect()
    assert [list(row) for row in rows] == [expected.columns] * 3
    key = Project.here().domain("bronze").entity(name).about.key
    assert [row[key] for row in rows] == expected[key].to_list()


def test_sample_gives_the_columns_named_in_the_order_named(synth):
    result = synth("sample", "bronze/raw_orders", "--columns", "status,order_id", "--columns", "currency", "--json")
    assert list(json.loads(result.out.splitlines()[0])) == ["status", "order_id", "currency"]


def test_sample_past_the_end_says_so_and_shows_no_rows(synth):
    result = synth("sample", "bronze/raw_orders", "--preset", "small", "--offset", "5000")
    assert result.status == 0
    assert len(result.out.splitlines()) == 1
    assert "bronze/raw_orders has no more rows" in result.err


def test_sample_takes_volumes_and_a_seed(synth):
    one, other = (
        synth("sample", "bronze/raw_orders", "--orders", "3", "--seed", seed, "--columns", "total_amount").out
        for seed in ("1", "2")
    )
    assert len(one.splitlines()) == len(other.splitlines()) == 4
    assert one != other


def test_a_missing_cell_is_empty_in_text_and_null_in_json(synth):
    args = ("sample", "bronze/raw_orders", "--columns", "cancelled_at,order_id", "--rows", "1", "--preset", "small")
    assert synth(*args).out.splitlines()[1].split() == ["1"]
    assert json.loads(synth(*args, "--json").out)["cancelled_at"] is None
