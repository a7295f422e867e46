"""What we tell other tools of our own datasets is read again: no key is lost on the way, and none is broken."""

from pathlib import Path, PurePosixPath

import pytest

from synth_assets.descriptions import catalog
from synth_assets.descriptions.described import Described, StoredCopy
from synth_assets.model.manifest import Manifest
from synth_assets.project.project import Project
from synth_assets.specs.declared import Declared
from synth_assets_tests.schemas.loading import Made, broken

EXAMPLES = Path(__file__).parents[2] / "examples" / "datasets"
OWN = ("bronze", "starter", "devdata", "library")
FORMS = {
    "odcs": "contract.odcs.yaml",
    "dbt": "sources.yml",
    "ddl:postgres": "postgres.sql",
    "ddl:sqlite": "sqlite.sql",
    "ddl:duckdb": "duckdb.sql",
}


def domain_called(name):
    path = EXAMPLES / f"{name}.yaml"
    if path.exists():
        return Declared(path.read_text(encoding="utf-8"), str(path), ".yaml").load()
    return Project.here().domain(name)


def described(domain):
    """A dataset as it is told of where all of it lies in Parquet."""
    dataset = domain.dataset(next(iter(domain.presets)))
    copies = {
        name: (
            StoredCopy(
                "parquet",
                PurePosixPath(name),
                PurePosixPath(name, "*.parquet"),
                Manifest(domain.name, name, dataset.manifest_parameters, 1, "0" * 64, (), (), domain.contract, "1"),
                in_duckdb="read_parquet([{place}])",
            ),
        )
        for name in domain.tables
    }
    return Described(domain, dataset, domain.name, domain.tables, copies, PurePosixPath())


def lost(domain, schema, form):
    """What the domain says of keys and of missing cells, and the schema that was read doesn't."""
    found = []
    read = {one.name.rpartition(".")[2]: one for one in schema.tables}
    before = []
    for name, table in domain.tables.items():
        one = read[name]
        if list(table.column_names) != [column.name for column in one.columns]:
            found.append(f"{name}: other columns")
        groups = {group.columns for group in (*one.unique, *filter(None, [one.key]))}
        if table.key.columns and (one.key is None or set(one.key.columns) != set(table.key.columns)):
            found.append(f"{name}: key {table.key.columns}, not {one.key and one.key.columns}")
        found += [f"{name}: unique {group}" for group in table.unique if group not in groups]
        found += [
            f"{name}.{column.name} may be missing"
            for column in table.columns
            if not column.nullable and one.column(column.name).nullable
        ]
        found += [
            f"{name}.{column.name}: {column.values}"
            for column in table.columns
            if column.values and not one.column(column.name).enumeration and not one.conditions
        ]
        links = {(link.columns, link.to.rpartition(".")[2]) for link in one.links}
        for reference in table.references:
            unsaid = form == "ddl:duckdb" and reference.table not in before
            if reference.when is None and not unsaid and (reference.columns, reference.table) not in links:
                found.append(f"{name}: {reference.columns} refers to {reference.table}")
        before.append(name)
    return found


@pytest.mark.parametrize("name", [*OWN, *sorted(path.stem for path in EXAMPLES.glob("*.yaml"))])
def test_what_is_told_of_a_dataset_is_a_source_of_one_with_the_same_keys(name, tmp_path):
    domain = domain_called(name)
    of = described(domain)
    found = {}
    for form, file in FORMS.items():
        kind, _, argument = form.partition(":")
        (tmp_path / file).write_text(catalog.load(kind).text(of, argument), encoding="utf-8")
        made = Made(tmp_path / file, tmp_path, form)
        found[form] = [*lost(domain, made.schema, form), *broken(made)]
    assert {form: problems for form, problems in found.items() if problems} == {}
