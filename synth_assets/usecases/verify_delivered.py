"""Verify a log that was broken on purpose: as it was delivered, and what its answer key says of it."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.engine.stored import file_problems
from synth_assets.faults import answer_key
from synth_assets.model.manifest import Manifest
from synth_assets.usecases.verified import Found, Verified

_CUT = "truncated_file"


def verify_delivered(found: Found, folder: ChangeFolder, manifest: Manifest) -> Verified:
    """Verify a table's file of a broken log, whose content no clean log has: its bytes, and whether it is broken.

    Args:
        found: the table's folder of a batch.
        folder: of the broken log.
        manifest: of the batch's folder.

    Raises:
        DataError: the answer key is missing or damaged.
        UnjudgedError: the system doesn't let a file be read.
    """
    key = folder.root / answer_key.FILE
    place = found.path.absolute().relative_to(folder.root)
    kinds = _kinds(key, key.stat().st_mtime_ns if key.is_file() else 0).get(place.as_posix(), ())
    problems = (
        [f"it was broken on purpose by synth changes inject: {', '.join(kinds)}; {key} says how."] if kinds else []
    )
    # Of a file that was cut off, the manifest tells what it was before.
    if _CUT not in kinds:
        problems += file_problems(found.path, manifest)
    endings = {Path(file.path).suffix.removeprefix(".") for file in manifest.files}
    form = endings.pop() if len(endings) == 1 else ""
    return replace(found, format=form).result(manifest.rows, manifest.content_hash, problems)


@lru_cache(maxsize=1)
def _kinds(key: Path, _changed: int) -> dict[str, tuple[str, ...]]:
    """The kinds of faults that touched a file, by the folder that it lies in; read once for all files of a log."""
    touched = answer_key.read(key).select(pl.col("file").str.replace(r"/[^/]*$", "").alias("folder"), "kind").unique()
    by_folder = touched.sort("folder", "kind").group_by("folder", maintain_order=True).agg("kind")
    return {folder: tuple(kinds) for folder, kinds in by_folder.rows()}
