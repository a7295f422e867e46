r"""Somebody else's cells as values of a table's types: what counts is the value, not the name of its type.

A value is what its text says, read as the table's type:

- whole numbers of any width; a float or decimal without a fraction is one too (``5.0``);
- decimals with more or fewer digits, if the value is the same (``12.5`` is 12.50, ``12.505`` is not 12.51); a
  float if its shortest text is the decimal (so the float nearest to it, and no other);
- booleans as ``true``, ``t``, ``1``, ``false``, ``f``, ``0`` in any case;
- times of any unit; with a zone or an offset they are converted, without one they are UTC; a time finer
  than a microsecond is not equal to any other; a date is its midnight;
- dates; a time without a zone, or in UTC, if it is midnight.

White space around them does not count, but does in text. Text is compared byte by byte.
"""

import polars as pl

from synth_assets.model.table import Table
from synth_assets.model.types import ColumnType

ASIDE = "aside:"
"""Before a column's name: the text of the cells that are no value of the column's type; null for all others."""

_GIVEN = "given:"

_INTEGER = r"^\+?(-?[0-9]+)(?:\.0*)?$"
_DECIMAL = r"^\+?(-?[0-9]+)(?:\.([0-9]*?)0*)?$"
_MOMENT = (
    r"^(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[Tt ](?P<minute>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r" ?(?:[Zz]|UTC|(?P<sign>[+-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-9]{2}))?)?$"
)
_TRUE, _FALSE = ("true", "t", "1"), ("false", "f", "0")


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
        _value(pl.col(c.name), frame.schema[c.name], c.type).cast(c.type.polars, strict=False).alias(c.name)
        for c in table.columns
    )
    given = frame.select(pl.all().name.prefix(_GIVEN))
    return pl.concat([values, given], how="horizontal").select(
        *table.column_names,
        *(
            pl.when(pl.col(name).is_null()).then(_text(pl.col(_GIVEN + name), frame.schema[name])).alias(ASIDE + name)
            for name in table.column_names
        ),
    )


def _value(cell: pl.Expr, found: pl.DataType, wanted: ColumnType) -> pl.Expr:  # noqa: PLR0911 — one a kind
    """The cell as a value, without the way through its text where the types are close."""
    match wanted.kind:
        case "integer":
            return cell if found.is_integer() else _integer(_text(cell, found))
        case "boolean":
            return cell if found == pl.Boolean() else _boolean(_text(cell, found))
        case "decimal":
            return cell if _fits(found, wanted.polars) else _decimal(_text(cell, found), wanted.polars)
        case "float":
            return cell if found.is_float() else _text(cell, found).str.strip_chars().cast(pl.Float64, strict=False)
        case "timestamp":
            moment = _timestamp(cell, found)
            zone = getattr(wanted.polars, "time_zone", None)
            return moment if zone is None else moment.dt.replace_time_zone(zone)
        case "date":
            moment = _timestamp(cell, found)
            return cell if found == pl.Date() else pl.when(moment == moment.dt.truncate("1d")).then(moment.dt.date())
        case _:
            return _text(cell, found)


def _fits(found: pl.DataType, wanted: pl.DataType) -> bool:
    """Whether all values of a type are values of the decimal, or too large for it."""
    scale = wanted.scale if isinstance(wanted, pl.Decimal) else 0
    return found.is_integer() or (isinstance(found, pl.Decimal) and found.scale <= scale)


def _text(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    return cell if found == pl.String() else cell.cast(pl.String, strict=False)


def _integer(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.extract(_INTEGER).cast(pl.Int64, strict=False)


def _boolean(text: pl.Expr) -> pl.Expr:
    word = text.str.strip_chars().str.to_lowercase()
    return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)  # noqa: FBT003 — values


def _decimal(text: pl.Expr, wanted: pl.DataType) -> pl.Expr:
    assert isinstance(wanted, pl.Decimal)  # noqa: S101 — for the type checker
    stripped = text.str.strip_chars()
    whole, fraction = stripped.str.extract(_DECIMAL), stripped.str.extract(_DECIMAL, 2).fill_null("")
    # A finer value would be rounded to one that isn't there.
    fine = fraction.str.len_bytes() <= wanted.scale
    return pl.when(fine).then(pl.concat_str(whole, pl.lit("."), fraction).cast(wanted, strict=False))


def _timestamp(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    """Microseconds since 1970 in UTC, without a zone; null where something finer would be lost."""
    if found == pl.Date():
        return cell.cast(pl.Datetime("us"))
    if not isinstance(found, pl.Datetime):
        return _parsed(_text(cell, found).str.strip_chars())
    utc = cell if found.time_zone is None else cell.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    micros = utc.dt.cast_time_unit("us")
    return pl.when(micros.dt.cast_time_unit(found.time_unit) == utc).then(micros)


def _parsed(text: pl.Expr) -> pl.Expr:
    """ISO 8601, with a blank for the T if one likes, as databases write it."""
    part = text.str.extract_groups(_MOMENT).struct
    minute = pl.concat_str(part.field("day"), pl.lit(" "), part.field("minute").fill_null("00:00"))
    moment = pl.concat_str(minute, part.field("second").fill_null(":00")).str.to_datetime(
        "%Y-%m-%d %H:%M:%S", time_unit="us", strict=False
    )
    nanos = part.field("fraction").fill_null("").str.pad_end(9, "0").cast(pl.Int64)
    ahead = part.field("hours").cast(pl.Int64) * 60 + part.field("minutes").fill_null("00").cast(pl.Int64)
    ahead = pl.when(part.field("sign") == "-").then(-ahead).otherwise(ahead).fill_null(0)
    return pl.when(nanos % 1000 == 0).then(
        moment + pl.duration(microseconds=nanos // 1000) - pl.duration(minutes=ahead)
    )
