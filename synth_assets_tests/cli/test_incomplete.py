"""What was asked for belongs: what is missing, unfinished or in use is never called whole."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from synth_assets_tests import warm

TINY = ["--preset", "tiny", "--seed", "42"]
PRESET = "[presets.bronze.tiny]\ncustomers = 60\nproducts = 50\norders = 120\ndays = 40\n"
ALL = "parquet,duckdb,sqlite"


def command(*words):
    return [sys.executable, "-m", "synth_assets.cli", *map(str, words)]


def synth(*words, cwd):
    return warm.synth(*words, cwd=cwd, timeout=300)


def verified(*words, cwd):
    ran = synth("verify", *words, "--json", cwd=cwd)
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran.returncode, [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    (folder / "synth.toml").write_text(PRESET)
    ran = synth("generate", "bronze", *TINY, "--format", ALL, "--quiet", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture
def project(made, tmp_path):
    return shutil.copytree(made, tmp_path / "project")


def folder_of(table, form="parquet"):
    return f"data/{form}/bronze/{table}/preset=tiny/seed=42"


@pytest.mark.parametrize("place", ["data", "data/parquet", "data/parquet/bronze"])
@pytest.mark.parametrize("gone", ["folder", "manifest"])
def test_a_table_or_a_manifest_that_was_deleted_is_a_problem_wherever_one_looks(place, gone, project):
    missing = project / folder_of("raw_customers")
    shutil.rmtree(missing.parents[1]) if gone == "folder" else (missing / "_manifest.json").unlink()
    status, found = verified(place, cwd=project)
    wrong = [one for one in found if not one["ok"]]
    assert status == 1
    (one,) = wrong
    assert (one["domain"], one["entity"], one["format"]) == ("bronze", "raw_customers", "parquet")
    assert (one["rows"], one["content_hash"], one["judged"]) == (None, None, True)
    assert "asked for" in one["problems"][0] if gone == "folder" else "no _manifest.json" in one["problems"][0]


@pytest.mark.parametrize("form", ["duckdb", "sqlite"])
@pytest.mark.parametrize("statement", ["DELETE FROM {manifests} WHERE entity = 'raw_orders'", "DROP TABLE {table}"])
def test_a_table_deleted_from_a_database_is_a_problem(form, statement, project):
    path = project / f"data/{form}/bronze/tiny-42.{form}"
    names = {"duckdb": ("bronze._synth_manifest", "bronze.raw_orders"), "sqlite": ("_synth_manifest", "raw_orders")}
    manifests, table = names[form]
    connection = __import__(form if form == "duckdb" else "sqlite3").connect(str(path))
    connection.execute(statement.format(manifests=manifests, table=table))
    connection.commit()
    connection.close()
    for place in (path, "data"):
        status, found = verified(place, cwd=project)
        assert status == 1
        assert [one["entity"] for one in found if not one["ok"] and one["format"] == form][:1] == ["raw_orders"]


def test_a_path_that_is_gone_was_asked_for(project):
    shutil.rmtree(project / "data/parquet/bronze/raw_customers")
    status, found = verified("data/parquet/bronze/raw_customers", cwd=project)
    assert (status, [one["ok"] for one in found]) == (1, [False])


def test_of_a_chosen_subset_absent_parents_are_not_checked(project):
    shutil.rmtree(project / "data")
    assert synth("generate", "bronze", "raw_orders", *TINY, "--format", "parquet", cwd=project).returncode == 0
    status, (one,) = verified("data", cwd=project)
    assert (status, one["ok"]) == (0, True)
    assert any("not checked: raw_customers" in text for text in one["undecided"])
    # What is added later belongs, too.
    assert synth("generate", "bronze", "raw_products", *TINY, "--format", "parquet", cwd=project).returncode == 0
    shutil.rmtree(project / "data/parquet/bronze/raw_orders")
    status, found = verified("data", cwd=project)
    assert (status, sorted((one["entity"], one["ok"]) for one in found)) == (
        1,
        [("raw_orders", False), ("raw_products", True)],
    )


@pytest.mark.parametrize("layout", [pytest.param("hive", marks=pytest.mark.torture), "by_column"])
def test_a_run_that_was_killed_is_incomplete_and_one_that_goes_on_is_in_use(layout, project):
    shutil.rmtree(project / "data")
    words = ["generate", "bronze", "--preset", "medium", "--format", "parquet,duckdb", "--layout", layout, "--quiet"]
    with subprocess.Popen(command(*words), cwd=project, stdout=subprocess.DEVNULL) as run:
        _wait_for(lambda: any((project / "data/parquet/bronze").glob("*/*/*/_manifest.json")), run)
        os.kill(run.pid, signal.SIGSTOP)
        status, found = verified("data/parquet", cwd=project)
        waiting = [one for one in found if not one["ok"]]
        assert {one["judged"] for one in waiting} == {False}
        assert (status, len(found)) == (3, 8)
        run.kill()
    status, found = verified("data/parquet", cwd=project)
    assert (status, len(found)) == (1, 8)
    assert {one["judged"] for one in found if not one["ok"]} == {True}
    assert synth(*words, cwd=project).returncode == 0
    assert verified("data", cwd=project)[0] == 0


@pytest.mark.parametrize("form", ["duckdb", "sqlite"])
def test_a_database_that_somebody_writes_to_is_in_use_and_not_wrong(form, project):
    path = project / f"data/{form}/bronze/tiny-42.{form}"
    begin = {
        "duckdb": f"import duckdb; c = duckdb.connect({str(path)!r})",
        "sqlite": f"import sqlite3; c = sqlite3.connect({str(path)!r}, isolation_level=None);"
        " c.execute('BEGIN EXCLUSIVE')",
    }[form]
    with subprocess.Popen(
        [sys.executable, "-c", f"{begin}; print(1, flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline()
        ran = synth("verify", path, cwd=project)
        holder.stdin.close()
    assert ran.returncode == 3, ran.stdout
    assert "is in use" in ran.stdout
    assert synth("verify", path, cwd=project).returncode == 0


@pytest.mark.parametrize("words", [("verify",), ("verify", "empty")])
def test_nothing_to_verify_is_an_error(words, project):
    (project / "empty").mkdir()
    assert synth(*words, cwd=project).returncode == 2


def test_nothing_to_verify_is_an_error_in_python_too(project, monkeypatch):
    from synth_assets import verify
    from synth_assets.errors import UsageError

    monkeypatch.chdir(project)
    with pytest.raises(UsageError, match="nothing to verify"):
        verify()


EDITS = {
    "seed": ('"seed": 42', '"seed": 43'),
    "a volume": ('"customers": 1000', '"customers": 1001'),
    "a day": ('"as_of": "2026-01-01"', '"as_of": "2026-01-02"'),
    "no volume": ('"customers": 1000,', ""),
    "contract": ('"contract": 2', '"contract": 3'),
    "version": ('"version": "', '"version": "9'),
    "rows": ('"rows": 500,', '"rows": 501,'),
}


@pytest.fixture(scope="module")
def products(tmp_path_factory):
    """A table of a preset that means the same in every project."""
    folder = tmp_path_factory.mktemp("products")
    (folder / "synth.toml").touch()
    words = ["raw_products", "--preset", "small", "--seed", "42", "--format", "parquet", "--quiet"]
    ran = synth("generate", "bronze", *words, cwd=folder)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "copied elsewhere"])
@pytest.mark.parametrize("what", EDITS)
def test_a_manifest_that_was_changed_by_hand_is_noticed(what, noted, products, tmp_path):
    project = shutil.copytree(products, tmp_path / "project")
    if not noted:
        shutil.rmtree(project / "data/.synth")
    path = project / "data/parquet/bronze/raw_products/preset=small/seed=42/_manifest.json"
    text = path.read_text()
    changed = text.replace(*EDITS[what])
    assert changed != text
    path.write_text(changed)
    status, found = verified("data/parquet", cwd=project)
    if what == "version" and not noted:
        assert status == 0  # nothing but the note tells which version wrote it
    else:
        assert (status, [one["entity"] for one in found if not one["ok"]]) == (1, ["raw_products"])


@pytest.mark.parametrize("form", ["duckdb", "sqlite"])
def test_a_manifest_in_a_database_likewise(form, project):
    path = project / f"data/{form}/bronze/tiny-42.{form}"
    table = {"duckdb": "bronze._synth_manifest", "sqlite": "_synth_manifest"}[form]
    connection = __import__(form if form == "duckdb" else "sqlite3").connect(str(path))
    connection.execute(f'UPDATE {table} SET manifest = replace(manifest, \'"version": "\', \'"version": "9\')')
    connection.commit()
    connection.close()
    assert verified(path, cwd=project)[0] == 1


def _wait_for(condition, run):
    end = time.monotonic() + 120
    while not condition():
        assert run.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)
