"""The copies of a stored table: one in each format it is stored in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath

import polars as pl

from synth_assets.engine.stored import file_problems, oversized
from synth_assets.errors import AGAIN, DataError, SynthError, UnjudgedError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.key import Key
from synth_assets.model.manifest import Manifest, PartFile
from synth_assets.model.table import Table
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import FileFormat, Format
from synth_assets.sinks.layouts import flat
from synth_assets.sinks.objects.copies import bring, check_brought
from synth_assets.sinks.part_reader import check_regular
from synth_assets.sinks.register import Registered, digest_of

_SMALL = 5_000_000
"""Bytes of a part file that hold no more than a machine takes, whatever they are."""

_SLACK = 65_536
"""Bytes by which a damaged file may be larger than it was."""

_QUICKEST_FIRST = ("parquet", "duckdb")


@dataclass(frozen=True)
class Copy:
    """A table as it is stored in one format.

    Attributes:
        format: the format.
        path: the folder, or the database.
        manifest: its manifest.
        some: of the part files those that are looked at; all without.
    """

    format: Format
    path: Path
    manifest: Manifest
    some: tuple[PartFile, ...] | None = None

    def of_group(self, name: str, tables: Collection[str]) -> "Copy":
        """Only the files of a group, where its rows have files of their own; else the same.

        Args:
            name: the group's.
            tables: names of the tables that may lie in the same folder.
        """
        of = self.groups(tables)
        if not any(of.values()):
            return self
        return replace(self, some=tuple(file for file, group in of.items() if group == name))

    def groups(self, tables: Collection[str]) -> dict[PartFile, str]:
        """The part files that are looked at, and the group that each is called after; empty for none.

        Args:
            tables: names of the tables that may lie in the same folder.
        """
        spots = {file: flat.LAYOUT.parse(PurePath(file.path), tables) for file in self.parts}
        return {file: spot.group if spot else "" for file, spot in spots.items()}

    @property
    def parts(self) -> tuple[PartFile, ...]:
        """The part files that are looked at, as the manifest tells of them; none in a database."""
        return self.manifest.files if self.some is None else self.some

    @property
    def name(self) -> str:
        """The format's."""
        return self.format.name

    @property
    def files(self) -> list[Path]:
        """Where these are; of an object store, they are brought there first.

        Raises:
            UnjudgedError: they can't be.
        """
        bring(self.path, self.parts)
        return [self.path / file.path for file in self.parts]

    @cached_property
    def file_problems(self) -> list[str]:
        """Which part files aren't those that were written, byte for byte.

        Raises:
            UnjudgedError: the system doesn't let one be read.
        """
        bring(self.path, self.parts)
        folder = self.format.part_folder(self.path)
        return [] if folder is None else file_problems(folder, self.manifest, self.some)

    @property
    def is_small(self) -> bool:
        """Whether its files can't hold much, whoever wrote them."""
        form = self.format
        return not isinstance(form, FileFormat) or all(
            path.is_file() and path.stat().st_size <= _SMALL and not form.grows(path, file.rows, file.bytes)
            for path, file in zip(self.files, self.parts, strict=True)
        )

    def check_size(self, more: int = 0) -> None:
        """Look whether reading takes no more than reading what was written would: damage may have any size.

        Args:
            more: rows that a file may have beyond those that were written.

        Raises:
            DataError: a part file isn't what was written, and is larger, or may become so.
        """
        for path, file in zip(self.files, self.parts, strict=True):
            if problem := oversized(path, file):
                raise DataError(f"{problem}.\n  {AGAIN}")
            if not self.file_problems:
                continue
            form = self.format
            assert isinstance(form, FileFormat)  # noqa: S101 - as it has files
            if check_regular(path) > file.bytes + _SLACK or form.grows(path, file.rows + more, file.bytes):
                raise DataError(f"{path} isn't read: it isn't what was written, and may be of any size.\n  {AGAIN}")

    def frames(self, table: Table) -> Iterator[pl.DataFrame]:
        """What is stored, frame by frame; of files, no more than a row beyond those that the manifest tells of.

        Raises:
            DataError: it is missing or damaged.
        """
        bring(self.path, self.parts)
        if isinstance(self.format, FileFormat) and self.some is not None:
            return self.format.read_files(self.files, table, sum(file.rows for file in self.some))
        if isinstance(self.format, FileFormat):
            return self.format.read(self.path, table, most=self.manifest.rows)
        return self.format.read(self.path, table)

    @property
    def is_kept_apart(self) -> bool:
        """Whether its files lie in folders that are called after cells, which the files don't hold."""
        return any("/" in file.path for file in self.manifest.files)

    @property
    def in_duckdb(self) -> str:
        """How DuckDB reads it as it is; empty if it can't. See :class:`~synth_assets.sinks.interface.Format`."""
        # To DuckDB a backslash stands between folders, and nothing quotes it.
        is_plain = "\\" not in str(self.path.absolute())
        return self.format.in_duckdb if is_plain and not self.is_kept_apart else ""

    def check(self, table: Table) -> None:
        """Look whether what is there can be what was written; cells aren't read.

        Raises:
            DataError: a part file is missing, or has another size than the manifest says; or other columns or types.
        """
        for path, file in zip(self.files, self.parts, strict=True):
            size = check_regular(path)
            if size != file.bytes:
                raise DataError(f"{path} has {size:,} bytes, not {file.bytes:,}.\n  {AGAIN}")
        check_brought(self.path, self.parts)
        self.format.check(self.path, table)


SeenCopies = dict[tuple[str, Path, str], Copy | SynthError | None]
"""What was found of a table in a format at a place: a copy, why it can't be looked at, or nothing."""


