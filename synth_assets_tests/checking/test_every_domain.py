"""All checks hold of what is generated: tables of every domain, with every kind of key, in every format."""

from types import SimpleNamespace

import pytest

from synth_assets.model.layout import partition_of
from synth_assets.sinks import catalog
from synth_assets.usecases.generate import Request, generate
from synth_assets.usecases.verified import Depth, Found
from synth_assets.usecases.verify_datasets import verify_tables
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS


@pytest.mark.parametrize("name", DOMAINS)
def test_what_is_generated_passes_every_check_in_every_format(name, tmp_path):
    domain = DOMAINS[name]
    tables = domain.tables.values()
    # What a format can't hold it refuses, which other tests look at.
    known = [one for one in catalog.names() if one != "iceberg"]  # which takes its time, and has a suite of its own
    formats = [one for one in known if not any(any(catalog.load(one).capabilities.unfit(of)) for of in tables)]
    assert {"parquet", "duckdb"} <= {*formats}
    stored = generate(Request(domain, DATASETS[name], tuple(domain.entities), tuple(formats), tmp_path))
    found = [Found(one.format, one.path, domain.name, one.entity) for one in stored]
    assert all(partition_of(one.path) or one.path.is_file() or one.format in catalog.lakes() for one in found)
    project = SimpleNamespace(domain=lambda _: domain, names=lambda: [domain.name])
    project.beside = lambda _root: project
    results = verify_tables(found, project, Depth(regenerate=True))
    # Some tables come in another format instead of one that is asked for.
    instead = domain.delivery.formats_of
    expected = {(name, instead.get(name, {}).get(one, one)) for name in domain.entities for one in formats}
    assert {(one.entity, one.format) for one in results.values()} == expected
    assert len(results) == len(expected)
    assert [(one.format, one.entity, one.problems, one.undecided) for one in results.values() if one.problems] == []
    assert [one.undecided for one in results.values() if one.undecided] == []
