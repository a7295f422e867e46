"""The entries of the answer key: where each touched record is, and whether a correct consumer gets its row right."""

import json
from collections.abc import Iterable
from typing import Literal

import polars as pl

from synth_assets.faults import answer_key
from synth_assets.faults.claim import Claim
from synth_assets.faults.delivery import Delivery
from synth_assets.faults.drift import lost_columns
from synth_assets.faults.orphans import touch_orphans
from synth_assets.faults.touches import CUT_OFF, DRIFTED, HARMLESS, is_lost
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import CHANGED

_CUT_REMEDY = "compare the file with its manifest, and take what can be read"
_HEALED = "; another event of the row has it whole"
_UNSEEN = "; the row came and went, and nothing of it is left to go wrong"
_GONE = "; no other event tells what it did"
_ROW = ["entity", "position"]
_NEVER = (1 << 63) - 1


def entries_of(work: Workspace, delivery: Delivery) -> pl.DataFrame:
    """All entries, with the columns of :data:`~synth_assets.faults.answer_key.TABLE`."""
    _touch_cut_records(work, delivery)
    _touch_drifted_records(work, delivery)
    touch_orphans(work, delivery)
    touches = work.touches.all
    if touches.is_empty():
        return answer_key.TABLE.schema.to_frame()
    files = pl.DataFrame(
        [(*place, file) for place, file in delivery.files.items()],
        schema={"entity": work.log.index.schema["entity"], "to_batch": pl.Int32, "file": pl.String},
        orient="row",
    )
    unreadable = work.touches.unreadable.implode()
    placed = pl.concat([delivery.records.drop("pos", "row", "made_row"), _undelivered(work, delivery)])
    is_there = pl.col("at").is_not_null() & ~(pl.col("id").is_in(unreadable))
    usable = placed.filter(is_there)
    found = touches.join(placed, on="id", how="left", maintain_order="left")
    found = _with_recovery(work, delivery, found, usable)
    found = found.join(_keys(work), on="lsn", how="left", maintain_order="left")
    rows = found.join(files, on=["entity", "to_batch"], how="left", maintain_order="left").select(
        "fault",
        "kind",
        pl.col("entity").cast(pl.String),
        pl.col("to_batch").alias("batch"),
        pl.col("batch").alias("source_batch"),
        "file",
        pl.when(pl.col("harm") != CUT_OFF).then("at").alias("row"),
        *("lsn", "key", "position", "column", "recoverable", "right_from", "remedy", "detail"),
    )
    place = ["fault", "entity", "batch"]
    whole = _whole_files(work, delivery)
    right = rows.group_by(place).agg(pl.col("recoverable").all().alias("all"), pl.col("right_from").max().alias("from"))
    whole = whole.join(right, on=place, how="left", maintain_order="left").with_columns(
        pl.col("all").fill_null(value=True).alias("recoverable"),
        pl.when(pl.col("all").fill_null(value=True))
        .then(pl.col("from").fill_null(pl.col("batch")))
        .alias("right_from"),
    )
    return pl.concat([rows, whole.drop("all", "from")])


def _keys(work: Workspace) -> pl.DataFrame:
    """The key in each event as a person sees it, of made-up ones too: ``lsn``, ``key``."""
    made = [
        events.select("lsn").with_columns(work.log.tables[entity].key.shown(events))
        for entity, frames in work.edits.made.items()
        for events in frames
    ]
    return pl.concat([work.log.keys, *made])


def _undelivered(work: Workspace, delivery: Delivery) -> pl.DataFrame:
    """Events that are in no file, as if at no row of their own batch's."""
    index = work.log.index.join(delivery.records.select("id"), on="id", how="anti")
    return index.select(
        *("id", "entity", pl.col("batch").alias("to_batch"), "batch", "lsn", "position"),
        pl.lit(None, dtype=pl.Int64).alias("at"),
    ).select(delivery.records.drop("pos", "row", "made_row").columns)


def _touch_cut_records(work: Workspace, delivery: Delivery) -> None:
    for (entity, batch), cut in delivery.cuts.items():
        gone = delivery.records.filter(
            pl.col("entity") == entity, pl.col("to_batch") == batch, pl.col("at") >= cut.rows
        )
        detail = [pl.lit(cut.kept).alias("cut_at_byte"), pl.lit(cut.size).alias("bytes"), pl.col("at").alias("row_was")]
        work.touches.enter(work.edits.cuts[entity, batch].claim, gone, _CUT_REMEDY, detail, harm=CUT_OFF)


def _touch_drifted_records(work: Workspace, delivery: Delivery) -> None:
    for (entity, batch), drifts in delivery.drifts.items():
        here = delivery.records.filter(pl.col("entity") == entity, pl.col("to_batch") == batch)
        lost = lost_columns(work.log.tables[entity], drifts)
        for drift in drifts:
            harm = DRIFTED if drift.column in lost else HARMLESS
            detail = [pl.lit(value).alias(name) for name, value in json.loads(drift.detail).items()]
            work.touches.enter(drift.claim, here, drift.remedy, detail, harm=harm, column=drift.column)


def _whole_files(work: Workspace, delivery: Delivery) -> pl.DataFrame:
    """An entry for each file that was cut off or has other columns; their rows say whether it is recoverable."""
    rows: list[tuple[object, ...]] = []

    def enter(claim: Claim, place: tuple[str, int], column: str | None, remedy: str, detail: str) -> None:
        entity, batch = place
        where = (entity, batch, batch, delivery.files[place], None, None, None, None)
        rows.append((claim.number, claim.kind, *where, column, None, None, remedy, detail))

    for place, cut in delivery.cuts.items():
        detail = json.dumps({"cut_at_byte": cut.kept, "bytes": cut.size, "whole_rows": cut.rows})
        enter(work.edits.cuts[place].claim, place, None, _CUT_REMEDY, detail)
    for place, drifts in delivery.drifts.items():
        for one in drifts:
            enter(one.claim, place, one.column, one.remedy, one.detail)
    return pl.DataFrame(rows, schema=answer_key.TABLE.schema, orient="row")


