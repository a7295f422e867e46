"""`synth describe … --as` for other tools, and what generating leaves for them."""

import json
import os
import shutil
from pathlib import Path

import duckdb
import pytest
import sqlglot
import yaml

from synth_assets.descriptions import kinds as described_kinds
from synth_assets.produce import manifests
from synth_assets.project.packages import Package
from synth_assets.usecases.descriptions import describe_as
from synth_assets.usecases.generate import generate, request_for

TINY = ("--preset", "tiny", "--seed", "42", "--quiet")
SHOP = """
dataset: shop
doc: A shop.
presets: {tiny: {}}
entities:
  customers:
    doc: Customers.
    grain: one customer
    rows: 20
    columns:
      customer_id: key
      email: {person: email, unique: true}
  orders:
    doc: Orders.
    grain: one order
    rows: 60
    columns:
      order_id: key
      customer_id: {references: customers}
      country: {weighted: [[AT, 5], [DE, 3], [CH, 2]], doc: "where to: one of three"}
      placed_on: {dates: -30}
"""


@pytest.fixture(autouse=True)
def shop(project):
    """A declared dataset in the project."""
    (project / "datasets").mkdir()
    (project / "datasets" / "shop.yaml").write_text(SHOP)
    return project


def package_of(root, dataset="tiny-42"):
    return json.loads((root / "descriptions" / "shop" / dataset / "datapackage.json").read_text())


def contract_of(root, dataset="tiny-42"):
    return yaml.safe_load((root / "descriptions" / "shop" / dataset / "contract.odcs.yaml").read_text())


def test_a_table_that_is_made_later_is_told_of_then_and_the_same_run_again_changes_no_byte(synth, shop):
    data = shop / "data"
    assert synth("generate", "shop", "orders", *TINY).status == 0
    assert [one["name"] for one in package_of(data)["resources"]] == ["orders"]
    assert "foreignKeys" not in package_of(data)["resources"][0]["schema"]
    assert [one["name"] for one in contract_of(data)["schema"]] == ["orders"]
    assert synth("generate", "shop", "customers", *TINY).status == 0
    assert [one["name"] for one in package_of(data)["resources"]] == ["customers", "orders"]
    key = {"fields": ["customer_id"], "reference": {"resource": "customers", "fields": ["customer_id"]}}
    assert package_of(data)["resources"][1]["schema"]["foreignKeys"] == [key]
    folder = data / "descriptions/shop/tiny-42"
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    assert synth("generate", "shop", *TINY).status == 0
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before
    assert synth("generate", "shop", "--seed", "7", "--quiet").status == 0
    assert [path.name for path in sorted((data / "descriptions/shop").iterdir())] == ["tiny-42", "tiny-7"]
    assert synth("verify", "data", "--quiet").status == 0


def test_formats_compressions_and_several_files_are_told_as_they_lie(synth, shop):
    more = ("--format", "parquet,csv,duckdb", "--chunk-size", "25")
    assert synth("generate", "shop", *TINY, *more).status == 0
    data = shop / "data"
    customers, orders = package_of(data)["resources"]
    assert (customers["format"], len(orders["path"])) == ("csv", 3)
    folder = data / "descriptions/shop/tiny-42"
    assert all((folder / path).is_file() for path in orders["path"])
    servers = contract_of(data)["servers"]
    assert [one["server"] for one in servers] == ["parquet", "duckdb", "csv"]
    for server in (servers[0], servers[2]):
        found = sorted(folder.resolve().glob("x")) or list(Path(folder).glob(server["path"].format(model="orders")))
        assert len(found) == 3
    assert (folder / servers[1]["database"]).is_file()
    parquet = synth("generate", "shop", "--seed", "7", "--quiet", "--chunk-size", "25")
    assert parquet.status == 0
    names = [one["name"] for one in package_of(data, "tiny-7")["resources"]]
    assert names == ["customers", "orders.00000", "orders.00001", "orders.00002"]