@dataclass(frozen=True)
class Shelf:
    """Where the tables of one dataset lie.

    Attributes:
        domain: the domain's name.
        partition: what stands for the dataset in messages, e.g. ``small|42``; empty where the place doesn't say.
        where: the data root, or the place itself, for messages.
        place: where a table would lie in a format, both by name; ``None`` where nobody can tell.
        asked: the format that is looked at, if it is one of several: it comes first, and what is damaged in others
            is as good as not there.
        label: what the place says stands for the parameters; empty where it says nothing.
        seed: what the place says is the seed; ``None`` where it says nothing.
        seen: what was found before, for those who look at all formats, each time from another's side; ``None`` if it is
            looked for each time.
    """

    domain: str
    partition: str
    where: Path
    place: Callable[[str, str], Path | None]
    asked: str = ""
    label: str = ""
    seed: int | None = None
    seen: SeenCopies | None = None

    @classmethod
    def under(cls, root: Path, dataset: Dataset) -> "Shelf":
        """Where a data root has them."""
        label, seed = dataset.label, dataset.seed
        return cls(
            dataset.domain,
            f"{label}|{seed}",
            root,
            lambda form, table: catalog.load(form).place(root, f"{dataset.domain}/{table}", label, seed),
            label=label,
            seed=seed,
        )

    def called(self, tables: str) -> str:
        """What messages call some of the tables."""
        return f"{tables} {self.partition}" if self.partition else tables

    def tells_otherwise(self, dataset: Dataset, domain: Domain) -> str:
        """What the place says that isn't so of a dataset; empty if all is so, or it says nothing.

        Args:
            dataset: as the manifests have it.
            domain: its domain.
        """
        if self.seed is not None and self.seed != dataset.seed:
            return f"its seed is {self.seed}, not {dataset.seed}"
        # A project's own presets may have changed since.
        lasting = domain.source.load().presets
        if self.label in lasting and domain.dataset(self.label, dataset.seed).parameters != dataset.parameters:
            return f"they are not those of {self.label}"
        is_told = self.label.startswith("custom-") or (self.label and dataset.only)
        if is_told and self.label != dataset.label:
            return f"it is {self.label}, and they are {dataset.label}"
        return ""

    def copies(self, table: str) -> Iterator[Copy]:
        """The copies of a table, those that are read quickest first.

        Raises:
            DataError: a manifest is damaged, or a database is.
        """
        for name, found in self._each(table, [self.asked] if self.asked else []):
            if isinstance(found, Copy):
                yield found
            elif self.asked in {"", name}:
                raise found

    def readable(self, table: str) -> tuple[list[Copy], list[SynthError]]:
        """The copies of a table that can be read, those first that are read quickest; and what ails the others."""
        found = [one for _, one in self._each(table)]
        return [one for one in found if isinstance(one, Copy)], [one for one in found if isinstance(one, SynthError)]

    def _each(self, table: str, first: Iterable[str] = ()) -> Iterator[tuple[str, Copy | SynthError]]:
        """What there is of a table, format by format: a copy, or why it can't be looked at."""
        described = Table(self.domain, table, "", "", Key.of(""), ())
        for name in dict.fromkeys([*first, *_names()]):
            path = self.place(name, table)
            found = None if path is None else self._looked(name, path, described)
            if found is not None:
                yield name, found

    def _looked(self, name: str, path: Path, table: Table) -> Copy | SynthError | None:
        key = name, path, table.path
        if self.seen is not None and key in self.seen:
            return self.seen[key]
        found: Copy | SynthError | None
        try:
            found = _copy(name, path, table)
        except (DataError, UnjudgedError) as error:
            # Where it was raised, all that was read of a damaged manifest is held: it isn't to be kept with the error.
            error.__cause__ = error.__context__ = None
            found = error.with_traceback(None)
        if self.seen is not None:
            self.seen[key] = found
        return found


def last_made(copies: Sequence[Copy], asked: Iterable[Registered]) -> Copy | None:
    """The copy of a table that was made last, or says the same; ``None`` if nobody can tell.

    Args:
        copies: of one table, at least one; of several that say the same, the first is taken.
        asked: what was noted of it, in each format.
    """
    entries = {one.format: one for one in asked}
    content = next((one.content for one in entries.values() if one.content), "")
    agree = len({copy.manifest.content_hash for copy in copies}) == 1
    if not content:
        return copies[0] if agree else None
    last = [copy for copy in copies if copy.manifest.content_hash == content]
    # A run was killed, or is not that far: what it was going to replace is the last that was whole.
    replaced = [copy for copy in copies if copy.name in entries and _is_replaced(copy, entries[copy.name])]
    return last[0] if last else copies[0] if agree and replaced else None


def _is_replaced(copy: Copy, entry: Registered) -> bool:
    return digest_of(copy.manifest) in entry.manifests[:-1]


def quickest_first(copies: Iterable[Copy]) -> list[Copy]:
    """Copies of a table, those that are read quickest first."""
    order = _names()
    return sorted(copies, key=lambda copy: order.index(copy.name))


def _names() -> list[str]:
    return list(dict.fromkeys([*_QUICKEST_FIRST, *catalog.names()]))


class NotStored(DataError):  # noqa: N818 - the message says what to do
    """A table isn't there, in no format.

    Attributes:
        path: ``domain/table``.
    """

    def __init__(self, shelf: Shelf, table: str) -> None:
        self.path = f"{shelf.domain}/{table}"
        super().__init__(f"{shelf.called(self.path)} is not stored in {shelf.where}.")


def _copy(name: str, path: Path, table: Table) -> Copy | None:
    form = catalog.load(name)
    if not path.exists():
        return None
    with form.kept_open(path):
        return Copy(form, path, form.read_manifest(path, table)) if form.holds(path, table) else None
