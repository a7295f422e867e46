"""How commands end that nobody foresaw."""

import errno

import pytest

from synth_assets.cli.ending import FAULT_STATUS, fault, refused
from synth_assets.cli.run import run
from synth_assets.errors import OutputError


class PanicError(BaseException):
    """As a panic of a library in Rust is: no `Exception`."""


@pytest.fixture
def failing(project, monkeypatch):  # noqa: ARG001 — its folder
    """Let `synth list` fail with an error."""

    def fail(error: BaseException) -> None:
        def raised(*_: object) -> None:
            raise error

        monkeypatch.setattr("synth_assets.project.project.Project.here", raised)

    return fail


@pytest.mark.parametrize("error", [ValueError("what\x1b[2J"), AssertionError(), PanicError("threads"), KeyError("a")])
def test_a_fault_of_synth_is_called_one_and_can_be_reported(failing, capsys, error):
    failing(error)
    assert run(["list"]) == FAULT_STATUS
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert f"not yours: {type(error).__name__}: " in said
    assert "Please report it" in said.splitlines()[-1]
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "too little memory"),
        (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
        (OSError(errno.ENOSPC, "No space left on device", "/some/file"), "/some/file: No space left on device."),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files."),
        ("\udcff".encode, "PYTHONUTF8"),
    ],
)
def test_what_the_machine_refuses_is_one_plain_message(failing, capsys, error, words):
    if callable(error):
        with pytest.raises(UnicodeEncodeError) as found:
            error("ascii")
        error = found.value
    failing(error)
    assert run(["list"]) in {1, 2}
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOSPC, "No space left"), OutputError("no room.")])
@pytest.mark.parametrize("command", ["verify data", "changes score bronze/raw_orders --at 1 --candidate a.csv"])
def test_a_judge_without_room_or_memory_has_not_found_anything_wrong(failing, monkeypatch, capsys, error, command):
    failing(error)

    def raised(*_: object) -> None:
        raise error

    monkeypatch.setattr("synth_assets.usecases.verify.verify", raised)
    assert run(command.split()) == 3
    assert "Traceback" not in capsys.readouterr().err


def test_what_is_none_of_the_machine_s_is_not_called_so():
    assert refused(ValueError()) is None
    assert "no message" in fault(ValueError())
