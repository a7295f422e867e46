"""One file of a broken log: its records gathered, altered, in their new columns, and its manifest."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from synth_assets.engine.content_hash import BlockHasher
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.drift import Drift, drifted, with_drifts
from synth_assets.faults.edits import Edits
from synth_assets.model.change_log import change_table
from synth_assets.model.key import Key
from synth_assets.model.layout import MANIFEST_FILE
from synth_assets.produce.manifests import Provenance, manifest_of
from synth_assets.sinks.failures import writing
from synth_assets.sinks.interface import FileFormat, FileOptions


class BrokenFile:
    """One file of a broken log.

    Args:
        log: the clean log.
        edits: what becomes of its records.
        entity: the table.
        batch: the batch whose file it is.
    """

    def __init__(self, log: CleanLog, edits: Edits, entity: str, batch: int) -> None:
        self.log = log
        self.edits = edits
        self.entity = entity
        self.batch = batch
        self.table = log.tables[entity]

    def shown_drifts(self, records: int) -> Sequence[Drift]:
        """The changes of columns that a file with so many records shows."""
        shows = records or self._format().name == "parquet"
        return self.edits.drifts.get((self.entity, self.batch), ()) if shows else ()

    def write(self, folder: Path, records: pl.DataFrame) -> Path:
        """Write the part file and its manifest; returns the part's path.

        Args:
            folder: the file's, which is there.
            records: of the file in their order: ``id``, ``batch``, ``row``, ``made_row``.
        """
        drifts = self.shown_drifts(records.height)
        frame = with_drifts(self._altered(self._gathered(records), records), drifts)
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
        like = self.log.manifest(*self._stored_one())
        origin = Provenance({**like.parameters, "batch": self.batch}, like.contract)
        manifest = manifest_of(table, origin, hasher.finish(), (file,)).sealed()
        with writing(folder):
            (folder / MANIFEST_FILE).write_text(manifest.to_json(), encoding="utf-8")
        return folder / file.path

    def _stored_one(self) -> tuple[str, int]:
        """This file at the source; where nothing happened in its batch, another one of the table or the log."""
        stored = self.log.formats
        own = [self.batch, *self.log.batches_of[self.entity]]
        return next((place for batch in own if (place := (self.entity, batch)) in stored), next(iter(stored)))

    def _format(self) -> FileFormat:
        return self.log.formats[self._stored_one()]

    def _gathered(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records' events as they were at the source, or were made up."""
        schema = change_table(self.table).schema
        pieces = [schema.to_frame()]
        order: list[np.ndarray] = []
        numbered = records.select("batch", "row", "made_row", pl.int_range(pl.len(), dtype=pl.Int64).alias("#n"))
        made = numbered.filter(pl.col("made_row") >= 0)
        if made.height:
            pieces.append(pl.concat(self.edits.made[self.entity])[made["made_row"]])
            order.append(made["#n"].to_numpy())
        for (batch,), some in numbered.filter(pl.col("made_row") < 0).group_by("batch", maintain_order=True):
            pieces.append(self.log.read(self.entity, int(str(batch)))[some["row"]])
            order.append(some["#n"].to_numpy())
        whole = pl.concat(pieces)
        return whole[np.argsort(np.concatenate(order))] if len(order) > 1 else whole

    def _altered(self, frame: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
        if not self.edits.altered:
            return frame
        numbers = pl.concat(self.edits.altered)
        by = records.select("id").join(numbers, on="id", how="left", maintain_order="left")["altered"].alias("#by")
        frame = frame.with_columns(by)
        for number in by.drop_nulls().unique().sort().to_list():
            values = self.edits.alterations[number](self.table)
            frame = frame.with_columns(
                pl.when(pl.col("#by") == number)
                .then(value)
                .otherwise(pl.col(name))
                .cast(frame.schema[name])
                .alias(name)
                for name, value in values.items()
            )
        return frame.drop("#by")
