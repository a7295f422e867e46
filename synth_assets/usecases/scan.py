"""A dataset as a LazyFrame: only the columns and rows that a query needs are ever generated."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from synth_assets.engine.chunks import chunk_of, rows_of
from synth_assets.engine.memory import keep_freed_memory
from synth_assets.engine.ranges import range_of
from synth_assets.errors import UsageError
from synth_assets.kernel.counter import Span
from synth_assets.model.dataset import DEFAULT_AS_OF, Dataset
from synth_assets.model.entity import Entity
from synth_assets.project.dataset_files import domain_in
from synth_assets.project.project import Project
from synth_assets.usecases.door import check_more, public
from synth_assets.usecases.groups import only_in, words_of
from synth_assets.usecases.io_source import frames_when_asked
from synth_assets.usecases.key_filter import number_asked


@public
def scan(
    path: str,
    preset: str | None = None,
    seed: int = 42,
    *,
    offset: int = 0,
    rows: int | None = None,
    as_of: date = DEFAULT_AS_OF,
    volumes: Mapping[str, Any] | None = None,
    **more: Any,
) -> pl.LazyFrame:
    """A table as a LazyFrame whose cells are computed when a query asks for them.

    Args:
        path: ``domain/entity``.
        preset: name of a preset; the domain's default one without.
        seed: any whole number of up to 100 digits, also NumPy's or as text.
        offset: rows to leave out at the beginning.
        rows: rows wanted from there; all of them without. A ``slice`` of the result isn't pushed down, these are.
        as_of: the day at whose start the dataset is looked at: a date, its midnight in UTC, or ``"2026-01-01"``; also
            NumPy's or pandas'.
        volumes: parameters that override the preset's, ``{"orders": 5000}``.
        more: of a domain whose rows are of groups, the only one wanted, by its own word: ``tenant="…"``.

    Raises:
        UsageError: something unknown or not allowed.

    Example:
        >>> scan("bronze/raw_orders", preset="small", rows=2).select("order_id").collect()["order_id"].to_list()
        [1, 2]
    """
    project = Project.here()
    domain, entity = project.find(path)
    check_more(scan, more, words_of(domain))
    dataset = project.dataset(domain_in(path), preset, seed, as_of, volumes, only_in(domain, more))
    return scan_dataset(entity, dataset, offset, rows)


def scan_dataset(entity: type[Entity], dataset: Dataset, offset: int = 0, rows: int | None = None) -> pl.LazyFrame:
    """:func:`scan` for an entity of a dataset at hand."""
    for name, value in (("offset", offset), ("rows", rows)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            msg = f"{entity.table().path}: {name}={value!r} is not allowed; it is a whole number >= 0."
            raise UsageError(msg)

    def frames(
        columns: Sequence[str] | None, limit: int | None, where: pl.Expr | None = None
    ) -> Iterator[pl.DataFrame]:
        wanted = rows if limit is None else limit if rows is None else min(limit, rows)
        return _frames(entity, dataset, columns, offset, wanted, where)

    return frames_when_asked(entity.table().schema, frames, lambda where: partial(frames, where=where))


def row_frames(
    entity: type[Entity], dataset: Dataset, offset: int = 0, rows: int | None = None
) -> Iterator[pl.DataFrame]:
    """Rows from an offset on, chunk by chunk, in their order; nothing before is made where rows can be counted.

    Args:
        entity: whose.
        dataset: of which dataset.
        offset: rows to leave out at the beginning.
        rows: how many from there; all of them without.
    """
    return _frames(entity, dataset, None, offset, rows)


def _frames(
    entity: type[Entity],
    dataset: Dataset,
    columns: Sequence[str] | None,
    offset: int,
    rows: int | None,
    where: pl.Expr | None = None,
) -> Iterator[pl.DataFrame]:
    """The rows from ``offset`` on, chunk by chunk; ``rows`` of them at the most.

    Of a chunk in which no row fulfils a condition, only the columns that it is about are made; where it is about one
    key, only that row is.
    """
    keep_freed_memory()
    _, start, end = range_of(entity, dataset)
    shape = entity.about.shape
    dense, chunk = shape.rows_known, shape.chunk_in(dataset)
    # Dense rows are found by arithmetic; the others have to be counted up to the offset.
    if where is not None and shape.numbered and not offset and rows is None:
        number = number_asked(entity.table(), where)
        start, end = (start, end) if number is None else (max(start, number), min(end, number + 1))
    first = min(start + offset, end) if dense else start
    skip = 0 if dense else offset
    left = rows
    while first < end and left != 0:
        stop = min(end, (first // chunk + 1) * chunk)
        if dense and left is not None:
            stop = min(stop, first + left)
        span = Span(first, stop - first)
        first = stop
        if skip:
            count = _count(entity, dataset, span)
            if count <= skip:
                skip -= count
                continue
        there, chosen = _wanted(entity, dataset, span, skip, left)
        count = len(range(len(there.row_numbers))[chosen])
        skip = 0
        left = None if left is None else left - count
        if where is None or _has_any(there, where):
            yield chunk_of(there, columns).frame[chosen]


def _wanted(entity: type[Entity], dataset: Dataset, span: Span, skip: int, left: int | None) -> tuple[Entity, slice]:
    """The rows of a span, and which of them are wanted: so many from a place on.

    Of a window that may have millions of rows only those are made, where they can be counted without.
    """
    shape = entity.about.shape
    if left is not None and span.count == 1 and (known := shape.count_at(entity, dataset, span.start)) is not None:
        count = min(left, known - skip)
        return shape.some_at(entity, dataset, span.start, skip, count), slice(0, count)
    return rows_of(entity, dataset, span), slice(skip, None if left is None else skip + left)


def _has_any(rows: Entity, where: pl.Expr) -> bool:
    """Whether any of some rows fulfils a condition, as far as that is told by some columns alone."""
    asked = set(where.meta.root_names())
    names = [name for name in rows.table().column_names if name in asked]
    return not names or not chunk_of(rows, names).frame.filter(where).is_empty()


def _count(entity: type[Entity], dataset: Dataset, span: Span) -> int:
    """How many rows the positions have."""
    if entity.about.shape.numbered:
        return int(np.count_nonzero(entity(dataset, span).exists()))
    if span.count == 1 and (known := entity.about.shape.count_at(entity, dataset, span.start)) is not None:
        return known
    return len(rows_of(entity, dataset, span).row_numbers)
