"""Files of every format and compression, read back by what people have: for scripts/make_format_docs.py.

A reader reads a file by its path where it knows the compression, or what a library of Python's opens for it; what it
gives counts as the table's if each cell has the value that the table's type reads in it, as when a pipeline's
table is graded.
"""

import base64
import bz2
import csv
import gzip
import io
import json
import lzma
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
from format_samples import SCALARS, TABLE, frame_of
from polars.testing import assert_frame_equal
from pyarrow import csv as arrow_csv
from pyarrow import json as arrow_json
from pyarrow import parquet as arrow_parquet

from synth_assets.grading.cells import typed
from synth_assets.produce.store import store
from synth_assets.project.project import Project
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import FileFormat, FileOptions

READERS = ("DuckDB", "Polars", "pandas", "pyarrow", "Python")

BY_PATH, OPENED, NOT = "yes", "opened", "–"
"""How a reader has a file: by its path, as something that Python opens, or not."""

Matrix = dict[tuple[str, str], dict[str, str]]
"""Format and compression → reader → how it has a table's content."""

Read = Callable[[Any], pl.DataFrame]
"""Reads a path, or an open file."""


def _text_table(file: Any) -> pl.DataFrame:
    names = arrow_csv.read_csv(file).column_names if isinstance(file, str) else TABLE.column_names
    convert = arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
    parse = arrow_csv.ParseOptions(newlines_in_values=True)
    return _framed(arrow_csv.read_csv(file, parse_options=parse, convert_options=convert))


def _framed(table: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(table))


def _dictionaries(rows: Any) -> pl.DataFrame:
    """Rows of Python's own readers: what isn't text is JSON's number or truth value."""
    texts = [{name: _text(value) for name, value in row.items()} for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(TABLE.column_names, pl.String))


def _text(value: object) -> str | None:
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    return None if value in (None, "") else str(value).lower() if isinstance(value, bool) else str(value)


def _lines(file: Any) -> IO[str]:
    return io.TextIOWrapper(file, "utf-8", newline="") if not isinstance(file, str) else Path(file).open(newline="")


def _with_csv(file: Any) -> pl.DataFrame:
    with _lines(file) as lines:
        return _dictionaries(csv.DictReader(lines))


def _with_json(file: Any) -> pl.DataFrame:
    with _lines(file) as lines:
        return _dictionaries(json.load(lines, parse_float=Decimal))


def _with_json_lines(file: Any) -> pl.DataFrame:
    with _lines(file) as lines:
        return _dictionaries([json.loads(line, parse_float=Decimal) for line in lines])


def _with_pandas_json(file: Any, *, lines: bool) -> pl.DataFrame:
    found = pd.read_json(file, lines=lines, dtype=_truth_values(), convert_dates=False, precise_float=True)
    return _of_pandas(found)


def _truth_values() -> dict[str, str]:
    """Columns that are a number to pandas, because a cell is missing, unless it is told."""
    return {name: "boolean" for name, of in TABLE.schema.items() if of == pl.Boolean}


def _of_pandas(frame: pd.DataFrame) -> pl.DataFrame:
    rows = frame.itertuples(index=False, name=None)
    cells = ([None if pd.isna(one) else one for one in row] for row in rows)
    return _dictionaries(dict(zip(frame.columns, row, strict=True)) for row in cells)


_HOW: Mapping[str, Mapping[str, Read]] = {
    "parquet": {
        "DuckDB": lambda path: duckdb.read_parquet(path).pl(),
        "Polars": lambda path: pl.read_parquet(path, hive_partitioning=False),
        "pandas": lambda path: pl.from_pandas(pd.read_parquet(path, dtype_backend="pyarrow", partitioning=None)),
        "pyarrow": lambda path: _framed(arrow_parquet.read_table(path, partitioning=None)),
    },
    "csv": {
        "DuckDB": lambda path: duckdb.sql(f"FROM read_csv('{path}', header = true, all_varchar = true)").pl(),
        "Polars": lambda file: pl.read_csv(file, infer_schema=False),
        "pandas": lambda file: pl.from_pandas(pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])),
        "pyarrow": _text_table,
        "Python": _with_csv,
    },
    "ndjson": {
        "DuckDB": lambda path: duckdb.sql(f"FROM read_json('{path}')").pl(),
        "Polars": pl.read_ndjson,
        "pandas": lambda file: _with_pandas_json(file, lines=True),
        "pyarrow": lambda file: _framed(arrow_json.read_json(file)),
        "Python": _with_json_lines,
    },
    "json": {
        "DuckDB": lambda path: duckdb.sql(f"FROM read_json('{path}')").pl(),
        "Polars": pl.read_json,
        "pandas": lambda file: _with_pandas_json(file, lines=False),
        "Python": _with_json,
    },
}
"""Format → reader → how. pyarrow reads no arrays of JSON, Python alone no Parquet."""


