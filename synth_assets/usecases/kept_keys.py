"""Keys that generated frames leave for others to refer to: in memory, or in a file of DuckDB or SQLite.

Each primary key has a table ``checkpoint_<name>`` with its columns and the second at which a row was made, in the
dataset's own time. That time begins at ``as_of`` and stands still, unless a stream goes on in it, or somebody says
another moment.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path

import polars as pl

from synth_assets.errors import UsageError, unknown
from synth_assets.sinks.database_files import database_kind
from synth_assets.sinks.sql import listed, quoted
from synth_assets.usecases.handlers.base import MEMORY, BaseDBHandler
from synth_assets.usecases.handlers.duckdb import DuckDBHandler
from synth_assets.usecases.handlers.sqlite import SQLiteHandler

_PREFIX = "checkpoint_"
_MADE_AT = "creation_time"
_SQLITE = (".db", ".sqlite", ".sqlite3")

KINDS: Mapping[str, tuple[str, ...]] = {
    "text": ("VARCHAR", "CHAR", "TEXT", "STRING", "BPCHAR", "NVARCHAR", "UUID"),
    "a whole number": ("BIGINT", "INT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER",
                       "USMALLINT", "UTINYINT", "INT1", "INT2", "INT4", "INT8", "LONG"),
    "a day": ("DATE",),
    "a time": ("TIMESTAMP", "DATETIME"),
    "a truth value": ("BOOLEAN", "BOOL"),
}  # fmt: skip
"""What a key's column may be, and the types of SQL that say so; the first is what it is kept as."""

_DTYPES: Mapping[str, pl.DataType] = {
    "text": pl.String(),
    "a whole number": pl.Int64(),
    "a day": pl.Date(),
    "a time": pl.Datetime("us"),
    "a truth value": pl.Boolean(),
}


def kind_of(dtype: pl.DataType) -> str:
    """Which of :data:`KINDS` cells are; empty if no key is made of such."""
    if isinstance(dtype, pl.Datetime):
        return "a time"
    if dtype.is_integer():
        return "a whole number"
    return next((kind for kind, one in _DTYPES.items() if one == dtype), "")


