"""References to one of several tables: type and id agree, and each kind is checked as a reference of its own."""

import duckdb
import polars as pl
import pytest

from synth_assets.checking.references import dangling
from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError
from synth_assets_tests.specs.made import frames

NOTES = """\
dataset: q
presets: {tiny: {}}
entities:
  people:
    rows: 5
    key: {columns: id, codec: text, prefix: P, digits: 3}
    columns: {id: key, age: {integers: 1, high: 9}}
  firms: {rows: 40, key: {columns: code, codec: uuid}, columns: {code: key}}
  notes:
    rows: 900
    columns:
      note_id: key
      subject: {one_of_tables: {people: 2, firms: 1}, kind: what, names: {people: Person}, null_rate: 0.1, skew: square}
      what: {kind_of: subject, nullable: true}
      age: {copied: people.age, nullable: true}
"""


def problems(text, tmp_path):
    (tmp_path / "q.yaml").write_text(text)
    with pytest.raises(DeclarationError) as error:
        Declared.read(tmp_path / "q.yaml").load()
    return error.value.texts


def test_type_and_id_agree_and_nothing_is_about_nobody_but_in_its_share(tmp_path):
    found = frames(NOTES, tmp_path)
    notes, people = found["notes"], dict(found["people"].rows())
    keys = {"Person": set(people), "firms": set(found["firms"]["code"]), None: {None}}
    assert all(subject in keys[what] for subject, what in notes.select("subject", "what").rows())
    shares = dict(notes["what"].value_counts().rows())
    assert 60 < shares[None] < 120
    assert 480 < shares["Person"] < 600
    assert [age for _, age in notes.select("subject", "age").rows()] == [people.get(one) for one in notes["subject"]]
    for kind, count in (("Person", 5), ("firms", 40)):
        assert notes.filter(what=kind)["subject"].n_unique() == count


def test_each_kind_is_a_reference_that_is_checked_alone(tmp_path):
    found = frames(NOTES, tmp_path)
    domain = Declared.read(tmp_path / "q.yaml").load()
    notes = domain.tables["notes"]
    assert {*notes.parents} == {*domain.parents["notes"]} == {"people", "firms"}
    swapped = found["notes"].with_columns(
        pl.when(pl.col("note_id") == 7).then(pl.lit("firms")).otherwise(pl.lit("Person")).alias("what"),
        pl.lit(found["people"]["id"][0]).alias("subject"),
    )
    with duckdb.connect() as connection:
        for name, frame in {**found, "swapped": swapped}.items():
            connection.register(name, frame.to_arrow())
        for reference, lost in zip(notes.references, (1, 0), strict=True):
            query = dangling(reference, domain.tables[reference.table], "{}", reference.table)
            assert connection.execute(query.format("notes")).fetchall() == []
            assert len(connection.execute(query.format("swapped")).fetchall()) == lost
        (rule,) = notes.rules
        assert connection.execute(rule.sql).fetchall() == []
        for wrong in ("subject = NULL", "what = NULL", "what = 'ghost'"):
            connection.execute("CREATE OR REPLACE TEMP TABLE copied AS FROM notes")
            connection.execute(f"UPDATE copied SET {wrong} WHERE note_id = 7")
            sql = rule.sql.replace('"notes"', "copied")
            assert bool(connection.execute(sql).fetchall()) == (found["notes"]["subject"][6] is not None), wrong


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("kind: what", "kind: wat", "kind: column 'wat' is unknown; did you mean 'what'"),
        ("kind: what", "kind: age", "age doesn't say of which table the row is"),
        ("kind: what, ", "", "kind is missing; it is the column of this row that says which table it is"),
        ("kind_of: subject, ", "kind_of: age, ", "age is no column of the method one_of_tables"),
        ("firms: 1}", "frims: 1}", "table 'frims' is unknown; did you mean 'firms'"),
        ("people: 2, firms: 1", "people: 0, firms: 0", "of which one at least is above 0"),
        ("names: {people: Person}", "names: {persons: P}", "names has persons, which is none of its tables"),
        ("names: {people: Person}", "names: {people: firms}", "two of its tables are called alike"),
        ("codec: uuid}", "codec: integer}", "whose keys are all whole numbers, or all text"),
        ("skew: square}", "skew: square, born_before: age}", "rows of firms don't come by a clock"),
        ("rows: 40, key", "rows: 40, fates: [{ends: 4}], key", "rows of firms are deleted in time"),
        ("kind_of: subject, nullable: true", "kind_of: subject", "subject may be missing, and so may this"),
    ],
)
def test_what_does_not_go_together_is_told(right, wrong, said, tmp_path):
    text = NOTES.replace(right, wrong, 1)
    assert text != NOTES
    assert any(said in one for one in problems(text, tmp_path)), problems(text, tmp_path)
