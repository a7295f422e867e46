"""Users: who has signed up."""

from pathlib import Path

from synth_assets.data_generators.asked import Asked
from synth_assets.usecases.door import public


@public
def generate(
    size: str = "small",
    output_format: str = "parquet",
    output_path: str | Path | None = None,
    seed: int = 42,
    rows: int | None = None,
) -> Path:
    """Write users: id, name, email, signup_date, country, is_active.

    Args:
        size: small (100 rows), medium (1,000) or large (10,000), or one of the project's own presets.
        output_format: parquet, csv, duckdb, sqlite or ndjson.
        output_path: a file, or a database in which the table ``users`` is replaced and others stay; without,
            ``data/users.`` and the format. Folders that aren't there are made.
        seed: any whole number; those that belong together have the same.
        rows: in place of the size's, a whole number >= 0.

    Returns:
        the path.

    Raises:
        UsageError: something that was asked for is wrong; says all that is, and nothing is written.
        OutputError: it can't be written; what was there is whole.
    """
    where = None if output_path is None else Path(output_path)
    asked = Asked("users", size, output_format, where, seed, rows)
    # Nobody buys anything where there is nobody.
    return asked.write("users", lambda _, count: {"users": count} if count else {"users": 0, "sales": 0})
