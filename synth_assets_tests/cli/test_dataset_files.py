"""Files in ``datasets/`` are domains for every command; a broken one is wrong for itself alone."""

import json

import pytest

from synth_assets_tests.specs.test_files import SHOP

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def shop(project):
    (project / "datasets").mkdir()
    file = project / "datasets" / "shop.yaml"
    file.write_text(SHOP)
    return file


def test_a_file_is_a_domain_for_every_command(synth, project):
    assert "shop: A shop." in synth("list").out
    assert "orders" in synth("describe", "shop").out
    assert synth("plan", "shop", "--customers", "20").status == 0
    assert len(synth("sample", "shop/orders", "--rows", "3", "--quiet").out.splitlines()) == 4
    made = synth("generate", "shop", "--preset", "tiny", "--format", "parquet,csv,duckdb", "--workers", "2", "--quiet")
    assert made.status == 0, made.err
    assert synth("changes", "generate", "shop", "--preset", "tiny", "--batches", "1..3", "--quiet").status == 0
    assert synth("changes", "replay", "data/changes/shop/tiny-42/day", "--quiet").status == 0
    verified = synth("verify", "data", "--regenerate")
    assert verified.status == 0, verified.out
    assert (project / "data/parquet/shop/orders/preset=tiny/seed=42/part-00000.parquet").is_file()


def test_the_path_of_a_file_stands_for_its_domain(synth, shop, project):
    shop.unlink()
    (project / "elsewhere.yaml").write_text(SHOP)
    for what in ("elsewhere.yaml", f"{project}/elsewhere.yaml"):
        assert len(synth("sample", f"{what}/orders", "--rows", "3", "--quiet").out.splitlines()) == 4
        assert synth("describe", what).status == synth("describe", f"{what}/orders").status == 0
        assert synth("generate", what, "orders", "--preset", "tiny", "--customers", "5", "--quiet").status == 0
    assert synth("describe", "shop").status == 2
    assert "can't be read: No such file" in synth("describe", "nowhere.yaml").err


NESTED = """\
dataset: nested
entities:
  t:
    rows: 2
    columns:
      id: key
      opens: {times: "06:00", high: "22:00", step: 300}
      days: {list: {dates: "2024-01-01", last: "2024-01-01"}, length: 2}
      item:
        struct:
          price: {decimals: 1, high: 1, type: "decimal(8,2)"}
          at: {times: "06:00", high: "06:00", step: 300}
"""


def test_a_sample_shows_cells_as_files_hold_them_and_not_as_python_does(synth, project):
    (project / "nested.yaml").write_text(NESTED)
    text = synth("sample", "nested.yaml/t").out
    assert '["2024-01-01", "2024-01-01"]' in text
    assert '{"price": "1.00", "at": "06:00:00"}' in text
    row = json.loads(synth("sample", "nested.yaml/t", "--rows", "1", "--json").out)
    assert row["item"] == {"price": "1.00", "at": "06:00:00"}
    assert len(row["opens"]) == len("06:00:00")


def test_settings_know_its_parameters_and_presets(synth, project):
    (project / "synth.toml").write_text("[shop]\ncustomers = 11\n[presets.shop.demo]\ncustomers = 5\ndays = 3\n")
    assert "demo" in synth("list").out
    assert "11" in synth("plan", "shop").out
    (project / "synth.toml").write_text("[shop]\ncustumers = 11\n")
    assert "did you mean 'customers'" in synth("list").err


def test_a_broken_file_is_told_once_and_everything_else_works(synth, project):
    (project / "datasets" / "broken.yaml").write_text(
        SHOP.replace("shop", "broken").replace("person.full", "person.ful")
    )
    (project / "datasets" / "torn.yaml").write_text("dataset: torn\nentities: [\n")
    (project / "synth.toml").write_text("[broken]\ncustomers = 11\n[partitions]\npresets = ['tiny']\n")
    listed = synth("list")
    assert listed.status == 0
    assert "shop: A shop." in listed.out
    assert listed.err.count("datasets/broken.yaml, line 11") == 1
    assert listed.err.count("datasets/torn.yaml, line") == 1
    for command in (("generate", "shop", "--preset", "tiny", "--quiet"), ("describe", "bronze"), ("plan", "bronze")):
        done = synth(*command)
        assert done.status == 0, done.err
        assert "broken" not in done.err
    refused = synth("generate", "broken")
    assert refused.status == 2
    assert "datasets/broken.yaml, line 11: broken/customers: name: person: part='ful_name'" in refused.err


