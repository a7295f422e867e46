"""A dataset told to other tools: printed when somebody asks, and written beside it when it is generated."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath

from synth_assets.descriptions import catalog
from synth_assets.descriptions.described import Described, StoredCopy
from synth_assets.descriptions.kind import Kind
from synth_assets.errors import DataError, SynthError, UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.layout import DESCRIPTIONS, STAGING, descriptions_folder
from synth_assets.model.manifest import Manifest
from synth_assets.model.table import Table
from synth_assets.object_paths import address_at
from synth_assets.produce.copies import Copy as Stored
from synth_assets.produce.copies import quickest_first
from synth_assets.produce.manifests import is_of
from synth_assets.produce.publisher import stored_as
from synth_assets.sinks import catalog as formats
from synth_assets.sinks.layouts.by_column import values_of
from synth_assets.sinks.locks import exclusive
from synth_assets.sinks.objects.copies import refresh
from synth_assets.sinks.register import Registered, digest_of, noted_with_shared
from synth_assets.usecases.written import write_text

_SECONDS = 600.0


def describe_as(
    form: str,
    domain: Domain,
    dataset: Dataset,
    root: Path,
    *,
    tables: Sequence[str] = (),
    called: str = "",
    seen_from: Path | None = None,
) -> str:
    """Tell another tool of a dataset.

    Args:
        form: a kind's name, and what has to follow it: ``ddl:postgres``.
        domain: the dataset's domain.
        dataset: which one.
        root: the data root where it may be stored.
        tables: names of the tables; all without.
        called: what commands call the domain; its name without.
        seen_from: the folder that the description is for, where paths begin; the current one without, and for tools
            that are run there.

    Raises:
        UsageError: an unknown kind, or something after its name that may not stand there.
        DataError: where tables lie is told, and one isn't stored.
    """
    name, colon, argument = form.partition(":")
    kind = catalog.load(name)
    if colon and not kind.argument:
        raise UsageError(f"nothing may follow {name}, not {argument!r}.\n  For example: --as {name}")
    wanted = tables or list(domain.tables)
    refresh(root)
    begins = root if address_at(root) else Path.cwd() if seen_from is None or kind.from_here else seen_from
    told = _described(domain, dataset, root, wanted, called or domain.name, begins)
    if kind.needs_files:
        _check_stored(told, root)
    return kind.text(told, argument)


def write_descriptions(domain: Domain, dataset: Dataset, root: Path) -> list[Path]:
    """Write what is told of the tables that are stored, in place of what was told before.

    Returns:
        the files.

    Raises:
        OutputError: one can't be written; what was told before is whole.
    """
    folder = descriptions_folder(root, domain.name, dataset.name)
    # Runs that make other tables of the dataset may end at the same time: whoever comes last sees all of them.
    with exclusive(root / STAGING / f"{DESCRIPTIONS}.lock", _SECONDS):
        texts = descriptions_of(domain, dataset, root)
        return [folder / name for name, text in texts.items() if _write(text, folder / name)]


def descriptions_of(domain: Domain, dataset: Dataset, root: Path) -> dict[str, str | None]:
    """What is told of the tables that are stored: a file's name → its text, ``None`` where there is nothing to tell."""
    folder = descriptions_folder(root, domain.name, dataset.name)
    told = _described(domain, dataset, root, list(domain.tables), domain.name, folder)
    there = {name: table for name, table in told.tables.items() if told.copies.get(name)}
    stored = Described(domain, dataset, domain.name, there, told.copies, told.root)
    return {kind.file: _text_of(kind, stored) for kind in catalog.written()}


def _text_of(kind: Kind, told: Described) -> str | None:
    try:
        return kind.text(told, "")
    except DataError:  # there are no files, but tables in databases
        return None


def _write(text: str | None, path: Path) -> bool:
    """Write a file, or take it away where there is nothing to tell."""
    if text is None:
        path.unlink(missing_ok=True)
        return False
    if not (path.is_file() and path.read_bytes() == text.encode()):
        write_text(path, text)
    return True