def _with_recovery(work: Workspace, delivery: Delivery, touched: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """Add ``right_from`` and ``recoverable``, and say in ``remedy`` why.

    What an event told is known as soon as it, or one of its row after it, can be used: each has the whole row. It
    doesn't matter, too, once a row has come and gone without any event that can be used.
    """
    first = _first_told(usable)
    known = _joined(touched.with_row_index("#order"), first, _ROW, "lsn")
    known = known.join(_row_ends(work, touched), on=_ROW, how="left")
    known = known.join(first.group_by(_ROW).agg(pl.lit(value=True).alias("seen")), on=_ROW, how="left")
    unseen = (pl.col("ends") & pl.col("begins") & pl.col("seen").is_null()).fill_null(value=False)
    known = known.with_columns(
        unseen.alias("unseen"),
        pl.when(unseen).then("last_batch").otherwise("told").alias("right_from"),
        pl.when(pl.col("told").is_not_null())
        .then(pl.lit(_HEALED))
        .when(unseen)
        .then(pl.lit(_UNSEEN))
        .otherwise(pl.lit(_GONE))
        .alias("why"),
    )
    known = _with_lost_columns(work, delivery, known, usable)
    return known.sort("#order").with_columns(
        pl.col("right_from").is_not_null().alias("recoverable"),
        pl.when(is_lost()).then(pl.col("remedy") + pl.col("why")).otherwise(pl.col("remedy")).alias("remedy"),
    )


def _first_told(usable: pl.DataFrame, of: Iterable[str] = tuple(_ROW)) -> pl.DataFrame:
    """By row and lsn: ``told``, the first batch with an event of the row that is as late or later; sorted by lsn."""
    first = usable.group_by(*of, "lsn").agg(pl.col("to_batch").min().alias("told")).sort("lsn")
    return first.with_columns(pl.col("told").cum_min(reverse=True).over(of))


def _joined(
    left: pl.DataFrame,
    right: pl.DataFrame,
    by: list[str],
    on: str,
    strategy: Literal["forward", "backward"] = "forward",
) -> pl.DataFrame:
    """Join each row with the next, or last, one of the same ``by`` in the order of ``on``."""
    # Polars warns that it can't check the order within groups, so it need not.
    return left.sort(on).join_asof(right.sort(on), on=on, by=by, strategy=strategy, check_sortedness=False)


def _row_ends(work: Workspace, touched: pl.DataFrame) -> pl.DataFrame:
    """Of each row: if the log inserts and deletes it, and the lsn and batch of its last event."""
    rows = touched.select(_ROW).unique()
    events = work.log.index.join(rows, on=_ROW, how="semi").sort("id").group_by(_ROW)
    return events.agg(
        pl.col("lsn").last().alias("last_lsn"),
        pl.col("batch").last().alias("last_batch"),
        (pl.col("op").first() == "insert").alias("begins"),
        (pl.col("op").last() == "delete").alias("ends"),
    )


def _with_lost_columns(work: Workspace, delivery: Delivery, known: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """Correct ``right_from`` of records without a column: what it was set to must be told elsewhere, or the row end."""
    lossy: dict[tuple[str, str], list[int]] = {}
    for (entity, batch), drifts in delivery.drifts.items():
        for column in sorted(lost_columns(work.log.tables[entity], drifts)):
            lossy.setdefault((entity, column), []).append(batch)
    gone = _first_told(usable).rename({"lsn": "last_lsn", "told": "gone"})
    for (entity, column), batches in lossy.items():
        own = pl.col("entity") == entity
        here = own & (pl.col("harm") == DRIFTED) & (pl.col("column") == column)
        elsewhere = usable.filter(own & ~pl.col("to_batch").is_in(batches))
        carried = _first_told(elsewhere, ["position"]).rename({"lsn": "set", "told": "carried"})
        some = known.filter(here).with_columns(pl.col("last_lsn").fill_null(_NEVER))
        some = _joined(some, _settings(work, entity, column), ["position"], "lsn", "backward")
        some = _joined(some.with_columns(pl.col("set").fill_null(0)), carried, ["position"], "set")
        some = _joined(some, gone, _ROW, "last_lsn")
        ended = pl.when("unseen").then("last_batch").when("ends").then("gone")
        told = pl.when(pl.col("set") == 0).then("batch").otherwise(pl.min_horizontal("carried", ended))
        some = some.with_columns(pl.when(told.is_not_null()).then(pl.max_horizontal(told, "batch")).alias("right_from"))
        known = pl.concat([known.filter(~here), some.select(known.columns)])
    return known


def _settings(work: Workspace, entity: str, column: str) -> pl.DataFrame:
    """``position`` and ``lsn`` of the events that gave a column its values; the lsn as ``set``, too."""
    sets = (pl.col("op") == "insert") | pl.col(CHANGED.name).list.contains(column)
    found = [
        work.log.read(entity, batch)
        .with_columns(pl.Series("position", work.log.positions(entity, batch)))
        .filter(sets)
        .select("position", "lsn", pl.col("lsn").alias("set"))
        for batch in work.log.batches_of[entity]
    ]
    return pl.concat(found)
