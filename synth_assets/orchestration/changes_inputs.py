"""Change data as inputs of somebody's own assets: a batch's log, or a table that is kept up to date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import polars as pl

from synth_assets.model.change_log import CADENCES
from synth_assets.model.dataset import Dataset
from synth_assets.orchestration.changes_partitions import ChangeData
from synth_assets.orchestration.findings import materialise
from synth_assets.project.project import Project
from synth_assets.usecases.groups import alone_in, rows_alone

LOGS, TABLES = "changes", "current"


@dataclass(frozen=True)
class ChangeInput:
    """An asset of change data, as its key names it.

    Attributes:
        data: the domain's change data at the asset's cadence.
        what: :data:`LOGS` or :data:`TABLES`.
        table: the table's name.
    """

    data: ChangeData
    what: str
    table: str

    @classmethod
    def of(cls, key: dg.AssetKey, project: Project) -> "ChangeInput | None":
        """The asset of change data that has this key; ``None`` for all others."""
        if len(key.path) != 3 or key.path[0] not in project.names():
            return None
        domain = project.domain(key.path[0])
        for cadence in CADENCES.values():
            data = ChangeData(domain, cadence, project)
            for what in (LOGS, TABLES):
                if key in [data.key(what, name) for name in domain.entities]:
                    return cls(data, what, key.path[2])
        return None

    def load(self, partitions: Sequence[str], root: Path, only: Mapping[str, str]) -> Mapping[str, pl.LazyFrame]:
        """Frames by partition; of logs one each. Of one group alone, where ``only`` names it.

        A table is one whatever its partition: of one partition, it has to be as after its batch; of several ones of a
        dataset it comes once, as it is, under the last of them.

        Raises:
            UsageError: a partition is none, or a group.
            DataError: it isn't stored, or the table is after another batch.
        """
        key = self.data.key(self.what, self.table).to_user_string()
        if self.what == LOGS:
            found: dict[str, pl.LazyFrame] = {}
            for partition in partitions:
                dataset, batch = self.data.read(partition)
                changes = self.data.of(root, dataset)
                log = changes.scan_log(self.table, batch, materialise(key, partition))
                found[partition] = self._alone(log, dataset, only)
            return found
        by_dataset: dict[str, list[str]] = {}
        for partition in partitions:
            by_dataset.setdefault(partition.partition("|")[2], []).append(partition)
        return {some[-1]: self._table(some, root, materialise(key, some[-1]), only) for some in by_dataset.values()}

    def _table(self, partitions: Sequence[str], root: Path, next_step: str, only: Mapping[str, str]) -> pl.LazyFrame:
        dataset, batch = self.data.read(partitions[-1])
        as_after = batch if len(partitions) == 1 else None
        return self._alone(self.data.of(root, dataset).scan_current(self.table, as_after, next_step), dataset, only)

    def _alone(self, frame: pl.LazyFrame, dataset: Dataset, only: Mapping[str, str]) -> pl.LazyFrame:
        domain = self.data.domain
        return rows_alone(frame, domain, alone_in(domain, dataset, only), self.table)
