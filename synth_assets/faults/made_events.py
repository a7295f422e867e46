"""Events that faults make up: after all others of their batch, and in the end without effect.

Their lsn and tx_id are ``batch · 2^40 + 2^39 + number of the fault · 2^24 + 1, 2, …``: the upper half of the
batch's numbers, which no real batch reaches. Each is a transaction of its own. Those of a row are committed a second
after one another, from the last second of the file's events on, but never after the batch's end.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.faults.claim import Claim
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER, BEFORE, CHANGED, LSN_BITS, Op, change_table
from synth_assets.model.table import Table

_MOST = 1 << 24
_MICROSECONDS = 1_000_000


class MadeStep(NamedTuple):
    """One of the events that happen to each of some rows.

    Attributes:
        op: what happens.
        before: the rows' images before, the table's columns, or none.
        after: the images after, or none.
        changed: names of the columns that an update changes.
    """

    op: Op
    before: pl.DataFrame | None
    after: pl.DataFrame | None
    changed: tuple[str, ...] = ()


def living(work: Workspace, claim: Claim) -> pl.DataFrame:
    """The free events after which a row stays as it is, and stays, until its batch ends."""
    last_of_batch = pl.col("next_batch").is_null() | (pl.col("next_batch") > pl.col("batch"))
    return work.events(claim).filter((pl.col("op") != "delete") & last_of_batch)


class MadeRows(NamedTuple):
    """Some rows of one table, as events of one batch tell of them.

    Attributes:
        table: the table.
        batch: the batch.
        positions: the rows' numbers.
        image: the table's columns.
    """

    table: Table
    batch: int
    positions: pl.Series
    image: pl.DataFrame


def images(work: Workspace, chosen: pl.DataFrame, prefix: str) -> Iterator[MadeRows]:
    """The rows of chosen events, a file's at a time, as one of the two images has them."""
    for (entity, batch), some in chosen.sort("entity", "batch", "row").group_by("entity", "batch", maintain_order=True):
        table = work.log.tables[str(entity)]
        events = work.log.read(table.name, int(str(batch)))[some["row"]]
        image = events.select(pl.col(prefix + name).alias(name) for name in table.column_names)
        yield MadeRows(table, int(str(batch)), some["position"], image)


def make_up(work: Workspace, claim: Claim, rows: MadeRows, steps: Sequence[MadeStep]) -> pl.DataFrame:
    """Let the steps happen to each row, one row after the other; returns the events' index.

    Raises:
        UsageError: more events than a fault may make up in a batch.
    """
    table, batch = rows.table, rows.batch
    count = sum((step.before if step.after is None else step.after).height for step in steps)  # type: ignore[union-attr]
    first = work.edits.made_before(claim, batch, count)
    if first + count >= _MOST:
        raise UsageError(
            f"{claim.name}: {first + count:,} events in batch {batch} are too many; a fault makes {_MOST:,}."
        )
    base = (batch << LSN_BITS) + (1 << (LSN_BITS - 1)) + (claim.number << 24) + first + 1
    schema = change_table(table).schema
    dataset, cadence = work.log.folder.dataset, work.log.folder.cadence
    end = cadence.since(dataset.as_of_second, batch + 1) - 1
    last = int(work.log.read(table.name, batch)["commit_ts"].dt.epoch("s").max() or 0)  # type: ignore[arg-type]
    events = pl.concat(_events(rows, at, step) for at, step in enumerate(steps)).sort("#row", "#step")
    number = pl.int_range(base, base + count, dtype=pl.Int64)
    second = pl.min_horizontal(last + 1 + pl.col("#step"), end).clip(lower_bound=last)
    made = events.with_columns(
        pl.lit(batch, dtype=pl.Int32).alias("batch"),
        number.alias("lsn"),
        number.alias("tx_id"),
        pl.lit(1, dtype=pl.Int32).alias("tx_seq"),
        pl.lit(1, dtype=pl.Int32).alias("tx_total"),
        (second * _MICROSECONDS).cast(schema["commit_ts"]).alias("commit_ts"),
    ).select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    return work.edits.make(table.name, batch, made, events["#position"], claim.number)


def _events(rows: MadeRows, at: int, step: MadeStep) -> pl.DataFrame:
    """One step of all rows: everything but what numbering gives."""
    known = step.before if step.after is None else step.after
    assert known is not None  # noqa: S101 — a step has one image at least
    columns: list[pl.Series] = []
    for prefix, image in ((BEFORE, step.before), (AFTER, step.after)):
        for column in rows.table.columns:
            empty = pl.Series(column.name, [None], dtype=column.type.polars).new_from_index(0, known.height)
            columns.append((empty if image is None else image[column.name]).alias(prefix + column.name))
    return pl.DataFrame(columns).with_columns(
        *(known[name] for name in rows.table.key.columns),
        pl.lit(step.op).alias("op"),
        pl.lit(list(step.changed), dtype=CHANGED.type.polars).alias(CHANGED.name),
        rows.positions.alias("#position"),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("#row"),
        pl.lit(at, dtype=pl.Int64).alias("#step"),
    )
