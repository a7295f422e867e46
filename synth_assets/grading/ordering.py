"""A consumer's rows with their numbers, and in the order of those, whatever their keys look like."""

from collections.abc import Iterable, Iterator

import polars as pl

from synth_assets.grading.candidates.duckdb import connected
from synth_assets.grading.candidates.opening import ROWS, reading
from synth_assets.model.key import Key
from synth_assets.model.table import Table
from synth_assets.sinks.sql import listed, literal, pattern_of

NUMBER = "number:"
"""The column of rows' numbers in frames of either table; no table has one of this name."""

_ROOM = "Make room there, or name another temporary folder in the variable TMPDIR."

_LEAST = 1 - (1 << 63)
_LEAST_UNKNOWN = -(1 << 62)


def in_order(frames: Iterable[pl.DataFrame], table: Table) -> Iterator[pl.DataFrame]:
    """Add :data:`NUMBER` to typed frames, and bring their rows into its order.

    Keys that no row can have get numbers below 0, each its own.

    Whole numbers come in order already: every place sorts by them itself. Other keys only their codec can read, and a
    UUID doesn't even sort as its row's number does: the rows are spooled to a temporary folder, with their numbers, and
    sorted there by DuckDB. That takes about the table's size on disk, and as much memory once more as reading it does,
    which has a limit.

    Args:
        frames: of :func:`~synth_assets.grading.cells.typed`, at least one, without rows that have no key.
        table: the table's description.

    Raises:
        UnjudgedError: the temporary folder can't be written.
    """
    if table.key.is_integer:
        return (_numbered(frame, table.key) for frame in frames)
    return _told_apart(_sorted(frames, table.key), table.key)


def _numbered(frame: pl.DataFrame, key: Key) -> pl.DataFrame:
    keys = frame.select(key.columns)
    if key.is_integer:
        # The least whole number there is has none before it.
        keys = keys.select(pl.all().clip(lower_bound=_LEAST)) if keys.dtypes == [pl.Int64()] else keys
    return frame.with_columns(pl.Series(NUMBER, key.numbers(keys)))


def _sorted(frames: Iterable[pl.DataFrame], key: Key) -> Iterator[pl.DataFrame]:
    with connected() as (connection, spool):
        schema = pl.Schema()
        for at, frame in enumerate(frames):
            numbered = _numbered(frame, key)
            schema = numbered.schema
            with reading(f"the copy of the candidate in {spool}", step=_ROOM):
                numbered.write_parquet(spool / f"{at:09d}.parquet", compression="lz4", statistics=False)
        files = literal(f"{pattern_of(spool)}/*.parquet")
        order = listed((NUMBER, *key.columns))
        with reading(f"the copy of the candidate in {spool}", step=_ROOM):
            query = f"FROM read_parquet({files}, hive_partitioning = false) ORDER BY {order}"
            for batch in connection.sql(query).to_arrow_reader(ROWS):
                yield pl.DataFrame(pl.from_arrow(batch)).cast(schema)


def _told_apart(frames: Iterable[pl.DataFrame], key: Key) -> Iterator[pl.DataFrame]:
    """Give each key that no row can have a number of its own; those of one key come together, before all others."""
    number, last = _LEAST_UNKNOWN, None
    for frame in frames:
        count = int((frame[NUMBER] < 0).sum())
        if not count:
            yield frame
            continue
        keys = frame[:count].select(key.columns)
        # The frame before may have ended within the copies of this one's first key.
        number += keys.row(0) != last
        last = keys.row(-1)
        own = keys.select(pl.struct(pl.all()).rle_id().cast(pl.Int64) + number).to_series()
        number = int(own[-1])
        yield frame.with_columns(pl.concat([own.alias(NUMBER), frame[NUMBER][count:]]))
