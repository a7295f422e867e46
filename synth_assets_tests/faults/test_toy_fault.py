"""Adding a fault is adding a file, and so is adding an entity: both are dropped into a copy of the package."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import synth_assets

FAULT = '''
"""Records that somebody swallows."""

from typing import ClassVar

from synth_assets.faults.touches import LOST
from synth_assets.faults.interface import RecordFault
from synth_assets.faults.workspace import Workspace


class Swallowed(RecordFault):
    """Swallows records."""

    precedence: ClassVar[int] = 5

    def inject(self, work: Workspace) -> None:
        """Choose any records."""
        chosen = work.take(self, work.events(self), "records")
        work.edits.lose(chosen)
        work.touches.enter(self, chosen, "nothing helps", harm=LOST)


FAULT = Swallowed
'''

ENTITY = '''
"""Coupons, one for each customer."""

from synth_assets.columns.key import key
from synth_assets.columns.weighted import weighted
from synth_assets.domains.bronze.tables.raw_customers import RawCustomers
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.key import text_key
from synth_assets.model.types import INT16, STRING


class RawCoupons(Entity):
    """Coupons."""

    about = About(domain="bronze", name="raw_coupons", grain="one coupon", key=text_key("coupon", "K", 9))

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return RawCustomers.positions(dataset)

    coupon = column(STRING, "code of the coupon", key())
    percent = column(INT16, "how much off", weighted([(5, 3), (10, 1)]))
'''

PLAN = "seed: 1\nfaults:\n  - {kind: swallowed, entities: [raw_customers], count: 2}\n"
VOLUMES = ("--customers", "40", "--products", "20", "--orders", "30", "--days", "5")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("toys")
    package = Path(synth_assets.__file__).parent
    shutil.copytree(package, home / "synth_assets", ignore=shutil.ignore_patterns("__pycache__"))
    (home / "synth_assets/faults/kinds/swallowed.py").write_text(FAULT)
    (home / "synth_assets/domains/bronze/tables/raw_coupons.py").write_text(ENTITY)
    (home / "synth.toml").touch()
    (home / "plan.yaml").write_text(PLAN)
    return home


def synth(home, *words):
    command = [sys.executable, "-m", "synth_assets.cli", *words]
    run = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_fault_is_a_file(home):
    synth(
        home, "changes", "generate", "bronze", "raw_customers", *VOLUMES, "--batches", "1..9", "--output-dir", "clean"
    )
    synth(home, "changes", "inject", "clean", "--plan", "plan.yaml", "--output-dir", "broken")
    code = "import polars as pl; print(*pl.read_parquet('broken/answer_key.parquet')['kind'])"
    found = subprocess.run([sys.executable, "-c", code], cwd=home, capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["swallowed", "swallowed"]


def test_an_entity_is_a_file(home):
    assert "raw_coupons" in synth(home, "list")
    assert "K000000001" in synth(home, "sample", "bronze/raw_coupons", "--rows", "1")
    made = synth(
        home, "generate", "bronze", "raw_coupons", "raw_customers", *VOLUMES, "--workers", "2", "--json", "--quiet"
    )
    rows = {one["entity"]: one["rows"] for one in map(json.loads, made.splitlines())}
    assert rows == {"raw_coupons": 40, "raw_customers": 40}
    assert "All 2 are as they should be" in synth(home, "verify", "data")
    listed = "from synth_assets.definitions import defs; print(*defs.resolve_asset_graph().get_all_asset_keys())"
    assets = subprocess.run([sys.executable, "-c", listed], cwd=home, capture_output=True, text=True, check=True)
    assert "raw_coupons" in assets.stdout
