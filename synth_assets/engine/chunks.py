"""Generate one chunk: a range of an entity's positions as a frame, with the canonical words of its text."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.errors import UsageError
from synth_assets.kernel.counter import I64Array, Span, U64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import UnfitCellError
from synth_assets.model.types.structs import Struct
from synth_assets.model.values import Fields, Text, series_of


class Chunk(NamedTuple):
    """Rows of one table.

    Attributes:
        frame: the rows, with the table's schema.
        words: canonical words of text columns that were made from a pool, which is far quicker than
            digesting the strings; shape (rows,) each, made when it is asked for.
        numbers: the rows' numbers, shape (rows,).
        coded: text columns whose pool lasts, by code: for files that have dictionaries.
    """

    frame: pl.DataFrame
    words: Mapping[str, U64Array]
    numbers: I64Array
    coded: Mapping[str, Text] = MappingProxyType({})


def generate(
    entity: type[Entity],
    dataset: Dataset,
    span: Span,
    columns: Sequence[str] | None = None,
    *,
    at: int | None = None,
    hashing: bool = False,
) -> Chunk:
    """Generate the rows at some positions.

    Args:
        entity: what to generate.
        dataset: of which dataset.
        span: the positions.
        columns: names of the columns wanted, in this order; all of them without.
        at: the moment of the state, in seconds since 1970; ``as_of`` without.
        hashing: whether to give the words of text columns too.

    Raises:
        KeyError: an unknown column.
    """
    return chunk_of(rows_of(entity, dataset, span, at), columns, hashing=hashing)


def chunk_of(rows: Entity, columns: Sequence[str] | None = None, *, hashing: bool = False) -> Chunk:
    """The cells of some rows; arguments as for :func:`generate`.

    Raises:
        UsageError: a column's type can't hold one of its values.
    """
    table = rows.table()
    wanted = table.columns if columns is None else [table.column(name) for name in columns]
    known: dict[str, tuple[ColumnType, Text | Fields]] = {}
    coded: dict[str, Text] = {}
    series: list[pl.Series] = []
    for column in wanted:
        try:
            values = rows.cells(column.name)
            series.append(series_of(column, values))
        except UnfitCellError as error:
            more = "Give it a wider type, or make its values smaller."
            raise UsageError(f"{table.path}: {column.name}: {error}.\n  {more}") from None
        if hashing and (isinstance(values, Text) or (isinstance(values, Fields) and isinstance(column.type, Struct))):
            known[column.name] = column.type, values
        if isinstance(values, Text) and values.pool.lasting:
            coded[column.name] = values
    return Chunk(pl.DataFrame(series), _Words(known), rows.row_numbers, coded)


class _Words(Mapping[str, U64Array]):
    """The canonical words of text by code, and of structs of it, by column: made by whichever thread hashes."""

    def __init__(self, of: Mapping[str, tuple[ColumnType, Text | Fields]]) -> None:
        self._of = of

    def __getitem__(self, name: str) -> U64Array:
        return _words(*self._of[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


def _words(of: ColumnType, values: Text | Fields) -> U64Array:
    if isinstance(values, Text):
        return values.pool.digests[values.codes]
    assert isinstance(of, Struct)  # noqa: S101 — nothing else has fields
    fields: list[tuple[U64Array, NDArray[np.bool_]]] = []
    for part, (_, inner) in zip(values.parts.values(), of.fields, strict=True):
        if isinstance(part, Text):
            there = np.ones(len(part), dtype=np.bool_) if part.valid is None else part.valid
            fields.append((np.where(there, part.pool.digests[part.codes], np.uint64(0)), there))
        else:
            fields.append((inner.words(part), part.is_not_null().to_numpy()))
    return of.digests(fields)


def rows_of(entity: type[Entity], dataset: Dataset, span: Span, at: int | None = None) -> Entity:
    """The entity at those positions of the span that are rows."""
    rows = entity(dataset, span, at)
    shape = entity.about.shape
    if not shape.numbered or (shape.rows_known and not rows.lived):
        return rows
    there = rows.exists()
    return rows if there.all() else rows.only(there)