def test_a_dataset_in_databases_only_has_a_contract_and_no_package(synth, shop):
    assert synth("generate", "shop", *TINY, "--format", "sqlite").status == 0
    assert [path.name for path in (shop / "data/descriptions/shop/tiny-42").iterdir()] == ["contract.odcs.yaml"]
    refused = synth("describe", "shop", "--as", "datapackage", *TINY)
    assert refused.status == 1
    assert "a data package tells of files" in refused.err
    assert "--format csv" in refused.err
    refused = synth("describe", "shop", "--as", "dbt", *TINY)
    assert "DuckDB can't tell its types" in refused.err
    assert "--format parquet" in refused.err


@pytest.mark.parametrize("layout", ["flat", "by_column"])
def test_descriptions_never_lie_among_parts_and_verifying_does_not_mind_them(synth, shop, layout):
    assert synth("generate", "shop", *TINY, "--layout", layout).status == 0
    folder = shop / "data/descriptions/shop/tiny-42"
    for resource in package_of(shop / "data")["resources"]:
        assert (folder / resource["path"]).is_file()
    assert {path.parent for path in (shop / "data").rglob("datapackage.json")} == {folder}
    assert synth("verify", "data", "--quiet").status == 0
    assert synth("generate", "shop", *TINY, "--layout", layout).status == 0


def test_dbt_reads_columns_that_are_in_the_path_only(shop):
    domain = Package("synth_assets_tests.tenants").load()
    dataset = domain.dataset(next(iter(domain.presets)))
    tables = ["orders", "notes"]
    generate(request_for(domain, dataset, tables, shop / "data", formats=("parquet",), layout="by_column"))
    told = describe_as("datapackage", domain, dataset, shop / "data", tables=tables)
    held = {one["name"].partition(".")[0]: one["schema"]["fields"] for one in json.loads(told)["resources"]}
    apart = {name: {*domain.tables[name].column_names} - {one["name"] for one in held[name]} for name in tables}
    assert apart == {"orders": {"status"}, "notes": {"priority", "is_open"}}
    assert list(rows_that_dbt_reads(describe_as("dbt", domain, dataset, shop / "data", tables=tables))) == tables
    contract = yaml.safe_load(describe_as("odcs", domain, dataset, shop / "data", tables=tables))
    (server,) = contract["servers"]  # one pattern, though files lie in folders of folders, and not all as deep
    found = {name: len([*shop.glob(server["path"].format(model=name))]) for name in tables}
    assert found == {name: len([*(shop / "data/parquet/tenants" / name).rglob("part-*")]) for name in tables}
    told = {one["name"]: [c["name"] for c in one["properties"] if c.get("partitioned")] for one in contract["schema"]}
    assert told == {"orders": ["status"], "notes": ["priority", "is_open"]}


def rows_that_dbt_reads(text):
    """Table → rows, by the places that dbt-duckdb is told, which fills in what stands in braces."""
    (source,) = yaml.safe_load(text)["sources"]
    found = {}
    for table in source["tables"]:
        place = table["config"]["meta"]["external_location"].format_map({})
        rows = duckdb.sql(f"SELECT * FROM {place}")
        assert dict(zip(rows.columns, map(str, rows.types), strict=True)) == {
            column["name"]: column["data_type"] for column in table["columns"]
        }
        found[table["name"]] = len(rows.fetchall())
        assert found[table["name"]] == table["config"]["meta"]["rows"]
    return found


def test_where_files_are_of_a_table_that_is_not_stored_is_refused_with_the_way_to_it(synth, shop):
    refused = synth("describe", "shop", "--as", "dbt", *TINY, "--output", "sources.yml")
    assert (refused.status, refused.out) == (1, "")
    assert "shop tiny|42 is not stored in" in refused.err
    assert "Make it: synth generate shop --preset tiny --seed 42" in refused.err
    assert synth("generate", "shop", "customers", *TINY).status == 0
    refused = synth("describe", "shop", "--as", "datapackage", *TINY, "--output", "package.json")
    assert "shop/orders tiny|42 is not stored in" in refused.err
    assert "synth generate shop/orders" in refused.err
    assert not (shop / "sources.yml").exists()
    assert not (shop / "package.json").exists()
    assert synth("describe", "shop/customers", "--as", "dbt", *TINY).status == 0
    for form in ("odcs", "card", "ddl:sqlite"):
        assert synth("describe", "shop", "--as", form, *TINY).status == 0


