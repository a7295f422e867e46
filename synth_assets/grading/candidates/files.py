"""A candidate in Parquet or CSV: a file, a folder, a glob."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from synth_assets.errors import UsageError
from synth_assets.grading.candidates.duckdb import connected, of_relation
from synth_assets.grading.candidates.opening import FORMS, Candidate, literal, reading
from synth_assets.model.table import Table

_DELIMITERS = (",", ";", "\t", "|")


@contextmanager
def open_files(location: str, table: Table) -> Iterator[Candidate]:
    """Open files as one table; a column may be in the folders' names (``status=paid/``).

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: it can't be read.
    """
    paths, form = _found(location)
    if form == "csv":
        delimiter = _delimiter(paths[0], table)
        more = (
            "union_by_name = true, all_varchar = true, header = true, quote = '\"', escape = '\"',"
            f" nullstr = ['', '\\N'], delim = '{delimiter}'"
        )
    else:
        more = "union_by_name = true, hive_types_autocast = false"
    names = ", ".join(literal(str(path)) for path in paths)
    with connected() as connection:
        with reading(location):
            source = connection.sql(f"FROM read_{form}([{names}], hive_partitioning = false, {more})")
            if not set(table.column_names) <= set(source.columns) and _in_folder_names(paths, table):
                source = connection.sql(f"FROM read_{form}([{names}], hive_partitioning = true, {more})")
            candidate = of_relation(location, connection, source, table, "Rename them in what your consumer writes.")
        yield candidate


def _found(location: str) -> tuple[list[Path], str]:
    """The files that a location means, in order, and which format they are."""
    path = Path(location).expanduser()
    if path.is_dir():
        for marker, kind in (("_delta_log", "Delta"), ("metadata", "Iceberg")):
            if (path / marker).is_dir():
                raise UsageError(
                    f"{location} is a {kind} table: its folder holds files of earlier versions too.\n"
                    "  Write its current rows to Parquet first, and name that."
                )
        # As Spark and others do, files and folders that begin with _ or . are not data.
        paths = [p for p in sorted(path.rglob("*")) if p.is_file() and not _hidden(p.relative_to(path))]
    elif path.is_file():
        paths = [path]
    else:
        base = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else str(path)
        paths = [p for p in sorted(base.glob(pattern)) if p.is_file()]
    by_form = {form: [p for p in paths if _form(p) == form] for form in ("parquet", "csv")}
    forms = [form for form, files in by_form.items() if files]
    if len(forms) == 1:
        return by_form[forms[0]], forms[0]
    if forms:
        raise UsageError(f"{location} holds Parquet and CSV files.\n  Say which: a glob such as {location}/*.parquet")
    if paths or path.is_dir():
        raise UsageError(f"{location}: no .parquet or .csv file there.\n  A candidate is {FORMS}.")
    raise UsageError(f"{location} doesn't exist.\n  A candidate is {FORMS}.")


def _hidden(path: Path) -> bool:
    return any(part.startswith(("_", ".")) for part in path.parts)


def _form(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    return "parquet" if name.endswith((".parquet", ".pq")) else "csv" if name.endswith((".csv", ".tsv")) else ""


def _in_folder_names(paths: Sequence[Path], table: Table) -> bool:
    return any(part.partition("=")[0] in table.column_names for part in paths[0].parts if "=" in part)


def _delimiter(path: Path, table: Table) -> str:
    """The one that the header's names are found with."""
    with connected() as connection, reading(str(path)):
        line = connection.execute(
            f"FROM read_csv({literal(str(path))}, delim = '\x1f', quote = '', escape = '', header = false,"
            " columns = {'line': 'VARCHAR'}, auto_detect = false, strict_mode = false) LIMIT 1"
        ).fetchone()
    header = str(line[0]) if line else ""

    def known(delimiter: str) -> int:
        return sum(name.strip().strip('"\ufeff') in table.column_names for name in header.split(delimiter))

    return max(_DELIMITERS, key=known)
