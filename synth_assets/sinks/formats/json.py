r"""JSON: one array a file, an object a row, each on a line of its own, so that people and programs can take it apart.

::

    [
    {"id":1,"price":12.50},
    {"id":2,"price":null}
    ]

Cells are written as in NDJSON but for decimals, which are numbers with all their digits: who wants those exactly tells
the parser so (Python's ``json.loads(…, parse_float=Decimal)``, pyarrow's schema), for others they are the nearest
binary fraction. Integers are numbers, beyond 2^53 too. Timestamps are strings in one form a type, dates ``YYYY-MM-DD``,
lists arrays, structs objects. JSON has no NaN and no infinity, so they are refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import polars as pl
from polars.io.plugins import register_io_source

from synth_assets.errors import AGAIN, DataError, first_line
from synth_assets.model.table import Column, Table
from synth_assets.model.types.base import (
    FAR_TIMES,
    FINER_TIMES,
    INFINITY,
    NESTED_NOT_FINITE,
    NOT_A_NUMBER,
    UNTOLD_INSIDE,
)
from synth_assets.sinks.capabilities import Capabilities
from synth_assets.sinks.compressions import TEXT_CODECS
from synth_assets.sinks.interface import BY_FOLDER, Encoding, FileFormat
from synth_assets.sinks.json_objects import check_keys, object_rows, object_text
from synth_assets.sinks.text_files import blocks, compressed, first_rows, scan_blocks

_ROWS = 32_768
"""In a frame of text."""

_OPEN, _CLOSE, _BETWEEN = b"[\n", b"]\n", b",\n"


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    objects = frames.select(line=object_text(table.columns))
    with compressed(file, encoding) as (to, how):
        _array(objects).sink_csv(to, include_header=False, quote_style="never", engine="streaming", **how)


def _array(objects: pl.LazyFrame) -> pl.LazyFrame:
    """The lines of an array: after the last object stands no comma."""

    def source(
        _columns: list[str] | None, _predicate: pl.Expr | None, _rows: int | None, _batch: int | None
    ) -> Iterator[pl.DataFrame]:
        yield _lines("[")
        last = _lines()
        for frame in objects.collect_batches(chunk_size=_ROWS, maintain_order=True):
            if frame.height:
                yield pl.concat([last, frame[:-1]]).select(pl.col("line") + ",")
                last = frame[-1:]
        yield last
        yield _lines("]")

    return register_io_source(source, schema=_lines().schema)


def _lines(*texts: str) -> pl.DataFrame:
    return pl.DataFrame({"line": texts}, schema={"line": pl.String})


def _scan(path: Path, table: Table) -> pl.LazyFrame:
    first = next(_objects(path, [first_rows(path)]), b"")
    check_keys(path, table, first.partition(b"\n")[0])
    return scan_blocks(table, lambda: _objects(path, blocks(path)), lambda text, _is_first: _rows(path, text, table))


def _objects(path: Path, texts: Iterable[bytes]) -> Iterator[bytes]:
    """The objects of an array, a line each and nothing between, from text of whole lines.

    Raises:
        DataError: it is no array of a line an object.
    """
    is_open = is_closed = False
    for text in texts:
        if is_closed or not (is_open or text.startswith(_OPEN)):
            raise DataError(f"{path} is damaged: it is no array with an object a line.\n  {AGAIN}")
        inside = text if is_open else text.removeprefix(_OPEN)
        is_open, is_closed = True, inside == _CLOSE or inside.endswith(b"\n" + _CLOSE)
        objects = inside.removesuffix(_CLOSE) if is_closed else inside
        yield objects.replace(_BETWEEN, b"\n")
    if not is_closed:
        raise DataError(f"{path} is damaged: its array has no end.\n  {AGAIN}")


def _rows(path: Path, text: bytes, table: Table) -> pl.LazyFrame:
    digits = [column for column in table.columns if column.type.kind == "decimal"]
    others = [column for column in table.columns if column.type.kind != "decimal"]
    parts = [object_rows(BytesIO(text), others)] if others else []
    if digits:
        parts.append(_decimals(path, text, digits))
    return pl.concat(parts, how="horizontal").select(table.column_names)


def _decimals(path: Path, text: bytes, columns: Sequence[Column]) -> pl.LazyFrame:
    """Columns of numbers with all their digits: of all parsers only this one makes no binary fraction of them."""
    import pyarrow as pa  # it takes its time to import
    from pyarrow import json

    wanted = pl.Schema({column.name: column.type.polars for column in columns})
    if not text:
        return pl.LazyFrame(schema=wanted)
    schema = wanted.to_frame().to_arrow().schema
    parsing = json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        found = json.read_json(BytesIO(text), json.ReadOptions(block_size=len(text) + 1), parsing)
    except pa.ArrowException as error:
        raise DataError(f"{path} is damaged: {first_line(str(error))}.\n  {AGAIN}") from error
    return pl.DataFrame(found).lazy()


_NOT_JSON = "which JSON hasn't"

FORMAT = FileFormat(
    name="json",
    suffix=".json",
    codecs=TEXT_CODECS,
    sink=_sink,
    scan=_scan,
    look="import duckdb; duckdb.read_json({place}, hive_partitioning=False).limit(5).show()",
    capabilities=Capabilities(
        idempotent_by=BY_FOLDER,
        lacks={
            NOT_A_NUMBER: _NOT_JSON,
            INFINITY: _NOT_JSON,
            FAR_TIMES: "which no reader of JSON takes",
            FINER_TIMES: "which its text would cut",
            NESTED_NOT_FINITE: _NOT_JSON,
            UNTOLD_INSIDE: "which is how JSON holds lists and structs",
        },
    ),
)
