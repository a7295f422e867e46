"""Seeds, partitions and dataset names are read alike wherever they are written; what a run refuses, a plan refuses."""

import re

import pytest

from synth_assets import scan
from synth_assets.errors import UsageError
from synth_assets.model.seed import label_and_seed, named_seed
from synth_assets.project.project import Project
from synth_assets.project.sections.partitions import Partitions

LONG = "1" + "0" * 100
TAKEN = [
    ("42", 42),
    ("042", 42),
    ("+42", 42),
    ("1_000", 1000),
    ("-1", -1),
    ("9" * 100, int("9" * 100)),
    (str(2**64), 2**64),
]
REFUSED = ["٤٢", "1e3", "4.0", "x", LONG, "9" * 5000, "1__0", "0x1f"]


def without_memory(said):
    """A plan tells of the memory that this process has, which isn't the same twice."""
    return re.sub(r"[\d.]+ [MG]B of memory", "… of memory", said)


@pytest.mark.parametrize(("text", "seed"), TAKEN)
def test_a_seed_is_taken_everywhere_alike(synth, tmp_path, text, seed):
    project = Project.here(tmp_path, {"SYNTH_SEEDS": text})
    assert project.settings.section(Partitions).seeds == (seed,)
    assert project.partition("bronze", f"small|{seed}").seed == seed
    assert (
        scan("bronze/raw_products", "small", text, rows=1)
        .collect()
        .equals(scan("bronze/raw_products", "small", seed, rows=1).collect())
    )
    for command in (("plan", "bronze"), ("sample", "bronze/raw_products", "--rows", "1")):
        written, plain = (synth(*command, "--preset", "small", "--seed", one).out for one in (text, str(seed)))
        assert without_memory(written) == without_memory(plain)


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:9])
def test_what_is_no_seed_is_refused_everywhere_alike(synth, tmp_path, text):
    with pytest.raises(UsageError, match="SYNTH_SEEDS"):
        Project.here(tmp_path, {"SYNTH_SEEDS": text})
    with pytest.raises(UsageError):
        scan("bronze/raw_products", "small", text)
    said = {
        synth(*command, "--preset", "small", "--seed", text).err
        for command in (("plan", "bronze"), ("generate", "bronze"), ("sample", "bronze/raw_products"))
    }
    assert len(said) == 1
    assert "not allowed" in said.pop()
    with pytest.raises(UsageError):
        Project.here(tmp_path, {}).partition("bronze", f"small|{text}")


@pytest.mark.parametrize("key", ["small|042", "small|+42", "small|4_2", "small|٤٢", "small| 42", "small|42 ", "small"])
def test_a_partition_has_one_name(synth, key):
    result = synth("plan", "bronze", "--partition", key)
    assert result.status == 2
    with pytest.raises(UsageError) as caught:
        Project.here().partition("bronze", key)
    assert str(caught.value) in result.err


@pytest.mark.parametrize("name", ["small-042", "small-+42", "small-٤٢", f"small-{LONG}", "small-", "-42", "small"])
def test_a_dataset_of_change_data_has_one_name(tmp_path, name):
    (tmp_path / "synth.toml").write_text(f"[changes]\ndatasets = ['{name}']\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no PRESET-SEED"):
        Project.here(tmp_path, {})
    assert label_and_seed(name, "-") is None


def test_names_are_read_back_as_they_are_written():
    for seed in (0, 42, -1, 2**64, 10**99):
        assert label_and_seed(f"small-{seed}", "-") == ("small", seed)
        assert label_and_seed(f"my-own-{seed}", "-") == ("my-own", seed)
        assert label_and_seed(f"small|{seed}", "|") == ("small", seed)
        assert named_seed(str(seed)) == seed


@pytest.mark.parametrize("name", ["demo-", "d" * 65])
def test_a_preset_that_could_not_be_stored_is_refused(tmp_path, name):
    text = f"[presets.bronze.{name}]\ncustomers = 1\nproducts = 1\norders = 1\ndays = 1\n"
    (tmp_path / "synth.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="can't be called so"):
        Project.here(tmp_path, {}).presets("bronze")


WRONG = [
    ("--workers", "0"),
    ("--engine", "local", "--workers", "2"),
    ("--engine", "locl"),
    ("--format", "duckdb", "--compress=gzip"),
    ("--format", "parket"),
    ("--compress=nope"),
    ("--chunk-size", "0"),
    ("--layout", "flatt"),
    ("--orders", "5", "--customers", "0"),
    ("--as-of", "1800-01-01"),
    ("--seed", LONG),
    ("--preset", "smal"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=" ".join)
def test_plan_refuses_what_generate_refuses(synth, wrong):
    wrong = (wrong,) if isinstance(wrong, str) else wrong
    planned, generated = (synth(command, "bronze", "--preset", "small", *wrong) for command in ("plan", "generate"))
    assert planned.status == generated.status == 2
    assert planned.err.replace("synth plan", "synth generate") == generated.err


def test_plan_takes_the_flags_of_generate(synth):
    assert synth("plan", "bronze", "--preset", "small", "--workers", "2", "--engine", "processes", "--keep").status == 0
