"""What may lie in a folder that tables share, and what the new tables take the place of."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from synth_assets.errors import DataError, OutputError
from synth_assets.model.layout import MANIFEST_FILE
from synth_assets.model.manifest import FolderManifest, Manifest, read_shared_manifest
from synth_assets.spoken import option


class Change(NamedTuple):
    """What becomes of a shared folder.

    Attributes:
        manifest: the new one, with the tables that stay.
        stale: paths of files that the old one lists and the new one doesn't.
    """

    manifest: FolderManifest
    stale: tuple[str, ...]


def change_of(folder: Path, new: FolderManifest) -> Change:
    """What becomes of a folder when tables are published into it; nothing is done.

    Args:
        folder: perhaps not there yet.
        new: the tables that come, of one dataset.

    Raises:
        OutputError: it holds another dataset, or a file that is in the way and no manifest's.
    """
    old = _there(folder)
    check_identity(folder, identity_of(new.tables[0].manifest), old)
    manifest = merged(old, new)
    listed = {file.path for file in manifest.files}
    own = {file.path for file in old.files} if old else set[str]()
    # Without a manifest that can be read, what has the name of a new file is taken for the old one, to be repaired.
    if old is not None or not (folder / MANIFEST_FILE).exists():
        _check_ways(folder, {file.path for file in new.files} - own)
    return Change(manifest, tuple(sorted(own - listed)))


def check_way(folder: Path, path: str) -> frozenset[str]:
    """Refuse a file that is in the way of a new one, long before that is published.

    Args:
        folder: perhaps not there yet.
        path: the new file's, in the folder.

    Returns:
        the paths that the folder's manifest lists.

    Raises:
        OutputError: a file of this name is there, and no manifest's.
    """
    old = _there(folder)
    own = frozenset(file.path for file in old.files) if old else frozenset[str]()
    if old is not None or not (folder / MANIFEST_FILE).exists():
        _check_ways(folder, {path} - own)
    return own


def merged(old: FolderManifest | None, new: FolderManifest) -> FolderManifest:
    """The tables of two manifests, in their new state where both have one."""
    coming = {one.name for one in new.tables}
    staying = tuple(one for one in old.tables if one.name not in coming) if old else ()
    # Neither the order in which workers got ready nor that of runs shows.
    return FolderManifest(tuple(sorted((*staying, *new.tables), key=lambda one: (one.manifest.entity, one.format))))


def check_folder(folder: Path, identity: Mapping[str, Any]) -> None:
    """Refuse to mix two datasets in a folder, which perhaps is not there yet; see :func:`check_identity`."""
    check_identity(folder, identity, _there(folder))


def check_identity(folder: Path, identity: Mapping[str, Any], there: FolderManifest | None) -> None:
    """Refuse to mix two datasets.

    Args:
        folder: where they would be, for the message.
        identity: what tells the new tables' dataset from others; see :func:`identity_of`.
        there: the manifest of what is there; ``None`` if there is none.

    Raises:
        OutputError: a table there is of another one.
    """
    for one in there.tables if there else ():
        _check_same(folder, identity_of(one.manifest), identity)


def identity_of(manifest: Manifest) -> dict[str, Any]:
    """All that tells the dataset of a manifest from others, as plain JSON values."""
    return {"domain": manifest.domain, "contract": manifest.contract, **manifest.parameters}


def _check_same(folder: Path, theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    differ = [
        *(f"{name} is {theirs[name]}, not {ours[name]}" for name in ours if ours[name] != theirs.get(name, ours[name])),
        # Of a group alone one more is said.
        *(f"only it says {name}={value}" for name, value in theirs.items() if name not in ours),
        *(f"it doesn't say {name}={value}" for name, value in ours.items() if name not in theirs),
    ]
    if differ:
        raise OutputError(
            f"{folder} holds another dataset, and a flat folder holds one: {', '.join(differ)}.\n"
            f"  Choose another {option('output_dir')}, or move the other one away."
        )


def _there(folder: Path) -> FolderManifest | None:
    """The manifest of what is there; ``None`` if there is none, or it is damaged."""
    if not (folder / MANIFEST_FILE).exists():
        return None
    try:
        found = read_shared_manifest(folder)
    except DataError:
        return None
    if found is None:
        raise OutputError(
            f"{folder} holds the part files of a single table, beside which no others go.\n"
            f"  Choose another {option('output_dir')}."
        )
    return found


def _check_ways(folder: Path, paths: set[str]) -> None:
    for path in sorted(paths):
        if (folder / path).exists():
            raise OutputError(
                f"{folder / path} is in no manifest of ours, and a new file would take its place.\n"
                f"  Move it away, or choose another {option('output_dir')}."
            )
