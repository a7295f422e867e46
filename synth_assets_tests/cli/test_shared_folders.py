"""Folders that others use too: what they leave there, rights they keep, and runs at the same time."""

import subprocess

import pytest

from synth_assets_tests.cli.as_process import COMMAND, TINY, done, surroundings

GENERATE = ("generate", "bronze", "raw_products", *TINY, "--format", "parquet,duckdb", "--quiet")
LEFT = (".DS_Store", "Thumbs.db", "desktop.ini", ".nfs0001", "._part-00000.parquet", "_manifest.json~", "_SUCCESS")


def test_what_others_leave_is_kept_and_nobody_trips_over_it(project):
    assert done(project, *GENERATE).returncode == 0
    folders = [path for path in (project / "data").rglob("*") if path.is_dir()]
    for folder in (project / "data", *folders):
        (folder / "lost+found").mkdir()
        for name in LEFT:
            (folder / name).touch()
    for args in (("verify", "data"), GENERATE, ("verify", "data"), ("list",)):
        ended = done(project, *args)
        assert ended.returncode == 0, ended.stdout + ended.stderr
    (part,) = (project / "data").rglob("part-00000.parquet")
    assert {*LEFT, "lost+found"} <= {path.name for path in part.parent.iterdir()}


def test_a_lock_file_that_is_a_folder_is_said(project):
    assert done(project, *GENERATE).returncode == 0
    (lock,) = (project / "data").rglob("*.duckdb.lock")
    lock.unlink()
    lock.mkdir()
    ended = done(project, *GENERATE)
    assert ended.returncode == 1
    assert f"{lock} can't be written: is a directory.\n  Move it away" in ended.stderr


@pytest.mark.parametrize("command", [GENERATE, ("changes", "generate", "bronze", *TINY, "--batches", "1", "--quiet")])
def test_runs_at_the_same_time_take_turns(project, command):
    begun = [
        subprocess.Popen([*COMMAND, *command], cwd=project, env=surroundings(), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in begun:
        assert process.communicate()[1] == ""
        assert process.returncode == 0
    checked = done(project, "verify", "data")
    assert checked.returncode == 0, checked.stdout
