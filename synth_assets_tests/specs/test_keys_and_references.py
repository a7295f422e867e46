"""Keys with gaps, hidden columns, and references among the rows of another one, as files say them."""

import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets.specs.showing import shown_declaration
from synth_assets.specs.slips import DeclarationError
from synth_assets_tests.specs.made import frames

WORDS = """\
dataset: q
presets: {tiny: {}}
entities:
  people:
    rows: 60
    key: {columns: person_id, start: 100, run: 3, of: 10}
    columns: {person_id: key, half: {integers: 0, high: 9, hidden: true}, double: {expression: half * 2}}
  addresses:
    slots_of: people
    per_parent: {1: 1, 4: 2}
    key: {columns: [person_id, place], codec: composite, sizes: [4]}
    columns: {person_id: {of_parent: "", references: people}, place: ordinal, kind: {in_turn: [home, work, other]}}
  parcels:
    rows: 3000
    columns:
      parcel_id: key
      person_id: {references: people, chosen: [2, 3]}
      place: {method: reference, among: person_id}
    references: [{columns: [person_id, place], to: addresses}]
"""


def problems(text, tmp_path):
    (tmp_path / "q.yaml").write_text(text)
    with pytest.raises(DeclarationError) as error:
        Declared.read(tmp_path / "q.yaml").load()
    return error.value.texts


def test_keys_have_gaps_and_what_refers_to_them_too(tmp_path):
    found = frames(WORDS, tmp_path)
    keys = found["people"]["person_id"].to_list()
    assert keys[:4] == [100, 101, 102, 110]
    assert keys == [key for key in range(100, 300) if key % 10 < 3]
    assert set(found["addresses"]["person_id"]) == set(keys)


def test_cells_that_a_codec_does_not_make_are_no_key_of_it(tmp_path):
    codes = "dataset: q\nentities:\n  codes: {rows: 2, key: {columns: code}, columns: {code: {in_turn: [A, B]}}}\n"
    more = "  uses: {rows: 5, columns: {use_id: key, code: {references: codes}}}\n"
    (problem,) = problems(codes + more, tmp_path)
    assert "cells of its key code would be whole numbers from 1, and in_turn makes others" in problem
    found = frames((codes + more).replace("{columns: code}", "{columns: code, codec: none}"), tmp_path)
    assert set(found["uses"]["code"]) <= {"A", "B"}


def test_of_every_three_rows_the_first_two_are_referred_to(tmp_path):
    found = frames(WORDS, tmp_path)
    keys = found["people"]["person_id"].to_list()
    assert set(found["parcels"]["person_id"]) == {key for place, key in enumerate(keys) if place % 3 < 2}


def test_a_row_among_those_of_another_one_is_any_of_them(tmp_path):
    found = frames(WORDS, tmp_path)
    theirs = set(found["addresses"].select("person_id", "place").rows())
    drawn = found["parcels"].select("person_id", "place").rows()
    assert set(drawn) <= theirs
    assert {pair for pair in theirs if pair[0] in set(found["parcels"]["person_id"])} - set(drawn) == set()


def test_a_hidden_column_is_part_of_others_and_of_no_table(tmp_path):
    found = frames(WORDS, tmp_path)["people"]
    assert found.columns == ["person_id", "double"]
    assert set(found["double"]) <= set(range(0, 19, 2))
    assert found["double"].n_unique() > 3
    shown = shown_declaration(Declared.read(tmp_path / "q.yaml"))
    assert shown["entities"]["people"]["columns"]["half"]["hidden"] is True