def _check_stored(told: Described, root: Path) -> None:
    missing = [name for name in told.tables if not told.copies.get(name)]
    if not missing:
        return
    some = f"{told.domain.name}/{missing[0]}" if len(told.tables) > len(missing) else told.domain.name
    others = f" nor are {len(missing) - 1} others" if some != told.domain.name and len(missing) > 1 else ""
    made = told.called if some == told.domain.name else f"{told.called}/{missing[0]}"
    raise DataError(
        f"{some} {told.dataset.partition} is not stored in {root}{others}: nobody can tell where its files are.\n"
        f"  Make it: synth generate {' '.join([made, *told.arguments])} --output-dir {root}"
    )


def _described(
    domain: Domain, dataset: Dataset, root: Path, tables: Sequence[str], called: str, seen_from: Path
) -> Described:
    wanted = {name: domain.tables[name] for name in domain.tables if name in tables}
    found: dict[str, list[Stored]] = {}
    for copy in _copies(domain, dataset, root, wanted):
        found.setdefault(copy.manifest.entity, []).append(copy)
    copies = {
        name: tuple(_seen(one, seen_from) for one in quickest_first(found[name])) for name in wanted if name in found
    }
    return Described(domain, dataset, called, wanted, copies, _relative(root, seen_from))


def _copies(domain: Domain, dataset: Dataset, root: Path, tables: Iterable[str]) -> Iterator[Stored]:
    """The copies of a dataset's tables that are whole, as they were noted when they were made; those in files first."""
    for one, manifest in noted_manifests(domain, dataset.name, root, tables):
        if manifest is not None and is_of(manifest, dataset):
            yield Stored(formats.load(one.format), one.location(root), manifest)


def noted_manifests(
    domain: Domain, dataset: str, root: Path, tables: Iterable[str]
) -> Iterator[tuple[Registered, Manifest | None]]:
    """The copies that were noted of a dataset's tables, those in files first, and what their manifests say.

    Args:
        domain: the dataset's domain.
        dataset: its name.
        root: the data root.
        tables: names of the tables.

    Yields:
        a copy, and its manifest; ``None`` if it isn't there, or damaged.
    """
    wanted = [one for one in noted_with_shared(root, domain.name, dataset) if one.table in tables]
    databases = formats.ingesting()
    in_files: dict[str, Manifest] = {}
    for one in sorted(wanted, key=lambda one: one.format in databases):
        is_database = one.format in databases
        manifest = _same(in_files.get(one.table), one) if is_database else None
        manifest = manifest or _manifest(one, root, domain.tables[one.table])
        if manifest is not None and not is_database:
            in_files[one.table] = manifest
        yield one, manifest


def _same(manifest: Manifest | None, noted: Registered) -> Manifest | None:
    """What a database says of a table, if its note tells that it says what files do: to open it takes far longer."""
    if manifest is None:
        return None
    bare = replace(manifest, files=(), told="")
    return bare if noted.manifests[-1:] == (digest_of(bare),) else None


def _manifest(noted: Registered, root: Path, table: Table) -> Manifest | None:
    """What stands where a table was noted; ``None`` if it isn't there, or damaged."""
    form, path = formats.load(noted.format), noted.location(root)
    try:
        return form.read_manifest(path, table) if path.exists() and form.holds(path, table) else None
    except SynthError:
        return None


def _seen(copy: Stored, seen_from: Path) -> StoredCopy:
    """A copy as the description tells of it."""
    pattern = stored_as(copy.name, copy.path, copy.manifest, 0, 0.0).files
    return StoredCopy(
        copy.name,
        _relative(copy.path, seen_from),
        _relative(pattern, seen_from),
        copy.manifest,
        kept_apart=_kept_apart(copy.manifest),
        is_database=copy.name in formats.ingesting(),
        in_duckdb=copy.format.in_duckdb,
    )


def _kept_apart(manifest: Manifest) -> tuple[str, ...]:
    folders = [PurePath(file.path).parent for file in manifest.files]
    return tuple(name for name, _ in values_of(folders[0])) if folders else ()


def _relative(path: Path, seen_from: Path) -> PurePosixPath:
    return PurePosixPath(Path(os.path.relpath(path.absolute(), seen_from.absolute())).as_posix())
