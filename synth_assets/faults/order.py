"""Where a record comes to lie when its place in the file is lost."""

import numpy as np
import polars as pl

from synth_assets.faults.claim import Claim
from synth_assets.faults.workspace import Workspace


def overtaken_by_own(window: int) -> pl.Expr:
    """Whether an event's row changes again in the same file, at most ``window`` rows later."""
    return (pl.col("next_batch") == pl.col("batch")) & (pl.col("next_row") - pl.col("row") <= window)


def worth_moving(window: int) -> tuple[pl.Expr, pl.Expr]:
    """Which records to move first: behind the last event of their row; then, behind any event of it."""
    overtaken = overtaken_by_own(window)
    return overtaken & (pl.col("last_batch") == pl.col("batch")), overtaken


def passed(work: Workspace, claim: Claim, records: pl.DataFrame, window: int) -> pl.DataFrame:
    """Add ``passed``, the row behind which a record comes to lie.

    It is that of its own row's next event if that is at most ``window`` rows later; else one drawn at random.
    """
    heights = pl.DataFrame(
        [(entity, batch, height - 1) for (entity, batch), height in work.log.heights.items()],
        schema={"entity": work.log.index.schema["entity"], "batch": pl.Int32, "last_row": pl.Int64},
        orient="row",
    )
    found = records.join(heights, on=["entity", "batch"], how="left", maintain_order="left")
    room = np.minimum(window, (found["last_row"] - found["row"]).to_numpy())
    drawn = pl.Series("drawn", 1 + work.below(claim, found["lsn"], room, "distance"))
    anywhere = (pl.col("row") + pl.Series(drawn)).clip(upper_bound=pl.col("last_row"))
    return found.with_columns(
        pl.when(overtaken_by_own(window)).then("next_row").otherwise(anywhere).alias("passed")
    ).drop("last_row")
