"""Events: what users do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synth_assets.data_generators.asked import EVENTS_A_USER, Asked
from synth_assets.usecases.door import public


@public
def generate(
    size: str = "small",
    output_format: str = "parquet",
    output_path: str | Path | None = None,
    seed: int = 42,
    rows: int | None = None,
) -> Path:
    """Write events: event_id, user_id, event_type, event_timestamp, properties.

    Args:
        size: small (1,000 rows), medium (10,000) or large (100,000), or one of the project's own presets.
        output_format: parquet, csv, duckdb, sqlite or ndjson.
        output_path: a file, or a database in which the table ``events`` is replaced and others stay; without,
            ``data/events.`` and the format. Folders that aren't there are made.
        seed: any whole number; those that belong together have the same.
        rows: in place of the size's, a whole number >= 0: the first ones; more than the size has are of more
            users, ten of each.

    Returns:
        the path.

    Raises:
        UsageError: something that was asked for is wrong; says all that is, and nothing is written.
        OutputError: it can't be written; what was there is whole.
    """
    where = None if output_path is None else Path(output_path)
    asked = Asked("events", size, output_format, where, seed, rows)
    return asked.write("events", _volumes)


def _volumes(size: Mapping[str, Any], count: int) -> Mapping[str, Any]:
    return {"users": max(size["users"], -(-count // EVENTS_A_USER))}
