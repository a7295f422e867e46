"""What a kind of database server says and is told, where a dataset is loaded and goes on living.

Which transactions there are, how they are noted, paced and gone on with, is the same everywhere and stands in
:mod:`synth_assets.usecases.apply_changes`; a server's own words stand in a package of its own, with a constant
``SERVER`` here described.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from synth_assets.errors import DataError, OutputError
from synth_assets.model.layout import MANIFEST_TABLE, TRANSACTIONS_TABLE
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.event_statements import PreparedStatement, TableStatements
from synth_assets.sinks.sql import Names

BATCH_ROWS = 50_000
"""Rows that are sent at a time if nobody says otherwise: some megabytes."""

NO_ROW, CONTRADICTION, ELSE = "no row", "contradiction", "something else"
"""What a server that refuses a statement means: it finds no such row, what lies there contradicts it, or neither."""


class ConnectionLostError(OutputError):
    """The server is gone, or the way to it: what wasn't committed isn't there, and trying again is right."""


RUN_AGAIN = "Run the same command again: what is whole stays, and it goes on from there."


def unreached(server: str, because: str) -> ConnectionLostError:
    """The error for a server to which there is no way.

    Args:
        server: what to call it in messages.
        because: why.
    """
    return ConnectionLostError(
        f"{server} can't be reached: {because}.\n"
        "  Check the address, user and password, and that the server runs; nothing was changed."
    )


def lost(about: str, server: str, because: str) -> ConnectionLostError:
    """The error for a connection that there was; ``about`` is what was under way, with a colon, or empty."""
    return ConnectionLostError(f"{about}the connection to {server} is lost: {because}.\n  {RUN_AGAIN}")


def row_refused(about: str, server: str, said: str, system: str, step: str) -> DataError:
    """The error for a row that a server refuses.

    Args:
        about: what was under way, with a colon, or empty.
        server: what to call it in messages.
        said: what it said.
        system: what it is.
        step: how to go on.
    """
    return DataError(
        f"{about}{server} refuses a row: {said}.\n"
        f"  What lies there contradicts it, or {system} can't hold it; nothing of this table was changed. {step}"
    )


class FailedStatementError(Exception):
    """A statement that the server refused; it, its transaction and all that follow aren't there.

    Args:
        error: what the driver makes of it; ``None`` where it makes nothing of a row that isn't there.
        tx_id: the transaction.
        statement: the statement; ``None`` if the commit was refused.
        cells: its parameters.
    """

    def __init__(self, error: Any, tx_id: int, statement: PreparedStatement | None, cells: Sequence[Any]) -> None:
        super().__init__(str(error))
        self.error = error
        self.tx_id = tx_id
        self.statement = statement
        self.cells = cells


class ServerAddress(Protocol):
    """An address that the driver can read."""

    @property
    def shown(self) -> str:
        """What to call it in messages."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """Passwords in it."""
        ...


class Filling(Protocol):
    """Takes rows of a table in."""

    @property
    def added(self) -> int:
        """Rows that weren't there before."""
        ...

    def write(self, frame: Any) -> None:
        """Take rows in."""
        ...


class TransactionStream(Protocol):
    """A connection on which transactions are under way, each committed by itself, in order."""

    def send(self, statement: PreparedStatement, cells: Any) -> None:
        """Send a statement of the transaction that is under way, or begins with it."""
        ...

    def commit(self, tx_id: int) -> None:
        """End the transaction, whose number is told.

        Raises:
            FailedStatementError: a statement of this or an earlier transaction was refused.
        """
        ...

    def drain(self) -> None:
        """Wait until all of it is committed; raises as :meth:`commit`."""
        ...


class AppliedTransaction(NamedTuple):
    """A transaction that was taken in.

    Attributes:
        tx_id: its number in the change log.
        batch: its batch.
    """

    tx_id: int
    batch: int


class Following(Protocol):
    """What makes a place one that others follow."""

    @property
    def publication(self) -> str:
        """The name of the publication of its tables; empty where a server has none."""
        ...

    def make(
        self, connection: Any, identity: str | None, told: Callable[[str], None], ledger: "TransactionLedger"
    ) -> None:
        """Make it where it isn't there, and the ledger of transactions with it; tell what others will miss."""
        ...


