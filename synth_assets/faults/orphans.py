"""Records that refer to a row that isn't there yet, or never comes: what they are depends on all faults of a plan."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.delivery import Delivery
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER
from synth_assets.model.table import Reference, Table

_REMEDY = "keep the row; don't ask for its parent until the last batch"


def links(log: CleanLog, table: Table, events: pl.DataFrame) -> pl.DataFrame:
    """What a file's rows refer to after its events.

    Returns:
        a row an event and reference: ``at`` (position of the event), ``column`` (or several with commas between),
        ``parent``, ``parent_position``. Parents that no row of the log can be, and rows themselves, are left out.
    """
    entities = log.index.schema["entity"]
    found: list[pl.DataFrame] = []
    own = pl.Series(table.key.numbers(events))
    for reference in table.references:
        if reference.table not in log.tables:
            continue
        positions = _positions(log, log.tables[reference.table], reference, events)
        is_other = (positions >= 0) & ((positions != own) if reference.table == table.name else True)
        some = pl.DataFrame({"at": pl.arange(0, events.height, eager=True), "parent_position": positions})
        found.append(
            some.filter(is_other).select(
                "at",
                pl.lit(str(reference)).alias("column"),
                pl.lit(reference.table, dtype=entities).alias("parent"),
                "parent_position",
            )
        )
    schema = {"at": pl.Int64, "column": pl.String, "parent": entities, "parent_position": pl.Int64}
    return pl.concat([pl.DataFrame(schema=schema), *found])


def _positions(log: CleanLog, parent: Table, reference: Reference, events: pl.DataFrame) -> pl.Series:
    """The numbers of the rows that events refer to; below 0 for none, and for one that the log doesn't know."""
    target = reference.target(parent)
    if reference.when is not None:
        column, value = reference.when
        found = _positions(log, parent, replace(reference, when=None), events)
        return found.set((events[AFTER + column] != value).fill_null(value=True), -1)
    cells = events.select(
        pl.col(AFTER + column).alias(to) for column, to in zip(reference.columns, target, strict=True)
    )
    if set(target) == {*parent.key.columns}:
        return pl.Series(parent.key.numbers(cells))
    named = log.named(parent.name, target)
    return cells.join(named, on=list(target), how="left", maintain_order="left")["position"].fill_null(-1)


def touch_orphans(work: Workspace, delivery: Delivery) -> None:
    """Enter every record that can be read and is delivered before a row that it refers to."""
    for claim, parents in work.orphaned:
        readable = delivery.records.filter(~pl.col("id").is_in(work.touches.unreadable.implode()))
        for name, events, records in _delivered(work, readable):
            found = links(work.log, work.log.tables[name], events).join(parents, on=["parent", "parent_position"])
            orphans = found.join(records, left_on="at", right_on="place").filter(pl.col("to_batch") < pl.col("until"))
            for (column, batch), some in orphans.group_by("column", "to_batch", maintain_order=True):
                referring = str(column).split(", ")
                drifts = delivery.drifts.get((name, int(str(batch))), ())
                if any(drift.column in referring and drift.new is None for drift in drifts):
                    continue
                role = [pl.lit("child").alias("role"), pl.col("parent").cast(pl.String)]
                detail = [*role, pl.col("parent_key"), pl.col("parent_position")]
                work.touches.enter(claim, some, _REMEDY, detail, column=str(column))


def _delivered(work: Workspace, records: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame, pl.DataFrame]]:
    """Of each table with references: some events, and the records that deliver those at a ``place``."""
    for name, table in work.log.tables.items():
        if not table.references:
            continue
        own = records.filter(entity=name).select("id", "to_batch", "batch", "row", "made_row")
        made = work.edits.made.get(name)
        if made:
            yield name, pl.concat(made), own.filter(pl.col("made_row") >= 0).rename({"made_row": "place"})
        for (batch,), some in own.filter(made_row=-1).group_by("batch", maintain_order=True):
            yield name, work.log.read(name, int(str(batch))), some.rename({"row": "place"})
