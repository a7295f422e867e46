"""Which faults touch which records, and how badly: what becomes the answer key."""

from collections.abc import Sequence

import polars as pl

from synth_assets.faults.claim import Claim

HARMLESS, LOST, CUT_OFF, DRIFTED = "harmless", "lost", "cut off", "drifted"
"""What a touch does to the content of a record: nothing; all of it is gone; likewise, with the end of its file; one
column is gone, or nobody can tell which of the new ones it is."""

_SCHEMA = {
    "id": pl.Int64,
    "fault": pl.Int32,
    "kind": pl.String,
    "column": pl.String,
    "harm": pl.String,
    "remedy": pl.String,
    "detail": pl.String,
}


class Touches:
    """The touches so far, in the order in which they were entered."""

    def __init__(self) -> None:
        self._entered = [pl.DataFrame(schema=_SCHEMA)]

    def enter(
        self,
        claim: Claim,
        records: pl.DataFrame,
        remedy: str | pl.Expr,
        detail: Sequence[pl.Expr] = (),
        *,
        harm: str = HARMLESS,
        column: str | None = None,
    ) -> None:
        """Enter records, by ``id``.

        Args:
            claim: the fault's.
            records: what it touches.
            remedy: what a consumer does, a text or a column of ``records``.
            detail: columns of ``records``, which become a JSON object.
            harm: what it does to them.
            column: the table's column that is touched, or several with commas between; none for whole records.
        """
        self._entered.append(
            records.select(
                "id",
                pl.lit(claim.number, dtype=pl.Int32).alias("fault"),
                pl.lit(claim.kind).alias("kind"),
                pl.lit(column, dtype=pl.String).alias("column"),
                pl.lit(harm).alias("harm"),
                (pl.lit(remedy) if isinstance(remedy, str) else remedy).alias("remedy"),
                (pl.struct(*detail).struct.json_encode() if detail else pl.lit("{}")).alias("detail"),
            )
        )

    @property
    def all(self) -> pl.DataFrame:
        """A row a touch: ``id`` of the record, ``fault``, ``kind``, ``column``, ``harm``, ``remedy``, ``detail``."""
        return pl.concat(self._entered)

    @property
    def unreadable(self) -> pl.Series:
        """The ids of the records whose content is gone."""
        return self.all.filter(is_lost())["id"]


def is_lost() -> pl.Expr:
    """Whether a touch leaves nothing of a record."""
    return pl.col("harm").is_in([LOST, CUT_OFF])
