"""The sinks there are, found by looking: formats under ``formats/``, ``databases/`` and ``lakes/``; ``targets/``."""

from typing import TYPE_CHECKING

from synth_assets.errors import unknown
from synth_assets.sinks import databases as _databases
from synth_assets.sinks import formats as _formats
from synth_assets.sinks import lakes as _lakes
from synth_assets.sinks import modules
from synth_assets.sinks import targets as _targets
from synth_assets.spoken import option

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for polars
    from synth_assets.sinks.database import Database
    from synth_assets.sinks.interface import FileFormat, Format
    from synth_assets.sinks.lake import Lake
    from synth_assets.sinks.target import Target


def names() -> list[str]:
    """The names of all formats, in alphabetical order; none of them is imported."""
    return sorted([*files(), *databases(), *lakes()])


def files() -> list[str]:
    """The names of the file formats, likewise."""
    return modules.names(_formats)


def databases() -> list[str]:
    """The names of the databases, likewise."""
    return modules.names(_databases)


def lakes() -> list[str]:
    """The names of the formats of lakes, likewise."""
    return modules.names(_lakes)


def ingesting() -> list[str]:
    """The names of those that take tables in from Parquet: databases and lakes."""
    return [*databases(), *lakes()]


def load(name: str) -> "Format":
    """The format called ``name``; only now its driver is imported.

    Raises:
        UsageError: there is none of this name.
    """
    if name in files():
        return load_file(name)
    if name in ingesting():
        return load_ingesting(name)
    raise unknown("format", name, names())


def load_file(name: str) -> "FileFormat":
    """The file format called ``name``.

    Raises:
        UsageError: there is none of this name, or it is a database.
    """
    return modules.load(_formats, name, "file format", f"For example: {option('formats', 'parquet')}").FORMAT


def load_database(name: str) -> "Database":
    """The database called ``name``.

    Raises:
        UsageError: there is none of this name, or it is a file format.
    """
    return modules.load(_databases, name, "database").DATABASE


def load_lake(name: str) -> "Lake":
    """The format of lakes called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(_lakes, name, "format of lakes", f"For example: {option('format', 'delta')}").LAKE


def load_ingesting(name: str) -> "Database | Lake":
    """The database, or the format of lakes, called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    return load_lake(name) if name in lakes() else load_database(name)


def targets() -> list[str]:
    """The names of the targets; none of them is imported."""
    return modules.names(_targets)


def load_target(name: str) -> "Target":
    """The target called ``name``; only now its driver is imported.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(_targets, name, "target").TARGET
