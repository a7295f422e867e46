"""The word delivery of a declaration: how files are laid out, and what is refused of it."""

import jsonschema
import pytest
import yaml

from synth_assets.specs.declared import Declared
from synth_assets.specs.schema import schema
from synth_assets.specs.showing import shown_declaration
from synth_assets.specs.slips import DeclarationError
from synth_assets.usecases.generate import generate, request_for

TEXT = """\
dataset: rides
delivery:
  formats: csv
  chunk_size: 2
  partition_by: {rides: [state]}
  sort_by: {rides: minutes}
entities:
  rides:
    rows: 9
    columns:
      id: key
      state: {in_turn: [open, done]}
      minutes: {integers: 1, high: 40}
      share: {decimals: 0, high: 1}
"""


def refused(text, path):
    path.write_text(text)
    with pytest.raises(DeclarationError) as error:
        Declared.read(path).load()
    return error.value.texts


def test_files_are_laid_out_and_sorted_as_the_declaration_says(tmp_path):
    domain = Declared.of(yaml.safe_load(TEXT)).load()
    (stored,) = generate(request_for(domain, domain.dataset(), ("rides",), tmp_path))
    assert stored.path == tmp_path / "csv/rides/rides/preset=small/seed=42"
    files = {
        path.relative_to(stored.path).as_posix(): path.read_text().splitlines() for path in stored.path.rglob("part-*")
    }
    assert set(files) == {
        *(f"state=open/part-0000{n}.csv" for n in range(3)),
        *(f"state=done/part-0000{n}.csv" for n in range(2)),
    }
    assert all(lines[0] == "id,minutes,share" for lines in files.values())
    minutes = [int(line.split(",")[1]) for n in range(3) for line in files[f"state=open/part-0000{n}.csv"][1:]]
    assert minutes == sorted(minutes)


def test_what_is_said_is_shown_and_the_schema_knows_it():
    source = Declared.of(yaml.safe_load(TEXT))
    shown = shown_declaration(source)
    assert shown["delivery"]["partition_by"] == {"rides": ["state"]}
    assert Declared.of(shown).load().delivery == source.load().delivery
    assert not list(jsonschema.Draft202012Validator(schema()).iter_errors(yaml.safe_load(TEXT)))


def test_all_that_can_not_be_is_told_at_once_with_its_line(tmp_path):
    text = TEXT.replace("csv", "[csv, cvs]").replace("{rides: [state]}", "{rides: [share], ride: [state]}")
    text = text.replace("rides: minutes", "rides: [minuets], others: id")
    told = refused(text, tmp_path / "q.yaml")
    lines = [(one.split(": ")[0].split(", column")[0], one) for one in told]
    said = [
        ("line 3", "format 'cvs' is unknown"),
        ("line 5", "delivery: table 'ride' is unknown; did you mean 'rides'"),
        ("line 5", "files can't be kept apart by share, which is decimal"),
        ("line 6", "column 'minuets' is unknown; did you mean 'minutes'"),
        ("line 6", "delivery: table 'others' is unknown"),
        ("line 6", "rows of others lie in key order"),
    ]
    for line, problem in said:
        assert any(line in where and problem in one for where, one in lines), (line, problem, told)
    assert len(told) == len(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("formats: csv", "layout: hive", "layout hive keeps no files apart by columns"),
        ("formats: csv", "layout: by_colum", "did you mean 'by_column'"),
        ("[state]", "[id]", "could not be put in order again"),
        ("[state]", "[]", "partition_by of rides names no column"),
        ("chunk_size: 2", "chunk_size: 0", "a whole number from 1"),
        ("chunk_size: 2", "chunk_sise: 2", "did you mean 'chunk_size'"),
        ("chunk_size: 2", "root: /", "root"),
    ],
)
def test_a_delivery_that_can_not_be_is_refused(old, new, said, tmp_path):
    (told,) = refused(TEXT.replace(old, new), tmp_path / "q.yaml")
    assert said in told
    assert "q.yaml, line" in told