def test_paths_begin_at_the_folder_of_the_output(synth, shop):
    assert synth("generate", "shop", *TINY).status == 0
    assert synth("describe", "shop", "--as", "datapackage", *TINY, "--output", "data/datapackage.json").status == 0
    package = json.loads((shop / "data/datapackage.json").read_text())
    assert {one["path"].partition("/")[0] for one in package["resources"]} == {"parquet"}
    assert synth("describe", "shop", "--as", "dbt", *TINY, "--output", "models/shop.yml").status == 0
    assert rows_that_dbt_reads((shop / "models/shop.yml").read_text()) == {"customers": 20, "orders": 60}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("ddl", "ddl needs a dialect after it: duckdb, mariadb, postgres, sqlite"),
        ("ddl:postgre", "dialect of SQL 'postgre' is unknown; did you mean 'postgres'?"),
        ("odcs:3", "nothing may follow odcs"),
    ],
)
def test_a_form_that_is_not_said_whole_is_refused_with_an_example(synth, form, said):
    refused = synth("describe", "shop", "--as", form)
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err


def test_what_tells_of_a_domain_is_of_no_dataset(synth):
    refused = synth("describe", "shop", "--as", "page", "--seed", "7")
    assert refused.status == 2
    assert "--seed says which dataset, and --as page tells of a domain" in refused.err


def test_the_card_says_how_to_get_the_dataset_back(synth):
    assert synth("generate", "shop", *TINY).status == 0
    card = synth("describe", "shop", "--as", "card", *TINY).out
    head = yaml.safe_load(card.split("---\n")[1])
    assert (head["seed"], head["preset"], head["tables"]["orders"]["rows"]) == (42, "tiny", 60)
    (command,) = [line[2:].split() for line in card.splitlines() if line.startswith("$ synth generate")]
    again = synth(*command[1:-1], "again", "--json", "--quiet")
    hashes = {one["entity"]: one["content_hash"] for one in map(json.loads, again.out.splitlines())}
    assert hashes == {name: told["content_hash"] for name, told in head["tables"].items()}


@pytest.mark.parametrize("dialect", ["mysql", "snowflake", "tsql"])
def test_other_dialects_are_translated_with_types_of_a_length(synth, dialect):
    told = synth("describe", "shop", "--as", f"ddl:{dialect}").out
    tables = [sqlglot.parse_one(one, read=dialect) for one in told.split("\n\n") if one.startswith("CREATE TABLE")]
    assert [one.find(sqlglot.exp.Table).name for one in tables] == ["customers", "orders"]
    types = {one.name: one.kind.sql(dialect) for table in tables for one in table.find_all(sqlglot.exp.ColumnDef)}
    assert types["email"] == "VARCHAR(255)"
    assert types["country"] == {"mysql": "TEXT", "snowflake": "VARCHAR", "tsql": "VARCHAR(MAX)"}[dialect]


def test_a_kind_that_is_dropped_in_is_asked_for_and_written(synth, shop, monkeypatch):
    (shop / "kinds").mkdir()
    (shop / "kinds" / "toy.py").write_text(
        "from synth_assets.descriptions.kind import Kind\n"
        "KIND = Kind('toy', lambda of, word: f'{word} {[*of.copies]}\\n', argument='WORD', file='toy.txt')\n"
    )
    monkeypatch.setattr(described_kinds, "__path__", [*described_kinds.__path__, str(shop / "kinds")])
    assert synth("describe", "shop", "--as", "toy:hello").out == "hello []\n"
    assert synth("generate", "shop", "customers", *TINY).status == 0
    assert (shop / "data/descriptions/shop/tiny-42/toy.txt").read_text() == " ['customers']\n"


# Verified


