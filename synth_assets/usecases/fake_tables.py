"""Tables of a database of one's own that functions fill: made, made again, looked at; all of them or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import polars as pl

from synth_assets.errors import UsageError, shortened, unknown
from synth_assets.sinks.sql import quoted
from synth_assets.usecases.handlers.base import MEMORY
from synth_assets.usecases.handlers.duckdb import DuckDBHandler

PREFIX = "fake_"
"""What names of such tables begin with, so that nobody's own table is ever replaced."""

GENERATOR, APART, SORTED, ABOUT = "generator", "partition_keys", "sort_keys", "description"
WORDS = (GENERATOR, APART, SORTED, ABOUT)
"""What an entry of a configuration says."""

_LONGEST = 63
"""Letters of a name."""


@dataclass(frozen=True)
class FakeTable:
    """A table and what fills it.

    Attributes:
        name: of the table.
        generator: makes its frame.
        partition_keys: columns whose equal values lie together in the table.
        sort_keys: columns by which rows are sorted then.
        description: what it holds.
    """

    name: str
    generator: Callable[[], Any]
    partition_keys: tuple[str, ...] = ()
    sort_keys: tuple[str, ...] = ()
    description: str = ""

    def frame(self) -> pl.DataFrame:
        """Its rows, sorted by the partition keys and the sort keys.

        Raises:
            UsageError: the generator gives something else than a frame of polars, or one that lacks a key.
        """
        made = self.generator()
        if isinstance(made, pl.LazyFrame):
            made = made.collect()
        if not isinstance(made, pl.DataFrame):
            raise UsageError(
                f"{self.name}: its generator gives a {type(made).__name__}; it is a frame of polars.\n"
                '  For example: return polars.DataFrame({"id": [1, 2, 3]})'
            )
        for word, keys in ((APART, self.partition_keys), (SORTED, self.sort_keys)):
            for key in keys:
                if key not in made.columns:
                    raise unknown(f"{self.name}: {word}: column", key, made.columns)
        keys = list(dict.fromkeys([*self.partition_keys, *self.sort_keys]))
        return made.sort(keys, maintain_order=True) if keys else made


def configured(config: Mapping[str, Mapping[str, Any]], named: Callable[[str], object]) -> list[FakeTable]:
    """The tables of a configuration, in its order.

    Args:
        config: table → its entry: ``generator``, ``partition_keys``, ``sort_keys`` and ``description``.
        named: what is called ``generate_<table>_data``, for an entry that names no generator; else ``None``.

    Raises:
        UsageError: something in it isn't allowed; says all of it.
    """
    problems: list[str] = []
    found = [_table(name, entry, named, problems) for name, entry in config.items()]
    twice = [name for name in config if sum(str(other).lower() == str(name).lower() for other in config) > 1]
    if twice:
        problems.append(f"tables {', '.join(twice)} are one to a database.\n  Rename one of them.")
    if problems:
        raise UsageError("\n".join(problems))
    return found


def there(database: Path, tables: Sequence[FakeTable]) -> list[str]:
    """The names of those that a database has; no file is made.

    Raises:
        OutputError: it can't be opened.
    """
    if not _may_be_opened(database):
        return []
    with DuckDBHandler(database) as handler:
        return [one.name for one in tables if handler.types_of(one.name)]


def make_missing(database: Path, tables: Sequence[FakeTable]) -> dict[str, int]:
    """Create the tables that aren't there, all of them or none: name → rows.

    Raises:
        UsageError: a generator gives no frame, or the database doesn't take it.
        DataError: a column is of a type that the database hasn't.
        OutputError: the database can't be opened or written.
    """
    known = there(database, tables)
    return _made(database, [one for one in tables if one.name not in known])


def make_again(database: Path, tables: Sequence[FakeTable]) -> dict[str, int]:
    """Replace the tables, all of them or none: name → rows; see :func:`make_missing`."""
    return _made(database, tables, replacing=True)


