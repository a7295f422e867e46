"""Tables of a lake whose version k is the snapshot after batch k: made from the base, then a commit a batch."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from synth_assets.changes.span import check_batches
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import Cadence, change_table
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import current_database
from synth_assets.model.table import Table
from synth_assets.sinks.current_tables import check_keyed
from synth_assets.sinks.lake import (
    BATCH,
    DATASET,
    IDENTITY,
    NOTED,
    Lake,
    LakeTable,
    LakeVersion,
    TableChange,
    write_files,
)
from synth_assets.sinks.lake_changes import Rewriting
from synth_assets.sinks.objects.address import only_a_folder
from synth_assets.spoken import option
from synth_assets.version import __version__

_AWAY = "Move the lake away to begin again."


@dataclass(frozen=True)
class LakeTables:
    """The tables of a dataset in a lake, at a cadence.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        lake: the format.
        place: its folder.
    """

    domain: Domain
    dataset: Dataset
    cadence: Cadence
    lake: Lake
    place: Path

    @classmethod
    def under(cls, root: Path, domain: Domain, dataset: Dataset, cadence: Cadence, lake: Lake) -> "LakeTables":
        """Those below a data root."""
        place = current_database(
            only_a_folder(root, "A table that lives in a lake"), lake.name, dataset.domain, dataset.name, cadence.name
        )
        return cls(domain, dataset, cadence, lake, place)

    def bring_up(
        self, entities: Sequence[str], batches: range, tell: Callable[[], None] = lambda: None
    ) -> "Iterator[Brought]":
        """Bring tables up to the last of some batches: a commit a batch, whose number is the batch's.

        A table that isn't there begins with the base, version 0. Batches that a table has are left as they are, so that
        whoever was killed goes on by the same words.

        Args:
            entities: names of the tables.
            batches: ascending; what comes before has to be there.
            tell: called after each batch of a table.

        Yields:
            what became of each table.

        Raises:
            UsageError: a gap, a table without a key, or the tables of another dataset, cadence or contract.
            DataError: a column that the lake can't hold, or rows that aren't as a batch expects.
            OutputError: it can't be written.
        """
        check_batches(self.dataset, self.cadence, batches)
        self.domain.check_until(self.dataset, self.cadence.since(self.dataset.as_of_second, batches[-1] + 1))
        tables = [self.domain.tables[name] for name in entities]
        check_keyed(tables)
        self.lake.check_place(self.place)
        for table in tables:
            change_table(table)
            for column, problem in self.lake.capabilities.unfit(table):
                raise DataError(
                    f"{table.path}: {self.lake.name} can't hold column {column!r}: {problem}.\n  Leave the table out,"
                    " or rename the column or change its type."
                )
        for table in tables:
            self._position(table, batches)
        timeline = Timeline(self.domain, self.dataset, self.cadence)
        for table in tables:
            with self.lake.written(self.place), self.lake.open(self.place, table.domain, table.name) as found:
                yield self._brought(found, table, timeline, batches, tell)

    def _position(self, table: Table, batches: range) -> int | None:
        """The last batch that a table holds, after a look whether it is ours and the batches go on from it."""
        if not self.place.is_dir():
            position = None
        else:
            with self.lake.open(self.place, table.domain, table.name) as found:
                position = self._held(found) if found.is_there else None
        following = max(position or 0, 0) + 1
        if batches[0] > following:
            last = batches[0] - 1
            missing = f"batch {last} is" if last == following else f"batches {following} to {last} are"
            raise UsageError(
                f"{table.path} in {self.place} is {'not there' if position is None else f'after batch {position}'}:"
                f" {missing} missing before {batches[0]}; nothing was done.\n"
                f"  Say {option('batches', f'{following}..{batches[-1]}')}."
            )
        return position

    def _held(self, found: LakeTable) -> int:
        if (said := found.notes().get(IDENTITY)) != self.identity:
            there, wanted = _values(said), _values(self.identity)
            differ = ", ".join(f"{k} is {there.get(k)}, not {v}" for k, v in wanted.items() if there.get(k) != v)
            raise UsageError(
                f"{found.folder} holds the table of another dataset, cadence or contract version:"
                f" {differ or 'it does not say whose'}.\n  {_AWAY}"
            )
        batches = [one.batch for one in found.versions() if one.batch is not None]
        if not batches:
            raise DataError(f"{found.folder} tells of no batch that it has taken in.\n  {_AWAY}")
        return max(batches)

    @property
    def identity(self) -> str:
        """Whose tables these are, as a text."""
        dataset = self.dataset
        told = {**dataset.manifest_parameters, "cadence": self.cadence.name, "contract": dataset.contract}
        return json.dumps({"domain": dataset.domain, **told}, sort_keys=True)

    def _brought(
        self, found: LakeTable, table: Table, timeline: Timeline, batches: range, tell: Callable[[], None]
    ) -> "Brought":
        position = self._position(table, batches)
        applied: list[int] = []
        if position is None:
            base = timeline.state(table.name, timeline.second(0))
            added = write_files(found.folder, table, base, self.lake.capabilities, _called(0))
            commit = TableChange(added, (), (), self._said(0), timeline.second(0), "CREATE TABLE AS SELECT")
            found.create(table, {IDENTITY: self.identity}, commit)
            position = 0
        for number in range(position + 1, batches[-1] + 1):
            log = pl.concat([change_table(table).schema.to_frame(), *timeline.batch(number).log(table.name)])
            work = Rewriting(table, log, tuple(found.files()), found.folder, self.lake.capabilities, _called(number))
            added, removed = work.written()
            feed = work.feed() if self.lake.has_feed else ()
            found.change(TableChange(added, removed, feed, self._said(number), timeline.second(number), "MERGE"))
            applied.append(number)
            tell()
        last = found.versions()[-1]
        return Brought(table.name, found.folder, max(position, batches[-1]), tuple(applied), last)

    def _said(self, batch: int) -> dict[str, str]:
        return {BATCH: str(batch), DATASET: self.dataset.name, f"{NOTED}version": __version__}


@dataclass(frozen=True)
class Brought:
    """A table that was brought up to a batch.

    Attributes:
        entity: its name.
        path: its folder.
        batch: the last batch it holds.
        applied: the batches that it took in now.
        version: its last state.
    """

    entity: str
    path: Path
    batch: int
    applied: tuple[int, ...]
    version: LakeVersion


def _called(batch: int) -> str:
    return f"batch-{batch:05d}"


def _values(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
