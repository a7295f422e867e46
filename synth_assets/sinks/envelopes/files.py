"""Frames into the files of an envelope, one after the other; memory is a frame or two."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from synth_assets.model.table import Table
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force, make_folder
from synth_assets.sinks.formats.parquet import FORMAT as PARQUET
from synth_assets.sinks.interface import FileOptions


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


def write_csv(path: Path, frames: Iterable[pl.DataFrame], schema: pl.Schema) -> None:
    r"""CSV with a header: a missing cell is an empty field, empty text is ``""``, rows end with ``\n``.

    Raises:
        OutputError: the file can't be written.
    """
    make_folder(path.parent)
    with writing(path), path.open("wb") as file:
        pl.DataFrame(schema=schema).write_csv(file)
        for frame in frames:
            frame.write_csv(file, include_header=False)
    _force(path)


def write_parquet(path: Path, frames: Iterable[pl.DataFrame], table: Table) -> None:
    """Parquet with the columns of ``table``; the same bytes however the rows are cut into frames.

    Raises:
        OutputError: the file can't be written.
    """
    make_folder(path.parent)
    with PARQUET.open_part(path, table, FileOptions()) as writer:
        for frame in frames:
            writer.write(frame)
        writer.close()
    _force(path)


def _force(path: Path) -> None:
    with writing(path):
        force(path)
