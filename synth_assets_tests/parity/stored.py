"""Change data of bronze as `synth changes` stores it: written to disk by the product, read back from there."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.model.dataset import Dataset
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import PLAIN, ChangeRequest, generate_changes, store_states

BRONZE = Project.here().domain("bronze")

DAY = CADENCES["day"]

BATCHES = range(1, 15)
"""Two weeks: with the volumes of :data:`VOLUMES`, every kind of event but a product's deletion comes about."""

VOLUMES = {"customers": 400, "products": 120, "orders": 300}


def store(root: Path, dataset: Dataset, batches: range, envelopes: Iterable[str] = (PLAIN,)) -> ChangeFolder:
    """Store batches in some envelopes, and snapshots before the first batch and after the last."""
    names = tuple(BRONZE.entities)
    for envelope in envelopes:
        list(generate_changes(ChangeRequest(BRONZE, dataset, DAY, names, root, batches, envelope)))
    folder = ChangeFolder.open(root)
    for batch in (0, batches[-1]):
        list(store_states(folder, "snapshot", names, dataset.as_of_second + batch * DAY.seconds, "parquet"))
    return folder


def logs(folder: ChangeFolder, batch: int) -> dict[str, pl.DataFrame]:
    """The stored change logs of a batch."""
    return {name: folder.read_log(name, batch) for name in folder.tables}


def snapshots(folder: ChangeFolder, batch: int) -> dict[str, pl.DataFrame]:
    """The stored tables at the end of a batch; 0 is the base."""
    return {name: folder.read_snapshot(name, f"{batch:05d}") for name in folder.tables}


def delta_feed(folder: ChangeFolder, name: str, batch: int) -> pl.DataFrame:
    """A table's stored change data feed of a batch, as our envelope ``delta`` has it."""
    return pl.read_parquet(folder.root / "delta" / folder.tables[name].path / f"batch-{batch:05d}.parquet")
