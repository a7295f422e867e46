"""Verify stored tables by all that holds of stored data: the checks that Dagster runs, on whatever lies in a place."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from synth_assets.errors import AGAIN, DataError, SynthError, UnjudgedError, UsageError
from synth_assets.model.layout import (
    CURRENT,
    IDENTITY_FILE,
    MANIFEST_FILE,
    STAGING,
    is_part_name,
    partition_of,
    place_of,
)
from synth_assets.model.manifest import read_shared_manifest
from synth_assets.project.project import Project
from synth_assets.sinks import catalog as formats
from synth_assets.sinks.envelopes import catalog as envelopes
from synth_assets.sinks.objects.copies import refresh_around
from synth_assets.sinks.register import Noted, registered
from synth_assets.spoken import option
from synth_assets.usecases.verified import EVERYTHING, Depth, Found, Part, Verified
from synth_assets.usecases.verify_asked import (
    Name,
    described_at,
    described_beside,
    name_of,
    with_asked,
    writing_above,
    written_at,
)


def verify(paths: Sequence[Path], depth: Depth = EVERYTHING) -> list[Verified]:
    """Verify stored tables.

    Args:
        paths: folders of part files, databases, or folders that hold such.
        depth: how far to look.

    Returns:
        one result a table and format, in the order of the paths; also of each that was asked for there and is missing.
        Of what other tools are told of those datasets, a result where it isn't as it should be, or if a path names it.

    Raises:
        UsageError: no path, one that doesn't exist, or no dataset in it; or none that has the group or the rows that
            are to be looked at.
        UnjudgedError: an object store doesn't let it be read.
    """
    if not paths:
        raise UsageError("there is nothing to verify: no path is given.\n  Name what synth generate wrote.")
    for path in paths:
        refresh_around(path)
    written = written_at(paths)
    found: dict[Name, Found] = {}
    for path in paths:
        if named := described_at(path):
            found |= {name_of(one): one for one in named}
            continue
        here = with_asked(path, {name_of(one): one for one in _search(path)} if path.exists() else {}, written)
        if not here and (above := _envelope_above(path)) is not None:
            here = {name_of(above): above}
        if not here and not path.exists():
            msg = f"{path} doesn't exist.\n  Name a folder or a database that synth generate wrote."
            raise UsageError(msg)
        if not here:
            grade = f" Rows that synth load wrote are graded by: synth changes score DOMAIN --at 0 --candidate {path}"
            msg = (
                f"there is no dataset in {path}: no {MANIFEST_FILE} and no database of ours.\n"
                f"  Name what synth generate wrote.{grade if path.is_file() else ''}"
            )
            raise UsageError(msg)
        found |= here
    datasets = [one for one in found.values() if one.what == "dataset" and not one.problem]
    results = _datasets().verify_tables(datasets, Project.here(), depth) if datasets else {}
    if depth.part is not None:
        looked_at = _of_part(found.values(), results, depth.part)
    elif depth.only is None:
        looked_at = [results[one] if one in results else _verified(one, depth) for one in found.values()]
        beside = {name_of(one): one for path in paths for one in described_beside(path)}
        told = [_verified(one, depth) for name, one in beside.items() if name not in found]
        looked_at += [one for one in told if not one.ok]
    else:
        looked_at = _of_group(found.values(), results, depth.only)
    return [_settled(one, written) for one in looked_at]


def _of_group(found: Collection[Found], results: Mapping[Found, Verified], wanted: tuple[str, str]) -> list[Verified]:
    """What is said where only a group is looked at: nothing of other datasets, and nothing of change data.

    Raises:
        UsageError: there is no dataset that could have it.
    """
    word, known = wanted[0], Project.here()
    groups = {name for name in known.names() if (by := known.domain(name).grouped_by) and by.word == word}
    # What isn't there, or can't be listed, may have been of that group.
    broken = [
        one for one in found if one.problem and one.what == "dataset" and (not one.domain or one.domain in groups)
    ]
    if not results and not broken:
        changes = f"; change data is of every {word}" if any(one.what != "dataset" for one in found) else ""
        raise UsageError(f"no dataset with a {word} is stored there{changes}.\n  Leave {option(word)} out.")
    return [results[one] if one in results else one.unlooked() for one in found if one in results or one in broken]


def _of_part(found: Collection[Found], results: Mapping[Found, Verified], part: Part) -> list[Verified]:
    """What is said where only some rows are looked at: nothing of change data, and nothing of descriptions.

    Raises:
        UsageError: no table has such rows.
    """
    broken = [one for one in found if one.problem and one.what == "dataset"]
    if not broken and all(one.undecided and not one.problems for one in results.values()):
        why = f"no table there has {part}" if results else "no dataset is stored there; change data is verified whole"
        raise UsageError(f"{why}.\n  Look at others, or leave {option('offset')} and {option('rows')} out.")
    return [results[one] if one in results else one.unlooked() for one in found if one in results or one in broken]


def _settled(verified: Verified, written: Collection[Path]) -> Verified:
    """What was found, unless somebody writes there at this moment: then what differs may be half of a change."""
    root = None if verified.ok or not verified.judged else writing_above(verified.path, written)
    if root is None:
        return verified
    busy = f"it is in use: a run is writing below {root}. What was seen meanwhile:"
    return replace(verified, judged=False, problems=(busy, *verified.problems))


# What there is


def _search(path: Path) -> Iterator[Found]:
    """The stored tables at or below a path, in the order of their names."""
    if path.is_file():
        yield from _in_database(path)
    elif (lake := _lake_of(path)) is not None:
        yield from (one for one in _in_lake(lake) if path == lake or path.name == one.entity)
    elif (path / MANIFEST_FILE).exists() and not _is_placed(path) and not _shares(path):
        msg = (
            f"{path} doesn't lie where synth generate puts part files: FORMAT/DOMAIN/TABLE/preset=…/seed=….\n"
            "  Move it back to verify it, or generate it again."
        )
        raise UsageError(msg)
    else:
        unseen: list[OSError] = []
        for folder, names, files in os.walk(path, onerror=unseen.append):
            lakes = sorted(name for name in names if _lake_format(Path(folder) / name) is not None)
            names[:] = sorted(name for name in names if name != STAGING and name not in lakes)
            yield from _in_folder(Path(folder), files)
            for name in sorted(files):
                if _database_format(Path(name)) is not None:
                    yield from _in_database(Path(folder) / name)
            for name in lakes:
                yield from _in_lake(Path(folder) / name)
        for error in unseen:
            folder = Path(str(error.filename))
            yield Found("", folder, "", "", problem=f"{folder} can't be read: {error.strerror}.", judged=False)


def _is_placed(folder: Path) -> bool:
    """Whether a folder lies where we put the part files of one table."""
    return bool(partition_of(folder) or place_of(folder))


def _shares(folder: Path) -> bool:
    """Whether a folder's manifest is one of tables that share it; also if it is a damaged one of ours."""
    try:
        return read_shared_manifest(folder) is not None
    except DataError:
        return any(one.table.place == "." for one in _registered(folder))


