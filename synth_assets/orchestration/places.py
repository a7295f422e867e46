"""Which table of which dataset an asset's partition is: one of a domain's, or somebody's own."""

from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg

from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.model.params import Params
from synth_assets.model.table import Table
from synth_assets.project.project import Project

OWN = "own"
"""The domain of an asset whose key has one part only."""


class OwnParams(Params):
    """Stands for whatever made somebody's own table: all that is known is the partition it belongs to."""

    preset: str


@dataclass(frozen=True)
class AssetPartition:
    """An asset's partition.

    Attributes:
        name: the last part of the asset's key.
        dataset: where the table belongs.
        domain: that of a generated table; ``None`` for somebody's own.
        entity: how it is generated; ``None`` for somebody's own table.
    """

    name: str
    dataset: Dataset
    domain: Domain | None
    entity: type[Entity] | None

    @property
    def path(self) -> str:
        """``domain/name``."""
        return f"{self.dataset.domain}/{self.name}"

    @property
    def tables(self) -> Mapping[str, Table]:
        """The tables that it may refer to, by name."""
        return {} if self.domain is None else self.domain.tables


def place_of(key: dg.AssetKey, partition: str | None, project: Project) -> AssetPartition:
    """Find out what an asset's partition is.

    Args:
        key: the asset's key.
        partition: its partition key, ``None`` for an asset without partitions.
        project: the project.

    Raises:
        UsageError: the partition isn't preset and seed, or is not one of the project's.
    """
    group, name = "_".join(key.path[:-1]) or OWN, key.path[-1]
    preset, seed = _preset_and_seed(key, partition)
    if group in project.names():
        domain = project.domain(group)
        return AssetPartition(name, project.partition(group, f"{preset}|{seed}"), domain, domain.entities.get(name))
    return AssetPartition(name, Dataset(group, 1, OwnParams(preset=preset), seed, label=preset), None, None)


def _preset_and_seed(key: dg.AssetKey, partition: str | None) -> tuple[str, int]:
    preset, bar, seed = (partition or "").rpartition("|")
    if not bar or not seed.isdecimal():
        found = "has no partitions" if partition is None else f"has the partition {partition!r}"
        raise UsageError(
            f"{key.to_user_string()} {found}; SynthIOManager stores assets partitioned by preset and seed.\n"
            "  Give it the partitions_def of the tables it reads, or an IO manager of its own."
        )
    return preset, int(seed)
