"""Catalogs of duckalog: YAML that says which views a DuckDB database has over files and other databases."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from synth_assets.errors import OutputError, UsageError
from synth_assets.model.layout import MANIFEST_TABLE
from synth_assets.sinks.database_files import database_kind
from synth_assets.sinks.databases.duckdb import reading
from synth_assets.sinks.failures import writing
from synth_assets.sinks.sql import literal, pattern_of, qualified, quoted
from synth_assets.usecases.handlers.sqlite import SQLiteHandler
from synth_assets.usecases.plain_files.places import named
from synth_assets.usecases.written import write_text

_HEAD = "# A catalog of duckalog, written by synth_assets. Build it: duckalog build "
_VERSION = 1
_ALIAS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_READERS = {
    "csv": "SELECT * FROM read_csv({file}, header = true)",
    "ndjson": "SELECT * FROM read_json({file})",
}
_KNOWN = "a file that ends in .parquet, .csv, .ndjson, .json or .jsonl, or a database of DuckDB or SQLite"


@dataclass
class _Catalog:
    """What a catalog says, while it is put together.

    Attributes:
        views: as duckalog has them.
        attachments: databases, by the names of their formats.
        problems: what is wrong with files.
    """

    views: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    attachments: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])
    problems: list[str] = field(default_factory=list[str])

    def add(self, name: str, path: Path) -> None:
        """A view over a file, or one over each table of a database."""
        form = _form_of(path)
        if not path.is_file():
            self.problems.append(f"{path} is no file.\n  Generate it first, or correct the path.")
        elif form == "parquet":
            options = {"hive_partitioning": False}
            self._view(name, path, {"source": form, "uri": pattern_of(path), "options": options})
        elif form in _READERS:
            self._view(name, path, {"sql": _READERS[form].format(file=literal(pattern_of(path)))})
        elif form:
            self._attach(name, path, form)
        else:
            self.problems.append(f"{path} is none that a catalog can have; that is {_KNOWN}.\n  Leave it out.")

    def _attach(self, name: str, path: Path, form: str) -> None:
        if not _ALIAS.fullmatch(name):
            self.problems.append(
                f"{path}: a database can't be called {name!r} in SQL.\n"
                f"  Name it. For example: {{'shop': {str(path)!r}}}"
            )
            return
        alias = f"{name}_db"
        more = {"read_only": True} if form == "duckdb" else {}
        self.attachments.setdefault(form, []).append({"alias": alias, "path": str(path.absolute()), **more})
        for table, place in _tables_of(form, path):
            # As SQL, since duckalog's versions quote a table's name each in its own way.
            self._view(table, path, {"sql": f"SELECT * FROM {quoted(alias)}.{place}"})  # noqa: S608

    def _view(self, name: str, path: Path, body: Mapping[str, Any]) -> None:
        if name.casefold() in (one["name"].casefold() for one in self.views):
            self.problems.append(
                f"two views would be called {name}; the second is of {path}.\n"
                "  Name files. For example: {'users': 'data/users.parquet', 'old_users': 'old/users.parquet'}"
            )
        self.views.append({"name": name, **body})


def write_catalog(path: Path, files: Mapping[str, Path], database: Path) -> Path:
    """Write a catalog; duckalog makes the database from it.

    Paths in it are absolute, so it doesn't matter from where it is built or asked.

    Args:
        path: of the catalog; one that this wrote before is replaced.
        files: names of views → files with rows; of databases every table is a view, and the name is the database's.
        database: which database duckalog makes.

    Returns:
        the path.

    Raises:
        UsageError: no file, one that isn't there or isn't known, or two views of one name; says all that is wrong.
        OutputError: something else is there, or it can't be written.
        DataError: a database can't be read.
    """
    _check_place(path)
    catalog = _Catalog()
    for name, file in files.items():
        catalog.add(name, file)
    if database.absolute() in [file.absolute() for file in files.values()]:
        catalog.problems.append(
            f"{database} can't have views over itself.\n  Name another. catalog_database='catalog.duckdb'"
        )
    if not files:
        catalog.problems.append("a catalog has a file at least.\n  For example: ['data/users.parquet']")
    if catalog.problems:
        raise UsageError("\n".join(catalog.problems))
    said = {"version": _VERSION, "duckdb": {"database": str(database.absolute())}}
    more = {"attachments": catalog.attachments} if catalog.attachments else {}
    text = yaml.safe_dump({**said, **more, "views": catalog.views}, sort_keys=False, allow_unicode=True, width=120)
    write_text(path, f"{_HEAD}{path.name}\n{text}")
    return path


def by_stem(files: Iterable[Path]) -> dict[str, Path]:
    """Files by their names without endings.

    Raises:
        UsageError: two of them are called alike.

    Example:
        >>> by_stem([Path("data/users.parquet"), Path("data/events.csv.gz")])
        {'users': PosixPath('data/users.parquet'), 'events': PosixPath('data/events.csv.gz')}
    """
    found: dict[str, Path] = {}
    for file in files:
        bare = named(file).bare.name
        name = bare if bare != file.name else file.stem
        if found.setdefault(name, file) != file:
            raise UsageError(
                f"two files are called {name}: {found[name]} and {file}.\n"
                f"  Name them. For example: {{{name!r}: {str(found[name])!r}, 'other': {str(file)!r}}}"
            )
    return found


def _check_place(path: Path) -> None:
    with writing(path):
        is_other = path.exists() and not (path.is_file() and path.read_bytes().startswith(_HEAD.encode()))
    if is_other:
        raise OutputError(f"{path} is no catalog that this wrote, so it is not ours to replace.\n  Name another file.")


def _form_of(path: Path) -> str:
    """A file's format, by its ending, or by what it begins with; empty if it is none that a catalog can have."""
    formats = named(path).formats
    if formats:
        return "ndjson" if "ndjson" in formats else formats[0]
    return database_kind(path) if path.is_file() else ""


def _tables_of(form: str, path: Path) -> list[tuple[str, str]]:
    """The tables of a database, each with how SQL says it within."""
    if form == "sqlite":
        with SQLiteHandler(path) as handler:
            return [(name, quoted(name)) for name in handler.list_tables() if name != MANIFEST_TABLE]
    query = (
        "SELECT table_name, schema_name FROM duckdb_tables() WHERE database_name = current_database()"
        " AND NOT internal AND NOT temporary ORDER BY ALL"
    )
    with reading(path) as connection:
        rows = connection.execute(query).fetchall()
    return [(name, qualified(schema, name)) for name, schema in rows if name != MANIFEST_TABLE]
