"""Is what is stored what the manifest says? Recomputed from the stored data alone, for any format."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path, PurePath

import polars as pl

from synth_assets.documents.regular import open_regular
from synth_assets.engine.content_hash import BlockHasher, TableDigest
from synth_assets.errors import DataError, forbidden
from synth_assets.model.layout import is_left_by_others, is_part_name
from synth_assets.model.manifest import Manifest, PartFile
from synth_assets.model.table import Table

_WIDEST_ROW = 1_000_000
"""Bytes of a row, and more than any of ours has."""

_SLACK = 5_000_000


def digest_stored(frames: Iterable[pl.DataFrame], table: Table) -> TableDigest:
    """Hash a table's stored frames, in key order.

    Raises:
        DataError: a key occurs twice, is missing or out of order, or what reading the frames raises.
    """
    hasher = BlockHasher(table)
    for frame in frames:
        hasher.update(frame)
    return hasher.finish()


def verify_stored(
    frames: Iterable[pl.DataFrame], table: Table, manifest: Manifest, folder: Path | None = None
) -> list[str]:
    """Compare stored data with its manifest.

    Args:
        frames: the stored rows, as a format's ``read`` gives them.
        table: the table's definition.
        manifest: what was written.
        folder: where the part files lie, for formats that have them.

    Returns:
        the problems, one text each; none if all is well.
    """
    problems = definition_problems(table, manifest)
    if folder is not None:
        problems += file_problems(folder, manifest)
    try:
        digest = digest_stored(frames, table)
    except DataError as error:
        return [*problems, str(error)]
    return problems + content_problems(digest, manifest)


def definition_problems(table: Table, manifest: Manifest) -> list[str]:
    """What of a manifest is of another table, or of another version of it."""
    problems: list[str] = []
    if (manifest.domain, manifest.entity) != (table.domain, table.name):
        problems.append(f"the manifest is of {manifest.domain}/{manifest.entity}, not of {table.path}")
    stored = [(column.name, column.type) for column in manifest.columns]
    defined = [(column.name, column.type.name) for column in table.columns]
    if stored != defined:
        differing = dict.fromkeys(name for name, _ in sorted({*stored} ^ {*defined})) or ["their order"]
        problems.append(f"{table.path}: the manifest's columns are not the definition's: {', '.join(differing)}")
    return problems


def file_problems(folder: Path, manifest: Manifest, some: Iterable[PartFile] | None = None) -> list[str]:
    """Which part files of a folder aren't those that the manifest lists, byte for byte.

    Args:
        folder: where they are.
        manifest: what was written.
        some: of its files those that are looked at; all without.
    """
    looked_at = manifest.files if some is None else some
    problems = [problem for file in looked_at if (problem := file_problem(folder / file.path, file.bytes, file.sha256))]
    problems += [f"{folder / name} is not in the manifest" for name in surplus_files(folder, manifest)]
    rows = sum(file.rows for file in manifest.files)
    if rows != manifest.rows:
        problems.append(f"{folder}: the manifest's files have {rows} rows together, the table {manifest.rows}")
    return problems


def surplus_files(folder: Path, manifest: Manifest) -> list[str]:
    """Files of a folder that its manifest doesn't list, and of those below that it lists some of; sorted.

    Those that are called like part files, or end as the listed ones do: who reads the folder would read them.
    """
    listed = {file.path for file in manifest.files}
    folders = {folder, *((folder / path).parent for path in listed)}
    # Names of other forms are those of a folder that tables share, and maybe others with them.
    endings = tuple({"".join(PurePath(path).suffixes) for path in listed if is_part_name(PurePath(path).name)})
    paths = [path for one in folders if one.is_dir() for path in one.iterdir() if _is_read(path.name, endings)]
    return sorted(name for path in paths if (name := path.relative_to(folder).as_posix()) not in listed)


def _is_read(name: str, endings: tuple[str, ...]) -> bool:
    """Whether people who read a folder of part files take a file for one; an underscore hides it from all of them."""
    is_hidden = is_left_by_others(name) or name.startswith("_")
    return is_part_name(name) or (bool(endings) and name.endswith(endings) and not is_hidden)


def oversized(path: Path, file: PartFile) -> str | None:
    """What is wrong with a part file that is said to have far more bytes than its rows can; ``None`` if nothing is.

    A manifest may have been written by anybody, and one line of gigabytes takes a reader's memory.
    """
    if file.bytes <= _SLACK + _WIDEST_ROW * file.rows:
        return None
    return f"{path} isn't read: it is said to have {file.bytes:,} bytes for {file.rows:,} rows"


def measured(path: Path, size: int) -> tuple[int, str]:
    """A file's size, and the SHA-256 of its bytes if that is the size it should have; else empty.

    Raises:
        OSError: it is missing, can't be read, or is no regular file.
    """
    with open_regular(path) as stream:
        found = os.fstat(stream.fileno()).st_size
        if found != size:
            return found, ""
        return found, hashlib.file_digest(stream, "sha256").hexdigest()


def file_problem(path: Path, size: int, sha256: str) -> str | None:
    """What is wrong with a file that should have a size and a SHA-256; ``None`` if nothing is.

    Raises:
        UnjudgedError: the system doesn't let it be read.
    """
    try:
        there, found = measured(path, size)
        if there != size:
            return f"{path} has {there} bytes, not {size}"
    except FileNotFoundError:
        return f"{path} is missing"
    except PermissionError as error:
        raise forbidden(path) from error
    except OSError as error:
        return f"{path} can't be read: {error.strerror}"
    return None if found == sha256 else f"{path} was changed: its SHA-256 is {found}, not {sha256}"


def content_problems(digest: TableDigest, manifest: Manifest) -> list[str]:
    """Which columns hold something else than the manifest says."""
    problems: list[str] = []
    if digest.rows != manifest.rows:
        problems.append(f"{digest.rows} rows are stored, not {manifest.rows}")
    expected = {column.name: column.hash for column in manifest.columns}
    problems += [
        f"column {name} has other values than were generated"
        for name, found in digest.column_hashes.items()
        if expected.get(name) != found
    ]
    if digest.content_hash != manifest.content_hash:
        problems.append(f"the content hash is {digest.content_hash}, not {manifest.content_hash}")
    return problems
