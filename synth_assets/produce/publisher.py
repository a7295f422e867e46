"""Publish tables in several formats: databases take them in from part files, then the part files appear."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from synth_assets.errors import UsageError
from synth_assets.model.layout import is_part_name
from synth_assets.model.manifest import FolderManifest, Listed, Manifest, PartFile
from synth_assets.model.table import Table
from synth_assets.produce.manifests import Provenance, manifest_of
from synth_assets.produce.parts import Destination, Written
from synth_assets.produce.target import Target
from synth_assets.sinks import catalog, register
from synth_assets.sinks.arranged import arrange
from synth_assets.sinks.database import SpooledTable
from synth_assets.sinks.declarations import note_declaration
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.register import Registered
from synth_assets.sinks.sql import as_pattern
from synth_assets.sinks.store import Depot, Drafts
from synth_assets.spoken import option

SPOOL = "parquet"
"""The file format that databases take in."""

SPOOL_OPTIONS = FileOptions(compression="lz4")
"""How they are written."""

SPOOLED = "spool"
"""What the folder of such files is called, and their destination."""

_SPOOL_LAYOUT = "flat"  # its files' names tell groups apart, of which several may be numbered from 0


@dataclass(frozen=True)
class Stored:
    """A table as it stands in one format.

    Attributes:
        format: the format's name.
        path: the folder of part files, or the database.
        domain: the table's domain.
        entity: the table's name.
        rows: its rows.
        content_hash: of its content, the same in every format.
        bytes: size of its part files; of the whole database, for one.
        seconds: from the start of generating to the publication.
        files: a pattern of its part files' paths; the database, for one.
        kept: whether it was there already and was left as it is.
        ending: of its part files' names, e.g. ``.csv.gz``; empty for a database.
        parts: its part files, in key order; none for a database.
    """

    format: str
    path: Path
    domain: str
    entity: str
    rows: int
    content_hash: str
    bytes: int
    seconds: float
    files: Path
    kept: bool = False
    ending: str = ""
    parts: tuple[PartFile, ...] = ()


class Publisher:
    """Publishes the tables of one dataset, each format all or nothing.

    Args:
        target: what to store them as, and where.
        drafts: of the run.
        tables: names of the tables that may lie beside each other.

    Raises:
        UsageError: an unknown format or layout, or a codec that one of the file formats doesn't know.
    """

    def __init__(self, target: Target, drafts: Drafts, tables: Sequence[str] = ()) -> None:
        target.check()
        self._target = target
        self._drafts = drafts
        self._tables = tables
        self._folders: dict[tuple[str, str], Path] = {}
        self._shared: Path | None = None

    @property
    def together(self) -> bool:
        """Whether all tables are published at once, since they share a folder."""
        return self._target.lies.together

    def ask(self, tables: Iterable[str]) -> None:
        """Note which tables are asked for, before the first of them appears.

        Raises:
            OutputError: it can't be written.
        """
        asked = [self._entry(form, name) for name in tables for form in self._target.formats_of(name)]
        dataset = self._target.dataset
        note_declaration(self._drafts, self._target.root, dataset.domain, dataset.params.made_by)
        register.ask(self._drafts, asked)

    def destinations(self, table: Table, group: str = "") -> tuple[Destination, ...]:
        """Where to write part files of a table: a folder a file format, and one for databases to read.

        Args:
            table: the table.
            group: of the rows, where groups are kept apart.

        Raises:
            UsageError: names of files that would be taken for another table's.
            OutputError: a shared folder that holds another dataset, or a file that is in the way and no manifest's.
            DataError: a column that one of the formats can't hold.
        """
        target = self._target
        target.check_table(table)
        found: list[Destination] = []
        arrangement = target.arrangement(table)
        if arrangement is not None:
            arrangement.check()
        for form in () if arrangement else target.files_of(table.name):
            folder = self._folder(form, table)
            spot = target.spot(form, table.name, group)
            depot = self._depot(form, table)
            found.append(Destination(form, folder, target.options[form], spot, target.layout, depot=depot))
            self._check_first(found[-1], table)
        if self._is_spooled(table):
            folder = self._folder(SPOOLED, table)
            spot = target.spot(SPOOL, table.name, group)._replace(part=0)
            depot = self._depot(target.formats_of(table.name)[0], table)
            spooled = Destination(
                SPOOL, folder, SPOOL_OPTIONS, spot, _SPOOL_LAYOUT, SPOOLED, depot, is_needed_here=True
            )
            found.append(spooled)
        return tuple(found)

    def publish(self, ready: Sequence[tuple[Table, Written]], started: float) -> list[Stored]:
        """Let part files appear, and let databases take them in.

        Args:
            ready: tables with their part files in :meth:`destinations`; all of them, if they are :attr:`together`.
            started: when their making began, by the monotonic clock.

        Raises:
            OutputError: something can't be written; what was there before is whole.
        """
        ready = [(table, self._arranged(table, written)) for table, written in ready]
        coming = {
            self._entry(form, table.name): self._manifest(table, written, form)
            for table, written in ready
            for form in self._target.formats_of(table.name)
        }
        register.publishing(self._drafts, list(coming.items()))
        # Databases first, from the staging folder: what is published belongs to whoever comes next.
        stored = [one for table, written in ready for one in self._take_in(table, written, coming, started)]
        manifests = [
            Listed(form, coming[self._entry(form, table.name)])
            for table, _ in ready
            for form in self._target.files_of(table.name)
        ]
        if self.together and manifests:
            self._drafts.publish_shared(self._target.root, FolderManifest(tuple(manifests)))
        for one in manifests:
            location = self._target.location(one.format, one.manifest.entity)
            if not self.together:
                self._drafts.publish(location, one.manifest)
            size = sum(file.bytes for file in one.manifest.files)
            stored.append(stored_as(one.format, location, one.manifest, size, time.monotonic() - started))
        register.published(self._drafts, coming)
        return stored

    def _entry(self, form: str, table: str) -> Registered:
        dataset, location = self._target.dataset, self._target.location(form, table)
        place = location.relative_to(self._target.root).as_posix()
        return Registered(form, dataset.domain, table, dataset.name, place)

    def _arranged(self, table: Table, written: Written) -> Written:
        """With the part files of a table that is kept apart by columns, made from what was spooled."""
        how = self._target.arrangement(table)
        if how is None:
            return written
        spool = self._folder(SPOOLED, table)
        files = dict(written.files)
        for name in self._target.files_of(table.name):
            form, options, folder = catalog.load_file(name), self._target.options[name], self._folder(name, table)
            open_part = partial(form.open_part, options=options)
            spooled = [spool / file.path for file in written.files[SPOOLED]]
            files[name] = arrange(how, spooled, folder, open_part, form.ending(options))
        return Written(written.digest, files)

    def _take_in(
        self, table: Table, written: Written, manifests: Mapping[Registered, Manifest], started: float
    ) -> list[Stored]:
        name = SPOOLED if self._is_spooled(table) else SPOOL
        stored: list[Stored] = []
        for form in self._target.formats_of(table.name):
            if form in catalog.ingesting():
                folder = self._folder(name, table)
                location = self._target.location(form, table.name)
                parts = tuple(folder / file.path for file in written.files[name])
                spooled = SpooledTable(table, parts, manifests[self._entry(form, table.name)])
                catalog.load_ingesting(form).ingest(location, [spooled])
                size = stored_bytes(location)
                stored.append(stored_as(form, location, spooled.manifest, size, time.monotonic() - started))
        return stored

    def _manifest(self, table: Table, written: Written, form: str) -> Manifest:
        files = written.files[form] if form in catalog.files() else ()
        return manifest_of(table, Provenance.of(self._target.dataset), written.digest, files)

    def _is_spooled(self, table: Table) -> bool:
        """Whether databases need part files of their own, which are not published."""
        if self._target.arrangement(table):
            return True
        formats = self._target.formats_of(table.name)
        readable = SPOOL in self._target.files_of(table.name) and not self.together
        return not readable and any(form in catalog.ingesting() for form in formats)

    def _folder(self, name: str, table: Table) -> Path:
        """The staging folder of a destination; the same one for all groups."""
        if self.together and name != SPOOLED:
            # Whose folder it is takes reading its manifest, which lists a file of each group.
            if self._shared is None:
                identity = Provenance.of(self._target.dataset).identity(table.domain)
                self._shared = self._drafts.shared(self._target.root, identity)
            return self._shared
        if (name, table.name) not in self._folders:
            below = self._target.root / SPOOLED / table.path if name == SPOOLED else None
            self._folders[name, table.name] = self._drafts.folder(below or self._target.location(name, table.name))
        return self._folders[name, table.name]

    def _depot(self, form: str, table: Table) -> Depot | None:
        """Where other machines send files that lie beside the table's in a format."""
        return self._drafts.depot(self._target.root if self.together else self._target.location(form, table.name))

    def _check_first(self, destination: Destination, table: Table) -> None:
        """Look whether the first file can be called as it is going to be: how many there will be, nobody knows yet."""
        if not self.together:
            return
        path = destination.path(0).relative_to(destination.folder)
        self._drafts.check_way(self._target.root, path.as_posix())
        found = self._target.lies.parse(PurePath(path), {*self._tables, table.name})
        if found is not None and (found.table, found.group) != (table.name, destination.spot.group):
            raise UsageError(
                f"{path}, a file of {table.path}, would be read as one of {found.table}.\n"
                f"  Call the group otherwise, or choose another layout: {option('layout', 'hive')}"
            )


def stored_bytes(path: Path) -> int:
    """The size of a database's file, or of all files of a lake's folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def stored_as(form: str, path: Path, manifest: Manifest, size: int, seconds: float, *, kept: bool = False) -> Stored:
    """What a manifest tells of a table in a format."""
    names = [file.path for file in manifest.files]
    files = Path(as_pattern(path)) / _pattern(names) if names else path
    table = manifest.domain, manifest.entity
    ending = "".join(PurePath(names[0]).suffixes) if names else ""
    return Stored(
        form, path, *table, manifest.rows, manifest.content_hash, size, seconds, files, kept, ending, manifest.files
    )


def _pattern(names: Sequence[str]) -> str:
    """A pattern that some part files' paths have in common."""
    folders = "*/" * names[0].count("/")
    if all(is_part_name(name.rpartition("/")[2]) for name in names):
        return f"{folders}part-*"
    same = next((at for at, letters in enumerate(zip(*names, strict=False)) if len(set(letters)) > 1), len(names[0]))
    # Other formats may lie beside these.
    return names[0] if len(names) == 1 else f"{names[0][:same]}*{''.join(PurePath(names[0]).suffixes)}"
