"""Tables that a database keeps up to date, to look at, beside the batches that they are made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb as driver

from synth_assets.changes.current import ledger_of
from synth_assets.changes.folder import ChangeFolder
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.engine.stored import digest_stored
from synth_assets.model.table import Table
from synth_assets.sinks.current_reader import read_in_order
from synth_assets.sinks.current_tables import Entry
from synth_assets.sinks.databases import duckdb
from synth_assets.sinks.sql import qualified


@dataclass(frozen=True)
class KeptTables:
    """The tables of a database.

    Attributes:
        folder: of the batches; it needn't be there.
        database: the database.
    """

    folder: ChangeFolder
    database: Path

    def table(self, name: str) -> "KeptTable":
        """One of the tables, to check."""
        return KeptTable(self, name)

    @cached_property
    def ledger(self) -> dict[str, list[Entry]]:
        """What the tables hold: table → its entries, the snapshot it began with first.

        Raises:
            UsageError: it is the database of another dataset, cadence or contract version.
            DataError: it can't be read.
        """
        return ledger_of(self.folder, self.database)

    def batch(self, name: str) -> int | None:
        """The last batch that a table has taken in; ``None`` for one that isn't there."""
        return self.ledger[name][-1].batch if name in self.ledger else None


@dataclass(frozen=True)
class AgainstSnapshot:
    """A current table beside the snapshot that it should be.

    Attributes:
        batch: the last batch it has taken in.
        found: what is stored.
        expected: what the generator says.
    """

    batch: int
    found: TableDigest
    expected: TableDigest

    @property
    def problem(self) -> str:
        """What differs; empty if all is well."""
        if self.found.content_hash == self.expected.content_hash:
            return ""
        hashes = self.expected.column_hashes
        wrong = ", ".join(name for name, value in self.found.column_hashes.items() if value != hashes[name])
        same = self.found.rows == self.expected.rows
        rows = "" if same else f" ({self.found.rows:,} rows, not {self.expected.rows:,})"
        return f"the table differs from snapshot {self.batch} in {wrong}{rows}"


@dataclass(frozen=True)
class KeptTable:
    """One of the tables: what the checks of current tables look at."""

    tables: KeptTables
    name: str

    @property
    def description(self) -> Table:
        """What the table should be."""
        return self.tables.folder.tables[self.name]

    @property
    def entries(self) -> list[Entry]:
        """Its part of the ledger, the snapshot it began with first."""
        return self.tables.ledger[self.name]

    @property
    def source(self) -> str:
        """What SQL calls it."""
        return qualified(self.description.domain, self.name)

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        with self.reading() as connection:
            return connection.sql(f"SELECT count(*) FROM {self.source}").fetchall()[0][0]  # noqa: S608 - a name

    @cached_property
    def against_snapshot(self) -> AgainstSnapshot:
        """The table beside the state at the end of its last batch.

        Raises:
            DataError: the table can't be read.
        """
        table, timeline, batch = self.description, self.tables.folder.timeline, self.entries[-1].batch
        truth = BlockHasher(table)
        for chunk in timeline.state_chunks(table.name, timeline.second(batch), hashing=True):
            truth.update(chunk.frame, chunk.words, chunk.numbers)
        found = digest_stored(read_in_order(self.tables.database, table), table)
        return AgainstSnapshot(batch, found, truth.finish())

    def check_columns(self, table: Table) -> None:
        """Look whether the database has a table with its columns and types.

        Raises:
            DataError: it hasn't.
        """
        duckdb.check(self.tables.database, table)

    @contextmanager
    def reading(self) -> Iterator[driver.DuckDBPyConnection]:
        """A connection that only reads.

        Raises:
            DataError: the database can't be read.
        """
        with duckdb.reading(self.tables.database) as connection:
            yield connection
