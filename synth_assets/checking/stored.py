"""A stored dataset to look at: its tables, in whatever formats they lie, frame by frame and for SQL."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from synth_assets.checking.finding import Finding, undecided
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.engine.plan import plan_table
from synth_assets.engine.ranges import in_group
from synth_assets.errors import AGAIN, DataError, UsageError, first_line
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.groups import Only, group_column
from synth_assets.model.table import Table
from synth_assets.produce.copies import Copy, NotStored, Shelf
from synth_assets.produce.expected import expected_digest
from synth_assets.produce.manifests import is_of
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.sql import literal, literals, parquet_rows, pattern_of, qualified, quoted

SETTINGS = """
    SET TimeZone = 'UTC';
    SET autoinstall_known_extensions = false;
    SET autoload_known_extensions = false;
"""
_SPOOL = "parquet"
_ATTACHED = "synth_stored"
_EXAMPLES = 5


class StoredDataset:
    """The stored tables of one dataset; whatever two checks need is read once.

    A context manager: what was made for DuckDB to read is removed when it ends.

    Args:
        domain: the domain.
        shelf: where its tables lie.
        connection: a DuckDB connection that nobody else uses; views of the stored tables are made in it.
        dataset: what the tables should be; what their manifests say without.
        only: the group whose rows alone are looked at: those that say they are of it, and all that lie in its files.
    """

    def __init__(
        self,
        domain: Domain,
        shelf: Shelf,
        connection: duckdb.DuckDBPyConnection,
        dataset: Dataset | None = None,
        only: Only | None = None,
    ) -> None:
        self.domain = domain
        self.shelf = shelf
        self._connection = connection
        self.only = only
        self._dataset = dataset
        self._copies: dict[str, list[Copy]] = {}
        self._firsts: dict[str, Copy] = {}
        self._viewed: set[str] = set()
        self._expected: dict[str, TableDigest] = {}
        self._digests: dict[tuple[str, str], TableDigest | DataError] = {}
        self._spooled: dict[str, Path | DataError] = {}
        self._ends = ExitStack()
        connection.execute(SETTINGS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    def table(self, name: str) -> "StoredTable":
        """One of the tables, to check."""
        return StoredTable(self, name)

    def copies(self, name: str) -> list[Copy]:
        """The copies of a table, the one to look at first.

        Raises:
            NotStored: there is none.
            DataError: a manifest is damaged, or a database is.
        """
        if name not in self._copies:
            self._copies[name] = list(self._found(name))
        if not self._copies[name]:
            raise NotStored(self.shelf, name)
        return self._copies[name]

    def _found(self, name: str) -> Iterator[Copy]:
        """The copies of a table; of a dataset that is known, what a preset meant before is none of its own."""
        others: list[Copy] = []
        is_there = False
        for copy in self.shelf.copies(name):
            copy = copy if self.only is None else copy.of_group(self.only.name, self.domain.tables)  # noqa: PLW2901
            if self._dataset is None or is_of(copy.manifest, self._dataset):
                is_there = True
                yield copy
            else:
                others.append(copy)
        if not is_there:
            yield from others

    def first(self, name: str) -> Copy:
        """The copy of a table to look at, whatever others there are; raises as :meth:`copies`."""
        if name not in self._firsts:
            found = next(self._found(name), None)
            if found is None:
                raise NotStored(self.shelf, name)
            self._firsts[name] = found
        return self._firsts[name]

    def expected(self, name: str) -> TableDigest:
        """The digest of the definition's own values, generated again: nothing stored is believed."""
        if name not in self._expected:
            self._expected[name] = expected_digest(self.domain, self._dataset_of(name), name)
        return self._expected[name]

    def _dataset_of(self, name: str) -> Dataset:
        found = self._dataset or self.dataset_of(self.first(name))
        return found if self.only is None or found.only else found.alone(self.only)

    def dataset_of(self, copy: Copy) -> Dataset:
        """The dataset that a copy's manifest tells of, or that group of it.

        Raises:
            DataError: it tells of none.
        """
        try:
            found = self.domain.stored_dataset(copy.manifest.parameters)
            return found if self.only is None or found.only else found.alone(self.only)
        except (ValueError, UsageError) as error:
            reason = first_line(error)
            raise DataError(f"{copy.path}: no dataset has the manifest's parameters: {reason}.\n  {AGAIN}") from error

    # Frame by frame

    def digest(self, name: str, copy: Copy) -> TableDigest:
        """The digest of what is stored in a copy.

        Raises:
            DataError: it can't be read, or a key occurs twice, is missing or out of order.
        """
        at = copy.name, name
        if at not in self._digests:
            # A copy that DuckDB can't read is read once for the digest and for what DuckDB reads instead.
            if copy.name == self.first(name).name and not copy.in_duckdb:
                self._spool(name, copy)
            else:
                self._digests[at] = _Digesting(self.domain.tables[name]).over(self.frames(name, copy))
        found = self._digests[at]
        if isinstance(found, DataError):
            raise found
        return found

    def frames(self, name: str, copy: Copy) -> Iterator[pl.DataFrame]:
        """What is stored in a copy, frame by frame.

        Raises:
            DataError: it is damaged.
        """
        copy.check_size()
        column = self._told_by(name, copy)
        for frame in copy.frames(self.domain.tables[name]):
            own = None if column is None or self.only is None else in_group(self.only.name, column, frame.schema)
            yield frame if own is None else frame.filter(own)

    def _told_by(self, name: str, copy: Copy) -> str | None:
        """The column that says of which group a row is; ``None`` where all rows are looked at."""
        if self.only is None or copy.some is not None:
            return None
        return group_column(self.only, self.domain.tables, name)

    def is_digested(self, name: str) -> bool:
        """Whether the copy to look at has been read, and its keys ascend without repeats."""
        return isinstance(self._digests.get((self.first(name).name, name)), TableDigest)

    # In SQL

    def view(self, name: str) -> str:
        """A stored table as SQL calls it: its bare name.

        Raises:
            NotStored: there is none.
            DataError: it can't be read.
        """
        if name not in self._viewed:
            copy = self.first(name)
            try:
                self._make_view(name, copy)
            except duckdb.Error as error:
                reason = first_line(error)
                raise DataError(f"{copy.path} can't be read: {reason}.\n  {AGAIN}") from error
            self._viewed.add(name)
        return quoted(name)

    def without(self, others: list[str]) -> Finding | None:
        """What there is to say where other tables aren't there, or can't be read; ``None`` if they are and can."""
        missing: list[str] = []
        damaged: list[str] = []
        for name in dict.fromkeys(others):
            try:
                self.view(name)
            except NotStored:
                missing.append(name)
            except DataError:
                damaged.append(name)
        if missing:
            return undecided(f"not checked: {self.shelf.called(', '.join(missing))} is not stored.", missing)
        return undecided(f"not checked: {', '.join(damaged)} can't be read.") if damaged else None

    def cannot_be_read(self, others: list[str]) -> list[str]:
        """Which of some tables can't be read to their ends; looked up when a query over them has failed."""
        found: list[str] = []
        for name in dict.fromkeys(others):
            try:
                self.digest(name, self.first(name))
            except DataError:
                found.append(name)
        return found

    def count(self, query: str) -> int:
        """How many rows a query gives."""
        return self.row(f"SELECT count(*) FROM ({query})")[0]  # noqa: S608 - a query of ours

    def row(self, query: str) -> tuple[int, ...]:
        """The only row of a query."""
        # All rows: DuckDB refuses the next query while a result is unfinished.
        (row,) = self._connection.execute(query).fetchall()
        return row

    def none_of(self, problems: Mapping[str, str], fine: str) -> Finding:
        """Passed if none of the queries gives a row; their keys say what a row would mean."""
        found = {what: count for what, query in problems.items() if (count := self.count(query))}
        if not found:
            return Finding(passed=True, text=fine, numbers={"offending_rows": 0})
        text = "; ".join(f"{what}: {count:,} row{'s' * (count > 1)}" for what, count in found.items()) + "."
        head = self._connection.sql(f"FROM ({problems[next(iter(found))]}) LIMIT {_EXAMPLES}").to_arrow_table()
        return Finding(
            passed=False,
            text=text,
            numbers={"offending_rows": sum(found.values())},
            examples=pl.DataFrame(pl.from_arrow(head)),
        )

    def _make_view(self, name: str, copy: Copy) -> None:
        native = copy.in_duckdb
        if not native:
            source = parquet_rows([self._spool(name, copy)])
        elif copy.format.part_folder(copy.path) is not None:
            files = copy.files
            copy.format.check(copy.path, self.domain.tables[name])
            source = native.format(place=literals(map(pattern_of, files)))
        else:
            copy.format.check(copy.path, self.domain.tables[name])
            self._connection.execute(native.format(place=literal(copy.path.absolute()), name=_ATTACHED))
            source = f"{_ATTACHED}.{qualified(self.domain.name, name)}"
        column = self._told_by(name, copy) if native else None
        own = f" WHERE {quoted(column)} = {literal(self.only.name)}" if column and self.only else ""
        self._connection.execute(f"CREATE VIEW {quoted(name)} AS FROM {source}{own}")

    def _spool(self, name: str, copy: Copy) -> Path:
        """A copy of a table as Parquet, made on the way to its digest: frames pass, none is kept."""
        found = self._spooled.get(name)
        if found is None:
            found = self._spooled[name] = self._home / f"{name}.parquet"
            table, digesting = self.domain.tables[name], _Digesting(self.domain.tables[name])
            try:
                with catalog.load_file(_SPOOL).open_part(found, table, FileOptions(compression="lz4")) as writer:
                    for frame in self.frames(name, copy):
                        writer.write(frame)
                        digesting.take(frame)
                    writer.close()
            except DataError as error:
                digesting.error = found = self._spooled[name] = error
            self._digests[copy.name, name] = digesting.finish()
        if isinstance(found, DataError):
            raise found
        return found

    @cached_property
    def _home(self) -> Path:
        return Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="synth-")))


