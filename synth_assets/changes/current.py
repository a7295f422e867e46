"""Keep tables up to date by applying stored batches in order, each exactly once.

One DuckDB database a dataset and cadence. A batch comes into all tables asked for in one transaction, together
with its entries in the ledger: so references hold after every batch, and running a batch again, or after a crash
at any moment, changes nothing twice. Tables that are brought forward on their own agree again as soon as the
others are at the same batch.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.changes.span import most_batches
from synth_assets.documents import strict_json
from synth_assets.engine.content_hash import BlockHasher
from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import OPS, Cadence, spans
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import current_database
from synth_assets.model.timeline import life_of
from synth_assets.sinks.current_tables import (
    CurrentTables,
    Entry,
    check_keyed,
    counts_of,
    has_log,
    new_tables,
    open_tables,
    read_ledger,
)
from synth_assets.sinks.databases.duckdb import WRITER_SECONDS
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder
from synth_assets.sinks.locks import exclusive
from synth_assets.sinks.objects.address import only_a_folder
from synth_assets.sinks.staging import Staging

MOST_TO_CATCH_UP = 1_440
"""Batches: a day of minutes. Who is further behind has to say so by generating them."""


@dataclass(frozen=True)
class Advanced:
    """A table that was brought forward.

    Attributes:
        entity: the table.
        base: the snapshot that it began with, as the batch at whose end it is.
        batch: the last batch it holds.
        applied: the batches applied now; none if it held them all.
        generated: those of them that had to be generated first.
        inserts: events applied now that brought a row.
        updates: events that changed one.
        deletes: events that took one away.
        rows: that it has.
    """

    entity: str
    base: int
    batch: int
    applied: tuple[int, ...]
    generated: tuple[int, ...]
    inserts: int
    updates: int
    deletes: int
    rows: int


@dataclass(frozen=True)
class _Way:
    """How a table gets from where it is to a batch: ``begins`` with a new table, then ``first`` to ``last``."""

    entity: str
    begins: bool
    position: int
    last: int

    @property
    def batches(self) -> range:
        return range(self.position + 1, self.last + 1)


def database_of(root: Path, dataset: Dataset, cadence: Cadence) -> Path:
    """Where the tables of a dataset at a cadence are kept.

    Args:
        root: the data root.
        dataset: the dataset.
        cadence: how long its batches are.
    """
    return current_database(
        only_a_folder(root, "A database that is kept up to date"), "duckdb", dataset.domain, dataset.name, cadence.name
    )


def keeps_versions(domain: Domain, entity: str) -> bool:
    """Whether rows of a table change, so that it has a history worth keeping."""
    return any(part.op == "update" for part in life_of(domain.entity(entity)))


def ledger_of(folder: ChangeFolder, database: Path) -> dict[str, list[Entry]]:
    """What the tables hold: table → its entries, the snapshot it began with first.

    Raises:
        UsageError: it is the database of another dataset, cadence or contract version.
        DataError: it can't be read.
    """
    found: dict[str, list[Entry]] = {}
    for entry in read_ledger(database, folder.dataset.domain):
        _check_identity(folder, database, entry)
        if entry.batch > most_batches(folder.cadence):
            raise DataError(f"{database}: its ledger has batch {entry.batch}, and there is none.\n  Move it away.")
        found.setdefault(entry.entity, []).append(entry)
    return found


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Keep a database from others who would change it, to change it or to look at it more than once.

    Raises:
        OutputError: another process held it for ten minutes, or there is no such folder to write to.
    """
    with exclusive(database.with_name(f"{database.name}.lock"), WRITER_SECONDS):
        yield


def advance(
    folder: ChangeFolder,
    database: Path,
    batch: int,
    entities: Sequence[str] = (),
    *,
    catch_up: bool = False,
    begin_late: bool = False,
) -> list[Advanced]:
    """Bring tables forward to the end of a batch, from stored batches, in order.

    A table that isn't there yet begins with the base. Nothing is changed before everything that will be
    applied has been found and its bytes checked.

    Args:
        folder: of the stored batches.
        database: of the tables; made if it isn't there.
        batch: the last batch they shall hold.
        entities: names of the tables; all of the domain without.
        catch_up: generate and store batches that are missing, and let tables that aren't there yet begin with
            the snapshot before ``batch``, as a tool that is switched on today would.
        begin_late: let tables that aren't there yet begin with the snapshot before the stored batches that lead to
            ``batch``, if no others are stored before those: nothing that somebody has made is passed over.

    Returns:
        what became of each table, parents first.

    Raises:
        UsageError: a batch before the base, a gap, a table without a key, or a database of another dataset, cadence
            or contract.
        DataError: a stored batch is damaged or another dataset's, or a table isn't as its next batch expects.
        OutputError: the database can't be written.
    """
    names = [name for name in folder.tables if not entities or name in entities]
    for name in entities:
        folder.domain.entity(name)
    _check_number(folder, batch)
    check_keyed(folder.tables[name] for name in names)
    with writing(database):
        make_folder(database.parent)
    with held(database):
        ledger = ledger_of(folder, database)
        begin = batch - 1 if catch_up else _late_beginning(folder, names, batch) if begin_late else 0
        ways = [_way(folder, database, name, ledger.get(name, []), batch, begin) for name in names]
        generated = _fill(folder, ways, catch_up=catch_up)
        hashes = {(way.entity, number): _hash(folder, way.entity, number) for way in ways for number in way.batches}
        if any(way.begins or way.batches for way in ways) or has_log(database):
            rows = {name: entries[-1].rows for name, entries in ledger.items()}
            _apply(folder, database, ways, hashes, rows)
        after = ledger_of(folder, database)
    return [_advanced(way, after[way.entity], generated.get(way.entity, [])) for way in ways]


