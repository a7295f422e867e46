"""Deliver a broken log: which record lies in which file, and what is written or copied there."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synth_assets.faults.broken_file import BrokenFile
from synth_assets.faults.cut import CutFile, cut_off
from synth_assets.faults.drift import Drift
from synth_assets.faults.edits import ROW
from synth_assets.faults.workspace import Workspace
from synth_assets.model.layout import MANIFEST_FILE
from synth_assets.model.manifest import Manifest
from synth_assets.sinks.failures import writing


@dataclass(frozen=True)
class Delivery:
    """What was written.

    Attributes:
        records: all records of all files, also of those that were cut off: ``id``, ``entity``, ``to_batch``,
            ``at`` (row in the file), ``batch`` (their own), ``lsn``, ``position`` (number of the row that it is
            about); sorted by file and row.
        files: each file's path from the log's folder, by table and batch.
        cuts: the files that were cut off.
        drifts: the files whose columns changed; text without a record has none.
    """

    records: pl.DataFrame
    files: Mapping[tuple[str, int], str]
    cuts: Mapping[tuple[str, int], CutFile]
    drifts: Mapping[tuple[str, int], Sequence[Drift]]


def deliver(work: Workspace, root: Path) -> Delivery:
    """Write all files below ``root``; those that no fault touches are copied byte by byte."""
    records = _records(work)
    touched = _touched(work)
    places: dict[tuple[str, int], tuple[int, int]] = {}
    bounds = records.with_row_index("#n").group_by("entity", "to_batch").agg(pl.col("#n").min(), pl.len())
    for entity, batch, start, count in bounds.rows():
        places[entity, batch] = (start, count)
    files: dict[tuple[str, int], str] = {}
    cuts: dict[tuple[str, int], CutFile] = {}
    drifts: dict[tuple[str, int], Sequence[Drift]] = {}
    stored = {(entity, batch) for entity, batches in work.log.batches_of.items() for batch in batches}
    for entity, batch in sorted(stored | places.keys()):
        source = work.log.folder.log_path(entity, batch)
        folder = root / source.relative_to(work.log.folder.root)
        with writing(folder):
            folder.mkdir(parents=True)
        if (entity, batch) not in touched:
            path = _copy(source, folder, work.log.manifest(entity, batch))
            files[entity, batch] = path.relative_to(root).as_posix()
            continue
        start, count = places.get((entity, batch), (0, 0))
        file = BrokenFile(work.log, work.edits, entity, batch)
        path = file.write(folder, records[start : start + count])
        if shown := file.shown_drifts(count):
            drifts[entity, batch] = shown
        files[entity, batch] = path.relative_to(root).as_posix()
        if (entity, batch) in work.edits.cuts:
            with writing(path):
                cuts[entity, batch] = cut_off(path, work.edits.cuts[entity, batch].keep, count)
    return Delivery(records, files, cuts, drifts)


def _records(work: Workspace) -> pl.DataFrame:
    """Every record that is to be delivered, in the order of the files and their rows."""
    index = work.log.index.select(
        "id",
        "entity",
        pl.col("batch").alias("to_batch"),
        (pl.col("row") * ROW).alias("pos"),
        *("batch", "row", "lsn", "position"),
        pl.lit(-1, dtype=pl.Int64).alias("made_row"),
    )
    if work.edits.lost:
        index = index.join(pl.concat(work.edits.lost), on="id", how="anti")
    if work.edits.moved:
        index = index.update(pl.concat(work.edits.moved), on="id")
    return (
        pl.concat([index, *work.edits.added])
        .sort("entity", "to_batch", "pos", "id")
        .with_columns(pl.int_range(pl.len(), dtype=pl.Int64).over("entity", "to_batch").alias("at"))
    )


def _touched(work: Workspace) -> set[tuple[str, int]]:
    """The files that can't be copied as they are."""
    index = work.log.index.select("id", "entity", pl.col("batch").alias("to_batch"))
    changed = [one.select("id") for one in (*work.edits.lost, *work.edits.moved, *work.edits.altered)]
    frames = [index.head(0).drop("id"), *(index.join(one, on="id").drop("id") for one in changed)]
    frames += [one.join(index.drop("to_batch"), on="id").select("entity", "to_batch") for one in work.edits.moved]
    frames += [added.select("entity", "to_batch") for added in work.edits.added]
    named = index.join(work.touches.all.select("id"), on="id", how="semi").drop("id").unique()
    # The answer key names a record's row in its file, so there is one file.
    in_parts = {place for place in named.rows() if len(work.log.manifest(*place).files) > 1}
    return {*pl.concat(frames).unique().rows(), *work.edits.drifts, *work.edits.cuts, *in_parts}


def _copy(source: Path, target: Path, manifest: Manifest) -> Path:
    """Copy a file, or its parts, with the manifest; returns the first part's path."""
    with writing(target):
        for name in (*(file.path for file in manifest.files), MANIFEST_FILE):
            shutil.copyfile(source / name, target / name)
    return target / manifest.files[0].path
