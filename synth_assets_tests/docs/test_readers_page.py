"""The page of recipes, without the engines: what the proofs take from it is there, and its `synth` commands succeed.

`make proof` runs the recipes themselves.
"""

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from proof.shared.recipes import PAGE, ROOT, blocks
from synth_assets.cli.run import run

TEXT = PAGE.read_text(encoding="utf-8")
PROOFS = sorted((ROOT / "proof").glob("read_with_*.py"))
SECTIONS = {path: re.search(r'prove\("([^"]+)"', path.read_text(encoding="utf-8"))[1] for path in PROOFS}
TINY = {"CUSTOMERS": "60", "PRODUCTS": "20", "ORDERS": "20", "DAYS": "10"}


def commands():
    """Every `synth` command of the page once, without the file that its output goes to."""
    lines = [line for section in SECTIONS.values() for block in blocks(section) for line in block.text.splitlines()]
    return list(dict.fromkeys(line.partition(" > ")[0] for line in lines if line.startswith("synth ")))


def installed(text):
    """Packages and versions of a line, as `dlt==1.31.0`, without extras."""
    return sorted(re.findall(r"([\w-]+)(?:\[[\w,-]+\])?==([\w.]+)", text))


def test_every_section_of_an_engine_has_a_proof():
    sections = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert re.findall(r"^\| \[(\w+)\]\(#", TEXT, re.MULTILINE) == sections
    assert sorted(SECTIONS.values()) == sorted(sections)


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_a_recipe_generates_runs_files_that_it_has_and_ends_with_a_grade(path):
    recipe = blocks(SECTIONS[path])
    assert recipe[0].text.startswith("synth changes ")
    assert recipe[-1].is_grade
    assert all(block.text.count("\n") == 1 for block in recipe if block.is_grade)
    for block in recipe:
        if block.language == "python":
            ast.parse(block.text)
            assert any(f"python {block.title}\n" in ran.text for ran in recipe if not ran.title)
    assert {block.language for block in recipe if not block.title} == {"bash"}


@pytest.mark.parametrize("path", PROOFS, ids=lambda path: path.stem)
def test_the_page_names_the_very_versions_that_are_proved(path):
    section = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    told = next(text for text in section if text.startswith(f"{SECTIONS[path]}\n"))
    head = re.search(r"^# dependencies = (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[1]
    lock = tomllib.loads(path.with_name(f"{path.name}.lock").read_text(encoding="utf-8"))
    locked = {package["name"]: package["version"] for package in lock["package"]}
    pins = installed(re.search(r"`pip install ([^`]+)`", told)[1])
    assert pins == installed(head) == [(name, locked[name]) for name, _ in pins]
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| [{SECTIONS[path]}]("))
    assert sorted(re.findall(r"`([\w-]+)` ([\d.]+)", row.split("|")[2])) == pins


def test_locks_name_no_other_place_than_pypi():
    for path in (ROOT / "proof").glob("*.lock"):
        lock = path.read_text(encoding="utf-8")
        assert set(re.findall(r'(?:registry|url) = "([^"]*//[^/"]+)', lock)) <= {
            "https://pypi.org",
            "https://files.pythonhosted.org",
        }
        assert not re.search(r'(path|editable|directory) = "', lock)


def test_every_synth_command_of_the_page_succeeds(tmp_path, monkeypatch, capsys):
    (tmp_path / "synth.toml").touch()
    monkeypatch.chdir(tmp_path)
    for name, value in TINY.items():
        monkeypatch.setenv(f"SYNTH_BRONZE__{name}", value)
    grades = [line for line in commands() if " score " in line]
    lines = [line for line in commands() if line not in grades]
    lines.append("synth changes snapshot bronze raw_orders --preset small --seed 42 --at 14 --output-dir truth")
    truth = str(Path("truth/snapshots/bronze/raw_orders/at=00014"))
    lines += {re.sub(r"--candidate out/\S*raw_orders\S*$", f"--candidate {truth}", line) for line in grades}
    assert len(grades) == len(set(grades)) >= len(PROOFS)
    assert sum(" score " in line for line in lines) == 1
    for line in lines:
        words = shlex.split(re.sub(r"--batches (\d+)\.\.\d+", r"--batches \1", line))  # the first of each is enough
        assert run(words[1:]) == 0, (line, capsys.readouterr().err)
