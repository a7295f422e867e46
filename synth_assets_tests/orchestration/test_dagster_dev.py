"""``dagster dev`` as a person starts it: the UI's own requests, over GraphQL, on a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from synth_assets.project.project import Project
from synth_assets.sinks.current_tables import read_ledger

ENTITIES = list(Project.here().domain("bronze").entities)
PROJECT = Path(__file__).parents[2]
PATIENCE = 120
"""Seconds to wait for anything; an idle machine needs ten."""

ASSETS = """{ assetNodes(group: {groupName: "bronze", repositoryLocationName: "synth_assets",
    repositoryName: "__repository__"}) {
    assetKey { path } dependencyKeys { path } partitionKeys
    assetChecksOrError { ... on AssetChecks { checks { name } } } } }"""
SCHEDULES = """{ schedulesOrError(repositorySelector: {repositoryLocationName: "synth_assets",
    repositoryName: "__repository__"}) { ... on Schedules { results { name scheduleState { status } } } } }"""
LAUNCH = """mutation($parameters: ExecutionParams!) { launchRun(executionParams: $parameters) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUN = """query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"""
CHECKS = """{ assetNodeOrError(assetKey: {path: ["bronze", "raw_products"]}) { ... on AssetNode {
    assetMaterializations(limit: 1) { partition metadataEntries { label } }
    assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization { status } } } } } } }"""

BACKFILL = """mutation($parameters: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $parameters) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
BACKFILL_STATUS = """query($id: String!) { partitionBackfillOrError(backfillId: $id) {
    ... on PartitionBackfill { status runs(limit: 9) { status } } } }"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The data root of ``dagster dev``."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def ask(folder, data, tmp_path_factory):
    """A running ``dagster dev``, as a function from query to answer."""
    logs = tmp_path_factory.mktemp("dev")
    home = logs / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "SYNTH_CONFIG": str(folder / "synth.toml"),
        "SYNTH_DATA": str(data),
        "PYTHONWARNINGS": "ignore",
    }
    command = [Path(sys.executable).with_name("dagster"), "dev", "--host", "127.0.0.1", "--port", str(port)]
    with (logs / "log").open("w+") as log:
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log, start_new_session=True)

        def ask(query, **variables):
            assert server.poll() is None, (logs / "log").read_text()[-2_000:]
            return answer(port, query, variables)

        try:
            yield ask
        finally:
            stop(server)


def answer(port, query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310
        found = json.load(response)
    assert "errors" not in found, found["errors"]
    return found["data"]


def stop(server):
    """Stop the server and all it started: its own session is its process group."""
    server.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        server.wait(PATIENCE / 6)
    # Also what outlives its parent.
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def until(ready, what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if found := ready():
                return found
        except (OSError, ValueError):  # it isn't listening yet, or hangs up
            pass
        time.sleep(0.5)
    raise AssertionError(f"{what} in {PATIENCE} s")


def test_the_ui_knows_the_assets_and_materialises_a_partition(ask):
    assets = until(lambda: ask(ASSETS)["assetNodes"], "no assets")
    by_name = {asset["assetKey"]["path"][-1]: asset for asset in assets}
    assert len(by_name) == 8
    assert "tiny|42" in by_name["raw_orders"]["partitionKeys"]
    assert {"path": ["bronze", "raw_customers"]} in by_name["raw_orders"]["dependencyKeys"]
    schedules = ask(SCHEDULES)["schedulesOrError"]["results"]
    assert {"name": "bronze_daily", "scheduleState": {"status": "STOPPED"}} in schedules

    checks = [check["name"] for check in by_name["raw_products"]["assetChecksOrError"]["checks"]]
    run = ask(LAUNCH, parameters=launch_of("raw_products", checks))["launchRun"]
    assert run["__typename"] == "LaunchRunSuccess", run
    identity = run["run"]["runId"]
    done = {"SUCCESS", "FAILURE", "CANCELED"}
    status = until(lambda: (s := ask(RUN, id=identity)["runOrError"]["status"]) in done and s, "no end of the run")
    assert status == "SUCCESS"

    node = ask(CHECKS)["assetNodeOrError"]
    (materialisation,) = node["assetMaterializations"]
    assert materialisation["partition"] == "tiny|42"
    assert {"label": "plot_created_at"} in materialisation["metadataEntries"]
    statuses = {c["executionForLatestMaterialization"]["status"] for c in node["assetChecksOrError"]["checks"]}
    assert statuses == {"SUCCEEDED"}


def launch_of(name, checks):
    """What the UI sends to materialise one partition of one asset, with its checks."""
    key = {"path": ["bronze", name]}
    partition = {"": "tiny|42", "/preset": "tiny", "/seed": "42"}
    return {
        "selector": {
            "repositoryLocationName": "synth_assets",
            "repositoryName": "__repository__",
            "pipelineName": "bronze_job",
            "assetSelection": [key],
            "assetCheckSelection": [{"assetKey": key, "name": check} for check in checks],
        },
        "mode": "default",
        "executionMetadata": {
            "tags": [{"key": f"dagster/partition{part}", "value": value} for part, value in partition.items()]
        },
    }


def test_a_backfill_of_change_data_is_one_run_that_brings_all_its_batches(ask, data):
    until(lambda: ask(ASSETS)["assetNodes"], "no assets")
    days = ("2026-01-01|tiny-40", "2026-01-02|tiny-40", "2026-01-03|tiny-40")
    keys = [{"path": ["bronze", what, name]} for what in ("changes", "current") for name in ENTITIES]
    launched = ask(BACKFILL, parameters={"assetSelection": keys, "partitionNames": days})["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched

    def backfill():
        return ask(BACKFILL_STATUS, id=launched["backfillId"])["partitionBackfillOrError"]

    done = {"COMPLETED_SUCCESS", "COMPLETED_FAILED", "COMPLETED", "FAILED", "CANCELED"}
    found = until(lambda: (one := backfill())["status"] in done and one, "no end of the backfill")
    assert found == {"status": "COMPLETED_SUCCESS", "runs": [{"status": "SUCCESS"}]}
    (database,) = (data / "duckdb/bronze/current").glob("*.duckdb")
    ledger = {(entry.entity, entry.batch) for entry in read_ledger(database, "bronze")}
    assert ledger == {(name, batch) for name in ENTITIES for batch in range(4)}
