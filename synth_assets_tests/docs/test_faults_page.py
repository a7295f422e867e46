"""The page of faults names what the code has: kinds, settings and their defaults, columns, a plan."""

import re
from pathlib import Path

import pytest

from synth_assets.faults import answer_key, catalog
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.interface import Fault, RecordFault

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "faults.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\w+): [^\n]+\n(.*?)(?=^##)", TEXT, re.DOTALL | re.MULTILINE))


def rows(heading):
    """The cells of the first table below a heading, without code marks."""
    table = TEXT.split(f"\n## {heading}\n")[1].split("\n|---")[1].split("\n\n")[0]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()[1:]]


def test_every_kind_has_a_section():
    assert sorted(SECTIONS) == catalog.names()


@pytest.mark.parametrize("kind", catalog.names())
def test_a_kind_has_these_settings_with_these_defaults(kind):
    told = dict(re.findall(r"^- `(\w+)`: ([^,;]+)", SECTIONS[kind], re.MULTILINE))
    fields = catalog.load(kind).model_fields
    common = RecordFault.model_fields if issubclass(catalog.load(kind), RecordFault) else Fault.model_fields
    own = {name: field for name, field in fields.items() if name not in common}
    assert told.keys() == own.keys()
    for name, field in own.items():
        if field.is_required():
            assert told[name] == "required"
        elif field.default is not None:
            assert told[name] == str(field.default)


def test_the_settings_of_all_faults_are_told():
    assert {row[0] for row in rows("The plan")} == set(Fault.model_fields)
    assert "`count`" in TEXT.split("\n## Kinds")[0]
    assert "`share`" in TEXT.split("\n## Kinds")[0]


def test_the_columns_of_the_answer_key_are_told():
    assert [row[:2] for row in rows("The answer key")] == [[c.name, c.type.name] for c in answer_key.TABLE.columns]


def test_the_plan_on_the_page_is_one():
    plan = fault_plan.parse(re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)[0], "page")
    assert [fault.kind for fault in plan.faults] == ["duplicated_records", "late_arrival", "missing_range"]
