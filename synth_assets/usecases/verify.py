"""Verify stored tables by all that holds of stored data: the checks that Dagster runs, on whatever lies in a place."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from synth_assets.errors import DataError, SynthError, UsageError
from synth_assets.model.layout import CURRENT, MANIFEST_FILE, STAGING, partition_of, place_of
from synth_assets.model.manifest import read_shared_manifest
from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats
from synth_assets.usecases.verified import EVERYTHING, Depth, Found, Verified


def verify(paths: Sequence[Path], depth: Depth = EVERYTHING) -> list[Verified]:
    """Verify stored tables.

    Args:
        paths: folders of part files, databases, or folders that hold such.
        depth: how far to look.

    Returns:
        one result a table and format, in the order of the paths.

    Raises:
        UsageError: a path doesn't exist, or there is no dataset in it.
    """
    found: dict[Found, None] = {}
    for path in paths:
        if not path.exists():
            msg = f"{path} doesn't exist.\n  Name a folder or a database that synth generate wrote."
            raise UsageError(msg)
        here = list(_search(path))
        if not here:
            msg = (
                f"there is no dataset in {path}: no {MANIFEST_FILE} and no database of ours.\n"
                "  Name what synth generate wrote."
            )
            raise UsageError(msg)
        found.update(dict.fromkeys(here))
    datasets = [one for one in found if one.what == "dataset" and not one.problem]
    results = _datasets().verify_tables(datasets, Project.here(), depth) if datasets else {}
    return [results[one] if one in results else _verified(one, depth) for one in found]


# What there is


def _search(path: Path) -> Iterator[Found]:
    """The stored tables at or below a path, in the order of their names."""
    if path.is_file():
        yield from _in_database(path)
    elif (path / MANIFEST_FILE).exists():
        found = _in_folder(path)
        if not found:
            msg = (
                f"{path} doesn't lie where synth generate puts part files: FORMAT/DOMAIN/TABLE/preset=…/seed=….\n"
                "  Move it back to verify it, or generate it again."
            )
            raise UsageError(msg)
        yield from found
    else:
        for folder, names, files in os.walk(path):
            names[:] = sorted(name for name in names if name != STAGING)
            # A manifest somewhere else is somebody else's.
            if MANIFEST_FILE in files:
                yield from _in_folder(Path(folder))
            for name in sorted(files):
                if _database_format(Path(name)) is not None:
                    yield from _in_database(Path(folder) / name)


def _in_folder(folder: Path) -> list[Found]:
    """The tables of a folder with a manifest; none if it is nowhere where we put one."""
    if place := partition_of(folder):
        return [Found(place.form, folder, place.domain, place.table)]
    if change := place_of(folder):
        return [Found("", folder, change.domain, change.entity, "change data")]
    try:
        shared = read_shared_manifest(folder)
    except DataError:
        return []
    listed = shared.tables if shared else ()
    return [Found(one.format, folder, one.manifest.domain, one.manifest.entity) for one in listed]


def _database_format(path: Path) -> str | None:
    name = path.suffix.removeprefix(".")
    return name if name in formats.databases() else None


def _in_database(path: Path) -> Iterator[Found]:
    name = _database_format(path)
    if name is None:
        msg = (
            f"{path} is no database of ours.\n"
            f"  Name a folder with a {MANIFEST_FILE}, or a database that synth generate wrote."
        )
        raise UsageError(msg)
    above = path.absolute().parent
    is_current = above.name == CURRENT
    what, domain = ("current", above.parent.name) if is_current else ("dataset", above.name)
    try:
        tables = _changes().current_tables(path, domain) if is_current else formats.load_database(name).tables(path)
    except DataError as error:
        yield Found(name, path, domain, "", what, str(error))
        return
    for table in tables:
        yield Found(name, path, domain, table, what)


# What holds of it


def _verified(found: Found, depth: Depth) -> Verified:
    """The problems of a database that can't be listed, or of a table of change data."""
    if found.problem:
        return found.result(0, "", [found.problem])
    try:
        if found.what == "current":
            return _changes().verify_current(found, Project.here(), depth)
        return _changes().verify_part(found, Project.here(), depth)
    except SynthError as error:
        return found.result(0, "", [str(error)])


def _datasets() -> ModuleType:
    """What looks at whole datasets, with the DuckDB that its rules are for, which takes its time to import."""
    from synth_assets.usecases import verify_datasets

    return verify_datasets


def _changes() -> ModuleType:
    """What knows change data; imported only where there is some."""
    from synth_assets.usecases import verify_changes

    return verify_changes
