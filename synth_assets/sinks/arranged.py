"""Part files that are kept apart by columns and sorted: written from a spooled table, read back in key order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from pathlib import Path, PurePath

import numpy as np
import polars as pl

from synth_assets.errors import AGAIN, DataError, UsageError, unknown
from synth_assets.model.manifest import PartFile
from synth_assets.model.table import Table
from synth_assets.sinks.layout import Spot
from synth_assets.sinks.layouts import by_column
from synth_assets.sinks.part_writer import PartWriter
from synth_assets.spoken import option

_ROWS = 131_072
"""In a frame."""

_NUMBER = "#number"
_KINDS = ("boolean", "date", "integer", "string")

Open = Callable[[Path, Table], PartWriter]
"""Begins a part file."""

Read = Callable[[Path, Table, Sequence[str]], Iterator[pl.DataFrame]]
"""Reads some columns of a part file."""


@dataclass(frozen=True)
class Arrangement:
    """How the part files of a table are kept apart and sorted.

    Attributes:
        table: the table.
        by: columns whose values are in the path, and not in the files.
        sort: columns that the rows of a file are sorted by; then by the key.
        rows_per_file: rows in each part file but the last of its folder; ``None`` for one file.
    """

    table: Table
    by: tuple[str, ...]
    sort: tuple[str, ...] = ()
    rows_per_file: int | None = None

    def check(self) -> None:
        """Look whether it can be done, and undone.

        Raises:
            UsageError: columns that aren't there or can't be in a path, no others, or a key without an order.
        """
        table = self.table
        for name in (*self.by, *self.sort):
            if name not in table.column_names:
                raise unknown(f"{table.path}: column", name, table.column_names)
        for name in self.by:
            if (kind := table.column(name).type.kind) not in _KINDS:
                raise UsageError(
                    f"{table.path}: files can't be kept apart by {name}, which is {kind}.\n"
                    f"  Name columns of these kinds: {', '.join(_KINDS)}."
                )
        key = table.key
        if not key.tells_numbers or set(self.by) & set(key.columns) or len(self.by) == len(table.columns):
            raise UsageError(
                f"{table.path}: kept apart by {', '.join(self.by)}, its rows could not be put in order again.\n"
                "  Give it a key that tells the order, and keep its columns in the files; or choose another layout:"
                f" {option('layout', 'hive')}"
            )

    @property
    def inner(self) -> Table:
        """What the files hold."""
        columns = tuple(column for column in self.table.columns if column.name not in self.by)
        return replace(self.table, columns=columns, references=(), unique=())


def arrange(
    how: Arrangement, spooled: Sequence[Path], folder: Path, open_part: Open, ending: str
) -> tuple[PartFile, ...]:
    """Write a table's part files; memory is the rows of one folder.

    Args:
        how: what belongs where.
        spooled: the table in Parquet, in key order.
        folder: an empty one for the files.
        open_part: begins one of them.
        ending: of their names.

    Returns:
        the files, in the order of the columns' values.

    Raises:
        OutputError: a file can't be written.
        DataError: a cell that the format can't hold.
    """
    rows = pl.scan_parquet(list(spooled), hive_partitioning=False, glob=False).with_row_index(_NUMBER)
    found = rows.select(how.by).unique().collect(engine="streaming").sort(how.by)
    if found.is_empty():
        # No value to call a folder after: a file as of any other table.
        path = by_column.LAYOUT.file(Spot(ending=ending))
        return (_write(open_part, folder, path, how.table, how.table.schema.to_frame()),)
    files: list[PartFile] = []
    for at in range(found.height):
        cells = found[at]
        mine = reduce(and_, (pl.col(name).eq_missing(pl.lit(cells[name])) for name in how.by))
        frame = rows.filter(mine).sort(*how.sort, _NUMBER).select(how.inner.column_names).collect(engine="streaming")
        values = _texts(how, cells)
        size = how.rows_per_file or frame.height
        for part, start in enumerate(range(0, frame.height, size)):
            path = by_column.LAYOUT.file(Spot(values=values, part=part, ending=ending))
            files.append(_write(open_part, folder, path, how.inner, frame[start : start + size]))
    return tuple(files)


def read_arranged(
    location: Path, files: Sequence[PartFile], table: Table, columns: Sequence[str] | None, read: Read
) -> Iterator[pl.DataFrame]:
    """The rows of a table, in key order; memory is the columns asked for, and the key.

    Only what the manifest's own paths say is read from them, never a folder above.

    Raises:
        DataError: a file is missing or damaged, or a path is of another form.
    """
    wanted = list(columns or table.column_names)
    names = list(dict.fromkeys([*wanted, *table.key.columns]))
    frames = [_read(location, file, table, names, read) for file in files]
    whole = pl.concat([table.schema.to_frame().select(names), *frames])
    order = np.argsort(table.key.numbers(whole), kind="stable")
    for start in range(0, whole.height, _ROWS):
        yield whole[order[start : start + _ROWS]].select(wanted)


def _read(location: Path, file: PartFile, table: Table, names: Sequence[str], read: Read) -> pl.DataFrame:
    path = location / file.path
    told = dict(by_column.values_of(PurePath(file.path).parent))
    how = Arrangement(table, tuple(name for name in table.column_names if name in told))
    if len(how.by) < len(told):
        raise DataError(f"{path} tells of columns that {table.path} hasn't.\n  {AGAIN}")
    inside = [name for name in names if name not in told]
    frame = pl.concat([how.inner.schema.to_frame().select(inside), *read(path, how.inner, inside)])
    cells = [_cell(path, table, name, told[name]) for name in names if name in told]
    return frame.with_columns(cell.new_from_index(0, frame.height) for cell in cells).select(names)


def _cell(path: Path, table: Table, name: str, text: str | None) -> pl.Series:
    """The value that a folder is called after, shape (1,)."""
    kind = table.column(name).type
    cell = pl.select(kind.value_of(pl.lit(text, dtype=pl.String), pl.String()).cast(kind.polars).alias(name))[name]
    if text is not None and cell.has_nulls():
        raise DataError(f"{path}: {text!r} is no {name}, which is {kind.name}.\n  {AGAIN}")
    return cell


def _texts(how: Arrangement, cells: pl.DataFrame) -> tuple[tuple[str, str | None], ...]:
    texts = cells.select(how.table.column(name).type.as_text(pl.col(name)).cast(pl.String) for name in how.by)
    return tuple(texts.row(0, named=True).items())


def _write(open_part: Open, folder: Path, path: str, table: Table, frame: pl.DataFrame) -> PartFile:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    with open_part(folder / path, table) as writer:
        for start in range(0, max(1, frame.height), _ROWS):
            writer.write(frame[start : start + _ROWS])
        return replace(writer.close(), path=path)