def test_two_files_of_one_name_and_a_name_that_is_taken_are_refused_alone(synth, project):
    (project / "datasets" / "other.json").write_text('{"dataset": "shop", "entities": {}}')
    (project / "datasets" / "bronze.yaml").write_text(SHOP.replace("dataset: shop", "dataset: bronze"))
    (project / "datasets" / "data.yaml").write_text(SHOP.replace("dataset: shop", "dataset: partitions"))
    listed = synth("list")
    assert listed.status == 0
    assert "bronze:" in listed.out
    assert "two domains are called shop: datasets/other.json and datasets/shop.yaml" in listed.err
    assert "two domains are called bronze: package synth_assets.domains.bronze and datasets/bronze.yaml" in listed.err
    assert "can't be called partitions: that is a section of synth.toml" in listed.err
    assert synth("generate", "shop").status == 2
    assert synth("sample", "bronze/raw_orders", "--rows", "2").status == 0


def test_other_files_may_lie_there_and_the_folder_may_be_another(synth, shop, project, monkeypatch):
    (project / "datasets" / "settings.json").write_text('{"a": 1}')
    (project / "datasets" / "rows.csv").write_text("a\n1\n")
    assert synth("list").err == ""
    shop.rename(project / "here.yaml")
    assert "shop: A shop" not in synth("list").out
    monkeypatch.setenv("SYNTH_DATASETS", ".")
    assert "shop: A shop" in synth("list").out
    monkeypatch.delenv("SYNTH_DATASETS")
    (project / "synth.toml").write_text('datasets = "."\n')
    assert "shop: A shop" in synth("list").out


def test_spec_validate_show_and_schema(synth, project):
    right = synth("spec", "validate", "datasets/shop.yaml")
    assert (right.status, right.err) == (0, "")
    assert right.out == "datasets/shop.yaml: shop, 2 tables, presets tiny, small: all is well.\n"
    shown = synth("spec", "show", "datasets/shop.yaml")
    (project / "shown.yaml").write_text(shown.out)
    rows = [synth("sample", f"{file}/orders", "--rows", "9").out for file in ("shown.yaml", "datasets/shop.yaml")]
    assert rows[0] == rows[1]
    (project / "wrong.yaml").write_text(SHOP.replace("lines_of", "line_of").replace("doc:", "dok:"))
    wrong = synth("spec", "validate", "wrong.yaml", "datasets/shop.yaml", "--json")
    assert wrong.status == 1
    first, second = map(json.loads, wrong.out.splitlines())
    assert (first["ok"], second["ok"], second["tables"]) == (False, True, ["customers", "orders"])
    assert len(first["problems"]) >= 2
    assert synth("spec", "validate", "nowhere.yaml").status == 2
    assert "$schema" in json.loads(synth("spec", "schema").out)


def test_a_page_of_a_file_is_printed_or_written_and_never_over_the_file(synth, shop, project):
    printed = synth("describe", "datasets/shop.yaml", "--as", "page").out
    assert printed.startswith("# shop\n")
    assert "```mermaid\nerDiagram\n" in printed
    assert (
        synth("describe", "datasets/shop.yaml", "--as", "page", "--output", "docs/of/shop.md").out
        == "docs/of/shop.md\n"
    )
    assert (project / "docs/of/shop.md").read_text() == printed
    assert [path.name for path in (project / "docs/of").iterdir()] == ["shop.md"]
    over = synth("describe", "datasets/shop.yaml", "--as", "page", "--output", "datasets/../datasets/shop.yaml")
    assert (over.status, shop.read_text()) == (2, SHOP)
    assert "is the file that is described" in over.err
    assert "and this is a folder's" in synth("describe", "shop", "--as", "page", "--output", "datasets").err
    assert synth("describe", "shop/orders", "--as", "page").out.startswith("# shop/orders\n")
    assert "synth sample datasets/shop.yaml/orders" in synth("describe", "datasets/shop.yaml/orders").out


def test_another_form_than_those_there_are_is_refused_and_so_are_two(synth):
    wrong = synth("describe", "shop", "--as", "pag")
    assert (wrong.status, wrong.out) == (2, "")
    assert "did you mean 'page'? Allowed: text, json, page, card, datapackage, dbt, ddl:DIALECT, odcs." in wrong.err
    assert "contradict each other" in synth("describe", "shop", "--json", "--as", "page").err
    assert synth("describe", "shop", "--as", "json").out == synth("describe", "shop", "--json").out


def test_a_broken_file_has_no_page_but_all_that_is_wrong(synth, shop, project):
    shop.write_text(SHOP.replace("person.full", "person.ful"))
    told = synth("describe", "datasets/shop.yaml", "--as", "page", "--output", "shop.md")
    assert (told.status, told.out) == (2, "")
    assert "datasets/shop.yaml, line" in told.err
    assert not (project / "shop.md").exists()
