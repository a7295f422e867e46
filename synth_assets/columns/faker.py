"""Values that Faker made once, and that are kept beside the dataset's file."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from synth_assets.columns.basis.arguments import Cell, Many, of
from synth_assets.columns.basis.cells import cells_of, problem_of, usual_type
from synth_assets.columns.basis.generator import SCALARS, Drawn, type_of
from synth_assets.kernel.choice import below
from synth_assets.model.entity import Entity
from synth_assets.model.table import Column
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Values


def _sorted(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, dict) else value


class FakerColumn(Drawn):
    """A value of one of Faker's providers, in any of its locales, from a pool that was made once.

    `synth spec pools FILE` makes the pools of a dataset's file and keeps them beside it; they are committed with it, so
    no other version of Faker changes a value, and generating doesn't need Faker.
    """

    fills: ClassVar = SCALARS
    examples: ClassVar = (
        {"provider": "job", "locale": "de_DE", "pool": ["Tischler", "Optikerin"]},
        {"provider": "random_int", "options": {"min": 1, "max": 9}, "size": 2, "pool": [4, 7]},
    )

    provider: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)] = Field(
        description="the name of a provider's method", examples=["job"]
    )
    locale: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Za-z0-9]+)?$")] = Field(
        default="en_US", description="a locale that Faker has", examples=["de_DE"]
    )
    options: Annotated[tuple[tuple[str, Cell], ...], BeforeValidator(_sorted), WithJsonSchema({"type": "object"})] = (
        Field(default=(), description="options of the provider, as names with values", examples=[{"min": 1}])
    )
    size: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=1_000, description="how many values are drawn for the pool, from 1 to 100,000", examples=[1_000]
    )
    pool: Many[Cell] = Field(
        default=(),
        description="the values; those of a dataset's file are filled in from the file beside it",
        examples=[["Tischler", "Optikerin"]],
    )

    def values(self, rows: Any, name: str) -> Values:
        return cells_of(self.pool, type_of(rows, name)).take(below(self.words(rows, name), len(self.pool)))

    @property
    def default_type(self) -> ColumnType:
        """What the values are."""
        return usual_type(self.pool)

    @property
    def gives_missing(self) -> bool:
        """Where one of the values is missing."""
        return None in self.pool

    def misfit(self, entity: type[Entity], column: Column) -> str:
        del entity
        if not self.pool:
            return "it has no values.\n  Make them with synth spec pools, or name them: pool=[…]"
        return problem_of(self.pool, column.type)

    def as_json(self) -> dict[str, Any]:
        whole = super().as_json()
        return {**whole, "options": dict(self.options)} if self.options else whole


GENERATOR = FakerColumn


def faker(
    provider: str,
    pool: Sequence[Cell],
    locale: str = "en_US",
    options: "dict[str, Cell] | None" = None,
    size: int = 1_000,
    *,
    stream: str = "",
    purpose: str = "",
) -> FakerColumn:
    """Values that Faker made: ``faker("job", ["Tischler", "Optikerin"], "de_DE")``."""
    return of(
        FakerColumn,
        provider=provider,
        pool=list(pool),
        locale=locale,
        options=options or {},
        size=size,
        stream=stream,
        purpose=purpose,
    )
