"""Write the files of a broken log: what is left of the clean ones, what was added, in their new order and columns."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from synth_assets.engine.content_hash import BlockHasher
from synth_assets.faults.drift import Drift, drifted
from synth_assets.faults.workspace import ROW, Workspace
from synth_assets.model.change_log import AFTER, BEFORE, CHANGED, change_table
from synth_assets.model.key import Key
from synth_assets.model.layout import MANIFEST_FILE
from synth_assets.model.manifest import Manifest
from synth_assets.produce.manifests import Origin, manifest_of
from synth_assets.sinks.failures import writing
from synth_assets.sinks.interface import FileFormat, FileOptions

_SOURCES = 3
"""Values of an added column: it says which of so many systems a record came through."""


class CutFile(NamedTuple):
    """A file as it was cut off: its bytes before and after, and how many whole rows can still be read."""

    size: int
    kept: int
    rows: int


@dataclass(frozen=True)
class Delivery:
    """What was written.

    Attributes:
        records: all records of all files, also of those that were cut off: ``id``, ``entity``, ``to_batch``,
            ``at`` (row in the file), ``batch`` (their own), ``lsn``, ``key``; sorted by file and row.
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
        file = _File(work, entity, batch)
        path = file.write(folder, records[start : start + count])
        if shown := file.shown_drifts(count):
            drifts[entity, batch] = shown
        files[entity, batch] = path.relative_to(root).as_posix()
        if (entity, batch) in work.cuts:
            with writing(path):
                cuts[entity, batch] = _cut(path, work.cuts[entity, batch].keep, count)
    return Delivery(records, files, cuts, drifts)


def _records(work: Workspace) -> pl.DataFrame:
    """Every record that is to be delivered, in the order of the files and their rows."""
    index = work.log.index.select(
        "id",
        "entity",
        pl.col("batch").alias("to_batch"),
        (pl.col("row") * ROW).alias("pos"),
        *("batch", "row", "lsn", "key"),
        pl.lit(-1, dtype=pl.Int64).alias("made_row"),
    )
    if work.lost:
        index = index.join(pl.concat(work.lost), on="id", how="anti")
    if work.moved:
        index = index.update(pl.concat(work.moved), on="id")
    return (
        pl.concat([index, *work.added])
        .sort("entity", "to_batch", "pos", "id")
        .with_columns(pl.int_range(pl.len(), dtype=pl.Int64).over("entity", "to_batch").alias("at"))
    )


def _touched(work: Workspace) -> set[tuple[str, int]]:
    """The files that can't be copied as they are."""
    index = work.log.index.select("id", "entity", pl.col("batch").alias("to_batch"))
    changed = [one.select("id") for one in (*work.lost, *work.moved, *work.altered)]
    frames = [index.head(0).drop("id"), *(index.join(one, on="id").drop("id") for one in changed)]
    frames += [one.join(index.drop("to_batch"), on="id").select("entity", "to_batch") for one in work.moved]
    frames += [added.select("entity", "to_batch") for added in work.added]
    named = [index.join(one.select("id"), on="id", how="semi").drop("id") for one in work.touches]
    # The answer key names a record's row in its file, so there is one file.
    in_parts = {place for one in named for place in one.unique().rows() if len(work.log.manifest(*place).files) > 1}
    return {*pl.concat(frames).unique().rows(), *work.drifts, *work.cuts, *in_parts}


def _copy(source: Path, target: Path, manifest: Manifest) -> Path:
    """Copy a file, or its parts, with the manifest; returns the first part's path."""
    with writing(target):
        for name in (*(file.path for file in manifest.files), MANIFEST_FILE):
            shutil.copyfile(source / name, target / name)
    return target / manifest.files[0].path