@contextmanager
def _in_zip(path: str) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
        yield file


_OPENS: Mapping[str, Callable[[str], AbstractContextManager[Any]]] = {
    "gzip": gzip.open,
    "zstd": partial(pa.input_stream, compression="zstd"),
    "bz2": bz2.open,
    "xz": lzma.open,
    "zip": _in_zip,
}
"""Python's own libraries, and pyarrow's for Zstandard."""


def matrix() -> Matrix:
    """All files read by all readers."""
    found: Matrix = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in catalog.files():
            form = catalog.load_file(name)
            for codec in form.codecs:
                path = _written(form, codec, Path(folder))
                found[name, codec] = {reader: _has(_HOW[name].get(reader), path, codec) for reader in READERS}
    return found


def _written(form: FileFormat, codec: str, folder: Path) -> str:
    options = FileOptions(compression=codec)
    path = folder / f"{form.name}-{codec}" / form.part_name(0, options)
    path.parent.mkdir()
    with form.open_part(path, TABLE, options) as writer:
        writer.write(frame_of(SCALARS))
        writer.close()
    return str(path)


def _has(read: Read | None, path: str, codec: str) -> str:
    if read is None:
        return NOT
    if _is_equal(read, path):
        return BY_PATH
    opens = _OPENS.get(codec)
    if opens is None:
        return NOT
    with opens(path) as file:
        return OPENED if _is_equal(read, file) else NOT


def _is_equal(read: Read, file: Any) -> bool:
    try:
        found = read(file)
        values = typed(found.select(TABLE.column_names), TABLE).select(TABLE.column_names)
        assert_frame_equal(values, frame_of(SCALARS))
    except Exception:  # noqa: BLE001 - whatever a reader raises over what it can't read
        return False
    return True


def database_matrix() -> dict[str, dict[str, str]]:
    """Database → reader → how it has the table's content: by itself, or through the database's own driver."""
    dataset = Project.here().domain("bronze").dataset("small", 42)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        store(TABLE, dataset, [frame_of(SCALARS)], ("duckdb", "sqlite"), root)
        places = {form: catalog.load(form).place(root, TABLE.path, dataset.label, 42) for form in ("duckdb", "sqlite")}
        return {
            form: {reader: _has_database(form, reader, str(place)) for reader in READERS}
            for form, place in places.items()
        }


def _has_database(form: str, reader: str, path: str) -> str:
    read = _DATABASES[form].get(reader)
    if read is None or not _is_equal(read, path):
        return NOT
    return BY_PATH if reader == _DRIVERS[form] else OPENED


_DRIVERS = {"duckdb": "DuckDB", "sqlite": "Python"}


def _from_duckdb(path: str, read: Callable[[duckdb.DuckDBPyRelation], pl.DataFrame]) -> pl.DataFrame:
    with duckdb.connect(path, read_only=True) as connection:
        return read(connection.sql("FROM bronze.types"))


def _from_sqlite(path: str, read: Callable[[str, sqlite3.Connection], pl.DataFrame]) -> pl.DataFrame:
    link = sqlite3.connect(path)
    try:
        ((name,),) = link.execute("SELECT name FROM sqlite_master WHERE name LIKE '%types'").fetchall()
        return read(f'SELECT * FROM "{name}"', link)  # noqa: S608 - the program's own name
    finally:
        link.close()


def _with_sqlite(query: str, link: sqlite3.Connection) -> pl.DataFrame:
    cursor = link.execute(query)
    names = [one[0] for one in cursor.description]
    return _dictionaries(dict(zip(names, row, strict=True)) for row in cursor)


_DATABASES: Mapping[str, Mapping[str, Read]] = {
    "duckdb": {
        "DuckDB": lambda path: _from_duckdb(path, lambda rows: pl.DataFrame(rows.to_arrow_table())),
        "Polars": lambda path: _from_duckdb(path, lambda rows: rows.pl()),
        "pandas": lambda path: _from_duckdb(path, lambda rows: _of_pandas(rows.df())),
        "pyarrow": lambda path: _from_duckdb(path, lambda rows: _framed(rows.to_arrow_table())),
    },
    "sqlite": {
        "Polars": lambda path: _from_sqlite(path, pl.read_database),
        "pandas": lambda path: _from_sqlite(
            path, lambda query, link: _of_pandas(pd.read_sql(query, link, dtype=_truth_values()))
        ),
        "Python": lambda path: _from_sqlite(path, _with_sqlite),
    },
}
