"""How much a transfer is, and what both accounts have afterwards."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.generator import DECIMAL, INTEGER, Generator, Needs
from synth_assets.columns.transfer import Transfer
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import INT64, ColumnType
from synth_assets.model.values import Values

What = Literal["amount", "payer_balance", "payee_balance"]


class Transferred(Generator):
    """How much goes from the one to the other in a transfer, or what the payer or the payee has after it."""

    fills: ClassVar = (INTEGER, DECIMAL)
    stands_alone: ClassVar = False
    draws_anew: ClassVar = False
    examples: ClassVar = (
        {"what": "amount", "by": "payer_id"},
        {"what": "payer_balance", "by": "payer_id"},
    )

    what: What = Field(description="amount, payer_balance or payee_balance", examples=["amount"])
    by: Annotated[str, Field(min_length=1)] = Field(
        description="a column of the same row whose method is transfer", examples=["payer_id"]
    )

    def values(self, rows: Any, name: str) -> Values:
        del name
        moves = self._transfer(type(rows)).moves_of(rows)
        return {
            "amount": moves.amount,
            "payer_balance": moves.payer_balance,
            "payee_balance": moves.payee_balance,
        }[self.what]

    def _transfer(self, entity: type[Entity]) -> Transfer:
        found = entity.declared()[self.by].generator
        assert isinstance(found, Transfer)  # noqa: S101 - `misfit` has refused others
        return found

    @property
    def default_type(self) -> ColumnType:
        """Whole numbers; a declaration's is that of what accounts hold."""
        return INT64

    def needs(self) -> Needs:
        return Needs(columns=(self.by,))

    def misfit(self, entity: type[Entity], column: Column) -> str:
        declared = entity.declared().get(self.by)
        if declared is None:
            return ""  # what isn't there, `needs` tells
        if not isinstance(declared.generator, Transfer):
            return f"{self.by} is no transfer.\n  Name the column of who pays."
        if declared.generator.misfit(entity, declared.column):
            return ""  # which is told of that column
        kind = declared.generator.kind_of_amounts(entity)
        if (column.type.kind, getattr(column.type, "scale", 0)) != (kind.kind, getattr(kind, "scale", 0)):
            return f"accounts hold {kind.name}, and so do transfers.\n  Give the column that type."
        return ""


GENERATOR = Transferred


def transferred(what: What, by: str) -> Transferred:
    """What a transfer moves: ``transferred("amount", by="payer_id")``."""
    return of(Transferred, what=what, by=by)
