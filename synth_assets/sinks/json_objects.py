"""Rows as JSON objects, a line each: what the formats of JSON have in common."""

import json
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import polars as pl

from synth_assets.documents import strict_json
from synth_assets.errors import AGAIN, DataError
from synth_assets.model.table import Column, Table
from synth_assets.sinks.part_reader import check_columns


def object_text(columns: Sequence[Column]) -> pl.Expr:
    """A row as the text of an object: decimals are numbers with all their digits, all else is as in NDJSON."""
    members = pl.concat_str(_members(columns), separator=",")
    return pl.concat_str(pl.lit("{"), members, pl.lit("}"))


def _members(columns: Iterable[Column]) -> Iterator[pl.Expr]:
    """Members of the object, as texts in their order. No encoder writes decimals as numbers; it does the rest."""
    together: list[pl.Expr] = []
    for column in columns:
        if column.type.kind == "decimal":
            if together:
                yield _encoded(together)
            together = []
            digits = pl.col(column.name).cast(pl.String).fill_null("null")
            yield pl.concat_str(pl.lit(json.dumps(column.name, ensure_ascii=False) + ":"), digits)
        else:
            together.append(column.type.as_json(pl.col(column.name)).alias(column.name))
    if together:
        yield _encoded(together)


def _encoded(cells: Sequence[pl.Expr]) -> pl.Expr:
    return pl.struct(*cells).struct.json_encode().str.slice(1).str.strip_suffix("}")


def object_rows(source: str | BytesIO, columns: Sequence[Column]) -> pl.LazyFrame:
    """The rows of objects.

    Args:
        source: a pattern of a file's path, or a text.
        columns: the members to read, and their types.
    """
    as_read = {column.name: column.type.json_dtype for column in columns}
    return pl.scan_ndjson(source, schema=as_read).with_columns(
        column.type.from_json(pl.col(column.name)).alias(column.name) for column in columns
    )


def check_keys(path: Path, table: Table, line: bytes) -> None:
    """Look whether a file's first object has the table's columns as keys, in their order.

    Args:
        path: the file, for messages.
        table: what it should hold.
        line: its first line; empty in a file without a row, which has no header.

    Raises:
        DataError: it hasn't, or is no object.
    """
    if not line:
        return
    try:
        keys = list(strict_json.loads(line.decode()).keys())
    except (ValueError, AttributeError) as error:
        raise DataError(f"{path} is damaged: its first line is no JSON object.\n  {AGAIN}") from error
    check_columns(path, table, keys)
