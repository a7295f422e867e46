"""Tables in PostgreSQL as assets: only where the project asks for them, in the schema that a run names."""

import dagster as dg
import pytest
from psycopg.conninfo import make_conninfo

from synth_assets.errors import UsageError
from synth_assets.orchestration.build import definitions_for
from synth_assets.project.project import Project
from synth_assets_tests.orchestration.conftest import PARTITION, QUIET, SYNTH_TOML
from synth_assets_tests.parity.pg_server import pg_server

CANARY = "c4n4ry-Pa55"
ASKED = '\n[postgres]\ndomains = ["bronze"]\n'


@pytest.fixture(autouse=True)
def settings_of_the_test(monkeypatch):
    monkeypatch.delenv("SYNTH_CONFIG", raising=False)


@pytest.fixture
def database(monkeypatch):
    with pg_server() as server, server.database() as connection:
        address = make_conninfo(server.url, dbname=connection.info.dbname, password=CANARY)
        monkeypatch.setenv("SYNTH_PG_URL", address)
        yield connection


def definitions(folder, asked=ASKED):
    (folder / "synth.toml").write_text(SYNTH_TOML + asked)
    return definitions_for(["bronze"], Project.here(folder))


def run(assets, instance, names=None, partition=PARTITION, **config):
    selection = None if names is None else [dg.AssetKey(["bronze", "postgres", name]) for name in names]
    return dg.materialize(
        [assets],
        selection=selection,
        partition_key=partition,
        instance=instance,
        raise_on_error=False,
        run_config={"ops": {"bronze__postgres": {"config": config}}, "loggers": QUIET},
    )


def loading_assets(found):
    return found.resolve_assets_def(dg.AssetKey(["bronze", "postgres", "raw_orders"]))


def test_they_are_there_where_the_project_asks_for_them_alone(tmp_path):
    keys = {"/".join(one.key.path): one for one in definitions(tmp_path).resolve_all_asset_specs()}
    orders = keys["bronze/postgres/raw_orders"]
    assert orders.group_name == "bronze_postgres"
    assert {"/".join(one.asset_key.path) for one in orders.deps} == {
        "bronze/postgres/raw_customers",
        "bronze/postgres/raw_sessions",
    }
    without = definitions(tmp_path, "").resolve_all_asset_specs()
    assert [one.key for one in without if "postgres" in one.key.path] == []
    with pytest.raises(UsageError, match="domains: 'bronz' is unknown; did you mean 'bronze'"):
        definitions(tmp_path, ASKED.replace("bronze", "bronz"))


def test_a_run_loads_a_partition_and_its_events_hold_no_password(tmp_path, database):
    assets = loading_assets(definitions(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        done = run(assets, instance)
        assert done.success
        assert database.execute("SELECT count(*) FROM bronze.raw_orders").fetchone() == (120,)
        again = run(assets, instance, ["raw_customers", "raw_products"])
        added = [one.metadata["rows_added"].value for one in again.asset_materializations_for_node("bronze__postgres")]
        assert added == [0, 0]
        other = run(assets, instance, partition="tiny|7")
        assert not other.success
        assert run(assets, instance, partition="tiny|7", schema_name="seven").success
        assert run(assets, instance, partition="tiny|7", overwrite=True).success
        assert not run(assets, instance, ["raw_products"], overwrite=True).success
        said = [one.to_json() for run_ in instance.get_runs() for one in instance.all_logs(run_.run_id)]
    assert database.execute("SELECT DISTINCT dataset FROM bronze._synth_manifest").fetchall() == [("tiny|7",)]
    told = "\n".join(said)
    assert "holds another dataset: bronze tiny|42" in told
    assert "overwrite replaces all tables at once" in told
    assert CANARY not in told
