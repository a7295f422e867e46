"""One tenant alone in Dagster: what an asset downstream of tables gets, and what checks look at."""

import re
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import duckdb
import polars as pl
import pytest
import yaml

from synth_assets.orchestration.build import definitions_for
from synth_assets.orchestration.inputs import ONLY
from synth_assets.project.project import Project

PAGE = (Path(__file__).parents[2] / "docs/dagster.md").read_text(encoding="utf-8").split("### One tenant alone\n")[1]
QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
TABLES = ("tenants", "customers", "products", "orders", "price_history", "stock_events", "order_items")
PARTITION = "tiny|42"
SYNTH_TOML = """
data = "data"

[partitions]
seeds = [42]

[changes]
datasets = ["tiny-42"]
cadences = ["day"]

[presets.marketplace.tiny]
tenants = 2
products_per_tenant = 6
orders_per_tenant = 120
customers_per_tenant = 4
"""


class Site:
    """A project of a tiny marketplace, and what is run in it."""

    def __init__(self, folder, data):
        self.known, self.data = Project.here(folder), data
        self.definitions = definitions_for(["marketplace"], self.known)
        self.tenants = self.table("tenants")["tenant_id"].to_list()

    def table(self, name):
        from synth_assets.usecases.scan import scan_dataset

        domain = self.known.domain("marketplace")
        return scan_dataset(domain.entity(name), self.known.partition("marketplace", PARTITION)).collect()

    def run(self, job, *assets, partition=PARTITION, select=None, **config):
        """Run a job of ours, or one of somebody's own assets; its result, failed or not."""
        definitions = dg.Definitions.merge(self.definitions, dg.Definitions(assets=list(assets)))
        if assets:
            selected = dg.AssetSelection.assets(*assets)
            definitions = dg.Definitions.merge(definitions, dg.Definitions(jobs=[dg.define_asset_job(job, selected)]))
        found = {"data_root": str(self.data), "formats": ["parquet", "duckdb"], **config}
        with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.ephemeral(home) as instance:
            return definitions.resolve_job_def(job).execute_in_process(
                partition_key=partition,
                run_config={"resources": {"synth_io_manager": {"config": found}}, "loggers": QUIET},
                asset_selection=select,
                instance=instance,
                raise_on_error=False,
            )

    def seen(self, table, metadata=None, partition=PARTITION, **config):
        """What an asset downstream of a table gets: a frame, or why it gets none."""
        frames = []
        key = dg.AssetKey(["marketplace", *table.split("/")])

        @dg.asset(
            ins={"rows": dg.AssetIn(key, metadata=metadata)},
            partitions_def=self.definitions.resolve_assets_def(key).partitions_def,
        )
        def mine(rows: pl.DataFrame) -> None:
            frames.append(rows)

        result = self.run("mine_job", mine, partition=partition, **config)
        return frames[0] if result.success else failure(result)

    def checked(self, **config):
        """``table.check`` → evaluation."""
        result = self.run("marketplace_checks_job", **config)
        return {f"{e.asset_key.path[-1]}.{e.check_name}": e for e in result.get_asset_check_evaluations()} or result


def failure(result):
    event = next(event for event in result.all_events if event.is_step_failure)
    data = event.step_failure_data
    return data.user_failure_data.description if data.user_failure_data else str(data.error)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """All seven tables of a partition, and a day of orders, materialised once."""
    folder = tmp_path_factory.mktemp("marketplace")
    (folder / "synth.toml").write_text(SYNTH_TOML)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_CONFIG", str(folder / "synth.toml"))
        site = Site(folder, folder / "data")
        return folder, site, site.run("marketplace_job")


@pytest.fixture(autouse=True)
def _settings(made, monkeypatch):
    monkeypatch.setenv("SYNTH_CONFIG", str(made[0] / "synth.toml"))


@pytest.fixture
def site(made):
    return made[1]


def test_all_tables_are_made_and_their_checks_hold(made):
    _, site, result = made
    assert result.success
    evaluations = result.get_asset_check_evaluations()
    assert {e.asset_key.path[-1] for e in evaluations} == set(TABLES)
    assert [(e.asset_key, e.check_name, e.description) for e in evaluations if not e.passed] == []
    apart = {e.asset_key.path[-1] for e in evaluations if e.check_name == "groups_stay_apart"}
    assert apart == set(TABLES) - {"tenants"}
    names = {job.name for job in site.definitions.resolve_all_job_defs()}
    assert {"marketplace_job", "marketplace_backfill_job", "marketplace_checks_job"} <= names
    daily = site.definitions.resolve_schedule_def("marketplace_daily")
    assert daily.default_status == dg.DefaultScheduleStatus.STOPPED


# What an asset gets


