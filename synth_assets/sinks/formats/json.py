r"""JSON: one array a file, an object a row, each on a line of its own, so that people and programs can take it apart.

::

    [
    {"id":1,"price":12.50},
    {"id":2,"price":null}
    ]

Cells are written as in NDJSON.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl

from synth_assets.errors import AGAIN, DataError
from synth_assets.model.table import Table
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
from synth_assets.sinks.interface import BY_FOLDER, Encoding, FileFormat, Foreign
from synth_assets.sinks.json_objects import check_keys, object_text, rows_of_text
from synth_assets.sinks.text_files import blocks, compressed, first_rows

_OPEN, _CLOSE, _BETWEEN = b"[\n", b"]\n", b",\n"


def _sink(frames: pl.LazyFrame, file: BinaryIO, table: Table, encoding: Encoding) -> None:
    objects = frames.select(object_text(table.columns).alias("text")).with_row_index("row")
    before = pl.when(pl.col("row") == 0).then(pl.lit("\n")).otherwise(pl.lit(",\n"))
    array = pl.concat([_text("["), objects.select(pl.concat_str(before, "text").alias("text")), _text("\n]\n")])
    with compressed(file, encoding) as (to, how):
        # The line ends are in the text: behind the last object stands no comma.
        array.sink_csv(to, include_header=False, quote_style="never", line_terminator="", engine="streaming", **how)


def _text(text: str) -> pl.LazyFrame:
    return pl.LazyFrame({"text": [text]})


def _scan(path: Path, table: Table) -> Iterator[pl.LazyFrame]:
    first = next(_objects(path, [first_rows(path)]), b"")
    check_keys(path, table, first.partition(b"\n")[0])
    return (rows_of_text(path, text, table.columns) for text in _objects(path, blocks(path)))


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


_NOT_JSON = "which JSON hasn't"

FORMAT = FileFormat(
    name="json",
    suffix=".json",
    codecs=TEXT_CODECS,
    sink=_sink,
    scan=_scan,
    foreign=Foreign(
        called="JSON",
        # Arrays and lines: many call both the same.
        endings=(".json", ".ndjson", ".jsonl"),
        reader="read_json({files}, format = 'auto', columns = {keys}, hive_partitioning = false, filename = '{file}')",
        names="SELECT '' AS name, 0 UNION ALL SELECT DISTINCT unnest(json_keys(json)), 0"
        " FROM read_json_objects({files}, format = 'auto') ORDER BY ALL",
        are_notes=True,
    ),
    look="import duckdb; duckdb.read_json({place}, hive_partitioning=False).limit(5).show()",
    look_opened="print(polars.read_json({file}).head())",
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
