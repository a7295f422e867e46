"""Standard output: NDJSON, a row or a record a line, for whatever comes next in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import polars as pl

from synth_assets.errors import OutputError
from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType
from synth_assets.model.types.base import (
    FAR_TIMES,
    FINER_TIMES,
    INFINITY,
    NESTED_NOT_FINITE,
    NOT_A_NUMBER,
    UNTOLD_INSIDE,
)
from synth_assets.sinks.capabilities import ALL_OR_NOTHING, IDEMPOTENT, READ_BACK, Capabilities
from synth_assets.sinks.json_objects import object_text
from synth_assets.sinks.target import Target


class _Lines:
    """A delivery to a stream of bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def rows(self, table: Table, frame: pl.DataFrame) -> None:
        """An object a row, each key in table order, as NDJSON files have them."""
        TARGET.capabilities.check_cells(frame, table)
        lines = frame.select(object_text(table.columns)).to_series()
        self._write("".join(f"{line}\n" for line in lines))

    def records(self, frame: pl.DataFrame) -> None:
        """An object a record; key and value stay texts, whose bytes a consumer gets."""
        self._write(frame.write_ndjson())

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text.encode())
            self._stream.flush()
        except BrokenPipeError:
            raise  # whoever read has had enough: no error
        except OSError as error:
            raise OutputError(
                f"stdout can't be written: {error.strerror}.\n  Redirect it to a place with room."
            ) from error


@contextmanager
def _open(address: str) -> Iterator[_Lines]:
    """The only place there is."""
    del address
    yield _Lines(sys.stdout.buffer)


def _type_name(of: ColumnType) -> str:
    """The type of the JSON value."""
    dtype = of.json_dtype
    if dtype.is_nested():
        return "array" if isinstance(dtype, pl.List) else "object"
    return "number" if dtype.is_numeric() or of.kind == "decimal" else "boolean" if dtype == pl.Boolean() else "string"


_GONE = "as what is printed is gone"
_NOT_JSON = "which JSON hasn't"

TARGET = Target(
    name="stdout",
    capabilities=Capabilities(
        idempotent_by="",
        lacks={
            IDEMPOTENT: "as what is printed twice is there twice",
            ALL_OR_NOTHING: _GONE,
            READ_BACK: _GONE,
            NOT_A_NUMBER: _NOT_JSON,
            INFINITY: _NOT_JSON,
            NESTED_NOT_FINITE: _NOT_JSON,
            FAR_TIMES: "which no reader of JSON takes",
            FINER_TIMES: "which its text would cut",
            UNTOLD_INSIDE: "which is all that is printed",
        },
    ),
    type_name=_type_name,
    open=_open,
)
