"""The entries of the answer key: where each touched record is, and whether a correct consumer gets its row right."""

import json

import polars as pl

from synth_assets.model.change_log import CHANGED
from synth_assets.usecases.changes import answer_key
from synth_assets.usecases.changes.faults.delivery import Delivery
from synth_assets.usecases.changes.faults.interface import Fault
from synth_assets.usecases.changes.faults.workspace import CUT_OFF, DRIFTED, HARMLESS, LOST, Workspace

_CUT_REMEDY = "compare the file with its manifest, and take what can be read"
_HEALED = "; another event has the whole row as it is in the end"
_UNSEEN = "; the row came and went, and nothing of it is left to go wrong"
_GONE = "; the row's last event is gone, and nothing else tells what it did"
_ROW = ["entity", "key"]


def entries_of(work: Workspace, delivery: Delivery) -> pl.DataFrame:
    """All entries, with the columns of :data:`~synth_assets.usecases.changes.answer_key.TABLE`."""
    _touch_cut_records(work, delivery)
    _touch_drifted_records(work, delivery)
    touches = pl.concat(work.touches) if work.touches else pl.DataFrame()
    if touches.is_empty():
        return answer_key.TABLE.schema.to_frame()
    files = pl.DataFrame(
        [(*place, file) for place, file in delivery.files.items()],
        schema={"entity": work.log.index.schema["entity"], "to_batch": pl.Int32, "file": pl.String},
        orient="row",
    )
    unreadable = touches.filter(_is_lost())["id"].implode()
    placed = pl.concat([delivery.records.drop("pos", "row", "made_row"), _undelivered(work, delivery)])
    is_there = pl.col("at").is_not_null() & ~(pl.col("id").is_in(unreadable))
    usable = placed.filter(is_there)
    found = touches.join(placed, on="id", how="left", maintain_order="left")
    found = _with_recovery(work, delivery, found, usable)
    rows = found.join(files, on=["entity", "to_batch"], how="left", maintain_order="left").select(
        "fault",
        "kind",
        pl.col("entity").cast(pl.String),
        pl.col("to_batch").alias("batch"),
        pl.col("batch").alias("source_batch"),
        "file",
        pl.when(pl.col("harm") != CUT_OFF).then("at").alias("row"),
        *("lsn", "key", "column", "recoverable", "remedy", "detail"),
    )
    place = ["fault", "entity", "batch"]
    whole = _whole_files(work, delivery)
    right = rows.group_by(place).agg(pl.col("recoverable").all().alias("all"))
    whole = whole.join(right, on=place, how="left", maintain_order="left").with_columns(
        pl.col("all").fill_null(value=True).alias("recoverable")
    )
    return pl.concat([rows, whole.drop("all")])


def _is_lost() -> pl.Expr:
    return pl.col("harm").is_in([LOST, CUT_OFF])


def _undelivered(work: Workspace, delivery: Delivery) -> pl.DataFrame:
    """Events that are in no file, as if at no row of their own batch's."""
    index = work.log.index.join(delivery.records.select("id"), on="id", how="anti")
    return index.select(
        *("id", "entity", pl.col("batch").alias("to_batch"), "batch", "lsn", "key"),
        pl.lit(None, dtype=pl.Int64).alias("at"),
    ).select(delivery.records.drop("pos", "row", "made_row").columns)


def _touch_cut_records(work: Workspace, delivery: Delivery) -> None:
    for (entity, batch), cut in delivery.cuts.items():
        gone = delivery.records.filter(
            pl.col("entity") == entity, pl.col("to_batch") == batch, pl.col("at") >= cut.rows
        )
        detail = [pl.lit(cut.kept).alias("cut_at_byte"), pl.lit(cut.size).alias("bytes"), pl.col("at").alias("row_was")]
        work.touch(work.cuts[entity, batch].fault, gone, _CUT_REMEDY, detail, harm=CUT_OFF)


def _touch_drifted_records(work: Workspace, delivery: Delivery) -> None:
    for (entity, batch), drifts in delivery.drifts.items():
        here = delivery.records.filter(pl.col("entity") == entity, pl.col("to_batch") == batch)
        for drift in drifts:
            harm = DRIFTED if drift.new is None else HARMLESS
            detail = [pl.lit(value).alias(name) for name, value in json.loads(drift.detail).items()]
            work.touch(drift.fault, here, drift.remedy, detail, harm=harm, column=drift.column)