class _File:
    """One file of the broken log."""

    def __init__(self, work: Workspace, entity: str, batch: int) -> None:
        self.work = work
        self.entity = entity
        self.batch = batch
        self.table = work.log.tables[entity]

    def shown_drifts(self, records: int) -> Sequence[Drift]:
        """The changes of columns that a file with so many records shows."""
        shows = records or self._format().name == "parquet"
        return self.work.drifts.get((self.entity, self.batch), ()) if shows else ()

    def write(self, folder: Path, records: pl.DataFrame) -> Path:
        """Write the part file and its manifest; returns the part's path."""
        drifts = self.shown_drifts(records.height)
        frame = _with_drifts(self._altered(self._gathered(records), records), drifts)
        table = change_table(drifted(self.table, drifts))
        frame = frame.select(table.column_names)
        form = self._format()
        with form.open_part(folder / form.part_name(0, FileOptions()), table, FileOptions()) as writer:
            writer.write(frame)
            file = writer.close()
        # A broken log need not ascend by lsn: its order is part of its content.
        keyless = replace(table, key=Key.of(""))
        hasher = BlockHasher(keyless)
        hasher.update(frame)
        like = self.work.log.manifest(*self._stored_one())
        origin = Origin({**like.parameters, "batch": self.batch}, like.contract)
        manifest = manifest_of(table, origin, hasher.finish(), (file,))
        with writing(folder):
            (folder / MANIFEST_FILE).write_text(manifest.to_json(), encoding="utf-8")
        return folder / file.path

    def _stored_one(self) -> tuple[str, int]:
        """This file at the source; where nothing happened in its batch, another one of the table or the log."""
        stored = self.work.log.formats
        own = [self.batch, *self.work.log.batches_of[self.entity]]
        return next((place for batch in own if (place := (self.entity, batch)) in stored), next(iter(stored)))

    def _format(self) -> FileFormat:
        return self.work.log.formats[self._stored_one()]

    def _gathered(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records' events as they were at the source, or were made up."""
        schema = change_table(self.table).schema
        pieces = [schema.to_frame()]
        order: list[np.ndarray] = []
        numbered = records.select("batch", "row", "made_row", pl.int_range(pl.len(), dtype=pl.Int64).alias("#n"))
        made = numbered.filter(pl.col("made_row") >= 0)
        if made.height:
            pieces.append(pl.concat(self.work.made[self.entity])[made["made_row"]])
            order.append(made["#n"].to_numpy())
        for (batch,), some in numbered.filter(pl.col("made_row") < 0).group_by("batch", maintain_order=True):
            pieces.append(self.work.log.read(self.entity, int(str(batch)))[some["row"]])
            order.append(some["#n"].to_numpy())
        whole = pl.concat(pieces)
        return whole[np.argsort(np.concatenate(order))] if len(order) > 1 else whole

    def _altered(self, frame: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
        if not self.work.altered:
            return frame
        numbers = pl.concat(self.work.altered)
        by = records.select("id").join(numbers, on="id", how="left", maintain_order="left")["altered"].alias("#by")
        frame = frame.with_columns(by)
        for number in by.drop_nulls().unique().sort().to_list():
            values = self.work.alterations[number](self.table)
            frame = frame.with_columns(
                pl.when(pl.col("#by") == number)
                .then(value)
                .otherwise(pl.col(name))
                .cast(frame.schema[name])
                .alias(name)
                for name, value in values.items()
            )
        return frame.drop("#by")


def _with_drifts(frame: pl.DataFrame, drifts: Iterable[Drift]) -> pl.DataFrame:
    for drift in drifts:
        names = pl.col(CHANGED.name)
        if drift.new is None:
            frame = frame.with_columns(names.list.eval(pl.element().filter(pl.element() != drift.column)))
            continue
        old = [prefix + drift.column for prefix in (BEFORE, AFTER)]
        new = [prefix + drift.new.name for prefix in (BEFORE, AFTER)]
        if old[0] in frame.columns:
            frame = frame.with_columns(
                names.list.eval(pl.element().replace({drift.column: drift.new.name})),
                *(pl.col(one).cast(drift.new.type.polars).alias(other) for one, other in zip(old, new, strict=True)),
            )
        else:
            source = pl.format("source {}", pl.col("lsn") % _SOURCES)
            has_image = {
                BEFORE: pl.col("op").is_in(["update", "delete"]),
                AFTER: pl.col("op").is_in(["insert", "update"]),
            }
            frame = frame.with_columns(
                pl.when(has).then(source).alias(prefix + drift.new.name) for prefix, has in has_image.items()
            )
    return frame


def _cut(path: Path, keep: float, rows: int) -> CutFile:
    """Cut a file off; its whole lines can still be read if it is text."""
    size = path.stat().st_size
    kept = int(size * keep)
    with path.open("r+b") as file:
        file.truncate(kept)
    if path.suffix == ".parquet":
        return CutFile(size, kept, 0)
    left = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    # A line break between an odd number of quotes is part of a CSV field; NDJSON has none in its texts.
    quoted = np.cumsum(left == ord('"')) % 2 == 1 if path.suffix == ".csv" else np.zeros(len(left), dtype=np.bool_)
    lines = int(((left == ord("\n")) & ~quoted).sum())
    return CutFile(size, kept, min(rows, max(0, lines - (path.suffix == ".csv"))))
