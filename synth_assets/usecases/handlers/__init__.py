"""Databases of one's own, to fill with generated rows and to ask: the same few methods for DuckDB and SQLite."""
