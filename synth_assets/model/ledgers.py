"""Ledgers from data: accounts with a running balance that never falls below a limit, window by window.

Each window has so many movements for each account that is open when it begins, each in a part of the window of its
own. What the balance is after a movement is drawn for it, and the amount is the difference to the movement before, or
to what the window before left; so any movement is computed alone, and sums hold by construction.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from synth_assets.errors import UsageError
from synth_assets.kernel.choice import below, between
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, Rows, Span, bits, numbers_of
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import Entity
from synth_assets.model.fates import act_of, leaves
from synth_assets.model.shapes import Calculated, Ledger, days_told, number_of
from synth_assets.model.timeline import Effect, Occurrences, inserted

_IN_WINDOW_BITS = 32
_COUNTED = 64
"""Windows whose open accounts tell how many movements there are."""

_MOVEMENTS = 50
"""The order of movements among the acts of one second."""


@dataclass(frozen=True)
class LedgerOf(Ledger):
    """Movements of accounts.

    Attributes:
        of: the table of the accounts; its rows are never deleted.
        over: how many days before ``as_of`` the first window begins: a number, or the name of a parameter.
        days: the length of a window.
        entries: movements of each account in a window.
        low: no balance is lower.
        high: none is higher.
    """

    of: str
    over: "int | str | Calculated"
    days: int = 7
    entries: int = 4
    low: int = 0
    high: int = 1_000

    @property
    def told(self) -> str:
        """See :class:`~synth_assets.model.shapes.Shape`."""
        return (
            f"{self.entries:,} movements of each row of {self.of} in {self.days:,} days, beginning"
            f" {days_told(self.over)} before as_of;"
            f" the balance stays between {self.low:,} and {self.high:,}."
        )

    def start(self, dataset: Dataset) -> int:
        """The second in which the first window begins."""
        return dataset.as_of_second - number_of(self.over, dataset) * DAY

    def windows(self, dataset: Dataset, second: int) -> int:
        """How many windows have begun before a second."""
        return max(-(-(second - self.start(dataset)) // (self.days * DAY)), 0)

    def positions(self, entity: Any, dataset: Dataset, at: int | None) -> int:  # noqa: ARG002 - as for other shapes
        """The windows that have begun."""
        return self.windows(dataset, dataset.as_of_second if at is None else at)

    def check(self, entity: Any, dataset: Dataset) -> None:
        """The movements of a window have numbers of 32 bits."""
        accounts, most = entity.tables[self.of].positions(dataset), (1 << _IN_WINDOW_BITS) // self.entries
        if accounts > most:
            raise UsageError(
                f"{entity.about.domain}/{entity.about.name}: {self.of} has {accounts:,} rows with {self.entries:,}"
                f" movements in a window, and at most {most:,} can be.\n"
                f"  Let there be fewer rows of {self.of}, or fewer entries."
            )

    def count_at(self, entity: Any, dataset: Dataset, position: int) -> int | None:
        """All movements of a window that is over."""
        over = self.start(dataset) + (position + 1) * self.days * DAY <= dataset.as_of_second
        return _open(entity, dataset, position) * self.entries if over else None

    def some_at(self, entity: Any, dataset: Dataset, position: int, first: int, count: int) -> "LedgerEntity":
        """Some movements of a window that is over."""
        begin = (position << _IN_WINDOW_BITS) + first
        return entity.some(dataset, np.arange(begin, begin + count, dtype=np.int64), dataset.as_of_second)

    def movements(self, entity: Any, dataset: Dataset) -> int:
        """About how many movements there are in the base: by windows that lie evenly among all, none of them made."""
        windows = self.windows(dataset, dataset.as_of_second)
        some = np.unique(np.linspace(0, windows - 1, min(windows, _COUNTED)).astype(np.int64)).tolist()
        if not some:
            return 0
        whole = windows * sum(_open(entity, dataset, window) for window in some) / len(some)
        # The last window need not be over.
        over = dataset.as_of_second - self.start(dataset) - (windows - 1) * self.days * DAY
        rest = _open(entity, dataset, windows - 1) * max(0.0, 1 - over / (self.days * DAY))
        return round((whole - rest) * self.entries)

    def sampled(self, entity: Any, dataset: Dataset, rows: int, places: int) -> list[I64Array]:
        """Numbers of movements side by side, so many in all of some windows that are over, ascending."""
        windows = self.windows(dataset, dataset.as_of_second)
        places = min(places, windows)
        found: list[I64Array] = []
        for at in range(places):
            window = int(windows * (at + 0.5) / places)
            there = _open(entity, dataset, window) * self.entries
            size = min(there, -(-rows // places))
            first = (window << _IN_WINDOW_BITS) + (there - size) // 2
            found.append(np.arange(first, first + size, dtype=np.int64))
        return found


class AccountMovements(NamedTuple):
    """Movements side by side; shapes (n,).

    Attributes:
        numbers: their numbers.
        accounts: the accounts' numbers.
        moved: seconds.
        amounts: what each adds to the balance.
        balances: the balance afterwards.
    """

    numbers: I64Array
    accounts: I64Array
    moved: I64Array
    amounts: I64Array
    balances: I64Array


class LedgerEntity(Entity):
    """Base of entities of the shape :class:`LedgerOf`."""

    def __init__(
        self, dataset: Dataset, rows: Rows, at: int | I64Array | None = None, *, numbers: I64Array | None = None
    ) -> None:
        super().__init__(dataset, rows, at)
        self._by_number = numbers

    @classmethod
    def some(cls, dataset: Dataset, rows: Rows, at: int | I64Array) -> "LedgerEntity":
        """Movements by number."""
        numbers = numbers_of(rows)
        return cls(dataset, numbers, at, numbers=numbers)

    def seen(self, at: int | I64Array) -> "LedgerEntity":
        """A movement never changes."""
        return type(self)(self.dataset, self.rows, at, numbers=self._by_number)

    @classmethod
    def check_fates(cls) -> None:
        """Movements never change, and their accounts stay."""
        shape, where = cls.about.shape, f"{cls.about.domain}/{cls.about.name}"
        if cls.about.fates:
            raise UsageError(f"{where}: movements never change, and it has fates.\n  Leave them out.")
        if isinstance(shape, LedgerOf) and leaves(cls.tables[shape.of]):
            raise UsageError(
                f"{where}: rows of {shape.of} are deleted in time, and accounts of movements stay.\n"
                f"  Let rows of {shape.of} stay."
            )

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        """Each movement is a transaction of its own."""
        return (inserted(act_of(cls, "moves", _MOVEMENTS, _moves)),)

    @cached_property
    def row_numbers(self) -> I64Array:
        """The movements' numbers."""
        return self.movements.numbers

    @cached_property
    def movements(self) -> AccountMovements:
        """The movements of the windows that have happened, or those asked for by number."""
        if self._by_number is not None:
            return _movements(type(self), self.dataset, self._by_number)
        found = _movements(type(self), self.dataset, _numbers(type(self), self.dataset, self.numbers))
        past = found.moved < self.at
        return AccountMovements(*(values[past] for values in found))


