"""Which table of which dataset an asset's partition is: one of a domain's, or somebody's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagster as dg

from synth_assets.documents.whole_number import whole_number
from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity
from synth_assets.model.params import Params
from synth_assets.orchestration.names import own_name
from synth_assets.project.project import Project
from synth_assets.usecases.provenance import Origin, provenance

OWN = "own"
"""The domain of an asset whose key has one part only."""

_BETWEEN_PARTS = "."
"""No part of a place holds it: :func:`~synth_assets.orchestration.names.own_name` sees to that."""


class OwnParams(Params):
    """Stands for whatever made somebody's own table: all that is known is the partition it belongs to."""

    preset: str


@dataclass(frozen=True)
class AssetPartition:
    """An asset's partition. No two assets, and no two partitions of one, have the same place.

    Attributes:
        name: the table's name: the last part of the asset's key, as files and databases have it.
        dataset: where the table belongs.
        domain: that of a generated table, or of somebody's own among those; ``None`` for others.
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
    def origins(self) -> Mapping[str, Sequence[Origin]]:
        """Where the columns of a generated table come from; nothing is known of somebody's own."""
        if self.domain is None or self.entity is None:
            return {}
        return provenance(self.entity, self.domain.parents[self.name])


def place_of(key: dg.AssetKey, partition: str | None, project: Project) -> AssetPartition:
    """Find out what an asset's partition is.

    Args:
        key: the asset's key.
        partition: its partition key, ``None`` for an asset without partitions.
        project: the project.

    Raises:
        UsageError: the partition isn't preset and seed, or is not one of the project's.
    """
    preset, seed = _preset_and_seed(key, partition)
    *above, name = key.path
    if len(above) == 1 and above[0] in project.names():
        domain = project.domain(above[0])
        dataset = project.partition(domain.name, f"{preset}|{seed}")
        entity = domain.entities.get(name)
        if entity is not None:
            return AssetPartition(name, dataset, domain, entity)
        beside = Dataset(domain.name, 1, OwnParams(preset=preset), seed, label=dataset.label)
        return AssetPartition(own_name(name), beside, domain, None)
    dataset = Dataset(_group(above, project), 1, OwnParams(preset=preset), seed, label=own_name(preset))
    return AssetPartition(own_name(name), dataset, None, None)


def _group(above: list[str], project: Project) -> str:
    """What stands for a domain: all parts of a key but the last, ``shop`` or ``shop.daily``; :data:`OWN` for none."""
    found = _BETWEEN_PARTS.join(map(own_name, above))
    if not found:
        return own_name(OWN, taken=OWN in project.names())
    return own_name(found, taken=True) if above == [OWN] else found


def _preset_and_seed(key: dg.AssetKey, partition: str | None) -> tuple[str, int]:
    preset, bar, text = (partition or "").rpartition("|")
    seed = whole_number(text)
    # Of several ways to write a number one is the partition's: two keys would share a place.
    if not bar or seed is None or str(seed) != text:
        found = "has no partitions" if partition is None else f"has the partition {partition!r}"
        raise UsageError(
            f"{key.to_user_string()} {found}; SynthIOManager stores assets partitioned by preset and seed.\n"
            "  Give it the partitions_def of tables, or an IO manager of its own, as assets by batch need one. A seed"
            " is a whole number in its shortest form: 42, not +42 or 042."
        )
    return preset, seed
