"""Load a dataset into a database server: whole or not at all, table by table, as often as one likes."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from synth_assets.descriptions.described import Described
from synth_assets.descriptions.kinds.ddl import definitions
from synth_assets.engine.plan import TablePlan, plan_table
from synth_assets.errors import OutputError
from synth_assets.model.change_log import Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.layout import MANIFEST_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.produce.line import order_of, produce
from synth_assets.produce.manifests import is_of, manifest_of
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.definition import Definition, together
from synth_assets.sinks.server import (
    ConnectionLostError,
    Filling,
    LoadedTable,
    SchemaLedger,
    wait_for_server,
)
from synth_assets.usecases.generate import Progress
from synth_assets.usecases.load_columns import check_columns, check_there
from synth_assets.usecases.load_request import Loaded, LoadRequest

_NAME = "synth load"

_TRIES = 5
"""Times that one table is tried."""


def load(
    request: LoadRequest,
    progress: Callable[[Progress], None] | None = None,
    told: Callable[[str], None] = lambda _text: None,
) -> list[Loaded]:
    """Load tables, each in a transaction of its own; those that refer to each other, or replace others, in one.

    Args:
        request: what and where to.
        progress: told how far each table is.
        told: told what happens on the way: that the connection was lost, and is tried again.

    Returns:
        what lies there, in the order of the request.

    Raises:
        MissingExtraError: psycopg isn't installed.
        UsageError: a table can't be there, or something else of the request is wrong; nothing was changed.
        OutputError: another dataset lies there, the server can't be reached, or refuses something. Tables that were
            whole before are whole.
        DataError: a cell or a row that the server refuses.
    """
    loading = _checked(request, progress or (lambda _: None))
    address = loading.address
    found: list[Loaded] = []
    waiting = loading.steps()
    while waiting:
        try:
            with loading.server.connected(address, _NAME) as connection:
                loading.prepare(connection)
                while waiting:
                    found += loading.step(connection, waiting[0])
                    waiting.pop(0)
        except ConnectionLostError as error:
            if not loading.may_try_again(waiting[0]):
                raise
            told(f"{error.args[0].splitlines()[0]} Trying again for {request.patience:.0f} s.")
            wait_for_server(loading.server, address, _NAME, request.patience)
    order = list(request.tables)
    return sorted(found, key=lambda one: order.index(one.entity))


def loaded_snapshot(ledger: SchemaLedger, dataset: Dataset, cadence: Cadence) -> int:
    """The batch at whose end a schema's tables were loaded, to live on from there; 0 where they don't say.

    Args:
        ledger: of the schema.
        dataset: what has to lie there; whether it does is for :func:`check_load` to find out.
        cadence: how long its batches are.
    """
    for there in ledger.read().values():
        with suppress(KeyError, TypeError, ValueError):
            second = int(datetime.fromisoformat(there.manifest.parameters["at"]).timestamp())
            return (second - dataset.as_of_second) // cadence.seconds
    return 0


def check_load(request: LoadRequest) -> None:
    """Look whether :func:`load` can do what is asked for; nothing is changed.

    Raises:
        SynthError: as :func:`load`.
    """
    _checked(request, lambda _: None)


def _checked(request: LoadRequest, progress: Callable[[Progress], None]) -> "_Loading":
    loading = _Loading(request, progress)
    with loading.server.connected(loading.address, _NAME) as connection, loading.server.refusals(loading.address):
        loading.check(connection)
    return loading


class _Loading:
    """A load under way."""

    def __init__(self, request: LoadRequest, progress: Callable[[Progress], None]) -> None:
        self._request = request
        self.server = request.server
        self.address = self.server.address(request.address)
        self._progress = progress
        of = Described(request.domain, request.dataset, "", request.domain.tables, {}, PurePosixPath())
        self._all = definitions(of, request.place, self.server.dialect)
        self._chosen = {name: self._all[name] for name in request.tables}
        self._tried: dict[tuple[str, ...], int] = {}

    def steps(self) -> list[tuple[str, ...]]:
        """Tables that are filled in one transaction, in the order in which that can be."""
        groups = together(self._chosen)
        return [tuple(name for group in groups for name in group)] if self._request.overwrite else groups

    def may_try_again(self, group: tuple[str, ...]) -> bool:
        """Whether a group that failed is tried again."""
        self._tried[group] = self._tried.get(group, 0) + 1
        return self._tried[group] < _TRIES

    def check(self, connection: Any) -> None:
        """Look whether all of it can be, before anything is changed.

        Raises:
            SynthError: it can't.
        """
        for definition in self._chosen.values():
            check_columns(self.server, definition.table)
        place = self._request.place
        self.server.check_place(place)
        known = self._known(connection)
        for name, definition in self._chosen.items():
            self._check_there(connection, definition, known)
            for parent in definition.parents - set(self._chosen):
                if not self.server.columns_of(connection, place, parent):
                    raise OutputError(
                        f"{place}.{name} refers to {parent}, which isn't in {self.address.shown}.\n"
                        f"  Load {parent} first, or all tables: synth load {self._request.domain.name}"
                    )

    def prepare(self, connection: Any) -> None:
        """Make all tables before any is filled, where making one would end the transaction that fills it.

        Raises:
            SynthError: one can't be made; those before it are empty, and made use of the next time.
        """
        if not self.server.makes_first:
            return
        with self.server.refusals(self.address, self._request.domain.name):
            ledger = self.server.schema_ledger(connection, self._request.place)
            ledger.lock()
            ledger.make()
            for group in together(self._chosen):
                for name in group:
                    if not self._columns_of(connection, name):
                        connection.execute(self._chosen[name].create)

    def _columns_of(self, connection: Any, name: str) -> dict[str, str]:
        return self.server.columns_of(connection, self._request.place, name)

    def step(self, connection: Any, group: tuple[str, ...]) -> list[Loaded]:
        """Fill tables in one transaction.

        Raises:
            SynthError: they are what they were.
        """
        where = f"{self._request.domain.name}/{group[0]}" if len(group) == 1 else ""
        with self.server.refusals(self.address, where):
            with connection.transaction():
                ledger = self.server.schema_ledger(connection, self._request.place)
                if not self.server.makes_first:
                    ledger.lock()
                    ledger.make()
                known = self._known(connection)
                if self._request.overwrite:
                    self._drop(connection, ledger, list(known))
                    known = {}
                found = [self._fill(connection, self._chosen[name], known) for name in group]
                for sort in ("keys", "indexes", "references", "comments"):
                    for definition in (one.definition for one in found if one.is_new):
                        _run(connection, definition, sort)
                for one in found:
                    ledger.note(self._request.dataset.partition, one.manifest)
            for one in found:
                one.finish(self._progress)
            return [one.loaded() for one in found]

    def _known(self, connection: Any) -> Mapping[str, LoadedTable]:
        """What lies there of this dataset, or is going to be replaced.

        Raises:
            OutputError: another dataset does.
        """
        known = self.server.schema_ledger(connection, self._request.place).read()
        instead = "begin anew" if self.server.makes_first else "replace it, in one transaction"
        for name, there in known.items():
            if self._request.overwrite or self._is_ours(there.manifest):
                continue
            raise OutputError(
                f"{self.server.place} {self._request.place} of {self.address.shown} holds another dataset:"
                f" {there.manifest.domain} {there.dataset}{self._difference(there)} ({name} and"
                f" {len(known) - 1} more), not {self._request.domain.name} {self._request.dataset.partition}.\n"
                f"  Name {self.server.another}, or {instead}: {self.server.anew.format(self._request.domain.name)}"
            )
        return known

    def _is_ours(self, manifest: Manifest) -> bool:
        one, origin = self._request, self._request.origin
        if manifest.domain != one.domain.name:
            return False
        is_base = one.snapshot == 0 and is_of(manifest, one.dataset)
        return is_base or (manifest.parameters == origin.parameters and manifest.contract == origin.contract)

    def _difference(self, there: LoadedTable) -> str:
        """What tells two datasets of one name apart."""
        if there.dataset != self._request.dataset.partition or there.manifest.domain != self._request.domain.name:
            return ""
        if there.manifest.contract != self._request.dataset.contract:
            return f" by contract {there.manifest.contract}"
        if "cadence" in there.manifest.parameters and self._request.cadence is None:
            return " that lives: synth changes apply goes on with it"
        return " with other parameters"

    def _check_there(self, connection: Any, definition: Definition, known: Mapping[str, LoadedTable]) -> None:
        """Look whether a table that is there can take the rows.

        Raises:
            OutputError: it is somebody else's, and can't.
        """
        name, place = definition.table.name, self._request.place
        there = self._columns_of(connection, name)
        if not there or (name in known and self._request.overwrite):
            return
        if self._request.cadence and name not in known and _has_rows(connection, definition):
            raise OutputError(
                f"{place}.{name} in {self.address.shown} has rows that synth didn't load, and that no batch knows.\n"
                f"  Empty the table, or name {self.server.another}; nothing was changed."
            )
        where = f"{place}.{name} in {self.address.shown}"
        if self._request.overwrite:
            raise OutputError(
                f"{where} is not in {place}.{MANIFEST_TABLE}, so it is not ours to replace.\n"
                "  Rename it, drop it yourself, or name another --schema."
            )
        check_there(self.server, connection, definition.table, there, where)

    def _drop(self, connection: Any, ledger: SchemaLedger, tables: list[str]) -> None:
        """Drop what was loaded before, as the ledger says."""
        there = [name for name in tables if self._columns_of(connection, name)]
        if there:
            names = ", ".join(ledger.names.qualified(self._request.place, name) for name in there)
            connection.execute(f"DROP TABLE {names}")
        transactions = self.server.transaction_ledger(connection, self._request.place)
        if tables and transactions.is_there():
            transactions.drop()
        ledger.forget(tables)

    def _fill(self, connection: Any, definition: Definition, known: Mapping[str, LoadedTable]) -> "_Filled":
        table, plan = definition.table, self._plan(definition.table.name)
        started, is_new = time.monotonic(), not self._columns_of(connection, table.name)
        known_by_key = table.key.columns and self.server.merging is not None
        if is_new:
            connection.execute(definition.create)
        elif not known_by_key and (done := self._has_all(connection, definition, known)):
            return _Filled(definition, done, 0, plan, started, self._request.place)
        watcher = _Into(table, self.server.capabilities)
        # Where no key tells rows apart, the table is empty.
        fill = partial(self.server.copying, new=is_new) if is_new or not known_by_key else self.server.merging
        assert fill is not None  # noqa: S101 - as known_by_key says
        with fill(connection, definition.name, table, self._request.batch_rows) as watcher.filling:
            counted = 0

            def done_(_order: object, positions: int) -> None:
                nonlocal counted
                counted += positions
                if counted < plan.positions:  # it is done when it is committed
                    self._progress(Progress(table.name, counted, plan.positions, watcher.rows))

            order = order_of(
                self._request.domain, self._request.dataset, plan, at=self._request.at, watch=lambda _: watcher
            )
            ((_, result),) = produce([order], done=done_)
        manifest = manifest_of(table, self._request.origin, result.written.digest)
        added = watcher.filling.added
        return _Filled(definition, manifest, added, plan, started, self._request.place, is_new=is_new)

    def _plan(self, name: str) -> TablePlan:
        return plan_table(self._request.domain.entity(name), self._request.dataset, at=self._request.at)

    def _has_all(self, connection: Any, definition: Definition, known: Mapping[str, LoadedTable]) -> Manifest | None:
        """What lies in a table without a key, whose rows nobody can tell apart; ``None`` if it is empty.

        Raises:
            OutputError: it has other rows than the ledger says.
        """
        name = definition.table.name
        ((rows,),) = connection.execute(f"SELECT count(*) FROM {definition.name}").fetchall()  # noqa: S608
        if rows and (name not in known or known[name].manifest.rows != rows):
            raise OutputError(
                f"{self._request.place}.{name} in {self.address.shown} has {rows:,} rows, and what was loaded there"
                f" are others, so nobody can tell which are missing.\n  Empty it, or begin anew:"
                f" {self.server.anew.format(self._request.domain.name)}"
            )
        return known[name].manifest if rows else None


class _Into:
    """Hands rows on as they are made."""

    filling: Filling

    def __init__(self, table: Table, holds: Capabilities) -> None:
        self._table = table
        self._holds = holds
        self.rows = 0

    def see(self, frame: pl.DataFrame) -> None:
        self._holds.check_cells(frame, self._table)
        self.filling.write(frame)
        self.rows += frame.height

    def joined(self, later: "_Into") -> "_Into":
        """All parts of a table are seen by one."""
        return later


@dataclass(frozen=True)
class _Filled:
    """A table that is filled, and may not be committed yet."""

    definition: Definition
    manifest: Manifest
    added: int
    plan: TablePlan
    started: float
    schema: str
    is_new: bool = False

    def finish(self, progress: Callable[[Progress], None]) -> None:
        progress(
            Progress(
                self.definition.table.name, self.plan.positions, self.plan.positions, self.manifest.rows, finished=True
            )
        )

    def loaded(self) -> Loaded:
        name, manifest = self.definition.table.name, self.manifest
        seconds = time.monotonic() - self.started
        return Loaded(name, f"{self.schema}.{name}", manifest.rows, self.added, manifest.content_hash, seconds)


def _has_rows(connection: Any, definition: Definition) -> bool:
    query = f"SELECT 1 FROM {definition.name} LIMIT 1"  # noqa: S608 - names of a declaration
    return bool(connection.execute(query).fetchall())


def _run(connection: Any, definition: Definition, sort: str) -> None:
    statements: Sequence[str] = (
        [statement for _, statement in definition.references] if sort == "references" else getattr(definition, sort)
    )
    for statement in statements:
        connection.execute(statement)
