"""Verify stored tables of whole datasets: each copy by itself, and beside the other tables that are there."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import duckdb

from synth_assets.checking.catalog import dataset_checks
from synth_assets.checking.check import Check
from synth_assets.checking.rules import check_of
from synth_assets.checking.stored import StoredDataset, StoredTable
from synth_assets.documents.strict_json import shown
from synth_assets.engine.stored import verify_stored
from synth_assets.errors import AGAIN, DataError, SynthError, UnjudgedError, UsageError
from synth_assets.model.domain import Domain
from synth_assets.model.groups import Only
from synth_assets.model.key import Key
from synth_assets.model.layout import partition_of
from synth_assets.model.manifest import Manifest
from synth_assets.model.seed import label_and_seed, named_seed
from synth_assets.model.table import Table
from synth_assets.produce.copies import Copy, SeenCopies, Shelf
from synth_assets.project.project import WHERE_DOMAINS_ARE, Project
from synth_assets.sinks import catalog as formats
from synth_assets.sinks.objects.copies import bring
from synth_assets.sinks.register import digest_of
from synth_assets.sinks.sql import literal
from synth_assets.spoken import option
from synth_assets.usecases import own_tables, stored_tables
from synth_assets.usecases.verified import Depth, Found, Part, Verified, texts_of
from synth_assets.usecases.verify_slices import look_at

_AS_WRITTEN = "files_match_manifest"
_MEMORY = "1GB"  # DuckDB's own limit is most of the machine's; with this one, 9 million rows took as long


def verify_tables(found: Sequence[Found], project: Project, depth: Depth) -> dict[Found, Verified]:
    """Verify tables; those of one dataset in one format are looked at together, so that each is read once.

    Args:
        found: the tables.
        project: whose domains are known.
        depth: how far to look. Where only a group is looked at, datasets that don't have it are left out.

    Raises:
        UsageError: none of the datasets has the group that is to be looked at.
    """
    together: dict[tuple[str, str, Path, str], list[Found]] = {}
    for one in found:
        together.setdefault(_dataset_of(one), []).append(one)
    without: list[UsageError] = []
    results: dict[Found, Verified] = {}
    seen: SeenCopies = {}
    for some in together.values():
        try:
            results |= dict(_verified(some, project, depth, seen))
        except _NotThereError as error:
            without.append(error)
    if without and not results:
        raise without[0]
    return results


class _NotThereError(UsageError):
    """A dataset doesn't have the group that is to be looked at."""


def _dataset_of(found: Found) -> tuple[str, str, Path, str]:
    """What tables of one dataset in one format have in common."""
    path = found.path.absolute()
    if partition_of(path):
        return found.format, found.domain, path.parents[2], f"{path.parent.name}/{path.name}"
    return found.format, found.domain, path, ""


def _verified(
    found: Sequence[Found], project: Project, depth: Depth, seen: SeenCopies
) -> Iterator[tuple[Found, Verified]]:
    first = found[0]
    try:
        known = project.beside(_identity(first.format, first.path.absolute())[0])
        domain = known.domain(first.domain) if first.domain in known.names() else None
    except UsageError as error:
        yield from ((one, one.failed(UnjudgedError(str(error)))) for one in found)
        return
    shelf = replace(_shelf(first), seen=seen)
    only = None if depth.only is None else _only(domain, shelf, found, depth.only)
    own = [one for one in found if domain is None or one.entity not in domain.entities]
    yield from ((one, _own(one, depth)) for one in own)
    if domain is None or len(own) == len(found):
        return
    with (
        tempfile.TemporaryDirectory(prefix="synth-") as home,
        duckdb.connect(":memory:") as connection,
        StoredDataset(domain, shelf, connection, only=only) as dataset,
    ):
        # What doesn't fit is spilled, not into the current folder.
        connection.execute(f"SET temp_directory = {literal(home)}; SET memory_limit = '{_MEMORY}'")
        for one in found:
            if one not in own:
                yield one, _opened(one, dataset, depth)


def _only(domain: Domain | None, shelf: Shelf, found: Sequence[Found], wanted: tuple[str, str]) -> Only | None:
    """The group to look at in a dataset; ``None`` if it has no other.

    Raises:
        _NotThereError: it has none of that name.
    """
    word, name = wanted
    by = domain.grouped_by if domain else None
    if domain is None or by is None or by.word != word:
        raise _NotThereError(f"{found[0].domain}: its rows are of no {word}.\n  Leave {option(word)} out.")
    for one in found:
        try:
            copy = next(shelf.copies(one.entity), None)
            dataset = domain.stored_dataset(copy.manifest.parameters) if copy else None
        except (ValueError, SynthError):
            continue  # who looks at the table says what is wrong with it
        if dataset is None:
            continue
        if dataset.only and dataset.only.name != name:
            there = f"{one.path} holds the rows of {word} {dataset.only.name} alone"
            raise _NotThereError(f"{there}, and none of {shown(name)}.\n  Name that one, or leave {option(word)} out.")
        try:
            return None if dataset.only else domain.alone(dataset, name).only
        except UsageError as error:
            raise _NotThereError(str(error)) from error
    return Only(word, by.table, name)


