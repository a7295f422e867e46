"""Which type a column of somebody's frame has."""

from typing import TYPE_CHECKING, cast

from synth_assets.model.types.base import ColumnType
from synth_assets.model.types.binary import BINARY
from synth_assets.model.types.booleans import BOOLEAN
from synth_assets.model.types.clocks import TIME
from synth_assets.model.types.dates import DATE
from synth_assets.model.types.decimals import decimal
from synth_assets.model.types.durations import duration
from synth_assets.model.types.floats import FLOAT32, FLOAT64
from synth_assets.model.types.integers import INT8, INT16, INT32, INT64
from synth_assets.model.types.lists import list_of
from synth_assets.model.types.structs import any_struct
from synth_assets.model.types.text import STRING
from synth_assets.model.types.times import moment
from synth_assets.model.types.unsigned import UINT8, UINT16, UINT32, UINT64

if TYPE_CHECKING:
    import polars as pl
    from polars._typing import PolarsDataType

_PLAIN = (
    BINARY, BOOLEAN, DATE, FLOAT32, FLOAT64, INT8, INT16, INT32, INT64, STRING, TIME, UINT8, UINT16, UINT32, UINT64,
)  # fmt: skip


def frame_type(dtype: "pl.DataType") -> ColumnType | None:
    """The type that has every value of a dtype; ``None`` where there is none.

    It is the dtype's own, but for these: a category or an enumeration is text, a column that knows nothing but
    missing cells too, a half-precision number has 32 bits, an array is a list, milliseconds are kept in microseconds.

    Example:
        >>> import polars as pl
        >>> frame_type(pl.List(pl.Datetime("ns", "Europe/Berlin"))).name
        'list(timestamp(ns, Europe/Berlin))'
    """
    import polars as pl

    if isinstance(dtype, pl.Enum | pl.Categorical | pl.Null):
        return STRING
    if isinstance(dtype, pl.Float16):
        return FLOAT32
    return _nested(dtype) or _measured(dtype) or next((of for of in _PLAIN if of.polars == dtype), None)


def _measured(dtype: "pl.DataType") -> ColumnType | None:
    """The types that have a unit, a zone or digits."""
    import polars as pl

    if isinstance(dtype, pl.Datetime):
        return moment(dtype.time_unit, dtype.time_zone)
    if isinstance(dtype, pl.Duration):
        return duration(dtype.time_unit)
    return decimal(dtype.precision, dtype.scale) if isinstance(dtype, pl.Decimal) else None


def _nested(dtype: "pl.DataType") -> ColumnType | None:
    import polars as pl

    if isinstance(dtype, pl.List | pl.Array):
        entry = frame_type(_instance(dtype.inner))
        return None if entry is None else list_of(entry)
    if not isinstance(dtype, pl.Struct):
        return None
    fields = {field.name: frame_type(_instance(field.dtype)) for field in dtype.fields}
    found = {name: of for name, of in fields.items() if of is not None}
    return any_struct(found) if len(found) == len(fields) > 0 else None


def _instance(dtype: "PolarsDataType") -> "pl.DataType":
    return cast("pl.DataType", dtype() if isinstance(dtype, type) else dtype)
