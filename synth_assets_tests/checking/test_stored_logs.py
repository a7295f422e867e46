"""The logs of a batch are looked at together, but what is wrong with one table's is that table's matter."""

import os
import shutil

import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import UnjudgedError
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.change_data import DatasetChanges
from synth_assets.usecases.check_changes import check_logs

BRONZE = Project.here().domain("bronze")
TINY = BRONZE.dataset("small", volumes={"customers": 60, "products": 30, "orders": 60, "days": 20})
TABLES = tuple(BRONZE.entities)
CHILDREN = {name for name in TABLES if "raw_orders" in BRONZE.tables[name].parents}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("made")
    data = DatasetChanges(BRONZE, TINY, CADENCES["day"], root)
    for name in TABLES:
        data.store_log(name, 1)
    return root


@pytest.fixture
def data(made, tmp_path):
    return DatasetChanges(BRONZE, TINY, CADENCES["day"], shutil.copytree(made, tmp_path / "data"))


def outcomes(data):
    found = {(table, check): finding for table, check, finding in check_logs(data, 1, TABLES)}
    failed = {place for place, one in found.items() if not one.passed and not one.undecided}
    return found, failed, {place for place, one in found.items() if one.undecided}


def _flip(folder):
    (part,) = folder.glob("part-*")
    content = part.read_bytes()
    part.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def _remove_manifest(folder):
    (folder / "_manifest.json").unlink()


def _make_it_another_datasets(folder):
    path = folder / "_manifest.json"
    path.write_text(path.read_text().replace('"seed": 42', '"seed": 43'))


def _put_a_pipe(folder):
    (part,) = folder.glob("part-*")
    part.unlink()
    os.mkfifo(part)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("damage", [_flip, _remove_manifest, _make_it_another_datasets, _put_a_pipe])
def test_a_damaged_log_fails_its_own_checks_and_leaves_those_that_need_it_undecided(damage, data):
    damage(data.folder.log_path("raw_orders", 1))
    found, failed, undecided = outcomes(data)
    assert failed == {("raw_orders", "replay_equals_snapshot"), ("raw_orders", "transactions_hold")}
    assert undecided == {(name, "transactions_hold") for name in CHILDREN}
    assert all("raw_orders" in found[place].text for place in undecided)


def test_a_log_that_may_not_be_read_is_undecided_like_those_that_need_it(data, monkeypatch):
    really = ChangeFolder.read_log

    def refused(folder, entity, batch):
        if entity == "raw_orders":
            raise UnjudgedError(f"{folder.log_path(entity, batch)} can't be read: permission denied.")
        return really(folder, entity, batch)

    monkeypatch.setattr(ChangeFolder, "read_log", refused)
    _, failed, undecided = outcomes(data)
    assert failed == set()
    assert undecided == {(name, "transactions_hold") for name in (*CHILDREN, "raw_orders")} | {
        ("raw_orders", "replay_equals_snapshot")
    }


def test_what_is_whole_passes(data):
    assert outcomes(data)[1:] == (set(), set())
