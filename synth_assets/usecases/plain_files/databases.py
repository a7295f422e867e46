"""A table in a database that somebody names: the other tables in it stay."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import polars as pl

from synth_assets.model.table import Table
from synth_assets.sinks.databases.duckdb import check_place, open_for_writing
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force, make_folder
from synth_assets.usecases.handlers.base import BaseDBHandler
from synth_assets.usecases.handlers.duckdb import DuckDBHandler
from synth_assets.usecases.handlers.sqlite import SQLiteHandler
from synth_assets.usecases.plain_files.places import SingleFile
from synth_assets.usecases.plain_files.saving import drafts_for

HANDLERS: dict[str, type[BaseDBHandler]] = {"duckdb": DuckDBHandler, "sqlite": SQLiteHandler}
"""Databases by the names of their formats."""


def put_table(
    form: str, place: SingleFile, name: str, table: Table, frames: Callable[[], Iterable[pl.DataFrame]]
) -> None:
    """Put a table of these rows into a database, in place of the one of this name, all or nothing.

    A database that isn't there is made beside its place, and appears when it is whole.

    Args:
        form: the format's name, one of :data:`HANDLERS`.
        place: the database's file.
        name: what the table is called there.
        table: describes the rows.
        frames: makes the rows.

    Raises:
        UsageError: no such database can be called so, or it refuses the table.
        OutputError: something else is there, another process has it, or it can't be written; it is what it was.
    """
    if form == "duckdb":
        check_place(place.path)
    with writing(place.folder):
        place.check()
    if not place.path.exists() and _appeared(form, place, name, table, frames()):
        return
    _fill(form, place.path, name, table, frames())


def _appeared(form: str, place: SingleFile, name: str, table: Table, frames: Iterable[pl.DataFrame]) -> bool:
    """Whether the new database is there; not if somebody else has made one meanwhile."""
    with drafts_for(place.folder) as drafts:
        draft = drafts / place.path.name
        if form == "duckdb":
            open_for_writing(draft).close()  # in a form that older programs read
        _fill(form, draft, name, table, frames)
        with writing(place.path):
            make_folder(place.folder)
            force(draft)
            try:
                os.link(draft, place.path)
            except FileExistsError:
                return False
            except OSError:  # a filesystem without links
                draft.replace(place.path)
            force(place.folder)
    return True


def _fill(form: str, path: Path, name: str, table: Table, frames: Iterable[pl.DataFrame]) -> None:
    with HANDLERS[form](path) as handler:
        handler.replace_frames(name, table, frames)
