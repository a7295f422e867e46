"""Change data of any domain as `synth changes` stores it: written to disk by the product, read back from there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.model.change_log import CADENCES
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.project.project import Project
from synth_assets.usecases.generate_changes import PLAIN, ChangeRequest, generate_changes, store_states

DAY = CADENCES["day"]


@dataclass(frozen=True)
class Case:
    """Daily batches of a small dataset, which have all that may happen to the domain's rows.

    Attributes:
        domain: the domain's name.
        seed: the dataset's seed.
        volumes: its volumes.
        batches: how many.
        rare: what happens too seldom to be among them: tables and operations.
    """

    domain: str
    seed: int
    volumes: Mapping[str, int]
    batches: int
    rare: frozenset[tuple[str, str]] = frozenset()

    @property
    def dataset(self) -> Dataset:
        """The dataset."""
        return domain_of(self.domain).dataset(None, seed=self.seed, volumes=dict(self.volumes))

    @property
    def happens(self) -> set[tuple[str, str]]:
        """What acts do, as tables and operations."""
        entities = domain_of(self.domain).entities
        return {(name, effect.op) for name, entity in entities.items() for effect in entity.life()} - self.rare


CASES = (
    Case(
        "bronze",
        10,
        {"customers": 400, "products": 120, "orders": 300},
        14,
        rare=frozenset({("raw_products", "delete")}),
    ),
    # A tenant on trial leaves, a customer with shipped orders is erased, prices change.
    Case(
        "marketplace",
        5,
        {"tenants": 2, "products_per_tenant": 40, "orders_per_tenant": 800, "customers_per_tenant": 40},
        25,
    ),
)


def domain_of(name: str) -> Domain:
    """A domain of the program."""
    return Project.here().domain(name)


def store(root: Path, dataset: Dataset, batches: range, envelopes: Iterable[str] = (PLAIN,)) -> ChangeFolder:
    """Store batches in some envelopes, and snapshots before the first batch and after the last."""
    domain = domain_of(dataset.domain)
    names = tuple(domain.entities)
    for envelope in envelopes:
        list(generate_changes(ChangeRequest(domain, dataset, DAY, names, root, batches, envelope)))
    folder = ChangeFolder.open(root)
    for batch in (0, batches[-1]):
        list(store_states(folder, "snapshot", names, dataset.as_of_second + batch * DAY.seconds, "parquet"))
    return folder


def batches_of(folder: ChangeFolder) -> list[int]:
    """The numbers of the stored batches, ascending."""
    return folder.batches(next(iter(folder.tables)))


def logs(folder: ChangeFolder, batch: int) -> dict[str, pl.DataFrame]:
    """The stored change logs of a batch."""
    return {name: folder.read_log(name, batch) for name in folder.tables}


def snapshots(folder: ChangeFolder, batch: int) -> dict[str, pl.DataFrame]:
    """The stored tables at the end of a batch; 0 is the base."""
    return {name: folder.read_snapshot(name, f"{batch:05d}") for name in folder.tables}


def delta_feed(folder: ChangeFolder, name: str, batch: int) -> pl.DataFrame:
    """A table's stored change data feed of a batch, as our envelope ``delta`` has it."""
    return pl.read_parquet(folder.root / "delta" / folder.tables[name].path / f"batch-{batch:05d}.parquet")
