"""Apply batches of change data to a server as real transactions: a database that lives, its right state known."""

import heapq
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from synth_assets.changes.span import check_batches, moment
from synth_assets.engine.timeline import Batch, Timeline
from synth_assets.errors import DataError, OutputError, SynthError, UsageError, shortened
from synth_assets.model.change_log import AFTER, LSN_BITS, span
from synth_assets.model.table import Table
from synth_assets.model.timeline import life_of
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.event_statements import EventStatement, TableStatements
from synth_assets.sinks.server import (
    ELSE,
    NO_ROW,
    AppliedTransaction,
    ConnectionLostError,
    FailedStatementError,
    ServerAddress,
    TransactionLedger,
    TransactionStream,
    wait_for_server,
)
from synth_assets.spoken import option
from synth_assets.usecases.apply_request import Applied, ApplyRequest
from synth_assets.usecases.event_time import EventTime
from synth_assets.usecases.generate import Progress
from synth_assets.usecases.load import LoadRequest, check_load, load, loaded_snapshot

_NAME = "synth changes apply"

_TRIES = 5
"""Times that it is tried again without having got any further."""


def apply_changes(
    request: ApplyRequest,
    progress: Callable[[Progress], None] | None = None,
    told: Callable[[str], None] = lambda _text: None,
) -> Applied:
    """Bring a database to the end of the last batch: load it, if nothing lies there, and apply what it hasn't.

    Args:
        request: what and where to.
        progress: told how far it is.
        told: told what happens on the way.

    Raises:
        MissingExtraError: the driver isn't installed.
        UsageError: something of the request can't be; nothing was changed.
        OutputError: another dataset lies there, batches are missing, somebody else has changed rows, or the server
            can't be reached; transactions that were committed stay, and none is there in part.
        DataError: a row that the server refuses; likewise.
    """
    return _Applying(request, progress or (lambda _: None), told).do()


