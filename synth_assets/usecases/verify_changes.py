"""Verify stored change data: logs, snapshots and histories by their manifests, current tables by the generator."""

import json
from dataclasses import dataclass
from pathlib import Path

from synth_assets.changes.folder import ChangeFolder, dataset_of
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.engine.stored import digest_stored, verify_stored
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import DataError, UsageError
from synth_assets.model.layout import place_of
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.project.project import Project
from synth_assets.sinks.current_reader import read_in_order
from synth_assets.sinks.current_tables import Entry, read_ledger


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
    def problems(self) -> list[str]:
        """What differs; nothing if all is well."""
        if self.found.content_hash == self.expected.content_hash:
            return []
        hashes = self.expected.column_hashes
        wrong = ", ".join(name for name, value in self.found.column_hashes.items() if value != hashes[name])
        same = self.found.rows == self.expected.rows
        rows = "" if same else f" ({self.found.rows:,} rows, not {self.expected.rows:,})"
        return [f"the table differs from snapshot {self.batch} in {wrong}{rows}"]


def verify_part(path: Path) -> tuple[Manifest, str, list[str]]:
    """Verify a stored log, snapshot or history.

    Args:
        path: its folder, of which :func:`~synth_assets.changes.folder.place_of` knows the place.

    Returns:
        its manifest, its format's name, and what is wrong.

    Raises:
        DataError: it can't be read, or is another dataset's.
    """
    place = place_of(path)
    if place is None:
        raise DataError(f"{path} is no folder of a batch, a snapshot or a history.")
    folder = ChangeFolder.open(place.root)
    table, more = folder.stored_at(place)
    manifest, form = folder.check(path, more)
    return manifest, form.name, verify_stored(form.read(path, table, None), table, manifest, path)


def current_tables(database: Path, domain: str) -> list[str]:
    """The names of the tables that a database keeps up to date, sorted.

    Raises:
        DataError: it can't be read, or has no ledger.
    """
    return sorted({entry.entity for entry in read_ledger(database, domain)})


def verify_current(database: Path, domain: str, entity: str) -> AgainstSnapshot:
    """Compare a table that is kept up to date with the snapshot after its last batch.

    Raises:
        DataError: the database or its ledger can't be read, or is of another contract version.
    """
    entries = [entry for entry in read_ledger(database, domain) if entry.entity == entity]
    if not entries:
        raise DataError(f"the ledger of {database} has no {domain}/{entity}.")
    timeline = _timeline(database, entries[-1])
    table = timeline.domain.tables[timeline.domain.entity(entity).about.name]
    return against_snapshot(database, table, timeline, entries[-1].batch)


def against_snapshot(database: Path, table: Table, timeline: Timeline, batch: int) -> AgainstSnapshot:
    """Compare a table in a database with the state at the end of a batch.

    Raises:
        DataError: the table can't be read.
    """
    truth = BlockHasher(table)
    for chunk in timeline.state_chunks(table.name, timeline.second(batch), hashing=True):
        truth.update(*chunk)
    return AgainstSnapshot(batch, digest_stored(read_in_order(database, table), table), truth.finish())


def _timeline(database: Path, entry: Entry) -> Timeline:
    parameters = json.loads(entry.dataset)
    identity = {"domain": parameters.pop("domain"), "contract": entry.contract, "parameters": parameters}
    try:
        return Timeline(*dataset_of(identity, Project.here()))
    except (ValueError, KeyError, UsageError) as error:
        raise DataError(
            f"{database} was made by another version: {str(error).splitlines()[0]}.\n"
            "  Move it away; the tables are made again from the base."
        ) from error
