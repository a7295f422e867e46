"""The marketplace's base + batches 1 … k, read from stored files and replayed by independent code, is snapshot k.

After every transaction keys, references, tenants and the act itself are judged, after every batch all rules.
"""

import re
import shutil
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import ChangeRequest, generate_changes, store_states
from synth_assets_tests.oracles.change_replay import Findings, replay
from synth_assets_tests.oracles.marketplace_files import THINGS
from synth_assets_tests.oracles.marketplace_timeline import MARKETPLACE as PLOT

MARKETPLACE = Project.here().domain("marketplace")
TABLES = tuple(MARKETPLACE.entities)
NAMES = ("tenants", "products_per_tenant", "orders_per_tenant", "customers_per_tenant")
# Tenants, products, orders, customers.
SHAPES = (
    (3, 20, 60, 12),
    (1, 4, 900, 3),
    (2, 300, 10, 200),
    (1, 1, 1, 1),
    (7, 3, 3, 3),
)


DAY = CADENCES["day"]


def write(root: Path, seed: int, shape: tuple[int, ...], batches: int) -> None:
    """Daily batches with the base, the last snapshot and the last history."""
    dataset = MARKETPLACE.dataset("small", seed=seed, volumes=dict(zip(NAMES, shape, strict=True)))
    for _ in generate_changes(ChangeRequest(MARKETPLACE, dataset, DAY, TABLES, root, range(1, batches + 1))):
        pass
    folder = ChangeFolder.open(root)
    for what, at in (("snapshot", 0), ("snapshot", batches), ("history", batches)):
        for _ in store_states(folder, what, TABLES, DAY.since(dataset.as_of_second, at + 1), "parquet"):
            pass


def judged(root: Path, shape: tuple[int, ...], rules_at: Collection[int] = (), sampled: int = 0) -> Findings:
    volumes = dict(zip(NAMES, shape, strict=True))
    return replay(
        root, PLOT, datetime(2026, 1, 1, tzinfo=UTC), DAY.seconds, volumes, sampled=sampled, rules_at=rules_at
    )


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("marketplace")
    write(root, 5, SHAPES[0], 25)
    return root


def test_the_base_and_its_batches_make_the_last_snapshot(stored):
    found = judged(stored, SHAPES[0], range(26), 2)
    assert found.violations == []
    assert found.differing == 0
    assert min(found.cells, found.events) > 0


def test_no_event_has_anything_of_another_tenant(stored):
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for file in stored.rglob("marketplace/*/*/*.parquet"):
        rows = pq.ParquetFile(file).read().to_pylist()
        for row in rows:
            tenants = {row.get(name) for name in ("tenant_id", "before_tenant_id", "after_tenant_id")} - {None}
            assert len(tenants) == 1
            for thing in set(THINGS.findall(repr(row))):
                owners[thing] |= tenants
    assert len(owners) > 500
    assert [(thing, of) for thing, of in owners.items() if len(of) > 1] == []


def elsewhere(row):
    row["after_meta"] = {**row["after_meta"], "order_id": "00000000-0000-4000-8000-000000000000"}


def shifted(row):
    row["after_unit_price"] += 1


def renamed(row):
    row["after_customer_name_snapshot"] = "Somebody Else"


def moved(row):
    row["after_tenant_id"] = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("table", "tamper", "sentence"),
    [
        ("stock_events", elsewhere, "meta.order_id 00000000-.* is not in orders"),
        ("order_items", shifted, "is not the price of product"),
        ("orders", renamed, "customer_name_snapshot is 'Somebody Else'"),
        ("orders", moved, "it touches 2 tenants"),
    ],
)
def test_a_tampered_event_is_found(stored, table, tamper, sentence, tmp_path):
    shutil.copytree(stored, tmp_path, dirs_exist_ok=True)
    for file in sorted(tmp_path.glob(f"changes/marketplace/{table}/batch=*/part-*.parquet")):
        rows = pq.ParquetFile(file).read()
        inserted = [place for place, op in enumerate(rows["op"].to_pylist()) if op == "insert"]
        if inserted:
            listed = rows.to_pylist()
            tamper(listed[inserted[0]])
            pq.write_table(pa.Table.from_pylist(listed, rows.schema), file)
            break
    found = judged(tmp_path, SHAPES[0]).violations
    assert [one for one in found if re.search(sentence, one)], found[:5]


@pytest.mark.torture
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100))
def test_so_they_do_for_any_seed_and_volumes(seed, tmp_path):
    shape = SHAPES[seed % len(SHAPES)]
    write(tmp_path, seed, shape, 50)
    found = judged(tmp_path, shape, range(51), 2)
    assert found.violations == []
    assert found.differing == 0
