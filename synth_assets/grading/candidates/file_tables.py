"""Files of somebody else as one table: each column found by its own name, each cell as it is in its file.

DuckDB alone would rename columns that are there twice, take names of other case for the same, take folders above the
files for columns, and bring types that differ between files to a common one, in which large numbers lose digits.
"""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyarrow as pa

from synth_assets.errors import UsageError
from synth_assets.grading.candidates.duckdb import speakable
from synth_assets.grading.candidates.foreign_sql import as_text
from synth_assets.model.table import Table
from synth_assets.sinks.interface import Foreign
from synth_assets.sinks.sql import literal, literals, pattern_of, quoted

_DELIMITERS = (",", ";", "\t", "|")

_FILE = "file:"
"""The column that says which file a row is from."""

_NULL_IN_FOLDERS = "__HIVE_DEFAULT_PARTITION__"

_HEADER_LINES = 100
"""A name in a header may have line ends in it."""


@dataclass(frozen=True)
class _Kind:
    """What files have in common that are read together.

    Attributes:
        names: their columns as they are called there, in order.
        columns: as DuckDB calls them.
        types: as DuckDB has them.
        delimiter: between names in the first line, if that has them.
        folders: the columns that folders' names hold.
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...]
    delimiter: str
    folders: tuple[str, ...]

    def at(self, name: str) -> int | None:
        """The place of a column."""
        return self.names.index(name) if name in self.names else None


def joined(
    connection: duckdb.DuckDBPyConnection,
    spool: Path,
    form: Foreign,
    contents: Mapping[Path, Path],
    base: Path | None,
    table: Table,
) -> tuple[duckdb.DuckDBPyRelation, list[str]]:
    """The columns of a table that some files have, and the names of all that they have.

    Args:
        connection: to read them with.
        spool: a temporary folder.
        form: their format.
        contents: the files, each with the one that holds its content: itself, or what it was unpacked to.
        base: the folder below which folders' names may be columns, if any.
        table: the columns that are looked for.

    Raises:
        UsageError: a column is there twice.
    """
    kinds: dict[_Kind, list[Path]] = defaultdict(list)
    folders: dict[str, Mapping[str, str | None]] = {}
    for path, content in contents.items():
        said = speakable(content, spool)
        folders[str(said)] = values = {} if base is None else _folder_values(path.relative_to(base))
        kinds[_kind(connection, form, path, said, values, table)].append(said)
    if any(folders.values()):
        connection.register("folders", _frame(folders))
    names = list(dict.fromkeys(name for kind in kinds for name in (*kind.names, *kind.folders)))
    wanted = [name for name in table.column_names if name in names]
    own = next((name for name in names if name not in wanted), "")
    if not wanted:
        return connection.sql(f"SELECT NULL AS {quoted(own)}"), names
    types = {name: {kind.types[at] for kind in kinds if (at := kind.at(name)) is not None} for name in wanted}
    selects = [
        f"SELECT {', '.join(_column(kind, name, types[name]) for name in wanted)} FROM "  # noqa: S608
        f"{_reader(form, kind.names, kind.delimiter, some)} AS given" + (_FOLDERS if kind.folders else "")
        for kind, some in kinds.items()
    ]
    return connection.sql(" UNION ALL ".join(selects)), names


_FOLDERS = f' JOIN folders ON folders."{_FILE}" = given."{_FILE}"'


def _kind(
    connection: duckdb.DuckDBPyConnection,
    form: Foreign,
    path: Path,
    said: Path,
    folders: Mapping[str, str | None],
    table: Table,
) -> _Kind:
    if form.names:
        names, delimiter = _told_names(connection, form.names.format(files=_listed([said]))), ""
    else:
        names, delimiter = _first_line(connection, said, table)
    twice = [name for name in table.column_names if names.count(name) > 1]
    if twice:
        raise UsageError(
            f"{path} has the column {twice[0]!r} {names.count(twice[0])} times.\n"
            "  Leave one of them, under its name, in what your consumer writes."
        )
    source = connection.sql(f"FROM {_reader(form, names, delimiter, [said])}")
    columns, types = source.columns[:-1], [str(of) for of in source.types[:-1]]
    return _Kind(tuple(names), tuple(columns), tuple(types), delimiter, tuple(n for n in folders if n not in names))


def _reader(form: Foreign, names: Sequence[str], delimiter: str, files: Sequence[Path]) -> str:
    columns = ", ".join(f"'column {at}': 'VARCHAR'" for at in range(len(names)))
    keys = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return form.reader.format(
        files=_listed(files), columns=f"{{{columns}}}", keys=f"{{{keys}}}", delimiter=delimiter, file=_FILE
    )


def _listed(files: Sequence[Path]) -> str:
    return f"[{literals(map(pattern_of, files))}]"


def _column(kind: _Kind, name: str, types: set[str]) -> str:
    """SQL for a column: as it is, or its text, if it has another type elsewhere."""
    at = kind.at(name)
    if at is None:
        cell = f"folders.{quoted(name)}" if name in kind.folders else "NULL"
        return f"{cell}::{next(iter(types)) if len(types) == 1 and cell == 'NULL' else 'VARCHAR'} AS {quoted(name)}"
    cell = f"given.{quoted(kind.columns[at])}"
    return f"{cell if len(types) == 1 else as_text(cell, kind.types[at])} AS {quoted(name)}"


def _told_names(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """The names of a file's columns, without those of what is within them."""
    rows = connection.execute(query).fetchall()[1:]
    names, at = [], 0
    while at < len(rows):
        names.append(str(rows[at][0]))
        within = int(rows[at][1] or 0)
        at += 1
        while within:  # those within, and what is within them
            within += int(rows[at][1] or 0) - 1
            at += 1
    return names


def _first_line(connection: duckdb.DuckDBPyConnection, path: Path, table: Table) -> tuple[list[str], str]:
    """The names in a file's first line, and the delimiter that most of the table's are found with."""
    lines = connection.execute(
        f"FROM read_csv({literal(pattern_of(path))}, delim = '\x1f', quote = '', escape = '', header = false,"
        f" columns = {{'line': 'VARCHAR'}}, auto_detect = false, strict_mode = false, buffer_size = 8388608,"
        " parallel = false)"
        f" LIMIT {_HEADER_LINES}"
    ).fetchall()
    text = [f"{line or ''}\n" for (line,) in lines]

    def names(delimiter: str) -> list[str]:
        try:
            first = next(csv.reader(text, delimiter=delimiter), [])
        except csv.Error:
            return []
        return [name.strip().removeprefix("\ufeff") for name in first]

    best = max(_DELIMITERS, key=lambda delimiter: sum(name in table.column_names for name in names(delimiter)))
    return names(best), best


def _folder_values(path: Path) -> dict[str, str | None]:
    """The columns that a path's folders name: ``status=paid``."""
    pairs = (part.partition("=") for part in path.parts[:-1] if "=" in part)
    return {unquote(name): None if value == _NULL_IN_FOLDERS else unquote(value) for name, _, value in pairs}


def _frame(folders: Mapping[str, Mapping[str, str | None]]) -> pa.Table:
    names = dict.fromkeys(name for values in folders.values() for name in values)
    columns = {name: pa.array([values.get(name) for values in folders.values()], pa.string()) for name in names}
    return pa.table({_FILE: pa.array(list(folders), pa.string()), **columns})
