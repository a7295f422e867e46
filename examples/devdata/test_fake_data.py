"""Tries the fake tables for development: python test_fake_data.py [DATABASE].

Makes each table's rows, creates the tables in a database of DuckDB, looks whether they are as they should be, and shows
statistics of them. Without DATABASE they lie in data/devdata/dev.duckdb, and are made anew there.
"""

import os
import sys

import duckdb
import polars as pl

from synth_assets import fake_data

DATABASE = sys.argv[1] if len(sys.argv) > 1 else fake_data.DATABASE


def try_generators() -> dict[str, pl.DataFrame]:
    """Make each table's frame, twice: both times it is the same."""
    frames: dict[str, pl.DataFrame] = {}
    for name, entry in fake_data.get_fake_tables_config().items():
        frames[name] = entry["generator"]()
        assert frames[name].equals(entry["generator"]()), f"{name} differs from call to call"
        print(f"  {name}: {frames[name].height:,} rows, {frames[name].width} columns")
    return frames


def create() -> None:
    """Create the tables; a second time they stay as they are."""
    made = fake_data.reset_fake_data(DATABASE)
    assert not fake_data.create_fake_tables_and_data(DATABASE), "tables that are there were created again"
    print(f"  {sum(made.values()):,} rows in {len(made)} tables of {DATABASE}")


def look(frames: dict[str, pl.DataFrame]) -> None:
    """Compare what lies in the database with what the generators gave."""
    assert fake_data.check_fake_tables_exist(DATABASE), "no table is there"
    with duckdb.connect(DATABASE, read_only=True) as connection:
        for name, frame in frames.items():
            found = pl.DataFrame(connection.sql(f'SELECT * FROM "{name}"').to_arrow_table())
            assert found.sort("id").equals(frame.sort("id")), f"{name} isn't what was generated"
            print(f"  {name}: ok")


def show() -> None:
    """Show statistics of the tables."""
    for name, table in fake_data.get_fake_data_status(DATABASE)["tables"].items():
        print(f"  {name}: {table['row_count']:,} rows, by {', '.join(table['partition_keys'])}")
        for column, one in table["statistics"].items():
            print(f"    {column:<17} {one['distinct']:>6,} values, {one['min'][:24]} to {one['max'][:24]}")


def main() -> None:
    """Do the four things, one after the other."""
    os.environ["APP_ENV"] = "dev"
    print("1. Individual data generators")
    frames = try_generators()
    print("2. Tables and data")
    create()
    print("3. Verification")
    look(frames)
    print("4. Statistics")
    show()
    print("All is well.")


if __name__ == "__main__":
    main()
