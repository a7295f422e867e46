"""Text that an expression gives by code: where it has few different cells, each is made once."""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.basis.formulas.cells import Computed, Computing
from synth_assets.columns.basis.formulas.syntax import Call, Literal, Name, Tree, names_in
from synth_assets.columns.basis.others import Others, computed
from synth_assets.errors import DataError
from synth_assets.kernel.counter import I64Array
from synth_assets.model.types import ColumnType
from synth_assets.model.values import Text, TextPool, Values

_MOST = 4_096
"""Different cells that are made beforehand."""

Range = tuple[int, int]
"""The least and the greatest of a column's whole numbers."""


@dataclass(frozen=True)
class _Input:
    """A column that an expression reads, and what it may say: a pool's texts, or the numbers of a range."""

    name: str
    of: TextPool | Range
    type: ColumnType

    @property
    def count(self) -> int:
        return len(self.of) if isinstance(self.of, TextPool) else self.of[1] - self.of[0] + 1

    def codes(self, cells: Values) -> I64Array:
        if isinstance(cells, Text):
            return cells.codes.astype(np.int64, copy=False)
        assert isinstance(cells, np.ndarray) and not isinstance(self.of, TextPool)  # noqa: S101, PT018 - as `_inputs` says
        return cells.astype(np.int64, copy=False) - self.of[0]

    def cells(self, codes: I64Array) -> Computed:
        """What stands for the codes."""
        return computed(Text(self.of, codes) if isinstance(self.of, TextPool) else codes + self.of[0], self.type)


def coded(tree: Tree, others: Others, computing: Computing, range_of: Callable[[str], Range | None]) -> Text | None:
    """The cells of a tree that gives text, by code; ``None`` where there are too many, or some may be missing.

    Args:
        tree: the expression, read.
        others: the columns that it reads.
        computing: computes trees over the rows.
        range_of: between what the whole numbers of a column lie, by its name; ``None`` if that isn't known.
    """
    return _by_branch(tree, others, computing) or _by_combination(tree, others, range_of)


def _by_branch(tree: Tree, others: Others, computing: Computing) -> Text | None:
    """``case`` and ``if`` between texts that stand there, or that columns have by code."""
    if not isinstance(tree, Call) or tree.name not in {"case", "if"}:
        return None
    results = [_branch(one, others) for one in (*tree.of[1::2], tree.of[-1])]
    conditions = tree.of[:-1:2]
    texts = [one for one in results if one is not None]
    if len(texts) < len(results) or len(results) != len(conditions) + 1:
        return None
    pool, firsts = _joined(tuple(one.pool for one in texts))
    found: Any = texts[-1].codes + firsts[-1]
    for condition, text, first in reversed(list(zip(conditions, texts, firsts, strict=False))):
        found = np.where(computing.of(condition).is_true, text.codes + first, found)
    return Text(pool, found)


def _branch(tree: Tree, others: Others) -> Text | None:
    if isinstance(tree, Literal):
        return Text(_pool_of(tree.value), np.zeros(1, dtype=np.int32)) if isinstance(tree.value, str) else None
    cells = others.cells(tree.name) if isinstance(tree, Name) else None
    return cells if isinstance(cells, Text) and cells.valid is None and len(cells.pool) <= _MOST else None


@functools.lru_cache(maxsize=256)
def _pool_of(text: str) -> TextPool:
    return TextPool([text], lasting=True)


@functools.lru_cache(maxsize=256)
def _joined(pools: tuple[TextPool, ...]) -> tuple[TextPool, Sequence[int]]:
    """One pool of several ones' texts, and where each one's begin in it."""
    lengths = [len(pool) for pool in pools]
    texts, lasting = pl.concat([pool.texts for pool in pools]), all(pool.lasting for pool in pools)
    return TextPool(texts, lasting=lasting), [sum(lengths[:at]) for at in range(len(pools))]


def _by_combination(tree: Tree, others: Others, range_of: Callable[[str], Range | None]) -> Text | None:
    """What is made of columns with few different cells: once for each combination of those."""
    inputs: list[_Input] = []
    count = 1
    for name in dict.fromkeys(names_in(tree)):
        one = _input(name, others, range_of)
        count *= one.count if one else _MOST + 1
        if one is None or count > min(_MOST, others.count):
            return None
        inputs.append(one)
    made = _combinations(tree, tuple(inputs)) if inputs else None
    if made is None:
        return None
    codes: NDArray[Any] = np.zeros(1, dtype=np.int64)
    for one in inputs:
        codes = codes * one.count + one.codes(others.cells(one.name))
    return Text(made, codes)


def _input(name: str, others: Others, range_of: Callable[[str], Range | None]) -> _Input | None:
    cells = others.cells(name)
    if isinstance(cells, Text):
        return _Input(name, cells.pool, others.type(name)) if cells.valid is None else None
    known = range_of(name)
    if known is None or not isinstance(cells, np.ndarray):
        return None
    return _Input(name, known, others.type(name))


@functools.lru_cache(maxsize=64)
def _combinations(tree: Tree, inputs: tuple[_Input, ...]) -> TextPool | None:
    """What a tree gives for each combination of what its columns may say; ``None`` where some is missing or fails."""
    counts = [one.count for one in inputs]
    every = np.arange(math.prod(counts), dtype=np.int64)
    columns: dict[str, Computed] = {}
    rest = len(every)
    for one in inputs:
        rest //= one.count
        columns[one.name] = one.cells(every // rest % one.count)
    try:
        texts = Computing(len(every), columns.__getitem__, "").of(tree).values
    except DataError:
        return None  # of a combination that may never come
    lasting = all(one.of.lasting for one in inputs if isinstance(one.of, TextPool))
    known = isinstance(texts, pl.Series) and not texts.null_count()
    return TextPool(texts, lasting=lasting) if known else None
