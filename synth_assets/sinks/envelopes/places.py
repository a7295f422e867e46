"""The place of each event among those of its transaction, over frames that end anywhere."""

from collections.abc import Iterable, Iterator

import polars as pl


def with_places(frames: Iterable[pl.DataFrame], name: str) -> Iterator[pl.DataFrame]:
    """Count the events of each transaction.

    Args:
        frames: with ``tx_id``; events of a transaction follow one another.
        name: of the column to add: the place among the transaction's events in these frames, from 1.

    Yields:
        the frames that have a row.
    """
    last, places = None, 0
    for frame in frames:
        if not frame.height:
            continue
        carried = pl.when(pl.col("tx_id") == pl.lit(last, pl.Int64)).then(places).otherwise(0)
        whole = frame.with_columns((pl.col("tx_id").cum_count().over("tx_id") + carried).cast(pl.Int64).alias(name))
        last, places = whole["tx_id"][-1], whole[name][-1]
        yield whole