# What is to be done


def _check_number(folder: ChangeFolder, batch: int) -> None:
    if batch < 1:
        raise UsageError(
            f"batch {batch} is before the base: batches are numbered from 1, which begins at {folder.dataset.as_of}."
        )
    if batch > (most := most_batches(folder.cadence)):
        raise UsageError(f"batch {batch} is not allowed: a {folder.cadence.name}'s batches end with {most:,}.")


def _late_beginning(folder: ChangeFolder, names: Iterable[str], batch: int) -> int:
    """The batch before those that lead to one without a gap; 0 if some are stored before it, or it isn't itself."""
    stored = [set(folder.batches(name)) for name in names]
    first = batch + 1
    while first > 1 and all(first - 1 in numbers for numbers in stored):
        first -= 1
    is_all = first <= batch and not any(number < first for numbers in stored for number in numbers)
    return first - 1 if is_all else 0


def _way(folder: ChangeFolder, database: Path, name: str, entries: Sequence[Entry], batch: int, begin: int) -> _Way:
    """Where a table goes; ``begin`` is the batch whose end it begins with if it isn't there yet."""
    if not entries:
        return _Way(name, begins=True, position=begin, last=batch)
    base, position = entries[0].batch, entries[-1].batch
    if batch <= base:
        raise UsageError(
            f"batch {batch} of {folder.tables[name].path} is before the base: the table in {database} began with the"
            f" snapshot at the end of batch {base}.\n  Apply batch {position + 1}, or move the database away to begin"
            " again."
        )
    if batch <= position:
        _check_applied(folder, next(entry for entry in entries if entry.batch == batch))
    return _Way(name, begins=False, position=position, last=max(batch, position))


def _check_applied(folder: ChangeFolder, entry: Entry) -> None:
    """A batch that was applied and is stored has one content."""
    if entry.batch not in folder.batches(entry.entity):
        return
    stored = _hash(folder, entry.entity, entry.batch)
    if stored != entry.content_hash:
        raise DataError(
            f"{folder.log_path(entry.entity, entry.batch)} has the content {stored}, but the table took in"
            f" {entry.content_hash}.\n  Generate the batch again."
        )


def _fill(folder: ChangeFolder, ways: Iterable[_Way], *, catch_up: bool) -> dict[str, list[int]]:
    """Generate what is missing, if that is wanted: table → batches."""
    missing: dict[str, list[int]] = {}
    for way in ways:
        stored = set(folder.batches(way.entity))
        if numbers := [number for number in way.batches if number not in stored]:
            missing[way.entity] = numbers
    if not missing:
        return {}
    wanted = sorted({number for numbers in missing.values() for number in numbers})
    if not catch_up:
        raise _gap(folder, missing, wanted)
    if len(wanted) > MOST_TO_CATCH_UP:
        raise _gap(folder, missing, wanted, f" Catching up goes over {MOST_TO_CATCH_UP:,} batches at most.")
    with Staging(folder.root) as staging:
        for number in wanted:
            batch = folder.timeline.batch(number)
            for name, numbers in missing.items():
                if number in numbers:
                    folder.write_log(staging, name, number, batch.chunks(name), "parquet")
    return missing


def _gap(folder: ChangeFolder, missing: dict[str, list[int]], wanted: Sequence[int], more: str = "") -> UsageError:
    dataset = folder.dataset
    runs = spans(wanted)
    shown = ", ".join(runs[:5]) + (f", … ({len(wanted):,} in all)" if len(runs) > 5 else "")
    return UsageError(
        f"{dataset.domain} {dataset.name}: {'batch' if len(wanted) == 1 else 'batches'} {shown}"
        f" missing of {', '.join(missing)} in {folder.root}; nothing was applied.{more}\n"
        f"  Generate first: {folder.command(runs[0], () if len(missing) == len(folder.tables) else missing)}"
    )


