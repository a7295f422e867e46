"""A group alone, one tenant for example: the rows it has in the whole, made, stored and verified without others'."""

import hashlib

import duckdb
import polars as pl
import pytest

import synth_assets
from synth_assets import scan, verify
from synth_assets.changes.identity import Identity
from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.engine import plan as plans
from synth_assets.engine.ranges import range_of
from synth_assets.engine.stored import digest_stored
from synth_assets.errors import OutputError, UsageError
from synth_assets.model.domain import Domain
from synth_assets.model.groups import GroupedBy
from synth_assets.produce.expected import expected_digest
from synth_assets.project.project import Project
from synth_assets.usecases import scan as scanning
from synth_assets.usecases.verified import Depth
from synth_assets.usecases.verify import verify as verify_paths

SOME = {"tenants": 3, "products_per_tenant": 12, "orders_per_tenant": 25, "customers_per_tenant": 6}
TABLES = ("tenants", "customers", "products", "orders", "price_history", "stock_events", "order_items")


@pytest.fixture(scope="module")
def ids():
    return scan("marketplace/tenants", volumes=SOME).select("tenant_id").collect()["tenant_id"].to_list()


@pytest.fixture
def branches(tmp_path, monkeypatch):
    """The toy, as a project in the current folder has it."""
    (tmp_path / "synth.toml").write_text('domains = ["synth_assets_tests.branches"]\n')
    monkeypatch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
    return Project.here().domain("branches")


def generate(root, path="marketplace", **more):
    return synth_assets.generate(path, root, volumes=SOME, **more)


def problems(results):
    return {(one.entity, one.format): one.problems for one in results if not one.ok}


# Scanned


@pytest.mark.parametrize("table", TABLES)
def test_a_tenant_alone_has_the_rows_that_it_has_among_the_others(table, ids):
    whole = scan(f"marketplace/{table}", volumes=SOME).collect()
    for one in ids:
        alone = scan(f"marketplace/{table}", volumes=SOME, tenant=one).collect()
        assert alone.height
        assert alone.equals(whole.filter(pl.col("tenant_id") == one))


def test_slices_of_a_tenant_are_counted_from_its_own_first_row(ids):
    for table in ("orders", "stock_events"):
        alone = scan(f"marketplace/{table}", volumes=SOME, tenant=ids[1]).collect()
        part = scan(f"marketplace/{table}", volumes=SOME, tenant=ids[1], offset=3, rows=5).collect()
        assert part.equals(alone[3:8])
    past = scan("marketplace/orders", volumes=SOME, tenant=ids[0], offset=25).collect()
    assert past.height == 0


def test_rows_of_others_are_not_made(ids, monkeypatch):
    spans, make = [], scanning.rows_of
    monkeypatch.setattr(scanning, "rows_of", lambda *args: spans.append(args[2]) or make(*args))
    orders = scan("marketplace/orders", volumes=SOME, tenant=ids[1])
    key = orders.collect()["order_id"][9]
    assert [(span.start, span.count) for span in spans] == [(25, 25)]
    assert orders.filter(pl.col("order_id") == key).collect().height == 1
    assert [(span.start, span.count) for span in spans[1:]] == [(34, 1)]
    other = scan("marketplace/orders", volumes=SOME, tenant=ids[0])
    assert other.filter(pl.col("order_id") == key).collect().height == 0
    assert len(spans) == 2


def test_whole_numbers_name_groups_and_what_is_of_none_is_everybodys(branches):
    alone = branches.dataset(only="2")
    assert range_of(branches.entity("branches"), alone)[1:] == (1, 2)
    assert scanning.scan_dataset(branches.entity("branches"), alone).collect().to_dicts() == [{"branch_id": 2}]
    assert scanning.scan_dataset(branches.entity("rates"), alone).collect().height == 4
    sales = scanning.scan_dataset(branches.entity("sales"), alone).collect()
    assert sales["branch_id"].unique().to_list() == [2]


# What is refused


def test_a_name_that_no_group_has_is_refused_with_close_ones(ids):
    with pytest.raises(UsageError, match=f"did you mean '{ids[0]}'.*\\n  List them with: scan\\(") as refusal:
        scan("marketplace/orders", volumes=SOME, tenant=ids[0][:-1])
    assert str(refusal.value).count("\n") == 1


@pytest.mark.parametrize("wrong", [3, "", b"x"])
def test_what_is_no_name_is_refused(wrong):
    with pytest.raises(UsageError, match="tenant"):
        scan("marketplace/orders", volumes=SOME, tenant=wrong)


def test_domains_without_groups_have_no_such_argument():
    with pytest.raises(UsageError, match=r"scan\(\): argument 'tenant' is unknown"):
        scan("bronze/raw_orders", preset="small", tenant="x")
    with pytest.raises(UsageError, match=r"did you mean 'tenant'"):
        scan("marketplace/orders", volumes=SOME, tenent="x")
    with pytest.raises(UsageError, match="no groups"):
        Project.here().domain("bronze").dataset("small", only="x")