def _own(found: Found, depth: Depth) -> Verified:
    """The problems of somebody's own table, which its manifest alone describes."""
    try:
        form = formats.load(found.format)
        manifest = form.read_manifest(found.path, Table(found.domain, found.entity, "", "", Key.of(""), ()))
        if not own_tables.is_own(manifest):
            raise UnjudgedError(
                f"{found.domain}/{found.entity} is a table of a domain that this project doesn't know.\n"
                f"  {WHERE_DOMAINS_ARE}"
            )
        if depth.part is not None:
            told = f"{found.domain}/{found.entity} is somebody's own table: its rows can't be made again"
            raise UnjudgedError(f"{told}.\n  Verify it without {option('rows')}.")
        table = stored_tables.described_by(manifest, found.domain, found.entity)
        problems = _manifest_problems(found, manifest)
        bring(found.path, manifest.files)
        folder = form.part_folder(found.path)
        problems += verify_stored(form.read(found.path, table), table, manifest, folder)
    except SynthError as error:
        return found.failed(error)
    return found.result(manifest.rows, manifest.content_hash, problems)


def _manifest_problems(found: Found, manifest: Manifest) -> list[str]:
    """Whether a manifest is none of those that were written."""
    if not found.manifests or digest_of(manifest) in found.manifests:
        return []
    return [f"{found.path}: its manifest isn't the one that was written.\n  {AGAIN}"]


def _opened(found: Found, dataset: StoredDataset, depth: Depth) -> Verified:
    """A table, whose database is opened once for all that is asked of it; let go before the next, for writers."""
    with ExitStack() as stack:
        try:
            stack.enter_context(formats.load(found.format).kept_open(found.path))
        except UnjudgedError as error:
            return found.failed(error)
        except DataError:
            pass  # who looks at the table says so
        return _table(found, dataset, depth)


def _table(found: Found, dataset: StoredDataset, depth: Depth) -> Verified:
    """The problems of one stored table; what can't be read is a problem too."""
    try:
        dataset.domain.entity(found.entity)
        stored = dataset.table(found.entity)
        copy = next(iter(stored.copies), None)
        if copy is None:
            raise DataError(f"{found.path} holds no {found.domain}/{found.entity}.\n  {AGAIN}")
    except SynthError as error:
        return found.failed(error)
    problems = _manifest_problems(found, copy.manifest)
    if problems and not copy.is_small:
        # Whatever the manifest says of files, rows and sizes is somebody's word, and reading might have no end.
        return found.result(copy.manifest.rows, copy.manifest.content_hash, problems)
    return _looked_at(found, stored, copy, depth, problems)


def _looked_at(found: Found, stored: StoredTable, copy: Copy, depth: Depth, problems: list[str]) -> Verified:
    """The problems of a table that can be read, as far as its manifest goes; those of that are told already."""
    if depth.part is not None:
        return _part(found, stored, copy, depth.part, problems)
    dataset = stored.dataset
    undecided: list[str] = []
    for check in _checks(stored.description, dataset, depth):
        finding = check.evaluate(stored)
        if finding.unseen and not problems:
            return found.failed(UnjudgedError(finding.text))
        if not finding.passed:
            (undecided if finding.undecided else problems).extend(texts_of(check.name, finding))
        if check.name == _AS_WRITTEN and not _is_readable(stored):
            break  # the others would say so again
    if dataset.only is None:
        return found.result(copy.manifest.rows, copy.manifest.content_hash, problems, undecided)
    try:
        digest = stored.digest(copy)
    except DataError:
        return found.result(None, None, problems, undecided)
    return found.result(digest.rows, digest.content_hash, problems, undecided)


def _part(found: Found, stored: StoredTable, copy: Copy, part: Part, problems: list[str]) -> Verified:
    """The problems of some rows of a table; their number and hash are those of what is stored of them."""
    try:
        looked_at = look_at(stored, copy, part)
    except SynthError as error:
        return found.failed(error)
    digest = looked_at.digest
    rows, content_hash = (0, None) if digest is None else (digest.rows, digest.content_hash)
    return found.result(rows, content_hash, problems + looked_at.problems, looked_at.undecided)


def _checks(table: Table, dataset: StoredDataset, depth: Depth) -> "list[Check[StoredTable]]":
    """What is looked at, the files first: all others need them."""
    checks = [*dataset_checks(dataset.domain, table.name)]
    rules = [check_of(rule) for rule in table.rules] if depth.rules else []
    # No manifest tells of a group's rows: they are made again.
    generates = depth.regenerate or dataset.only is not None
    wanted = [check for check in checks if generates or not check.generates]
    return [*sorted(wanted, key=lambda check: check.name != _AS_WRITTEN), *rules]


def _is_readable(stored: StoredTable) -> bool:
    try:
        stored.dataset.view(stored.name)
    except SynthError:
        return False
    return True


def _shelf(found: Found) -> Shelf:
    """Where the tables of the same dataset lie: beside this one, and in other formats under the same data root."""
    path = found.path.absolute()
    root, label, seed = _identity(found.format, path)

    def place(form: str, table: str) -> Path | None:
        if form == found.format:
            return path.parents[2] / table / path.parent.name / path.name if partition_of(path) else path
        if path.is_dir() and not partition_of(path) and found.format not in formats.lakes():
            return path if form in formats.files() else None  # a folder that tables share, in any formats
        return None if seed is None else formats.load(form).place(root, f"{found.domain}/{table}", label, seed)

    partition = f"{label}|{seed}" if seed is not None else ""
    return Shelf(found.domain, partition, root, place, asked=found.format, label=label, seed=seed)


def _identity(form: str, path: Path) -> tuple[Path, str, int | None]:
    """The data root, label and seed that a place tells of; no seed where it tells of none."""
    if path.is_dir() and not partition_of(path) and form not in formats.lakes():
        return path, "", None
    if partition_of(path):
        label, root = path.parent.name.removeprefix("preset="), path.parents[4]
        seed = named_seed(path.name.removeprefix("seed="))
    else:
        (label, seed), root = label_and_seed(path.stem, "-") or ("", None), path.parents[2]
    return root, label, seed if (root / form) in path.parents else None
