"""What is written beside a dataset, read by those whom it is written for: every domain and every example file."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import open_data_contract_standard
import pytest
import yaml
from frictionless import Package, system
from open_data_contract_standard.model import OpenDataContractStandard

from synth_assets.usecases.generate import generate, request_for
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS

NAMES = [name for name in DOMAINS if name != "declared workshop"]
NO_CSV = {"example types"}
"""It has values that no format of text holds; frictionless' reader of Parquet knows neither gaps nor lists."""

SCHEMA = json.loads(resources.files(open_data_contract_standard).joinpath("schema.json").read_text())


@pytest.fixture(scope="module", params=NAMES)
def written(request, tmp_path_factory):
    """A dataset and the folder of its descriptions."""
    name, root = request.param, tmp_path_factory.mktemp("data")
    domain, dataset = DOMAINS[name], DATASETS[name]
    form = "parquet" if name in NO_CSV else "csv"
    generate(request_for(domain, dataset, list(domain.entities), root, formats=(form,), layout="hive"))
    return name, root / "descriptions" / domain.name / dataset.name


def test_frictionless_finds_every_table_sound(written):
    name, folder = written
    with system.use_context(trusted=True):  # as the files lie beside the folder, not inside
        package = Package(str(folder / "datapackage.json"))
        assert sorted(package.resource_names) == sorted(DOMAINS[name].tables)
        if name in NO_CSV:
            package.to_descriptor(validate=True)
            return
        report = package.validate()
    assert report.flatten(["title", "message"]) == []
    rows = {resource.name: resource.custom["synth"]["rows"] for resource in package.resources}
    assert {task.name: task.stats["rows"] for task in report.tasks} == rows


def test_the_contract_is_one_of_the_standard(written):
    name, folder = written
    text = (folder / "contract.odcs.yaml").read_text()
    contract = OpenDataContractStandard.from_string(text)
    jsonschema.validate(yaml.safe_load(text), SCHEMA)
    assert [table.name for table in contract.schema_] == list(DOMAINS[name].tables)
    for told, table in zip(contract.schema_, DOMAINS[name].tables.values(), strict=True):
        assert [one.name for one in told.properties] == table.column_names
        keys = sorted((one for one in told.properties if one.primaryKey), key=lambda one: one.primaryKeyPosition)
        assert tuple(one.name for one in keys) == table.key.columns
        assert {one.name for one in told.properties if one.required} == {
            c.name for c in table.columns if not c.nullable
        }


def test_files_are_where_the_descriptions_say(written):
    _, folder = written
    package = json.loads((folder / "datapackage.json").read_text())
    for resource in package["resources"]:
        paths = [resource["path"]] if isinstance(resource["path"], str) else resource["path"]
        sizes = [(folder / path).stat().st_size for path in paths]
        assert resource.get("bytes") == (sizes[0] if len(sizes) == 1 else None)  # of several files none is said
        assert not any(Path(path).is_absolute() for path in paths)
