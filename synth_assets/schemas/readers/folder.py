"""A folder of Parquet or CSV: a table a file, or a table a folder."""

from pathlib import Path
from typing import ClassVar

from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.schemas.reader import ReadingOptions, SchemaReader
from synth_assets.schemas.schema import ColumnGroup, Link, Passage, Schema, SourceTable
from synth_assets.schemas.sql import dialects
from synth_assets.schemas.stored.candidates import candidate_key, candidate_links, measured_links
from synth_assets.schemas.stored.profile import ProfiledTable, profiled
from synth_assets.schemas.stored.rows import StoredRows, stored_rows
from synth_assets.schemas.stored.tables import TableFiles, format_of, stored_tables


class FolderReader(SchemaReader):
    """Tables in files; their rows are counted and compared, and tell what they have in common."""

    what: ClassVar[str] = "a folder of Parquet or CSV, or one such file"
    example: ClassVar[str] = "data/"

    def reads(self, source: str) -> bool:
        """By what it is, or by its ending."""
        path = Path(source)
        return source.endswith("/") or bool(format_of(path)) or path.is_dir()

    def read(self, source: str, options: ReadingOptions) -> Schema:
        """See :class:`SchemaReader`."""
        path = Path(source)
        if not path.exists():
            raise UsageError(f"{source} isn't there.\n  Check its name.")
        if not path.is_dir() and not format_of(path):
            raise UsageError(f"{source} is neither a folder nor a file of Parquet or CSV.\n  Name one that is.")
        dialects.needed()
        try:
            found, passed = stored_tables(path)
        except OSError as error:
            raise UnjudgedError(f"{source} can't be read: {error.strerror}.\n  Check its permissions.") from None
        with stored_rows(found) as rows:
            tables, more = _tables(rows, found, values=options.values)
        name = path.resolve().name if path.is_dir() else found[0].name
        points = (
            "keys, references, uniqueness and NOT NULL are what rows show, not what anybody declared: check them",
            *passed,
            *more,
        )
        return Schema(source, "folder", name, tables, "", tuple(map(Passage, points)), is_declared=False)


def _tables(rows: StoredRows, stored: list[TableFiles], *, values: bool) -> tuple[tuple[SourceTable, ...], list[str]]:
    known = {one.name: profiled(rows, one.name, values=values) for one in stored}
    told = {name: candidate_key(rows, table) for name, table in known.items()}
    keys: dict[str, ColumnGroup] = {name: key for name, (key, _) in told.items() if key is not None}
    links: dict[str, list[Link]] = {name: [] for name in known}
    points: list[str] = []
    for name, table in known.items():
        found, more = candidate_links(rows, table, known, keys)
        points += more
        for link in found:
            if link.to != name and _leads_to(link.to, name, links):
                points.append(f"{name}: {', '.join(link.columns)} is found in {link.to}; that would close a circle")
            else:
                links[name].append(link)
    made = [_table(rows, known[name], *told[name], links[name]) for name in known]
    return tuple(made), points


def _table(
    rows: StoredRows, table: ProfiledTable, key: ColumnGroup | None, unique: tuple[ColumnGroup, ...], links: list[Link]
) -> SourceTable:
    columns = measured_links(rows, table, links)
    return SourceTable(table.name, columns, key, unique, tuple(links), rows=table.rows or None)


def _leads_to(start: str, end: str, links: dict[str, list[Link]]) -> bool:
    """Whether references lead from one table to another."""
    seen, waiting = {start}, [start]
    while waiting:
        now = waiting.pop()
        if now == end:
            return True
        more = {link.to for link in links[now]} - seen
        seen |= more
        waiting += sorted(more)
    return False


READER = FolderReader()
