"""A database that lives as assets: only where the project asks for it, brought up to a partition's batch."""

import dagster as dg
import pytest

from synth_assets.errors import UsageError
from synth_assets.orchestration.build import definitions_for
from synth_assets.project.project import Project
from synth_assets_tests.orchestration.conftest import QUIET, SYNTH_TOML
from synth_assets_tests.orchestration.test_postgres import CANARY, database, settings_of_the_test  # noqa: F401

ASKED = '\n[postgres]\nliving = ["bronze"]\n'


def definitions(folder, asked=ASKED):
    (folder / "synth.toml").write_text(SYNTH_TOML + asked)
    return definitions_for(["bronze"], Project.here(folder))


def test_a_run_applies_all_batches_up_to_its_partition_once(tmp_path, database):  # noqa: F811
    found = definitions(tmp_path)
    assets = found.resolve_assets_def(dg.AssetKey(["bronze", "living", "raw_orders"]))
    keys = assets.partitions_def.get_partition_keys()
    dataset = keys[0].split("|")[1]

    def run(day, **config):
        told = {"ops": {"bronze__living": {"config": config}}, "loggers": QUIET}
        return dg.materialize([assets], partition_key=f"{day}|{dataset}", instance=instance, raise_on_error=False,
                              run_config=told)  # fmt: skip

    def metadata(done):
        (one,) = [one for one in done.asset_materializations_for_node("bronze__living")
                  if one.asset_key.path[-1] == "raw_orders"]  # fmt: skip
        return {name: value.value for name, value in one.metadata.items()}

    with dg.DagsterInstance.ephemeral() as instance:
        first = metadata(run("2026-01-02"))
        assert (first["batch"], first["snapshot"], first["batches_applied"]) == (2, 0, 2)
        assert metadata(run("2026-01-02"))["batches_applied"] == 0
        assert metadata(run("2026-01-03", replica_identity="default"))["batches_applied"] == 1
        assert not run("2026-01-05", from_snapshot=4).success
        said = "\n".join(one.to_json() for run_ in instance.get_runs() for one in instance.all_logs(run_.run_id))
    assert database.execute("SELECT max(batch) FROM bronze._synth_transactions").fetchone() == (3,)
    assert "began with snapshot 0, not 4" in said
    assert CANARY not in said


def test_it_is_there_where_the_project_asks_for_it_alone(tmp_path):
    specs = {one.key.to_user_string(): one for one in definitions(tmp_path).resolve_all_asset_specs()}
    assert specs["bronze/living/raw_orders"].group_name == "bronze_living"
    assert not any("/living/" in key.to_user_string() for key in
                   (one.key for one in definitions(tmp_path, "").resolve_all_asset_specs()))  # fmt: skip
    with pytest.raises(UsageError, match="living: 'bronz' is unknown; did you mean 'bronze'"):
        definitions(tmp_path, ASKED.replace("bronze", "bronz"))