class _Applying:
    """Batches on their way."""

    def __init__(
        self, request: ApplyRequest, progress: Callable[[Progress], None], told: Callable[[str], None]
    ) -> None:
        _check(request)
        self._request = request
        self._server = request.server
        self._address: ServerAddress = self._server.address(request.address)
        self._progress = progress
        self._told = told
        self._timeline = Timeline(request.domain, request.dataset, request.cadence)
        self._tables: dict[str, Table] = dict(request.domain.tables)
        self._following = self._server.following(request.place, list(self._tables))
        self._time = EventTime(request.speed, told)
        self._counted = 0
        self._transactions = 0
        self._events: Counter[tuple[str, str]] = Counter()
        self._batches: list[int] = []

    def do(self) -> Applied:
        snapshot = self._begin()
        started = time.monotonic()
        tries, before = 0, 0
        while True:
            try:
                self._go_on(snapshot)
                break
            except ConnectionLostError as error:
                tries = 1 if self._counted > before else tries + 1
                before = self._counted
                if tries >= _TRIES:
                    raise
                self._told(f"{error.args[0].splitlines()[0]} Trying again for {self._request.patience:.0f} s.")
                wait_for_server(self._server, self._address, _NAME, self._request.patience)
        batches = self._batches
        return Applied(
            self._request.place,
            self._following.publication,
            snapshot,
            range(batches[0], batches[-1] + 1) if batches else range(0),
            max(self._request.batches[-1], snapshot),
            self._transactions,
            {name: {op: self._events[name, op] for op in ("insert", "update", "delete")} for name in self._tables},
            time.monotonic() - started,
        )

    def _begin(self) -> int:
        """Look whether it can be, and load what it begins with, unless that lies there.

        Returns:
            the batch at whose end it began.
        """
        one = self._request
        with self._server.connected(self._address, _NAME) as connection, self._server.refusals(self._address):
            there = self._server.transaction_ledger(connection, one.place).is_there()
            loaded = self._server.schema_ledger(connection, one.place)
            found = loaded_snapshot(loaded, one.dataset, one.cadence) if there else None
        snapshot = found if found is not None else one.snapshot if one.snapshot is not None else one.batches[0] - 1
        if one.resume and not there:
            raise OutputError(
                f"{self._where} hasn't begun to live: there is nothing to go on with.\n"
                "  Leave out --resume: the snapshot is loaded then."
            )
        if there and one.snapshot not in (None, snapshot):
            raise OutputError(
                f"{self._where} began with snapshot {snapshot}, not {one.snapshot}.\n"
                f"  Leave out --from-snapshot, or name {self._server.another}."
            )
        wanted = LoadRequest(
            one.domain, one.dataset, one.address, one.place, cadence=one.cadence, snapshot=snapshot,
            patience=one.patience,
        )  # fmt: skip
        check_load(wanted)
        if not there:
            self._check_gap(snapshot, 0, after=snapshot)
            load(wanted, self._progress, self._told)
        return snapshot

    @property
    def _where(self) -> str:
        """The place, as messages call it."""
        return f"{self._server.place} {self._request.place} of {self._address.shown}"

    def _go_on(self, snapshot: int) -> None:
        """Apply what isn't there yet."""
        one = self._request
        with self._server.connected(self._address, _NAME) as connection, self._server.refusals(self._address):
            ledger = self._server.transaction_ledger(connection, one.place)
            ledger.lock()
            with connection.transaction():
                self._following.make(connection, one.replica_identity, self._told, ledger)
            last = ledger.last()
            first = self._next(last, snapshot)
            pipeline = self._server.pipeline(connection, one.speed is None)
            try:
                self._send(pipeline, ledger, range(first, one.batches[-1] + 1), last)
            except FailedStatementError as failed:
                raise self._refused(failed) from None

    def _next(self, last: AppliedTransaction | None, snapshot: int) -> int:
        """The batch to go on with, the last transaction being known.

        Raises:
            OutputError: batches before the first one of the request are missing.
        """
        if last is None:
            whole, done = snapshot, 0
        else:
            done = last.tx_id - (last.batch << LSN_BITS)
            whole = last.batch if done == self._timeline.batch(last.batch).transactions.height else last.batch - 1
        self._check_gap(whole, 0 if last is None or whole == last.batch else done, after=snapshot)
        return whole + 1

    def _check_gap(self, whole: int, done: int, after: int) -> None:
        """Look whether something has to happen before the first batch.

        Args:
            whole: the last batch that is there.
            done: transactions of the next one that are there.
            after: the snapshot that it began with.
        """
        first = self._request.batches[0]
        missing = [one for one in range(whole + 1, first) if done or self._timeline.batch(one).transactions.height]
        if not missing:
            return
        has = f"batch {whole}" if whole > after else f"snapshot {after}"
        part = f" and {done:,} transactions of batch {whole + 1}" if done else ""
        raise OutputError(
            f"batch {first} can't be applied: {self._where} has {has}{part}, so {span(range(whole + 1, first))} is"
            " missing.\n"
            f"  Apply them, too: --batches {whole + 1}..{self._request.batches[-1]}"
        )

    def _send(
        self, pipeline: TransactionStream, ledger: TransactionLedger, batches: range, last: AppliedTransaction | None
    ) -> None:
        """Send transaction after transaction, each with a note of it."""
        server, place = self._server, self._request.place
        statements = {name: server.statements(place, table) for name, table in self._tables.items()}
        before = None if last is None else last.tx_id
        length, all_batches = self._request.cadence.seconds, self._request.batches
        total, shown = len(all_batches) * length, -1
        for number in batches:
            batch = self._timeline.batch(number)
            for events in _transactions(batch, statements, self._tables, before or 0, server.capabilities):
                _, tx_id, _, second, *_ = events[0]
                self._time.hold(second, pipeline.drain)
                for event in events:
                    pipeline.send(event.statement, event.cells)
                pipeline.send(*ledger.note(tx_id, number, second, before))
                pipeline.commit(tx_id)
                before = tx_id
                self._count(number, tx_id, events)
                done = (number - all_batches[0]) * length + second - batch.since
                if done * 200 // total != shown:
                    shown = done * 200 // total
                    self._progress(Progress("batches", max(done, 0), total))
        if before is not None and (closing := ledger.closing(before)):
            for statement, cells in closing:
                pipeline.send(statement, cells)
            pipeline.commit(before)
        pipeline.drain()
        self._progress(Progress("batches", total, total, finished=True))

    def _count(self, batch: int, tx_id: int, events: list[EventStatement]) -> None:
        """Count a transaction, once, however often it is sent."""
        if tx_id <= self._counted:
            return
        self._counted = tx_id
        self._transactions += 1
        if self._batches[-1:] != [batch]:
            self._batches.append(batch)
        for event in events:
            self._events[event.table, event.op] += 1

    def _refused(self, failed: FailedStatementError) -> SynthError:
        """What to say of a transaction that the server refuses."""
        verdict = self._server.verdict(failed.error)
        if verdict == ELSE:
            return self._mapped(failed.error)
        batch, number = failed.tx_id >> LSN_BITS, failed.tx_id & ((1 << LSN_BITS) - 1)
        where = f"batch {batch}, transaction {number:,}"
        does = failed.statement.does if failed.statement else "its commit"
        stays = "This transaction isn't there, those before it are"
        anew = self._server.anew.format(self._request.domain.name)
        if verdict == NO_ROW and failed.statement and failed.statement.key:
            cells = failed.cells[-len(failed.statement.key) :]
            key = ", ".join(
                f"{name} {shortened(_told(cell))}" for name, cell in zip(failed.statement.key, cells, strict=True)
            )
            return OutputError(
                f"{where}: {does}: no row has {key}, so somebody else has deleted or changed it.\n"
                f"  {stays}. Put the row back and run the same command again, or begin anew: {anew}"
            )
        return DataError(
            f"{where}: {does}: {self._server.said(self._address, failed.error)}, so somebody else has changed"
            f" something.\n  {stays}. Undo that and run the same command again, or begin anew: {anew}"
        )

    def _mapped(self, error: Any) -> SynthError:
        try:
            with self._server.refusals(self._address):
                raise error
        except SynthError as found:
            return found


