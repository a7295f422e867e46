"""Which table of which dataset an asset's partition is: one of a domain's, or somebody's own."""

from dataclasses import dataclass

import dagster as dg

from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain, Params
from synth_assets.model.entity import Entity
from synth_assets.project import domains as catalog
from synth_assets.project.settings import Settings

OWN = "own"
"""The domain of an asset whose key has one part only."""


class OwnParams(Params):
    """Stands for whatever made somebody's own table: all that is known is the partition it belongs to."""

    preset: str


@dataclass(frozen=True)
class Place:
    """An asset's partition.

    Attributes:
        domain: the first part of the asset's key.
        name: the last one.
        dataset: where the table belongs.
        entity: how it is generated; ``None`` for somebody's own table.
    """

    domain: str
    name: str
    dataset: Dataset
    entity: type[Entity] | None

    @property
    def path(self) -> str:
        """``domain/name``."""
        return f"{self.domain}/{self.name}"


def place_of(key: dg.AssetKey, partition: str | None, settings: Settings) -> Place:
    """Find out what an asset's partition is.

    Args:
        key: the asset's key.
        partition: its partition key, ``None`` for an asset without partitions.
        settings: the project's settings.

    Raises:
        UsageError: the partition isn't preset and seed, or is not one of the project's.
    """
    domain, name = "_".join(key.path[:-1]) or OWN, key.path[-1]
    if domain in catalog.names():
        entity = catalog.load(domain).entities.get(name)
        _preset_and_seed(key, partition)
        return Place(domain, name, settings.partition(domain, str(partition)), entity)
    preset, seed = _preset_and_seed(key, partition)
    return Place(domain, name, _own_dataset(domain, preset, seed), None)


def _preset_and_seed(key: dg.AssetKey, partition: str | None) -> tuple[str, int]:
    preset, bar, seed = (partition or "").rpartition("|")
    if not bar or not seed.isdecimal():
        found = "has no partitions" if partition is None else f"has the partition {partition!r}"
        raise UsageError(
            f"{key.to_user_string()} {found}; SynthIOManager stores assets partitioned by preset and seed.\n"
            "  Give it the partitions_def of the tables it reads, or an IO manager of its own."
        )
    return preset, int(seed)


def _own_dataset(name: str, preset: str, seed: int) -> Dataset:
    params = OwnParams(preset=preset)
    domain = Domain(
        name=name, doc="", contract=1, params=OwnParams, presets={preset: params}, default_preset=preset, entities={}
    )
    return Dataset(domain, params, seed)
