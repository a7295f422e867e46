"""Keys: which columns name a row, and how their values and the row's number turn into each other.

Everything that orders, hashes, compares or follows rows speaks *row numbers*: whole numbers from 0, ascending in the
order in which rows are stored. They are an entity's positions, or the movements' numbers of a ledger. What a person
sees is the key. Between the two stands a :class:`KeyCodec`:

========================  =======================================================================
:class:`IntegerCodec`     number + 1
:class:`GappedCodec`      whole numbers from any one on, of which only the first of each run are taken: 1 … 7, 32 … 39
:class:`TextCodec`        a prefix and number + 1 in so many digits: ``C000042``
:class:`UuidCodec`        version 4, drawn from the seed, with the number blended in
:class:`CompositeCodec`   several columns, the number in mixed radix: order 7, line 2
:class:`RowOrder`         none: a row's number is its place among the stored rows
========================  =======================================================================

A codec reads values without knowing the dataset, so stored rows tell their own numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # describing a table loads neither
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Words = NDArray[np.uint64]

NO_NUMBER = -1
"""What a value has that no row of any table is called by."""


class KeyCodec(Protocol):
    """Row numbers to key values, and back.

    Attributes:
        width: how many columns the key has; 0 where rows have no key of their own.
        capacity: how many rows it has names for; ``None`` for as many as there can be.
    """

    @property
    def width(self) -> int: ...  # noqa: D102 - see the class

    @property
    def capacity(self) -> int | None: ...  # noqa: D102 - see the class

    def values(self, numbers: "Numbers", words: "Words") -> "tuple[Any, ...]":
        """The key of each row, an array or series a column.

        Args:
            numbers: of the rows, shape (n,).
            words: uniform words, one per row, shape (n,); only some codecs draw from them.
        """
        ...

    def numbers(self, columns: "Sequence[pl.Series]") -> "Numbers":
        """The row number of each key, shape (n,); :data:`NO_NUMBER` for what no row can be called.

        Whole numbers below 1 give negative ones: somebody's own table may have them.
        """
        ...


@dataclass(frozen=True)
class IntegerCodec:
    """Whole numbers from 1."""

    width = 1
    capacity = None

    def values(self, numbers: "Numbers", words: "Words") -> "tuple[Any, ...]":  # noqa: ARG002, D102 - see KeyCodec
        return (numbers + 1,)

    def numbers(self, columns: "Sequence[pl.Series]") -> "Numbers":  # noqa: D102 - see KeyCodec
        import polars as pl

        (keys,) = columns
        return keys.cast(pl.Int64).fill_null(0).to_numpy() - 1


@dataclass(frozen=True)
class GappedCodec:
    """Whole numbers with gaps: of every :attr:`of` numbers from 0 on only the first :attr:`run` are taken.

    Attributes:
        start: no key is less, >= 0.
        run: how many of :attr:`of` numbers in a row are taken, >= 1.
        of: see above; as many as :attr:`run` for none left out.

    Example:
        >>> import numpy as np
        >>> GappedCodec(1, 8, 32).values(np.array([0, 6, 7, 15]), np.zeros(4, np.uint64))[0].tolist()
        [1, 7, 32, 64]
    """

    start: int = 1
    run: int = 1
    of: int = 1
    width = 1
    capacity = None

    def __post_init__(self) -> None:
        if self.start < 0 or not 1 <= self.run <= self.of:
            raise ValueError(f"start={self.start}, run={self.run}, of={self.of}: 0 <= start, 1 <= run <= of")

    def values(self, numbers: "Numbers", words: "Words") -> "tuple[Any, ...]":  # noqa: ARG002, D102 - see KeyCodec
        import numpy as np

        whole, rest = np.divmod(numbers + self._before, self.run)
        return (whole * self.of + rest,)

    def numbers(self, columns: "Sequence[pl.Series]") -> "Numbers":  # noqa: D102 - see KeyCodec
        import numpy as np
        import polars as pl

        (keys,) = columns
        whole, rest = np.divmod(keys.cast(pl.Int64).fill_null(-1).to_numpy(), self.of)
        numbers = whole * self.run + rest - self._before
        return np.where((whole >= 0) & (rest < self.run) & (numbers >= 0), numbers, NO_NUMBER)

    @property
    def _before(self) -> int:
        """How many of the numbers that are taken come before the first row's."""
        whole, rest = divmod(self.start, self.of)
        return whole * self.run + min(rest, self.run)


