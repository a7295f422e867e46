"""The assets: one per entity, their graph is the entity diagram, and what they say of themselves."""

import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import dagster as dg
import pytest

from synth_assets import defs
from synth_assets.errors import UsageError
from synth_assets.orchestration.assets import domain_assets
from synth_assets.orchestration.build import project_definitions
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.orchestration.site import Site
from synth_assets.project.project import Project
from synth_assets.specs.declared import Declared
from synth_assets.usecases.written_at import written_at
from synth_assets_tests.orchestration import conftest


def test_every_entity_of_every_domain_is_an_asset():
    from synth_assets.definitions import defs as everything

    keys = {key.to_user_string() for key in everything.resolve_asset_graph().get_all_asset_keys()}
    assert {key for key in keys if key.count("/") == 1} == {
        f"{domain}/{entity}" for domain in Project.here().names() for entity in Project.here().domain(domain).entities
    }


def test_the_asset_graph_is_the_entity_diagram(project):
    graph = project.definitions.resolve_asset_graph()
    for name, entity in Project.here().domain("bronze").entities.items():
        parents = {key.path[-1] for key in graph.get(dg.AssetKey(["bronze", name])).parent_keys}
        assert parents == set(entity.table().parents), name


def test_partitions_are_the_projects_presets_and_seeds(project):
    partitions = project.definitions.resolve_assets_def(dg.AssetKey(["bronze", "raw_orders"])).partitions_def
    keys = set(partitions.get_partition_keys())
    assert {"tiny|42", "tiny|7", "small|42", "large|7"} <= keys
    assert "xlarge|7" not in keys
    assert "tiny|1234" not in keys


def test_an_asset_tells_its_columns_constraints_and_version(project):
    key = dg.AssetKey(["bronze", "raw_orders"])
    asset = project.definitions.resolve_assets_def(key)
    schema = {column.name: column for column in asset.metadata_by_key[key]["dagster/column_schema"].columns}
    assert schema["order_id"].constraints.unique
    assert "primary key" in schema["order_id"].constraints.other
    assert "references raw_customers" in schema["customer_id"].constraints.other
    assert schema["shipped_at"].constraints.nullable
    assert schema["total_amount"].type == "decimal(12,2)"
    assert asset.code_versions_by_key[key] == str(Project.here().domain("bronze").contract)


@pytest.mark.parametrize(
    ("partition", "message"),
    [
        ("tiny|99", r"seed '99' is not one of this project's partitions \(42, 7\)\.\n  Add it to seeds"),
        ("tinny|42", "preset 'tinny' is unknown; did you mean 'tiny'"),
        ("tiny", "partition 'tiny' is not of the form"),
    ],
)
def test_a_partition_that_is_not_configured_is_refused_with_what_is_allowed(project, partition, message):
    with pytest.raises(UsageError, match=message) as refused:
        project.run(partition=partition)
    assert refused.value.exit_code == 2
    assert not project.data.exists()


# Dagster's own tag of a dimension, dagster/partition/preset, has two slashes, of which it warns itself.
@pytest.mark.filterwarnings("ignore:Non-compliant tag keys:DeprecationWarning")
def test_the_schedule_checks_what_is_stored_of_the_default_partition_and_is_off(folder, tmp_path, monkeypatch):
    shutil.copy(folder / "synth.toml", tmp_path)  # it stores in the project's own data root, which others look at
    monkeypatch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
    project = conftest.Project(tmp_path)
    repository = project.definitions.get_repository_def()
    schedule = repository.get_schedule_def("bronze_daily")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert schedule.job_name == "bronze_checks_job"
    with dg.build_schedule_context(repository_def=repository) as context:
        nothing = schedule.evaluate_tick(context)
        materialise = "Materialise it first: dagster asset materialize --select 'group:bronze' --partition 'small|42'"
        assert nothing.skip_message == f"Nothing is stored. {materialise}"
        root = str(project.known.settings.data_root)
        assert project.run(assets=["bronze/raw_products"], partition="small|42", data_root=root).success
        (request,) = schedule.evaluate_tick(context).run_requests
    assert request.partition_key == "small|42"


def test_a_run_stays_in_its_process_unless_its_config_asks_for_several(project):
    job = project.definitions.resolve_job_def("bronze_job")
    assert job.executor_def.name == "in_process_or_multiprocess"
    several = {"execution": {"config": {"multiprocess": {"max_concurrent": 2}}}}
    assert list(dg.validate_run_config(job, {})["execution"]["in_process_or_multiprocess"]) == ["in_process"]
    assert list(dg.validate_run_config(job, several)["execution"]["in_process_or_multiprocess"]) == ["multiprocess"]


def test_a_run_of_too_many_rows_fails_at_its_first_step_unless_its_config_allows_it(project):
    result = project.run(most_rows=1_000)
    failed = [event for event in result.all_events if event.is_step_failure]
    assert {event.node_name for event in failed} == {"bronze__raw_customers", "bronze__raw_products"}
    for event in failed:
        said = event.step_failure_data.user_failure_data.description
        assert "tiny|42 has" in said
        assert "rows, and a run makes 1,000 at the most; nothing was generated" in said
        assert "most_rows" in said
    assert not project.data.exists()
    # What counts is what the run makes, not what the dataset has.
    assert project.run(assets=["bronze/raw_products"], most_rows=1_000).success