def test_values_of_a_list_come_in_their_order_for_each_parent(tmp_path):
    found = frames(WORDS, tmp_path)["addresses"]
    assert all(
        kind == ("home", "work", "other", "home")[place - 1] for place, kind in found.select("place", "kind").rows()
    )


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("run: 3, of: 10", "run: 30, of: 10", "run: 8, of: 32 takes the first 8 of every 32 numbers"),
        ("start: 100,", "start: -1,", "start=-1 is not allowed"),
        ("start: 100,", "codec: uuid, start: 100,", "start, run and of are about whole numbers"),
        ("{integers: 0, high: 9, hidden", "{references: people, hidden", "a hidden column can't say references"),
        ("person_id: key, half", "person_id: {method: key, hidden: true}, half", "of the key, which can't be hidden"),
        ("chosen: [2, 3]", "chosen: [3, 2]", "chosen=[3, 2] is more than all"),
        ("chosen: [2, 3]", "chosen: [2]", "chosen=[2] is not allowed"),
        ("among: person_id", "among: parcel_id", "parcel_id doesn't refer to rows that are known"),
        ("among: person_id", "among: person", "column 'person' is unknown; did you mean 'person_id'"),
        ("among: person_id}", "among: person_id, skew: zipf}", "among is without skew"),
        ("per_parent: {1: 1, 4: 2}", "per_parent: {0: 1, 4: 2}", "some rows have none of addresses to choose from"),
        ("{in_turn: [home, work, other]}", "{in_turn: []}", "cells=[] is not allowed"),
        ("in_turn: [home, work, other]", "in_turn: [home, work], unique: true", "each parent's begin with its first"),
        ("{in_turn: [home, work, other]}", "{prose: 9, high: 3}", "low=9 is above high=3"),
        ("{in_turn: [home, work, other]}", "{prose: 1, high: 3, vocabulary: a.b}", "there is no a.b; vocabularies are"),
    ],
)
def test_what_does_not_go_together_is_told(right, wrong, said, tmp_path):
    text = WORDS.replace(right, wrong, 1)
    assert text != WORDS
    assert any(said in one for one in problems(text, tmp_path)), problems(text, tmp_path)


@pytest.mark.parametrize(
    ("pair", "is_right"),
    [
        ("{a: {references: x}, b: {references: y}}", False),
        ("{a: {references: x}, b: {integers: 1, high: 9}}", False),
        ("{a: {references: x, null_rate: 0}, b: {references: y, skew: zipf}}", False),
        ("{a: {references: x, unique: true}, b: {references: y}}", True),
        ("{a: {pairs: [a, b], references: x}, b: {pairs: [a, b], references: x}}", True),
    ],
)
def test_keys_of_columns_that_are_drawn_apart_are_refused(tmp_path, pair, is_right):
    parents = "x: {rows: 9, columns: {i: key}}, y: {rows: 9, columns: {i: key}}"
    text = (
        f"dataset: q\nentities: {{{parents}, r: {{rows: 9, key: {{columns: [a, b], codec: none}}, columns: {pair}}}}}"
    )
    (tmp_path / "q.yaml").write_text(text)
    if is_right:
        Declared.read(tmp_path / "q.yaml").load()
        return
    with pytest.raises(UsageError, match="two rows may have the same a, b, which are its key"):
        Declared.read(tmp_path / "q.yaml").load()


@pytest.mark.parametrize(("extra", "is_right"), [("", False), (", distinct: true", True)])
def test_lines_with_a_free_reference_are_no_key(tmp_path, extra, is_right):
    lines = f'{{of_parent: "", references: x}}, b: {{references: y{extra}}}'
    (tmp_path / "q.yaml").write_text(
        "dataset: q\nentities: {x: {rows: 9, columns: {i: key}}, y: {rows: 9, columns: {i: key}}, "
        f"r: {{lines_of: x, per_parent: {{4: 1}}, key: {{columns: [a, b], codec: none}}, columns: {{a: {lines}}}}}}}"
    )
    if is_right:
        Declared.read(tmp_path / "q.yaml").load()
        return
    with pytest.raises(UsageError, match="two rows may have the same a, b, which are its key"):
        Declared.read(tmp_path / "q.yaml").load()
