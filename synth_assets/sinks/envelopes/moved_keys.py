"""Updates of keys, which tools tell in two records: where they are, so that records can be numbered through."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from synth_assets.sinks.envelopes.images import key_changed
from synth_assets.sinks.envelopes.interface import BatchToWrite


class MovedKeys:
    """The events of a batch that change a key, of all tables, whichever were chosen."""

    def __init__(self, batch: BatchToWrite) -> None:
        names = batch.tables if batch.keys_move and not batch.is_base else ()
        found = {name: list(_found(batch, name)) for name in names}
        self._of = {name: pl.concat(frames) for name, frames in found.items() if frames}

    def before(self, table: str | None = None) -> pl.Expr:
        """How many events of its transaction changed a key before an event did anything.

        Args:
            table: of this table only; of all without.
        """
        names = self._of if table is None else [table] if table in self._of else []
        places = np.sort(np.concatenate([np.zeros(0, np.int64), *(self._of[name]["lsn"].to_numpy() for name in names)]))
        if not places.size:
            return pl.lit(0, pl.Int64)

        def upto(lsn: pl.Series) -> pl.Series:
            return pl.Series(np.searchsorted(places, lsn.to_numpy()), dtype=pl.Int64)

        # The events of a transaction are numbered one after the other.
        lsn, first = pl.col("lsn"), pl.col("lsn") - pl.col("tx_seq") + 1
        return lsn.map_batches(upto, pl.Int64) - first.map_batches(upto, pl.Int64)

    def counted(self, transactions: pl.DataFrame) -> pl.DataFrame:
        """Transactions whose counts have two for each of these events: the table's, and ``tx_records`` of them all."""
        counted = transactions.with_columns(pl.col("tx_total").cast(pl.Int64).alias("tx_records"))
        for name, moved in self._of.items():
            more = moved.group_by("tx_id").agg(pl.len().cast(pl.Int64).alias("$more"))
            extra = pl.col("$more").fill_null(0)
            counted = (
                counted.join(more, on="tx_id", how="left", maintain_order="left")
                .with_columns(pl.col(name) + extra, pl.col("tx_records") + extra)
                .drop("$more")
            )
        return counted


def _found(batch: BatchToWrite, name: str) -> Iterator[pl.DataFrame]:
    is_moved = key_changed(batch.tables[name])
    for frame in batch.logs(name):
        moved = frame.filter(is_moved).select("lsn", "tx_id")
        if moved.height:
            yield moved
