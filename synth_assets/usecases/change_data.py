"""Change data of a dataset at one cadence under a data root: logs of batches, and tables that take them in."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from synth_assets.changes.asked import note_asked
from synth_assets.changes.current import Advanced, advance, database_of, held, ledger_of
from synth_assets.changes.folder import ChangeFolder, folder_of
from synth_assets.errors import DataError
from synth_assets.model.change_log import OPS, Cadence, change_table
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import LOGS
from synth_assets.model.manifest import Manifest, read_manifest
from synth_assets.model.table import Table
from synth_assets.sinks import register
from synth_assets.sinks.current_reader import read_in_order
from synth_assets.sinks.current_tables import counts_of
from synth_assets.sinks.databases import duckdb
from synth_assets.sinks.objects.copies import refresh
from synth_assets.sinks.register import Registered
from synth_assets.sinks.sql import listed, qualified
from synth_assets.sinks.staging import Staging
from synth_assets.sinks.store import drafts_below
from synth_assets.usecases.io_source import frames_when_asked

FORMAT = "parquet"
"""What logs are stored as."""

HEAD_ROWS = 5


@dataclass(frozen=True)
class StoredLog:
    """A table's stored log of a batch.

    Attributes:
        batch: its number.
        rows: events.
        counts: of them, by what they did.
        transactions: how many.
        bytes: of its files.
        content_hash: of its content.
        path: where it lies.
        head: the first events.
    """

    batch: int
    rows: int
    counts: dict[str, int]
    transactions: int
    bytes: int
    content_hash: str
    path: Path
    head: pl.DataFrame


@dataclass(frozen=True)
class BroughtUp:
    """A table that was brought up to a batch.

    Attributes:
        advanced: what became of it.
        head: its newest rows.
        version: stands for the snapshot and the logs that it is made of, so for its content.
    """

    advanced: Advanced
    head: pl.DataFrame
    version: str


@dataclass(frozen=True)
class DatasetChanges:
    """The change data of one dataset at one cadence.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        root: the data root.
    """

    domain: Domain
    dataset: Dataset
    cadence: Cadence
    root: Path

    @property
    def folder(self) -> ChangeFolder:
        """Where the batches are stored, to look at: nothing is made.

        Raises:
            UsageError: an earlier version stored them elsewhere.
            UnjudgedError: they are in an object store that can't be read.
        """
        refresh(self._place)
        return ChangeFolder(self._place, self.domain, self.dataset, self.cadence)

    @property
    def database(self) -> Path:
        """Where the tables are kept up to date."""
        return database_of(self.root, self.dataset, self.cadence)

    def store_log(self, table: str, batch: int) -> StoredLog:
        """Generate a table's log of a batch and store it, whole.

        Raises:
            UsageError: something else is stored there.
            OutputError: it can't be written.
        """
        folder = self._claimed
        chunks = list(folder.timeline.batch(batch).chunks(table))
        with drafts_below(folder.root) as drafts:
            note_asked(drafts, LOGS, [table], [f"{batch:05d}"])
            manifest = folder.write_log(drafts, table, batch, chunks, FORMAT)
        return _log(folder, table, batch, manifest, [chunk.frame for chunk in chunks])

    def stored_log(self, table: str, batch: int) -> StoredLog:
        """A table's log of a batch that is stored.

        Raises:
            DataError: it is missing or damaged.
        """
        folder = self.folder
        manifest = read_manifest(folder.log_path(table, batch))
        return _log(folder, table, batch, manifest, [folder.read_log(table, batch)])

    def bring_up(self, batch: int, tables: Sequence[str], *, catch_up: bool) -> list[Advanced]:
        """Bring tables up to a batch; see :func:`~synth_assets.changes.current.advance`.

        Tables that aren't there yet begin as late as the stored batches let them: whoever brings in the newest batch
        first doesn't want all those before it.
        """
        database = self.database  # which is refused where no database can be, before anything is claimed
        advanced = advance(self._claimed, database, batch, tables, catch_up=catch_up, begin_late=True)
        place = self.database.relative_to(self.root).as_posix()
        dataset = f"{self.dataset.name}-{self.cadence.name}"
        # Afterwards: what was refused isn't missed, and what was ended half-way has its ledger.
        with Staging(self.root) as staging:
            register.ask(
                staging, [Registered("duckdb", self.domain.name, one.entity, dataset, place) for one in advanced]
            )
        return advanced

    def scan_log(self, table: str, batch: int, next_step: str) -> pl.LazyFrame:
        """A table's stored log of a batch, lazily.

        Args:
            table: the table's name.
            batch: the batch's number.
            next_step: what to do where it isn't stored.

        Raises:
            DataError: it isn't stored, or is damaged, or another dataset's.
        """
        folder = self.folder
        if batch not in folder.batches(table):
            raise DataError(f"{folder.log_path(table, batch)}: the batch isn't stored.\n  {next_step}")
        folder.told(folder.log_path(table, batch))
        return frames_when_asked(
            change_table(folder.tables[table]).schema, lambda _columns, _limit: folder.log_frames(table, batch)
        )

    def scan_current(self, table: str, batch: int | None, next_step: str) -> pl.LazyFrame:
        """A table that is kept up to date, lazily, as it is; its rows in key order.

        Args:
            table: the table's name.
            batch: after which it has to be; any without.
            next_step: what to do where it isn't there, or behind.

        Raises:
            UsageError: it is the database of another dataset, cadence or contract version.
            DataError: it isn't there, or after another batch, which may be found out as late as its rows are asked for.
        """
        self._check_current(table, batch, next_step)

        def frames(_columns: object, _limit: object) -> Iterator[pl.DataFrame]:
            with held(self.database):  # a run may have gone on since, and mustn't while its rows are read
                self._check_current(table, batch, next_step)
                yield from read_in_order(self.database, self.domain.tables[table])

        return frames_when_asked(self.domain.tables[table].schema, frames)

    def _check_current(self, table: str, batch: int | None, next_step: str) -> None:
        path = self.domain.tables[table].path
        entries = ledger_of(self.folder, self.database).get(table, []) if self.database.exists() else []
        if not entries:
            raise DataError(f"{path} isn't kept up to date in {self.database}.\n  {next_step}")
        now = entries[-1].batch
        if batch is not None and now < batch:
            raise DataError(f"{self.database}: {path} is after batch {now}, not yet after {batch}.\n  {next_step}")
        if batch is not None and now > batch:
            raise DataError(
                f"{self.database}: {path} is after batch {now}, no longer after {batch}.\n"
                f"  As it was then it is scan_snapshot('{path}', {batch}, …), or synth changes snapshot … --at {batch}"
            )

    def brought_up(self, advanced: Sequence[Advanced]) -> list[BroughtUp]:
        """Tables as they are now that they were brought up to a batch."""
        with held(self.database):  # the run of the next batch may be at it
            ledger = ledger_of(self.folder, self.database)
            with duckdb.reading(self.database) as connection:
                found: list[BroughtUp] = []
                for one in advanced:
                    query = _newest(self.domain.tables[one.entity])
                    head = pl.DataFrame(pl.from_arrow(connection.sql(query).to_arrow_table()))
                    # A function of the snapshot and the logs, without looking at all rows.
                    hashes = [entry.content_hash for entry in ledger[one.entity] if entry.batch <= one.batch]
                    version = hashlib.sha256("".join(hashes).encode()).hexdigest()
                    found.append(BroughtUp(one, head, version))
        return found

    @property
    def _place(self) -> Path:
        return folder_of(self.root, self.dataset, self.cadence)

    @cached_property
    def _claimed(self) -> ChangeFolder:
        """Where the batches are stored, to write to."""
        return ChangeFolder.claim(self._place, self.domain, self.dataset, self.cadence)


def _log(folder: ChangeFolder, name: str, batch: int, manifest: Manifest, frames: Iterable[pl.DataFrame]) -> StoredLog:
    table = change_table(folder.tables[name])
    log = pl.concat([table.schema.to_frame(), *frames])
    return StoredLog(
        batch=batch,
        rows=log.height,
        counts=dict(zip(OPS, counts_of(log, OPS), strict=True)),
        transactions=log["tx_id"].n_unique(),
        bytes=sum(file.bytes for file in manifest.files),
        content_hash=manifest.content_hash,
        path=folder.log_path(name, batch),
        head=log.head(HEAD_ROWS),
    )


def _newest(table: Table) -> str:
    order = ", ".join(f"{name} DESC" for name in (listed([one]) for one in table.key.columns))
    return f"FROM {qualified(table.domain, table.name)} ORDER BY {order} LIMIT {HEAD_ROWS}"
