"""Write docs/formats.md from the formats themselves: python scripts/make_format_docs.py.

It stores a small table of all types in every format and compression, and reads each file back with what people have. A
test compares the page with what this makes, so it can't fall behind.
"""

import json
import re
import sqlite3
import tempfile
from functools import partial
from pathlib import Path

import duckdb
from format_readers import BY_PATH, NOT, OPENED, READERS, Matrix, database_matrix, matrix
from format_samples import TYPES, columns_of, frame_of

from synth_assets.model.dataset import Dataset
from synth_assets.model.key import Key
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.produce.store import store
from synth_assets.project.project import Project
from synth_assets.sinks import catalog
from synth_assets.sinks.capabilities import CELLS, COLUMNS
from synth_assets.sinks.compressions import CODECS
from synth_assets.sinks.sql import quoted

PAGE = Path(__file__).resolve().parent.parent / "docs" / "formats.md"

ORDER = ("parquet", "csv", "ndjson", "json", "duckdb", "sqlite", "delta", "iceberg")
_CALLED = {
    "parquet": "Parquet",
    "csv": "CSV",
    "ndjson": "NDJSON",
    "json": "JSON",
    "duckdb": "DuckDB",
    "sqlite": "SQLite",
    "delta": "Delta",
    "iceberg": "Iceberg",
}

_INTRODUCTION = """# Formats

What tables are stored as, how each type stands in each format, what compressions there are, and who reads them. The
values, and so the content hash, are the same in all of them.

```bash
synth generate bronze raw_orders --preset small --format json,csv --compression zstd --output-dir out
synth generate bronze raw_orders --preset small --format parquet --chunk-size 1000 --output-dir out
```

```python
from synth_assets import generate

generate("bronze/raw_orders", "out", preset="small", formats=["json"], compression="gzip", chunk_size=10_000_000)
```

Formats of files go into [object stores](object-stores.md), too; databases and lakes need a folder.

In Dagster `formats`, `compression` and `chunk_size` are the config of the resource `synth_io_manager`.

**One file or many.** `--chunk-size ROWS` is how many rows a file has at the most; a number that no table reaches
makes one file a table, whatever its size, in flat memory. Without it a file has some 4 million rows. Rows keep their
order over the files; no value depends on it.

| door | four files of a million rows |
|---|---|
| command line | `--chunk-size 250000` |
| Python | `generate(…, chunk_size=250_000)` |
| Dagster, config of `synth_io_manager` | `chunk_size: 250000` |
| `synth.toml` | `[files]` with `chunk_size = 250_000` |
| rand-engine's `.write` | `.option("chunkSize", 250_000)`, or in its own words `.option("numFiles", 4)` |

**Half-way.** A file grows in a folder of its own and appears when all of its table are whole. Killed at any moment, a
run leaves what was there before.
"""

_COMPRESSIONS = """
## Compressions

Of files; databases and lakes have their own. `--compression NAME` is for all file formats of the run, and one that a
format doesn't have is refused before anything is written. Without it each format does what stands first; `--compress`
alone takes the first that compresses. Text that is compressed has a second ending, Parquet keeps its own.

"""

_AFTER_COMPRESSIONS = """
The same rows are the same bytes, from run to run and for any number of workers: no time and no name of a machine
gets in. Another version of a compression's library may pack the same content otherwise. An archive of `zip` holds
one file, called as it is without `.zip`.
"""

_TYPES_INTRODUCTION = """
## Types

How a cell stands in a file, by an example; in Parquet, databases and lakes what the type is called there. A missing
cell is an empty field in CSV, `null` in JSON, and missing elsewhere.

"""

_NESTED = """
Nested data stand as the users of each format expect: nested types in Parquet and DuckDB, arrays and objects in JSON
and NDJSON, JSON text in CSV and SQLite. A column of the type `json` is a document that keeps its very text, so it
is text everywhere but in DuckDB, whose type it has.

Decimals are numbers in JSON and NDJSON, with all their digits. Most parsers make binary fractions of them, which give
decimals of up to 15 digits back; Python gives all of them with `json.loads(line, parse_float=Decimal)`. In SQLite those
of up to 15 digits are numbers, wider ones text.
"""

_REFUSED_INTRODUCTION = """
## What a format can't hold

It is refused with the table and the column before a table appears; nothing is rounded, cut or replaced in silence. The
way out is a format that holds it, or a missing cell in its place. `+` is held, everywhere else the reason stands.

Empty text in CSV, for one, has no form that readers agree on. Of `""` and of nothing between commas, DuckDB and pandas
make a missing cell, both times, pyarrow and Python's `csv` an empty text, and Polars of the first only.

"""

_READERS_INTRODUCTION = f"""
## Readers

A table with a column of each type, but for lists, structs and decimals of more than 15 digits, stored in each
format and compression and read back: `{BY_PATH}` by its path, `{OPENED}` as the file that Python's `gzip`, `bz2`,
`lzma` or `zipfile`, or for Zstandard pyarrow's `input_stream`, opens; `{NOT}` not. What counts are the values, as
`synth changes score` counts them. Python is the standard library: `csv`, `json`, `sqlite3`.

"""

_END = """
`synth verify`, loading in Dagster and `synth where` know all of these by the files' own endings.

Delta and Iceberg are [lakes](lakes.md), with readers of their own.

This page is made by `scripts/make_format_docs.py`.
"""


