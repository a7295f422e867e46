"""What a folder of change data is of: a table that changes after its first batches is noticed before a write."""

import copy
import json

import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.specs.declared import Declared
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes
from synth_assets_tests.clean_logs import tree
from synth_assets_tests.workshop.declaration import WORKSHOP

NOTE = {"method": "constant", "value": "x", "type": "string", "doc": "a note"}
DAY = CADENCES["day"]


def workshop(change=lambda _entities: None):
    said = copy.deepcopy(WORKSHOP)
    change(said["entities"])
    return Declared.of(said).load()


class There:
    """A project in which a domain is."""

    def __init__(self, domain):
        self._domain = domain

    def beside(self, _root):
        return self

    def domain(self, _name):
        return self._domain


def make(domain, root, batch=1, **more):
    dataset = domain.dataset("tiny")
    asked = ChangeRequest(domain, dataset, DAY, ("customers",), root, range(batch, batch + 1), **more)
    return list(generate_changes(asked))


def with_a_column(entities):
    entities["customers"]["columns"]["note"] = NOTE


def of_another_type(entities):
    entities["customers"]["columns"]["card"]["type"] = "int32"


def in_another_order(entities):
    columns = entities["customers"]["columns"]
    columns["city"] = columns.pop("city")


def with_a_table(entities):
    entities["notes"] = {
        "doc": "Notes.",
        "grain": "one note",
        "rows": "branches",
        "columns": {"note_id": {"method": "key", "doc": "its number"}},
    }


CHANGES = {
    with_a_column: "customers has other columns: note string is new",
    of_another_type: "customers has other columns: card int64 is gone, card int32 is new",
    in_another_order: "customers has other columns: the same in another order",
    with_a_table: "notes is new",
}


@pytest.mark.parametrize(("change", "said"), CHANGES.items(), ids=lambda one: getattr(one, "__name__", ""))
@pytest.mark.parametrize("envelope", ["plain", "debezium"])
def test_a_folder_takes_in_nothing_of_tables_that_changed_since(tmp_path, change, said, envelope):
    make(workshop(), tmp_path, envelope=envelope)
    before = tree(tmp_path)
    with pytest.raises(UsageError, match=said):
        make(workshop(change), tmp_path, batch=2, envelope=envelope)
    assert tree(tmp_path) == before
    make(workshop(), tmp_path, batch=2, envelope=envelope)  # as it was, it goes on


@pytest.mark.parametrize(("change", "said"), CHANGES.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_a_folder_of_tables_that_changed_since_is_not_read(tmp_path, change, said):
    make(workshop(), tmp_path)
    with pytest.raises(DataError, match=said):
        ChangeFolder.open(tmp_path, There(workshop(change)))


def test_a_table_that_went_is_named(tmp_path):
    make(workshop(with_a_table), tmp_path)
    with pytest.raises(UsageError, match="notes is gone"):
        make(workshop(), tmp_path, batch=2)


def test_a_folder_of_before_identities_told_of_tables_goes_on(tmp_path):
    make(workshop(), tmp_path)
    path = tmp_path / "_dataset.json"
    values = json.loads(path.read_text())
    del values["tables"]
    path.write_text(json.dumps(values))
    make(workshop(), tmp_path, batch=2)
    assert ChangeFolder.open(tmp_path, There(workshop())).batches("customers") == [1, 2]


@pytest.mark.parametrize("tables", [[], 1, "customers", {"customers": 1}])
def test_an_identity_with_anything_else_for_tables_is_damaged(tmp_path, tables):
    make(workshop(), tmp_path)
    path = tmp_path / "_dataset.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "tables": tables}))
    with pytest.raises(DataError, match=r"_dataset.json is damaged"):
        make(workshop(), tmp_path, batch=2)


def test_a_parameter_that_the_domain_no_longer_has_is_named(tmp_path):
    make(workshop(), tmp_path)
    path = tmp_path / "_dataset.json"
    values = json.loads(path.read_text())
    values["parameters"]["bicycles"] = 3
    path.write_text(json.dumps(values))
    with pytest.raises(UsageError, match="bicycles is 3, not None"):
        make(workshop(), tmp_path, batch=2)
