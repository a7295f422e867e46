"""Verify stored change data: logs, snapshots and histories by their manifests, current tables by the generator."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from synth_assets.changes.current import told_by
from synth_assets.changes.enveloped import FOLDER, EnvelopeManifest, manifests_in, surplus
from synth_assets.changes.folder import ChangeFolder, folder_of
from synth_assets.changes.identity import Identity
from synth_assets.changes.span import most_batches
from synth_assets.checking.catalog import current_checks, log_checks
from synth_assets.checking.finding import Finding
from synth_assets.checking.kept import KeptTables
from synth_assets.checking.stored_logs import StoredLogs
from synth_assets.documents.strict_json import shown
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.engine.stored import content_problems, file_problem, verify_stored
from synth_assets.errors import AGAIN, DataError, UsageError, first_line
from synth_assets.model.layout import LOGS, SNAPSHOTS, ChangePlace, place_of
from synth_assets.model.table import Table
from synth_assets.project.project import Project
from synth_assets.sinks.current_tables import Entry, read_ledger, tables_of
from synth_assets.sinks.envelopes import catalog as envelopes
from synth_assets.usecases.generate_changes import (
    base_of,
    batch_to_write,
    size_and_digest,
)
from synth_assets.usecases.verified import Depth, Found, Verified, texts_of
from synth_assets.usecases.verify_delivered import verify_delivered


def current_tables(database: Path, domain: str) -> list[str]:
    """The names of the tables that a database keeps up to date, or holds beside those, sorted.

    Raises:
        DataError: it can't be read, or has no ledger.
    """
    return sorted({*(entry.entity for entry in read_ledger(database, domain)), *tables_of(database, domain)})


def verify_part(found: Found, project: Project, depth: Depth) -> Verified:
    """Verify a stored log, snapshot or history by its manifest; a log may be replayed, too.

    Raises:
        DataError: it can't be read, or is another dataset's.
    """
    place = place_of(found.path)
    if place is None:
        raise DataError(f"{found.path} is no folder of a batch, a snapshot or a history.")
    folder = ChangeFolder.open(place.root, project)
    table, _ = folder.stored_at(place)
    if folder.is_broken and place.what == LOGS:
        return verify_delivered(found, folder, folder.told(found.path))
    manifest, form = folder.check(found.path)
    problems = verify_stored(form.read(found.path, table, most=manifest.rows), table, manifest, found.path)
    undecided: list[str] = []
    if depth.regenerate and not problems:
        if place.what == LOGS:
            stored = StoredLogs(folder, int(place.label), (place.entity,)).table(place.entity)
            checks = log_checks(folder.domain, place.entity)
            problems, undecided = _sorted((check.name, check.evaluate(stored)) for check in checks)
        else:
            problems = content_problems(_state_made_again(folder, place, table), manifest)
    return replace(found, format=form.name).result(manifest.rows, manifest.content_hash, problems, undecided)


def _state_made_again(folder: ChangeFolder, place: ChangePlace, table: Table) -> TableDigest:
    """What a snapshot or a history should be."""
    second = folder.second_of(place.label)
    assert second is not None  # noqa: S101 - `stored_at` has looked
    hasher = BlockHasher(table)
    if place.what == SNAPSHOTS:
        for chunk in folder.timeline.state_chunks(place.entity, second, hashing=True):
            hasher.update(chunk.frame, chunk.words, chunk.numbers)
    else:
        for frame in folder.timeline.versions(place.entity, second):
            hasher.update(frame)
    return hasher.finish()


def verify_envelope(found: Found, project: Project, depth: Depth) -> Verified:
    """Verify what a tool reads: each file as the manifest of its batch says; made again and compared, if asked for.

    Raises:
        DataError: the folder that it is in can't be read, or is another version's.
    """
    folder = ChangeFolder.open(found.path.absolute().parent, project)
    problems: list[str] = []
    known: list[EnvelopeManifest] = []
    for path in manifests_in(found.path):
        try:
            known.append(EnvelopeManifest.read(path))
        except DataError as error:
            problems.append(str(error))
            continue
        one = known[-1]
        if problem := _stranger(one, path, found.format, folder):
            problems.append(f"{path} {problem}.\n  {AGAIN}")
            continue
        if one.told != one.digest:
            problems.append(f"{path} isn't the one that was written.\n  {AGAIN}")
        changed = [
            text for file in one.files if (text := file_problem(found.path / file.path, file.bytes, file.sha256))
        ]
        problems += changed
        if depth.regenerate and not changed:
            problems += _made_again(found, folder, one)
        elif problem := _miscounted(folder, one):
            problems.append(f"{path} {problem}.\n  {AGAIN}")
    if len({tuple(one.options.items()) for one in known}) > 1:
        problems.append(f"{found.path} holds batches in more than one form.\n  {AGAIN}")
    if envelopes.load(found.format).one_stream and len({one.tables for one in known}) > 1:
        problems.append(f"{found.path} is a stream, and its batches are of different tables.\n  {AGAIN}")
    endings = [f".{form}" for form in envelopes.load(found.format).formats]
    left = surplus(found.path, known, endings)
    problems += [f"{found.path / name} is in no manifest of {found.path / FOLDER}." for name in left]
    if not known and not problems:
        problems.append(f"{found.path} has no manifests in {FOLDER}: nothing says what belongs there.\n  {AGAIN}")
    events = sum(one.events for one in known)
    return replace(found, domain=folder.dataset.domain).result(events, None, problems)


def _stranger(manifest: EnvelopeManifest, path: Path, envelope: str, folder: ChangeFolder) -> str:
    """What a manifest says that none of this place can say; empty if nothing. Only what is checked here is followed."""
    said = (manifest.name, manifest.envelope, manifest.parameters, manifest.contract)
    if said != (path.name, envelope, folder.identity.parameters, folder.identity.contract):
        return "is of another dataset, envelope or batch"
    if manifest.batch > (most := most_batches(folder.cadence)):
        return f"is of a batch that there isn't: a {folder.cadence.name}'s batches are 1 to {most:,}"
    if manifest.format not in envelopes.load(envelope).formats:
        return f"is of format {shown(manifest.format)}, which {envelope} hasn't"
    if not envelopes.is_form(envelope, manifest.options):
        return f"is of a form that {envelope} hasn't, or of an earlier version"
    if unknown := [name for name in manifest.tables if name not in folder.tables]:
        return f"is of table {shown(unknown[0])}, which {folder.domain.name} hasn't"
    return ""


def _miscounted(folder: ChangeFolder, manifest: EnvelopeManifest) -> str:
    """What is wrong with a batch's number of events, which its transactions tell; nothing, or a full load, is empty."""
    if manifest.batch == 0:
        return ""  # only generating tells how many rows a table has
    counted = folder.timeline.batch(manifest.batch).transactions.select(manifest.tables).sum().row(0)
    if sum(counted) == manifest.events:
        return ""
    return f"says {manifest.events:,} events, and there are {sum(counted):,}"


