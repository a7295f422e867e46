"""Cells gathered from others, and cells that go missing; of whatever form they are."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array
from synth_assets.model.table import Column
from synth_assets.model.values import Fields, Masked, Text, Values, series_of


def taken(values: Values, index: I64Array) -> Values:
    """The cells at ``index``, shape (n,)."""
    if isinstance(values, Text):
        return Text(values.pool, values.codes[index], None if values.valid is None else values.valid[index])
    if isinstance(values, Masked):
        return Masked(values.values[index], values.valid[index])
    if isinstance(values, pl.Series | Fields):
        return _ready(values).gather(index)
    return values[index]


def masked(values: Values, there: NDArray[np.bool_]) -> Values:
    """The cells, missing where ``there`` is False or they were missing before."""
    if isinstance(values, pl.Series):
        return values.set(pl.Series(~there), None)
    if isinstance(values, Fields):
        return spread(values.series().filter(pl.Series(there)), there)
    if isinstance(values, Text):
        return Text(values.pool, values.codes, there if values.valid is None else values.valid & there)
    if isinstance(values, Masked):
        return Masked(values.values, values.valid & there)
    return Masked(values, there)


def plain(values: Values) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Numbers, days or times as an array, and which of them are there; ``None`` for all."""
    if isinstance(values, Masked):
        return values.values, values.valid
    if isinstance(values, Text | Fields | pl.Series):
        raise TypeError("text is no number")
    return values, None


def spread(values: Values, there: NDArray[np.bool_] | None) -> Values:
    """Cells of the rows that are there, each at its place; the others are missing.

    Args:
        values: a cell for each True of ``there``, in order.
        there: shape (n,); ``None`` if all are.
    """
    if there is None or there.all():
        return values
    if isinstance(values, pl.Series | Fields):
        place = pl.Series(np.cumsum(there) - 1).set(pl.Series(~there), None)
        return _ready(values).gather(place)
    if isinstance(values, Text):
        valid = None if values.valid is None else _scattered(values.valid, there)
        return Text(values.pool, _scattered(values.codes, there), there if valid is None else valid)
    if isinstance(values, Masked):
        return Masked(_scattered(values.values, there), _scattered(values.valid, there))
    return Masked(_scattered(values, there), there)


def _ready(values: pl.Series | Fields) -> pl.Series:
    return values.series() if isinstance(values, Fields) else values


def _scattered(values: NDArray[Any], there: NDArray[np.bool_]) -> NDArray[Any]:
    whole = np.zeros(len(there), dtype=values.dtype)
    whole[there] = values
    return whole


def put(column: Column, values: Values, chosen: NDArray[np.bool_], given: Values) -> Values:
    """The cells of a column, with others in some places.

    Args:
        column: the column.
        values: shape (n,).
        chosen: shape (n,), where others are put.
        given: a cell for each True of ``chosen``, in order.
    """
    if isinstance(values, Text | Fields | pl.Series) or isinstance(given, Text | Fields | pl.Series):
        index = np.arange(len(chosen))
        index[chosen] = len(chosen) + np.arange(int(chosen.sum()))
        return pl.concat([series_of(column, values), series_of(column, given)]).gather(index)
    cells, valid = plain(values)
    new, there = plain(given)
    cells = cells.copy()
    cells[chosen] = new
    if valid is None and there is None:
        return cells
    whole = np.ones(len(cells), dtype=np.bool_) if valid is None else valid.copy()
    whole[chosen] = True if there is None else there
    return Masked(cells, whole)
