"""Ledgers: running balances of accounts, by windows of time, each window made alone.

At the start of a window every account stands at a level that is known beforehand, and at its end a closing
movement brings it to the next window's. So a window needs nothing of what was before. Inside it, issues take from an
account and receipts add to it; a restock comes ahead of every issue that would outrun what has been delivered so far.
"""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.division import divided

OPENING, RESTOCK, ISSUE, RECEIPT, CLOSING = range(5)
"""Kinds of movements. Those of one account and second count in this order."""

_KINDS = 5
Second = TypeVar("Second", int, I64Array)

_CAUSE_BITS = 32
_MOST = np.iinfo(np.int64).max

MOST_WINDOWS = (1 << 53 - _CAUSE_BITS) // _KINDS
"""Windows whose movements have numbers."""

NO_DOCUMENT = -1


class Window(NamedTuple, Generic[Second]):
    """The seconds ``[begin, end)``; of all accounts, or of each, shape (accounts,)."""

    begin: Second
    end: Second


Spans = Window[int] | Window[I64Array]


class Accounts(NamedTuple):
    """The accounts of a window, or of several windows, one after the other; shapes (accounts,).

    Attributes:
        number: distinct and ascending in a window, below 2^32: the cause of an account's opening and closing.
        is_open: whether the account moves in this window at all.
        opened: second of its opening; one that comes before the window has been.
        level: the balance at the start of the window, or after the opening; restocks bring as much.
        next_level: the balance at the end of the window.
    """

    number: I64Array
    is_open: NDArray[np.bool_]
    opened: I64Array
    level: I64Array
    next_level: I64Array


class Entries(NamedTuple):
    """What moves accounts within a window; shapes (n,).

    Attributes:
        account: its place among the :class:`Accounts`, which tells the window.
        cause: a number below 2^32 that no other entry of this kind has.
        document: the number of what it belongs to, or :data:`NO_DOCUMENT`; handed on.
        quantity: how much, > 0 unless it closes.
        moved: the second.
    """

    account: I64Array
    cause: I64Array
    document: I64Array
    quantity: I64Array
    moved: I64Array


class Movements(NamedTuple):
    """Movements side by side; shapes (n,).

    Attributes:
        account: the account's number.
        kind: :data:`OPENING` to :data:`CLOSING`.
        cause: of the entry, or the account's number.
        document: of the entry, or :data:`NO_DOCUMENT`.
        quantity: negative for what leaves.
        moved: the second.
        balance: of the account, after it; in the order of second, kind and cause.
        earlier: how many movements of the account and second come before it in this order.
    """

    account: I64Array
    kind: I64Array
    cause: I64Array
    document: I64Array
    quantity: I64Array
    moved: I64Array
    balance: I64Array
    earlier: I64Array


def movements(
    window: Spans,
    accounts: Accounts,
    issues: Entries,
    receipts: Entries,
    lead: Callable[[I64Array], I64Array],
    count: Callable[[I64Array], I64Array] | None = None,
) -> tuple[I64Array, Movements]:
    """All movements of a window, or of several made together, by kind and cause.

    Args:
        window: the window, or that of each account.
        accounts: the accounts, in any number; what others do makes no difference to one.
        issues: what leaves.
        receipts: what comes besides restocks.
        lead: seconds between a restock and the issue that it is for, by the issue's cause; shape (n,) → (n,).
        count: seconds before the last one in which an account is closed, by its place; fewer if something moves it
            later. All close in the last one without. Shape (n,) → (n,).

    Returns:
        The place of each movement's account, shape (n,), and the movements; those of accounts of one window are by
        kind and cause, too. No balance is negative where levels are positive.
    """
    issues, receipts = _by_cause(issues), _by_cause(receipts)
    new = np.flatnonzero(accounts.is_open & (accounts.opened >= window.begin))
    opening = Entries(new, accounts.number[new], _no_document(new), accounts.level[new], accounts.opened[new])
    restocks = _by_cause(_restocks(window, accounts, issues, lead))
    parts = [(OPENING, opening, 1), (RESTOCK, restocks, 1), (ISSUE, issues, -1), (RECEIPT, receipts, 1)]
    start = accounts.level.copy()
    start[new] = 0
    closing = _closing(window, accounts, parts, start, count)
    return _balanced([*parts, (CLOSING, closing, 1)], accounts, start)


