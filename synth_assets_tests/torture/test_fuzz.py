"""Whatever befalls what is stored is noticed, in a few seconds and flat memory, and never with a traceback.

A case is a number: what it damages and how follows from it alone. One by itself, its folder left to look at::

    python -m synth_assets_tests.torture.fuzz 17
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from synth_assets_tests.torture import cases, corpus, pool, truth, users, worker
from synth_assets_tests.torture.hostile import every

pytestmark = pytest.mark.long

CASES = 10_000
"""Of a long run; hand-made ones come first."""

HAND_MADE = range(len(every.CASES))
QUICK = {"plan", "settings", "declaration"}
SHORT = (
    *(number for number in HAND_MADE if number % (9 if every.CASES[number][0] in QUICK else 36) == 0),
    *range(len(HAND_MADE), len(HAND_MADE) + 25),
)
"""Some of those made by hand, more of those that take no time, and some of chance: half a minute."""


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The corpus, made in a process of its own."""
    found = tmp_path_factory.mktemp("corpus")
    command = [sys.executable, "-m", "synth_assets_tests.torture.corpus", str(found)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return found


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param(range(CASES), marks=[pytest.mark.torture, pytest.mark.timeout(0)], id="long"),
        pytest.param(SHORT, marks=pytest.mark.timeout(900), id="short"),
    ],
)
def test_damage_is_noticed_soon_and_never_with_a_traceback(numbers, home, tmp_path, capsys):
    count: Counter[str] = Counter()
    wrong = []
    for result in pool.run(numbers, home, tmp_path):
        count["noticed" if any(noticed for _, noticed, _ in result.get("said", [])) else "harmless"] += 1
        if result["wrong"]:
            wrong.append(result)
    with capsys.disabled():
        print(f"\n{len(numbers)} cases: {dict(count)}, {len(wrong)} wrong")  # noqa: T201 - a long run's figures
    assert count.total() == len(numbers)
    assert wrong == [], "\n".join(f"{one['number']}: {one.get('what')}: {one['wrong'][0]}" for one in wrong)


@pytest.mark.parametrize("target", corpus.TARGETS, ids=lambda target: target.name)
def test_what_is_not_damaged_is_fine(target, home, tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTH_CONFIG", str(home / "synth.toml"))
    monkeypatch.chdir(home)
    scene = cases.copied(target, home, tmp_path, cases.chance(0))
    said = [words for words in users.use(scene) if target.kind != "broken" or not words[0].startswith("verify")]
    assert [(what, words) for what, noticed, words in said if noticed] == []
    assert users.unnoticed(scene, said) == []


def test_a_number_says_what_is_damaged_and_how(home, tmp_path):
    first, again = (cases.case(len(HAND_MADE) + 5, home, _empty(tmp_path / name)) for name in "ab")
    assert first.what == again.what
    assert truth.differences(first.scene.root, again.scene.root) == []


# The fuzz itself finds what it should.


def test_a_table_that_was_changed_is_no_longer_the_same(home, tmp_path):
    before = home / "workshop-csv"
    after = shutil.copytree(before, tmp_path / "data")
    assert truth.differences(before, after) == []
    path = next(after.rglob("repairs/**/part-00000.csv"))
    path.write_text(path.read_text().replace("1,", "2,", 1))
    manifest = path.with_name("_manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()), indent=None))
    # The part isn't what its manifest says, so its size and SHA-256 are no longer true.
    assert truth.differences(before, after) == ["_manifest.json says other things", "part-00000.csv holds other things"]
    path.unlink()
    assert any(found.endswith("part-00000.csv is gone") for found in truth.differences(before, after))


def test_what_hangs_takes_memory_or_dies_is_a_result(home, tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "SECONDS", 5.0)
    monkeypatch.setattr(pool, "COMMAND", [sys.executable, str(_script(tmp_path))])
    results = {one["number"]: one["wrong"] for one in pool.run(range(4), home, tmp_path / "work", processes=1)}
    assert results[0] == []
    assert results[1] == ["took over 5 s"]
    assert results[2] == ["the process died: 7"]
    assert results[3] == ["took over 1024 MB"]


def _script(folder: Path) -> Path:
    """A worker that only answers to 0."""
    path = folder / "worker.py"
    path.write_text(
        "import json, os, sys, time\n"
        "def say(**values): print(json.dumps(values), flush=True)\n"
        "say(ready=True)\n"
        "for line in sys.stdin:\n"
        "    say(number=int(line), began=True)\n"
        "    if int(line) == 1: time.sleep(60)\n"
        "    if int(line) == 2: os._exit(7)\n"
        "    if int(line) == 3: kept = b'x' * 1_200_000_000; time.sleep(60)\n"
        "    say(used=True); say(number=int(line), wrong=[])\n"
    )
    return path


def _empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_traceback_is_a_result(home, tmp_path, monkeypatch):
    monkeypatch.setenv("SYNTH_CONFIG", str(home / "synth.toml"))
    monkeypatch.setattr(users, "use", lambda _scene: iter([1 // 0]))
    result = worker.do(len(HAND_MADE), home, tmp_path / "case")
    assert result["wrong"][0].startswith("foreign: ZeroDivisionError")