_FIELD = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)')


def page(read_back: Matrix) -> str:
    """The whole page, with what readers had of each file."""
    with tempfile.TemporaryDirectory() as folder:
        types = _types(Path(folder))
    return (
        _INTRODUCTION
        + _COMPRESSIONS
        + _compressions()
        + _AFTER_COMPRESSIONS
        + _TYPES_INTRODUCTION
        + types
        + _NESTED
        + _REFUSED_INTRODUCTION
        + _refused()
        + _READERS_INTRODUCTION
        + _readers(read_back)
        + _END
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _head(*cells: str) -> str:
    return _row(*cells) + "|" + "---|" * len(cells) + "\n"


def _compressions() -> str:
    """Which format has which, in which order, and what the files are called."""
    lines = _head("format", "compressions", "files")
    for name in (name for name in ORDER if name in catalog.files()):
        form = catalog.load_file(name)
        endings = dict.fromkeys(f"`{form.suffix}{codec.suffix}`" for codec in form.codecs.values())
        lines += _row(_CALLED[name], ", ".join(f"`{codec}`" for codec in form.codecs), ", ".join(endings))
    return lines


def _types(root: Path) -> str:
    """How each type stands in each format: what was stored, looked at with the formats' own means."""
    dataset = Project.here().domain("bronze").dataset("small", 42)
    table = Table(dataset.domain, "types", "", "", Key.of("id"), columns_of(TYPES))
    store(table, dataset, [frame_of(TYPES)], ORDER, root)
    shown = {form: _SHOWN[form](_place(form, root, dataset)) for form in ORDER}
    lines = _head("type", *(_CALLED[form] for form in ORDER))
    for at, of in enumerate(TYPES, 1):
        lines += _row(_called(of), *(f"`{_plain(shown[form][at])}`" for form in ORDER))
    return lines


def _called(of: ColumnType) -> str:
    return f"`{of.name}`"


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _place(form: str, root: Path, dataset: Dataset) -> Path:
    place = catalog.load(form).place(root, f"{dataset.domain}/types", dataset.label, dataset.seed)
    if place.is_file() or form in catalog.lakes():
        return place
    return place / f"part-00000{catalog.load_file(form).suffix}"


def _parquet(path: Path) -> list[str]:
    return [str(of) for of in duckdb.read_parquet(str(path)).types]


def _csv(path: Path) -> list[str]:
    """The text of the first row's fields, as they stand there."""
    return [found[1] for found in _FIELD.finditer(path.read_text(encoding="utf-8").splitlines()[1])]


def _json(path: Path) -> list[str]:
    """The text of the first object's members."""
    line = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("{"))
    return _members(line.rstrip(",")[1:-1])


def _members(text: str) -> list[str]:
    """The values of an object's members, cut at the commas between them."""
    found, rest = [], text
    while rest:
        _, after = json.JSONDecoder().raw_decode(rest)
        _, end = json.JSONDecoder().raw_decode(rest, after + 1)
        found.append(rest[after + 1 : end])
        rest = rest[end + 1 :]
    return found


def _duckdb(path: Path) -> list[str]:
    with duckdb.connect(path, read_only=True) as connection:
        return [str(of) for of in connection.sql("FROM bronze.types").types]


def _lake(form: str, path: Path) -> list[str]:
    with catalog.load_lake(form).open(path, "bronze", "types") as table:
        return list(table.columns().values())


def _sqlite(path: Path) -> list[str]:
    """What the type is called there, and the class of what is stored."""
    with sqlite3.connect(path) as connection:
        (name,) = connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%types'").fetchone()
        columns = connection.execute(f"SELECT name, type FROM pragma_table_info('{name}')").fetchall()  # noqa: S608
        cells = ", ".join(f"typeof({quoted(column)})" for column, _ in columns)
        stored = connection.execute(f"SELECT {cells} FROM {quoted(name)}").fetchone()  # noqa: S608
    connection.close()
    return [f"{of}: {found}" for (_, of), found in zip(columns, stored, strict=True)]


_SHOWN = {
    "parquet": _parquet,
    "csv": _csv,
    "ndjson": _json,
    "json": _json,
    "duckdb": _duckdb,
    "sqlite": _sqlite,
    "delta": partial(_lake, "delta"),
    "iceberg": partial(_lake, "iceberg"),
}


def _refused() -> str:
    """What every format says of itself."""
    lines = _head("what", *(_CALLED[form] for form in ORDER))
    for ability in (*CELLS, *COLUMNS):
        lacks = [catalog.load(form).capabilities.lacks for form in ORDER]
        lines += _row(ability, *(one.get(ability, "+") for one in lacks))
    return lines


def _readers(found: Matrix) -> str:
    """Who reads what."""
    lines = _head("format", "compression", *READERS)
    for form in (form for form in ORDER if form in catalog.files()):
        for codec in (codec for codec in CODECS if (form, codec) in found):
            lines += _row(_CALLED[form], f"`{codec}`", *(found[form, codec][reader] for reader in READERS))
    for form, row in database_matrix().items():
        lines += _row(_CALLED[form], NOT, *(row[reader] for reader in READERS))
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(matrix()), encoding="utf-8")
