"""Versions of rows, with when each was valid: slowly changing dimensions, type 2."""

import numpy as np
import polars as pl

from synth_assets.engine.chunks import Chunk, chunk_of
from synth_assets.engine.events import DELETE, Events
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import Entity


def history(entity: type[Entity], dataset: Dataset, base: Chunk | None, events: Events) -> pl.DataFrame:
    """All versions of some rows.

    Args:
        entity: whose rows.
        dataset: of which dataset.
        base: rows of the base, in the order of their numbers.
        events: by row and time; of no other rows than ``base`` holds, and new ones.
    """
    born = np.flatnonzero(events.ops != DELETE)
    images = chunk_of(entity.some(dataset, events.rows[born], events.seconds[born] + 1)).frame
    old = np.zeros(0, dtype=np.int64) if base is None else base.numbers
    versions = images if base is None else pl.concat([base.frame, images])
    rows = np.concatenate([old, events.rows])
    since = np.concatenate([np.full(len(old), dataset.as_of_second), events.seconds])
    # Which version begins there: deletes begin none.
    version = np.concatenate([np.arange(len(old)), np.full(len(events.rows), -1)])
    version[len(old) + born] = len(old) + np.arange(len(born))
    order = np.lexsort((since, rows))
    rows, since, version = rows[order], since[order], version[order]
    is_last = np.append(rows[1:] != rows[:-1], np.ones(min(len(rows), 1), dtype=np.bool_))
    until = np.append(since[1:], since[:1])
    there = np.flatnonzero(version >= 0)
    current = is_last[there]
    times = pl.Datetime("us", "UTC")
    return versions[version[there]].with_columns(
        pl.Series("valid_from", since[there] * MICROSECONDS).cast(times),
        pl.Series("valid_to", until[there] * MICROSECONDS).cast(times).set(pl.Series(current), None),
        pl.Series("is_current", current),
    )
