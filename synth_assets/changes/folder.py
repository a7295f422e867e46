"""A folder of change data: one dataset at one cadence, its logs, snapshots and histories.

::

    DIR/_dataset.json                                              what is in here
    DIR/changes/bronze/raw_orders/batch=00001/part-00000.parquet
    DIR/snapshots/bronze/raw_orders/at=00030/part-00000.parquet
    DIR/history/bronze/raw_orders/at=00030/part-00000.parquet

Each of the lower folders has a ``_manifest.json`` and appears whole or not at all.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from synth_assets.changes.identity import Identity
from synth_assets.changes.span import moment, most_batches
from synth_assets.engine.chunks import Chunk
from synth_assets.engine.plan import plan_table
from synth_assets.engine.stored import measured, oversized, surplus_files
from synth_assets.engine.timeline import Timeline
from synth_assets.errors import (
    AGAIN,
    DataError,
    SynthError,
    UnjudgedError,
    UsageError,
    first_line,
    forbidden,
    shortened,
)
from synth_assets.model.change_log import Cadence, change_table, history_table, utc
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import (
    HISTORIES,
    IDENTITY_FILE,
    LOGS,
    MANIFEST_FILE,
    SNAPSHOTS,
    STAGING,
    ChangePlace,
    change_folder,
    former_change_folder,
    place_of,
)
from synth_assets.model.manifest import Manifest, read_manifest
from synth_assets.model.shapes import PART_ROWS
from synth_assets.model.table import Table
from synth_assets.object_paths import object_place
from synth_assets.produce.job import Job
from synth_assets.produce.line import Order, order_of, produce
from synth_assets.produce.manifests import Provenance, publish_files
from synth_assets.produce.parts import Destination
from synth_assets.produce.sources import Frames
from synth_assets.project.project import WHERE_DOMAINS_ARE, Project
from synth_assets.sinks import catalog as formats
from synth_assets.sinks.declarations import note_declaration, noted_declarations
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force
from synth_assets.sinks.interface import FileFormat, FileOptions
from synth_assets.sinks.locks import exclusive
from synth_assets.sinks.objects.copies import bring, put_first, refresh
from synth_assets.sinks.store import Drafts, drafts_below
from synth_assets.spoken import option

ORIGIN_FILE = "_injected.json"
"""In the folder of a broken log: which clean one it was made from."""

_BATCH = re.compile(r"(?:batch|at)=(\d{5,12})", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ", re.ASCII)
_LOCK_SECONDS = 60.0


def folder_of(root: Path, dataset: Dataset, cadence: Cadence) -> Path:
    """Where the batches of a dataset at a cadence are stored, unless somebody says otherwise.

    Args:
        root: the data root.
        dataset: the dataset.
        cadence: how long its batches are.

    Raises:
        UsageError: there is one where they were stored before each domain had a folder of its own.
    """
    folder = change_folder(root, dataset.domain, dataset.name, cadence.name)
    former = former_change_folder(root, dataset.name, cadence.name)
    if (former / IDENTITY_FILE).exists() and not folder.exists():
        above, old, new = (shlex.quote(str(path)) for path in (folder.parent, former, folder))
        raise UsageError(
            f"{former} is where an earlier version stored changes; now each domain has a folder of its own.\n"
            f"  Move it: mkdir -p {above} && mv {old} {new}"
        )
    return folder


@dataclass(frozen=True)
class ChangeFolder:
    """A folder of change data.

    Attributes:
        root: where it is, absolute.
        domain: the domain.
        dataset: whose changes it holds.
        cadence: how long a batch is.
    """

    root: Path
    domain: Domain
    dataset: Dataset
    cadence: Cadence

    @classmethod
    def open(cls, root: Path, project: Project | None = None) -> "ChangeFolder":
        """The folder as it is.

        Args:
            root: where it is.
            project: whose domains and presets are known; the current folder's without.

        Raises:
            DataError: it is no folder of change data, its identity is damaged or of another contract, or a table has
                other columns by now.
            UnjudgedError: nobody here knows its domain, or the file that declares it can't be read.
        """
        path = root.absolute() / IDENTITY_FILE
        try:
            identity = Identity.read(path)
            known = (project or Project.here()).beside(root)
            _check_known(root, identity, known)
            folder = cls(root.absolute(), *identity.dataset(known))
        except OSError as error:
            if above := next((one for one in root.absolute().parents if (one / IDENTITY_FILE).is_file()), None):
                raise DataError(
                    f"{root} is part of the folder of change data {above}, and not the whole of it.\n  Name {above}."
                ) from error
            raise DataError(
                f"{root} is no folder of change data: it has no {IDENTITY_FILE} that can be read.\n"
                "  Name one that `synth changes generate … --output-dir` made."
            ) from error
        except UnjudgedError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, SynthError) as error:
            raise _damaged_identity(path, error) from error
        if change := identity.change(folder.identity):
            raise DataError(
                f"{root} holds changes of tables as they were: {change}.\n"
                "  Generate the changes again, into another folder."
            )
        return folder

    @classmethod
    def claim(cls, root: Path, domain: Domain, dataset: Dataset, cadence: Cadence) -> "ChangeFolder":
        """The folder for a dataset at a cadence; it is made if it isn't there.

        Raises:
            UsageError: it holds another dataset, cadence or contract version, or tables of other columns.
            OutputError: it can't be written.
        """
        folder = cls(root.absolute(), domain, dataset, cadence)
        path = folder.root / IDENTITY_FILE
        refresh(folder.root)
        if object_place(folder.root):
            if not path.exists():
                folder._check_empty()
                put_first(path, folder.identity.to_json())
                refresh(folder.root)
        else:
            folder._identify(path)
        folder._check_identity(path)
        if domain.called != domain.name or domain.name in noted_declarations(folder.root):
            with drafts_below(folder.root) as notes:
                note_declaration(notes, folder.root, domain.name, dataset.params.made_by)
        return folder

    @property
    def is_broken(self) -> bool:
        """Whether its log was broken on purpose, by injecting faults."""
        return (self.root / ORIGIN_FILE).exists()

    @cached_property
    def timeline(self) -> Timeline:
        """The generator of what should be in here."""
        return Timeline(self.domain, self.dataset, self.cadence)

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The domain's tables by name, parents first."""
        return self.domain.tables

    def command(self, batches: str, entities: Iterable[str] = ()) -> str:
        """The command that generates batches into this folder, as a person can type it."""
        domain, params = self.domain, self.dataset.params
        preset = next((name for name, known in domain.presets.items() if known == params), None)
        volumes = params.as_json().items()
        size = f"--preset {preset}" if preset else " ".join(f"--{n.replace('_', '-')} {v}" for n, v in volumes)
        which = " ".join(["synth changes generate", shlex.quote(domain.called), *entities])
        when = "" if self.dataset.as_of == DEFAULT_AS_OF else f" --as-of {self.dataset.as_of}"
        return (
            f"{which} {size} --seed {self.dataset.seed}{when} --cadence {self.cadence.name} --batches {batches}"
            f" --output-dir {self.root}"
        )

    # Where things are

    def log_path(self, entity: str, batch: int) -> Path:
        """The folder of a table's changes in a batch."""
        return self._place(LOGS, entity, f"{batch:05d}")

    def snapshot_path(self, entity: str, at: str) -> Path:
        """The folder of a table's snapshot; ``at`` as in :meth:`label`."""
        return self._place(SNAPSHOTS, entity, at)

    def history_path(self, entity: str, at: str) -> Path:
        """The folder of a table's history; ``at`` as in :meth:`label`."""
        return self._place(HISTORIES, entity, at)

    def _place(self, what: str, entity: str, label: str) -> Path:
        return ChangePlace(self.root, what, self.domain.name, self.tables[entity].name, label).path

    def label(self, second: int) -> str:
        """What stands for a moment in paths: ``00030`` for the end of batch 30, ``2026-01-31T12-30-00Z`` else."""
        batch, rest = divmod(second - self.dataset.as_of_second, self.cadence.seconds)
        return f"{batch:05d}" if rest == 0 else utc(second).strftime("%Y-%m-%dT%H-%M-%SZ")

    def batches(self, entity: str) -> list[int]:
        """The stored batches of a table, ascending."""
        folder = self.log_path(entity, 0).parent
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return sorted(number for name in names if (number := self._number(name)))

    def snapshots(self, entity: str) -> list[int]:
        """The batches at whose ends there are snapshots of a table, ascending; 0 is the base."""
        folder = self.snapshot_path(entity, "").parent
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return sorted(number for name in names if (number := self._number(name)) is not None)

    def _number(self, name: str) -> int | None:
        """The batch that a folder is called after; ``None`` if there is no such batch."""
        found = _BATCH.fullmatch(name)
        # One name a batch: another way to write its number would be another folder of it.
        is_ours = found and f"{int(found[1]):05d}" == found[1] and int(found[1]) <= most_batches(self.cadence)
        return int(found[1]) if found and is_ours else None

    def second_of(self, label: str) -> int | None:
        """Read :meth:`label` backwards; ``None`` if no batch and no moment of this dataset is called so."""
        if (number := self._number(f"at={label}")) is not None:
            return self.timeline.second(number)
        try:
            if _MOMENT.fullmatch(label):
                return moment(datetime.strptime(f"{label}+0000", "%Y-%m-%dT%H-%M-%SZ%z"), self.dataset, self.cadence)
        except (ValueError, UsageError):
            pass
        return None

    def stored_at(self, place: ChangePlace) -> tuple[Table, dict[str, Any]]:
        """The description of what is stored somewhere, and what its manifest says besides the dataset's parameters.

        Raises:
            UsageError: no such table.
            DataError: no such batch, or moment.
        """
        self.domain.entity(place.entity)
        table = self.tables[place.entity]
        number = self._number(place.path.name)
        if not number if place.what == LOGS else self.second_of(place.label) is None:
            raise DataError(
                f"{place.path} is called after no batch and no moment that there is:"
                f" a {self.cadence.name}'s batches are 1 to {most_batches(self.cadence):,}.\n  Take it away."
            )
        if place.what == LOGS:
            return change_table(table), {"batch": number}
        return (table if place.what == SNAPSHOTS else history_table(table)), self._at(place.label)

    def _at(self, label: str) -> dict[str, Any]:
        """What the manifest of a snapshot or a history says of its moment."""
        second = self.second_of(label)
        return {"at": None if second is None else _iso(second)}

    # Writing

    def write_log(
        self, drafts: Drafts, entity: str, batch: int, chunks: Iterable[Chunk] | Iterable[pl.DataFrame], form: str
    ) -> Manifest:
        """Store a table's changes in a batch, whole, in place of what is there."""
        table = change_table(self.tables[entity])
        return self._write(drafts, self.log_path(entity, batch), form, _streamed(table, chunks), batch=batch)

    def write_snapshot(self, drafts: Drafts, entity: str, second: int, form: str) -> Manifest:
        """Store a table as it is at a moment."""
        plan = plan_table(self.domain.entity(entity), self.dataset, at=second)

        def order(destinations: tuple[Destination, ...]) -> Order:
            return order_of(self.domain, self.dataset, plan, lambda _group: destinations, at=second)

        path = self.snapshot_path(entity, self.label(second))
        return self._write(drafts, path, form, order, at=_iso(second))

    def write_history(self, drafts: Drafts, entity: str, second: int, form: str) -> Manifest:
        """Store all versions of a table's rows up to a moment."""
        versions = _streamed(history_table(self.tables[entity]), self.timeline.versions(entity, second))
        return self._write(drafts, self.history_path(entity, self.label(second)), form, versions, at=_iso(second))

    def _write(
        self,
        drafts: Drafts,
        target: Path,
        form: str,
        ordered: Callable[[tuple[Destination, ...]], Order],
        **more: Any,
    ) -> Manifest:
        order = ordered((Destination(form, drafts.folder(target), FileOptions()),))
        ((_, done),) = produce([order])
        origin = Provenance.of(self.dataset, cadence=self.cadence.name, **more)
        return publish_files(drafts, target, order.table, origin, done.written, form)

    # Reading

    def read_log(self, entity: str, batch: int) -> pl.DataFrame:
        """A table's stored changes in a batch, in order of lsn.

        Raises:
            DataError: they are missing, damaged, or another dataset's.
        """
        return self._read(self.log_path(entity, batch), change_table(self.tables[entity]))

    def log_frames(self, entity: str, batch: int) -> Iterator[pl.DataFrame]:
        """The same, frame by frame.

        Raises:
            DataError: they are missing, damaged, or another dataset's.
        """
        yield from self.frames(self.log_path(entity, batch), change_table(self.tables[entity]))

    def read_snapshot(self, entity: str, at: str) -> pl.DataFrame:
        """A table's stored snapshot, in key order; ``at`` as in :meth:`label`.

        Raises:
            DataError: it is missing, damaged, or another dataset's.
        """
        return self._read(self.snapshot_path(entity, at), self.tables[entity])

    def read_history(self, entity: str, at: str) -> pl.DataFrame:
        """A table's stored history; ``at`` as in :meth:`label`.

        Raises:
            DataError: it is missing, damaged, or another dataset's.
        """
        return self._read(self.history_path(entity, at), history_table(self.tables[entity]))

    def told(self, path: Path) -> Manifest:
        """A stored folder's manifest, which is of this dataset; no other file is looked at.

        Args:
            path: a batch's, snapshot's or history's folder.

        Raises:
            DataError: it is missing or damaged, or another dataset's, batch's or moment's.
        """
        manifest = read_manifest(path)
        place = place_of(path)
        if place is None:
            raise DataError(f"{path} is no folder of a batch, a snapshot or a history.")
        _, more = self.stored_at(place)
        if (manifest.domain, manifest.entity) != (place.domain, place.entity):
            raise DataError(
                f"{path} holds {manifest.domain}/{manifest.entity}, not {place.domain}/{place.entity}.\n  {AGAIN}"
            )
        expected, found = {**self.identity.parameters, **more}, manifest.parameters
        other = [name for name in {**expected, **found} if name not in found or found[name] != expected.get(name)]
        if manifest.contract != self.dataset.contract:
            other.append("contract")
        if other:
            raise DataError(
                f"{path} is of another dataset than {self.root / IDENTITY_FILE}: {', '.join(other)} differ"
                f"{'s' if len(other) == 1 else ''}.\n  {AGAIN}"
            )
        if manifest.told != manifest.digest:
            raise DataError(f"{path / MANIFEST_FILE} isn't the one that was written.\n  {AGAIN}")
        return manifest

    def check(self, path: Path) -> tuple[Manifest, FileFormat]:
        """A stored folder's manifest and format, after looking at every byte.

        Args:
            path: a batch's, snapshot's or history's folder.

        Raises:
            DataError: something is missing or damaged, or is another dataset's, batch's or moment's.
            UnjudgedError: the system doesn't let a file be read.
        """
        manifest = self.told(path)
        bring(path, manifest.files)
        for file in manifest.files:
            _check_file(path / file.path, file.bytes, file.sha256)
            if problem := oversized(path / file.path, file):
                raise DataError(f"{problem}.\n  {AGAIN}")
        if surplus := surplus_files(path, manifest):
            raise DataError(f"{path / surplus[0]} is not in the manifest beside it.\n  Take it away.")
        return manifest, _format_of(path, manifest)

    def frames(self, path: Path, table: Table) -> Iterator[pl.DataFrame]:
        """What is stored in a folder, frame by frame, after looking at every byte.

        Args:
            path: a batch's, snapshot's or history's folder.
            table: what it holds.

        Raises:
            DataError: it is missing, damaged, or another dataset's.
        """
        manifest, form = self.check(path)
        yield from form.read(path, table, most=manifest.rows)

    def _read(self, path: Path, table: Table) -> pl.DataFrame:
        return pl.concat([table.schema.to_frame(), *self.frames(path, table)])

    # What it is

    @cached_property
    def identity(self) -> Identity:
        """What its identity file says."""
        return Identity.of(self.domain, self.dataset, self.cadence)

    def _check_empty(self) -> None:
        """Whose changes are there without an identity? Nobody knows, so ours don't come beside them."""
        for name in (LOGS, SNAPSHOTS, HISTORIES):
            if (self.root / name).exists():
                raise UsageError(
                    f"{self.root} holds {name}, but no {IDENTITY_FILE} that tells whose.\n"
                    "  Choose another --output-dir, or put the file back."
                )

    def _identify(self, path: Path) -> None:
        staging = self.root / STAGING
        with writing(staging):
            staging.mkdir(parents=True, exist_ok=True)
        with writing(path), exclusive(staging / "identity.lock", _LOCK_SECONDS):
            if not path.exists():
                self._check_empty()
                draft = staging / IDENTITY_FILE
                draft.write_text(self.identity.to_json(), encoding="utf-8")
                force(draft)
                draft.rename(path)
                force(self.root)

    def _check_identity(self, path: Path) -> None:
        try:
            found = Identity.read(path)
        except (ValueError, OSError) as error:
            raise _damaged_identity(path, error) from error
        if differences := found.differences(self.identity):
            theirs = found.parameters.get("cadence")
            alike = replace(self.identity, parameters={**self.identity.parameters, "cadence": theirs})
            other = (
                "choose another" if found.differences(alike) else f"say {option('cadence', theirs)}, or choose another"
            )
            raise UsageError(
                f"{self.root} holds the changes of another dataset or cadence: {differences}.\n"
                f"  {other[0].upper()}{other[1:]} {option('output_dir')}: a folder holds one dataset at one cadence."
            )
        if change := found.change(self.identity):
            raise UsageError(
                f"{self.root} holds changes of tables as they were: {change}.\n"
                "  Choose another --output-dir, or move this one away."
            )


