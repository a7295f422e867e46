"""The toy domain's own log, made by its life, is broken in every way; tables without a key are left alone."""

import json

import polars as pl
import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.faults import catalog
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.injection import broken, write_broken
from synth_assets.model.change_log import CADENCES
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS
from synth_assets_tests.oracles.fault_scan import Scan

DOMAIN, DATASET = DOMAINS["workshop"], DATASETS["workshop"]
REFERENCES = {
    name: {one.columns: (one.table, one.target(DOMAIN.tables[one.table])) for one in table.references}
    for name, table in DOMAIN.tables.items()
    if table.references
}
OWN = {"schema_drift": {"change": "renamed"}, "missing_range": {"rows": 2}, "hot_keys": {"updates": 4}}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    root = tmp_path_factory.mktemp("workshop") / "log"
    names, batches = tuple(DOMAIN.entities), range(1, 13)
    list(generate_changes(ChangeRequest(DOMAIN, DATASET, CADENCES["day"], names, root, batches, format="parquet")))
    folder = ChangeFolder(root, DOMAIN, DATASET, CADENCES["day"])
    list(store_states(folder, "snapshot", names, DATASET.as_of_second, "parquet"))
    return folder


def position_of(entity, key):
    """A row's number from its key, as the shape of the table tells it."""
    if entity == "repair_parts":
        repair, line = map(int, key.split(", "))
        return (repair - 1) * 3 + line - 1
    if entity == "customers":
        return int(DOMAIN.tables[entity].key.numbers(pl.DataFrame({"customer_id": [key]}))[0])
    return int(key.removeprefix("B")) - 1


def test_every_kind_of_fault_at_once_is_explained_by_the_scan(clean, tmp_path):
    faults = [{"kind": kind, **OWN.get(kind, {})} for kind in catalog.names()]
    plan = fault_plan.parse(json.dumps({"seed": 5, "faults": faults}), "plan")
    write_broken(broken(CleanLog(clean), plan), plan, tmp_path / "broken")
    found = Scan(clean.root, tmp_path / "broken", REFERENCES, position_of)
    assert {one["kind"] for one in found.entries} == {*catalog.names()}
    assert {one["entity"] for one in found.entries} >= {"customers", "repair_parts", "repairs"}
    assert found.problems() == []
