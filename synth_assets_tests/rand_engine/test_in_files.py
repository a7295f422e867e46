"""Dictionaries in files of datasets: the word ``spec`` of a table."""

import re
from pathlib import Path

import pytest

from synth_assets.specs.declared import Declared
from synth_assets.specs.rand_engine.templates import BY_NAME
from synth_assets.specs.slips import DeclarationError
from synth_assets.usecases.scan import scan_dataset

FILE = """
dataset: mine
entities:
  customers:
    rows: 20
    over: 100
    key: {columns: customer_id, codec: text, prefix: C, digits: 9}
    fates: [{changes: upgrades, days: [30, 60]}]
    spec:
      customer_id: {method: unique_ids, kwargs: {strategy: zint, prefix: C}, in_dataset: key}
      age: {method: integers, kwargs: {min: 18, max: 65}, in_dataset: {doc: years, type: int16}}
      plan: {method: distincts_prop, kwargs: {distincts: {free: 3, pro: 1}}, in_dataset: {changing: upgrades}}
      place: {method: distincts_map, cols: [country, city], kwargs: {distincts: {DE: [Berlin], FR: [Paris]}}}
      born_at: {method: dates, kwargs: {start: "2025-01-01", end: "2026-01-01"}, in_dataset: moment.born}
    columns:
      shout: {expression: upper(city)}
"""
AGE = "age: {method: integers, kwargs: {min: 18, max: 65}"


def read(text):
    return Declared(text, "mine.yaml", ".yaml").load()


def test_a_dictionary_is_a_table_s_columns_with_what_they_are_in_a_dataset():
    domain = read(FILE)
    found = scan_dataset(domain.entity("customers"), domain.dataset()).collect()
    assert found.columns == ["customer_id", "age", "plan", "country", "city", "born_at", "shout"]
    assert found["customer_id"].head(2).to_list() == ["C000000001", "C000000002"]
    assert found["born_at"].is_sorted()
    assert (found["shout"] == found["city"].str.to_uppercase()).all()
    table = domain.tables["customers"]
    assert (table.column("age").type.name, table.column("age").doc) == ("int16", "years")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (AGE, AGE.replace("integers", "intgers"), "mine.yaml, line 11: Column 'age': method 'intgers' does not exist"),
        (AGE, AGE.replace("min: 18, ", ""), "mine.yaml, line 11: Column 'age': Missing required parameter 'min'"),
        ("type: int16", "type: int17", "mine.yaml, line 11: mine/customers: age: type 'int17' is unknown"),
        ("changing: upgrades", "changing: upgrade", "mine.yaml, line 12: mine/customers: plan: 'upgrade' is no change"),
        ("    spec:\n", "    spec: []\n    other:\n", "customers: spec is a dictionary of columns"),
        (AGE, AGE + ", transformers: [upper]", "'transformers' must be a list"),
        ("upper(city)", "upper(town)", "mine/customers: shout: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(old, new, told):
    assert old in FILE
    with pytest.raises(DeclarationError) as refused:
        read(FILE.replace(old, new))
    assert told in str(refused.value)


def test_the_page_s_own_examples_run():
    page = (Path(__file__).parents[2] / "docs" / "rand-engine.md").read_text(encoding="utf-8")
    python, file = (re.findall(rf"```{syntax}\n(.*?)```", page, re.DOTALL)[0] for syntax in ("python", "yaml"))
    found = {}
    exec(python, found)  # noqa: S102 - our own page
    assert found["rows"].equals(found["frame"].slice(500, 20))
    assert found["lazy"].collect().equals(found["frame"])
    domain = read(file)
    orders = scan_dataset(domain.entity("orders"), domain.dataset()).collect()
    assert orders["customer_id"].drop_nulls().str.contains("^C[0-9]{9}$").all()


def test_the_page_names_every_method():
    page = (Path(__file__).parents[2] / "docs" / "rand-engine.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(BY_NAME)
