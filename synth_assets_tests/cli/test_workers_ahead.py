"""Workers begin to start as soon as the words of a command say that there will be some."""

from dataclasses import replace

import pytest

from synth_assets.cli import workers_ahead
from synth_assets.cli.run import run
from synth_assets.produce import engines as runners
from synth_assets.project.packages import modules_of
from synth_assets.usecases import engines


@pytest.fixture
def begun(monkeypatch):
    found = []
    monkeypatch.setattr(engines, "get_ready", lambda *said: found.append(said))
    return found


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bronze", "--workers", "2"], (None, 2)),
        (["bronze", "--workers=16", "--engine=processes"], ("processes", 16)),
        (["--engine", "ray", "bronze"], ("ray", None)),
        (["bronze"], (None, None)),
        (["bronze", "--workers"], (None, None)),
        (["bronze", "--workers", "many"], None),
        (["bronze", "--workers", "2", "--dry-run"], None),
        (["bronze", "--workers", "2", "--help"], None),
    ],
)
def test_what_is_said_of_workers_is_read_from_the_words(begun, words, said):
    workers_ahead.begin(words)
    assert [one[:2] for one in begun] == ([said] if said else [])
    assert all("bronze" in one[2] for one in begun)


@pytest.mark.parametrize(
    "words",
    [
        ["bronze", "--engine", "spark"],
        ["bronze", "--workers", "1" * 5_000],
        ["bronze", "--engine"],
        ["--preset", "a" * 300],
    ],
)
def test_what_is_wrong_is_somebody_else_s_to_refuse(words):
    workers_ahead.begin(words)


def test_a_word_of_any_length_names_no_domain():
    assert modules_of("a" * 5_000) == modules_of("a\0b") == []


def test_a_process_that_is_not_the_command_s_own_has_nothing_ready(begun, tmp_path):
    assert run(["generate", "starter", *("--workers", "2"), "--output-dir", str(tmp_path), "--quiet"]) == 0
    assert begun == []


@pytest.mark.parametrize(
    ("engine", "workers", "expected"),
    [
        (None, None, False),
        (None, 1, False),
        (None, 2, True),
        ("processes", None, True),
        ("processes", 1, False),
        ("processes", 3, True),
    ],
)
def test_one_worker_is_this_process(monkeypatch, engine, workers, expected):
    begun = []
    runner = replace(runners.load("processes"), get_ready=begun.append)
    monkeypatch.setattr(runners, "load", lambda _: runner)
    engines.get_ready(engine, workers, ["starter"])
    assert bool(begun) is expected
