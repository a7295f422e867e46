"""Text put together of pieces."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Self

import polars as pl
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from synth_assets.columns.basis.arguments import of
from synth_assets.columns.basis.formulas.cells import text_of_cells
from synth_assets.columns.basis.generator import FLOAT, STRING, Generator, Needs, set_type
from synth_assets.columns.basis.nested import AnyGenerator
from synth_assets.columns.basis.others import KINDS, computed
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import STRING as TEXT
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


def _parts(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Composed(Generator):
    """Text put together of pieces: some are written, the others are what other methods make.

    Each of those draws random bits of its own, named after the column and the piece's place.
    """

    fills: ClassVar = (STRING,)
    examples: ClassVar = (
        {"parts": ["INV-", {"method": "choices", "choices": [2024, 2025]}, "-", {"method": "pattern",
                                                                                   "pattern": "{5 digits}"}]},
        {"parts": ["10.", {"method": "integers", "low": 0, "high": 255}, ".0.", {"method": "integers", "low": 1,
                                                                                     "high": 254}]},
    )  # fmt: skip

    parts: Annotated[
        tuple[str | AnyGenerator, ...],
        BeforeValidator(_parts),
        Field(min_length=1, max_length=100),
        WithJsonSchema({"type": "array"}),
    ] = Field(
        description="pieces, each a text or another method with its arguments",
        examples=[["B-", {"method": "pattern", "pattern": "{4 digits}"}]],
    )

    @model_validator(mode="after")
    def _of_text(self) -> Self:
        for one in self._made.values():
            kind = one.default_type
            if kind is None or kind.kind not in KINDS or kind.kind == FLOAT:
                raise ValueError(
                    f"parts: what {one.method()} makes has no text that is the same everywhere.\n"
                    "  Take a method of text, whole numbers, decimals, days or times."
                )
            if one.gives_missing:
                raise ValueError(f"parts: {one.method()} leaves cells missing.\n  Let null_rate stand around it all.")
        return self

    def values(self, rows: Any, name: str) -> Values:
        pieces: list[pl.Series | pl.Expr] = []
        for place, one in enumerate(self.parts):
            if isinstance(one, str):
                pieces.append(pl.lit(one))
                continue
            part = _part(name, place)
            kind = _kind(one)
            set_type(rows, part, kind)
            cells = text_of_cells(computed(one.values(rows, part), kind))
            pieces.append(cells.alias(str(place)))
        columns = [piece for piece in pieces if isinstance(piece, pl.Series)]
        if not columns:
            return pl.repeat("".join(map(str, self.parts)), len(rows.row_numbers), dtype=pl.String, eager=True)
        shown = [pl.col(piece.name) if isinstance(piece, pl.Series) else piece for piece in pieces]
        return pl.DataFrame(columns).select(pl.concat_str(shown).alias(name)).to_series()

    @property
    def default_type(self) -> ColumnType:
        """Text."""
        return TEXT

    @property
    def is_unique(self) -> bool:
        """If a piece is, and can be told from the others: the only one that isn't written, or an even one at an end."""
        return self._telling is not None

    def capacity(self, column: Column) -> int | None:
        one = self._telling
        return None if one is None else one.capacity(replace(column, type=_kind(one)))

    @property
    def moves(self) -> bool:
        """If a part does."""
        return any(one.moves for one in self._made.values())

    @property
    def comes(self) -> bool:
        """If a part does."""
        return any(one.comes for one in self._made.values())

    def followed(self, entity: type[Entity]) -> list[tuple[type[Entity], str]]:
        return [known for one in self._made.values() for known in one.followed(entity)]

    def needs(self) -> Needs:
        needed = [one.needs() for one in self._made.values()]
        return Needs(
            tuple(name for one in needed for name in one.columns), tuple(name for one in needed for name in one.tables)
        )

    def misfit(self, entity: type[Entity], column: Column) -> str:
        found = (
            one.misfit(entity, replace(column, name=_part(column.name, place), type=_kind(one)))
            for place, one in self._made.items()
        )
        return next((problem for problem in found if problem), "")

    @property
    def _telling(self) -> Generator | None:
        """The piece by which rows can be told apart."""
        made = list(self._made.values())
        alone = [one for one in made if len(made) == 1 and one.is_unique]
        ends = [one for one in (self.parts[0], self.parts[-1]) if isinstance(one, Generator)]
        # Equal texts end with the same characters: so many of them are that piece, whatever stands before it.
        return next(iter([*alone, *(one for one in ends if one.is_unique and one.is_even)]), None)

    @property
    def _made(self) -> dict[int, Generator]:
        return {place: one for place, one in enumerate(self.parts) if isinstance(one, Generator)}


def _part(name: str, place: int) -> str:
    """What a piece of a column is called: no column has such a name."""
    return f"{name}[{place}]"


def _kind(one: Generator) -> ColumnType:
    kind = one.default_type
    assert kind is not None  # noqa: S101 — others are refused
    return kind


GENERATOR = Composed


def composed(parts: Sequence[str | Generator]) -> Composed:
    """Text put together: ``composed(["INV-", choices((2024, 2025)), "-", pattern("{5 digits}")])``."""
    return of(Composed, parts=list(parts))
