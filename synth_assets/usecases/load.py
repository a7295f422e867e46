"""Load a dataset into PostgreSQL: whole or not at all, table by table, as often as one likes."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from synth_assets.descriptions.described import Described
from synth_assets.descriptions.kinds.ddl import definitions
from synth_assets.engine.plan import TablePlan, plan_table
from synth_assets.errors import OutputError
from synth_assets.model.change_log import Cadence, utc
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import MANIFEST_TABLE, TRANSACTIONS_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.produce.line import order_of, produce
from synth_assets.produce.manifests import Provenance, is_of, manifest_of
from synth_assets.sinks import catalog
from synth_assets.sinks.postgres.address import DatabaseAddress, database_address
from synth_assets.sinks.postgres.connection import ConnectionLostError, refusals, wait_for_server, writing_to
from synth_assets.sinks.postgres.definition import Definition, together
from synth_assets.sinks.postgres.filling import BATCH_ROWS, Filling, copying, merging
from synth_assets.sinks.postgres.ledger import LoadedTable, SchemaLedger, catalog_columns
from synth_assets.sinks.postgres.transactions import TransactionLedger
from synth_assets.sinks.sql import qualified, quoted
from synth_assets.usecases.generate import Progress
from synth_assets.usecases.load_columns import check_columns, check_schema, check_there

_NAME = "synth load"

_PATIENCE = 60.0
"""Seconds in which a server that was lost may come back: it takes a few to start again after a crash."""

_TRIES = 5
"""Times that one table is tried."""


@dataclass(frozen=True)
class LoadRequest:
    """What to load, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        address: of the database; it may hold a password.
        schema: where the tables shall lie; the domain's name without.
        entities: names of the tables; all without.
        overwrite: replace whatever was loaded there before, in one transaction.
        batch_rows: rows that are sent at a time.
        patience: seconds in which a lost server may come back.
        cadence: for a database that goes on living: how long the batches are that it will take in; what was loaded is
            then a snapshot, and nobody else's rows may be in its tables.
        snapshot: the batch at whose end that snapshot is; 0 is the dataset itself.
    """

    domain: Domain
    dataset: Dataset
    address: str = field(repr=False)
    schema: str = ""
    entities: tuple[str, ...] = ()
    overwrite: bool = False
    batch_rows: int = BATCH_ROWS
    patience: float = _PATIENCE
    cadence: Cadence | None = None
    snapshot: int = 0

    @property
    def at(self) -> int | None:
        """The second since 1970 at which the tables are loaded as they are; ``None`` for the dataset itself."""
        return self.cadence.since(self.dataset.as_of_second, self.snapshot + 1) if self.cadence else None

    @property
    def origin(self) -> Provenance:
        """What the rows depend on."""
        if self.cadence is None:
            return Provenance.of(self.dataset)
        return Provenance.of(self.dataset, cadence=self.cadence.name, at=f"{utc(self.at or 0):%Y-%m-%dT%H:%M:%SZ}")

    @property
    def place(self) -> str:
        """The schema's name."""
        return self.schema or self.domain.name

    @property
    def tables(self) -> dict[str, Table]:
        """What is loaded, parents first."""
        return {name: self.domain.tables[name] for name in self.domain.entities if name in (self.entities or [name])}


@dataclass(frozen=True)
class Loaded:
    """A table that lies in the database now.

    Attributes:
        entity: its name.
        place: where it lies: ``schema.table``.
        rows: of the dataset.
        added: those among them that weren't there before.
        content_hash: of the rows that were sent.
        seconds: it took; those of the transaction that was committed.
    """

    entity: str
    place: str
    rows: int
    added: int
    content_hash: str
    seconds: float


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
            with writing_to(address, _NAME) as connection:
                while waiting:
                    found += loading.step(connection, waiting[0])
                    waiting.pop(0)
        except ConnectionLostError as error:
            if not loading.may_try_again(waiting[0]):
                raise
            told(f"{error.args[0].splitlines()[0]} Trying again for {request.patience:.0f} s.")
            wait_for_server(address, _NAME, request.patience)
    order = list(request.tables)
    return sorted(found, key=lambda one: order.index(one.entity))


def loaded_snapshot(connection: Any, schema: str, dataset: Dataset, cadence: Cadence) -> int:
    """The batch at whose end a schema's tables were loaded, to live on from there; 0 where they don't say.

    Args:
        connection: to the database.
        schema: the schema's name.
        dataset: what has to lie there; whether it does is for :func:`check_load` to find out.
        cadence: how long its batches are.
    """
    for there in SchemaLedger(connection, schema).read().values():
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
    loading = _Loading(request, database_address(request.address), progress)
    with writing_to(loading.address, _NAME) as connection, refusals(loading.address):
        loading.check(connection)
    return loading


