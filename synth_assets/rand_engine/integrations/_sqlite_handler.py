"""SQLite, where rand-engine's users look for it."""

from synth_assets.usecases.handlers.sqlite import SQLiteHandler

__all__ = ["SQLiteHandler"]
