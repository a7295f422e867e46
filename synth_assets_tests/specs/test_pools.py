"""Pools of Faker's values: made once, kept beside the file, and never made again by generating."""

import json
import subprocess
import sys

import pytest

from synth_assets.errors import UsageError
from synth_assets.specs.declared import Declared
from synth_assets.usecases.spec import make_pools
from synth_assets_tests.specs.test_files import hashes

CLINIC = """\
dataset: clinic
presets: {tiny: {}}
entities:
  staff:
    rows: 200
    columns:
      id: key
      job: {faker: job, locale: de_DE, size: 50}
      room: {faker: random_int, options: {min: 1, max: 40}, size: 30, null_rate: 0.2}
      born_on: {faker: date_of_birth, size: 20, type: date}
      city: person.city
"""


@pytest.fixture
def clinic(tmp_path):
    path = tmp_path / "clinic.yaml"
    path.write_text(CLINIC)
    return path


def test_a_file_without_its_pools_is_refused_with_the_command_that_makes_them(clinic):
    with pytest.raises(UsageError) as error:
        Declared.read(clinic).load()
    said = str(error.value)
    assert "clinic.yaml, line 8: clinic/staff: job: its pool (job, de_DE, 50 values) was not made" in said
    assert f"Make it: synth spec pools {clinic}" in said
    assert "room: its pool (random_int" in said


def test_pools_are_made_once_and_stay(clinic):
    made = make_pools(clinic)
    assert [one.is_new for one in made.pools] == [True] * 3
    assert made.path == clinic.with_name("clinic.pools.json")
    before, content = hashes(Declared.read(clinic)), made.path.read_bytes()
    assert [one.is_new for one in make_pools(clinic).pools] == [False] * 3
    assert made.path.read_bytes() == content
    tables = Declared.read(clinic).load().tables["staff"]
    assert {one.name: one.type.name for one in tables.columns}["room"] == "int64"
    clinic.write_text(CLINIC.replace("size: 50", "size: 60"))  # another pool: the others stay
    assert [one.is_new for one in make_pools(clinic).pools] == [True, False, False]
    clinic.write_text(CLINIC)
    make_pools(clinic)
    assert hashes(Declared.read(clinic)) == before


def test_generating_takes_the_kept_values_without_faker(clinic):
    make_pools(clinic)
    program = f"""
import sys
sys.modules["faker"] = None  # whoever imports it fails
from pathlib import Path
from synth_assets.specs.declared import Declared
from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
domain = Declared.read(Path({str(clinic)!r})).load()
print(chunk_of(domain.entity("staff")(domain.dataset(), Span(0, 200))).frame["job"].n_unique())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


def test_values_that_were_changed_are_refused_and_so_is_a_damaged_file(clinic):
    path = make_pools(clinic).path
    kept = json.loads(path.read_text())
    first = next(iter(kept["pools"].values()))
    first["values"][0] = "Hacker" if isinstance(first["values"][0], str) else 41
    path.write_text(json.dumps(kept))
    with pytest.raises(UsageError, match="isn't what was made: its values were changed"):
        Declared.read(clinic).load()
    path.write_text("{")
    with pytest.raises(UsageError, match=r"the file of pools beside .* is damaged"):
        Declared.read(clinic).load()
    make_pools(clinic, again=True)
    Declared.read(clinic).load()


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("faker: job", "faker: jobb", "jobb"),
        ("locale: de_DE", "locale: xx_XX", "xx_XX"),
        ("{min: 1, max: 40}", "{least: 1}", "Faker can't make random_int"),
        ("faker: job,", "faker: profile,", "a dict is no cell of a table"),
    ],
)
def test_what_faker_does_not_make_is_refused_and_nothing_is_written(clinic, right, wrong, said):
    clinic.write_text(CLINIC.replace(right, wrong))
    with pytest.raises(UsageError) as error:
        make_pools(clinic)
    assert said in str(error.value)
    assert not clinic.with_name("clinic.pools.json").exists()


def test_the_command_says_what_it_made(clinic):
    command = [sys.executable, "-m", "synth_assets.cli", "spec", "pools", clinic.name]
    for word in ("made", "kept"):
        done = subprocess.run(command, cwd=clinic.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[0] == f"{word}  job, de_DE, 50 values"
        assert done.stdout.splitlines()[-1] == "clinic.pools.json: 3 pools."
