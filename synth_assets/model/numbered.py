"""Rows by number: the base of what is computed once for some rows of a table and holds at any moment."""

from functools import cached_property
from typing import ClassVar

from synth_assets.kernel.counter import I64Array, Rows, U64Array, bits, count_of, numbers_of
from synth_assets.model.dataset import Dataset


class NumberedRows:
    """Rows of a table of a dataset, by position; what they are is computed when asked for, and once.

    Attributes:
        table: the table's name, which its random bits go by.
        dataset: what the values are a function of.
        rows: the positions.
    """

    table: ClassVar[str]

    def __init__(self, dataset: Dataset, rows: Rows) -> None:
        self.dataset = dataset
        self.rows = rows

    def __len__(self) -> int:
        return count_of(self.rows)

    @cached_property
    def numbers(self) -> I64Array:
        """The positions as an array, shape (n,)."""
        return numbers_of(self.rows)

    def bits(self, column: str, purpose: str = "") -> U64Array:
        """64 uniform bits per row for a column of the table, shape (n,)."""
        return bits(self.dataset.key(self.table, column, purpose), self.rows)