@dataclass(frozen=True)
class LoadedTable:
    """A table that lies in a place.

    Attributes:
        dataset: what people call the dataset, e.g. ``small|42``.
        manifest: of its rows.
    """

    dataset: str
    manifest: Manifest


class SchemaLedger(ABC):
    """The table of a place that says what lies there: a row a table, written in the transaction that filled it.

    Args:
        connection: to the database.
        schema: the place's name.
    """

    columns = ("entity", "dataset", "loaded_at", "manifest")
    names: Names
    place: str
    """What such a place is called: ``schema``."""

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._name = self.names.qualified(schema, MANIFEST_TABLE)

    @abstractmethod
    def columns_there(self) -> Mapping[str, str]:
        """The columns of the table of its name, if there is one."""

    @abstractmethod
    def lock(self) -> None:
        """Let nobody else load into the place until the transaction ends, or the connection."""

    @abstractmethod
    def make(self) -> None:
        """Make the place and the ledger, where they aren't there."""

    @abstractmethod
    def note(self, dataset: str, manifest: Manifest) -> None:
        """Say that a table lies here."""

    def forget(self, tables: Iterable[str]) -> None:
        """Say that tables lie here no more."""
        for one in tables:
            self._connection.execute(f"DELETE FROM {self._name} WHERE entity = %s", [one])  # noqa: S608 - our own name

    def read(self) -> dict[str, LoadedTable]:
        """Table → what lies there.

        Raises:
            OutputError: a table of the ledger's name isn't one.
            DataError: a manifest in it is damaged.
        """
        there = self.columns_there()
        if not there:
            return {}
        if tuple(there) != self.columns:
            raise OutputError(
                f"{self.place} {self._schema} has a table {MANIFEST_TABLE} of other columns, so nobody can tell what"
                f" lies there.\n  Rename it, or name another {self.place}."
            )
        rows = self._connection.execute(f"SELECT entity, dataset, manifest FROM {self._name}").fetchall()  # noqa: S608
        where = f"{self._schema}.{MANIFEST_TABLE}"
        return {name: LoadedTable(said, Manifest.from_json(text, f"{where}, {name}")) for name, said, text in rows}


class TransactionLedger(ABC):
    """The table of a place that says which transactions it has taken in: a row each, written in the transaction.

    Whoever is killed at any moment finds the truth there. A row also says when its transaction was committed, and how
    far the server's log had got, so that it can be told how late others are with it.

    Args:
        connection: to the database.
        schema: the place's name.
    """

    columns: tuple[str, ...]
    names: Names
    place: str

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection = connection
        self._schema = schema
        self._name = self.names.qualified(schema, TRANSACTIONS_TABLE)

    @abstractmethod
    def columns_there(self) -> Mapping[str, str]:
        """The columns of the table of its name, if there is one."""

    @abstractmethod
    def lock(self) -> None:
        """Let nobody else apply or load anything there as long as the connection lasts.

        Raises:
            OutputError: somebody does, and doesn't end.
        """

    @abstractmethod
    def make(self) -> None:
        """Make it."""

    @abstractmethod
    def note(self, tx_id: int, batch: int, second: int, before: int | None) -> tuple[PreparedStatement, Any]:
        """The statement that notes a transaction, and its cells.

        Args:
            tx_id: its number.
            batch: its batch.
            second: its time, since 1970.
            before: the number of the transaction before it; ``None`` where somebody has looked.
        """

    def closing(self, last: int) -> list[tuple[PreparedStatement, Any]]:
        """Statements of one more transaction, after which all are kept for good; ``last`` is the last one's number."""
        del last
        return []

    def is_there(self) -> bool:
        """Whether there is one.

        Raises:
            OutputError: a table of its name is something else.
        """
        there = self.columns_there()
        if there and tuple(there) != self.columns:
            raise OutputError(
                f"{self.place} {self._schema} has a table {TRANSACTIONS_TABLE} of other columns, so nobody can tell"
                f" which transactions it has.\n  Rename it, or name another {self.place}."
            )
        return bool(there)

    def last(self) -> AppliedTransaction | None:
        """The last transaction that was taken in; ``None`` before the first."""
        query = f"SELECT tx_id, batch FROM {self._name} ORDER BY tx_id DESC LIMIT 1"  # noqa: S608 - our own name
        row = self._connection.execute(query).fetchone()
        return AppliedTransaction(*row) if row else None

    def drop(self) -> None:
        """Take it away."""
        self._connection.execute(f"DROP TABLE {self._name}")

    def _in_use(self) -> OutputError:
        return OutputError(
            f"somebody else applies or loads something in {self.place} {self._schema}.\n"
            f"  Wait until they are done, stop them, or name another {self.place}; nothing was changed."
        )