class KeptKeys:
    """Keys by name.

    Args:
        place: ``":memory:"``, which all of this process share, ``":memory:name"``, or the path of a file: SQLite's if
            it is one, or will be one by its ending (``.db``, ``.sqlite``, ``.sqlite3``), else DuckDB's.
        kind: of the database, if that is known.

    Raises:
        UsageError: it is no path.
    """

    def __init__(self, place: str | PathLike[str], kind: type[BaseDBHandler] | None = None) -> None:
        if not isinstance(place, str | PathLike) or not fspath(place):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UsageError(
                f"checkpoint({place!r}) is not allowed; it is {MEMORY!r}, or the path of a file.\n"
                "  For example: .checkpoint('keys.duckdb')"
            )
        self._place = fspath(place)
        self._kind = kind or (SQLiteHandler if _is_sqlite(self._place) else DuckDBHandler)

    def latest(self) -> int | None:
        """The last second at which a row of any key was made; ``None`` if none is kept."""
        with self._open() as db:
            found = [_last_of(db, table) for table in db.list_tables() if table.startswith(_PREFIX)]
        return max((one for one in found if one is not None), default=None)

    def forget(self) -> None:
        """Remove all keys."""
        with self._open() as db:
            for table in db.list_tables():
                if table.startswith(_PREFIX):
                    db.drop_table(table)

    def keep(self, name: str, keys: pl.DataFrame, moment: int) -> None:
        """Keep keys; those that are there already stay as they are.

        Args:
            name: of the key.
            keys: its columns alone.
            moment: the second at which their rows are made.

        Raises:
            UsageError: keys of this name have other columns.
        """
        kinds = {column: kind_of(dtype) for column, dtype in keys.schema.items()}
        types = {column: KINDS[kind][0] for column, kind in kinds.items()}
        table = _PREFIX + name
        with self._open() as db:
            there = db.types_of(table)
            if there and {column: kind for column, kind in there.items() if column != _MADE_AT} != types:
                raise UsageError(
                    f"key {name!r} is kept with {_told(there)} in {self._place}; here it has {_told(types)}.\n"
                    "  Give one of them another name, or begin anew: .option('reset_checkpoint', True)"
                )
            if not there:
                columns = ", ".join(f"{quoted(column)} {kind}" for column, kind in types.items())
                db.create_table(table, f"{columns}, {_MADE_AT} BIGINT, PRIMARY KEY ({listed(list(types))})")
            db.insert_frame(table, keys.with_columns(pl.lit(moment).alias(_MADE_AT)), keys.columns)

    def keys(self, name: str, columns: Sequence[str], until: int, within: float | None) -> pl.DataFrame:
        """Keys in a fixed order: as they were made, then by their values.

        Args:
            name: of the key.
            columns: some of its columns.
            until: the last second at which their rows may have been made.
            within: how many seconds before that, at the most; any without.

        Returns:
            the columns, at least one row.

        Raises:
            UsageError: there are no such keys; says what to do.
        """
        table = _PREFIX + name
        with self._open() as db:
            types = db.types_of(table)
            if not types:
                raise self._no_key(db, name)
            own = [column for column in types if column != _MADE_AT]
            for column in columns:
                if column not in own:
                    raise unknown(f"FK of key {name!r}: column", column, own)
            since = "" if within is None else f" AND {_MADE_AT} >= {until - within!r}"
            found = db.frame_of(
                f"SELECT {listed(columns)} FROM {quoted(table)} WHERE {_MADE_AT} <= {until}{since}"  # noqa: S608
                f" ORDER BY {_MADE_AT}, {listed(own)}"
            )
            if not found.height:
                raise _none_within(name, within, until, _last_of(db, table))
        return found.select(_typed(found[column], types[column]) for column in columns)

    def _no_key(self, db: BaseDBHandler, name: str) -> UsageError:
        there = sorted(table.removeprefix(_PREFIX) for table in db.list_tables() if table.startswith(_PREFIX))
        return UsageError(
            f"key {name!r} isn't kept in {self._place!r}; kept are: {', '.join(there) or 'none'}.\n"
            f"  Make the table whose PK is called {name!r} first, with .checkpoint({self._place!r}) as here."
        )

    @contextmanager
    def _open(self) -> Iterator[BaseDBHandler]:
        # A file is let go between two uses, for other programs to look into.
        with self._kind(self._place) as db:
            yield db


def _none_within(name: str, within: float | None, until: int, last: int | None) -> UsageError:
    if last is None:
        return UsageError(f"key {name!r} has no row.\n  Make some of its table first: .size(10)")
    if last > until or within is None:
        return UsageError(
            f"key {name!r} has no row yet: its last one was made {last - until:,} s after the moment of this table.\n"
            "  Say a later moment: .option('at', '2026-01-01T01:00:00Z')"
        )
    return UsageError(
        f"key {name!r} has no row within the watermark of {within:g} s: its last one was made {until - last:,} s before"
        " the moment of this table.\n  Raise the watermark, leave it out, or make rows of that table again."
    )


def _is_sqlite(place: str) -> bool:
    if place.startswith(MEMORY):
        return False
    path = Path(place).expanduser()
    if path.is_file() and path.stat().st_size:
        return database_kind(path) == "sqlite"
    return path.suffix.lower() in _SQLITE


def _last_of(db: BaseDBHandler, table: str) -> int | None:
    found = db.frame_of(f"SELECT max({_MADE_AT}) AS last FROM {quoted(table)}")["last"].item()  # noqa: S608
    return None if found is None else int(found)


def _told(types: Mapping[str, str]) -> str:
    return ", ".join(f"{column} {kind}" for column, kind in types.items() if column != _MADE_AT)


def _typed(cells: pl.Series, declared: str) -> pl.Series:
    """Cells of a database as a key's cells are: SQLite keeps days and times as text, truth values as numbers."""
    kind = next(kind for kind, types in KINDS.items() if types[0] == declared)
    if cells.dtype == pl.String and kind == "a day":
        return cells.str.to_date("%Y-%m-%d")
    if cells.dtype == pl.String and kind == "a time":
        return cells.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us")
    return cells.cast(_DTYPES[kind])
