"""DuckDB, where rand-engine's users look for it."""

from synth_assets.usecases.handlers.duckdb import DuckDBHandler

__all__ = ["DuckDBHandler"]
