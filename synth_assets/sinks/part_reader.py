"""Part files back into frames, with every kind of damage turned into one clear message."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from synth_assets.documents.regular import open_regular
from synth_assets.errors import AGAIN, DataError, first_line, forbidden
from synth_assets.model.layout import is_part_name
from synth_assets.model.table import Table

_ROWS = 131_072
"""In a frame; 30 ns a row for 7 columns of Parquet, and 200 MB for a file of any size."""


Scan = Callable[[Path, Table], pl.LazyFrame | Iterator[pl.LazyFrame]]
"""A lazy frame of a part file with the table's schema, or several, one after the other, of what polars can't open.

It checks the names and types in the file first. No frame calls Python back: a thread that is inside when the program
ends takes the program down.
"""


def read_parts(
    paths: Iterable[Path], table: Table, columns: Sequence[str] | None, scan: Scan, most: int | None = None
) -> Iterator[pl.DataFrame]:
    """The frames of some part files, in their order.

    Args:
        paths: the files.
        table: what they should hold.
        columns: only these; all without.
        scan: reads one.
        most: how many rows they should have together: of more, one is read.

    Raises:
        DataError: one is damaged; names the file.
    """
    names = list(table.column_names if columns is None else columns)
    left = None if most is None else most + 1
    for path in paths:
        check_regular(path)
        with reading(path):
            found = scan(path, table)
            for rows in [found] if isinstance(found, pl.LazyFrame) else found:
                some = rows.select(names)
                wanted = some if left is None else some.head(left)
                for frame in wanted.collect_batches(chunk_size=_ROWS, maintain_order=True):
                    left = None if left is None else left - frame.height
                    yield frame
                if left == 0:
                    return


def check_columns(path: Path, table: Table, found: Sequence[str]) -> None:
    """Raise :class:`DataError` unless the columns of a file are the table's, in its order."""
    expected = table.column_names
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    if missing or unknown:
        parts = [f"no column {', '.join(missing)}"] if missing else []
        parts += [f"unknown column {', '.join(unknown)}"] if unknown else []
        raise DataError(f"{path}: {' and '.join(parts)}; {table.path} has {', '.join(expected)}.\n  {AGAIN}")
    if list(found) != expected:
        raise DataError(f"{path}: columns are in the order {', '.join(found)}, not {', '.join(expected)}.")


def check_types(path: Path, table: Table, found: pl.Schema) -> None:
    """Raise :class:`DataError` unless the types of a file's columns are the table's."""
    wrong = [f"{n} is {found[n]}, not {dtype}" for n, dtype in table.schema.items() if found[n] != dtype]
    if wrong:
        raise DataError(f"{path}: column {'; '.join(wrong)}.\n  {AGAIN}")


def part_files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    """The part files of a folder that holds one table, in their order.

    Raises:
        DataError: there is none, or no such folder.
    """
    try:
        names = sorted(p.name for p in folder.iterdir() if is_part_name(p.name) and p.name.endswith(endings))
    except OSError as error:
        raise DataError(f"{folder} can't be read: {error.strerror}.\n  Name a dataset's folder.") from error
    if not names:
        raise DataError(f"{folder} holds no part-*{endings[0]} files.\n  {AGAIN}")
    return [folder / name for name in names]


def check_regular(path: Path) -> int:
    """Look whether a path is a file with bytes of its own, and return how many: whatever else may wait for ever.

    Raises:
        DataError: it is missing, or a folder, a pipe or a device.
        UnjudgedError: the system doesn't let it be seen.
    """
    with reading(path), open_regular(path) as stream:
        return os.fstat(stream.fileno()).st_size


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what the system and polars raise over a file into a :class:`DataError`, or an :class:`UnjudgedError`."""
    try:
        yield
    except PermissionError as error:
        raise forbidden(path) from error
    except FileNotFoundError as error:
        raise DataError(f"{path} is missing.\n  {AGAIN}") from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        told = getattr(error, "strerror", None) or str(error)
        reason = first_line(told)
        raise DataError(f"{path} is damaged: {reason}.\n  {AGAIN}") from error
