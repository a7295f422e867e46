r"""Somebody else's cells as values of a table's types: what counts is the value, not the name of its type.

A value is what its text says, read as the table's type (:meth:`~synth_assets.model.types.ColumnType.value_of`):

- whole numbers of any width; a float or decimal without a fraction is one too (``5.0``);
- decimals with more or fewer digits, if the value is the same (``12.5`` is 12.50, ``12.505`` is not 12.51); a
  float if its shortest text is the decimal (so the float nearest to it, and no other);
- booleans as ``true``, ``t``, ``1``, ``false``, ``f``, ``0`` in any case;
- times of any unit; with a zone or an offset they are converted, without one they are UTC; a time finer
  than a microsecond is not equal to any other; a date is its midnight;
- dates; a time without a zone, or in UTC, if it is midnight;
- lists and structs as themselves or as the text of JSON, each part by its own type; a field that isn't there is
  missing, and fields of the consumer's own don't count.

White space around them does not count, but does in text. Text is compared byte by byte.
"""

import polars as pl

from synth_assets.model.table import Table
from synth_assets.model.types.base import plain_text

ASIDE = "aside:"
"""Before a column's name: the text of the cells that are no value of the column's type; null for all others."""

_GIVEN = "given:"


def typed(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Read the cells of a frame.

    Args:
        frame: the table's columns, of any types.
        table: the types to read them as.

    Returns:
        the table's columns with its types, and beside each a text column ``aside:<name>`` with the cells that
        are no value of that type, which are null in the column itself.

    Example:
        >>> from synth_assets.model.table import Column
        >>> from synth_assets.model.types import INT64
        >>> table = Table("d", "t", "", "", "n", (Column("n", INT64, ""),))
        >>> typed(pl.DataFrame({"n": ["7.0", "7.5"]}), table).rows()
        [(7, None), (None, '7.5')]
    """
    values = frame.select(
        c.type.value_of(pl.col(c.name), frame.schema[c.name]).cast(c.type.polars, strict=False).alias(c.name)
        for c in table.columns
    )
    given = frame.select(pl.all().name.prefix(_GIVEN))
    return pl.concat([values, given], how="horizontal").select(
        *table.column_names,
        *(
            pl.when(pl.col(name).is_null())
            .then(plain_text(pl.col(_GIVEN + name), frame.schema[name]))
            .alias(ASIDE + name)
            for name in table.column_names
        ),
    )
