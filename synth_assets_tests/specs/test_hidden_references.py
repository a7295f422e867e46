"""Hidden columns refer to nothing, and columns are not made of each other: said in a sentence, whatever else is said."""

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


def test_columns_that_are_made_of_each_other_by_a_reference_are_refused():
    boss = {"references": "people", "earlier": True, "null_rate": 0.1}
    told = refused({
        "boss": boss,
        "above": {"copied": "people.below", "nullable": True},
        "below": {"copied": "people.above", "nullable": True},
    })  # fmt: skip
    assert "q/people: above: " in told
