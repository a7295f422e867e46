"""Tables that are kept up to date in a DuckDB database, with a ledger of the batches they have taken in.

::

    bronze.raw_orders           the table after its last batch
    bronze_history.raw_orders   its versions, if its rows change: valid_from, valid_to, is_current
    bronze._synth_applied       the ledger: a row a table and batch, written in the batch's own transaction

So a batch is in a table exactly if the ledger says so, whenever the process that applied it ended.
"""
# ruff: noqa: S608 - names of a domain's own tables and columns, quoted; every value is a parameter

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import duckdb
import polars as pl

from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import AFTER, BEFORE, VALIDITY, history_table
from synth_assets.model.table import Table
from synth_assets.sinks.database import made_beside
from synth_assets.sinks.databases.duckdb import columns_of, definitions, open_for_writing, output_error, reading, remove
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder
from synth_assets.sinks.sql import listed, qualified, quoted

LEDGER = "_synth_applied"

_TYPES = {str: "VARCHAR", int: "BIGINT", bool: "BOOLEAN"}
_ANEW = "Move it away; the tables are made again from the base."


@dataclass(frozen=True)
class Entry:
    """A row of the ledger.

    Attributes:
        entity: the table.
        batch: its number; that of the snapshot which the table began with.
        is_base: whether it is that snapshot.
        content_hash: of the log, or of the snapshot.
        inserts: events that brought a row, or rows of the snapshot.
        updates: events that changed one.
        deletes: events that took one away.
        rows: of the table, from then on.
        contract: version of the domain's values.
        dataset: whose table it is: all parameters, as JSON.
    """

    entity: str
    batch: int
    is_base: bool
    content_hash: str
    inserts: int
    updates: int
    deletes: int
    rows: int
    contract: int
    dataset: str


_LEDGER_COLUMNS = {field.name: _TYPES[field.type] for field in fields(Entry)}  # type: ignore[index] - they are types


def check_keyed(tables: Iterable[Table]) -> None:
    """Look whether tables can be kept up to date.

    Raises:
        UsageError: one has no key.
    """
    found = list(tables)
    without = [table for table in found if not table.key]
    if not without:
        return
    others = ", ".join(table.name for table in found if table.key)
    raise UsageError(
        f"{without[0].path} has no key, so nobody can tell which of its rows a change is about: it can't be kept up to"
        f" date.\n  {f'Name those that have one: {others}' if others else 'Give it a key, or read its snapshots'}."
    )


def versions_table(table: Table) -> Table:
    """Where the versions of a table's rows are."""
    return replace(history_table(table), domain=f"{table.domain}_history")


def read_ledger(path: Path, domain: str) -> list[Entry]:
    """The ledger, by table and batch; empty where there is no database yet.

    Raises:
        DataError: it can't be read, or there is a database without one.
    """
    if not path.exists():
        return []
    names = [field.name for field in fields(Entry)]
    try:
        with reading(path) as connection:
            found = columns_of(connection, domain, LEDGER)
            columns = {**found, **_LEDGER_COLUMNS}  # all of one or the other
            wrong = {name: found.get(name) for name in columns if found.get(name) != _LEDGER_COLUMNS.get(name)}
            query = f"SELECT {listed(names)} FROM {qualified(domain, LEDGER)} ORDER BY entity, batch"
            rows = [] if wrong else connection.execute(query).fetchall()
    except DataError as error:
        if "Corrupt" in str(error):
            raise DataError(
                f"{str(error).splitlines()[0]}\n"
                f"  Move it and {path.name}.wal, if there is one, away; the tables are made again from the base."
            ) from error
        raise
    if not found:
        raise DataError(
            f"{path} has no ledger {domain}.{LEDGER}, so nobody knows which batches its tables hold.\n  {_ANEW}"
        )
    if wrong:
        raise DataError(f"{path}: {domain}.{LEDGER} is no ledger: {', '.join(wrong)} is another column.\n  {_ANEW}")
    return _entries(path, domain, [Entry(*row) for row in rows])


def tables_of(path: Path, domain: str) -> list[str]:
    """The names of the tables and views in a database, the ledger and its kind left out.

    Raises:
        DataError: it can't be read.
    """
    query = (
        "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database()"
        " AND table_schema = ? AND NOT starts_with(table_name, '_') ORDER BY ALL"
    )
    with reading(path) as connection:
        return [name for (name,) in connection.execute(query, [domain]).fetchall()]


