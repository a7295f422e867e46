"""Partitions of change data: batch × dataset, e.g. ``2026-01-01|small-42``; batches are windows of time.

Dagster gives an asset one kind of partitions, so each cadence has assets of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from synth_assets.errors import UsageError
from synth_assets.model.change_log import CADENCES, Cadence, utc
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset
from synth_assets.model.domain import Domain
from synth_assets.orchestration.refusal import refusals
from synth_assets.orchestration.resource_keys import IO_MANAGER_KEY
from synth_assets.project.project import Project
from synth_assets.project.sections.changes import ChangeSettings
from synth_assets.usecases.change_data import DatasetChanges

BATCH, DATASET = "batch", "dataset"


@dataclass(frozen=True)
class Window:
    """How Dagster calls a cadence and its windows.

    Attributes:
        adverb: ``daily``, in names of schedules.
        suffix: of keys, groups and jobs; the day's are plain.
        cron: when a window ends.
        text: a window's start, as its key.
        fresh: how long after a batch the next one is late.
    """

    adverb: str
    suffix: str
    cron: str
    text: str
    fresh: timedelta


WINDOWS = {
    "day": Window("daily", "", "0 0 * * *", "%Y-%m-%d", timedelta(days=2)),
    "hour": Window("hourly", "_hourly", "0 * * * *", "%Y-%m-%d-%H:%M", timedelta(hours=3)),
    "minute": Window("minutely", "_minutely", "* * * * *", "%Y-%m-%d-%H:%M", timedelta(minutes=30)),
}


@dataclass(frozen=True)
class ChangeData:
    """A domain's change data at one cadence, as Dagster has it.

    Attributes:
        domain: the domain.
        cadence: how long a batch is.
        project: the project.
        io_manager: the key of the resource that loads its tables, and knows the data root.
    """

    domain: Domain
    cadence: Cadence
    project: Project
    io_manager: str = IO_MANAGER_KEY

    @property
    def window(self) -> Window:
        """What Dagster calls it."""
        return WINDOWS[self.cadence.name]

    @property
    def kept(self) -> list[str]:
        """The tables that can be kept up to date: rows without a key can't be found again."""
        return [name for name, table in self.domain.tables.items() if table.key]

    def name(self, what: str) -> str:
        """A name of the cadence's own: ``changes`` → ``changes_hourly``."""
        return what + self.window.suffix

    def key(self, what: str, entity: str) -> dg.AssetKey:
        """The key of a table's ``changes`` or ``current``."""
        return dg.AssetKey([self.domain.name, self.name(what), entity])

    @property
    def datasets(self) -> tuple[str, ...]:
        """The project's datasets that this domain has a preset for."""
        return self.project.change_datasets(self.domain.name)

    def first_window(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> datetime:
        """The start of the first partition.

        Batch 1 of days and hours. Minutes begin some days ago, at midnight: Dagster lists all of them.
        """
        as_of = datetime(DEFAULT_AS_OF.year, DEFAULT_AS_OF.month, DEFAULT_AS_OF.day, tzinfo=UTC)
        if self.cadence.name != "minute":
            return as_of
        today = now().replace(hour=0, minute=0, second=0, microsecond=0)
        return max(as_of, today - timedelta(days=self.project.settings.section(ChangeSettings).minute_days))

    def partition(self, batch: int, dataset: str) -> dg.MultiPartitionKey:
        """The key of a batch of a dataset."""
        since = utc(self.cadence.since(self._as_of_second, batch))
        return dg.MultiPartitionKey({BATCH: since.strftime(self.window.text), DATASET: dataset})

    def ended(self, moment: datetime) -> int:
        """The last batch that has ended at a moment; 0 or less before the first has."""
        return (int(moment.timestamp()) - self._as_of_second) // self.cadence.seconds

    def read(self, partition: str) -> tuple[Dataset, int]:
        """The dataset and the batch of a partition.

        Raises:
            UsageError: the key has another form, is of a dataset that isn't configured, or before the base.
        """
        text, bar, name = partition.partition("|")
        since = self._start(text)
        if not bar or since is None:
            example = self.partition(1, self.project.settings.section(ChangeSettings).datasets[0])
            raise UsageError(f"partition {partition!r} is not of the form BATCH|DATASET.\n  For example: '{example}'")
        dataset = self.project.change_dataset(self.domain.name, name)
        batch = self.ended(since) + 1
        if batch < 1:
            raise UsageError(
                f"batch {text} is before the base: {name} is the state at {dataset.as_of}, where batch 1 begins.\n"
                f"  For example: '{self.partition(1, name)}'"
            )
        return dataset, batch

    def of(self, root: Path, dataset: Dataset) -> DatasetChanges:
        """The change data of one dataset under a data root."""
        return DatasetChanges(self.domain, dataset, self.cadence, root)

    def _start(self, text: str) -> datetime | None:
        """When a window begins; ``None`` for what is none."""
        try:
            return datetime.strptime(text, self.window.text).replace(tzinfo=UTC)
        except ValueError:
            return None

    @property
    def _as_of_second(self) -> int:
        return (DEFAULT_AS_OF - utc(0).date()).days * CADENCES["day"].seconds


class ChangePartitions(dg.MultiPartitionsDefinition):
    """The partitions of a domain's change data at one cadence: windows that have ended, times datasets."""

    def __init__(self, data: ChangeData) -> None:
        windows = dg.TimeWindowPartitionsDefinition(
            start=data.first_window(), fmt=data.window.text, cron_schedule=data.window.cron, timezone="UTC"
        )
        super().__init__({BATCH: windows, DATASET: dg.StaticPartitionsDefinition(list(data.datasets))})
        self._data = data

    def validate_partition_key(self, partition_key: str, context: object) -> None:
        """Refuse a key in the product's words where Dagster's own message doesn't say what is allowed.

        Raises:
            Refused: the key names a batch before the base, or a dataset that isn't configured.
        """
        with refusals():
            self._data.read(partition_key)
        super().validate_partition_key(partition_key, context)  # type: ignore[arg-type]