def _registered(root: Path) -> list[Noted]:
    try:
        return list(registered(root))
    except DataError:
        return []


def _in_folder(folder: Path, files: Collection[str]) -> Iterator[Found]:
    """The tables of a folder; none if it has no manifest, or is nowhere where we put one."""
    if (enveloped := _enveloped(folder)) is not None:
        yield enveloped
        return
    found = _placed(folder)
    if found is not None:
        if MANIFEST_FILE in files:
            yield found
        elif any(is_part_name(name) for name in files):
            why = f"{folder} holds part files but no {MANIFEST_FILE}: nothing says what they are.\n  {AGAIN}"
            yield replace(found, problem=why)
    elif MANIFEST_FILE in files:
        # A manifest somewhere else is somebody else's.
        try:
            shared = read_shared_manifest(folder)
        except DataError as error:
            if _shares(folder):
                yield Found("", folder, "", "", problem=str(error))
            return
        for one in shared.tables if shared else ():
            yield Found(one.format, folder, one.manifest.domain, one.manifest.entity)


def _placed(folder: Path) -> Found | None:
    """The table that belongs into a folder of part files; ``None`` for any other folder."""
    if place := partition_of(folder):
        return Found(place.form, folder, place.domain, place.table)
    if change := place_of(folder):
        return Found("", folder, change.domain, change.entity, "change data")
    return None


