"""Events that faults make up: after all others of their batch, and in the end without effect.

Their lsn and tx_id are ``batch · 2^40 + 2^39 + number of the fault · 2^24 + 1, 2, …``: the upper half of the
batch's numbers, which no real batch reaches. Each is a transaction of its own. Those of a row are committed a second
after one another, from the last second of the file's events on, but never after the batch's end.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.faults.interface import Fault
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER, BEFORE, CHANGED, LSN_BITS, Op, change_table
from synth_assets.model.table import Table

_MOST = 1 << 24
_MICROSECONDS = 1_000_000


class Step(NamedTuple):
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


def living(work: Workspace, fault: Fault) -> pl.DataFrame:
    """The free events after which a row stays as it is, and stays, until its batch ends."""
    last_of_batch = pl.col("next_batch").is_null() | (pl.col("next_batch") > pl.col("batch"))
    return work.events(fault).filter((pl.col("op") != "delete") & last_of_batch)


def images(work: Workspace, chosen: pl.DataFrame, prefix: str) -> Iterator[tuple[Table, int, pl.DataFrame]]:
    """The images of chosen events, a frame of the table's columns a file, with its table and batch."""
    for (entity, batch), some in chosen.sort("entity", "batch", "row").group_by("entity", "batch", maintain_order=True):
        table = work.log.tables[str(entity)]
        events = work.log.read(str(entity), int(str(batch)))[some["row"]]
        yield table, int(str(batch)), events.select(pl.col(prefix + name).alias(name) for name in table.column_names)


def make_up(work: Workspace, fault: Fault, table: Table, batch: int, steps: Sequence[Step]) -> pl.DataFrame:
    """Let the steps happen to each row, one row after the other; returns the events' index.

    Raises:
        UsageError: more events than a fault may make up in a batch.
    """
    count = sum((step.before if step.after is None else step.after).height for step in steps)  # type: ignore[union-attr]
    first = work.made_before(fault, batch, count)
    if first + count >= _MOST:
        raise UsageError(
            f"{fault.name}: {first + count:,} events in batch {batch} are too many; a fault makes {_MOST:,}."
        )
    base = (batch << LSN_BITS) + (1 << (LSN_BITS - 1)) + (fault.number << 24) + first + 1
    schema = change_table(table).schema
    dataset, cadence = work.log.folder.dataset, work.log.folder.cadence
    end = cadence.since(dataset.as_of_second, batch + 1) - 1
    last = int(work.log.read(table.name, batch)["commit_ts"].dt.epoch("s").max() or 0)  # type: ignore[arg-type]
    events = pl.concat(_events(table, at, step) for at, step in enumerate(steps)).sort("#row", "#step")
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
    return work.make(table.name, batch, made, fault.number)


def _events(table: Table, at: int, step: Step) -> pl.DataFrame:
    """One step of all rows: everything but what numbering gives."""
    known = step.before if step.after is None else step.after
    assert known is not None  # noqa: S101 — a step has one image at least
    columns: list[pl.Series] = []
    for prefix, image in ((BEFORE, step.before), (AFTER, step.after)):
        for column in table.columns:
            empty = pl.Series(column.name, [None], dtype=column.type.polars).new_from_index(0, known.height)
            columns.append((empty if image is None else image[column.name]).alias(prefix + column.name))
    return pl.DataFrame(columns).with_columns(
        known[str(table.key)],
        pl.lit(step.op).alias("op"),
        pl.lit(list(step.changed), dtype=CHANGED.type.polars).alias(CHANGED.name),
        pl.int_range(pl.len(), dtype=pl.Int64).alias("#row"),
        pl.lit(at, dtype=pl.Int64).alias("#step"),
    )
