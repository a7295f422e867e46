"""The IO manager: formats by config, metadata, data version, inputs of downstream assets, failures."""

import importlib.util
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from synth_assets.engine.stored import digest_stored
from synth_assets.orchestration.build import definitions_for
from synth_assets.produce.target import location
from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats
from synth_assets.usecases.generated import Generated
from synth_assets.usecases.scan import scan

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_downstream_asset" / "definitions.py"
ORDERS = dg.AssetKey(["bronze", "raw_orders"])


def downstream(project, **options):
    """Definitions with an asset that counts the orders of each status."""
    partitions = project.definitions.resolve_assets_def(ORDERS).partitions_def
    key = options.pop("key", ["shop", "by_status"])

    @dg.asset(
        key=key,
        ins={"orders": dg.AssetIn(ORDERS)},
        **{"partitions_def": partitions, "io_manager_key": "synth_io_manager", **options},
    )
    def by_status(orders: pl.LazyFrame) -> pl.LazyFrame:
        assert isinstance(orders, pl.LazyFrame)
        return orders.group_by("status").agg(pl.len()).sort("status", descending=True)

    return with_assets(project, [by_status])


def with_assets(project, assets):
    job = dg.define_asset_job("own_job", selection=dg.AssetSelection.assets(*assets))
    return dg.Definitions.merge(project.definitions, dg.Definitions(assets=assets, jobs=[job]))


def read(project, form, entity="raw_orders"):
    dataset = project.known.partition("bronze", "tiny|42")
    table = Project.here().domain("bronze").entity(entity).table()
    return formats.load(form).read(location(form, project.data, dataset, entity), table)


def failure(result):
    (event,) = [event for event in result.all_events if event.is_step_failure]
    return event.step_failure_data.user_failure_data.description


def test_a_partition_is_stored_in_all_three_formats_with_one_content(stored):
    project, result = stored
    assert result.success
    table = Project.here().domain("bronze").entity("raw_orders").table()
    hashes = {digest_stored(read(project, form), table).content_hash for form in ("parquet", "csv", "duckdb")}
    (event,) = result.asset_materializations_for_node("bronze__raw_orders")
    assert hashes == {event.metadata["content_hash"].value}
    assert event.tags["dagster/data_version"] in hashes


def test_a_materialisation_tells_rows_sizes_paths_preview_and_plots(stored):
    _, result = stored
    (event,) = result.asset_materializations_for_node("bronze__raw_orders")
    found = event.metadata
    assert found["rows"].value == found["dagster/partition_row_count"].value == 120
    assert found["bytes"].value > 1_000
    assert found["rows_per_second"].value > 0
    assert Path(found["path_duckdb"].value).is_file()
    assert "| order_id | customer_id |" in found["preview"].value
    assert set(found) >= {"path_parquet", "path_csv", "plot_order_date", "plot_status", "plot_total_amount"}
    lineage = found["dagster/column_lineage"].value.deps_by_column
    assert lineage["customer_id"][0].asset_key.path == ["bronze", "raw_customers"]


def test_previews_and_plots_are_short_enough_to_be_shown_in_place(stored):
    _, result = stored
    texts = [
        (event.asset_key, name, len(value.value))
        for event in result.get_asset_materialization_events()
        for name, value in event.materialization.metadata.items()
        if isinstance(value, dg.MarkdownMetadataValue)
    ]
    assert len(texts) > 20
    assert [text for text in texts if text[2] >= 1_000] == []


@pytest.mark.parametrize("form", ["parquet", "csv", "duckdb"])
def test_a_runs_config_chooses_the_formats(project, form):
    assert project.run(assets=["bronze/raw_products"], formats=[form]).success
    assert {path.name for path in project.data.iterdir() if not path.name.startswith(".")} == {form, "descriptions"}


def test_an_unknown_format_fails_the_step_with_the_products_message(project):
    result = project.run(assets=["bronze/raw_products"], formats=["parquett"])
    assert "format 'parquett' is unknown; did you mean 'parquet'" in failure(result)
    assert not project.data.exists()


def test_a_data_root_that_cannot_be_written_fails_the_step_and_leaves_nothing(project):
    project.data.write_text("a file where the folder should be")
    assert str(project.data) in failure(project.run(assets=["bronze/raw_products"]))


@pytest.mark.parametrize("form", ["parquet", "csv", "duckdb"])
def test_somebodys_own_asset_takes_a_table_as_a_lazy_frame_and_is_stored_too(project, form):
    definitions = downstream(project)
    assert project.run(assets=["bronze/raw_orders"], formats=[form]).success
    assert project.run("own_job", formats=["parquet"], definitions=definitions).success
    path = project.data / "parquet/shop/by_status/preset=tiny/seed=42/part-00000.parquet"
    orders = pl.concat(read(project, form))
    expected = orders.group_by("status").agg(pl.len()).sort("status", descending=True)
    assert pl.read_parquet(path).equals(expected)


