"""Let a staged folder of part files appear in its place: before and after, and nothing between."""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePath

from synth_assets.errors import DataError, OutputError
from synth_assets.model.layout import MANIFEST_FILE, is_part_name
from synth_assets.model.manifest import Manifest, read_manifest
from synth_assets.sinks.filesystem import carry_over, exchange, force, make_folder


def publish(staged: Path, target: Path, old: Path, manifest: Manifest) -> None:
    """Force the staged part files to disk, add their manifest, and put the folder in place.

    Args:
        staged: the folder of the part files that ``manifest`` lists; swept at the end.
        target: where it shall be; on the same filesystem.
        old: a free path, for what was at ``target`` where two folders can't be swapped in one step.
        manifest: written last into the staged folder.

    Raises:
        OutputError: see :meth:`~synth_assets.sinks.staging.Staging.publish`.
        OSError: something could not be written; ``target`` is what it was.
    """
    for file in manifest.files:
        force(staged / file.path)
    for folder in {above for file in manifest.files for above in PurePath(file.path).parents} - {PurePath()}:
        force(staged / folder)
    replaces = os.path.lexists(target)
    for entry in _foreign_entries(target, manifest) if replaces else []:
        _carry(entry, target, staged)
    text = manifest.to_json().encode()
    (staged / MANIFEST_FILE).write_bytes(text)
    force(staged / MANIFEST_FILE)
    force(staged)
    make_folder(target.parent)
    left = swap(staged, target, old) if replaces else _move(staged, target)
    force(target.parent)
    if left is not None:
        # What somebody put there between the look and the swap is theirs too.
        for entry in _foreign_entries(left, manifest):
            _carry(entry, left, target)
        shutil.rmtree(left, ignore_errors=True)


def _carry(entry: Path, source: Path, target: Path) -> None:
    """Let somebody's entry of one folder appear in another, at the same place in it."""
    place = target / entry.relative_to(source)
    place.parent.mkdir(parents=True, exist_ok=True)
    carry_over(entry, place)


def _move(staged: Path, target: Path) -> None:
    staged.rename(target)


def swap(staged: Path, target: Path, old: Path) -> Path:
    """Put the folder ``staged`` at ``target``, where one is; returns where that is then: ``staged``, or ``old``.

    Raises:
        OSError: it could not be done; ``target`` is what it was.
    """
    if exchange(staged, target):
        return staged
    make_folder(old.parent)
    target.rename(old)
    try:
        staged.rename(target)
    except OSError:
        old.rename(target)
        raise
    return old


def _foreign_entries(folder: Path, new: Manifest) -> list[Path]:
    """What lies in a dataset's folder and isn't the dataset's.

    Raises:
        OutputError: the folder isn't a dataset's, or an entry would be mistaken for a part of the new one.
    """
    if not folder.is_dir():
        raise OutputError(f"{folder} is no folder.\n  Move it away, or choose another output folder.")
    entries = sorted(folder.iterdir())
    if not entries:
        return []
    if folder / MANIFEST_FILE not in entries:
        raise OutputError(
            f"{folder} holds files but no {MANIFEST_FILE}, so it is no dataset of ours to replace.\n"
            "  Move it away, or choose another output folder."
        )
    try:
        own = {file.path for file in read_manifest(folder).files}
    except DataError:
        # A damaged manifest must not stand in the way of its repair.
        own = {entry.name for entry in entries if is_part_name(entry.name)}
    foreign = list(_others(folder, entries, {*own, MANIFEST_FILE}))
    coming = {file.path for file in new.files}
    for entry in foreign:
        if is_part_name(entry.name) or entry.relative_to(folder).as_posix() in coming:
            raise OutputError(
                f"{entry} is not in the manifest beside it, and would be read as a part of the dataset.\n"
                "  Move it away, or give it another name."
            )
    return foreign


def _others(folder: Path, entries: Iterable[Path], own: Collection[str]) -> Iterator[Path]:
    """The entries that are none of ``own``, paths below the folder; of folders that hold some of them, theirs."""
    for entry in entries:
        path = entry.relative_to(folder).as_posix()
        if path in own:
            continue
        if entry.is_dir() and any(one.startswith(f"{path}/") for one in own):
            yield from _others(folder, sorted(entry.iterdir()), own)
        else:
            yield entry