def _restocks(window: Spans, accounts: Accounts, issues: Entries, lead: Callable[[I64Array], I64Array]) -> Entries:
    """A delivery of one level, or several, ahead of each issue that would outrun those before it."""
    order = _by_time(issues.account, issues.moved)
    account, quantity = issues.account[order], issues.quantity[order]
    issued = _running(account, quantity)
    level = accounts.level[account]
    deliveries = -(-np.maximum(issued - level, 0) // np.maximum(level, 1))
    before = -(-np.maximum(issued - quantity - level, 0) // np.maximum(level, 1))
    late = np.flatnonzero(deliveries > before)
    cause, account = issues.cause[order][late], account[late]
    earliest = np.maximum(accounts.opened, window.begin)[account]
    moved = np.maximum(issues.moved[order][late] - lead(cause), earliest)
    return Entries(account, cause, _no_document(late), (deliveries - before)[late] * level[late], moved)


def _closing(
    window: Spans,
    accounts: Accounts,
    parts: list[tuple[int, Entries, int]],
    start: I64Array,
    count: Callable[[I64Array], I64Array] | None,
) -> Entries:
    """The last movement of each account that would end at another balance than the next level."""
    balance = start.copy()
    for _, entries, sign in parts:
        np.add.at(balance, entries.account, sign * entries.quantity)
    account = np.flatnonzero(accounts.is_open & (accounts.opened < window.end) & (balance != accounts.next_level))
    difference = accounts.next_level[account] - balance[account]
    final = np.broadcast_to(np.asarray(window.end) - 1, accounts.number.shape)[account]
    closed = final
    if count is not None:
        last = np.maximum(accounts.opened, window.begin)
        for _, entries, _ in parts:
            np.maximum.at(last, entries.account, entries.moved)
        lag, free = count(account), np.maximum(final - last[account], 1)
        closed = final - np.where(lag < free, lag, lag % free)
    return Entries(account, accounts.number[account], _no_document(account), difference, closed)


def _by_cause(entries: Entries) -> Entries:
    """The same entries by cause, as they most often are."""
    if (entries.cause[1:] > entries.cause[:-1]).all():
        return entries
    order = np.argsort(entries.cause)
    return Entries(*(values[order] for values in entries))


def _by_time(account: I64Array, moved: I64Array) -> I64Array:
    """The order of what is sorted by kind and cause, by account, second, kind and cause; shape (n,)."""
    count = len(account)
    if not count:
        return np.zeros(0, dtype=np.int64)
    first, last = int(moved.min()), int(moved.max())
    seconds = last - first + 1
    if (int(account.max()) + 1) * seconds * count > _MOST:
        return np.lexsort((moved, account))
    # One number that says all is sorted in a quarter of the time of two.
    return np.argsort((account * seconds + (moved - first)) * count + np.arange(count))


def _balanced(parts: list[tuple[int, Entries, int]], accounts: Accounts, start: I64Array) -> tuple[I64Array, Movements]:
    """All entries, each part being sorted by cause, with the balances that they leave."""
    kind = np.concatenate([np.full(len(entries.cause), number) for number, entries, _ in parts])
    quantity = np.concatenate([sign * entries.quantity for _, entries, sign in parts])
    account, cause, document, moved = (
        np.concatenate([getattr(entries, name) for _, entries, _ in parts])
        for name in ("account", "cause", "document", "moved")
    )
    by_time = _by_time(account, moved)
    balance = np.empty(len(kind), dtype=np.int64)
    balance[by_time] = _running(account[by_time], quantity[by_time]) + start[account[by_time]]
    earlier = np.empty(len(kind), dtype=np.int64)
    earlier[by_time] = _within_runs(account[by_time], moved[by_time])
    return account, Movements(accounts.number[account], kind, cause, document, quantity, moved, balance, earlier)


def _running(group: I64Array, amounts: I64Array) -> I64Array:
    """Running sums within runs of equal ``group``, shapes (n,)."""
    total = np.cumsum(amounts)
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    before = (total - amounts)[starts]
    return total - np.repeat(before, np.diff(np.append(starts, len(group))))


def _within_runs(group: I64Array, second: I64Array) -> I64Array:
    """Places, from 0, within runs of equal ``group`` and ``second``, shapes (n,)."""
    starts = np.flatnonzero((np.diff(group, prepend=-1) != 0) | (np.diff(second, prepend=-1) != 0))
    lengths = np.diff(np.append(starts, len(group)))
    return np.arange(len(group)) - np.repeat(starts, lengths)


def _no_document(like: I64Array) -> I64Array:
    return np.full(len(like), NO_DOCUMENT)


def movement_number(window: I64Array | int, kind: I64Array | int, cause: I64Array) -> I64Array:
    """A number for each movement: sparse, ascending by window, kind and cause, below 2^53 for JSON readers.

    Args:
        window: the windows' numbers, from 0, below :data:`MOST_WINDOWS`; one for all or shape (n,).
        kind: likewise the kinds.
        cause: shape (n,), below 2^32.
    """
    return ((window * _KINDS + kind) << _CAUSE_BITS) + cause


def movement_parts(number: I64Array) -> tuple[I64Array, I64Array, I64Array]:
    """Window, kind and cause of movements: the inverse of :func:`movement_number`, shapes (n,)."""
    window, kind = divided(number >> _CAUSE_BITS, _KINDS)
    return window, kind, number & ((1 << _CAUSE_BITS) - 1)
