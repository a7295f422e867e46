"""`synth where` says what is true: places that exist, and a line that reads one of them."""

import json
import subprocess

from synth_assets_tests.cli.as_process import TINY


def line_of(err):
    lines = err.splitlines()
    return lines[lines.index("Try it:") + 1].strip()


def test_places_of_all_formats_and_a_query_that_runs(synth, project):
    synth("generate", "bronze", *TINY, "--format", "csv,parquet,duckdb", "--quiet")
    found = synth("where", "bronze", *TINY)
    assert found.status == 0
    patterns = {line.split()[0]: line.split()[1] for line in found.out.splitlines()[1:]}
    assert set(patterns) == {"csv", "parquet", "duckdb"}
    assert len(list(project.glob(patterns["parquet"]))) == 8
    assert (project / patterns["duckdb"]).is_file()
    told = subprocess.run(line_of(found.err), shell=True, cwd=project, capture_output=True, text=True, check=True)  # noqa: S602
    assert "order_id" in told.stdout


def test_it_finds_data_wherever_the_settings_put_it(synth, project, monkeypatch):
    monkeypatch.setenv("SYNTH_DATA", str(project / "else where"))
    synth("generate", "bronze", *TINY, "--quiet")
    found = synth("where", "bronze", *TINY, "--json")
    rows = [json.loads(line) for line in found.out.splitlines()]
    assert len(rows) == 8
    assert all(str(project / "else where") in row["path"] for row in rows)


def test_what_is_not_stored_is_an_error_with_the_command_that_makes_it(synth, project):
    found = synth("where", "bronze", "--partition", "small|7")
    assert found.status == 1
    assert f"bronze small|7 is not stored in {project / 'data'}" in found.err
    assert "synth generate bronze --preset small --seed 7" in found.err


def test_two_ways_to_say_which_dataset_contradict_each_other(synth):
    for more in (["--seed", "7"], ["--orders", "5"]):
        found = synth("where", "bronze", "--partition", "small|42", *more)
        assert (found.status, f"--partition and {more[0]} contradict" in found.err) == (2, True)


def test_volumes_of_the_settings_are_told_where_they_make_another_dataset(synth, project):
    (project / "synth.toml").write_text("[bronze]\norders = 300\n")
    found = synth("plan", "bronze", "--preset", "small")
    assert "orders=300 from the settings: this is custom-7ccdd51c05, not small." in found.err
    assert "from the settings" not in synth("plan", "bronze", "--preset", "small", "--orders", "301").err
    assert "from the settings" not in synth("plan", "bronze", "--partition", "small|42").err
    assert "bronze small, seed 42" in synth("plan", "bronze", "--partition", "small|42").out
