"""Records without their key: null in the key column, or missing from the images as well."""

from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from synth_assets.faults.interface import RecordFault
from synth_assets.faults.touches import HARMLESS, LOST
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.table import Table


class NullKeys(RecordFault):
    """Takes the key away."""

    precedence: ClassVar[int] = 5

    where: Literal["key", "everywhere"] = Field(
        "key", description="'key': null in the key column, whole in the images; 'everywhere': missing there, too"
    )

    def inject(self, work: Workspace) -> None:
        """Choose any records."""
        chosen = work.take(self, work.events(self), "records")
        work.edits.alter(self, chosen, self._without_key)
        only_here = self.where == "key"
        remedy = "take the key from the images" if only_here else "set the record aside: nobody knows whose it is"
        detail = [pl.lit(self.where).alias("where")]
        for (entity,), some in chosen.group_by("entity", maintain_order=True):
            key = str(work.log.tables[str(entity)].key)
            work.touches.enter(self, some, remedy, detail, harm=HARMLESS if only_here else LOST, column=key)

    def _without_key(self, table: Table) -> dict[str, pl.Expr]:
        prefixes = ("",) if self.where == "key" else ("", BEFORE, AFTER)
        schema = table.schema
        return {p + name: pl.lit(None, dtype=schema[name]) for name in table.key.columns for p in prefixes}


FAULT = NullKeys
