"""Publish a table in several formats: part files first, then what databases take in from them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.table import Table
from synth_assets.produce.manifests import Origin, manifest_of, publish_files
from synth_assets.produce.parts import Destination, Written
from synth_assets.sinks import catalog
from synth_assets.sinks.database import SpooledTable
from synth_assets.sinks.interface import FileFormat, FileOptions
from synth_assets.sinks.staging import Staging

USUAL_CODEC = "usual"
"""Compress each format as is usual for it: with the first of its codecs that compresses."""

_SPOOL = "parquet"
"""The file format that databases take in."""

_SPOOL_OPTIONS = FileOptions(compression="lz4")


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
        kept: whether it was there already and was left as it is.
    """

    format: str
    path: Path
    domain: str
    entity: str
    rows: int
    content_hash: str
    bytes: int
    seconds: float
    kept: bool = False


def location(form: str, root: Path, dataset: Dataset, entity: str) -> Path:
    """Where a table of a dataset lies in a format: a folder, or a database file."""
    return catalog.load(form).place(root, f"{dataset.domain}/{entity}", dataset.label, dataset.seed)


class Publisher:
    """Publishes the tables of one dataset, each format all or nothing.

    Args:
        dataset: whose tables these are.
        formats: names of the formats.
        root: the data root.
        codec: compression of the part files; the formats' own default without.
        staging: the run's staging folder.

    Raises:
        UsageError: an unknown format, or a codec that one of the file formats doesn't know.
    """

    def __init__(
        self, dataset: Dataset, formats: Sequence[str], root: Path, codec: str | None, staging: Staging
    ) -> None:
        self._dataset = dataset
        self._root = root
        self._staging = staging
        self._options = options_of(formats, codec)
        self._databases = [name for name in formats if name in catalog.databases()]

    def destinations(self, table: Table) -> tuple[Destination, ...]:
        """Where to write a table's part files: a folder a file format, and one for databases to read."""
        found = [
            Destination(name, self._staging.folder(self._location(name, table)), options)
            for name, options in self._options.items()
        ]
        if self._databases and _SPOOL not in self._options:
            found.append(Destination(_SPOOL, self._staging.folder(self._location(_SPOOL, table)), _SPOOL_OPTIONS))
        return tuple(found)

    def publish(self, table: Table, written: Written, started: float) -> list[Stored]:
        """Let a table's part files appear, and let databases take it in.

        Args:
            table: the table.
            written: its part files in :meth:`destinations`.
            started: when its making began, by the monotonic clock.

        Raises:
            OutputError: something can't be written; what was there before is whole.
        """
        origin = Origin.of(self._dataset)
        stored: list[Stored] = []
        # Databases first, from the staging folder: what is published belongs to whoever comes next.
        spool = self._staging.home / "new" / self._location(_SPOOL, table).relative_to(self._root)
        for name in self._databases:
            target = self._location(name, table)
            parts = tuple(spool / file.path for file in written.files[_SPOOL])
            spooled = SpooledTable(table, parts, manifest_of(table, origin, written.digest))
            catalog.load_database(name).ingest(target, [spooled])
            stored.append(self._stored(name, target, table, written, target.stat().st_size, started))
        for name in self._options:
            target = self._location(name, table)
            manifest = publish_files(self._staging, target, table, origin, written, name)
            size = sum(file.bytes for file in manifest.files)
            stored.append(self._stored(name, target, table, written, size, started))
        return stored

    def _stored(self, form: str, path: Path, table: Table, written: Written, size: int, started: float) -> Stored:
        digest = written.digest
        seconds = time.monotonic() - started
        return Stored(form, path, table.domain, table.name, digest.rows, digest.content_hash, size, seconds)

    def _location(self, form: str, table: Table) -> Path:
        return location(form, self._root, self._dataset, table.name)


def options_of(formats: Sequence[str], codec: str | None) -> Mapping[str, FileOptions]:
    """The options of each file format among ``formats``, checked.

    Args:
        formats: their names.
        codec: a codec, :data:`USUAL_CODEC`, or ``None`` for what a format does when nothing is said.

    Raises:
        UsageError: no format, one that is unknown, or a codec that none or not all of them know.
    """
    if not formats:
        raise UsageError(f"no format given; allowed: {', '.join(catalog.names())}.\n  For example: --format parquet")
    for name in formats:
        catalog.load(name)
    files = {name: catalog.load_file(name) for name in formats if name in catalog.files()}
    if codec is not None and not files:
        raise UsageError(
            f"compression does not apply to {', '.join(formats)}: a database has its own.\n"
            "  Leave it out, or add a file format: --format parquet"
        )
    options = {name: FileOptions(compression=_codec_of(form, codec)) for name, form in files.items()}
    for name, form in files.items():
        form.encoding(options[name])
    return options


def _codec_of(form: FileFormat, codec: str | None) -> str | None:
    return next(name for name in form.codecs if name != "none") if codec == USUAL_CODEC else codec