def _moves(entity: Any, dataset: Dataset, since: int, until: int) -> Occurrences:
    shape: LedgerOf = entity.about.shape
    parts: list[Occurrences] = []
    for window in range(max(shape.windows(dataset, since) - 1, 0), shape.windows(dataset, until)):
        # Some at a time: few movements of a window are within a short span.
        for some in Span(window << _IN_WINDOW_BITS, _open(entity, dataset, window) * shape.entries).pieces():
            found = _movements(entity, dataset, some.array())
            parts.append(Occurrences.within(found.moved, found.numbers, since, until))
    return Occurrences.joined(parts)


def _numbers(entity: Any, dataset: Dataset, windows: I64Array) -> I64Array:
    """All movements of some windows, by window, account and place."""
    shape: LedgerOf = entity.about.shape
    parts = [np.zeros(0, dtype=np.int64)]
    for window in windows.tolist():
        accounts = _open(entity, dataset, window)
        parts.append((window << _IN_WINDOW_BITS) + np.arange(accounts * shape.entries, dtype=np.int64))
    return np.concatenate(parts)


def _open(entity: Any, dataset: Dataset, window: int) -> int:
    """How many accounts are open when a window begins."""
    shape: LedgerOf = entity.about.shape
    return entity.tables[shape.of].positions(dataset, shape.start(dataset) + window * shape.days * DAY)


def _movements(entity: Any, dataset: Dataset, numbers: I64Array) -> AccountMovements:
    shape: LedgerOf = entity.about.shape
    window, rest = np.divmod(numbers, 1 << _IN_WINDOW_BITS)
    account, place = np.divmod(rest, shape.entries)
    part = shape.days * DAY // shape.entries
    begins = shape.start(dataset) + window * shape.days * DAY + place * part
    moved = begins + below(bits(dataset.key(entity.about.name, "moved"), numbers), part)
    balance = partial(_balance, entity, dataset)
    # The movement before: of the same window, or the last one of the window before, if the account was open then.
    earlier = ((window - 1) << _IN_WINDOW_BITS) + account * shape.entries + shape.entries - 1
    opened = np.array([0, *(_open(entity, dataset, w) for w in range(int(window.max(initial=-1))))], dtype=np.int64)
    known = (place > 0) | (account < opened[window])
    before = np.where(known, balance(np.where(place > 0, numbers - 1, np.maximum(earlier, 0))), 0)
    now = balance(numbers)
    return AccountMovements(numbers, account, moved, now - before, now)


def _balance(entity: Any, dataset: Dataset, numbers: I64Array) -> I64Array:
    shape: LedgerOf = entity.about.shape
    return between(bits(dataset.key(entity.about.name, "balance"), numbers), shape.low, shape.high)
