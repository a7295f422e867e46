"""Generate batches of changes, snapshots and histories into a folder."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import polars as pl

from synth_assets.changes.asked import note_asked
from synth_assets.changes.enveloped import FOLDER, EnvelopeFile, EnvelopeManifest, told_in
from synth_assets.changes.folder import ORIGIN_FILE, ChangeFolder, folder_of
from synth_assets.changes.span import check_batches
from synth_assets.engine.timeline import Batch
from synth_assets.errors import UsageError, unknown
from synth_assets.model.change_log import Cadence
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import HISTORIES, LOGS, SNAPSHOTS
from synth_assets.object_paths import address_at
from synth_assets.produce import engines
from synth_assets.sinks import catalog as formats
from synth_assets.sinks.envelopes import catalog as envelopes
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.failures import writing
from synth_assets.sinks.objects.address import folder_at, only_a_folder
from synth_assets.sinks.staging import Staging
from synth_assets.sinks.store import drafts_below
from synth_assets.spoken import option
from synth_assets.usecases.generate import Progress

PLAIN = "plain"
"""The envelope that is the canonical log itself."""

_MAKE_BASE = "  Make the base with: synth changes snapshot … --at 0"


@dataclass(frozen=True)
class ChangeRequest:
    """Which changes to generate, and where to.

    Attributes:
        domain: the domain.
        dataset: the dataset.
        cadence: how long a batch is.
        entities: names of the tables, parents first.
        root: the folder of change data.
        batches: numbers of batches, from 1.
        envelope: ``plain``, or the name of another envelope.
        format: of the files; the envelope's first without.
        base: whether an envelope's full load is written too, unless it is there; ``None`` for those that have one.
        workers: how many batches at a time; 1 for this process.
        engine: name of the runner that does them; worker processes without.
        options: the envelope's; of those left out the default. A folder keeps to one form.
    """

    domain: Domain
    dataset: Dataset
    cadence: Cadence
    entities: tuple[str, ...]
    root: Path
    batches: range
    envelope: str = PLAIN
    format: str | None = None
    base: bool | None = None
    workers: int = 1
    engine: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredChanges:
    """Something that was stored.

    Attributes:
        what: ``changes``, ``snapshot``, ``history``, or the name of an envelope.
        entity: the table; empty for other envelopes, whose folder has all tables.
        at: the batch's number, or the moment's label.
        path: where.
        rows: events, or rows.
        content_hash: of the table there; empty for other envelopes, which are texts.
        format: of the files.
    """

    what: str
    entity: str
    at: str
    path: Path
    rows: int
    content_hash: str
    format: str


def usual_folder(root: Path, dataset: Dataset, cadence: Cadence) -> Path:
    """Where the batches of a dataset are stored; see :func:`~synth_assets.changes.folder.folder_of`."""
    return folder_of(root, dataset, cadence)


def generate_changes(
    request: ChangeRequest, progress: Callable[[Progress], None] | None = None
) -> Iterator[StoredChanges]:
    """Generate batches and publish each table's share of each, whole.

    Args:
        request: what and where to.
        progress: told how many batches are done.

    Yields:
        what is stored, as it gets ready.

    Raises:
        UsageError: an unknown name, an option that the envelope hasn't got, a batch that can't be, or a folder of
            another dataset or in another form.
        OutputError: something can't be written; what was there before is whole.
    """
    form = check_request(request)
    if request.envelope != PLAIN:
        only_a_folder(request.root, f"Change data as {request.envelope}")
    request = replace(request, format=form, options=envelopes.form_of(request.envelope, request.options))
    if (request.root / ORIGIN_FILE).exists():
        raise UsageError(
            f"{request.root} is a broken log: its answer key would no longer be true.\n"
            "  Generate into the clean one, or another folder, and inject the faults again."
        )
    if request.envelope != PLAIN:
        there = next(told_in(request.root / request.envelope), None)
        if there is not None:
            _check_stream(request, there)
            _check_form(request, there)
    # Who makes a batch publishes it: each machine has its own way to an object store.
    engines.check(request.engine, request.workers, None if address_at(request.root) else request.root)
    folder = ChangeFolder.claim(request.root, request.domain, request.dataset, request.cadence)
    with drafts_below(folder.root) as staging:
        plain = request.envelope == PLAIN
        labels = [f"{number:05d}" for number in request.batches]
        note_asked(staging, LOGS if plain else request.envelope, request.entities if plain else [""], labels)
    tell = progress or (lambda _: None)
    if request.envelope != PLAIN and _wants_base(request):
        yield from _full_load(request)
    root = request.root.absolute()
    address = address_at(root) or ""
    tasks = [BatchTask(replace(request, root=root, batches=range(at, at + 1)), address) for at in request.batches]
    with closing(engines.run(tasks, request.workers, request.engine)) as results:
        for done, (_, stored) in enumerate(results, start=1):
            yield from stored
            tell(Progress("batches", done, len(tasks)))


@dataclass(frozen=True)
class BatchTask:
    """A batch of a request, to be made and published by whoever does it.

    Attributes:
        request: with one batch.
        address: of its root, if that is in an object store.
    """

    request: ChangeRequest
    address: str = ""
    size = 1

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return f"{self.request.dataset.domain}, batch {self.request.batches[0]}"

    def do(self, done: Callable[[int], None]) -> list[StoredChanges]:
        """Make it; ``done`` is told 1."""
        stored = _one_batch(self.request)
        done(1)
        return stored

    def attempt(self, mark: str) -> list[StoredChanges]:
        """Do it: each attempt has a staging folder of its own, and publishes the same bytes in one step."""
        del mark
        # A path that stands for an address on one machine may be a folder's on another, where caches lie elsewhere.
        here = folder_at(self.address) if self.address else self.request.root
        return _one_batch(replace(self.request, root=here))

    def settle(self, mark: str, result: list[StoredChanges]) -> None:
        """Nothing is left to do: it is published."""


def store_states(
    folder: ChangeFolder, what: Literal["snapshot", "history"], entities: Sequence[str], second: int, form: str
) -> Iterator[StoredChanges]:
    """Store tables as they are at a moment, or all versions of their rows up to it.

    Yields:
        what is stored, table by table.

    Raises:
        UsageError: an unknown format, or one that is no file format.
        OutputError: something can't be written; what was there before is whole.
    """
    formats.load_file(form)
    label = folder.label(second)
    with drafts_below(folder.root) as staging:
        note_asked(staging, SNAPSHOTS if what == "snapshot" else HISTORIES, entities, [label])
        for name in entities:
            write, path = (
                (folder.write_snapshot, folder.snapshot_path(name, label))
                if what == "snapshot"
                else (folder.write_history, folder.history_path(name, label))
            )
            manifest = write(staging, name, second, form)
            yield StoredChanges(what, name, label, path, manifest.rows, manifest.content_hash, form)


def check_request(request: ChangeRequest) -> str:
    """The format to write.

    Raises:
        UsageError: an unknown envelope or format, an option that it hasn't got, or batches that can't be.
    """
    known = (PLAIN, *envelopes.names())
    if request.envelope not in known:
        raise unknown("envelope", request.envelope, known, "For example: --envelope debezium")
    envelopes.form_of(request.envelope, request.options)
    check_batches(request.dataset, request.cadence, request.batches)
    if request.batches:
        until = request.cadence.since(request.dataset.as_of_second, max(request.batches) + 1)
        request.domain.check_until(request.dataset, until)
    if request.envelope == PLAIN:
        if request.base:
            raise UsageError(f"the plain envelope has no full load.\n{_MAKE_BASE}")
        form = request.format or "parquet"
        formats.load_file(form)
        return form
    envelope = envelopes.load(request.envelope)
    if request.base and not envelope.has_base:
        raise UsageError(f"envelope {envelope.name} has no full load.\n{_MAKE_BASE}")
    return envelope.format(request.format)


def _one_batch(request: ChangeRequest) -> list[StoredChanges]:
    folder = ChangeFolder(request.root.absolute(), request.domain, request.dataset, request.cadence)
    batch = folder.timeline.batch(request.batches[0])
    assert request.format is not None  # noqa: S101 — `generate_changes` has filled it in
    if request.envelope != PLAIN:
        with Staging(folder.root) as staging:
            return _enveloped(request, staging, folder, batch)
    with drafts_below(folder.root) as drafts:
        stored: list[StoredChanges] = []
        for name in request.entities:
            manifest = folder.write_log(drafts, name, batch.number, batch.chunks(name), request.format)
            path = folder.log_path(name, batch.number)
            label = f"{batch.number:05d}"
            told = (path, manifest.rows, manifest.content_hash, request.format)
            stored.append(StoredChanges("changes", name, label, *told))
        return stored


def _wants_base(request: ChangeRequest) -> bool:
    return envelopes.load(request.envelope).has_base if request.base is None else request.base


def _check_stream(request: ChangeRequest, there: EnvelopeManifest) -> None:
    """Where all tables are in one file, those of another choice would be lost.

    Raises:
        UsageError: they would.
    """
    if there.tables != request.entities and envelopes.load(request.envelope).one_stream:
        raise UsageError(
            f"{request.root / request.envelope} is a stream of other tables than {', '.join(request.entities)}, whose"
            f" batches would take their place: {', '.join(there.tables)}.\n"
            "  Name the same tables, or choose another --output-dir."
        )


def _check_form(request: ChangeRequest, there: EnvelopeManifest) -> None:
    """Whoever reads a folder expects one form of records in it.

    Raises:
        UsageError: there are batches in another form.
    """
    home = request.root / request.envelope
    options = there.options
    if not envelopes.is_form(request.envelope, options):
        raise UsageError(
            f"{home} holds batches of an earlier version, whose records have another form.\n"
            "  Remove it, or choose another --output-dir."
        )
    differing = [name for name, value in request.options.items() if options[name] != value]
    if differing:
        found, asked = (_spoken(differing, of) for of in (options, request.options))
        raise UsageError(
            f"{home} holds batches made with {found}; with {asked} it would hold two forms.\n"
            f"  Add {found}, or choose another --output-dir."
        )


def _spoken(names: Sequence[str], options: Mapping[str, str]) -> str:
    return " ".join(option(name, options[name]) for name in names)


def _full_load(request: ChangeRequest) -> list[StoredChanges]:
    """Write an envelope's full load, unless it is there and nobody insists."""
    folder = ChangeFolder(request.root.absolute(), request.domain, request.dataset, request.cadence)
    if request.base is None and _is_loaded(request, folder.root / request.envelope):
        return []
    with Staging(folder.root) as staging:
        return _enveloped(request, staging, folder, base_of(folder))


