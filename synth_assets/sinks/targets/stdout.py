"""Standard output: NDJSON, a row or a record a line, for whatever comes next in a pipe."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import polars as pl

from synth_assets.errors import OutputError
from synth_assets.model.table import Table
from synth_assets.model.types.base import UNTOLD_INSIDE
from synth_assets.sinks.capabilities import ALL_OR_NOTHING, IDEMPOTENT, READ_BACK, Capabilities
from synth_assets.sinks.json_objects import JSON_LACKS, json_type, object_text
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


_GONE = "as what is printed is gone"

TARGET = Target(
    name="stdout",
    capabilities=Capabilities(
        idempotent_by="",
        lacks={
            IDEMPOTENT: "as what is printed twice is there twice",
            ALL_OR_NOTHING: _GONE,
            READ_BACK: _GONE,
            **JSON_LACKS,
            UNTOLD_INSIDE: "which is all that is printed",
        },
    ),
    type_name=json_type,
    open=_open,
)