@pytest.mark.parametrize("table", ["orders", "tenants"])
def test_an_input_s_metadata_names_a_tenant_and_its_rows_alone_come(site, table):
    whole = site.table(table)
    assert site.seen(table).equals(whole)
    for one in site.tenants:
        rows = site.seen(table, {ONLY: {"tenant": one}})
        assert rows.height
        assert rows.equals(whole.filter(pl.col("tenant_id") == one))


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_a_run_s_config_names_a_tenant_for_all_that_is_loaded(site, form, tmp_path):
    shutil.copytree(site.data / form, tmp_path / form)
    rows = site.seen("stock_events", only={"tenant": site.tenants[1]}, data_root=str(tmp_path))
    assert rows.equals(site.table("stock_events").filter(pl.col("tenant_id") == site.tenants[1]))


def test_a_log_has_the_events_of_a_tenant_alone(site, tmp_path):
    day = "2026-01-05|tiny-42"  # on which orders of two tenants change
    log = dg.AssetKey(["marketplace", "changes", "orders"])
    assert site.run("marketplace_changes_job", partition=day, select=[log], data_root=str(tmp_path)).success
    whole = site.seen("changes/orders", partition=day, data_root=str(tmp_path))
    parts = [
        site.seen("changes/orders", {ONLY: {"tenant": one}}, partition=day, data_root=str(tmp_path))
        for one in site.tenants
    ]
    assert all(set(part["after_tenant_id"]) <= {one} for one, part in zip(site.tenants, parts, strict=True))
    assert whole["after_tenant_id"].n_unique() > 1
    base = whole.filter(pl.col("after_tenant_id").is_in(site.tenants))
    assert sum(part.height for part in parts) == base.height


WRONG = {
    "a tenant": ({ONLY: {"tenant": "nobody"}}, {}, "marketplace tiny-42: tenant 'nobody' is unknown. Allowed: "),
    "a tenant of the run": ({}, {"only": {"tenant": "nobody"}}, "marketplace tiny-42: tenant 'nobody' is unknown"),
    "a word": ({ONLY: {"tenent": "x"}}, {}, "only 'tenent' is unknown; did you mean 'tenant'?"),
    "a key": ({"synth/onyl": {"tenant": "x"}}, {}, "metadata 'synth/onyl' is unknown; did you mean 'synth/only'?"),
    "no name": ({ONLY: {"tenant": 3}}, {}, "which is no name of a group"),
    "two": (
        {ONLY: {"tenant": "a"}},
        {"only": {"tenant": "b"}},
        "of tenant a alone, and the run's config says tenant b",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_one_message(site, what):
    metadata, config, said = WRONG[what]
    text = site.seen("orders", metadata, **config)
    assert said in text
    assert text.count("\n") <= 1


# What is checked, and what the page says


def test_a_tenant_alone_is_checked_in_what_is_stored(site, tmp_path):
    shutil.copytree(site.data, tmp_path / "data")
    own, other = site.tenants
    with duckdb.connect(str(tmp_path / "data/duckdb/marketplace/tiny-42.duckdb")) as connection:
        connection.execute(f"UPDATE marketplace.products SET price = price + 1 WHERE tenant_id = '{other}'")
    where = {"data_root": str(tmp_path / "data")}
    alone = site.checked(only={"tenant": own}, **where)
    assert [(name, one.description) for name, one in alone.items() if not one.passed] == []
    found = alone["orders.references_hold"]
    assert found.description.startswith(f"tenant {own} alone: ")
    assert found.metadata["tenant"].value == own
    assert not site.checked(only={"tenant": other}, **where)["products.formats_agree"].passed


@pytest.mark.parametrize(("only", "said"), [({"tenant": "nobody"}, "tenant 'nobody' is unknown"), ({"x": "y"}, "'x'")])
def test_a_tenant_that_is_none_is_not_checked(site, only, said):
    text = failure(site.checked(only=only))
    assert said in text
    assert "Traceback" not in text


def test_the_page_s_asset_and_config_are_of_the_tenant_that_they_name(site, tmp_path):
    shutil.copytree(site.data, tmp_path / "data")
    names = {"dg": dg, "pl": pl, "generated": SimpleNamespace(defs=site.definitions)}
    exec(re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[0], names)  # noqa: S102 - the page's own
    assert site.run("mine_job", names["orders_of_lamb"], data_root=str(tmp_path / "data")).success
    (part,) = tmp_path.glob("data/parquet/own/orders_of_lamb/**/part-*.parquet")
    made = pl.read_parquet(part)
    assert (made["tenant_id"].unique().to_list(), made["len"].sum()) == (site.tenants[:1], 120)
    config = yaml.safe_load(re.findall(r"^```yaml[^\n]*\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[0])
    rows = site.seen("orders", **config["resources"]["synth_io_manager"]["config"])
    assert rows["tenant_id"].unique().to_list() == site.tenants[:1]
