"""Records that refer to a row that isn't there yet, or never comes: what they are depends on all faults of a plan."""

from collections.abc import Iterator

import polars as pl

from synth_assets.faults.delivery import Delivery
from synth_assets.faults.workspace import CUT_OFF, LOST, Workspace
from synth_assets.model.change_log import AFTER
from synth_assets.model.table import Table

_REMEDY = "keep the row; don't ask for its parent until the last batch"


def links(work: Workspace, table: Table, events: pl.DataFrame) -> pl.DataFrame:
    """What a file's rows refer to after its events: ``at`` (position), ``column``, ``parent``, ``parent_key``."""
    entities = work.log.index.schema["entity"]
    none = pl.DataFrame(schema={"at": pl.Int64, "column": pl.String, "parent": entities, "parent_key": pl.Int64})
    found = [
        events.select(
            pl.int_range(pl.len(), dtype=pl.Int64).alias("at"),
            pl.lit(column).alias("column"),
            pl.lit(parent, dtype=entities).alias("parent"),
            pl.col(AFTER + column).alias("parent_key"),
        )
        for column, parent in ((str(one), one.table) for one in table.references)
    ]
    return pl.concat([none, *found]).drop_nulls("parent_key")


def touch_orphans(work: Workspace, delivery: Delivery) -> None:
    """Enter every record that can be read and is delivered before a row that it refers to."""
    for fault, parents in work.orphaned:
        unreadable = pl.concat(work.touches).filter(pl.col("harm").is_in([LOST, CUT_OFF]))["id"]
        readable = delivery.records.filter(~pl.col("id").is_in(unreadable.implode()))
        for name, events, records in _delivered(work, readable):
            found = links(work, work.log.tables[name], events).join(parents, on=["parent", "parent_key"])
            orphans = found.join(records, left_on="at", right_on="position").filter(
                pl.col("to_batch") < pl.col("until")
            )
            for (column, batch), some in orphans.group_by("column", "to_batch", maintain_order=True):
                drifts = delivery.drifts.get((name, int(str(batch))), ())
                if any(drift.column == column and drift.new is None for drift in drifts):
                    continue
                work.touch(
                    fault,
                    some,
                    _REMEDY,
                    [pl.lit("child").alias("role"), pl.col("parent").cast(pl.String), pl.col("parent_key")],
                    column=str(column),
                )


def _delivered(work: Workspace, records: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """Of each table with references: some events, and the records that deliver those at a ``position``."""
    for name, table in work.log.tables.items():
        if not table.references:
            continue
        own = records.filter(entity=name).select("id", "to_batch", "batch", "row", "made_row")
        if name in work.made:
            yield name, pl.concat(work.made[name]), own.filter(pl.col("made_row") >= 0).rename({"made_row": "position"})
        for (batch,), some in own.filter(made_row=-1).group_by("batch", maintain_order=True):
            yield name, work.log.read(name, int(str(batch))), some.rename({"row": "position"})
