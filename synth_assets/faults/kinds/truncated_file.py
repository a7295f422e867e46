"""The end of a file is missing: a writer died, a copy broke off. The manifest beside it is of the whole file.

A Parquet or JSON file without its end can't be read at all; of an NDJSON or CSV file the whole lines before the cut
can.
"""

from typing import ClassVar

import polars as pl
from pydantic import Field

from synth_assets.faults.cut import Cut
from synth_assets.faults.interface import FileFault
from synth_assets.faults.workspace import Workspace


class TruncatedFile(FileFault):
    """Cuts files off."""

    precedence: ClassVar[int] = 0

    keep: float = Field(0.5, gt=0, lt=1, description="the share of the file's bytes that stays, between 0 and 1")

    def inject(self, work: Workspace) -> None:
        """Choose files with events."""
        events = work.events(self)
        files = events.group_by("entity", "batch").agg(pl.col("lsn").min(), pl.col("row").len().alias("free"))
        whole = [work.log.heights[e, b] == free for e, b, free in files.select("entity", "batch", "free").rows()]
        candidates = files.filter(pl.Series(whole, dtype=pl.Boolean))
        work.require(self, self.count, candidates.height, "files with events")
        for entity, batch in work.ranked(self, candidates).head(self.count).select("entity", "batch").rows():
            work.reserve(work.log.index.filter(pl.col("entity") == entity, pl.col("batch") == batch))
            work.edits.cuts[entity, batch] = Cut(self, self.keep)


FAULT = TruncatedFile
