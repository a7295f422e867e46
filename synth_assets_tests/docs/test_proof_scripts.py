"""Scripts that run foreign tools bring packages of their own, locked, from where everybody has them."""

import re
import tomllib
from pathlib import Path

import pytest

PROOF = Path(__file__).parents[2] / "proof"
PYPI = "https://pypi.org/simple"
SCRIPTS = sorted(PROOF.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_of_proof_is_locked_to_the_public_index(script):
    assert "# /// script\n" in script.read_text(encoding="utf-8")
    lock = script.with_suffix(".py.lock").read_text(encoding="utf-8")
    assert {one["source"].get("registry", PYPI) for one in tomllib.loads(lock)["package"]} == {PYPI}
    assert set(re.findall(r"https?://([^/\"]+)", lock)) == {"pypi.org", "files.pythonhosted.org"}


def test_there_are_such_scripts():
    assert "debezium" in {script.stem for script in SCRIPTS}
