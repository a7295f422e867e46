"""Rows as JSON objects, a line each: what the formats of JSON have in common.

Decimals are numbers with all their digits: who wants those exactly tells the parser so (Python's ``json.loads(…,
parse_float=Decimal)``, pyarrow's schema), for others they are the nearest binary fraction. Integers are numbers, beyond
2^53 too. Timestamps are strings in one form a type, dates ``YYYY-MM-DD``, lists arrays, structs objects. JSON has no
NaN and no infinity, so they are refused.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import polars as pl

from synth_assets.documents import strict_json
from synth_assets.errors import AGAIN, DataError, first_line
from synth_assets.model.table import Column, Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import FAR_TIMES, FINER_TIMES, INFINITY, NESTED_NOT_FINITE, NOT_A_NUMBER
from synth_assets.sinks.part_reader import check_columns

_NOT_JSON = "which JSON hasn't"

JSON_LACKS: Mapping[str, str] = {
    NOT_A_NUMBER: _NOT_JSON,
    INFINITY: _NOT_JSON,
    NESTED_NOT_FINITE: _NOT_JSON,
    FAR_TIMES: "which no reader of JSON takes",
    FINER_TIMES: "which its text would cut",
}
"""Cells that no target which takes rows as JSON objects can hold, and why."""


def json_type(of: ColumnType) -> str:
    """The type of the JSON value that a type's cells are."""
    dtype = of.json_dtype
    if dtype.is_nested():
        return "array" if isinstance(dtype, pl.List) else "object"
    return "number" if dtype.is_numeric() or of.kind == "decimal" else "boolean" if dtype == pl.Boolean() else "string"


def object_text(columns: Sequence[Column]) -> pl.Expr:
    """A row as the text of an object, every column a key in their order, a missing cell as ``null``."""
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


def rows_of_text(path: Path, text: bytes, columns: Sequence[Column]) -> pl.LazyFrame:
    """The rows of objects, a line each.

    Args:
        path: where the text is from, for messages.
        text: whole lines.
        columns: all members of the objects, and their types.

    Raises:
        DataError: a number is none.
    """
    digits = [column for column in columns if column.type.kind == "decimal"]
    others = [column for column in columns if column.type.kind != "decimal"]
    parts = [object_rows(BytesIO(text), others)] if others else []
    if digits:
        parts.append(_decimals(path, text, digits))
    return pl.concat(parts, how="horizontal").select(column.name for column in columns)


def _decimals(path: Path, text: bytes, columns: Sequence[Column]) -> pl.LazyFrame:
    """Columns of numbers with all their digits: of all parsers only this one makes no binary fraction of them."""
    import pyarrow as pa  # it takes its time to import
    from pyarrow import json as arrow_json

    wanted = pl.Schema({column.name: column.type.polars for column in columns})
    if not text:
        return pl.LazyFrame(schema=wanted)
    schema = wanted.to_frame().to_arrow().schema
    parsing = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        found = arrow_json.read_json(BytesIO(text), arrow_json.ReadOptions(block_size=len(text) + 1), parsing)
    except pa.ArrowException as error:
        raise DataError(f"{path} is damaged: {first_line(str(error))}.\n  {AGAIN}") from error
    return pl.DataFrame(found).lazy()


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
