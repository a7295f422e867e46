"""Runs a recipe of docs/readers.md as it stands there, in an empty folder, and grades the eight tables it ends in.

A section of the page is a list of blocks. One with a title is a file of that name; one of bash is run. A block that
grades `raw_orders` is run for every table. Nothing else is known of an engine here.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "readers.md"
SYNTH = ROOT / ".venv" / "bin" / "synth"

VOLUMES = {"CUSTOMERS": "400", "PRODUCTS": "100", "ORDERS": "600", "DAYS": "30"}
"""Less than the preset that the page names, and with deletes: of 60 customers next to none asks for erasure."""

QUIET = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1", "RUNTIME__DLTHUB_TELEMETRY": "false"}
"""Nothing is told to the tools' makers."""

_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One block of code of the page: a file if it has a title, commands else."""

    language: str
    title: str
    text: str

    @property
    def is_grade(self) -> bool:
        """Whether it grades a table."""
        return self.text.startswith("synth changes score ")


def blocks(section: str) -> list[Block]:
    """The blocks of a section of the page, in order."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], parts[2::2], strict=True))
    if section not in texts:
        raise SystemExit(f"{PAGE.relative_to(ROOT)} has no section {section!r}")
    return [Block(*found) for found in _BLOCK.findall(texts[section])]


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a whole page, in order."""
    return [Block(*found) for found in _BLOCK.findall(page.read_text(encoding="utf-8"))]


def prove(section: str, *packages: str, java: bool = False) -> int:
    """Run a section's recipe, print a line for each table, and say by the exit status whether all are right.

    Args:
        section: The section of docs/readers.md.
        packages: What the engine is installed as; their versions are printed.
        java: Whether the engine needs a Java of this machine.
    """
    parser = argparse.ArgumentParser(description=f"The recipe for {section}, run as it stands and graded.")
    parser.add_argument("--whole", action="store_true", help="with the volumes of the preset that the page names")
    volumes = {} if parser.parse_args().whole else VOLUMES
    if not SYNTH.exists():
        raise SystemExit("synth is not installed in .venv: run `make setup` first")
    if java and not shutil.which("java"):
        raise SystemExit(f"{section} needs Java 17, and there is no `java` here: apt-get install default-jre-headless")
    print(f"{section}: {', '.join(f'{package} {version(package)}' for package in packages)}")
    with tempfile.TemporaryDirectory(prefix="recipe-") as home:
        (Path(home) / "synth.toml").touch()
        return int(_Kitchen(Path(home), volumes).cook(blocks(section)) > 0)


@dataclass(frozen=True)
class _Kitchen:
    """A folder that a recipe is followed in, by somebody who has the engine's environment and synth in the path."""

    folder: Path
    volumes: dict[str, str]

    def cook(self, recipe: list[Block]) -> int:
        """Write the files, run the commands, grade; how many rows are bad in all."""
        tables = json.loads(self._run("synth describe bronze --json"))["entities"]
        bad, seconds = 0, 0.0
        for block in recipe:
            start = time.perf_counter()
            if block.is_grade:
                bad += self._grades(block.text.strip(), tables, seconds)
                seconds = 0.0
            elif block.title:
                place = self.folder / block.title
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(block.text, encoding="utf-8")
            else:
                self._run(block.text)
                seconds += 0.0 if block.text.startswith("synth ") else time.perf_counter() - start
        return bad

    def _grades(self, command: str, tables: list[dict[str, Any]], seconds: float) -> int:
        print(f"  {'table':16}{'rows':>9}{'cells':>11}  rows that differ")
        grades = [self._grade(command, table) for table in tables]
        rows, cells, bad = (sum(numbers) for numbers in zip(*grades, strict=True))
        candidate = command.rsplit(maxsplit=1)[-1]
        print(f"  {'all':16}{rows:>9,}{cells:>11,}  {bad:,}  in {seconds:.1f} s: {candidate}", flush=True)
        return bad

    def _grade(self, command: str, table: dict[str, Any]) -> tuple[int, int, int]:
        """Rows and cells of a table of the truth, and how many rows differ, or are too many or too few."""
        name = table["name"]
        done = self._try(f"{command.replace('raw_orders', name)} --json")
        if done.returncode not in {0, 1}:
            raise SystemExit(f"{name} could not be graded:\n{done.stderr}")
        verdict = json.loads(done.stdout)
        rows = verdict["rows"]["truth"]
        cells = rows * len(table["columns"])
        bad = sum(count for kind, count in verdict["counts"].items() if kind != "exact")
        if (done.returncode == 0) != (bad == 0):
            raise SystemExit(f"{name}: exit status {done.returncode}, and {bad} rows differ")
        where = f"  {verdict['columns'] or verdict['counts']}" if bad else ""
        print(f"  {name:16}{rows:>9,}{cells:>11,}  {bad:,}{where}")
        return rows, cells, bad

    def _run(self, commands: str) -> str:
        done = self._try(commands)
        if done.returncode:
            tail = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
            raise SystemExit(f"Exit status {done.returncode} of\n{commands}\n{tail}")
        return done.stdout

    def _try(self, commands: str) -> subprocess.CompletedProcess[str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "VIRTUAL_ENV"))}
        environ |= QUIET | {f"SYNTH_BRONZE__{name}": value for name, value in self.volumes.items()}
        environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), str(SYNTH.parent), environ["PATH"]])
        return subprocess.run(
            ["bash", "-e", "-c", commands],  # noqa: S607 — the reader's
            cwd=self.folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
