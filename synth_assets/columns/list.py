"""Lists, whose entries another method makes."""

import builtins
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import polars as pl
from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from synth_assets.columns.basis.arguments import Pair, of
from synth_assets.columns.basis.generator import LIST, Drawn, Generator, Needs, type_of
from synth_assets.columns.basis.parts import AnyPart, Part, entry_rows, problems_of
from synth_assets.columns.basis.weights import are_weights, table_of
from synth_assets.kernel.choice import between, pick
from synth_assets.kernel.counter import I64Array
from synth_assets.model.arrow import from_array
from synth_assets.model.entity import Entity
from synth_assets.model.table import ENTRIES, Column
from synth_assets.model.types import ColumnType
from synth_assets.model.types.lists import list_of
from synth_assets.model.values import Values, series_of

_MOST = 1_000

Length = Annotated[int, Field(ge=0, le=_MOST)]


def _pair(value: Any) -> Any:
    return (value, value) if isinstance(value, int) else value


def _shares(value: Any) -> Any:
    pairs = value.items() if isinstance(value, Mapping) else value
    if not isinstance(pairs, Iterable) or isinstance(pairs, str):
        return value
    try:
        return tuple((int(count) if isinstance(count, str) else count, share) for count, share in pairs)
    except (TypeError, ValueError):
        raise ValueError(value) from None


class ListColumn(Drawn):
    """Lists of so many entries, each drawn by itself as another method makes it.

    How long a list is says `per_row` by shares, or `length` by bounds; it may be empty. Beside its arguments the other
    method says the entries' `type`, and with `references` what they refer to; by its null rate some may be missing.
    """

    fills: ClassVar = (LIST,)
    unordered: ClassVar = ("per_row",)
    examples: ClassVar = (
        {"of": {"method": "weighted", "weights": {"new": 3, "sale": 1}}, "length": [0, 3], "distinct": True},
        {"of": {"method": "integers", "low": 1, "high": 6}, "per_row": {0: 10, 1: 60, 3: 30}},
        {"of": {"method": "struct", "fields": {"sku": {"method": "pattern", "pattern": "{4 digits}"}}}, "length": 2},
    )

    of: AnyPart = Field(
        description="another method with its arguments, for an entry; beside them its type and references",
        examples=[{"method": "integers", "low": 1, "high": 6}],
    )
    length: Annotated[Pair[Length] | None, BeforeValidator(_pair), WithJsonSchema({"type": ["integer", "array"]})] = (
        Field(
            default=None,
            description=f"how many entries a list has, from 0 to {_MOST:,}: a number, or the least and the most",
            examples=[[0, 5]],
        )
    )
    per_row: Annotated[
        tuple[tuple[Length, Annotated[int, Field(ge=0)]], ...],
        BeforeValidator(_shares),
        WithJsonSchema({"type": ["object", "array"]}),
    ] = Field(
        default=(),
        description=f"in place of length: numbers of entries, from 0 to {_MOST:,}, each with its share of all rows, a"
        " whole number >= 0",
        examples=[{0: 10, 1: 60, 3: 30}],
    )
    distinct: bool = Field(
        default=False,
        description="true if an entry that the list has already is left out, so that lists may be shorter",
        examples=[True],
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        good = "For example: length=[0, 5]"
        if (self.length is None) == (not self.per_row):
            raise ValueError(f"either length or per_row says how many entries a list has.\n  {good}")
        if self.length and self.length[0] > self.length[1]:
            raise ValueError(f"length={self.length} has its least above its most.\n  {good}")
        if self.per_row and not are_weights(tuple(share for _, share in self.per_row)):
            raise ValueError("per_row: no share is above 0.\n  For example: per_row={0: 10, 1: 60, 3: 30}")
        return self

    @property
    def moves(self) -> bool:
        """If the entries do."""
        return self.of.of.moves

    @property
    def comes(self) -> bool:
        """If the entries do."""
        return self.of.of.comes

    def values(self, rows: Any, name: str) -> Values:
        lengths = self._lengths(rows, name)
        entries = entry_rows(rows, name, self.of, lengths)
        cells = series_of(type(entries).declared()[ENTRIES].column, entries.cells(ENTRIES))
        made = _listed(cells, lengths, type_of(rows, name))
        return made.list.unique(maintain_order=True) if self.distinct else made

    def _lengths(self, rows: Any, name: str) -> I64Array:
        words = self.words(rows, name, "length")
        if self.length is not None:
            return between(words, *self.length)
        counts = np.array([count for count, _ in self.per_row], dtype=np.int64)
        return counts[pick(words, table_of(tuple(share for _, share in self.per_row)))]

    @property
    def default_type(self) -> ColumnType | None:
        """A list of what the other method makes."""
        entry = self.of.default_type
        return None if entry is None else list_of(entry)

    def needs(self) -> Needs:
        return self.of.of.needs()

    def followed(self, entity: type[Entity]) -> builtins.list[tuple[type[Entity], str]]:
        return self.of.of.followed(entity)

    def inside(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return self.of.inside(ENTRIES)

    def misfit(self, entity: type[Entity], column: Column) -> str:
        return problems_of(entity, column.name, ((ENTRIES, self.of),), column.type)

    def as_json(self) -> dict[str, Any]:
        said = super().as_json()
        return {**said, "per_row": dict(self.per_row)} if self.per_row else said


GENERATOR = ListColumn


def list(  # noqa: A001 - as declarations call it
    of_: Part | Generator,
    *,
    length: int | tuple[int, int] | None = None,
    per_row: Mapping[int, int] | None = None,
    distinct: bool = False,
    stream: str = "",
    purpose: str = "",
) -> ListColumn:
    """Lists of so many entries: ``list(integers(1, 6), length=(0, 5))``."""
    return of(
        ListColumn, of=of_, length=length, per_row=per_row or {}, distinct=distinct, stream=stream, purpose=purpose
    )


def _listed(entries: pl.Series, lengths: I64Array, kind: ColumnType) -> pl.Series:
    """Entries side by side as the lists that have them, shape (n,)."""
    import pyarrow as pa

    ends = pa.array(np.concatenate([[0], np.cumsum(lengths)]))
    made = from_array(pa.LargeListArray.from_arrays(ends, entries.rechunk().to_arrow()))
    return made if made.dtype == kind.polars else made.cast(kind.polars)
