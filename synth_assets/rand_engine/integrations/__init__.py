"""Databases to fill with generated rows: DuckDB and SQLite behind the same few methods."""

from synth_assets.rand_engine.integrations._duckdb_handler import DuckDBHandler
from synth_assets.rand_engine.integrations._sqlite_handler import SQLiteHandler

__all__ = ["DuckDBHandler", "SQLiteHandler"]
