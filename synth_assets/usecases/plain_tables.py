"""One table of a dataset in a file or database that somebody names: no manifest, layout or register is around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synth_assets.errors import UsageError
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.usecases.plain_files.databases import HANDLERS, put_table
from synth_assets.usecases.plain_files.kinds import compressions, kind_of
from synth_assets.usecases.plain_files.places import SingleFile, named
from synth_assets.usecases.plain_files.saving import Files, save
from synth_assets.usecases.scan import scan_dataset

PLAIN_FORMATS = ("parquet", "csv", "duckdb", "sqlite", "ndjson")
"""What such a table may be written as: files, and tables of databases."""

_FRAME_ROWS = 131_072

_OTHERS = frozenset({".arrow", ".avro", ".feather", ".html", ".orc", ".pdf", ".xls", ".xlsx", ".xml", ".yaml", ".yml"})
"""Endings that say something else to everybody."""


@dataclass(frozen=True)
class PlainTable:
    """Rows to be written.

    Attributes:
        entity: the table.
        dataset: the dataset.
        count: how many rows: the first so many of the dataset, which has as many.
        called: what the table is called in a database.
    """

    entity: type[Entity]
    dataset: Dataset
    count: int
    called: str

    def frames(self, first: int, count: int) -> Iterator[pl.DataFrame]:
        """So many rows from one on, a few at a time."""
        rows = scan_dataset(self.entity, self.dataset, first, count)
        yield from rows.collect_batches(chunk_size=_FRAME_ROWS, maintain_order=True)


def mismatch(form: str, path: Path) -> str:
    """What is wrong with a path for a format, in a sentence and the next step; empty if nothing is.

    Example:
        >>> print(mismatch("csv", Path("data/users.parquet")))
        data/users.parquet has an ending of parquet, and the format is csv.
          Give it another name, or write output_format='parquet'.
    """
    formats, ending = named(path).formats, path.suffix.lower()
    if ending in _OTHERS:
        return f"{path} has an ending of {ending[1:]}, and the format is {form}.\n  Give it another name."
    if not formats or form in formats:
        return _packed(form, path)
    known = next(one for one in formats if one in PLAIN_FORMATS)
    return (
        f"{path} has an ending of {known}, and the format is {form}.\n"
        f"  Give it another name, or write output_format={known!r}."
    )


def _packed(form: str, path: Path) -> str:
    if not named(path).compression or form in ("csv", "ndjson"):
        return ""
    return f"{path} has an ending of compressed text, and the format is {form}.\n  Give it another name."


def write_plain_table(table: PlainTable, form: str, path: Path) -> Path:
    """Write rows; a file of that name, or a table of it in a database, is replaced, all or nothing.

    Args:
        table: what to write.
        form: one of :data:`PLAIN_FORMATS`.
        path: of the file or the database. Folders that aren't there are made.

    Returns:
        the path.

    Raises:
        UsageError: the path is of another format, or the database refuses the table.
        OutputError: it can't be written; what was there is whole.
    """
    if problem := mismatch(form, path):
        raise UsageError(problem)
    place = SingleFile(path.resolve() if path.is_symlink() else path)
    if form in HANDLERS:
        put_table(form, place, table.called, table.entity.table(), lambda: table.frames(0, table.count))
        return path
    kind = kind_of(form, f".{form}", named(path).compression or compressions(form)[0])
    files = Files(table.entity.table(), kind.form, kind.options, place)
    files.check()
    save(files, table.count, table.frames)
    return path
