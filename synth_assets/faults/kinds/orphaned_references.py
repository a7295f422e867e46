"""Children without a parent: the insert of a row that others refer to arrives batches later, or never."""

from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from synth_assets.errors import UsageError
from synth_assets.faults.edits import APPENDED
from synth_assets.faults.interface import OPEN_END, RecordFault
from synth_assets.faults.orphans import links
from synth_assets.faults.touches import HARMLESS, LOST
from synth_assets.faults.workspace import Workspace


class OrphanedReferences(RecordFault):
    """Delays or drops parents' inserts; the answer key has the parents and all records that refer to them until then.

    ``entities`` are the children's tables, ``batches`` those of the children, and ``count`` the parents.
    """

    precedence: ClassVar[int] = 3

    mode: Literal["late", "missing"] = Field(
        "late", description="'late': the parent arrives some batches later; 'missing': it never does"
    )
    delay: int = Field(1, ge=1, description="how many batches later, a whole number >= 1")

    def inject(self, work: Workspace) -> None:
        """Choose parents' inserts with a child that arrives before them."""
        tables = work.log.tables
        children = [name for name in work.entities(self) if tables[name].references]
        for name in work.entities(self) if self.entities else ():
            if name not in children:
                raise UsageError(
                    f"{self.name}: {name} refers to no other table.\n"
                    f"  Choose among {', '.join(name for name, table in tables.items() if table.references)}."
                )
        children_of = self._children(work, children, work.batches(self))
        inserts = work.log.index.filter((pl.col("op") == "insert"), pl.col("entity").is_in(_parents(work, children)))
        inserts = self._until(work, inserts.filter(work.is_free(inserts["id"])))
        orphaned = inserts.join(children_of, left_on=["entity", "position"], right_on=["parent", "parent_position"])
        candidates = inserts.filter(pl.col("id").is_in(_before(orphaned)["id"].implode()))
        chosen = work.take(self, candidates, "inserts of rows that others refer to")
        if self.mode == "missing":
            work.edits.lose(chosen)
        else:
            place = (APPENDED + (self.number << 36) + pl.col("id")).alias("pos")
            work.edits.move(chosen.with_columns(pl.col("until").alias("to_batch"), place))
        work.touches.enter(
            self,
            chosen,
            "keep the children; the parent comes later" if self.mode == "late" else "keep the children",
            [pl.lit("parent").alias("role"), pl.lit(self.mode).alias("mode")],
            harm=HARMLESS if self.mode == "late" else LOST,
        )
        parents = chosen.join(work.log.keys, on="lsn", maintain_order="left").select(
            pl.col("entity").alias("parent"),
            pl.col("position").alias("parent_position"),
            pl.col("key").alias("parent_key"),
            "until",
        )
        work.orphaned.append((self, parents))
        # So that they stay where they are.
        referring = [name for name, table in tables.items() if table.references]
        orphans = self._children(work, referring, work.log.batches).join(parents, on=["parent", "parent_position"])
        work.reserve(_before(orphans).select(pl.col("child").alias("id")).unique(maintain_order=True))

    def _until(self, work: Workspace, inserts: pl.DataFrame) -> pl.DataFrame:
        """The batch in which a parent arrives; only those that have one, and don't come with a repeated batch, too."""
        added = [one.select("lsn") for one in work.edits.added]
        copied = pl.concat([inserts.head(0).select("lsn"), *added])["lsn"]
        inserts = inserts.filter(~pl.col("lsn").is_in(copied.implode()))
        if self.mode == "missing":
            return inserts.with_columns(pl.lit(OPEN_END, dtype=pl.Int64).alias("until"))
        until = inserts.with_columns((pl.col("batch") + self.delay).cast(pl.Int64).alias("until"))
        return until.filter(work.can_take_in(pl.col("until")))

    @staticmethod
    def _children(work: Workspace, names: list[str], batches: list[int]) -> pl.DataFrame:
        """Free events after which a row refers to another: ``child`` (its id), ``child_batch``, and to what."""
        found: list[pl.DataFrame] = []
        for name in names:
            for batch in (one for one in work.log.batches_of[name] if one in batches):
                own = work.log.index.filter(pl.col("entity") == name, pl.col("batch") == batch)
                free = own.filter(work.is_free(own["id"])).select(
                    pl.col("id").alias("child"), pl.col("batch").alias("child_batch"), pl.col("row").alias("at")
                )
                found.append(links(work.log, work.log.tables[name], work.log.read(name, batch)).join(free, on="at"))
        return pl.concat(found)


def _parents(work: Workspace, children: list[str]) -> list[str]:
    return sorted({one.table for name in children for one in work.log.tables[name].references})


def _before(links: pl.DataFrame) -> pl.DataFrame:
    """Only children that are delivered before the parent."""
    return links.filter(pl.col("child_batch") < pl.col("until"))


FAULT = OrphanedReferences
