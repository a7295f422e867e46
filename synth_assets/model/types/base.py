"""What every column type can be asked."""

import string
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from synth_assets.errors import unknown

if TYPE_CHECKING:  # a type is looked at far more often than its cells: `synth list` waits for none of these
    import numpy as np
    import polars as pl
    import pyarrow as pa
    from numpy.typing import NDArray

DIALECTS = ("duckdb", "mariadb", "postgresql", "sqlite")
"""The SQL that types can be said in."""

EMPTY_TEXT = "empty text"
FINER_TIMES = "values finer than its type"
NOT_A_NUMBER = "NaN"
INFINITY = "infinity"
NESTED_NOT_FINITE = "NaN or infinity inside a value"
NANOSECONDS = "times finer than microseconds"
FAR_TIMES = "days too far away to be written"
"""Peculiar cells, which not every sink can hold; see :attr:`ColumnType.peculiar`."""

UNTOLD_INSIDE = "values inside others that JSON doesn't give back"
ODD_FIELDS = "fields without a name, or with names that differ in case alone"
"""What not every sink can hold of any cell; see :attr:`ColumnType.asks`."""

_SMALL_LETTERS = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

Peculiar = Mapping[str, Callable[["pl.Series"], bool]]


@dataclass(frozen=True)
class ColumnType(ABC):
    """A column's type. Equal types have equal names.

    Attributes:
        name: what ``synth describe`` and manifests call it, e.g. ``decimal(12,2)``.
    """

    name: str

    kind: ClassVar[str]
    """The family's name, e.g. ``decimal``."""

    nests: ClassVar[bool] = False
    """Whether lists and structs may hold it: JSON has to give its values back without being told the type."""

    text_dtype_is_own: ClassVar[bool] = False
    """Whether readers of text files parse it right themselves; else they are given it as text."""

    @cached_property
    @abstractmethod
    def polars(self) -> "pl.DataType":
        """The dtype in frames and in Parquet."""

    @abstractmethod
    def _sql(self) -> Mapping[str, str]:
        """What each of :data:`DIALECTS` calls it."""

    def sql(self, dialect: str) -> str:
        """The type in DDL.

        Args:
            dialect: one of :data:`DIALECTS`.

        Raises:
            UsageError: another one.
        """
        names = self._sql()
        if dialect not in names:
            raise unknown("SQL dialect", dialect, DIALECTS)
        return names[dialect]

    @property
    def text(self) -> str:
        """How text formats write a timestamp, in ``strftime``'s terms; empty for other types."""
        return ""

    # Arrays and words

    def series(self, name: str, values: "NDArray[Any]", valid: "NDArray[np.bool_] | None" = None) -> "pl.Series":
        """Plain arrays of values, shape (n,), as a series; missing where ``valid`` is False.

        Raises:
            TypeError: values of this type aren't numbers; they come as text by code, or as a series.
        """
        del valid
        raise TypeError(f"column {name}: cells of type {self.name} come as Text or a Series, not as {values.dtype}.")

    @abstractmethod
    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """The canonical words of cells, shape (n,), 8 bytes each; 0 where a cell is missing."""

    # Text and JSON

    def as_text(self, cell: "pl.Expr") -> "pl.Expr":
        """What text formats are given to write; the cell itself where their own text is the right one."""
        return cell

    def from_text(self, text: "pl.Expr") -> "pl.Expr":
        """The cell back from its text; fails over text that is none of a cell."""
        return text.cast(self.polars, strict=True)

    @property
    def text_dtype(self) -> "pl.DataType":
        """What a reader of text files is to give to :meth:`from_text`."""
        import polars as pl

        return self.polars if self.text_dtype_is_own else pl.String()

    def as_json(self, cell: "pl.Expr") -> "pl.Expr":
        """What JSON formats are given to write."""
        return self.as_text(cell)

    def from_json(self, value: "pl.Expr") -> "pl.Expr":
        """The cell back from a JSON value."""
        return self.from_text(value)

    @property
    def json_dtype(self) -> "pl.DataType":
        """What a reader of JSON is to give to :meth:`from_json`."""
        return self.text_dtype

    @property
    def peculiar(self) -> Peculiar:
        """Cells that not every sink can hold: what they are called, and whether a column has one."""
        return {}

    @property
    def asks(self) -> frozenset[str]:
        """What it takes to hold any of its cells, of that which not every sink can."""
        return frozenset()

    @property
    def parts(self) -> "tuple[ColumnType, ...]":
        """The type itself, and those within it."""
        return (self,)

    def declared(self) -> "ColumnType":
        """The type itself, if a dataset's own columns may be of it; somebody's own table may have others.

        Raises:
            UsageError: they may not.
        """
        return self

    # What somebody else wrote

    def value_of(self, cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
        """A cell of any type, read as this one: what counts is the value. Null where it is none.

        Args:
            cell: the cell.
            found: its dtype.
        """
        return plain_text(cell, found)

    # What may be done with cells

    @property
    def wider(self) -> "ColumnType | None":
        """A type that holds all values of this one, and more, in every format."""
        return None

    def another(self, cell: "pl.Expr") -> "pl.Expr | None":
        """Another value than the one there is; ``None`` where the type has no simple one."""
        del cell
        return None

    def days(self, cells: "pl.Series") -> "pl.Series | None":
        """Days since 1970-01-01; ``None`` for types that aren't times."""
        del cells
        return None


class UnfitCellError(ValueError):
    """A number that a column's type can't hold: it would become another one."""


class FixedWidth(ColumnType):
    """Types whose values are numbers of a fixed width."""

    @abstractmethod
    def layout(self) -> "tuple[pa.DataType, np.dtype[Any]]":
        """The Arrow type and the NumPy dtype of its buffer."""

    def series(self, name: str, values: "NDArray[Any]", valid: "NDArray[np.bool_] | None" = None) -> "pl.Series":
        """As Arrow buffers: unscaled decimals, times and gaps cost no arithmetic there, and no copy.

        Raises:
            UnfitCellError: the type can't hold one of them.
        """
        import numpy as np
        import pyarrow as pa

        from synth_assets.model.arrow import from_array

        self._check(values, valid)
        arrow, width = self.layout()
        data = pa.py_buffer(np.ascontiguousarray(values, dtype=width))
        present = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
        series = from_array(pa.Array.from_buffers(arrow, len(values), [present, data]), name)
        return series if series.dtype == self.polars else series.cast(self.polars)

    def _check(self, values: "NDArray[Any]", valid: "NDArray[np.bool_] | None") -> None:
        """Look for numbers beyond the limits, where there are cells."""
        limits = self._limits()
        if limits is None or not len(values) or values.dtype.kind not in "iu":
            return
        low, high = limits
        if low <= int(values.min()) and int(values.max()) <= high:
            return
        there = values if valid is None else values[valid]
        beyond = there[(there < low) | (there > high)]
        if len(beyond):
            raise UnfitCellError(f"a value of it is {self._told(int(beyond[0]))}, which {self.name} can't hold")

    def _limits(self) -> "tuple[int, int] | None":
        """The least and the greatest number that arrays may have; ``None`` where they can have no other."""
        return None

    def _told(self, value: int) -> str:
        """A number of an array as messages say it."""
        return f"{value:,}"

    def words(self, cells: "pl.Series") -> "NDArray[Any]":
        """The physical value; a view of the column where its layout allows."""
        import polars as pl

        physical = cells.to_physical().cast(pl.Int64)
        return (physical.fill_null(0) if cells.null_count() else physical).to_numpy()


def plain_text(cell: "pl.Expr", found: "pl.DataType") -> "pl.Expr":
    """A cell of any type as text; of lists and structs it is JSON."""
    import polars as pl

    if found.is_nested():
        return json_text(cell)
    return cell if found == pl.String() else cell.cast(pl.String, strict=False)


def json_text(cell: "pl.Expr") -> "pl.Expr":
    """A cell as JSON text; missing where it is."""
    import polars as pl

    # Only structs have an encoder: {"":[…]} without its first four bytes and its last.
    encoded = pl.struct(cell.alias("")).struct.json_encode().str.slice(4).str.strip_suffix("}")
    return pl.when(cell.is_not_null()).then(encoded)


def digests(values: Iterable[bytes], count: int) -> "NDArray[np.uint64]":
    """XXH3-64 of each, shape (count,): the words of what has no fixed width."""
    import numpy as np
    import xxhash

    return np.fromiter(map(xxhash.xxh3_64_intdigest, values), dtype=np.uint64, count=count)


def row_digests(data: "NDArray[np.uint8]") -> "NDArray[np.uint64]":
    """XXH3-64 of each row of bytes, shape (n, length) → (n,): the words of what has a width of its own."""
    from synth_assets.kernel.xxh3 import LEAST, MOST, digests_of_rows

    if LEAST <= data.shape[1] <= MOST:
        return digests_of_rows(data)
    return digests((row.tobytes() for row in data), len(data))


def member(types: Iterable[ColumnType], name: str) -> ColumnType | None:
    """The one of that name."""
    return next((one for one in types if one.name == name), None)


def alike(names: Sequence[str]) -> list[str]:
    """Those that another one before them equals but for the case of Latin letters.

    Example:
        >>> alike(["id", "name", "ID"])
        ['ID']
    """
    seen = set[str]()
    found: list[str] = []
    for name in names:
        folded = name.translate(_SMALL_LETTERS)
        if folded in seen:
            found.append(name)
        seen.add(folded)
    return found


def is_nameless(name: str) -> bool:
    """Whether a name has no letter, or a zero byte, where languages of old end a name."""
    return not name or "\0" in name
