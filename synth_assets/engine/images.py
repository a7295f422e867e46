"""Events to frames of the change log: rows as they were just before, and as they are just after."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.engine.chunks import Chunk, chunk_of
from synth_assets.engine.content_hash import words
from synth_assets.engine.events import DELETE, INSERT, Events
from synth_assets.kernel.counter import I64Array, Rows, Span, U64Array
from synth_assets.model.change_log import AFTER, BEFORE, CHANGED, META, OPS, change_table
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.timeline import life_of
from synth_assets.model.types import STRING


@cache
def _op_words() -> U64Array:
    """Not at import: it starts polars' threads, and a process that is forked after that hangs."""
    return words(pl.Series(OPS), STRING)[0]


def images(entity: type[Entity], dataset: Dataset, batch: int, events: Events) -> Chunk:
    """The frame of some events, in their order, with the hash words of its text.

    Args:
        entity: whose events.
        dataset: of which dataset.
        batch: its number.
        events: in the order of their lsn, at least one.
    """
    # What never changes is the same at any time, and one time for all rows is quicker.
    mutable = any(part.op == "update" for part in life_of(entity))
    schema = change_table(entity.table()).schema
    parts: list[Chunk] = []
    order: list[I64Array] = []
    for op in range(len(OPS)):
        chosen = np.flatnonzero(events.ops == op)
        if len(chosen):
            order.append(chosen)
            parts.append(_part(entity, dataset, batch, events.chosen(chosen), op, mutable=mutable))
    frame = pl.concat([part.frame for part in parts], how="diagonal")
    missing = [pl.lit(None, dtype=dtype).alias(one) for one, dtype in schema.items() if one not in frame.columns]
    frame = frame.with_columns(missing).select(schema.names())
    if len(parts) == 1:
        return Chunk(frame, parts[0].words, events.lsn - 1)
    places = np.concatenate(order)
    back = np.empty_like(places)
    back[places] = np.arange(len(places))
    return Chunk(frame[back], _merged(parts, places), events.lsn - 1)


def _part(entity: type[Entity], dataset: Dataset, batch: int, events: Events, op: int, *, mutable: bool) -> Chunk:
    """Events of one kind: what they have in common, and the images there are."""
    seconds = events.seconds if mutable else int(events.seconds[-1])
    then = entity.some(dataset, _as_span(events.rows), seconds)
    before = None if op == INSERT else chunk_of(then, hashing=True)
    after = None if op == DELETE else chunk_of(then.seen(seconds + 1), hashing=True)
    known: dict[str, U64Array] = {"op": np.full(len(events.lsn), _op_words()[op])}
    columns = _meta(batch, events, op)
    there = [(prefix, one) for prefix, one in ((BEFORE, before), (AFTER, after)) if one is not None]
    columns += [there[0][1].frame[name] for name in entity.key().columns]
    for prefix, one in there:
        columns += [series.alias(prefix + series.name) for series in one.frame.iter_columns()]
        known.update({prefix + name: of for name, of in one.words.items()})
    changed, known[CHANGED.name] = _differences(before, after, len(events.lsn))
    return Chunk(pl.DataFrame([*columns, changed]), known, events.lsn - 1)


def _meta(batch: int, events: Events, op: int) -> list[pl.Series]:
    count = len(events.lsn)
    values = (
        np.full(count, batch, dtype=np.int32),
        events.lsn,
        events.tx,
        events.seq.astype(np.int32),
        events.total.astype(np.int32),
        pl.repeat(OPS[op], count, eager=True),
        pl.Series(events.seconds * MICROSECONDS).cast(pl.Datetime("us", "UTC")),
    )
    return [pl.Series(column.name, value) for column, value in zip(META, values, strict=True)]


def _differences(before: Chunk | None, after: Chunk | None, count: int) -> tuple[pl.Series, U64Array]:
    """The names of the columns that differ, a list an event, and their hash words."""
    if before is None or after is None:
        names: list[list[str]] = [[]]
        which = np.zeros(count, dtype=np.int64)
    else:
        all_names = before.frame.columns
        differs = [before.frame[name].ne_missing(after.frame[name]).to_numpy() for name in all_names]
        which = _patterns(differs)
        # One row of each pattern; which of them doesn't matter.
        example = np.zeros(int(which.max(initial=-1)) + 1, dtype=np.int64)
        example[which] = np.arange(count)
        rows = np.column_stack([one[example] for one in differs]).tolist()
        names = [[name for name, one in zip(all_names, row, strict=True) if one] for row in rows]
    lists = pl.Series(CHANGED.name, names, dtype=CHANGED.type.polars)
    return lists[which], words(lists, CHANGED.type)[0][which]


def _patterns(columns: Sequence[NDArray[np.bool_]]) -> I64Array:
    """The number of each row's pattern among the different ones; few, so hashing them beats sorting the rows.

    Args:
        columns: of the rows, shape (n,) each; n is at most 2^31.
    """
    which: I64Array = np.zeros(len(columns[0]), dtype=np.int64)
    for start in range(0, len(columns), 32):
        bits: I64Array = which
        for column in columns[start : start + 32]:
            bits = bits << 1 | column
        distinct = np.sort(pl.Series(bits).unique().to_numpy())
        which = np.searchsorted(distinct, bits).astype(np.int64)
    return which


def _merged(parts: list[Chunk], order: I64Array) -> dict[str, U64Array]:
    """The words of parts whose rows go to the places in ``order``; 0 where a part has no such cells.

    Only of columns whose words each part has, or has no cells of.
    """
    names = dict.fromkeys(name for part in parts for name in part.words)
    merged: dict[str, U64Array] = {}
    for name in names:
        cells = np.zeros(len(order), dtype=np.uint64)
        start = 0
        for part in parts:
            if name in part.words:
                cells[order[start : start + part.frame.height]] = part.words[name]
            start += part.frame.height
        merged[name] = cells
    return merged


def _as_span(rows: I64Array) -> Rows:
    """Successive rows as a span, which is quicker to work on."""
    count = len(rows)
    if count and int(rows[-1]) - int(rows[0]) == count - 1 and (np.diff(rows) == 1).all():
        return Span(int(rows[0]), count)
    return rows