def told_of(synth, path="data"):
    """The result of the descriptions in `synth verify --json`, and its exit status; ``None`` where nothing is said."""
    done = synth("verify", path, "--json")
    (one,) = [*(one for one in map(json.loads, done.out.splitlines()) if not one["entity"])] or [None]
    return one, done.status


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda folder: (folder / "contract.odcs.yaml").write_text("mine"), "contract.odcs.yaml has 4 bytes, not"),
        (lambda folder: swapped(folder / "datapackage.json"), "datapackage.json was changed"),
        (lambda folder: (folder / "datapackage.json").unlink(), "datapackage.json is missing"),
        (lambda folder: pipe_at(folder / "datapackage.json"), "it is a pipe, not a file"),
        (lambda folder: (folder / "notes.txt").write_text("mine"), "notes.txt is none of the dataset's descriptions"),
        (lambda folder: (folder / "more").mkdir(), "more is none of the dataset's descriptions"),
    ],
)
def test_descriptions_that_are_not_those_of_the_dataset_are_its_problem(synth, shop, damage, said):
    assert synth("generate", "shop", *TINY, "--format", "csv,sqlite").status == 0
    folder = shop / "data/descriptions/shop/tiny-42"
    assert told_of(synth) == (None, 0)
    damage(folder)
    for path in ("data", "data/csv/shop/orders", "data/sqlite", "data/descriptions"):
        one, status = told_of(synth, path)
        assert (one["domain"], one["ok"], one["path"], status) == ("shop", False, "data/descriptions/shop/tiny-42", 1)
        assert said in one["problems"][0]
    for foreign in [*folder.glob("notes.txt"), *folder.glob("more")]:
        assert "Move it away" in one["problems"][0]
        foreign.rename(shop / foreign.name)
    assert synth("verify", "data").out.count("Run the same synth generate again") == (1 if "none" not in said else 0)
    for pipe in [one for one in folder.iterdir() if not one.is_file()]:
        pipe.unlink()
    assert synth("generate", "shop", *TINY, "--format", "csv,sqlite", "--keep").status == 0
    assert told_of(synth) == (None, 0)


def swapped(path):
    text = path.read_text()
    path.write_text(text.replace("orders", "sredro", 1))


def pipe_at(path):
    path.unlink()
    os.mkfifo(path)


def test_verifying_descriptions_by_their_place_says_that_they_are_right(synth, shop):
    assert synth("generate", "shop", *TINY).status == 0
    for path in ("descriptions", "descriptions/shop/tiny-42", "descriptions/shop/tiny-42/contract.odcs.yaml"):
        one, status = told_of(synth, f"data/{path}")
        assert (one["path"], one["ok"], status) == ("data/descriptions/shop/tiny-42", True, 0)
    (shop / "data/descriptions/other").mkdir()
    refused = synth("verify", "data/descriptions/other")
    assert (refused.status, "there is no dataset in data/descriptions/other" in refused.err) == (2, True)


def test_descriptions_that_are_gone_as_a_whole_or_beside_what_systems_leave_are_no_problem(synth, shop):
    assert synth("generate", "shop", *TINY).status == 0
    folder = shop / "data/descriptions/shop/tiny-42"
    (folder / ".DS_Store").write_text("")
    assert told_of(synth) == (None, 0)
    shutil.rmtree(folder)
    assert told_of(synth) == (None, 0)
    folder.mkdir()
    assert told_of(synth) == (None, 0)
    shutil.rmtree(shop / "data/descriptions")
    assert told_of(synth) == (None, 0)


def test_where_tables_are_not_as_they_were_written_descriptions_are_not_compared(synth, shop):
    assert synth("generate", "shop", *TINY, "--format", "csv,parquet").status == 0
    shutil.rmtree(shop / "data/csv/shop/orders")
    assert told_of(synth, "data/parquet") == (None, 0)
    one, status = told_of(synth, "data/descriptions")
    assert (one["problems"], status) == ([], 0)
    assert one["undecided"] == ["not compared: shop/orders in csv isn't as it was written."]
    assert synth("generate", "shop", *TINY, "--format", "csv,parquet").status == 0
    assert told_of(synth) == (None, 0)


def test_what_another_version_told_is_not_compared(synth, shop, monkeypatch):
    monkeypatch.setattr(manifests, "__version__", "0.0.1")
    assert synth("generate", "shop", *TINY).status == 0
    assert told_of(synth) == (None, 0)  # the same words as then
    (shop / "data/descriptions/shop/tiny-42/contract.odcs.yaml").write_text("in other words")
    assert told_of(synth) == (None, 0)
    one, status = told_of(synth, "data/descriptions")
    assert (one["problems"], status) == ([], 0)
    assert one["undecided"][0].startswith("not compared: version 0.0.1 of the program wrote the tables, and this is ")
