"""What all places of a candidate have in common: which table, which columns, and one way to say what is wrong."""

import difflib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from synth_assets.errors import DataError, SynthError, UnjudgedError, UsageError, unknown
from synth_assets.model.table import Table

ROWS = 65_536
"""In a frame: some 20 MB for a wide table."""

WHOLE = r"^\s*\+?(-?[0-9]+)(?:\.0*)?\s*$"
"""A whole number in a text, for keys that are some; its first group is the number."""

FORMS = """a Parquet, CSV or JSON file, a folder or glob of them,
  path.duckdb::schema.table, path.sqlite::table, postgresql://user@host/database::schema.table
  or mysql://user@host/database::database.table"""

LONGEST = 1_000_000
"""Characters of a cell that are read: none of ours is longer."""

_FIRST_ROWS = 64
_FRAME_BYTES = 32_000_000

_SHOWN, _SHOWN_CHARACTERS = 20, 200
"""Names in a message, and characters of each."""

_RAISED = (duckdb.Error, sqlite3.Error, pl.exceptions.PolarsError, OSError, MemoryError, UnicodeError)

VIEW = "Rename them, or score a view with the right names."


@dataclass(frozen=True)
class Candidate:
    """An opened table.

    Attributes:
        name: what to call it in messages; no password.
        extra: its columns that the true table doesn't have, in its order.
        frames: the true table's columns, of whatever types; can be called once. Where the key is a single column of
            whole numbers, they ascend by it, and what is none comes first; else rows come in any order, as the place
            can't tell what comes first: see :func:`~synth_assets.grading.ordering.in_order`.
    """

    name: str
    extra: tuple[str, ...]
    frames: Callable[[], Iterator[pl.DataFrame]]


def chosen(
    where: str, name: str, found: Sequence[tuple[str, str]], table: Table, ours: Sequence[str]
) -> tuple[str, str]:
    """The table that a name means, with or without its schema.

    Args:
        where: what to call the database.
        name: the table's, as it was asked for.
        found: schema and name of each table that is there.
        table: what it is graded as.
        ours: the names of the domain's tables.

    Raises:
        UsageError: the name is unknown, or is in several schemas.
        DataError: it is the right one, and others of the domain are there, but this one isn't.
    """
    names = [f"{schema}.{relation}" for schema, relation in found]
    if not name:
        example = next((n for n in names if n.endswith(f".{table.name}")), names[0] if names else "schema.table")
        raise UsageError(f"{where}: which table? It has {_some(names)}.\n  For example: {where}::{example}")
    fits = [pair for pair, full in zip(found, names, strict=True) if name in (full, pair[1])]
    exact = [pair for pair in fits if name == f"{pair[0]}.{pair[1]}"]
    if len(exact or fits) == 1:
        return (exact or fits)[0]
    if fits:
        schemas = " or ".join(f"{schema}.{relation}" for schema, relation in fits)
        raise UsageError(f"{where}: {name} is in several schemas.\n  Say which: {schemas}")
    if name.rpartition(".")[2] == table.name and any(relation in ours for _, relation in found):
        raise DataError(
            f"{where}: table {name} isn't there, so each of its rows is missing. It has {_some(names)}.\n"
            "  See whether your consumer wrote it, and where."
        )
    raise unknown(f"{where}: table", name, names, f"For example: {where}::{names[0]}" if names else "It is empty.")


def extra_columns(where: str, found: Sequence[str], table: Table, step: str) -> tuple[str, ...]:
    """The columns that don't count.

    Raises:
        UsageError: some that do are missing.
    """
    extra = tuple(name for name in found if name not in table.column_names)
    missing = [name for name in table.column_names if name not in found]
    if missing:
        raise UsageError("\n  ".join([*_complaints(where, missing, extra, table), step]))
    return extra


def _complaints(where: str, missing: Sequence[str], extra: Sequence[str], table: Table) -> list[str]:
    lines = [f"{where}: {len(missing)} of {len(table.columns)} columns of {table.path} are missing."]
    for name in missing[:10]:
        close = difflib.get_close_matches(name.lower(), [other.lower() for other in extra], n=1, cutoff=0.5)
        meant = next((other for other in extra if other.lower() == close[0]), "") if close else ""
        lines.append(f"no column {name!r}" + (f"; is it {meant!r}?" if meant else "."))
    if len(missing) > 10:
        lines.append(f"… and {', '.join(missing[10:])}.")
    lines.append(f"Columns that {table.path} doesn't have: {_some(extra)}.")
    return lines


def _some(names: Sequence[str]) -> str:
    """Names to choose from, and how many more there are."""
    more = f", … ({len(names):,} in all)" if len(names) > _SHOWN else ""
    return (", ".join(short(name) for name in names[:_SHOWN]) or "none") + more


def short(text: str) -> str:
    """A text that somebody else chose, no longer than a message may be."""
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


@contextmanager
def reading(
    where: str,
    kinds: tuple[type[Exception], ...] = (),
    said: Callable[[Exception], str] = str,
    step: str = "See that it is whole, and that nothing else writes to it.",
) -> Iterator[None]:
    """Turn what a reader raises over damage into one clear message.

    Args:
        where: what to call the candidate; no password.
        kinds: what its driver raises.
        said: what of an exception's text may be shown.
        step: what to do about it.

    Raises:
        UnjudgedError: it can't be read.
    """
    try:
        yield
    except SynthError:
        raise
    except (*_RAISED, *kinds) as error:
        lines = (said(error).strip() or type(error).__name__).splitlines()
        raise UnjudgedError(
            f"{where} can't be read: {short(lines[0].rstrip('.'))}.\n  So it isn't known whether it is right. {step}"
        ) from None


def texts(cursor: Any, table: Table) -> Iterator[pl.DataFrame]:
    """The rows of a database cursor as text, frame by frame; however long its cells are, a frame has some MB."""
    count = _FIRST_ROWS
    while rows := cursor.fetchmany(count):
        columns = zip(*rows, strict=True)
        frame = pl.DataFrame(
            [
                pl.Series(n, [_as_text(v) for v in c], pl.String)
                for n, c in zip(table.column_names, columns, strict=True)
            ]
        )
        yield frame
        # Some hundred rows tell how many there may be at a time.
        fits = int(_FRAME_BYTES / max(frame.estimated_size(), 1) * frame.height)
        count = max(1, min(ROWS, 16 * count, fits))


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