@dataclass(frozen=True)
class TextCodec:
    """A prefix and the number from 1 in a fixed number of digits, so that text sorts as numbers do.

    Attributes:
        prefix: what each key begins with; may be empty.
        digits: how many digits follow, from 1 to 18.
    """

    prefix: str
    digits: int
    width = 1

    def __post_init__(self) -> None:
        if not 1 <= self.digits <= 18:
            raise ValueError(f"a text key has 1 to 18 digits, not {self.digits}")

    @property
    def capacity(self) -> int:
        """So many numbers from 1 can be written with the digits there are."""
        return 10**self.digits - 1

    def values(self, numbers: "Numbers", words: "Words") -> "tuple[Any, ...]":  # noqa: ARG002, D102 - see KeyCodec
        import polars as pl

        text = pl.Series("n", numbers + 1).cast(pl.String).str.zfill(self.digits)
        return (text.to_frame().select(pl.concat_str(pl.lit(self.prefix), "n")).to_series(),)

    def numbers(self, columns: "Sequence[pl.Series]") -> "Numbers":  # noqa: D102 - see KeyCodec
        import polars as pl

        (keys,) = columns
        digits = keys.str.strip_prefix(self.prefix)
        ours = keys.str.starts_with(self.prefix) & digits.str.contains("^[0-9]{" + str(self.digits) + "}$")
        found = digits.set(~ours.fill_null(value=False), None).cast(pl.Int64)
        return found.fill_null(0).to_numpy() - 1


@dataclass(frozen=True)
class UuidCodec:
    """UUIDs of version 4; see :mod:`synth_assets.kernel.uuids`. Rows are stored in the order of their numbers."""

    width = 1

    @property
    def capacity(self) -> int:
        """What a UUID holds."""
        from synth_assets.kernel.uuids import MOST

        return MOST

    def values(self, numbers: "Numbers", words: "Words") -> "tuple[Any, ...]":  # noqa: D102 - see KeyCodec
        from synth_assets.kernel.uuids import texts

        return (_strings(texts(words, numbers)),)

    def numbers(self, columns: "Sequence[pl.Series]") -> "Numbers":  # noqa: D102 - see KeyCodec
        import numpy as np

        from synth_assets.kernel.uuids import LENGTH, numbers_in

        (keys,) = columns
        # What has another length isn't one; all others have a fixed place in the column's bytes.
        fits = (keys.str.len_bytes() == LENGTH).fill_null(value=False).to_numpy()
        data = "".join(keys.filter(fits).to_list()).encode()
        numbers = np.full(len(keys), NO_NUMBER, dtype=np.int64)
        numbers[np.flatnonzero(fits)] = numbers_in(np.frombuffer(data, dtype=np.uint8).reshape(-1, LENGTH))
        return numbers


@dataclass(frozen=True)
class CompositeCodec:
    """Several columns, each with a codec of its own; a row's number has the columns' numbers as its digits.

    The first column's number counts most and is unbounded; each other one has a size that its numbers stay below.
    So (order 7, line 2) with at most 8 lines is row 6 · 8 + 1.

    Attributes:
        parts: the columns' codecs.
        sizes: of all columns but the first.
    """

    parts: tuple[KeyCodec, ...]
    sizes: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2 or len(self.sizes) != len(self.parts) - 1 or min(self.sizes) < 1:
            raise ValueError("a composite key has two columns or more, and a size >= 1 for each but the first")

    @property
    def width(self) -> int:
        """As many columns as parts."""
        return len(self.parts)

    @property
    def capacity(self) -> int | None:
        """Bounded by the first column's, and by what a number of 62 bits holds."""
        size = self._strides[0]
        first = self.parts[0].capacity
        return (1 << 62 if first is None else min(first * size, 1 << 62)) // size * size

    def digits(self, numbers: "Numbers") -> "tuple[Numbers, ...]":
        """The columns' own numbers, shape (n,) each."""
        import numpy as np

        found: list[Numbers] = []
        for stride in self._strides:
            digit, numbers = np.divmod(numbers, stride)
            found.append(digit)
        return tuple(found)

    def values(self, numbers: "Numbers", words: "Words") -> "tuple[Any, ...]":  # noqa: D102 - see KeyCodec
        digits = self.digits(numbers)
        return tuple(part.values(digit, words)[0] for part, digit in zip(self.parts, digits, strict=True))

    def numbers(self, columns: "Sequence[pl.Series]") -> "Numbers":  # noqa: D102 - see KeyCodec
        import numpy as np

        limits = (1 << 62) // self._strides[0], *self.sizes
        numbers, known = np.zeros(len(columns[0]), dtype=np.int64), np.ones(len(columns[0]), dtype=np.bool_)
        for part, column, stride, limit in zip(self.parts, columns, self._strides, limits, strict=True):
            digit = part.numbers([column])
            known &= (digit >= 0) & (digit < limit)
            numbers += np.where(known, digit, 0) * stride
        return np.where(known, numbers, NO_NUMBER)

    @cached_property
    def _strides(self) -> tuple[int, ...]:
        strides = [1]
        for size in reversed(self.sizes):
            strides.insert(0, strides[0] * size)
        return tuple(strides)


