"""Frames that others made, as polars has them."""

from typing import Any

import polars as pl

from synth_assets.errors import UsageError, first_line


def as_polars(frame: Any) -> pl.DataFrame:
    """A frame of pandas or polars, or a table of pyarrow, as a frame of polars; NaN of pandas is a missing cell.

    Raises:
        UsageError: it is something else, or a column of it holds values of several kinds.
    """
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    package = type(frame).__module__.partition(".")[0]
    try:
        if package == "pandas" and hasattr(frame, "columns"):
            return pl.from_pandas(frame)
        if package == "pyarrow":
            found = pl.from_arrow(frame)
            if isinstance(found, pl.DataFrame):
                return found
    except (TypeError, ValueError, ArithmeticError, pl.exceptions.PolarsError) as error:
        reason = first_line(error)
        raise UsageError(
            f"df has a column that isn't of one type: {reason}.\n  Make its values of one type, for example text."
        ) from error
    raise UsageError(
        f"df is a {type(frame).__name__}; it is a frame of pandas or polars, or a table of pyarrow.\n"
        "  For example: insert_df('orders', DataGenerator(spec).size(100).get_df(), pk_cols=['order_id'])"
    )
