"""What all places of a candidate have in common: which table, which columns, and one way to say what is wrong."""

import difflib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from synth_assets.errors import DataError, SynthError, UsageError, unknown
from synth_assets.model.table import Table

ROWS = 65_536
"""In a frame: some 20 MB for a wide table."""

WHOLE = r"^\s*\+?(-?[0-9]+)(?:\.0*)?\s*$"
"""A whole number in a text, for keys that are some; its first group is the number."""

FORMS = """a Parquet or CSV file, a folder or glob of them,
  path.duckdb::schema.table, path.sqlite::table or postgresql://user@host/database::schema.table"""

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


def chosen(where: str, name: str, found: Sequence[tuple[str, str]], table: Table) -> tuple[str, str]:
    """The table that a name means, with or without its schema."""
    names = [f"{schema}.{relation}" for schema, relation in found]
    if not name:
        example = next((n for n in names if n.endswith(f".{table.name}")), names[0] if names else "schema.table")
        raise UsageError(
            f"{where}: which table? It has {', '.join(names) or 'none'}.\n  For example: {where}::{example}"
        )
    fits = [pair for pair, full in zip(found, names, strict=True) if name in (full, pair[1])]
    exact = [pair for pair in fits if name == f"{pair[0]}.{pair[1]}"]
    if len(exact or fits) == 1:
        return (exact or fits)[0]
    if fits:
        schemas = " or ".join(f"{schema}.{relation}" for schema, relation in fits)
        raise UsageError(f"{where}: {name} is in several schemas.\n  Say which: {schemas}")
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
    lines.append(f"Columns that {table.path} doesn't have: {', '.join(extra) or 'none'}.")
    return lines


@contextmanager
def reading(where: str, kinds: tuple[type[Exception], ...] = (), secrets: Sequence[str] = ()) -> Iterator[None]:
    """Turn what a reader raises over damage into one clear message."""
    try:
        yield
    except SynthError:
        raise
    except (duckdb.Error, sqlite3.Error, pl.exceptions.PolarsError, OSError, *kinds) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        for secret in secrets:
            reason = reason.replace(secret, "…")
        raise DataError(f"{where} can't be read: {reason}.") from None


def texts(cursor: Any, table: Table) -> Iterator[pl.DataFrame]:
    """The rows of a database cursor as text, frame by frame."""
    while rows := cursor.fetchmany(ROWS):
        columns = zip(*rows, strict=True)
        yield pl.DataFrame(
            [
                pl.Series(n, [_as_text(v) for v in c], pl.String)
                for n, c in zip(table.column_names, columns, strict=True)
            ]
        )


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
