"""Frames into a file of an envelope; memory is a frame or two.

Rows take the way that all tables take, through the formats, but for one thing: what a format refuses, a tool may
write. So empty text is ``""`` in CSV, beside a missing cell, which is an empty field. Lines don't: they are text
already, of another shape from record to record, which no table of the NDJSON format could be.
"""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from synth_assets.model.table import Table
from synth_assets.sinks import formats, modules
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force, make_folder
from synth_assets.sinks.interface import FileFormat, FileOptions


def write_lines(path: Path, frames: Iterable[pl.DataFrame]) -> None:
    """Frames of one text column: a row is a line, as it is.

    Raises:
        OutputError: the file can't be written.
    """
    make_folder(path.parent)
    with writing(path), path.open("wb") as file:
        for frame in frames:
            frame.write_csv(file, include_header=False, quote_style="never")
    _force(path)


def write_rows(path: Path, frames: Iterable[pl.DataFrame], table: Table, form: str) -> None:
    """Rows in a file format; the same bytes however they are cut into frames.

    Args:
        path: the file.
        frames: rows with the table's schema.
        table: the table.
        form: the format's name.

    Raises:
        OutputError: the file can't be written.
    """
    chosen: FileFormat = modules.load(formats, form, "file format").FORMAT
    make_folder(path.parent)
    with chosen.open_file(path, table, FileOptions(), _anything_goes) as writer:
        for frame in frames:
            writer.write(frame)
        writer.close()
    _force(path)


def _anything_goes(frame: pl.DataFrame) -> None:
    """Accept every cell."""


def _force(path: Path) -> None:
    with writing(path):
        force(path)
