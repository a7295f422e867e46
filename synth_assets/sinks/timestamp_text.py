"""Timestamps as the text formats write them: in their type's one form, and refused where that would cut them."""

from collections.abc import Iterable

import polars as pl

from synth_assets.errors import DataError
from synth_assets.model.table import Column, Table


def timestamp_texts(columns: Iterable[Column]) -> list[pl.Expr]:
    """The timestamp columns as text, under their own names; for ``with_columns``."""
    return [
        # Without the zone, which is UTC, formatting takes two thirds of the time.
        pl.col(column.name).dt.replace_time_zone(None).dt.strftime(column.type.text)
        for column in columns
        if column.type.kind == "timestamp"
    ]


def parsed_timestamp(column: Column) -> pl.Expr:
    """A timestamp column back from its text."""
    text = pl.col(column.name).str
    parsed = text.to_datetime(column.type.text, time_unit="us", time_zone=None, strict=True)
    zone = column.type.polars.time_zone if isinstance(column.type.polars, pl.Datetime) else None
    return parsed if zone is None else parsed.dt.replace_time_zone(zone)


def check_timestamps(frame: pl.DataFrame, table: Table) -> None:
    """Raise :class:`DataError` over a timestamp that is finer than its type's text."""
    for column in table.columns:
        if column.type.kind == "timestamp":
            unit = 1_000 if "%.3f" in column.type.text else 1_000_000
            if (frame[column.name].to_physical() % unit != 0).any():
                raise DataError(
                    f"{table.path}: column {column.name} has values finer than its type, {column.type.name}, can write."
                )
