"""What was asked for in a place, beside what is there: tables that are missing, and manifests that may be there."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from synth_assets.changes.asked import Asked, asked
from synth_assets.changes.enveloped import FOLDER, batches_in
from synth_assets.changes.enveloped import name_of as batch_manifest
from synth_assets.changes.identity import Identity
from synth_assets.errors import AGAIN, DataError
from synth_assets.model.change_log import gaps
from synth_assets.model.layout import (
    DESCRIPTIONS,
    HISTORIES,
    IDENTITY_FILE,
    LOGS,
    MANIFEST_FILE,
    SNAPSHOTS,
    STAGING,
    ChangePlace,
    descriptions_folder,
    is_part_name,
)
from synth_assets.sinks.register import Noted, registered
from synth_assets.sinks.staging import is_written
from synth_assets.usecases.verified import Found

Name = tuple[str, Path, str, str]

_EACH = 1_000
"""Batches of a table that are told one by one."""

_BUSY = "it is in use: a run is writing below {}."
_GONE = "it was asked for and isn't there: the run that was to make it didn't end, or it was removed."
_NOT_THERE = f"{_GONE}\n  {AGAIN}"


def spelt_out(path: Path) -> Path:
    """A path from the root on, without ``..``; links stay: what one leads out of its place is missing there."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - `Path` has nothing that leaves links alone


def name_of(found: Found) -> Name:
    """What no two stored tables have in common."""
    return found.format, spelt_out(found.path), found.domain, found.entity


def described_at(path: Path) -> list[Found]:
    """Folders of descriptions, of datasets that were asked for, of which a path is one, or part, or holds some."""
    if not os.path.lexists(path):
        return []
    here = spelt_out(path)
    return [
        found
        for root in _roots(path)
        if here.is_relative_to(spelt_out(root / DESCRIPTIONS))
        for found in _described(root, registered(root))
        if spelt_out(found.path).is_relative_to(here) or here.is_relative_to(spelt_out(found.path))
    ]


def described_beside(path: Path) -> Iterator[Found]:
    """Folders of descriptions, of the datasets that have tables at or below a path; those that are there."""
    here = spelt_out(path)
    for root in _roots(path):
        with suppress(DataError):  # told already, as what was asked for
            inside = [one for one in registered(root) if spelt_out(one.table.location(root)).is_relative_to(here)]
            yield from _described(root, inside)


def _described(root: Path, asked_for: Iterable[Noted]) -> Iterator[Found]:
    for domain, dataset in dict.fromkeys((one.table.domain, one.table.dataset) for one in asked_for):
        folder = descriptions_folder(root, domain, dataset)
        if os.path.lexists(folder):
            yield Found("", folder, domain, "", "descriptions")


def written_at(paths: Iterable[Path]) -> set[Path]:
    """The data roots above or below some paths below which runs are writing at this moment."""
    return {spelt_out(root) for path in paths for root in _roots(path) if is_written(root)}


def with_asked(path: Path, found: Mapping[Name, Found], written: Collection[Path]) -> dict[Name, Found]:
    """What there is at or below a path, and what was asked for there.

    Args:
        path: a folder or a database.
        found: what there is.
        written: roots where runs were writing when it was looked for: who has ended since may have added to it.
    """
    together = dict(found)
    for root in _without_notes(path):
        what = f"{root / STAGING} is no folder: nobody knows what was asked for there."
        broken = Found("", root, "", "", problem=f"{what}\n  Take it away, and generate the dataset again.")
        together[name_of(broken)] = broken
    unlisted = {spelt_out(one.path) for one in found.values() if one.problem and not one.entity}
    for root in _roots(path):
        try:
            noted = list(registered(root))
        except DataError as error:
            damaged = Found("", root, "", "", problem=str(error))
            together[name_of(damaged)] = damaged
            continue
        running = spelt_out(root) in written or is_written(root)
        for one in noted:
            location = one.table.location(root)
            name = one.table.format, spelt_out(location), one.table.domain, one.table.table
            if name in together:
                together[name] = replace(together[name], manifests=one.table.manifests)
            elif spelt_out(location).is_relative_to(spelt_out(path)) and spelt_out(location) not in unlisted:
                busy = replace(_found(one, location), problem=_BUSY.format(root), judged=False)
                together[name] = busy if running else _missing(one, location)
        for found_missing in _missing_changes(root, path, together, running=running):
            together[name_of(found_missing)] = found_missing
    return together