@dataclass(frozen=True)
class StoredTable:
    """A stored table among the others of its dataset: what the checks of datasets look at.

    Attributes:
        dataset: the stored dataset.
        name: the table's name.
    """

    dataset: StoredDataset
    name: str

    @property
    def description(self) -> Table:
        """What the table should be."""
        return self.dataset.domain.tables[self.name]

    @property
    def copies(self) -> list[Copy]:
        """The copies to look at, quickest first: all, or the one that was asked for.

        Raises:
            DataError: there is none, or a manifest or a database is damaged.
        """
        asked = self.dataset.shelf.asked
        found = self.dataset.copies(self.name)
        return [copy for copy in found if copy.name == asked] if asked else found

    @property
    def beside(self) -> list[Copy]:
        """The copies that are there too, of which only the manifests are looked at."""
        looked_at = self.copies
        if self.dataset.only:
            return []  # manifests tell of the rows of all groups together
        return [copy for copy in self.dataset.copies(self.name) if copy not in looked_at]

    @property
    def view(self) -> str:
        """The table as SQL calls it."""
        return self.dataset.view(self.name)

    def digest(self, copy: Copy) -> TableDigest:
        """The digest of what is stored; see :meth:`StoredDataset.digest`."""
        return self.dataset.digest(self.name, copy)

    def told_problems(self, copy: Copy) -> Iterator[str]:
        """What a copy's manifest tells of parameters and rows that doesn't go together, or with its place.

        Raises:
            DataError: it tells of no dataset.
        """
        dataset, domain, manifest = self.dataset.dataset_of(copy), self.dataset.domain, copy.manifest
        if told := self.dataset.shelf.tells_otherwise(domain.stored_dataset(manifest.parameters), domain):
            yield f"the manifest's parameters are not those of {copy.path}: {told}"
        planned = None if self.dataset.only else plan_table(domain.entity(self.name), dataset).rows
        if planned is not None and planned != manifest.rows:
            yield f"the manifest's parameters give {planned:,} rows, and it says {manifest.rows:,}"

    @property
    def expected(self) -> TableDigest:
        """The digest of what the definition gives."""
        return self.dataset.expected(self.name)


class _Digesting:
    """Hashes frames until a key is wrong; the frames may go on."""

    def __init__(self, table: Table) -> None:
        self._hasher = BlockHasher(table)
        self.error: DataError | None = None

    def take(self, frame: pl.DataFrame) -> None:
        if self.error is None:
            try:
                self._hasher.update(frame)
            except DataError as error:
                self.error = error

    def finish(self) -> TableDigest | DataError:
        return self.error or self._hasher.finish()

    def over(self, frames: Iterator[pl.DataFrame]) -> TableDigest | DataError:
        try:
            for frame in frames:
                self._hasher.update(frame)
        except DataError as error:
            return error
        return self._hasher.finish()