def _made_again(found: Found, folder: ChangeFolder, manifest: EnvelopeManifest) -> list[str]:
    """What differs when a batch's files are made again."""
    batch = folder.timeline.batch(manifest.batch) if manifest.batch else base_of(folder)
    with tempfile.TemporaryDirectory(prefix="synth-") as home:
        described, counted = batch_to_write(manifest.tables, folder, batch, manifest.options)
        paths = envelopes.load(found.format).write(described, Path(home), manifest.format)
        written = {path: size_and_digest(Path(home) / path) for path in paths}
    stored = {file.path: (file.bytes, file.sha256) for file in manifest.files}
    differing = [path for path in {**written, **stored} if written.get(path) != stored.get(path)]
    problems = [f"{found.path / path} is not what the generator makes." for path in differing]
    if (events := sum(counted.values())) != manifest.events:
        problems.append(
            f"{found.path / FOLDER / manifest.name} says {manifest.events:,} events, and there are {events:,}."
        )
    return problems


def verify_current(found: Found, project: Project, depth: Depth) -> Verified:  # noqa: ARG001 - as for a part
    """Verify a table that is kept up to date: it is the snapshot after its last batch, and what follows from that.

    Raises:
        DataError: the database or its ledger can't be read, or is of another contract version.
    """
    entries = [entry for entry in read_ledger(found.path, found.domain) if entry.entity == found.entity]
    if not entries:
        raise DataError(
            f"{found.path} holds {found.domain}.{found.entity}, and its ledger hasn't: nobody knows what it took in.\n"
            "  Move it away; the tables are made again from the base."
        )
    folder = _batches_of(found.path, entries[-1], project)
    stored = KeptTables(folder, found.path).table(folder.domain.entity(found.entity).about.name)
    expected = stored.against_snapshot.expected
    checks = current_checks(folder.domain, found.entity)
    problems, undecided = _sorted((check.name, check.evaluate(stored)) for check in checks)
    return found.result(expected.rows, expected.content_hash, problems, undecided)


def _sorted(findings: Iterable[tuple[str, Finding]]) -> tuple[list[str], list[str]]:
    """What is wrong, and what is undecided."""
    problems: list[str] = []
    undecided: list[str] = []
    for name, finding in findings:
        if not finding.passed:
            (undecided if finding.undecided else problems).extend(texts_of(name, finding))
    return problems, undecided


def _batches_of(database: Path, entry: Entry, project: Project) -> ChangeFolder:
    """The folder of the batches that a database's tables are made of; it needn't be there."""
    parameters = told_by(database, entry)
    try:
        identity = Identity(str(parameters.pop("domain", "")), entry.contract, parameters)
        domain, dataset, cadence = identity.dataset(project)
        form, above = (database.absolute().parents[at].name for at in (2, 1))
        if (above, form) != (domain.name, "duckdb"):
            raise ValueError(f"it is of {domain.name} and lies with {form}/{above}")  # noqa: TRY301 - as reading raises
        # The label is the database's own: whoever looks at it may not have the preset.
        end = f"-{dataset.seed}-{cadence.name}"
        if not database.stem.endswith(end) or database.suffix != ".duckdb":
            raise ValueError(f"it is called otherwise than LABEL{end}.duckdb")  # noqa: TRY301
        label = database.stem.removesuffix(end)
        place = folder_of(database.absolute().parents[3], replace(dataset, label=label), cadence)
        return ChangeFolder(place, domain, dataset, cadence)
    except (ValueError, KeyError, UsageError) as error:
        raise DataError(
            f"{database} was made by another version: {first_line(error)}.\n"
            "  Move it away; the tables are made again from the base."
        ) from error