def _streamed(
    table: Table, frames: Iterable[Chunk] | Iterable[pl.DataFrame]
) -> Callable[[tuple[Destination, ...]], Order]:
    """Orders rows that come one after the other, and that only whoever makes them can count."""
    return lambda to: Order(table, (Job(Frames(table, frames), to, rows_per_file=PART_ROWS),))


_DOMAIN = re.compile(r"\w[\w-]*")


def _check_known(root: Path, identity: Identity, project: Project) -> None:
    """Refuse what is of a domain that nobody here knows: it may be as right as can be.

    Raises:
        UnjudgedError: it is.
        ValueError: no domain can have such a name.
    """
    if not _DOMAIN.fullmatch(identity.domain):
        raise ValueError(f"{shortened(identity.domain)} is no domain's name")
    try:
        project.domain(identity.domain)
    except UsageError as error:
        what = f"{root} holds changes of {identity.domain}, a domain that this project doesn't know"
        said = f"{root}: {error}" if identity.domain in project.settings.domains else f"{what}.\n  {WHERE_DOMAINS_ARE}"
        raise UnjudgedError(said) from error


def _damaged_identity(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path} is damaged, or was written by another version: {first_line(error)}.\n"
        "  Generate the changes again, into another folder."
    )


def _check_file(path: Path, size: int, sha256: str) -> None:
    try:
        found, digest = measured(path, size)
    except PermissionError as error:
        raise forbidden(path) from error
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.\n  {AGAIN}") from error
    if digest != sha256:
        what = f"{found:,} bytes instead of {size:,}" if found != size else "another SHA-256 than its manifest says"
        raise DataError(f"{path} is damaged: it has {what}.\n  {AGAIN}")


def _format_of(path: Path, manifest: Manifest) -> FileFormat:
    for name in formats.files():
        form = formats.load_file(name)
        if manifest.files and all(file.path.endswith(form.suffix) for file in manifest.files):
            return form
    raise DataError(f"{path} holds no part file in a format that is known.\n  {AGAIN}")


def _iso(second: int) -> str:
    return utc(second).strftime("%Y-%m-%dT%H:%M:%SZ")