def test_somebodys_own_asset_is_stored_in_every_format(project):
    definitions = downstream(project)
    project.run(assets=["bronze/raw_orders"])
    assert project.run("own_job", definitions=definitions).success
    with duckdb.connect(str(project.data / "duckdb/shop/tiny-42.duckdb"), read_only=True) as connection:
        assert connection.sql("SELECT sum(len) FROM shop.by_status").fetchall() == [(120,)]
    assert (project.data / "csv/shop/by_status/preset=tiny/seed=42/part-00000.csv").is_file()


def test_an_input_typed_as_a_data_frame_comes_as_one(project):
    seen = []

    @dg.asset(
        ins={"orders": dg.AssetIn(ORDERS)},
        partitions_def=project.definitions.resolve_assets_def(ORDERS).partitions_def,
        io_manager_key="synth_io_manager",
    )
    def counted(orders: pl.DataFrame) -> pl.DataFrame:
        seen.append(orders)
        return orders.select(pl.len())

    project.run(assets=["bronze/raw_orders"], formats=["parquet"])
    assert project.run("own_job", formats=["parquet"], definitions=with_assets(project, [counted])).success
    assert seen[0].height == 120


def test_an_input_that_nobody_has_materialised_says_how_to(project):
    result = project.run("own_job", definitions=downstream(project))
    assert failure(result).startswith("bronze/raw_orders tiny|42 is not stored in ")
    assert "dagster asset materialize --select 'bronze/raw_orders'" in failure(result)


def test_a_generated_table_under_somebodys_own_key_is_stored_as_a_frame(project):
    @dg.asset(
        partitions_def=project.definitions.resolve_assets_def(ORDERS).partitions_def,
        io_manager_key="synth_io_manager",
    )
    def copied():
        return Generated(project.known.domain("bronze"), project.known.dataset("bronze", "tiny", 7), "raw_products")

    assert project.run("own_job", formats=["parquet"], definitions=with_assets(project, [copied])).success
    stored = pl.read_parquet(project.data / "parquet/own/copied/preset=tiny/seed=42/part-00000.parquet")
    assert stored.height == 40


def test_an_asset_of_ours_returns_what_is_a_frame_to_who_asks(project):
    asset = project.definitions.resolve_assets_def(dg.AssetKey(["bronze", "raw_products"]))
    returned = asset(dg.build_asset_context(partition_key="tiny|42"))
    assert returned.lazy().collect().equals(scan("bronze/raw_products", "tiny").collect())


def test_an_output_that_is_no_frame_is_refused(project):
    @dg.asset(
        partitions_def=project.definitions.resolve_assets_def(ORDERS).partitions_def,
        io_manager_key="synth_io_manager",
    )
    def wrong():
        return {"a": 1}

    result = project.run("own_job", definitions=with_assets(project, [wrong]))
    assert failure(result).startswith("own/wrong returned a dict; SynthIOManager stores a pl.LazyFrame")


def test_a_column_that_no_format_holds_is_refused_by_name(project):
    @dg.asset(
        partitions_def=project.definitions.resolve_assets_def(ORDERS).partitions_def,
        io_manager_key="synth_io_manager",
    )
    def nested():
        return pl.DataFrame({"a": pl.Series([object()], dtype=pl.Object)})

    result = project.run("own_job", definitions=with_assets(project, [nested]))
    assert failure(result).startswith("own/nested: column 'a' is Object")


def test_the_example_of_somebodys_own_definitions_works(project, monkeypatch):
    monkeypatch.setenv("SYNTH_DATA", str(project.data))
    spec = importlib.util.spec_from_file_location("own_downstream_asset", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assets = ["bronze/raw_orders", "shop/customer_value"]
    job = module.defs.resolve_implicit_global_asset_job_def()
    with dg.DagsterInstance.local_temp() as instance:
        result = job.execute_in_process(
            asset_selection=[dg.AssetKey(key.split("/")) for key in assets], partition_key="small|42", instance=instance
        )
    assert result.success
    assert len(list(project.data.glob("*/shop/**/part-*"))) == 2


def test_definitions_of_a_project_elsewhere_store_its_own_preset_in_its_own_data_root(tmp_path, monkeypatch):
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (project, elsewhere):
        folder.mkdir()
    (project / "synth.toml").write_text(
        'data = "here"\n[presets.bronze.demo]\ncustomers = 3\nproducts = 5\norders = 9\ndays = 2\n'
    )
    monkeypatch.delenv("SYNTH_CONFIG")
    monkeypatch.chdir(elsewhere)
    job = definitions_for(["bronze"], Project.here(project)).resolve_job_def("bronze_job")
    with dg.DagsterInstance.local_temp() as instance:
        result = job.execute_in_process(
            partition_key="demo|42", asset_selection=[dg.AssetKey(["bronze", "raw_products"])], instance=instance
        )
    assert result.success
    assert (project / "here/parquet/bronze/raw_products/preset=demo/seed=42/part-00000.parquet").is_file()
    assert list(elsewhere.iterdir()) == []