def _is_loaded(request: ChangeRequest, home: Path) -> bool:
    """Whether the full load of these tables is there already; in another form there would be no batches either."""
    there = next(told_in(home), None)
    return there is not None and (there.batch, there.format, there.tables) == (0, request.format, request.entities)


def _enveloped(request: ChangeRequest, staging: Staging, folder: ChangeFolder, batch: Batch) -> list[StoredChanges]:
    envelope = envelopes.load(request.envelope)
    assert request.format is not None  # noqa: S101 — `generate_changes` has filled it in
    home = folder.root / envelope.name
    draft = staging.folder(home)
    described, counted = batch_to_write(request.entities, folder, batch, request.options)
    paths = envelope.write(described, draft, request.format)
    files = tuple(EnvelopeFile(path, *size_and_digest(draft / path)) for path in paths)
    for path in paths:
        staging.place(draft / path, home / path)
        _remove_other_formats(home / path, envelope.formats)
    events = sum(counted.values())
    parameters, contract = folder.identity.parameters, folder.identity.contract
    manifest = EnvelopeManifest(
        envelope.name,
        batch.number,
        request.format,
        request.entities,
        events,
        parameters,
        contract,
        files,
        dict(request.options),
    )
    note = staging.folder(home / FOLDER) / manifest.name
    note.write_text(manifest.to_json(), encoding="utf-8")
    staging.place(note, home / FOLDER / manifest.name)
    label = f"{batch.number:05d}" if batch.number else "base"
    return [StoredChanges(envelope.name, "", label, home, events, "", request.format)]