def writing_above(path: Path, written: Collection[Path]) -> Path | None:
    """The data root above a path below which a run is writing, or was when the look began; ``None`` if none is."""
    here = spelt_out(path)
    above = (root for root in (here, *here.parents) if (root / STAGING).is_dir())
    return next((root for root in above if root in written or is_written(root)), None)


def _missing_changes(root: Path, path: Path, there: Mapping[Name, Found], *, running: bool) -> Iterator[Found]:
    """What was asked for in a folder of change data and isn't there, as far as it would lie at or below a path."""
    try:
        noted = list(asked(root))
        domain = Identity.read(root / IDENTITY_FILE).domain if noted else ""
    except DataError as error:
        yield Found("", root / STAGING, "", "", problem=str(error))
        return
    except (OSError, ValueError) as error:
        why = f"{root / IDENTITY_FILE} can't be read, and without it nobody knows whose changes these are:"
        why += f" {getattr(error, 'strerror', None) or error}."
        yield Found("", root, "", "", "change data", f"{why}\n  {AGAIN}")
        return
    stored: dict[Path, set[str]] = {}
    for _, location, *_ in there:
        stored.setdefault(location.parent, set()).add(location.name.partition("=")[2])
    for one in noted:
        for missing in _missing_of(one, root, domain, stored):
            if spelt_out(missing.path).is_relative_to(spelt_out(path)):
                problem = _BUSY.format(root) if running else missing.problem
                yield replace(missing, problem=problem, judged=not running)


def _missing_of(one: Asked, root: Path, domain: str, stored: Mapping[Path, set[str]]) -> Iterator[Found]:
    """What isn't there of what was asked for of a table, one by one; where there is very much, the rest at once.

    Args:
        one: what was asked for.
        root: the folder of change data.
        domain: its domain.
        stored: what lies in a table's folder, by label.
    """
    is_plain = one.what in {LOGS, SNAPSHOTS, HISTORIES}

    def missing(label: str, problem: str = _NOT_THERE) -> Found:
        if is_plain:
            place = ChangePlace(root, one.what, domain, one.table, label)
            return Found("", place.path, domain, one.table, "change data", problem)
        manifest = root / one.what / FOLDER / batch_manifest(int(label))
        return Found(one.what, manifest, domain, "", "envelope", problem)

    if is_plain:
        labels = stored.get(spelt_out(missing("0").path).parent, set[str]())
        yield from (missing(label) for label in one.moments if label not in labels)
        numbers = [int(label) for label in labels if label.isdecimal() and f"{int(label):05d}" == label]
    else:
        numbers = batches_in(root / one.what)
    absent = [gap for run in one.batches for gap in gaps(numbers, run.start, run.stop - 1)]
    each = list(islice(chain.from_iterable(absent), _EACH + 1))
    yield from (missing(f"{number:05d}") for number in each[:_EACH])
    if len(each) > _EACH:
        more = f"{sum(map(len, absent)) - _EACH:,} more batches, up to {absent[-1][-1]}, are missing like those before."
        yield missing(f"{each[_EACH]:05d}", f"{more}\n  {AGAIN}")


def _found(noted: Noted, location: Path) -> Found:
    return Found(noted.table.format, location, noted.table.domain, noted.table.table)


def _missing(noted: Noted, location: Path) -> Found:
    if location.is_dir() and any(is_part_name(path.name) for path in location.iterdir()):
        why = f"{location} holds part files but no {MANIFEST_FILE}: nothing says what they are."
    else:
        why = _GONE
    return replace(
        _found(noted, location), problem=f"{why}\n  Generate it; or remove {noted.note} if the dataset isn't wanted."
    )


def _without_notes(path: Path) -> Iterator[Path]:
    """Folders at, above or below a path that have something else where notes belong."""
    here = spelt_out(path)
    for above in (here, *here.parents):
        if os.path.lexists(above / STAGING) and not (above / STAGING).is_dir():
            yield above
    for folder, _, files in os.walk(path):
        if STAGING in files and spelt_out(Path(folder)) != here:
            yield spelt_out(Path(folder))


def _roots(path: Path) -> Iterator[Path]:
    """The data roots that a path lies below, and those below it; as relative as the path is."""
    here = path.absolute()
    for above in here.parents:
        if (above / STAGING).is_dir():
            yield above if path.is_absolute() else Path(os.path.relpath(above))
    for folder, names, _ in os.walk(path):
        if STAGING in names:
            names.remove(STAGING)
            yield Path(folder)
