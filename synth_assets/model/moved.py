"""Movements of a ledger as rows, window by window: for domains whose movements follow from what happens elsewhere.

How the movements of a window come about says :mod:`synth_assets.kernel.ledger`; ledgers whose entries are drawn have
their own (:mod:`synth_assets.model.ledgers`).
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np

from synth_assets.kernel.counter import I64Array, Rows, numbers_of
from synth_assets.kernel.ledger import Movements, Window, movement_number
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity

Found = tuple[I64Array, Movements]
"""The window of each movement, and the movements: window after window, each by movement number."""


_LEAST_KEPT, _MOST_KEPT = 2, 4_000_000  # windows; movements of all of them, of 64 bytes each


def side_by_side(parts: Iterable[tuple[int, Movements]]) -> Found:
    """Windows one after the other."""
    parts, nothing = list(parts), np.zeros(0, dtype=np.int64)
    windows = np.concatenate([nothing, *(np.full(len(moved.kind), window) for window, moved in parts)])
    names = Movements._fields
    columns = (np.concatenate([nothing, *(getattr(moved, name) for _, moved in parts)]) for name in names)
    return windows, Movements(*columns)


class WholeWindows:
    """The last windows that were looked at as a whole: the next batch asks for the same ones.

    Two are kept however large they are, more of them as long as they are small together.

    Args:
        make: the movements of some windows of a dataset, in the windows' order.
    """

    def __init__(self, make: Callable[[Dataset, I64Array], Found]) -> None:
        self._make = make
        self._kept: dict[tuple[Dataset, int], Movements] = {}
        self._size = 0
        self._lock = threading.Lock()

    def known(self, dataset: Dataset, window: int) -> Movements | None:
        """A window, if it is kept."""
        with self._lock:
            return self._kept.get((dataset, window))

    def get(self, dataset: Dataset, windows: I64Array) -> Found:
        """Some windows in their order, each kept or made.

        Args:
            dataset: the dataset.
            windows: their numbers, distinct, shape (windows,).
        """
        known = {window: self.known(dataset, window) for window in windows.tolist()}
        missing = np.array([window for window, moved in known.items() if moved is None], dtype=np.int64)
        # Without the lock: two threads may make the same, and keep one of them.
        made = dict(_each(missing, self._make(dataset, missing))) if len(missing) else {}
        with self._lock:
            for window, moved in made.items():
                self._keep((dataset, window), moved)
        return side_by_side((window, made[window] if moved is None else moved) for window, moved in known.items())

    def by_groups(self, dataset: Dataset, windows: I64Array, together: int) -> Iterator[Found]:
        """:meth:`get` of so many windows at a time: of large ones no more are in memory than are kept."""
        for first in range(0, len(windows), together):
            yield self.get(dataset, windows[first : first + together])

    def _keep(self, which: tuple[Dataset, int], moved: Movements) -> None:
        before = self._kept.pop(which, None)
        self._size += len(moved.kind) - (0 if before is None else len(before.kind))
        self._kept[which] = moved
        while len(self._kept) > _LEAST_KEPT and self._size > _MOST_KEPT:
            self._size -= len(self._kept.pop(next(iter(self._kept))).kind)


class WindowCuts:
    """The last cuts of windows that are too large to be looked at as a whole: what moves in a span of seconds.

    Args:
        make: the movements of a window of a dataset within a span, by movement number.
    """

    def __init__(self, make: Callable[[Dataset, int, Window[int]], Movements]) -> None:
        self._make = make
        self._kept: dict[tuple[Dataset, int], tuple[Window[int], Movements]] = {}
        self._lock = threading.Lock()

    def known(self, dataset: Dataset, window: int) -> Movements | None:
        """The last cut of a window, if it is kept."""
        with self._lock:
            kept = self._kept.get((dataset, window))
        return None if kept is None else kept[1]

    def get(self, dataset: Dataset, window: int, span: Window[int]) -> Movements:
        """A cut, kept or made."""
        with self._lock:
            kept = self._kept.get((dataset, window))
        if kept is not None and kept[0] == span:
            return kept[1]
        moved = self._make(dataset, window, span)
        with self._lock:
            self._kept.pop((dataset, window), None)
            self._kept[dataset, window] = span, moved
            while len(self._kept) > _LEAST_KEPT:
                self._kept.pop(next(iter(self._kept)))
        return moved


def _each(windows: I64Array, found: Found) -> Iterator[tuple[int, Movements]]:
    """Windows that were made together, each by itself."""
    of, moved = found
    if len(windows) == 1:
        yield int(windows[0]), moved
        return
    counts = {int(of[start]): (start, stop) for start, stop in pairwise(_edges(of))}
    for window in windows.tolist():
        start, stop = counts.get(window, (0, 0))
        # Copies: a view would keep all windows in memory as long as one of them.
        yield window, Movements(*(values[start:stop].copy() for values in moved))


def _edges(of: I64Array) -> list[int]:
    """Where runs of equal numbers begin, and the end."""
    return [*np.flatnonzero(np.diff(of, prepend=-1)).tolist(), len(of)]


class MovedRows(Entity):
    """Base of entities whose rows are movements; a position is a window, and a movement's number tells its own."""

    def __init__(
        self, dataset: Dataset, rows: Rows, at: int | I64Array | None = None, *, found: Found | None = None
    ) -> None:
        """Args: ``found`` are the movements, where ``rows`` are their numbers and not windows."""
        super().__init__(dataset, rows, at)
        self._found = found

    @classmethod
    def made(cls, dataset: Dataset, windows: I64Array) -> Found:
        """The movements of some windows, in their order, each by movement number."""
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
        windows, moved = self.made(self.dataset, self.numbers)
        there = self.remaining(moved)
        return windows[there], Movements(*(values[there] for values in moved))