def _whole_files(work: Workspace, delivery: Delivery) -> pl.DataFrame:
    """An entry for each file that was cut off or has other columns; their rows say whether it is recoverable."""
    rows: list[tuple[object, ...]] = []

    def enter(fault: Fault, place: tuple[str, int], column: str | None, remedy: str, detail: str) -> None:
        entity, batch = place
        where = (entity, batch, batch, delivery.files[place], None, None, None)
        rows.append((fault.number, fault.kind, *where, column, None, remedy, detail))

    for place, cut in delivery.cuts.items():
        detail = json.dumps({"cut_at_byte": cut.kept, "bytes": cut.size, "whole_rows": cut.rows})
        enter(work.cuts[place].fault, place, None, _CUT_REMEDY, detail)
    for place, drifts in delivery.drifts.items():
        for one in drifts:
            enter(one.fault, place, one.column, one.remedy, one.detail)
    return pl.DataFrame(rows, schema=answer_key.TABLE.schema, orient="row")


def _with_recovery(work: Workspace, delivery: Delivery, touched: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """Add ``recoverable``, and say in ``remedy`` why.

    A row whose event is lost is right again if its last event at the source, or one after it, can be used: each
    event has the whole row. It is right, too, if it came and went without any event that can be used.
    """
    found = _with_row_ends(work, touched, usable)
    healed = (pl.col("best_lsn") >= pl.col("last_lsn")).fill_null(value=False)
    unseen = pl.col("begins") & pl.col("ends") & pl.col("best_lsn").is_null()
    why = pl.when(healed).then(pl.lit(_HEALED)).when(unseen).then(pl.lit(_UNSEEN)).otherwise(pl.lit(_GONE))
    found = found.with_columns(
        pl.when(_is_lost())
        .then(healed | unseen)
        .when(pl.col("harm") == DRIFTED)
        .then(pl.col("ends") & healed)
        .otherwise(pl.lit(value=True))
        .alias("recoverable"),
        pl.when(_is_lost()).then(pl.col("remedy") + why).otherwise(pl.col("remedy")).alias("remedy"),
    )
    return _with_kept_values(work, delivery, found, usable)


def _with_row_ends(work: Workspace, touched: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """Add the lsn of each row's last event and of the last that can be used, and if the log inserts and deletes it."""
    rows = touched.select(_ROW).unique()
    events = work.log.index.join(rows, on=_ROW, how="semi").sort("id").group_by(_ROW)
    last = events.agg(
        pl.col("lsn").last().alias("last_lsn"),
        (pl.col("op").first() == "insert").alias("begins"),
        (pl.col("op").last() == "delete").alias("ends"),
    )
    best = usable.join(rows, on=_ROW, how="semi").group_by(_ROW).agg(pl.col("lsn").max().alias("best_lsn"))
    found = touched.join(last, on=_ROW, how="left", maintain_order="left")
    return found.join(best, on=_ROW, how="left", maintain_order="left")


def _with_kept_values(work: Workspace, delivery: Delivery, touched: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """Of records without a column: the row is right if it has the column's last value from elsewhere."""
    lossy: dict[tuple[str, str], list[int]] = {}
    for (entity, batch), drifts in delivery.drifts.items():
        for drift in drifts:
            if drift.new is None:
                lossy.setdefault((entity, drift.column), []).append(batch)
    for (entity, column), batches in lossy.items():
        own = pl.col("entity") == entity
        rows = touched.filter(own & (pl.col("harm") == DRIFTED) & (pl.col("column") == column)).select("key").unique()
        setting = _last_setting(work, entity, column)
        carrying = (
            usable.filter(own & ~pl.col("to_batch").is_in(batches))
            .group_by("key")
            .agg(pl.col("lsn").max().alias("carried"))
        )
        kept = rows.join(setting, on="key", how="left").join(carrying, on="key", how="left")
        kept = kept.filter(pl.col("set").is_null() | (pl.col("carried") >= pl.col("set")))
        here = own & (pl.col("harm") == DRIFTED) & (pl.col("column") == column)
        touched = touched.with_columns(
            (pl.col("recoverable") | (here & pl.col("key").is_in(kept["key"].implode()))).alias("recoverable")
        )
    return touched


def _last_setting(work: Workspace, entity: str, column: str) -> pl.DataFrame:
    """The lsn ``set`` of each row's last event that gave the column a value."""
    key = work.log.tables[entity].key
    sets = (pl.col("op") == "insert") | pl.col(CHANGED.name).list.contains(column)
    found = [
        work.log.read(entity, batch).filter(sets).select(pl.col(key).alias("key"), "lsn")
        for batch in work.log.batches_of[entity]
    ]
    return pl.concat(found).group_by("key").agg(pl.col("lsn").max().alias("set"))