def test_an_asset_tells_how_its_rows_and_columns_come_about_and_nothing_in_it_is_markup():
    told = Declared.of(
        {
            "dataset": "shop",
            "entities": {
                "orders": {
                    "doc": "Orders <b>| `x`",
                    "rows": 3,
                    "over": 10,
                    "fates": [{"changes": "moves", "days": [2, 3]}],
                    "columns": {
                        "id": "key",
                        "city": {"changing": "moves", "of": {"method": "choices", "choices": ["a", "b"]}},
                    },
                }
            },
        }
    ).load()
    here = Project.here()
    (asset,) = domain_assets(told, Site(here), DatasetPartitions("bronze", here))
    (description,) = asset.descriptions_by_key.values()
    assert description.startswith("Orders &lt;b>\\| \\`x\\`\n")
    assert "3 rows, one after the other, over 10 days before as_of." in description
    assert "- `moves`: a row changes every 2 to 3 days. It shows in `city`." in description
    (metadata,) = asset.metadata_by_key.values()
    assert "\n| `city` | `changing: moves` as another method makes it" in metadata["methods"].value


EXAMPLES = Path(__file__).parents[2] / "examples" / "datasets"


def test_columns_tell_where_they_come_from_and_tables_where_they_are_written():
    path = EXAMPLES / "shop.yaml"
    shop = Declared.read(path).load()
    assets = domain_assets(shop, Site(Project.here()), DatasetPartitions("bronze", Project.here()))
    metadata = {key.path[-1]: found for asset in assets for key, found in asset.metadata_by_key.items()}
    deps = metadata["items"]["dagster/column_lineage"].deps_by_column
    origins = {column: [dep.asset_key.path[-1] + "." + dep.column_name for dep in of] for column, of in deps.items()}
    assert origins["product_id"] == ["products.product_id"]
    assert origins["price"] == ["products.price"]
    assert origins["amount"] == ["products.price"], "through the price of its own row"
    # An order's total is of its items, which come after it: that is no origin.
    assert list(metadata["orders"]["dagster/column_lineage"].deps_by_column) == ["customer_id"]
    (reference,) = metadata["items"]["dagster/code_references"].code_references
    assert reference.file_path == str(path)
    assert path.read_text().splitlines()[reference.line_number - 1] == "  items:"


def test_classes_and_files_that_come_with_the_program_tell_where_they_are_written():
    for domain, name, line in (("bronze", "raw_orders", "class RawOrders("), ("library", "orders", "  orders:")):
        at = written_at(Project.here().domain(domain), name)
        assert at.path.read_text().splitlines()[at.line - 1].startswith(line)


def test_current_tables_say_when_they_are_late_when_they_are_made_and_whom_they_wait_for(project):
    graph = project.definitions.resolve_asset_graph()
    for cadence, late in (
        ("", timedelta(days=2)),
        ("_hourly", timedelta(hours=3)),
        ("_minutely", timedelta(minutes=30)),
    ):
        log = graph.get(dg.AssetKey(["bronze", f"changes{cadence}", "raw_orders"]))
        current = graph.get(dg.AssetKey(["bronze", f"current{cadence}", "raw_orders"]))
        assert current.freshness_policy.fail_window.to_timedelta() == late
        assert log.freshness_policy == current.freshness_policy
        assert log.automation_condition is None
        assert current.automation_condition.get_label() == "a log is new, and passes its checks"
        assert current.pools == {f"bronze/current{cadence}"}
    assert graph.get(dg.AssetKey(["bronze", "raw_orders"])).pools == {"bronze/tables"}


def test_a_broken_file_among_good_ones_is_told_once_and_they_are_all_there(tmp_path, monkeypatch):
    (tmp_path / "synth.toml").touch()
    (tmp_path / "datasets").mkdir()
    good = "dataset: {}\nentities: {{things: {{rows: 3, columns: {{id: {}}}}}}}\n"
    (tmp_path / "datasets/good.yaml").write_text(good.format("good", "key"))
    (tmp_path / "datasets/wrong.yaml").write_text(good.format("wrong", "kay"))
    monkeypatch.setenv("SYNTH_CONFIG", str(tmp_path / "synth.toml"))
    told = []
    logger = SimpleNamespace(warning=lambda form, error: told.append(form % error))
    monkeypatch.setattr("synth_assets.orchestration.build.dg.get_dagster_logger", lambda _: logger)
    definitions = project_definitions(defs)
    groups = {spec.group_name for spec in definitions.resolve_all_asset_specs()}
    assert {"good", "bronze"} <= groups
    assert "wrong" not in groups
    (message,) = told
    assert "datasets/wrong.yaml, line 2" in message
    assert "They are explained in docs/columns.md" in message
