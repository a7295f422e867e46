"""Records with a wrong time: the clock of one of the writers is off. Their lsn is right."""

from typing import ClassVar

import polars as pl
from pydantic import Field, field_validator

from synth_assets.faults.interface import RecordFault
from synth_assets.faults.workspace import Workspace
from synth_assets.model.table import Table

_MOST = 10 * 366 * 86_400


class ClockSkew(RecordFault):
    """Shifts times of commit.

    Records that come first are those whose time then lies on the other side of that of the row's event before or after.
    """

    precedence: ClassVar[int] = 6

    seconds: int = Field(
        -3_600,
        ge=-_MOST,
        le=_MOST,
        description="how many seconds are added to commit_ts, a whole number other than 0, up to ten years either way",
    )

    @field_validator("seconds")
    @classmethod
    def _some(cls, value: int) -> int:
        if value == 0:
            raise ValueError(value)
        return value

    def inject(self, work: Workspace) -> None:
        """Choose any records."""
        now = pl.col("second") + self.seconds
        crosses = now <= pl.col("before_second") if self.seconds < 0 else now >= pl.col("next_second")
        chosen = work.take(self, work.events(self), "records", crosses)
        work.edits.alter(self, chosen, self._shifted)
        detail = [pl.lit(self.seconds).alias("seconds"), pl.col("second").alias("commit_second_was")]
        work.touches.enter(self, chosen, "order by lsn, never by commit_ts", detail)

    def _shifted(self, table: Table) -> dict[str, pl.Expr]:  # noqa: ARG002 — an alteration's signature
        return {"commit_ts": pl.col("commit_ts") + pl.duration(seconds=self.seconds)}


FAULT = ClockSkew
