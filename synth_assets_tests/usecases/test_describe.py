"""What `describe` says is what the model is and what generating makes."""

import json
from dataclasses import asdict

import pytest

from synth_assets.project.project import Project
from synth_assets.usecases.describe import describe, describe_entity, parameters, rows_of
from synth_assets.usecases.scan import scan_dataset

BRONZE = Project.here().domain("bronze")
ENTITIES = list(BRONZE.entities)
TINY = BRONZE.dataset("small", volumes={"orders": 60, "customers": 20, "products": 10, "days": 5})


def test_a_domain_s_tables_come_in_its_own_order():
    assert [entity.name for entity in describe(BRONZE).entities] == ENTITIES


def test_all_of_it_is_plain_data():
    assert json.loads(json.dumps(asdict(describe(BRONZE))))["name"] == "bronze"


@pytest.mark.parametrize("name", ENTITIES)
def test_rows_that_are_told_without_generating_are_those_that_generating_gives(name):
    entity = BRONZE.entity(name)
    told = rows_of(entity, TINY)
    assert told in {None, scan_dataset(entity, TINY).collect().height}
    assert (told is None) == (entity.about.shape.name != "dense")


@pytest.mark.parametrize("name", ENTITIES)
def test_a_table_has_one_key_column_that_is_unique_and_never_null(name):
    info = describe_entity(BRONZE, BRONZE.entity(name))
    (key,) = (column for column in info.columns if column.key)
    assert (key.name, key.unique, key.nullable) == (info.key, True, False)


@pytest.mark.parametrize("name", ENTITIES)
def test_references_lead_to_tables_of_the_domain(name):
    paths = {column.references for column in describe_entity(BRONZE, BRONZE.entity(name)).columns} - {None}
    assert paths <= {f"bronze/{other}" for other in ENTITIES}


def test_parameters_carry_the_bounds_that_the_model_enforces():
    days = next(parameter for parameter in parameters(BRONZE) if parameter.name == "days")
    assert (days.minimum, days.maximum, days.flag, days.variable) == (1, 3650, "--days", "SYNTH_BRONZE__DAYS")
    assert BRONZE.dataset("small", volumes={"days": 3650}).parameters["days"] == 3650


def test_presets_of_a_project_are_described_with_their_rows(tmp_path):
    toml = "[presets.bronze.demo]\ncustomers = 9\nproducts = 8\norders = 7\ndays = 6\n"
    (tmp_path / "synth.toml").write_text(toml)
    info = describe(Project.here(tmp_path, {}).domain("bronze"))
    assert info.presets["demo"] == {"customers": 9, "products": 8, "orders": 7, "days": 6}
    assert next(entity for entity in info.entities if entity.name == "raw_orders").rows["demo"] == 7
