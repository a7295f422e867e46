"""The answer key of a broken log: each record that a fault touched, where it is, and what a consumer can do.

An answer key has one row for each touched record as it is delivered, or would have been, and one row without an
``lsn`` for what befell a file as a whole. A row of the final table is beyond repair when *any* entry of its
``(entity, position)`` has ``recoverable = false``; if that entry names a ``column``, only that cell is. At the end of
an earlier batch it is, too, as long as ``right_from`` of any entry is a later one.

Rows are told by ``position``, the row's number (:mod:`synth_assets.model.key`). ``key`` is what the key looks like in
the record: the cell's text, and of several columns with ``, `` between. Where a fault makes up a key that no row has,
it is that one, and ``position`` still the row's.
"""

from pathlib import Path

import polars as pl

from synth_assets.errors import DataError, first_line
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import BOOLEAN, INT32, INT64, STRING

FILE = "answer_key.parquet"
"""The key's name in the folder of a broken log."""

TABLE = Table(
    domain="changes",
    name="answer_key",
    doc="What the faults of a plan did to a delivered change log.",
    grain="one record, or one file, that one fault touched",
    key=Key.of(""),
    columns=(
        Column("fault", INT32, "number of the fault in its plan, from 1"),
        Column("kind", STRING, "kind of the fault"),
        Column("entity", STRING, "the table whose log it is, without its domain"),
        Column("batch", INT32, "the batch whose file holds the record, or should hold it"),
        Column("source_batch", INT32, "the batch that the record belongs to"),
        Column("file", STRING, "the part file, from the folder of the log"),
        Column("row", INT64, "position of the record in the file, from 0; none if it isn't there", nullable=True),
        Column("lsn", INT64, "the record's log sequence number; none for a whole file", nullable=True),
        Column("key", STRING, "the record's key as a person sees it; none for a whole file", nullable=True),
        Column("position", INT64, "number of the row that the record is about, from 0; none for a file", nullable=True),
        Column("column", STRING, "the table's column that is touched, if it is one", nullable=True),
        Column("recoverable", BOOLEAN, "whether a correct consumer ends with the right row"),
        Column("right_from", INT32, "the first batch at whose end it has; none: never", nullable=True),
        Column("remedy", STRING, "what a correct consumer does, or why nothing helps"),
        Column("detail", STRING, "what exactly was done, as a JSON object"),
    ),
)


def read(path: Path) -> pl.DataFrame:
    """Read an answer key.

    Args:
        path: the file, or the folder of the broken log that it lies in.

    Returns:
        the columns of :data:`TABLE`, sorted by fault, entity, batch, row and lsn.

    Raises:
        DataError: it is missing, damaged, or no answer key.
    """
    file = path / FILE if path.is_dir() else path
    step = "Name the answer_key.parquet that synth changes inject wrote."
    if not file.is_file():
        raise DataError(f"{file} doesn't exist.\n  {step}")
    try:
        found = pl.read_parquet(file, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        reason = first_line(error)
        raise DataError(f"{file} is damaged: {reason}.\n  {step}") from error
    if found.schema != TABLE.schema:
        wrong = [name for name, dtype in TABLE.schema.items() if found.schema.get(name) != dtype]
        raise DataError(
            f"{file} is no answer key: {', '.join(wrong or found.columns)} is not as it should be.\n  {step}"
        )
    return found


def write(entries: pl.DataFrame, path: Path) -> None:
    """Write an answer key; the same entries give the same bytes.

    Args:
        entries: the columns of :data:`TABLE` in any order.
        path: the file; one that is there is overwritten.
    """
    ordered = entries.select(pl.col(name).cast(dtype) for name, dtype in TABLE.schema.items()).sort(
        "fault", "entity", "batch", "row", "lsn", "column", nulls_last=True, maintain_order=True
    )
    ordered.write_parquet(path, compression="zstd", compression_level=1, statistics=False)