def _hash(folder: ChangeFolder, entity: str, batch: int) -> str:
    """The content hash of a stored log, after looking at every byte of it."""
    manifest, _ = folder.check(folder.log_path(entity, batch))
    return manifest.content_hash


# Doing it


def _apply(
    folder: ChangeFolder,
    database: Path,
    ways: Sequence[_Way],
    hashes: Mapping[tuple[str, int], str],
    rows: dict[str, int],
) -> None:
    """Go the ways. ``rows`` is how many each table has, and is kept up to date."""
    domain = folder.dataset.domain
    fresh = [way for way in ways if way.begins]
    if not database.exists():
        with new_tables(database, domain) as tables:
            rows |= {way.entity: _begin(folder, tables, way) for way in fresh}
        fresh = []
    with open_tables(database, domain) as tables:
        if fresh:
            with tables.transaction():
                rows |= {way.entity: _begin(folder, tables, way) for way in fresh}
        for number in sorted({number for way in ways for number in way.batches}):
            with tables.transaction():
                for name in [way.entity for way in ways if number in way.batches]:
                    rows[name] = _take_in(folder, tables, name, number, hashes[name, number], rows[name])


def _begin(folder: ChangeFolder, tables: CurrentTables, way: _Way) -> int:
    """Make a table from the snapshot at its position; how many rows it has."""
    table = folder.tables[way.entity]
    second = folder.timeline.second(way.position)
    hasher = BlockHasher(table)

    def hashed() -> Iterator[pl.DataFrame]:
        for frame in folder.timeline.state(way.entity, second):
            hasher.update(frame)
            yield frame

    rows = tables.begin(table, hashed(), second, versions=keeps_versions(folder.domain, way.entity))
    content_hash = hasher.finish().content_hash
    tables.record(_entry(folder, way.entity, way.position, content_hash, [rows, 0, 0], rows, is_base=True))
    return rows


def _take_in(folder: ChangeFolder, tables: CurrentTables, entity: str, batch: int, content_hash: str, rows: int) -> int:
    """Apply a table's share of a batch; how many rows it has then."""
    log = folder.read_log(entity, batch)
    tables.apply(folder.tables[entity], log, versions=keeps_versions(folder.domain, entity))
    counts = counts_of(log, OPS)
    rows += counts[0] - counts[2]
    tables.record(_entry(folder, entity, batch, content_hash, counts, rows, is_base=False))
    return rows


def _entry(
    folder: ChangeFolder, entity: str, batch: int, content_hash: str, counts: Sequence[int], rows: int, *, is_base: bool
) -> Entry:
    inserts, updates, deletes = counts
    contract = folder.dataset.contract
    return Entry(entity, batch, is_base, content_hash, inserts, updates, deletes, rows, contract, _identity(folder))


def _advanced(way: _Way, entries: Sequence[Entry], generated: Sequence[int]) -> Advanced:
    now = [entry for entry in entries if entry.batch in way.batches]
    return Advanced(
        entity=way.entity,
        base=entries[0].batch,
        batch=entries[-1].batch,
        applied=tuple(entry.batch for entry in now),
        generated=tuple(generated),
        inserts=sum(entry.inserts for entry in now),
        updates=sum(entry.updates for entry in now),
        deletes=sum(entry.deletes for entry in now),
        rows=entries[-1].rows,
    )


# Whose tables these are


def _identity(folder: ChangeFolder) -> str:
    dataset = folder.dataset
    parameters = {**dataset.manifest_parameters, "cadence": folder.cadence.name}
    return json.dumps({"domain": dataset.domain, **parameters}, sort_keys=True)


def told_by(database: Path, entry: Entry) -> dict[str, Any]:
    """Whose table an entry of the ledger says it is of: the domain and all parameters, as plain JSON values.

    Raises:
        DataError: it says nothing of the kind.
    """
    try:
        found = strict_json.loads(entry.dataset)
    except ValueError as error:
        raise DataError(f"{database}: its ledger is damaged: {error}.\n  Move it away.") from error
    if not isinstance(found, dict):
        raise DataError(f"{database}: its ledger doesn't say whose tables these are.\n  Move it away.")
    return cast("dict[str, Any]", found)


def _check_identity(folder: ChangeFolder, database: Path, entry: Entry) -> None:
    contract = folder.dataset.contract
    if entry.dataset == _identity(folder) and entry.contract == contract:
        return
    there = {**told_by(database, entry), "contract": entry.contract}
    wanted = {**json.loads(_identity(folder)), "contract": contract}
    differences = ", ".join(f"{k} is {there.get(k)}, not {v}" for k, v in wanted.items() if there.get(k) != v)
    raise UsageError(
        f"{database} holds the tables of another dataset, cadence or contract version: {differences}.\n"
        "  Name the folder of its own batches, or move the database away to begin again."
    )
