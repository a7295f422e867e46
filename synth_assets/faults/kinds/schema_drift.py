"""A table's columns change from some batch on: one is added, dropped, widened or renamed."""

import json
from dataclasses import replace
from typing import ClassVar, Literal

import polars as pl
from pydantic import Field

from synth_assets.errors import UsageError, unknown
from synth_assets.faults.drift import Drift
from synth_assets.faults.interface import Fault
from synth_assets.faults.workspace import Workspace
from synth_assets.model.table import Column, Table
from synth_assets.model.types import STRING

_NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"

_REMEDIES = {
    "added": "ignore the column",
    "dropped": "keep the value that the row has; what it was set to meanwhile is lost",
    "widened": "cast to the column's type: no value has changed",
    "renamed": "take the values of the column in its place",
}


class SchemaDrift(Fault):
    """Changes one column of one table, or of each of those named. Columns of the key never drift."""

    precedence: ClassVar[int] = 2

    change: Literal["added", "dropped", "widened", "renamed"] = Field(
        description="what happens to the column: added, dropped, widened or renamed"
    )
    column: str | None = Field(
        None,
        pattern=_NAME,
        description="the column, chosen by default; for 'added', the new one's name of letters, digits and _, "
        "source_system by default",
    )
    to: str | None = Field(
        None,
        pattern=_NAME,
        description="the new name of letters, digits and _, for 'renamed' only; the old one and _v2 by default",
    )

    def inject(self, work: Workspace) -> None:
        """Choose the table, and in each its column."""
        batches = work.batches(self)
        if self.batches is None:
            batches = batches[len(batches) // 2 :]
        if self.to is not None and self.change != "renamed":
            raise UsageError(f"{self.name}: to={self.to} is for change: renamed only.\n  Leave it out.")
        entities = work.entities(self)
        eligible = {name: self._columns(work, name, batches) for name in entities}
        whole = {
            name: [one for one in batches if one in work.log.batches_of[name] and (name, one) not in work.edits.cuts]
            for name in entities
        }
        if self.entities is None:
            entities = [name for name in entities if whole[name]] or entities
            found = [name for name in entities if eligible[name] and self.column in {None, *eligible[name]}]
            if not found:
                every = sorted({name for names in eligible.values() for name in names})
                step = "Choose one of those, or a table with entities."
                raise unknown(f"{self.name}: column that can be {self.change}", self.column, every, step)
            entities = [found[_draw(work, self, "table", len(found))]]
        for name in entities:
            column = self._column(work, name, eligible[name])
            if not whole[name]:
                raise UsageError(f"{self.name}: {name} has no whole file in these batches.\n  Choose other batches.")
            work.edits.drift(name, whole[name], self._drift(work.log.tables[name], column))

    def _columns(self, work: Workspace, name: str, batches: list[int]) -> list[str]:
        """The columns of a table that can change so; for 'added', the name there would be."""
        table = work.log.tables[name]
        if self.change == "added":
            return [self.column or "source_system"]
        columns = [column for column in table.columns if column.name not in table.key.columns]
        if self.change == "widened":
            columns = [column for column in columns if column.type.wider]
            if not work.log.is_typed:
                # Text has no types: a wider integer looks the same.
                columns = [column for column in columns if column.type.kind != "integer"]
        drifts = [drift for batch in batches for drift in work.edits.drifts.get((name, batch), ())]
        drifting = {other for drift in drifts for other in drift.names}
        return [column.name for column in columns if column.name == self.column or column.name not in drifting]

    def _column(self, work: Workspace, name: str, eligible: list[str]) -> str:
        table = work.log.tables[name]
        if self.change == "added" and eligible[0] in table.column_names:
            raise UsageError(f"{self.name}: {name} has a column {eligible[0]} already.\n  Choose another name.")
        if self.column is not None and self.column not in eligible:
            raise unknown(
                f"{self.name}: {name}: column that can be {self.change}", self.column, eligible, "Choose one of those."
            )
        if not eligible:
            raise UsageError(f"{self.name}: {name} has no column that can be {self.change}.\n  Choose another table.")
        if self.to in table.column_names:
            raise UsageError(f"{self.name}: {name} has a column {self.to} already.\n  Choose another name.")
        return self.column or eligible[_draw(work, self, name, len(eligible))]

    def _drift(self, table: Table, column: str) -> Drift:
        detail = {"change": self.change, "column": column}
        new: Column | None = None
        if self.change == "added":
            new = Column(column, STRING, "added by a fault", nullable=True)
        elif self.change == "renamed":
            new = replace(table.column(column), name=self.to or f"{column}_v2")
            detail["to"] = new.name
        elif self.change == "widened":
            old = table.column(column)
            new = replace(old, type=old.type.wider or old.type)
            detail |= {"from": old.type.name, "to": new.type.name}
        return Drift(self, column, new, _REMEDIES[self.change], json.dumps(detail))


def _draw(work: Workspace, fault: Fault, purpose: str, limit: int) -> int:
    return int(work.words(fault, pl.Series([0], dtype=pl.Int64), purpose)[0]) % limit


FAULT = SchemaDrift