class _Loading:
    """A load under way."""

    def __init__(self, request: LoadRequest, address: DatabaseAddress, progress: Callable[[Progress], None]) -> None:
        self._request = request
        self.address = address
        self._progress = progress
        of = Described(request.domain, request.dataset, "", request.domain.tables, {}, PurePosixPath())
        self._all = definitions(of, request.place)
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
            check_columns(definition.table)
        place = self._request.place
        check_schema(place)
        known = self._known(connection)
        for name, definition in self._chosen.items():
            self._check_there(connection, definition, known)
            for parent in definition.parents - set(self._chosen):
                if not catalog_columns(connection, place, parent):
                    raise OutputError(
                        f"{place}.{name} refers to {parent}, which isn't in {self.address.shown}.\n"
                        f"  Load {parent} first, or all tables: synth load {self._request.domain.name}"
                    )

    def step(self, connection: Any, group: tuple[str, ...]) -> list[Loaded]:
        """Fill tables in one transaction.

        Raises:
            SynthError: they are what they were.
        """
        with refusals(self.address, f"{self._request.domain.name}/{group[0]}" if len(group) == 1 else ""):
            with connection.transaction():
                ledger = SchemaLedger(connection, self._request.place)
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
        known = SchemaLedger(connection, self._request.place).read()
        for name, there in known.items():
            if self._request.overwrite or self._is_ours(there.manifest):
                continue
            raise OutputError(
                f"schema {self._request.place} of {self.address.shown} holds another dataset:"
                f" {there.manifest.domain} {there.dataset}{self._difference(there)} ({name} and"
                f" {len(known) - 1} more), not {self._request.domain.name} {self._request.dataset.partition}.\n"
                "  Name another --schema, or replace it, in one transaction:"
                f" synth load {self._request.domain.name} --overwrite"
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
        there = catalog_columns(connection, place, name)
        if not there or (name in known and self._request.overwrite):
            return
        if self._request.cadence and name not in known and _has_rows(connection, definition):
            raise OutputError(
                f"{place}.{name} in {self.address.shown} has rows that synth didn't load, and that no batch knows.\n"
                "  Empty the table, or name another --schema; nothing was changed."
            )
        where = f"{place}.{name} in {self.address.shown}"
        if self._request.overwrite:
            raise OutputError(
                f"{where} is not in {place}.{MANIFEST_TABLE}, so it is not ours to replace.\n"
                "  Rename it, drop it yourself, or name another --schema."
            )
        check_there(connection, definition.table, there, where)

    def _drop(self, connection: Any, ledger: SchemaLedger, tables: list[str]) -> None:
        """Drop what was loaded before, as the ledger says."""
        there = [name for name in tables if catalog_columns(connection, self._request.place, name)]
        if there:
            names = ", ".join(f"{quoted(self._request.place)}.{quoted(name)}" for name in there)
            connection.execute(f"DROP TABLE {names}")
        if tables and TransactionLedger(connection, self._request.place).is_there():
            connection.execute(f"DROP TABLE {qualified(self._request.place, TRANSACTIONS_TABLE)}")
        ledger.forget(tables)

    def _fill(self, connection: Any, definition: Definition, known: Mapping[str, LoadedTable]) -> "_Filled":
        table, plan = definition.table, self._plan(definition.table.name)
        started, is_new = time.monotonic(), not catalog_columns(connection, self._request.place, table.name)
        if is_new:
            connection.execute(definition.create)
        elif not table.key.columns and (done := self._has_all(connection, definition, known)):
            return _Filled(definition, done, 0, plan, started, self._request.place)
        watcher = _Into(table)
        with _filling(connection, definition, self._request.batch_rows, new=is_new) as watcher.filling:
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
                f"{self._request.place}.{name} in {self.address.shown} has {rows:,} rows and no key, so nobody can"
                " tell which are missing.\n  Empty it, or replace all that was loaded: --overwrite"
            )
        return known[name].manifest if rows else None


class _Into:
    """Hands rows on as they are made."""

    filling: Filling

    def __init__(self, table: Table) -> None:
        self._table = table
        self.rows = 0

    def see(self, frame: pl.DataFrame) -> None:
        catalog.load_target("postgresql").capabilities.check_cells(frame, self._table)
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


@contextmanager
def _filling(connection: Any, definition: Definition, batch_rows: int, *, new: bool) -> Iterator[Filling]:
    table = definition.table
    # Where no key tells rows apart, the table is empty.
    if new or not table.key.columns:
        with copying(connection, definition.name, table, batch_rows, new=new) as filling:
            yield filling
    else:
        with merging(connection, definition.name, table, batch_rows) as filling:
            yield filling


def _has_rows(connection: Any, definition: Definition) -> bool:
    return bool(connection.execute(f"SELECT FROM {definition.name} LIMIT 1").fetchall())


def _run(connection: Any, definition: Definition, sort: str) -> None:
    statements: Sequence[str] = (
        [statement for _, statement in definition.references] if sort == "references" else getattr(definition, sort)
    )
    for statement in statements:
        connection.execute(statement)
