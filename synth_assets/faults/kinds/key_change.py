"""A row's key changes, and changes back: an update from the key to one that nobody has, and another one back.

In the end the row is what it was. A consumer that looks only at the new key keeps a row under the other one.
"""

from typing import ClassVar

import polars as pl

from synth_assets.faults.interface import RecordFault
from synth_assets.faults.made_events import MadeStep, images, living, make_up
from synth_assets.faults.workspace import Workspace
from synth_assets.model.change_log import AFTER
from synth_assets.model.key import UuidCodec
from synth_assets.model.table import Table

_VERSION = 14
"""Where a UUID's version stands in its text."""


class KeyChange(RecordFault):
    """Changes the key and back, at the end of a batch in which the row was inserted or updated.

    A number becomes its negative, a text gets ``-`` before it, and a UUID is of version 8 instead of 4. Of several
    columns it is the last one that changes, if possible one that refers to no other row.
    """

    precedence: ClassVar[int] = 4

    def inject(self, work: Workspace) -> None:
        """Choose rows that live on."""
        others = {name: one for name, table in work.log.tables.items() if (one := _other_key(table)) is not None}
        there = living(work, self).filter(pl.col("entity").is_in(list(others)))
        chosen = work.take(self, there, "rows that outlive their batch")
        for rows in images(work, chosen, AFTER):
            key, own = rows.table.key, rows.image
            column, other = others[rows.table.name]
            away = own.with_columns(other.alias(column))
            steps = [MadeStep("update", own, away, (column,)), MadeStep("update", away, own, (column,))]
            made = make_up(work, self, rows, steps)
            keys = pl.DataFrame({"own": key.shown(own), "away": key.shown(away)})
            to_and_fro = keys.select(
                from_key=pl.concat_list("own", "away").explode(), to_key=pl.concat_list("away", "own").explode()
            )
            work.touches.enter(
                self,
                made.with_columns(to_and_fro),
                "when the key of the before image differs, delete that row first",
                [pl.col("from_key"), pl.col("to_key")],
                column=str(key),
            )


def _other_key(table: Table) -> tuple[str, pl.Expr] | None:
    """A column of the key, and a value of it by which no row can be called; ``None`` if its type has none."""
    free = [name for name in table.key.columns if not table.reference_of(name)]
    name = (free or table.key.columns)[-1]
    value = pl.col(name)
    if table.column(name).type.kind == "integer":
        return name, -value
    if isinstance(table.key.codec, UuidCodec) or table.column(name).type.kind == "uuid":
        return name, value.str.head(_VERSION) + "8" + value.str.slice(_VERSION + 1)
    return (name, "-" + value) if table.column(name).type.kind == "string" else None


FAULT = KeyChange
