"""Let a staged folder of part files appear in its place: before and after, and nothing between."""

import os
import shutil
from pathlib import Path

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
    replaces = os.path.lexists(target)
    kept = _foreign_entries(target, manifest) if replaces else []
    for entry in kept:
        carry_over(entry, staged / entry.name)
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
            carry_over(entry, target / entry.name)
        shutil.rmtree(left, ignore_errors=True)


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
    foreign = [entry for entry in entries if entry.name not in {*own, MANIFEST_FILE}]
    for entry in foreign:
        if is_part_name(entry.name) or entry.name in {file.path for file in new.files}:
            raise OutputError(
                f"{entry} is not in the manifest beside it, and would be read as a part of the dataset.\n"
                "  Move it away, or give it another name."
            )
    return foreign