def _entries(path: Path, domain: str, entries: list[Entry]) -> list[Entry]:
    """The entries, if a ledger can have them: a base of each table, then batches that aren't before it."""
    known: dict[str, Entry] = {}
    for one in entries:
        said = [one.batch, one.inserts, one.updates, one.deletes, one.rows, one.contract]
        if None in astuple(one) or min(said) < 0 or one.is_base == (one.entity in known):
            problem = f"{one.entity}, batch {one.batch}, is no entry that a table has taken in"
            raise DataError(f"{path}: {domain}.{LEDGER} is damaged: {problem}.\n  {_ANEW}")
        if one.entity in known and one.batch == known[one.entity].batch:
            problem = f"{one.entity} has batch {one.batch} twice"
            raise DataError(f"{path}: {domain}.{LEDGER} is damaged: {problem}.\n  {_ANEW}")
        known[one.entity] = one
    return entries


class CurrentTables:
    """The tables of a database that is open for writing.

    Args:
        path: the database's, for messages.
        connection: to it; nobody else uses it.
        domain: the schema of the tables.
    """

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, domain: str) -> None:
        self._path = path
        self._connection = connection
        self._ledger = qualified(domain, LEDGER)
        self._schemas = (domain, f"{domain}_history")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done inside is there afterwards, or, if that fails or the process ends, nothing of it."""
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            with suppress(duckdb.Error):  # a failed statement may have ended it already
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def prepare(self) -> None:
        """Make the schemas and the ledger."""
        for schema in self._schemas:
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)}")
        columns = ", ".join(f"{quoted(f.name)} {_TYPES[f.type]} NOT NULL" for f in fields(Entry))  # type: ignore[index]
        # The key is a second guard: a batch that is there can't come in again.
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS {self._ledger} ({columns}, PRIMARY KEY (entity, batch))")

    def begin(self, table: Table, snapshot: Iterable[pl.DataFrame], since: int, *, versions: bool) -> int:
        """Make a table from a snapshot; the ledger's entry is the caller's to add.

        Args:
            table: the table.
            snapshot: its rows.
            since: the snapshot's moment, in seconds since 1970, from which its rows are valid.
            versions: whether to keep the versions of its rows.

        Returns:
            how many rows it has.

        Raises:
            UsageError: it has no key.
        """
        check_keyed([table])
        self._create(table)
        rows = 0
        for frame in snapshot:
            rows += frame.height
            self._insert(table, frame)
        if versions:
            history = versions_table(table)
            self._create(history)
            self._connection.execute(
                f"INSERT INTO {_name(history)} SELECT *, to_timestamp(?), NULL, true FROM {_name(table)}", [since]
            )
        return rows

    def apply(self, table: Table, log: pl.DataFrame, *, versions: bool) -> None:
        """Bring a table from the state before a batch to the one after it; its ledger's entry is the caller's to add.

        Args:
            table: the table.
            log: its events of the batch.
            versions: whether the versions of its rows are kept.

        Raises:
            DataError: rows aren't as the batch expects to find them. What was done in this transaction is to be undone.
        """
        self._connection.register("log", log.to_arrow())
        try:
            self._check_before(table)
            self._move(table)
            if versions:
                self._extend(table)
        finally:
            self._connection.unregister("log")

    def record(self, entry: Entry) -> None:
        """Add an entry to the ledger."""
        places = ", ".join("?" * len(fields(Entry)))
        self._connection.execute(f"INSERT INTO {self._ledger} VALUES ({places})", list(astuple(entry)))

    def _create(self, table: Table) -> None:
        self._connection.execute(f"CREATE TABLE {_name(table)} ({definitions(table)})")

    def _insert(self, table: Table, frame: pl.DataFrame) -> None:
        self._connection.register("frame", frame.to_arrow())
        names = listed(table.column_names)
        self._connection.execute(f"INSERT INTO {_name(table)} ({names}) SELECT {names} FROM frame")
        self._connection.unregister("frame")

    def _check_before(self, table: Table) -> None:
        """Look whether each row is what its first event of the batch expects."""
        keys = table.key.columns
        one, shown = f"t.{quoted(keys[0])}", ", ".join(f"f.{quoted(name)}" for name in keys)
        differs = " OR ".join(f"t.{quoted(n)} IS DISTINCT FROM f.{quoted(BEFORE + n)}" for n in table.column_names)
        wrong = self._connection.execute(
            f"""
            SELECT f.op, {one} IS NOT NULL, {shown}
            FROM (FROM log QUALIFY row_number() OVER (PARTITION BY {listed(keys)} ORDER BY lsn) = 1) f
            LEFT JOIN {_name(table)} t ON {_same_key(table, "t", "f")}
            WHERE CASE WHEN f.op = 'insert' THEN {one} IS NOT NULL ELSE {one} IS NULL OR {differs} END
            ORDER BY f.lsn
            """
        ).fetchall()
        if wrong:
            op, there, *values = wrong[0]
            row = ", ".join(f"{name} {value}" for name, value in zip(keys, values, strict=True))
            what = "is there already" if op == "insert" else "is not as expected" if there else "isn't there"
            raise DataError(
                f"{self._path}, {table.domain}.{table.name}: {len(wrong):,} row{'s' * (len(wrong) > 1)} can't take in"
                f" what comes next, for example the {op} of {row}, which {what}.\n"
                "  Somebody has changed the table. Move the database away; it is made again from the base."
            )

    def _move(self, table: Table) -> None:
        """Take away the rows that have events, and put in what the last event of each has left."""
        key = listed(table.key.columns)
        self._connection.execute(
            f"DELETE FROM {_name(table)} t USING log f WHERE {_same_key(table, 't', 'f')} AND f.op <> 'insert'"
        )
        self._connection.execute(
            f"""
            INSERT INTO {_name(table)} ({listed(table.column_names)})
            SELECT {listed([AFTER + name for name in table.column_names])}
            FROM (FROM log QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY lsn DESC) = 1)
            WHERE op <> 'delete' ORDER BY {key}
            """
        )

    def _extend(self, table: Table) -> None:
        """End the version that each row had before its first event, and add those that its events begin."""
        key, name = listed(table.key.columns), _name(versions_table(table))
        self._connection.execute(
            f"""
            UPDATE {name} AS h SET valid_to = f.commit_ts, is_current = false
            FROM (SELECT {key}, min(commit_ts) AS commit_ts FROM log GROUP BY ALL) f
            WHERE {_same_key(table, "h", "f")} AND h.is_current
            """
        )
        columns = listed([*table.column_names, *(column.name for column in VALIDITY)])
        self._connection.execute(
            f"""
            INSERT INTO {name} ({columns})
            SELECT {listed([AFTER + name for name in table.column_names])}, commit_ts, until, until IS NULL
            FROM (SELECT *, lead(commit_ts) OVER (PARTITION BY {key} ORDER BY lsn) AS until FROM log)
            WHERE op <> 'delete' ORDER BY {key}, lsn
            """
        )


@contextmanager
def open_tables(path: Path, domain: str) -> Iterator[CurrentTables]:
    """Open a database to write to its tables. The caller holds its lock.

    Raises:
        OutputError: it can't be written, or another process has it open. It is what it was after the last commit.
    """
    try:
        connection = open_for_writing(path)
        try:
            yield CurrentTables(path, connection, domain)
        finally:
            connection.close()
    except (duckdb.Error, OSError) as error:
        raise output_error(path, error) from error


@contextmanager
def new_tables(path: Path, domain: str) -> Iterator[CurrentTables]:
    """Make a database beside its place, which appears there when all that is done inside is done.

    The caller holds its lock.

    Raises:
        OutputError: it can't be written; there is none then.
    """
    with writing(path):
        make_folder(path.parent)
    with made_beside(path, remove) as fresh, open_tables(fresh, domain) as tables, tables.transaction():
        tables.prepare()
        yield tables


def has_log(path: Path) -> bool:
    """Whether a process that died left commits beside a database; who opens it for writing folds them in."""
    return path.with_name(f"{path.name}.wal").exists()


def counts_of(log: pl.DataFrame, ops: Sequence[str]) -> list[int]:
    """How many events of each kind a log has."""
    return [int((log["op"] == op).sum()) for op in ops]


def _same_key(table: Table, one: str, other: str) -> str:
    return " AND ".join(f"{one}.{quoted(name)} = {other}.{quoted(name)}" for name in table.key.columns)


def _name(table: Table) -> str:
    return qualified(table.domain, table.name)
