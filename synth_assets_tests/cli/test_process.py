"""`synth` as a process: it answers at once, and ends well however it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from synth_assets_tests.cli.as_process import half_written, wait_for_a_part

HEAVY = {"numpy", "polars", "pyarrow", "pydantic", "duckdb", "dagster", "faker", "rich"}
COMMAND = (sys.executable, "-m", "synth_assets.cli")
LIMIT = 0.3  # seconds, of the whole process


def run(*args: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *args], capture_output=True, text=True, check=False, **options)


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(argument):
    code = (
        "import json, sys; from synth_assets.cli.run import run; run(sys.argv[1:]); print(json.dumps([*sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code, argument], capture_output=True, text=True, check=True)
    imported = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert "synth_assets" in imported
    assert not imported & HEAVY


def test_help_takes_less_than_three_tenths_of_a_second():
    run("--help")  # compiles what isn't yet
    assert min(_seconds() for _ in range(5)) < LIMIT


def _seconds() -> float:
    """Of processor time, which is all that help takes: other tests run beside this one."""
    before = os.times()
    assert run("--help").returncode == 0
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def test_the_commands_do_not_import_dagster(project):
    code = "import sys; from synth_assets.cli.run import run; run(['plan', 'bronze']); print('dagster' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_the_process_ends_with_the_status_and_the_message_of_a_wrong_argument(project):
    done = run("generate", "bronz", cwd=project, env=_environment())
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("domain 'bronz' is unknown")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_with_status_130_one_message_and_no_half_written_table(project, workers):
    tables = ["raw_customers", "raw_clickstream"]
    command = [*COMMAND, "generate", "bronze", *tables, "--preset", "large", "--workers", workers]
    with subprocess.Popen(
        command, cwd=project, env=_environment(), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        wait_for_a_part(process, project / "data")
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the workers too
        said = process.stderr.read()
    assert process.returncode == 130
    assert said.splitlines()[-1].startswith("Interrupted.")
    assert "Traceback" not in said
    assert not (project / "data/parquet/bronze/raw_clickstream").exists()
    assert half_written(project / "data") == []


def test_a_reader_that_goes_away_is_no_error(project):
    command = [*COMMAND, "sample", "bronze/raw_orders", "--rows", "20000"]
    with subprocess.Popen(
        command, cwd=project, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_text_that_the_locale_cannot_write_is_written_as_utf_8(project):
    environment = {**_environment(), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [*COMMAND, "sample", "bronze/raw_customers", "--rows", "200", "--json"],
        cwd=project, env=environment, capture_output=True, check=True,
    )  # fmt: skip
    names = [json.loads(line)["last_name"] for line in done.stdout.decode("utf-8").splitlines()]
    assert any(not name.isascii() for name in names)


def _environment() -> dict[str, str]:
    """This process's own, and where the package is, for a folder elsewhere."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
