"""Frames of a dictionary of rand-engine."""

import operator
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

import polars as pl

from synth_assets.errors import UsageError, shortened
from synth_assets.model.seed import A_SEED, is_seed
from synth_assets.rand_engine.frames import as_pandas, shown, transformed
from synth_assets.specs.rand_engine.constraints import Constraint
from synth_assets.specs.rand_engine.tables import SIZE, TABLE, RandTable, rand_table
from synth_assets.usecases.scan import scan_dataset

if TYPE_CHECKING:
    from synth_assets.rand_engine.frames import PandasFrame

Spec = Mapping[str, Any]


class DataGenerator:
    """Makes frames of a dictionary of rand-engine.

    A cell is a function of the seed, its column's name and words, and its row: not of the other columns, their order,
    the number of rows, or how many are made at a time.

    Args:
        spec: the dictionary, or a function that gives it.
        seed: any whole number of up to 100 digits; a fresh one without, which :attr:`seed` tells.
        validate: whether to look at the dictionary at once; without, what is wrong with it is told when it is used.

    Raises:
        SpecError: the dictionary is none; says all that is wrong with it.

    Example:
        >>> generator = DataGenerator({"id": {"method": "pk", "kwargs": {}}}, seed=1)
        >>> generator.size(3).get_polars()["id"].to_list()
        [0, 1, 2]
    """

    def __init__(self, spec: Spec | Callable[[], Spec], seed: int | None = None, validate: bool = False) -> None:
        self._spec = spec
        self._seed = _seed(seed)
        self._size: int | Callable[[], int] | None = None
        self._transformers: tuple[Callable[[Any], Any], ...] = ()
        self._table: RandTable | None = None
        if validate:
            _ = self.table.declared().load()

    @property
    def seed(self) -> int:
        """What the values follow from, beside the dictionary: what was said, or drawn afresh."""
        return self._seed

    @property
    def table(self) -> RandTable:
        """The dictionary as it was understood.

        Raises:
            SpecError: it is none.
        """
        if self._table is None:
            self._table = rand_table(self._spec() if callable(self._spec) else self._spec)
        return self._table

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints that the dictionary has."""
        return self.table.constraints

    def size(self, size: int | Callable[[], int]) -> Self:
        """Say how many rows there shall be: a whole number >= 0, or a function that gives one."""
        if not callable(size):
            _check_rows("size", size)
        self._size = size
        return self

    def transformers(self, transformers: Sequence[Callable[[Any], Any]]) -> Self:
        """Say functions that each take the frame of pandas and give another one; they are applied in order."""
        self._transformers = tuple(transformers)
        return self

    def rows(self) -> int:
        """How many rows were asked for.

        Raises:
            UsageError: it isn't said yet.
        """
        if self._size is None:
            raise UsageError("how many rows there shall be isn't said.\n  For example: .size(1_000).get_df()")
        size = self._size() if callable(self._size) else self._size
        _check_rows("size", size)
        return size

    def scan(self, offset: int = 0, rows: int | None = None) -> pl.LazyFrame:
        """Rows from ``offset`` on, as many as asked for without ``rows``; cells are made when a query asks for them.

        Transformers aren't applied.
        """
        _check_rows("offset", offset)
        count = self.rows() if rows is None else rows
        _check_rows("rows", count)
        domain = self.table.declared().load()
        dataset = domain.dataset(seed=self._seed, volumes={SIZE: offset + count})
        frame = scan_dataset(domain.entity(TABLE), dataset, offset, count)
        return shown(frame, self.table.columns)

    def get_polars(self, offset: int = 0, rows: int | None = None) -> pl.DataFrame:
        """The rows as a frame of polars, whose cells went through their columns' transformers."""
        return transformed(self.scan(offset, rows).collect(), self.table.columns)

    def get_df(self) -> "PandasFrame":
        """The rows as a frame of pandas, through all transformers.

        Raises:
            MissingExtraError: pandas isn't installed.
        """
        return self.finished(self.get_polars())

    def finished(self, frame: pl.DataFrame) -> "PandasFrame":
        """A frame as pandas', through the transformers of the whole frame."""
        found = as_pandas(frame)
        for transformer in self._transformers:
            found = transformer(found)
        return found


def _seed(seed: object) -> int:
    if seed is None:
        return secrets.randbits(32)
    if isinstance(seed, SupportsIndex) and not isinstance(seed, bool) and is_seed(whole := operator.index(seed)):
        return whole
    raise UsageError(f"seed={shortened(repr(seed))} is not allowed; a seed is {A_SEED}.\n  For example: seed=42")


def _check_rows(name: str, count: object) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise UsageError(
            f"{name}={shortened(repr(count))} is not allowed; it is a whole number >= 0.\n  For example: .size(1_000)"
        )
