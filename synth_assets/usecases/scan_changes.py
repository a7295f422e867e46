"""Change data as LazyFrames, and the grade of a table: the same as the commands, for tests written in Python."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from synth_assets.changes.span import cadence_called, check_batches, moment
from synth_assets.engine.memory import keep_freed_memory
from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import change_table, history_table
from synth_assets.model.dataset import DEFAULT_AS_OF
from synth_assets.model.entity import Entity
from synth_assets.project.dataset_files import domain_in
from synth_assets.project.project import Project
from synth_assets.usecases.door import public
from synth_assets.usecases.frame_candidates import placed
from synth_assets.usecases.io_source import frames_when_asked
from synth_assets.usecases.score import Score
from synth_assets.usecases.score import score as grade


@public
def scan_changes(
    path: str,
    batches: int | range,
    preset: str | None = None,
    seed: int = 42,
    *,
    cadence: str = "day",
    as_of: date = DEFAULT_AS_OF,
    volumes: Mapping[str, Any] | None = None,
) -> pl.LazyFrame:
    """The change log of a table, computed when a query asks for it.

    Args:
        path: ``domain/entity``.
        batches: a batch's number, from 1, several in ascending order (a range, a list), or ``"1..30"``.
        preset: name of a preset; the domain's default one without.
        seed: any whole number of up to 100 digits, also NumPy's or as text.
        cadence: how long a batch is: ``day``, ``hour`` or ``minute``.
        as_of: the day at whose start the base is, and batch 1 begins: a date, its midnight in UTC, or
            ``"2026-01-01"``; also NumPy's or pandas'.
        volumes: parameters that override the preset's, ``{"orders": 5000}``.

    Returns:
        one row an event, in the order of ``lsn``.

    Raises:
        UsageError: something unknown or not allowed.

    Example:
        >>> ops = scan_changes("bronze/raw_orders", 1, preset="small").select("op").unique()
        >>> ops.sort("op").collect()["op"].to_list()
        ['insert', 'update']
    """
    entity, timeline = _find(path, preset, seed, cadence, as_of, volumes)
    numbers = range(batches, batches + 1) if isinstance(batches, int) else batches
    check_batches(timeline.dataset, timeline.cadence, numbers)

    def frames() -> Iterator[pl.DataFrame]:
        for number in numbers:
            yield from timeline.batch(number).log(entity.about.name)

    return _lazy(change_table(entity.table()).schema, frames)


@public
def scan_snapshot(
    path: str,
    at: int | datetime,
    preset: str | None = None,
    seed: int = 42,
    *,
    cadence: str = "day",
    as_of: date = DEFAULT_AS_OF,
    volumes: Mapping[str, Any] | None = None,
) -> pl.LazyFrame:
    """A table as it is at a moment, computed when a query asks for it.

    Args:
        path: ``domain/entity``.
        at: the number of the batch at whose end it is, 0 for the base, or a time with its time zone; also
            as text, ``"2026-01-31T00:00:00Z"``.
        preset: name of a preset; the domain's default one without.
        seed: any whole number of up to 100 digits, also NumPy's or as text.
        cadence: how long a batch is: ``day``, ``hour`` or ``minute``.
        as_of: the day at whose start the base is, and batch 1 begins: a date, its midnight in UTC, or
            ``"2026-01-01"``; also NumPy's or pandas'.
        volumes: parameters that override the preset's, ``{"orders": 5000}``.

    Returns:
        the rows, in the order of their keys.

    Raises:
        UsageError: something unknown or not allowed.

    Example:
        >>> scan_snapshot("bronze/raw_orders", 30, preset="small").select(pl.len()).collect().item() > 5000
        True
    """
    entity, timeline = _find(path, preset, seed, cadence, as_of, volumes)
    second = moment(at, timeline.dataset, timeline.cadence)
    return _lazy(entity.table().schema, lambda: timeline.state(entity.about.name, second))


@public
def scan_history(
    path: str,
    at: int | datetime,
    preset: str | None = None,
    seed: int = 42,
    *,
    cadence: str = "day",
    as_of: date = DEFAULT_AS_OF,
    volumes: Mapping[str, Any] | None = None,
) -> pl.LazyFrame:
    """All versions of a table's rows up to a moment (SCD2), computed when a query asks for them.

    Args:
        path: ``domain/entity``.
        at: the number of the batch at whose end it is, or a time with its time zone; also
            as text, ``"2026-01-31T00:00:00Z"``.
        preset: name of a preset; the domain's default one without.
        seed: any whole number of up to 100 digits, also NumPy's or as text.
        cadence: how long a batch is: ``day``, ``hour`` or ``minute``.
        as_of: the day at whose start the base is, and batch 1 begins: a date, its midnight in UTC, or
            ``"2026-01-01"``; also NumPy's or pandas'.
        volumes: parameters that override the preset's, ``{"orders": 5000}``.

    Returns:
        one row a version, in the order of key and time, with ``valid_from``, ``valid_to`` and ``is_current``.

    Raises:
        UsageError: something unknown or not allowed.

    Example:
        >>> versions = scan_history("bronze/raw_products", 30, preset="small")
        >>> versions.filter(pl.col("is_current") & pl.col("valid_to").is_not_null()).collect().height
        0
    """
    entity, timeline = _find(path, preset, seed, cadence, as_of, volumes)
    second = moment(at, timeline.dataset, timeline.cadence)
    return _lazy(history_table(entity.table()).schema, lambda: timeline.versions(entity.about.name, second))


@public
def score(  # noqa: PLR0913 — a question's parts
    path: str,
    at: int | datetime,
    candidate: object,
    preset: str | None = None,
    seed: int = 42,
    *,
    answer_key: str | Path | None = None,
    timeout: float | None = None,
    cadence: str = "day",
    as_of: date = DEFAULT_AS_OF,
    volumes: Mapping[str, Any] | None = None,
) -> Score:
    """Grade a consumer's table against what it should be at a moment, as ``synth changes score`` does.

    Args:
        path: ``domain/entity``.
        at: the number of the batch at whose end it should be, or a time with its time zone; also
            as text, ``"2026-01-31T00:00:00Z"``.
        candidate: a frame of polars, pandas or pyarrow, or where the table is: a path, or a text as ``synth changes
            score --candidate`` takes it.
        preset: name of a preset; the domain's default one without.
        seed: any whole number of up to 100 digits, also NumPy's or as text.
        answer_key: of the faults that were injected, if any were.
        timeout: how many seconds the table may take to read; without, 30, and more the larger it is.
        cadence: how long a batch is: ``day``, ``hour`` or ``minute``.
        as_of: the day at whose start the base is, and batch 1 begins: a date, its midnight in UTC, or
            ``"2026-01-01"``; also NumPy's or pandas'.
        volumes: parameters that override the preset's, ``{"orders": 5000}``.

    Returns:
        the grade; ``passed`` is whether every row is right that a correct consumer has right.

    Raises:
        UsageError: something unknown or not allowed, or a table without columns that it should have.
        DataError: the candidate's database has other tables of the domain, but not this one.
        UnjudgedError: the table or the answer key can't be read, or reading takes too long.
    """
    project = Project.here()
    project.find(path)
    dataset = project.dataset(domain_in(path), preset, seed, as_of, volumes)
    key = None if answer_key is None else Path(answer_key)
    with placed(candidate) as place:
        found = grade(project, path, dataset, cadence, at, place, key, timeout=timeout)
    return found if place == str(candidate) else replace(found, name=type(candidate).__name__)


def _find(
    path: str, preset: str | None, seed: int, cadence: str, as_of: date, volumes: Mapping[str, Any] | None
) -> tuple[type[Entity], Timeline]:
    project = Project.here()
    domain, entity = project.find(path)
    dataset = project.dataset(domain_in(path), preset, seed, as_of, volumes)
    return entity, Timeline(domain, dataset, cadence_called(cadence))


def _lazy(schema: pl.Schema, frames: Callable[[], Iterator[pl.DataFrame]]) -> pl.LazyFrame:
    def begun(_columns: Sequence[str] | None, _limit: int | None) -> Iterator[pl.DataFrame]:
        keep_freed_memory()
        return frames()

    return frames_when_asked(schema, begun)
