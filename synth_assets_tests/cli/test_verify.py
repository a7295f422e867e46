"""`synth verify`: stored tables are looked at, and what is wrong is said."""

import json

import pytest

FOLDER = "data/parquet/bronze/raw_products/preset=small/seed=42"


@pytest.fixture
def stored(synth, project):
    """A project with one table in each format."""
    synth("generate", "bronze", "raw_products", "--preset", "small", "--format", "parquet,csv,duckdb")
    return project


def test_what_generate_stored_verifies_in_every_format(synth, stored):  # noqa: ARG001 — is there
    result = synth("verify", "data", "--json")
    verified = [json.loads(line) for line in result.out.splitlines()]
    assert result.status == 0
    assert sorted(one["format"] for one in verified) == ["csv", "duckdb", "parquet"]
    assert len({one["content_hash"] for one in verified}) == 1
    for one in verified:
        assert {"path", "domain", "entity", "rows", "content_hash", "ok", "problems"} <= set(one)
        assert (one["domain"], one["entity"], one["rows"]) == ("bronze", "raw_products", 500)
        assert (one["ok"], one["problems"]) == (True, [])


def test_the_current_folder_verifies_like_its_name(synth, stored, monkeypatch):
    monkeypatch.chdir(stored / FOLDER)
    assert synth("verify", ".").status == 0


def test_a_damaged_file_is_named_with_status_1_and_left_as_it_is(synth, stored):
    part = stored / FOLDER / "part-00000.parquet"
    damaged = bytearray(part.read_bytes())
    damaged[len(damaged) // 3] ^= 255
    part.write_bytes(damaged)
    result = synth("verify", "data/parquet", "data/csv")
    assert result.status == 1
    assert "WRONG" in result.out
    assert "1 of 2 are wrong:\n  bronze/raw_products, parquet: " in result.out
    assert part.read_bytes() == damaged


def test_a_hand_edited_cell_is_found_and_its_column_named(synth, stored):
    part = stored / FOLDER.replace("parquet", "csv") / "part-00000.csv"
    header, first, *rest = part.read_text().splitlines(keepends=True)
    part.write_text("".join([header, first.replace(first.split(",")[1][:3], "XYZ", 1), *rest]))
    result = synth("verify", "data/csv", "--json")
    assert result.status == 1
    assert any("sku" in problem for problem in json.loads(result.out)["problems"])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere", "nowhere doesn't exist"),
        ("empty", "there is no dataset in"),
        ("notes.txt", "notes.txt is no database"),
    ],
)
def test_a_path_without_a_dataset_is_wrong_usage(synth, project, path, said):
    (project / "empty").mkdir()
    (project / "notes.txt").write_text("mine")
    result = synth("verify", path)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