@pytest.mark.parametrize(("word", "table"), [("seed", "sales"), ("branch", "none"), ("sales", "branches")])
def test_a_word_that_is_taken_and_a_table_that_is_not_there_are_refused(branches, word, table):
    one = branches
    with pytest.raises(UsageError, match="branches:"):
        Domain.of(
            one.name,
            one.doc,
            one.params,
            one.presets,
            one.default_preset,
            one.entities.values(),
            one.source,
            grouped_by=GroupedBy(word, table),
        )


# Stored


def test_the_files_of_a_tenant_alone_are_those_of_the_whole(ids, tmp_path):
    generate(tmp_path / "whole", chunk_size=10, compression="gzip")
    generate(tmp_path / "alone", chunk_size=10, compression="gzip", tenant=ids[1])
    names = sorted(path.name for path in (tmp_path / "alone").glob("*.gz"))
    own = [path.name for path in (tmp_path / "whole").glob("*.gz") if ids[1] in path.name]
    assert names == sorted([*own, "tenants.csv.gz"])
    for name in own:
        assert (tmp_path / "alone" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    listed = pl.read_csv(tmp_path / "alone/tenants.csv.gz")
    assert listed["tenant_id"].to_list() == [ids[1]]
    assert problems(verify(tmp_path / "alone")) == {}


def test_a_tenant_alone_is_a_dataset_of_its_own_in_any_layout_and_format(ids, tmp_path):
    stored = generate(tmp_path, "marketplace/orders", tenant=ids[2], layout="hive", formats="parquet,duckdb")
    assert {one.rows for one in stored} == {25}
    assert len({one.content_hash for one in stored}) == 1
    assert all(f"tenant-{ids[2]}" in str(one.path) for one in stored)
    assert problems(verify_paths([tmp_path], Depth(regenerate=True))) == {}
    generate(tmp_path, "marketplace/orders", layout="hive")
    assert problems(verify(tmp_path)) == {}


def test_a_flat_folder_holds_the_whole_or_a_tenant(ids, tmp_path):
    generate(tmp_path, tenant=ids[0])
    with pytest.raises(OutputError, match=f"only it says tenant={ids[0]}"):
        generate(tmp_path)
    with pytest.raises(OutputError, match=f"tenant is {ids[0]}, not {ids[1]}"):
        generate(tmp_path, tenant=ids[1])
    generate(tmp_path / "whole")
    with pytest.raises(OutputError, match=f"it doesn't say tenant={ids[1]}"):
        generate(tmp_path / "whole", tenant=ids[1])
    assert problems(verify(tmp_path)) == {}


def test_digests_of_a_group_are_those_of_its_rows_wherever_units_begin(branches):
    """Sales of a branch begin and end within blocks, which others share."""
    alone = branches.dataset("small", only="2")
    plan = plans.plan_table(branches.entity("sales"), alone, 7_000)
    assert (plan.units[0].hash_start, plan.units[-1].hash_stop) == (50_000, 100_000)
    digest = expected_digest(branches, alone, "sales")
    rows = scanning.scan_dataset(branches.entity("sales"), alone).collect()
    assert digest == digest_stored([rows[:1_000], rows[1_000:]], branches.tables["sales"])
    assert digest.rows == rows.height


def test_a_later_moment_has_no_groups():
    project = Project.here()
    domain, dataset = project.domain("marketplace"), project.dataset("marketplace", volumes=SOME)
    orders = domain.entity("orders")
    later = dataset.as_of_second + 30 * 86_400
    assert {unit.group for unit in plans.plan_table(orders, dataset, 10, at=later, grouped=True).units} == {""}
    assert len({unit.group for unit in plans.plan_table(orders, dataset, 10, grouped=True).units}) == 3


def test_names_that_no_folder_can_have_are_told_by_a_digest(branches):
    dataset = branches.dataset()
    plain = dataset.alone(branches.dataset(only="2").only)
    odd = dataset.alone(plain.only._replace(name="a/b"))
    assert plain.label == "tiny-branch-2"
    assert odd.label.startswith("tiny-branch-")
    assert odd.label[12:].isalnum()
    assert odd.manifest_parameters["branch"] == "a/b"


def test_a_group_alone_is_another_dataset_that_is_computed_from_the_same(ids):
    domain, whole = Project.here().domain("marketplace"), Project.here().dataset("marketplace", volumes=SOME)
    alone = domain.alone(whole, ids[0])
    assert alone != whole
    assert alone != domain.alone(whole, ids[1])
    assert alone == domain.stored_dataset(alone.manifest_parameters)
    assert alone.whole == whole
    assert market_of(alone) is market_of(whole)


def test_a_group_alone_has_no_later_moments_and_no_changes(ids):
    domain, alone = (
        Project.here().domain("marketplace"),
        Project.here().dataset("marketplace", volumes=SOME, only=ids[0]),
    )
    with pytest.raises(UsageError, match="Leave the moment out"):
        plans.plan_table(domain.entity("orders"), alone, at=alone.as_of_second + 1)
    told = Identity("marketplace", alone.contract, {**alone.manifest_parameters, "cadence": "day"}, None)
    with pytest.raises(ValueError, match="a tenant alone"):
        told.dataset(Project.here())


# Verified


@pytest.mark.parametrize(
    "more", [{}, {"formats": "csv", "chunk_size": 7}, {"formats": "parquet,duckdb", "layout": "hive"}]
)
def test_a_tenant_is_verified_in_the_whole_without_the_others(ids, tmp_path, more):
    generate(tmp_path, **more)
    found = verify(tmp_path, tenant=ids[1])
    assert [one.problems + one.undecided for one in found] == [()] * len(found)
    assert {one.entity for one in found} == set(TABLES)
    alone = {one: scan(f"marketplace/{one}", volumes=SOME, tenant=ids[1]).collect().height for one in TABLES}
    assert {(one.entity, one.rows) for one in found} == set(alone.items())


def test_damage_of_others_files_is_theirs(ids, tmp_path):
    generate(tmp_path)
    path = tmp_path / f"orders_{ids[0]}_chunk_0000.ndjson"
    path.write_text(path.read_text().replace("25", "26"))
    assert problems(verify(tmp_path, tenant=ids[1])) == {}
    assert ("orders", "ndjson") in problems(verify(tmp_path, tenant=ids[0]))


def test_a_manifest_that_says_something_else_is_not_believed(ids, tmp_path):
    generate(tmp_path)
    path = tmp_path / "_manifest.json"
    path.write_text(path.read_text().replace('"rows": 75', '"rows": 76'))
    assert any("manifest" in text for text in problems(verify(tmp_path, tenant=ids[1]))["orders", "ndjson"])


LEAKS = {
    "a row of another": "UPDATE marketplace.orders SET tenant_id = '{1}' WHERE order_id = (SELECT min(order_id) FROM"
    " marketplace.orders WHERE tenant_id = '{0}')",
    "a reference": "UPDATE marketplace.orders SET customer_id = (SELECT min(customer_id) FROM marketplace.customers"
    " WHERE tenant_id = '{0}') WHERE order_id = (SELECT min(order_id) FROM marketplace.orders WHERE tenant_id = '{1}')",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found_where_only_one_tenant_is_looked_at(ids, tmp_path, leak):
    (first, *_) = generate(tmp_path, formats="duckdb")
    with duckdb.connect(str(first.path)) as connection:
        connection.execute(LEAKS[leak].format(*ids))
    found = problems(verify(tmp_path, tenant=ids[1]))["orders", "duckdb"]
    assert any("content_matches_definition" in text for text in found)
    assert any("customer_id is not in customers: 1 row" in text for text in found)


def test_datasets_without_the_tenant_are_left_out_and_where_none_has_it_that_is_said(ids, tmp_path):
    generate(tmp_path / "one", tenant=ids[0])
    generate(tmp_path / "whole")
    synth_assets.generate("bronze/raw_products", tmp_path / "bronze", volumes={"products": 20})
    assert {one.domain for one in verify(tmp_path, tenant=ids[0])} == {"marketplace"}
    assert {one.path.name for one in verify(tmp_path, tenant=ids[1])} == {"whole"}
    with pytest.raises(UsageError, match=f"did you mean '{ids[1]}'"):
        verify(tmp_path / "whole", tenant=ids[1][:-1])
    with pytest.raises(UsageError, match=f"holds the rows of tenant {ids[0]} alone"):
        verify(tmp_path / "one", tenant=ids[1])
    with pytest.raises(UsageError, match="its rows are of no tenant"):
        verify(tmp_path / "bronze", tenant=ids[1])


# What is handed out


def test_keys_are_those_whose_hashes_the_table_has(ids, tmp_path):
    keys = tmp_path / "keys.csv"
    generate(tmp_path / "data", "marketplace/tenants", with_api_keys=keys)
    told = dict(line.split(",") for line in keys.read_text().splitlines()[1:])
    hashes = scan("marketplace/tenants", volumes=SOME).collect()
    assert [hashlib.sha256(told[one].encode()).hexdigest() for one in ids] == hashes["api_key_hash"].to_list()
    generate(tmp_path / "data", "marketplace/tenants", with_api_keys=keys)
    generate(tmp_path / "one", "marketplace/tenants", with_api_keys=keys, tenant=ids[2])
    assert keys.read_text() == f"tenant_id,api_key\n{ids[2]},{told[ids[2]]}\n"


@pytest.mark.parametrize(
    "name", ["data/tenants.csv", "data/orders_x.ndjson", "data", "notes.txt", "notes.txt/keys.csv"]
)
def test_a_file_that_would_be_in_the_way_is_refused_and_nothing_is_written(name, tmp_path):
    (tmp_path / "notes.txt").write_text("mine\n")
    (tmp_path / "data").mkdir()
    with pytest.raises(UsageError, match="with_api_keys="):
        generate(tmp_path / "data", with_api_keys=tmp_path / name)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data", "notes.txt"]


def test_other_domains_hand_out_nothing(tmp_path):
    with pytest.raises(UsageError, match=r"generate\(\): argument 'with_api_keys' is unknown"):
        synth_assets.generate("bronze", tmp_path, "small", with_api_keys=tmp_path / "keys.csv")
