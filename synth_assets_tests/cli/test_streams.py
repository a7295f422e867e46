"""Streams that are closed, full, cut off, or unable to write a letter: `synth` does its work, and says what it can."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from synth_assets.cli.streams import Deaf, tell
from synth_assets_tests.cli.as_process import COMMAND, TINY, done, shell, surroundings

GENERATE = f"$synth generate bronze raw_products {' '.join(TINY)}"
PARTS = "data/parquet/bronze/raw_products/*/*/part-*"


def _stored(project: Path) -> bytes:
    (part,) = project.glob(PARTS)
    return part.read_bytes()


@pytest.mark.parametrize("how", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "2>/dev/full", "2> >(true)"])
def test_a_stream_that_is_closed_full_or_cut_off_does_not_stop_the_work(project, how):
    ended = shell(project, f"{GENERATE} {how}")
    assert ended.returncode == 0, ended.stderr
    assert b"Traceback" not in ended.stderr
    whole = _stored(project)
    assert shell(project, GENERATE).returncode == 0
    assert _stored(project) == whole  # nothing was printed into a file that got the number of a closed stream


@pytest.mark.parametrize("formats", ["csv", "duckdb", "sqlite"])
def test_with_closed_streams_what_is_stored_is_right(project, formats):
    assert shell(project, f"{GENERATE} --format {formats} <&- >&- 2>&-").returncode == 0
    checked = done(project, "verify", "data")
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("command", ["list", "--help", "--version", "plan bronze", "sample bronze/raw_orders"])
def test_results_that_find_no_room_are_an_error_of_one_message(project, command):
    ended = shell(project, f"$synth {command} >/dev/full")
    assert ended.returncode == 1
    assert ended.stderr.decode().startswith("The results can't be printed to standard output: no space left on device.")
    assert b"Traceback" not in ended.stderr
    assert b"Exception ignored" not in ended.stderr


def test_a_message_that_cannot_be_said_leaves_the_exit_status(project):
    for how in ("2>&-", "2>/dev/full"):
        assert shell(project, f"$synth lst {how}").returncode == 2


@pytest.mark.parametrize("command", ["list", "--help", "describe bronze --json"])
def test_a_reader_that_has_enough_leaves_the_exit_status(project, command):
    ended = shell(project, f"$synth {command} | true; echo ${{PIPESTATUS[0]}}")
    assert ended.stdout.decode() == "0\n"
    assert ended.stderr == b""


def test_a_reader_that_goes_away_does_not_make_wrong_data_right(project):
    assert done(project, "generate", "bronze", "raw_products", *TINY).returncode == 0
    (part,) = project.glob(PARTS)
    part.write_bytes(b"damaged")
    ended = shell(project, "$synth verify data | true; echo ${PIPESTATUS[0]}")
    assert ended.stdout.decode() != "0\n"


def test_a_terminal_that_has_only_ascii_is_shown_escapes(project):
    ours, theirs = pty.openpty()
    told = surroundings(PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    command = [*COMMAND, "sample", "bronze/raw_customers", "--rows", "200", "--columns", "last_name"]
    with subprocess.Popen(command, cwd=project, env=told, stdout=theirs, stderr=subprocess.PIPE) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                some = os.read(ours, 65536)
            except OSError:  # what a terminal of ours says at its end
                break
            if not some:
                break
            shown += some
        assert process.stderr is not None
        assert process.stderr.read() == b""
    os.close(ours)
    assert process.returncode == 0
    assert shown.isascii()
    assert b"\\x" in shown


def test_a_bar_on_a_terminal_that_is_gone_stops_nothing():
    class Gone:
        def write(self, _: str) -> int:
            raise OSError(5, "Input/output error")

        def flush(self) -> None:
            raise OSError(5, "Input/output error")

        def isatty(self) -> bool:
            return True

    deaf = Deaf(Gone())  # pyright: ignore[reportArgumentType] — all that is asked of it
    assert deaf.write("…") == 1
    deaf.flush()
    assert deaf.isatty()


def test_what_is_logged_is_said_as_all_the_rest(project):
    code = "from synth_assets.cli import streams; import logging; streams.prepare(); logging.warning('a\\x1b[2Jb')"
    told = surroundings()
    ended = subprocess.run(
        [COMMAND[0], "-c", code.replace("logging.warning", "logging.getLogger('synth_assets').warning")],
        cwd=project, env=told, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ended.stderr == "a\\x1b[2Jb\n"


@pytest.mark.parametrize("command", ["generate bronze --output-dir", "verify", "changes replay"])
def test_a_name_that_is_no_text_is_refused_and_shown(project, command):
    ended = shell(project, f"$synth {command} $'o\\xff'")
    assert ended.returncode == 2
    assert ended.stderr.decode().startswith("'o\\xff' holds bytes that are no text.")


@pytest.mark.parametrize("variable", ["TMPDIR", "SYNTH_DATA"])
def test_so_is_one_in_a_variable(project, variable):
    ended = shell(project, f"{variable}=$'o\\xff' $synth list")
    assert ended.returncode == 2
    assert ended.stderr.decode().startswith(f"{variable}: 'o\\xff' holds bytes that are no text.")


def test_what_cannot_be_told_is_not(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    tell("to nobody")