def size_and_digest(path: Path) -> tuple[int, str]:
    """A file's size and the SHA-256 of its bytes."""
    with path.open("rb") as stream:
        return path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()


def base_of(folder: ChangeFolder) -> Batch:
    """The full load, as if it were a batch."""
    second = folder.dataset.as_of_second
    return Batch(folder.domain, folder.dataset, 0, second, second)


def batch_to_write(
    entities: tuple[str, ...], folder: ChangeFolder, batch: Batch, options: Mapping[str, str]
) -> tuple[BatchToWrite, dict[str, int]]:
    """A batch as an envelope gets it, and how many events of each table it has taken, once it has.

    Args:
        entities: the tables asked for.
        folder: of the change data.
        batch: the batch; number 0 for the full load.
        options: of the envelope.
    """
    counted: dict[str, int] = {}

    def logs(name: str) -> Iterator[pl.DataFrame]:
        frames = batch.log(name) if batch.number else folder.timeline.state(name, batch.until)
        counted[name] = 0
        for frame in frames:
            counted[name] += frame.height
            yield frame

    described = BatchToWrite(
        domain=folder.dataset.domain,
        tables=folder.tables,
        chosen=entities,
        number=batch.number,
        since=batch.since,
        until=batch.until,
        transactions=batch.transactions.drop("act"),
        logs=logs,
        options=options,
        keys_move=False,
    )
    return described, counted


def _remove_other_formats(path: Path, known: Sequence[str]) -> None:
    """A batch is there once: whoever reads the whole folder would take it in twice."""
    for form in known:
        other = path.with_suffix(f".{form}")
        if other != path:
            with writing(other):
                other.unlink(missing_ok=True)
