"""Movements of a ledger as rows, window by window: for domains whose movements follow from what happens elsewhere.

How the movements of a window come about says :mod:`synth_assets.kernel.ledger`; ledgers whose entries are drawn have
their own (:mod:`synth_assets.model.ledgers`).
"""

import threading
from collections.abc import Callable
from functools import cached_property

import numpy as np

from synth_assets.kernel.counter import I64Array, Rows, numbers_of
from synth_assets.kernel.ledger import Movements, movement_number
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity

Found = tuple[I64Array, Movements]
"""The window of each movement, and the movements."""


_LEAST_KEPT, _MOST_KEPT = 2, 4_000_000  # windows; movements of all of them, of 64 bytes each


class WholeWindows:
    """The last windows that were looked at as a whole: the next batch asks for the same ones.

    Two are kept however large they are, more of them as long as they are small together.

    Args:
        make: the movements of a window of a dataset.
    """

    def __init__(self, make: Callable[[Dataset, int], Movements]) -> None:
        self._make = make
        self._kept: dict[tuple[Dataset, int], Movements] = {}
        self._lock = threading.Lock()

    def known(self, dataset: Dataset, window: int) -> Movements | None:
        """A window, if it is kept."""
        with self._lock:
            return self._kept.get((dataset, window))

    def get(self, dataset: Dataset, window: int) -> Movements:
        """A window, kept or made."""
        found = self.known(dataset, window)
        if found is not None:
            return found
        made = self._make(dataset, window)  # without the lock: two threads may make the same, and keep one of them
        with self._lock:
            self._kept[dataset, window] = made
            while len(self._kept) > _LEAST_KEPT and sum(len(one.kind) for one in self._kept.values()) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return made


class MovedRows(Entity):
    """Base of entities whose rows are movements; a position is a window, and a movement's number tells its own."""

    def __init__(
        self, dataset: Dataset, rows: Rows, at: int | I64Array | None = None, *, found: Found | None = None
    ) -> None:
        """Args: ``found`` are the movements, where ``rows`` are their numbers and not windows."""
        super().__init__(dataset, rows, at)
        self._found = found

    @classmethod
    def made(cls, dataset: Dataset, window: int) -> Movements:
        """The movements of a window, by movement number."""
        raise NotImplementedError

    @classmethod
    def by_number(cls, dataset: Dataset, numbers: I64Array) -> Found:
        """The windows, and the movements, of some numbers."""
        raise NotImplementedError

    @classmethod
    def some(cls, dataset: Dataset, rows: Rows, at: int | I64Array) -> "MovedRows":
        """Movements by number."""
        numbers = numbers_of(rows)
        return cls(dataset, numbers, at, found=cls.by_number(dataset, numbers))

    def seen(self, at: int | I64Array) -> "MovedRows":
        """The same movements: they are made by number, so for any time."""
        return type(self)(self.dataset, self.rows, at, found=self._ledger)

    @cached_property
    def row_numbers(self) -> I64Array:
        """The movements' numbers."""
        window, moved = self._ledger
        return movement_number(window, moved.kind, moved.cause)

    @property
    def moved(self) -> Movements:
        """The movements that have happened."""
        return self._ledger[1]

    def remaining(self, moved: Movements) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which movements of whole windows are rows at the moment, shape (n,): those that have happened."""
        return moved.moved < self.at

    @cached_property
    def _ledger(self) -> Found:
        """The window of each movement, and the movements that have happened."""
        if self._found is not None:
            return self._found
        parts = [(int(window), self.made(self.dataset, int(window))) for window in self.numbers]
        nothing = np.zeros(0, dtype=np.int64)
        windows = np.concatenate([nothing, *(np.full(len(moved.kind), window) for window, moved in parts)])
        names = Movements._fields
        moved = Movements(*(np.concatenate([nothing, *(getattr(part, name) for _, part in parts)]) for name in names))
        there = self.remaining(moved)
        return windows[there], Movements(*(values[there] for values in moved))
