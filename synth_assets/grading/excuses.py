"""What the answer key says about the rows of one table at one moment: which faults touch them, what is beyond repair.

A row is *beyond repair* when a fault that can't be recovered from by the moment in question touches it; if that fault
took one column only, the row is when nothing else is wrong with it.

Entries are about a row by its number. A key that no row can have is one that a fault made up: there the entry's
own ``key`` tells.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import polars as pl

from synth_assets.grading.comparison import Judged
from synth_assets.grading.ordering import NUMBER
from synth_assets.model.table import Table

_SHOWN = 20
"""Entries of the answer key that an example shows; a hot key may have hundreds."""


class Excuses:
    """The entries that matter.

    Attributes:
        entries: those of the table that touch a row by the moment; ``lost`` says which can't be recovered from by then.
    """

    def __init__(self, entries: pl.DataFrame, table: Table) -> None:
        self.entries = entries
        whole = pl.col("column").is_null() | (pl.col("column") == str(table.key))
        self._lost_whole = entries.filter(pl.col("lost") & whole)
        self._lost_cells = (
            entries.filter(pl.col("lost") & ~whole).select(pl.col("position").alias(NUMBER), "column").unique()
        )

    @classmethod
    def of(cls, entries: pl.DataFrame, table: Table, last: int) -> Self:
        """Those of an answer key about a table at the end of a batch.

        Args:
            entries: all of them.
            table: the table.
            last: the batch's number.
        """
        lost = pl.col("right_from").is_null() | (pl.col("right_from") > last)
        mine = entries.filter(
            pl.col("entity") == table.name, pl.col("position").is_not_null(), pl.col("source_batch") <= last
        ).with_columns(lost.alias("lost"))
        # What arrives later touches a row if it is missed.
        return cls(mine.filter((pl.col("batch") <= last) | pl.col("lost")), table)

    def touching(self, verdicts: pl.DataFrame) -> pl.DataFrame:
        """The verdicts that a fault touches, once for each: with ``fault``."""
        if not self.entries.height:
            return verdicts[:0].with_columns(pl.lit(0, pl.Int32).alias("fault"))
        columns = [*verdicts.columns, "fault"]
        by_number = self._touched.join(verdicts, on=NUMBER).select(columns)
        strange = verdicts.filter(pl.col(NUMBER) < 0)
        return pl.concat([by_number, strange.join(self._touched_keys, on="key").select(columns)])

    def beyond_repair(self, piece: Judged) -> pl.DataFrame:
        """The verdicts on rows that no consumer could have got right."""
        numbers, keys = self._lost_numbers, self._lost_keys
        lost = piece.verdicts.filter(
            pl.col(NUMBER).is_in(numbers.implode())
            | ((pl.col(NUMBER) < 0) & pl.col("key").is_in(keys.implode()).fill_null(value=False))
        )
        cells = self._lost_cells.join(piece.differences, on=NUMBER, how="semi")
        if not cells.height:
            return lost
        others = [name for name in piece.differences.columns if name != NUMBER]
        differing = piece.differences.join(cells, on=NUMBER, how="semi").unpivot(
            others, index=NUMBER, variable_name="column"
        )
        ours = differing.filter("value").join(cells, on=[NUMBER, "column"], how="anti")[NUMBER]
        excused = cells.filter(~pl.col(NUMBER).is_in(ours.implode()))[NUMBER]
        return pl.concat([lost, piece.verdicts.filter(pl.col(NUMBER).is_in(excused.implode()))]).unique(
            NUMBER, maintain_order=True
        )

    def of_row(self, number: int, key: str | None) -> tuple[Mapping[str, Any], ...]:
        """The entries of a row, as plain JSON values."""
        own = pl.col("position") == number if number >= 0 else pl.col("key") == key
        mine = self.entries.filter(own).head(_SHOWN).drop("entity", "key", "position", "lost")
        return tuple(mine.iter_rows(named=True))

    def faults(self) -> list[dict[str, Any]]:
        """Each fault with its ``kind``, whether all is ``recoverable``, and how many ``rows`` it touches."""
        about = self.entries.group_by("fault", maintain_order=True).agg(
            pl.col("kind").first(),
            pl.col("lost").not_().all().alias("recoverable"),
            pl.col("key").n_unique().alias("rows"),
        )
        return about.sort("fault").to_dicts()

    @cached_property
    def _touched(self) -> pl.DataFrame:
        numbers = self.entries.select("fault", pl.col("position").alias(NUMBER))
        return numbers.unique().sort(NUMBER, "fault")

    @cached_property
    def _touched_keys(self) -> pl.DataFrame:
        return self.entries.select("fault", "key").unique(maintain_order=True)

    @cached_property
    def _lost_numbers(self) -> pl.Series:
        return self._lost_whole["position"].unique()

    @cached_property
    def _lost_keys(self) -> pl.Series:
        return self._lost_whole["key"].unique()
