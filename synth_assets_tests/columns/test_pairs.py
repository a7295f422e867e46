"""Pairs of rows of one table: never a row with itself, no pair twice, and all there are if all are asked for."""

from itertools import combinations, permutations

import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets.specs.slips import DeclarationError
from synth_assets_tests.specs.made import frames

WORDS = """\
dataset: q
parameters: {people: 7}
presets: {tiny: {}}
entities:
  people: {rows: people, columns: {id: key}}
  links:
    rows: ROWS
    columns: {link_id: key, one: COLUMN, other: COLUMN}
"""


def said(people, rows, more=""):
    column = f"{{pairs: [one, other], references: people{more}}}"
    return WORDS.replace("people: 7", f"people: {people}").replace("ROWS", str(rows)).replace("COLUMN", column)


@pytest.mark.parametrize("people", range(2, 10))
def test_as_many_rows_as_there_are_pairs_are_all_pairs(people, tmp_path):
    every = set(combinations(range(1, people + 1), 2))
    links = frames(said(people, len(every)), tmp_path)["links"].select("one", "other").rows()
    assert {tuple(sorted(pair)) for pair in links} == every
    both = set(permutations(range(1, people + 1), 2))
    links = frames(said(people, len(both), ", directed: true"), tmp_path)["links"].select("one", "other").rows()
    assert set(links) == both


@pytest.mark.parametrize("people", range(2, 8))
def test_pairs_that_rise_are_all_pairs_the_less_first(people, tmp_path):
    every = list(combinations(range(1, people + 1), 2))
    links = frames(said(people, len(every), ", rising: true"), tmp_path)["links"].select("one", "other").rows()
    assert sorted(links) == every


def test_what_rises_has_one_direction(tmp_path):
    (tmp_path / "q.yaml").write_text(said(7, 10, ", rising: true, directed: true"))
    with pytest.raises(DeclarationError, match="rising is one of two directions, and directed has both"):
        Declared.read(tmp_path / "q.yaml").load()


def test_some_of_many_pairs_differ_and_lean_to_nobody(tmp_path):
    links = frames(said(100_000, 20_000), tmp_path)["links"].select("one", "other").rows()
    assert len({frozenset(pair) for pair in links}) == 20_000
    for side in zip(*links, strict=True):
        assert 48_000 < sum(side) / len(side) < 52_000
    assert 9_500 < sum(one < other for one, other in links) < 10_500


def test_more_rows_than_pairs_are_refused_with_the_arithmetic(tmp_path):
    (tmp_path / "q.yaml").write_text(said(7, 22))
    with pytest.raises(DeclarationError, match=r"7 rows of people make 7 · 6 / 2 = 21 pairs, 22 rows were asked for"):
        Declared.read(tmp_path / "q.yaml").load()
    (tmp_path / "q.yaml").write_text(said(7, 42, ", directed: true"))
    with pytest.raises(UsageError, match=r"4 rows of people make 4 · 3 = 12 pairs, 42 rows were asked for"):
        Declared.read(tmp_path / "q.yaml").load().dataset(volumes={"people": 4})


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("one: {pairs: [one, other]", "one: {pairs: [one, another]", "one and another are drawn at once"),
        ("one: {pairs: [one, other]", "one: {pairs: [other, one]", "are drawn at once, and one isn't there or drawn"),
        ("one: {pairs: [one, other]", "one: {pairs: [one]", "columns=['one'] is not allowed"),
        ("one: {pairs: [one, other]", "three: {pairs: [one, other]", "it is none of the columns one and other"),
        ("{pairs: [one, other], references: people}", "{pairs: [one, other]}", "it doesn't say what it refers to"),
        ("id: key", "id: key}, fates: [{ends: 3}]", "rows of people are deleted in time"),
    ],
)
def test_what_does_not_go_together_is_told(right, wrong, told, tmp_path):
    text = said(7, 5).replace(right, wrong, 1)
    (tmp_path / "q.yaml").write_text(text.replace("ends: 3}]}", "ends: 3}]"))
    with pytest.raises(DeclarationError) as error:
        Declared.read(tmp_path / "q.yaml").load()
    assert told in str(error.value)
