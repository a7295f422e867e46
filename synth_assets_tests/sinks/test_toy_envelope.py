"""Adding an envelope is adding a file: two are dropped into a copy of the package, and the commands know them."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import synth_assets

TOY = '''
"""Rows: what happened, the key's values, and the row as JSON."""

from collections.abc import Iterator

import polars as pl

from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import STRING
from synth_assets.model.types.base import json_text
from synth_assets.sinks.envelopes.images import images
from synth_assets.sinks.envelopes.interface import BatchToWrite, EnvelopeOption
from synth_assets.sinks.envelopes.rows import RowEnvelope, BatchRows

COLUMNS = tuple(Column(name, STRING, "") for name in ("op", "key", "row"))


def _rows(batch: BatchToWrite) -> Iterator[BatchRows]:
    for name in batch.chosen:
        table = batch.tables[name]
        toy = Table(batch.domain, name, "", "one change", Key.of(""), COLUMNS)
        yield BatchRows(f"{name}/{batch.label}", toy, _frames(batch, table))


def _frames(batch: BatchToWrite, table: Table) -> Iterator[pl.DataFrame]:
    key = pl.concat_str([pl.col(name).cast(pl.String) for name in table.key.columns], separator="/")
    row = json_text(pl.struct(table.column_names))
    for frame in batch.logs(table.name):
        op = pl.lit("load") if batch.is_base else pl.col("op")
        op = op.str.to_uppercase() if batch.options["letters"] == "large" else op
        rows = frame if batch.is_base else images(frame, table, [pl.col("op")], both=pl.lit(False))
        yield rows.select(op.alias("op"), key.alias("key"), row.alias("row"))


LETTERS = EnvelopeOption("letters", ("small", "large"), "how operations are written")
ENVELOPE = RowEnvelope(name="toy", formats=("csv",), has_base=True, rows=_rows, options=(LETTERS,))
'''

PAGE = Path(__file__).parents[2] / "docs" / "envelopes.md"
OPERATIONS = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
"""The one that the page shows; of messages."""

ASKED = ("bronze", "raw_products", "--customers", "20", "--products", "20", "--orders", "30", "--days", "5")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A project beside a copy of the package, which has two files more."""
    home = tmp_path_factory.mktemp("toy")
    package = Path(synth_assets.__file__).parent
    shutil.copytree(package, home / "synth_assets", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in (("toy", TOY), ("operations", OPERATIONS)):
        (home / f"synth_assets/sinks/envelopes/tools/{name}.py").write_text(text)
    (home / "synth.toml").touch()
    return home


def synth(home, *words):
    """What a command prints, and how it ends."""
    command = [sys.executable, "-m", "synth_assets.cli", *words]
    ran = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(home)})
    assert "Traceback" not in ran.stderr
    return ran


def stored(home, *words, folder="out"):
    ran = synth(home, "changes", "generate", *ASKED, "--output-dir", folder, "--json", *words)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_help_names_them(home):
    text = " ".join(synth(home, "changes", "generate", "--help").stdout.split())
    assert "plain, debezium, delta, dms, maxwell, operations, sqlserver or toy" in text
    assert (
        "did you mean 'toy'" in synth(home, "changes", "generate", *ASKED, "--batches", "1", "--envelope", "toi").stderr
    )


def test_rows_of_a_toy_are_stored_as_every_other_envelope_s(home):
    found = stored(home, "--batches", "1..3", "--envelope", "toy", "--workers", "2")
    events = {one["at"]: one["rows"] for one in found}
    ats = ["base", "00001", "00002", "00003"]
    assert sorted(ats) == sorted(events)
    ops = set()
    for number, at in enumerate(ats):
        with (home / f"out/toy/raw_products/batch-{number:05d}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == events[at]
        assert all(json.loads(row["row"])["product_id"] == int(row["key"]) for row in rows)
        ops |= {row["op"] for row in rows}
    assert {"load", "update"} <= ops


def test_messages_of_the_page_s_example_are_lines(home):
    (one,) = stored(home, "--batches", "2", "--envelope", "operations")
    lines = (home / "out/operations/raw_products/batch-00002.ndjson").read_text().splitlines()
    assert len(lines) == one["rows"] > 0
    assert json.loads(lines[0]).keys() == {"key", "value", "headers"}


def test_an_option_of_a_toy_is_a_flag_and_stands_in_its_manifests(home):
    stored(home, "--batches", "1", "--envelope", "toy", "--letters", "large", folder="large")
    ops = (home / "large/toy/raw_products/batch-00000.csv").read_text().splitlines()[1:]
    assert {line.split(",")[0] for line in ops} == {"LOAD"}
    assert json.loads((home / "large/toy/_manifests/base.json").read_text())["options"] == {"letters": "large"}
    refused = synth(home, "changes", "generate", *ASKED, "--batches", "1", "--envelope", "dms", "--letters", "large")
    assert "envelope dms has no --letters; toy has it." in refused.stderr
    refused = synth(home, "changes", "generate", *ASKED, "--batches", "1", "--envelope", "toy", "--letters", "big")
    assert "--letters of envelope toy 'big' is unknown. Allowed: small, large." in refused.stderr


def test_what_a_toy_has_not_is_refused_by_name(home):
    refused = synth(home, "changes", "generate", *ASKED, "--batches", "1", "--envelope", "toy", "--format", "parquet")
    assert "format of envelope toy 'parquet' is unknown" in refused.stderr
    refused = synth(home, "changes", "generate", *ASKED, "--batches", "1", "--envelope", "operations", "--base")
    assert "envelope operations has no full load" in refused.stderr
