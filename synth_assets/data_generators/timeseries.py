"""Time series: metrics by the day, the hour or the month."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synth_assets.data_generators.asked import TICKS, Asked
from synth_assets.errors import unknown
from synth_assets.usecases.door import public


@public
def generate(
    size: str = "small",
    output_format: str = "parquet",
    output_path: str | Path | None = None,
    seed: int = 42,
    rows: int | None = None,
    interval: str = "daily",
) -> Path:
    """Write time series: timestamp, metric_name, value, category.

    Args:
        size: small (5 metrics), medium (50) or large (500), or one of the project's own presets.
        output_format: parquet, csv, duckdb, sqlite or ndjson.
        output_path: a file, or a database in which the table ``timeseries`` is replaced and others stay; without,
            ``data/timeseries.`` and the format. Folders that aren't there are made.
        seed: any whole number; those that belong together have the same.
        rows: in place of the size's, a whole number >= 0: the first ones; for more than the size has there are
            more metrics.
        interval: daily (365 days), hourly (168 hours) or monthly (60 months), up to 2026-01-01.

    Returns:
        the path.

    Raises:
        UsageError: something that was asked for is wrong; says all that is, and nothing is written.
        OutputError: it can't be written; what was there is whole.
    """
    where = None if output_path is None else Path(output_path)
    asked = Asked("timeseries", size, output_format, where, seed, rows)
    wrong = [] if interval in TICKS else [unknown("interval", interval, TICKS, "For example: interval='hourly'")]
    ticks = TICKS.get(interval, 1)
    return asked.write(f"timeseries_{interval}", lambda size, count: _volumes(size, count, ticks), wrong)


def _volumes(size: Mapping[str, Any], count: int, ticks: int) -> Mapping[str, Any]:
    return {"metrics": max(size["metrics"], -(-count // ticks))}