@dataclass(frozen=True)
class RowOrder:
    """Rows have no name but their place: only where every position is a row, or in somebody's own table."""

    width = 0
    capacity = None

    def values(self, numbers: "Numbers", words: "Words") -> "tuple[Any, ...]":  # noqa: ARG002, D102 - see KeyCodec
        return ()

    def numbers(self, columns: "Sequence[pl.Series]") -> "Numbers":  # noqa: ARG002 - see KeyCodec
        """Nobody can tell from a row alone.

        Raises:
            TypeError: always; count the rows instead.
        """
        raise TypeError("rows of a table without a key are told by their place, not by their cells")


@dataclass(frozen=True)
class Key:
    """What names a table's rows.

    Attributes:
        columns: the key's columns, in order; none where rows are told by their place.
        codec: between the columns' values and row numbers.

    Example:
        >>> Key.of("order_id").columns
        ('order_id',)
        >>> Key(("order_id", "line"), CompositeCodec((IntegerCodec(), IntegerCodec()), (8,))).codec.capacity is None
        False
    """

    columns: tuple[str, ...]
    codec: KeyCodec

    def __post_init__(self) -> None:
        # A key of several columns may leave its rows' numbers to their order.
        if self.codec.width not in {0, len(self.columns)}:
            raise ValueError(f"a key of {len(self.columns)} columns needs a codec of as many, not {self.codec.width}")

    @classmethod
    def of(cls, column: str) -> "Key":
        """The usual one: a column of whole numbers from 1; ``""`` for a table without a key."""
        return cls((column,), IntegerCodec()) if column else cls((), RowOrder())

    def __bool__(self) -> bool:
        return bool(self.columns)

    def __str__(self) -> str:
        """For messages and documents: the columns' names with commas between."""
        return ", ".join(self.columns)

    @property
    def is_integer(self) -> bool:
        """Whether it is a single column of whole numbers."""
        return isinstance(self.codec, IntegerCodec)

    @property
    def tells_numbers(self) -> bool:
        """Whether a row's number can be read off its cells."""
        return self.codec.width > 0

    def numbers(self, frame: "pl.DataFrame") -> "Numbers":
        """The numbers of rows, shape (n,); :data:`NO_NUMBER` for a key that no row can have, or one that is missing."""
        return self.codec.numbers([frame[name] for name in self.columns])

    def shown(self, frame: "pl.DataFrame") -> "pl.Series":
        """The keys of rows as a person sees them, shape (n,).

        The cell's text; of several columns with ``, `` between, and ``null`` for one that is missing.
        """
        import polars as pl

        cells = [pl.col(name).cast(pl.String) for name in self.columns]
        if len(cells) > 1:
            cells = [pl.concat_str([cell.fill_null("null") for cell in cells], separator=", ")]
        return frame.select(cells[0].alias("key")).to_series()


def uuid_key(column: str) -> Key:
    """A column of UUIDs."""
    return Key((column,), UuidCodec())


def text_key(column: str, prefix: str = "", digits: int = 6) -> Key:
    """A column of text: a prefix and a number."""
    return Key((column,), TextCodec(prefix, digits))


def composite_key(first: str, **sizes: int) -> Key:
    """Columns of whole numbers from 1, of which all but the first have a greatest one.

    Example:
        >>> composite_key("order_id", line=8).columns
        ('order_id', 'line')
    """
    return Key((first, *sizes), CompositeCodec((IntegerCodec(),) * (1 + len(sizes)), tuple(sizes.values())))


def _strings(text: "NDArray[np.uint8]") -> "pl.Series":
    """Rows of bytes of one length as a String series."""
    import numpy as np
    import pyarrow as pa

    from synth_assets.model.arrow import from_array

    count, length = text.shape
    offsets = np.arange(0, (count + 1) * length, length, dtype=np.int64)
    data = np.ascontiguousarray(text).reshape(-1)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return from_array(pa.Array.from_buffers(pa.large_string(), count, buffers))