def _told(cell: Any) -> str:
    """A parameter as messages show it."""
    return cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell or "")


def _check(request: ApplyRequest) -> None:
    """Look whether there are such batches, and whether their events find their rows.

    Raises:
        UsageError: there aren't, or they don't.
    """
    domain, dataset, server = request.domain, request.dataset, request.server
    if request.replica_identity not in (None, *server.identities):
        raise UsageError(
            f"{option('replica_identity', request.replica_identity)} is for PostgreSQL: what {server.title}'s log tells"
            " of rows is a setting of the server.\n  Leave it out."
        )
    check_batches(dataset, request.cadence, request.batches)
    until = request.cadence.since(dataset.as_of_second, request.batches[-1] + 1)
    domain.check_until(dataset, until)
    if request.snapshot is not None:
        moment(request.snapshot, dataset, request.cadence)
    lives = {name: life_of(entity) for name, entity in domain.entities.items()}
    if not any(lives.values()):
        raise UsageError(
            f"{domain.name} has no change data: none of its tables says how its rows live on.\n"
            f"  Load it as it is: synth load {domain.name}"
        )
    for name, table in domain.tables.items():
        if not table.key.columns and any(part.op != "insert" for part in lives[name]):
            raise UsageError(f"{table.path} has no key, so a change can't find its row.\n  Declare one.")


def _transactions(
    batch: Batch,
    statements: Mapping[str, TableStatements],
    tables: Mapping[str, Table],
    after: int,
    holds: Capabilities,
) -> Iterator[list[EventStatement]]:
    """The transactions of a batch that come after one, in order."""
    transaction: list[EventStatement] = []
    streams = [one.of(_frames(batch, tables[name], after, holds)) for name, one in statements.items()]
    for event in heapq.merge(*streams):  # by lsn, which no two share
        transaction.append(event)
        if event.is_last:
            yield transaction
            transaction = []


def _frames(batch: Batch, table: Table, after: int, holds: Capabilities) -> Iterator[pl.DataFrame]:
    for frame in batch.log(table.name):
        holds.check_cells(frame, table, AFTER)
        yield frame.filter(pl.col("tx_id") > after)