def _enveloped(folder: Path) -> Found | None:
    """What tools read of a folder of change data; ``None`` for any other folder."""
    name = folder.absolute().name
    if name not in envelopes.names() or not (folder.absolute().parent / IDENTITY_FILE).is_file():
        return None
    return Found(name, folder, "", "", "envelope")


def _envelope_above(path: Path) -> Found | None:
    """The envelope that a path lies in: only the whole of it has manifests."""
    return next((found for above in path.absolute().parents if (found := _enveloped(above))), None)


def _database_format(path: Path) -> str | None:
    name = path.suffix.removeprefix(".")
    return name if name in formats.databases() else None


def _in_database(path: Path) -> Iterator[Found]:
    name = _database_format(path)
    if name is None:
        whole = next((above for above in path.absolute().parents if _is_placed(above) or _enveloped(above)), None)
        if whole is not None:
            raise UsageError(f"{path} is one file of {whole}, which is verified as a whole.\n  Name {whole}.")
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
    except (DataError, UnjudgedError) as error:
        yield Found(name, path, domain, "", what, str(error), judged=not isinstance(error, UnjudgedError))
        return
    for table in tables:
        yield Found(name, path, domain, table, what)


def _lake_format(path: Path) -> str | None:
    name = path.suffix.removeprefix(".")
    return name if name in formats.lakes() and path.is_dir() else None


def _lake_of(path: Path) -> Path | None:
    """The lake that a path is, or is a table of."""
    return next((one for one in (path, *path.parents[:2]) if _lake_format(one) is not None), None)


def _in_lake(path: Path) -> Iterator[Found]:
    name, above = _lake_format(path), path.absolute().parent
    assert name is not None  # noqa: S101 - the caller looked
    is_living = above.name == CURRENT
    what, domain = ("lake", above.parent.name) if is_living else ("dataset", above.name)
    try:
        tables = formats.load_lake(name).tables(path, domain)
    except (DataError, UnjudgedError) as error:
        yield Found(name, path, domain, "", what, str(error), judged=not isinstance(error, UnjudgedError))
        return
    for table in tables:
        yield Found(name, path, domain, table, what)


# What holds of it


def _verified(found: Found, depth: Depth) -> Verified:
    """The problems of a database that can't be listed, or of a table of change data."""
    if found.problem:
        return found.unlooked()
    looks: dict[str, Callable[[], Verified]] = {
        "current": lambda: _changes().verify_current(found, Project.here(), depth),
        "lake": lambda: _lakes().verify_lake(found, Project.here(), depth),
        "envelope": lambda: _changes().verify_envelope(found, Project.here(), depth),
        "descriptions": lambda: _descriptions().verify_descriptions(found, Project.here()),
        "change data": lambda: _changes().verify_part(found, Project.here(), depth),
    }
    try:
        return looks[found.what]()
    except SynthError as error:
        return found.failed(error)


def _datasets() -> ModuleType:
    """What looks at whole datasets, with the DuckDB that its rules are for, which takes its time to import."""
    from synth_assets.usecases import verify_datasets

    return verify_datasets


def _lakes() -> ModuleType:
    """What knows tables that live in lakes; imported only where there are some."""
    from synth_assets.usecases import verify_lakes

    return verify_lakes


def _descriptions() -> ModuleType:
    """What knows how datasets are told of to other tools; imported only where something is."""
    from synth_assets.usecases import verify_descriptions

    return verify_descriptions


def _changes() -> ModuleType:
    """What knows change data; imported only where there is some."""
    from synth_assets.usecases import verify_changes

    return verify_changes
