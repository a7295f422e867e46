"""DuckDB files and duckalog: is it installed, does a file work, what does a query find, and a catalog over files.

Example:
    >>> import tempfile
    >>> from synth_assets.data_generators import users
    >>> from synth_assets.duckalog import run_sample_query, verify_duckdb
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     database = users.generate(output_format="duckdb", output_path=f"{folder}/users.duckdb")
    ...     verify_duckdb(database), run_sample_query(database, "SELECT count(*) FROM users")
    (True, [(100,)])
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from synth_assets.extras import need
from synth_assets.usecases.door import public
from synth_assets.usecases.duckalog_catalogs import by_stem, write_catalog
from synth_assets.usecases.duckdb_files import found_rows, works

__all__ = ["check_duckalog_installed", "run_sample_query", "verify_duckdb", "write_duckalog_catalog"]


@public
def check_duckalog_installed() -> bool:
    """Look whether duckalog is installed.

    Returns:
        true.

    Raises:
        MissingExtraError: it isn't; an ``ImportError`` too, which says how to install it.
    """
    need("duckalog", "check_duckalog_installed()", "duckalog")
    return True


@public
def verify_duckdb(db_path: str | Path) -> bool:
    """Open a DuckDB database, which isn't written to, and see whether it answers.

    Returns:
        true.

    Raises:
        DataError: there is no such file, or it is no DuckDB database.
        UnjudgedError: another process writes to it, or the system doesn't let it be read.
    """
    return works(Path(db_path))


@public
def run_sample_query(db_path: str | Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a DuckDB database, which isn't written to.

    Args:
        db_path: the database.
        query: a ``SELECT``.

    Returns:
        a tuple a row.

    Raises:
        UsageError: the query writes, is more than one statement, or DuckDB doesn't understand it.
        DataError: there is no such file, or it is no DuckDB database.
        UnjudgedError: another process writes to it, or the system doesn't let it be read.
    """
    return found_rows(Path(db_path), query)


@public
def write_duckalog_catalog(
    files: Mapping[str, str | Path] | Iterable[str | Path],
    output_path: str | Path = "catalog.yaml",
    catalog_database: str | Path | None = None,
) -> Path:
    """Write a catalog of duckalog over files: ``duckalog build catalog.yaml`` makes a database with a view of each.

    Args:
        files: Parquet, CSV and NDJSON files, and databases of DuckDB or SQLite, of which every table is a view: names
            with paths, or paths alone, whose views are called as the files are.
        output_path: of the catalog; one that this wrote before is replaced.
        catalog_database: which one duckalog makes; without, one beside the catalog with the same name.

    Returns:
        the path of the catalog.

    Raises:
        UsageError: no file, one that isn't there or isn't known, or two views of one name; says all that is wrong.
        OutputError: something else is there, or it can't be written.
        DataError: a database can't be read.
    """
    path = Path(output_path)
    found = cast("Mapping[str, Path]", files) if isinstance(files, Mapping) else by_stem(cast("Iterable[Path]", files))
    return write_catalog(
        path, found, path.with_suffix(".duckdb") if catalog_database is None else Path(catalog_database)
    )
