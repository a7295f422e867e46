"""A candidate in files of a format that says how somebody else's are read: one, a folder, a glob."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from synth_assets.errors import UsageError
from synth_assets.grading.candidates.duckdb import connected, of_relation
from synth_assets.grading.candidates.opening import FORMS, Candidate, reading
from synth_assets.model.table import Table
from synth_assets.sinks import catalog
from synth_assets.sinks.interface import Foreign
from synth_assets.sinks.sql import literal, literals

_DELIMITERS = (",", ";", "\t", "|")


@contextmanager
def open_files(location: str, table: Table) -> Iterator[Candidate]:
    """Open files as one table; a column may be in the folders' names (``status=paid/``).

    Raises:
        UsageError: nothing there, no such table, or a column is missing.
        DataError: it can't be read.
    """
    paths, form = _found(location)
    delimiter = _delimiter(paths[0], table) if "{delimiter}" in form.reader else ""
    names = f"[{literals(paths)}]"
    readers = [form.reader.format(files=names, hive=hive, delimiter=delimiter) for hive in ("false", "true")]
    with connected() as connection:
        with reading(location):
            source = connection.sql(f"FROM {readers[0]}")
            if not set(table.column_names) <= set(source.columns) and _in_folder_names(paths, table):
                source = connection.sql(f"FROM {readers[1]}")
            candidate = of_relation(location, connection, source, table, "Rename them in what your consumer writes.")
        yield candidate


def _found(location: str) -> tuple[list[Path], Foreign]:
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
    known = [form for name in catalog.files() if (form := catalog.load_file(name).foreign) is not None]
    found = [(files, form) for form in known if (files := [p for p in paths if _bare(p).endswith(form.endings)])]
    if len(found) == 1:
        return found[0]
    if found:
        called = " and ".join(form.called for _, form in found)
        glob = f"{location}/*{found[-1][1].endings[0]}"
        raise UsageError(f"{location} holds {called} files.\n  Say which: a glob such as {glob}")
    if paths or path.is_dir():
        endings = " or ".join(form.endings[0] for form in known)
        raise UsageError(f"{location}: no {endings} file there.\n  A candidate is {FORMS}.")
    raise UsageError(f"{location} doesn't exist.\n  A candidate is {FORMS}.")


def _hidden(path: Path) -> bool:
    return any(part.startswith(("_", ".")) for part in path.parts)


def _bare(path: Path) -> str:
    """A file's name without its compression's ending."""
    return path.name.lower().removesuffix(".gz").removesuffix(".zst")


def _in_folder_names(paths: Sequence[Path], table: Table) -> bool:
    return any(part.partition("=")[0] in table.column_names for part in paths[0].parts if "=" in part)


def _delimiter(path: Path, table: Table) -> str:
    """The one that the header's names are found with."""
    with connected() as connection, reading(str(path)):
        line = connection.execute(
            f"FROM read_csv({literal(path)}, delim = '\x1f', quote = '', escape = '', header = false,"
            " columns = {'line': 'VARCHAR'}, auto_detect = false, strict_mode = false) LIMIT 1"
        ).fetchone()
    header = str(line[0]) if line else ""

    def known(delimiter: str) -> int:
        return sum(name.strip().strip('"\ufeff') in table.column_names for name in header.split(delimiter))

    return max(_DELIMITERS, key=known)
