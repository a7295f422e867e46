"""No cell depends on what stands beside it in a file: the order of names, other columns, other tables, part files.

Every file in examples/datasets is tried: its names shuffled, a column more in each table, each column left out that
nothing else needs, and stored in other formats and part files. What is left has to be the same to the bit.
"""

import copy
import random
import sys

import pytest
import yaml

from synth_assets.errors import UsageError
from synth_assets.produce.expected import expected_digest
from synth_assets.sinks import catalog
from synth_assets.specs.declared import Declared
from synth_assets.usecases.generate import Request, generate
from synth_assets_tests.domains.every_domain import EXAMPLES

every_example = pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])

IN_ORDER = {"lifecycle", "fields", "json_object", "struct"}
"""Words whose names say an order: steps of a life, and what stands first in a JSON text or a struct."""


def source_of(values, path):
    pools = Declared.read(path).pools
    return Declared(yaml.safe_dump(values, sort_keys=False), "shuffled", ".yaml", pools)


def written_in(path):
    """What a file says, as the product reads it: ``yes`` is a word."""
    return copy.deepcopy(Declared.read(path).document().values)


def digests(source):
    domain = source.load()
    dataset = domain.dataset(domain.default_preset if "tiny" not in domain.presets else "tiny", seed=7)
    return {
        (name, column): digest
        for name in domain.entities
        for column, digest in expected_digest(domain, dataset, name).column_hashes.items()
    }


def rows(path):
    domain = Declared.read(path).load()
    dataset = domain.dataset("tiny", seed=7)
    return {name: expected_digest(domain, dataset, name).rows for name in domain.entities}


def shuffled(value, order, *, is_in_order=False):
    if isinstance(value, list):
        return [shuffled(one, order) for one in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    if not is_in_order:
        order.shuffle(names)
    return {name: shuffled(value[name], order, is_in_order=name in IN_ORDER) for name in names}


def same(found, expected):
    """Columns that are in both and differ."""
    return {at for at in found.keys() & expected.keys() if found[at] != expected[at]}


@every_example
def test_the_order_of_names_in_a_file_changes_no_value(path):
    said = written_in(path)
    expected = digests(Declared.read(path))
    said.setdefault("default_preset", next(iter(said.get("presets", {"small": {}}))))
    found = digests(source_of(shuffled(said, random.Random(path.stem)), path))  # noqa: S311 - which order, no secret
    assert found.keys() == expected.keys()
    assert same(found, expected) == set()


@every_example
def test_a_column_more_in_each_table_changes_no_other(path):
    said = written_in(path)
    for entity in said["entities"].values():
        entity["columns"] = {"a_column_more": {"pattern": "{3 digits}"}, **entity["columns"]}
    expected = digests(Declared.read(path))
    assert same(digests(source_of(said, path)), expected) == set()


@pytest.mark.torture
@every_example
def test_what_is_left_out_changes_no_other(path, capsys):
    said, expected, many = written_in(path), digests(Declared.read(path)), rows(path)
    compared, differing = 0, set()
    for table, column in expected:
        less = copy.deepcopy(said)
        del less["entities"][table]["columns"][column]
        try:
            found = digests(source_of(less, path))
        except UsageError:
            continue  # something else is made of it
        compared += sum(many[of] for of, _ in found.keys() & expected.keys())
        differing |= same(found, expected)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{path.stem}: {compared:,} cells beside columns that were left out, {len(differing)} differ\n"
        )
    assert compared
    assert differing == set()


def holding(domain):
    """The formats that can hold all tables of a domain: dates within lists are none of JSON's."""
    known = {form: catalog.load(form).capabilities for form in ("parquet", "ndjson", "duckdb", "sqlite")}
    held = [form for form, can in known.items() if not any(list(can.unfit(table)) for table in domain.tables.values())]
    assert {"parquet", "duckdb"} <= {*held}
    return tuple(held)


@pytest.mark.torture
@every_example
@pytest.mark.parametrize("rows_per_file", [1, 7, None])
def test_formats_and_part_files_change_nothing(path, rows_per_file, tmp_path):
    domain = Declared.read(path).load()
    dataset = domain.dataset("tiny", seed=7)
    formats = holding(domain) if rows_per_file is None else ("parquet",)
    request = Request(domain, dataset, tuple(domain.entities), formats, tmp_path, rows_per_file=rows_per_file)
    for one in generate(request):
        assert one.content_hash == expected_digest(domain, dataset, one.entity).content_hash, (one.entity, one.format)