def told(database: Path, tables: Sequence[FakeTable]) -> dict[str, dict[str, Any]]:
    """What a database has of each table, in plain values: rows, columns, and what is in these.

    Raises:
        OutputError: it can't be opened.
    """
    if not _may_be_opened(database):
        return {one.name: _absent(one) for one in tables}
    with DuckDBHandler(database) as handler:
        return {one.name: _told(handler, one) for one in tables}


def _table(name: object, entry: object, named: Callable[[str], object], problems: list[str]) -> FakeTable:
    before = len(problems)
    text = name if isinstance(name, str) else ""
    if not text.startswith(PREFIX) or not text.isidentifier() or not text.isascii() or len(text) > _LONGEST:
        problems.append(
            f"table {shortened(repr(name))} is not allowed; its name begins with {PREFIX}, and has letters of English,"
            f" digits and _.\n  For example: {PREFIX}inventory"
        )
    said = cast("Mapping[object, object]", entry) if isinstance(entry, Mapping) else {}
    if not isinstance(entry, Mapping):
        problems.append(f"{text}: its entry is a mapping.\n  For example: {_example(text)}")
    problems += [str(unknown(f"{text}: word", word, WORDS)) for word in said if word not in WORDS]
    generator = said.get(GENERATOR) or named(f"generate_{text}_data")
    if not callable(generator) and len(problems) == before:
        problems.append(
            f"{text}: there is no generator: a function that gives a frame.\n  For example: {_example(text)}"
        )
    apart, in_order = (_keys(text, word, said.get(word, ()), problems) for word in (APART, SORTED))
    return FakeTable(text, cast("Callable[[], Any]", generator), apart, in_order, str(said.get(ABOUT, "")))


def _keys(name: str, word: str, said: object, problems: list[str]) -> tuple[str, ...]:
    found = [said] if isinstance(said, str) else list(said) if isinstance(said, list | tuple) else [None]
    if not all(isinstance(one, str) for one in found):
        problems.append(f'{name}: {word} is a list of columns.\n  For example: "{word}": ["id"]')
        return ()
    return tuple(cast("list[str]", found))


def _example(name: str) -> str:
    return f'{{"{GENERATOR}": generate_{name}_data, "{APART}": [], "{SORTED}": ["id"]}}'


def _may_be_opened(database: Path) -> bool:
    """Whether there is something to open: opening makes a file."""
    return str(database).startswith(MEMORY) or database.exists()


def _made(database: Path, tables: Sequence[FakeTable], *, replacing: bool = False) -> dict[str, int]:
    if not tables:
        return {}
    # Whatever is wrong with a frame is told before anything is written.
    frames = {one.name: one.frame() for one in tables}
    with DuckDBHandler(database) as handler, handler.transaction():
        for name, frame in frames.items():
            if replacing:
                handler.drop_table(name)
            handler.create_filled(name, frame)
    return {name: frame.height for name, frame in frames.items()}


def _absent(table: FakeTable) -> dict[str, Any]:
    return {"exists": False, "row_count": 0, **_said(table), "columns": {}, "statistics": {}}


def _said(table: FakeTable) -> dict[str, Any]:
    return {ABOUT: table.description, APART: list(table.partition_keys), SORTED: list(table.sort_keys)}


def _told(handler: DuckDBHandler, table: FakeTable) -> dict[str, Any]:
    columns = handler.types_of(table.name)
    if not columns:
        return _absent(table)
    asked = ", ".join(["count(*) AS rows", *_asked(list(columns))])
    row = handler.frame_of(f"SELECT {asked} FROM {quoted(table.name)}").row(0)  # noqa: S608
    statistics = {
        name: dict(zip(("distinct", "missing", "min", "max"), row[1 + 4 * at : 5 + 4 * at], strict=True))
        for at, name in enumerate(columns)
    }
    return {"exists": True, "row_count": row[0], **_said(table), "columns": columns, "statistics": statistics}


def _asked(columns: Sequence[str]) -> Iterator[str]:
    for at, name in enumerate(map(quoted, columns)):
        yield f"count(DISTINCT {name}) AS d{at}"
        yield f"count(*) - count({name}) AS m{at}"
        yield f"CAST(min({name}) AS VARCHAR) AS l{at}"
        yield f"CAST(max({name}) AS VARCHAR) AS h{at}"
