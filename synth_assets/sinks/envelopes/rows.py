"""Tools that write typed rows: frames of a described table first, files of any format from them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import polars as pl

from synth_assets.model.table import Column, Table
from synth_assets.model.types import STRING
from synth_assets.sinks.envelopes.files import write_rows
from synth_assets.sinks.envelopes.interface import BatchToWrite, Envelope


@dataclass(frozen=True)
class BatchRows:
    """All that a batch brings of one table of the tool's.

    Attributes:
        place: of its file, below the envelope's folder and without the ending.
        table: what the rows are; its key is no matter.
        frames: the rows, with the table's schema; can be taken once.
    """

    place: str
    table: Table
    frames: Iterable[pl.DataFrame]


CellText = Callable[[Column], pl.Expr | None]
"""The text of a column's cells, where the tool writes another one than the format does, or writes text at all; ``None``
where not."""


@dataclass(frozen=True, kw_only=True)
class RowEnvelope(Envelope):
    """A tool that writes typed rows, a file a table and batch.

    Attributes:
        rows: what a batch brings, table by table; only what is asked for is made.
        texts: by format: what the tool writes as text there, and how.
    """

    has_records: ClassVar[bool] = False

    rows: Callable[[BatchToWrite], Iterator[BatchRows]]
    texts: Mapping[str, CellText] = field(default_factory=dict)

    def write(self, batch: BatchToWrite, folder: Path, form: str) -> list[str]:
        """Write a file a table; see :meth:`Envelope.write`."""
        paths: list[str] = []
        for rows in self.rows(self.told(batch)):
            paths.append(f"{rows.place}.{form}")
            own = _as_text(rows, self.texts[form]) if form in self.texts else rows
            write_rows(folder / paths[-1], own.frames, own.table, form)
        return paths


def _as_text(rows: BatchRows, text_of: CellText) -> BatchRows:
    """The same rows, the tool's own texts in text columns."""
    texts = {column.name: text for column in rows.table.columns if (text := text_of(column)) is not None}
    columns = tuple(replace(one, type=STRING) if one.name in texts else one for one in rows.table.columns)
    made = [text.alias(name) for name, text in texts.items()]
    return BatchRows(
        rows.place, replace(rows.table, columns=columns), (frame.with_columns(made) for frame in rows.frames)
    )
