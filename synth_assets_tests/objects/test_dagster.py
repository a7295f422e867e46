"""Dagster with a data root in a bucket: stored, loaded by a downstream asset, checked; no secret is in any event."""

import dagster as dg
import polars as pl
import pytest

from synth_assets.orchestration.build import definitions_for
from synth_assets.project.project import Project
from synth_assets_tests.objects.server import KEY, SECRET

PARTITION = "small|42"
QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}


@pytest.fixture(autouse=True)
def _no_telemetry(monkeypatch):
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")


def run(definitions, job, instance, **config):
    return definitions.resolve_job_def(job).execute_in_process(
        partition_key=PARTITION,
        run_config={"resources": {"synth_io_manager": {"config": config}}, "loggers": QUIET},
        instance=instance,
        raise_on_error=False,
    )


def test_assets_are_stored_in_a_bucket_and_come_back_from_there(bucket, tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTH_DATA", f"{bucket}/dagster")
    project = Project.here(tmp_path)
    ours = definitions_for(["starter"], project)
    users = dg.AssetKey(["starter", "users"])

    @dg.asset(
        key=["shop", "count"],
        ins={"users": dg.AssetIn(users)},
        partitions_def=ours.resolve_assets_def(users).partitions_def,
        io_manager_key="synth_io_manager",
    )
    def count(users: pl.LazyFrame) -> pl.LazyFrame:
        return users.select(pl.len().alias("n"))

    job = dg.define_asset_job("count_job", selection=dg.AssetSelection.assets(count, users))
    every = dg.Definitions.merge(ours, dg.Definitions(assets=[count], jobs=[job]))
    home = tmp_path / "home"
    home.mkdir()
    with dg.DagsterInstance.ephemeral(str(home)) as instance:
        stored = run(every, "count_job", instance)
        assert stored.success
        (name,) = [one for one in bucket.names(".parquet") if "/shop/count/" in one]
        assert pl.read_parquet(bucket[name]).item() > 0
        assert not [one for one in bucket.names() if "duckdb" in one]
        refused = run(every, "count_job", instance, formats=["parquet", "duckdb"])
        assert not refused.success
        events = "\n".join(str(one) for result in (stored, refused) for one in result.all_events)
        assert f"duckdb can't lie in an object store, and {bucket}/dagster is one" in events
        (places,) = [
            event.materialization.metadata
            for event in stored.all_events
            if event.is_step_materialization and event.asset_key == users
        ]
        assert places["dagster/uri"].value.startswith(f"{bucket}/dagster/parquet/starter/users/")
        checks = stored.get_asset_check_evaluations()
        assert checks
        assert all(one.passed for one in checks if one.blocking)
    for secret in (KEY, SECRET):
        assert secret not in events
