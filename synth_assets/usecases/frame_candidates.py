"""A frame of whatever library as a candidate: it is put into a file for as long as it takes to grade it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import polars as pl

from synth_assets.errors import SynthError, UsageError, first_line
from synth_assets.sinks.failures import writing
from synth_assets.usecases.arguments import read_path, refused

_FOREIGN = (pl.exceptions.PolarsError, pl.exceptions.PanicException, TypeError, ValueError, ImportError, AttributeError)


@contextmanager
def placed(value: object) -> Iterator[str]:
    """Where a table to be graded is.

    Args:
        value: what ``--candidate`` takes, a path, or a frame: of polars, pandas, pyarrow, or any Arrow stream.

    Raises:
        UsageError: it is none of these, or a frame that no file can hold.
        OutputError: there is no room for the file.
    """
    if isinstance(value, str):
        yield str.__str__(value)
        return
    if isinstance(value, os.PathLike):
        yield str(read_path("candidate", cast("object", value)))
        return
    with TemporaryDirectory(prefix="synth-score-") as home:
        path = Path(home) / "candidate.parquet"
        try:
            frame = _frame(value)
            with writing(path):
                frame.sink_parquet(path, compression="lz4")
        except _FOREIGN as error:
            reason = first_line(error)
            raise UsageError(
                f"candidate is a {type(value).__name__} that can't be stored to be graded: {reason}.\n"
                "  Write it to a Parquet file, and name that."
            ) from error
        try:
            yield str(path)
        except SynthError as error:
            raise type(error)(str(error).replace(str(path), "candidate")) from error


def _frame(value: object) -> pl.LazyFrame:
    """A frame as polars'; what names its rows in pandas is a column like others."""
    if isinstance(value, pl.LazyFrame):
        return value
    if isinstance(value, pl.DataFrame):
        return value.lazy()
    anything = cast("Any", value)
    library = type(value).__module__.partition(".")[0]
    if library == "pandas" and hasattr(value, "columns"):
        named = any(name is not None for name in anything.index.names)
        return cast("pl.DataFrame", pl.from_pandas(anything, include_index=named)).lazy()
    if hasattr(value, "__arrow_c_stream__") and not isinstance(value, pl.Series) and library != "pandas":
        return pl.DataFrame(anything).lazy()
    allowed = "a frame of polars, pandas or pyarrow, a path, or the URL of a database"
    raise refused("candidate", value, allowed, "'orders.parquet'")
