"""Every path that is made can be read backwards, and tells what it is called after."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.model.layout import (
    HISTORIES,
    IDENTITY_FILE,
    LOGS,
    SNAPSHOTS,
    ChangePlace,
    Partition,
    partition_folder,
    partition_of,
    place_of,
)

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)


@given(NAMES, NAMES, NAMES, NAMES, st.integers())
def test_a_table_s_folder_is_read_backwards(form, domain, table, label, seed):
    folder = partition_folder(Path("/data"), form, f"{domain}/{table}", label, seed)
    assert partition_of(folder) == Partition(form, domain, table)


@pytest.mark.parametrize("what", [LOGS, SNAPSHOTS, HISTORIES])
@given(NAMES, NAMES, NAMES)
def test_a_folder_of_change_data_is_read_backwards(tmp_path_factory, what, domain, entity, label):
    root = tmp_path_factory.getbasetemp() / "change_data"
    root.mkdir(exist_ok=True)
    (root / IDENTITY_FILE).touch()
    place = ChangePlace(root, what, domain, entity, label)
    assert place_of(place.path) == place
    assert place_of(place.path.parent) is None


def test_a_folder_without_its_identity_above_is_none_of_change_data(tmp_path):
    assert place_of(ChangePlace(tmp_path, LOGS, "bronze", "raw_orders", "00001").path) is None
