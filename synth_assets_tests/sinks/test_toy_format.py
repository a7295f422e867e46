"""Adding a format is adding a file: one is dropped into a copy of the package, and every command knows it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import synth_assets

TOY = '''
"""JSON: an array a file, an object a row."""

from pathlib import Path
from typing import BinaryIO

import polars as pl

from synth_assets.model.table import Table
from synth_assets.model.types.base import FINER_TIMES, INFINITY, NESTED_NOT_FINITE, NOT_A_NUMBER
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.interface import BY_FOLDER, Codec, Encoding, FileFormat


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    before = "["
    written = frames.with_columns(c.type.as_json(pl.col(c.name)).alias(c.name) for c in table.columns)
    for frame in written.collect_batches(maintain_order=True):
        for line in frame.write_ndjson().split("\\n")[:-1]:
            file.write(f"{before}{line}\\n".encode())
            before = ","
    file.write(b"[]" if before == "[" else b"]")


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    read = pl.read_json(path, schema={column.name: column.type.json_dtype for column in table.columns})
    return read.lazy().with_columns(c.type.from_json(pl.col(c.name)).alias(c.name) for c in table.columns)


_NOT_JSON = "which JSON hasn't"
FORMAT = FileFormat(
    name="toy",
    suffix=".toy",
    codecs={"none": Codec()},
    sink=_sink,
    scan=_scan,
    look="import json; print(*json.load(open(sorted(__import__('glob').glob({place}))[0]))[:5], sep=chr(10))",
    capabilities=Capabilities(
        idempotent_by=BY_FOLDER,
        lacks={
            NOT_A_NUMBER: _NOT_JSON,
            INFINITY: _NOT_JSON,
            NESTED_NOT_FINITE: _NOT_JSON,
            FINER_TIMES: "which its text would cut",
        },
    ),
)
'''

VOLUMES = ("--customers", "20", "--products", "20", "--orders", "30", "--days", "5")
CHANGES = ("bronze", "raw_customers", *VOLUMES)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A project beside a copy of the package, which has one file more."""
    home = tmp_path_factory.mktemp("toy")
    package = Path(synth_assets.__file__).parent
    shutil.copytree(package, home / "synth_assets", ignore=shutil.ignore_patterns("__pycache__"))
    (home / "synth_assets/sinks/formats/toy.py").write_text(TOY)
    (home / "synth.toml").touch()
    return home


def synth(home, *words):
    """What a command prints, which must end well."""
    command = [sys.executable, "-m", "synth_assets.cli", *words]
    ran = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(home)})
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False), ran.stderr
    return ran


def rows(ran):
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_generate_stores_in_it_what_other_formats_hold_too_and_verify_reads_it(home):
    ran = synth(home, "generate", "bronze", *VOLUMES, "--format", "parquet,toy", "--workers", "2", "--json")
    stored = {(one["format"], one["entity"]): one["content_hash"] for one in rows(ran)}
    tables = {entity for _, entity in stored}
    assert len(stored) == 2 * len(tables) == 16
    assert all(stored["toy", table] == stored["parquet", table] for table in tables)
    assert "import json" in ran.stderr.partition("Try it:")[2]
    found = rows(synth(home, "verify", "data/toy", "data/parquet", "--json"))
    assert {(one["format"], one["ok"]) for one in found} == {("parquet", True), ("toy", True)}
    kept = rows(synth(home, "generate", "bronze", *VOLUMES, "--format", "toy", "--keep", "--json"))
    assert all(one["kept"] for one in kept)


def test_plan_and_help_name_it(home):
    plan = json.loads(synth(home, "plan", *CHANGES, "--format", "toy", "--json").stdout)
    assert "data/toy/bronze/raw_customers" in json.dumps(plan)
    for words in (("generate", "bronze"), ("plan", "bronze"), ("changes", "snapshot"), ("changes", "history")):
        text = " ".join(synth(home, *words, "--help").stdout.split())
        assert re.search(r"parquet\b[ ,\w]* (or )?toy\b", text), words


def test_change_data_is_stored_in_it_replayed_verified_and_broken(home):
    synth(home, "changes", "generate", *CHANGES, "--batches", "1..3", "--format", "toy")
    for what in ("snapshot", "history"):
        for at in ("0", "3"):
            (stored,) = rows(synth(home, "changes", what, *CHANGES, "--at", at, "--format", "toy", "--json"))
            assert (home / stored["path"] / "part-00000.toy").is_file()
    (folder,) = {path.parent for path in home.rglob("_dataset.json")}
    assert all(one["ok"] for one in rows(synth(home, "verify", str(folder), "--json")))
    assert rows(synth(home, "changes", "replay", str(folder), "--json"))
    (home / "plan.yaml").write_text("faults:\n  - {kind: duplicated_records, count: 1}\n")
    synth(home, "changes", "inject", str(folder), "--plan", "plan.yaml", "--output-dir", "broken")
    assert {path.suffix for path in (home / "broken/changes").rglob("part-*")} == {".toy"}


def test_every_other_command_still_runs(home):
    for words in (("list",), ("describe", "bronze"), ("sample", "bronze/raw_orders")):
        assert synth(home, *words).stdout
