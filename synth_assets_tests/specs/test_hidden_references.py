"""Hidden columns refer to nothing, and columns are not made of each other: said in a sentence, whatever else is."""

import pytest

from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError

HIDDEN = "a hidden column can't say references: nobody sees its cells."


def refused(columns, **words):
    people = {"rows": 5, "over": 30, "columns": {"id": "key", "name": "person.full_name", **columns}, **words}
    kids = {"rows": 5, "over": 9, "columns": {"kid": "key", "parent_id": {"references": "people"}}}
    with pytest.raises(DeclarationError) as error:
        Declared.of({"dataset": "q", "entities": {"people": people, "kids": kids}}).load()
    return str(error.value)


@pytest.mark.parametrize("words", [{}, {"fates": [{"follows": "boss"}]}, {"unique": [["boss"]]}])
@pytest.mark.parametrize("to", ["people", "people.name", "kids"])
@pytest.mark.parametrize("method", [{"method": "reference", "earlier": True, "null_rate": 0.1}, {"key_of": "id"}])
def test_a_hidden_reference_is_refused_whatever_hangs_on_it(method, to, words):
    shown = {"boss_name": {"copied": f"{to.partition('.')[0]}.name"}}
    told = refused({"boss": {**method, "references": to, "hidden": True}, **shown}, **words)
    assert f"q/people: boss: {HIDDEN}" in told


def test_a_hidden_reference_that_rows_go_with_leads_nowhere():
    columns = {"kid": {"references": "kids", "hidden": True}}
    assert HIDDEN in refused(columns, fates=[{"follows": "kid"}])
    assert HIDDEN in refused(columns, fates=[{"follows": "kids"}])


@pytest.mark.parametrize(
    ("columns", "by"),
    [
        ({"above": {"copied": "people.above"}}, "people.above"),
        ({"above": {"expression": "people.above"}}, "people.above"),
        ({"above": {"copied": "people.next"}, "next": {"expression": "above + 1"}}, "people.next"),
    ],
)
def test_columns_that_are_made_of_each_other_across_rows_are_refused(columns, by):
    boss = {"references": "people", "earlier": True, "null_rate": 0.1}
    told = refused(
        {"boss": boss, **{name: {**one, "nullable": True, "type": "int64"} for name, one in columns.items()}}
    )
    assert f"q/people: above: it is made of {by}, and that of this column again: no row could be the first." in told
