"""What is told of a dataset: its tables, its parameters, and the copies that are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Reference, Table


@dataclass(frozen=True)
class StoredCopy:
    """A table as it is stored in one format.

    Attributes:
        format: the format's name.
        place: the folder of part files, or the database, seen from where the description lies.
        pattern: of the part files' paths, likewise; the database, for one.
        manifest: what is stored.
        kept_apart: columns that are in the path only.
        is_database: whether all tables are in one file.
        in_duckdb: how DuckDB reads part files of the format; see :class:`~synth_assets.sinks.interface.Format`.
    """

    format: str
    place: PurePosixPath
    pattern: PurePosixPath
    manifest: Manifest
    kept_apart: tuple[str, ...] = ()
    is_database: bool = False
    in_duckdb: str = ""

    @property
    def files(self) -> list[PurePosixPath]:
        """The part files, seen from where the description lies; none in a database."""
        return [self.place / file.path for file in self.manifest.files]

    def held(self, table: Table) -> Table:
        """A table as its files hold it: without the columns that are in the path."""
        if not self.kept_apart:
            return table
        return replace(table, columns=tuple(one for one in table.columns if one.name not in self.kept_apart))


@dataclass(frozen=True)
class Described:
    """A dataset, or some of its tables, as it is told to others.

    Attributes:
        domain: whose it is.
        dataset: which one.
        called: what commands call the domain: its name, or its file.
        tables: what is told of, parents first.
        copies: table → its copies; of a table that isn't stored, none.
        root: the data root, seen from where the description lies.
    """

    domain: Domain
    dataset: Dataset
    called: str
    tables: Mapping[str, Table]
    copies: Mapping[str, tuple[StoredCopy, ...]]
    root: PurePosixPath

    @property
    def doc(self) -> str:
        """What it is, in a paragraph."""
        return self.domain.doc.strip()

    @cached_property
    def formats(self) -> list[str]:
        """The formats that something is stored in, in the order of the tables' copies."""
        return list(dict.fromkeys(copy.format for copies in self.copies.values() for copy in copies))

    def of_format(self, form: str) -> dict[str, StoredCopy]:
        """Table → its copy in a format, of those that have one."""
        return {name: copy for name, copies in self.copies.items() for copy in copies if copy.format == form}

    def foreign_keys(self, table: Table) -> list[Reference]:
        """The references that hold in every row, to tables that are told of too."""
        return [one for one in table.references if one.when is None and one.table in self.tables]

    def target_of(self, reference: Reference) -> tuple[str, ...]:
        """The columns that a reference leads to."""
        return reference.target(self.domain.tables[reference.table])

    def unique_groups(self, table: Table) -> list[tuple[str, ...]]:
        """The groups of columns that no two rows share, besides the key."""
        return [group for group in table.unique if group != table.key.columns]

    @property
    def arguments(self) -> list[str]:
        """The options of commands that say which dataset it is."""
        return self.domain.arguments(self.dataset)