@dataclass(frozen=True)
class Server:
    """A kind of server.

    Attributes:
        title: what people call it.
        dialect: of SQL, as :func:`~synth_assets.descriptions.kinds.ddl.definitions` has it.
        place: what holds tables there: ``schema`` or ``database``.
        another: how to name another one: ``another --schema``.
        anew: how to begin anew, the domain's name for ``{}``.
        capabilities: what it can hold.
        most_columns: of a table.
        longest_name: how long a name may be.
        width: how long a name is, and ``in_`` what.
        in_: bytes, or characters.
        address: takes an address apart.
        default_place: where tables lie if nobody says: address, and the domain's name.
        connected: a connection in autocommit for an address and a name that the server's administrators see; its
            ``execute`` gives a cursor, its ``transaction`` a context.
        refusals: turns what the driver raises into errors of ours, for an address and what it is about.
        said: the server's first line about an error, without secrets.
        verdict: what an error means: :data:`NO_ROW`, :data:`CONTRADICTION` or :data:`ELSE`.
        check_place: whether a place can be called so.
        columns_of: column → type of a table that is there, by connection, place and name.
        wanted_types: column → type as ``columns_of`` would have it, by connection and table.
        takes: whether a column of a type takes all cells of another one.
        schema_ledger: of a connection and a place.
        transaction_ledger: likewise.
        statements: of a place and a table: its events as statements.
        following: of a place and the names of its tables.
        pipeline: of a connection, and whether nothing is waited for.
        copying: fills an empty table: connection, its name, itself, rows that are sent at a time, whether it is new.
        merging: fills one that has rows, which are known by their key; ``None`` where that isn't done.
        makes_first: whether making a table ends a transaction: all are made before any is filled.
        identities: what somebody may choose that its log tells of rows as they were.
    """

    title: str
    dialect: str
    place: str
    another: str
    anew: str
    capabilities: Capabilities
    most_columns: int
    longest_name: int
    width: Callable[[str], int]
    in_: str
    address: Callable[[str], Any]
    default_place: Callable[[Any, str], str]
    connected: Callable[[Any, str], AbstractContextManager[Any]]
    refusals: Callable[..., AbstractContextManager[None]]
    said: Callable[[Any, Any], str]
    verdict: Callable[[Any], str]
    check_place: Callable[[str], None]
    columns_of: Callable[[Any, str, str], dict[str, str]]
    wanted_types: Callable[[Any, Table], dict[str, str]]
    takes: Callable[[str, str], bool]
    schema_ledger: Callable[[Any, str], SchemaLedger]
    transaction_ledger: Callable[[Any, str], TransactionLedger]
    statements: Callable[[str, Table], TableStatements]
    following: Callable[[str, Sequence[str]], Following]
    pipeline: Callable[[Any, bool], TransactionStream]
    copying: Callable[..., AbstractContextManager[Filling]]
    merging: Callable[..., AbstractContextManager[Filling]] | None
    makes_first: bool = False
    identities: tuple[str, ...] = ("full", "default")


def wait_for_server(server: Server, address: ServerAddress, name: str, patience: float) -> None:
    """Wait until a server that was lost is there again.

    Args:
        server: its kind.
        address: of the database.
        name: what the server's administrators see.
        patience: seconds in which it may come back.

    Raises:
        ConnectionLostError: it isn't in time.
    """
    until, pause = time.monotonic() + patience, 0.25
    while True:
        try:
            with server.connected(address, name):
                return
        except ConnectionLostError:
            if time.monotonic() + pause > until:
                raise
        time.sleep(pause)
        pause = min(2 * pause, 5.0)
