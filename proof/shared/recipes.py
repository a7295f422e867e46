"""Runs a recipe of docs/readers.md as it stands there, in an empty folder, and grades the eight tables it ends in.

A section of the page is a list of blocks. One with a title is a file of that name; one of bash is run. A block that
grades `raw_orders` is run for every table. Nothing else is known of an engine here.
"""

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
"""Small, with deletes: less than 60 customers ask for next to no erasure."""

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


def prove(section: str, *packages: str, java: bool = False) -> int:
    """Run a section's recipe, print a line for each table, and say by the exit status whether all are right.

    Args:
        section: The section of docs/readers.md.
        packages: What the engine is installed as; their versions are printed.
        java: Whether the engine needs a Java of this machine.
    """
    if not SYNTH.exists():
        raise SystemExit("synth is not installed in .venv: run `make setup` first")
    if java and not shutil.which("java"):
        raise SystemExit(f"{section} needs Java 17, and there is no `java` here: apt-get install default-jre-headless")
    print(f"{section}: {', '.join(f'{package} {version(package)}' for package in packages)}")
    bad = 0
    with tempfile.TemporaryDirectory(prefix="recipe-") as home:
        folder = Path(home)
        (folder / "synth.toml").touch()
        tables = json.loads(_run(f"{SYNTH} describe bronze --json", folder))["entities"]
        seconds = 0.0
        for block in blocks(section):
            if block.is_grade:
                bad += _grades(block.text, tables, folder, seconds)
                seconds = 0.0
            else:
                seconds += _follow(block, folder)
    return int(bad > 0)


def _follow(block: Block, folder: Path) -> float:
    """Write the file or run the commands; the seconds of what is the engine's."""
    start = time.perf_counter()
    if block.title:
        place = folder / block.title
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(block.text, encoding="utf-8")
        return 0.0
    _run(block.text, folder)
    seconds = time.perf_counter() - start
    _take_values(folder)
    return 0.0 if block.text.startswith("synth ") else seconds


def _grades(command: str, tables: list[dict[str, Any]], folder: Path, seconds: float) -> int:
    """Grade every table; how many rows are bad in all."""
    print(f"  {'table':16}{'rows':>8}{'cells':>10}  differences")
    grades = [_grade(command, table, folder) for table in tables]
    rows, cells, bad = (sum(numbers) for numbers in zip(*grades, strict=True))
    print(
        f"  {'all':16}{rows:>8,}{cells:>10,}  {bad:,}  in {seconds:.1f} s: {command.rsplit(maxsplit=1)[-1]}", flush=True
    )
    return bad


def _take_values(folder: Path) -> None:
    """TEMPORARY, until debezium has `--records value`: leave the value alone in a line."""
    for file in folder.glob("feed/debezium/*/batch-*.ndjson"):
        records = [json.loads(line) for line in file.open(encoding="utf-8")]
        if records and "headers" not in records[0]:
            continue
        values = [record["value"] for record in records if record["value"] is not None]
        for value in (value for value in values if value.get("before") and value.get("after")):
            kept = {n: c for n, c in value["before"].items() if value["after"][n] == "__debezium_unavailable_value"}
            value["after"] |= kept
        file.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")


def _grade(command: str, table: dict[str, Any], folder: Path) -> tuple[int, int, int]:
    """Rows and cells of a table of the truth, and how many rows differ, or are too many or too few."""
    name = table["name"]
    done = _try(f"{command.strip().replace('raw_orders', name)} --json", folder)
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{name} could not be graded:\n{done.stderr}")
    verdict = json.loads(done.stdout)
    rows = verdict["rows"]["truth"]
    cells = rows * len(table["columns"])
    bad = sum(count for kind, count in verdict["counts"].items() if kind != "exact")
    if (done.returncode == 0) != (bad == 0):
        raise SystemExit(f"{name}: exit status {done.returncode}, and {bad} rows differ")
    where = f"  {verdict['columns'] or verdict['counts']}" if bad else ""
    print(f"  {name:16}{rows:>8,}{cells:>10,}  {bad:,}{where}")
    return rows, cells, bad


def _run(commands: str, folder: Path) -> str:
    done = _try(commands, folder)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
        raise SystemExit(f"Exit status {done.returncode} of\n{commands}\n{tail}")
    return done.stdout


def _try(commands: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run commands as somebody does who has the engine's environment and synth in the path."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SYNTH_", "VIRTUAL_ENV"))}
    environ |= QUIET | {f"SYNTH_BRONZE__{name}": value for name, value in VOLUMES.items()}
    environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), str(SYNTH.parent), environ["PATH"]])
    return subprocess.run(
        ["bash", "-e", "-c", commands],  # noqa: S607 — the reader's
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
