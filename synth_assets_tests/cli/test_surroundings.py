"""Machines that aren't the developer's: variables of Python and of libraries, folders, limits, signals."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from synth_assets.cli import surroundings as settled
from synth_assets_tests.cli.as_process import COMMAND, TINY, done, half_written, shell, surroundings, wait_for_a_part

VARIABLES: dict[str, dict[str, str | None]] = {
    "no asserts, no docstrings, an unknown locale and time, settings of polars": {
        "PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "tr_TR.UTF-8", "TZ": ":foo", "PYTHONINTMAXSTRDIGITS": "640",
        "POLARS_MAX_THREADS": "0", "POLARS_AUTO_STRUCTIFY": "1", "POLARS_ROW_GROUP_PREFETCH_SIZE": "0",
        "POLARS_STREAMING_CHUNK_SIZE": "7", "POLARS_IDEAL_MORSEL_SIZE": "5", "POLARS_ALLOW_EXTENSION": "0",
    },
    "development, in which warnings are errors": {
        "PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1", "PYTHONMALLOC": "debug", "PYTHONTRACEMALLOC": "1",
    },
    "an old locale, and polars with a word for a number": {
        "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii",
        "POLARS_MAX_THREADS": "x", "POLARS_FMT_MAX_ROWS": "x",
    },
    "bare": {
        "HOME": None, "USER": None, "LOGNAME": None, "PATH": "", "TERM": None, "COLUMNS": "0", "PYTHONHASHSEED": "5",
    },
}  # fmt: skip
"""What the environment may say. Those of a set are tried together, as they don't speak of the same thing."""

USUAL = ("generate", "bronze", *TINY, "--format", "parquet,csv")
CHANGES = ("changes", "generate", "bronze", *TINY, "--batches", "1..2", "--output-dir", "feed")


def _made(project: Path, **variables: str | None) -> tuple[str, dict[str, str]]:
    said = ""
    for args in (USUAL, CHANGES, ("changes", "replay", "feed"), ("describe", "bronze/raw_orders")):
        ended = done(project, *args, "--quiet" if "generate" in args else "--json", **variables)
        assert ended.returncode == 0, ended.stderr
        assert ended.stderr == ""
        said += ended.stdout
    files = sorted(path for path in project.rglob("*") if path.is_file())
    return said, {str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """What is said and stored as a rule."""
    folder = tmp_path_factory.mktemp("usual")
    (folder / "synth.toml").touch()
    return _made(folder)


@pytest.mark.parametrize("variables", VARIABLES.values(), ids=VARIABLES)
def test_variables_change_neither_what_is_said_nor_what_is_stored(project, usual, variables):
    assert _made(project, **variables) == usual


def test_help_is_whole_without_docstrings(project):
    for args in (["--help"], ["generate", "--help"], ["changes", "score", "--help"]):
        assert done(project, *args, PYTHONOPTIMIZE="2").stdout == done(project, *args).stdout


def test_threads_of_polars_are_taken_over_and_what_changes_values_is_not(monkeypatch):
    told = {"POLARS_MAX_THREADS": "2", "POLARS_VERBOSE": "1", "POLARS_FMT_STR_LEN": "9", "POLARS_AUTO_STRUCTIFY": "1"}
    monkeypatch.setattr(os, "environ", dict(told))
    settled.settle()
    assert os.environ == {name: text for name, text in told.items() if name != "POLARS_AUTO_STRUCTIFY"}


@pytest.mark.parametrize("command", ["list", f"generate bronze {' '.join(TINY)}", "sample bronze/raw_orders"])
def test_a_current_folder_that_is_no_more_is_said(project, command):
    ended = shell(project, f"mkdir gone && cd gone && rmdir ../gone && $synth {command}")
    assert ended.returncode == 2
    assert ended.stderr.decode().startswith("The current folder can't be used: no such file or directory.")


def test_nothing_but_the_current_folder_is_needed_to_name_others(project):
    assert done(project, *USUAL, "--output-dir", str(project / "out")).returncode == 0
    checked = shell(project, f"mkdir gone && cd gone && rmdir ../gone && $synth verify {project}/out")
    assert checked.returncode in {0, 2}
    assert b"Traceback" not in checked.stderr


@pytest.mark.parametrize(
    ("name", "status", "workers"),
    [
        ("SIGTERM", 143, "2"),
        ("SIGINT", 130, "1"),
        *(
            pytest.param(*one, marks=pytest.mark.torture)
            for one in [("SIGTERM", 143, "1"), ("SIGINT", 130, "2"), ("SIGHUP", 129, "1"), ("SIGHUP", 129, "2")]
        ),
    ],
)
def test_a_process_that_is_told_to_end_leaves_nothing_behind(project, name, status, workers):
    command = [*COMMAND, "generate", "bronze", "raw_customers", "raw_clickstream", "--preset", "large"]
    with subprocess.Popen(
        [*command, "--workers", workers],
        cwd=project, env=surroundings(), stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_hears,  # noqa: PLW1509 - no thread runs here
    ) as process:  # fmt: skip
        assert process.stderr is not None
        wait_for_a_part(process, project / "data")
        process.send_signal(getattr(signal, name))  # to this process alone, as `kill` and a service manager do
        said = process.stderr.read()  # ends when its workers have ended too
    assert process.returncode == status
    assert "Traceback" not in said
    assert said.splitlines()[-1].startswith("Interrupted.")
    assert not (project / "data/parquet/bronze/raw_clickstream").exists()
    assert half_written(project / "data") == []


def _hears() -> None:
    """Let a process hear what it is told, whatever the tests run under: nohup, or the background of a shell.

    There SIGINT is ignored, and Dagster, where it runs in a test's own process, then lets SIGTERM be ignored, too.
    """
    told = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
    for number in told:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, told)


def test_nohup_is_respected(project):
    ended = shell(project, f"trap '' HUP; $synth generate bronze {' '.join(TINY)} & kill -HUP $!; wait $!")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("limit", ["-n 64", "-f 8"])
def test_limits_of_the_system_give_a_message_or_nothing(project, limit):
    ended = shell(project, f"ulimit {limit} && $synth generate bronze {' '.join(TINY)} --format parquet,sqlite")
    assert ended.returncode in {0, 1}
    assert b"Traceback" not in ended.stderr
    if ended.returncode:
        assert b"can't be written" in ended.stderr
        assert not list(project.glob("data/.synth/*/new"))


@pytest.mark.parametrize("mask", ["077", "0777"])
def test_the_files_that_a_mask_allows_are_made(project, mask):
    ended = shell(project, f"umask {mask} && $synth generate bronze {' '.join(TINY)} --format parquet,duckdb")
    assert b"Traceback" not in ended.stderr
    assert ended.returncode in {0, 1}


NUMPY = """
import os, sys
from synth_assets.cli import surroundings
surroundings.import_numpy()
print("numpy" in sys.modules, os.environ.get("OPENBLAS_NUM_THREADS"), len(os.listdir("/proc/self/task")))
"""


@pytest.mark.parametrize(("told", "left"), [({}, "None"), ({"OPENBLAS_NUM_THREADS": "1"}, "1")])
def test_numpy_has_no_threads_and_programs_that_are_started_find_the_variable_as_it_was(told, left):
    kept = {name: text for name, text in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    ran = subprocess.run(
        [sys.executable, "-c", NUMPY], env={**kept, **told}, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["True", left, "1"]
