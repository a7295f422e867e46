"""Ledgers against account books kept by hand, entry by entry."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from synth_assets.kernel import ledger
from synth_assets.kernel.ledger import (
    CLOSING,
    ISSUE,
    NO_DOCUMENT,
    OPENING,
    RECEIPT,
    RESTOCK,
    Accounts,
    Entries,
    Movements,
    Window,
    movement_number,
    movement_parts,
    movements,
)

WINDOW = Window(1_000, 2_000)
LEADS = 50


def lead(causes):
    return causes % LEADS


@st.composite
def books(draw):
    """Accounts, issues and receipts; nothing leaves an account before its opening."""
    number = sorted(draw(st.sets(st.integers(0, 40), min_size=1, max_size=5)))
    opened = [draw(st.integers(500, 1_500)) for _ in number]
    accounts = Accounts(
        np.array(number),
        np.ones(len(number), dtype=np.bool_),
        np.array(opened),
        np.array([draw(st.integers(1, 12)) for _ in number]),
        np.array([draw(st.integers(1, 12)) for _ in number]),
    )
    return accounts, entries(draw, opened, first=100), entries(draw, opened, first=300)


def entries(draw, opened, first):
    account = draw(st.lists(st.integers(0, len(opened) - 1), max_size=25))
    moved = [draw(st.integers(max(opened[one], WINDOW.begin), WINDOW.end - 1)) for one in account]
    quantity = [draw(st.integers(1, 15)) for _ in account]
    cause = draw(st.permutations(range(first, first + len(account))))
    return Entries(
        *(np.array(part, dtype=np.int64) for part in (account, cause, [c + 7 for c in cause], quantity, moved))
    )


def by_hand(accounts, issues, receipts):
    """Movements as :func:`told` gives them, made by looking at one account at a time."""
    found = []
    for place, (number, _, opened, level, next_level) in enumerate(zip(*accounts, strict=True)):
        own = []
        if opened >= WINDOW.begin:
            own.append((opened, OPENING, number, NO_DOCUMENT, level))
        left = level
        every = zip(issues.moved, issues.cause, issues.account, issues.document, issues.quantity, strict=True)
        out = sorted(issue for issue in every if issue[2] == place)
        for moved, cause, _, document, quantity in out:
            left -= quantity
            if left < 0:
                amount = -(left // level) * level
                own.append((max(moved - cause % LEADS, opened, WINDOW.begin), RESTOCK, cause, NO_DOCUMENT, amount))
                left += amount
            own.append((moved, ISSUE, cause, document, -quantity))
        for account, cause, document, quantity, moved in zip(*receipts, strict=True):
            if account == place:
                own.append((moved, RECEIPT, cause, document, quantity))
        balance = 0 if opened >= WINDOW.begin else level
        for moved, kind, cause, document, quantity in sorted(own):
            balance += quantity
            found.append((kind, cause, number, document, quantity, moved, balance))
        if opened < WINDOW.end and balance != next_level:
            found.append((CLOSING, number, number, NO_DOCUMENT, next_level - balance, WINDOW.end - 1, next_level))
    return sorted(found)


def moved(*arguments):
    return movements(*arguments)[1]


def told(found):
    names = ("kind", "cause", "account", "document", "quantity", "moved", "balance")
    return list(zip(*(getattr(found, name).tolist() for name in names), strict=True))


@settings(max_examples=200, deadline=None)
@given(books())
def test_movements_are_those_of_a_book_kept_by_hand(book):
    assert told(moved(WINDOW, *book, lead)) == by_hand(*book)


@settings(max_examples=100, deadline=None)
@given(books())
def test_no_balance_is_negative_and_the_last_one_is_the_next_level(book):
    accounts = book[0]
    found = moved(WINDOW, *book, lead)
    assert (found.balance >= 0).all()
    last = dict(zip(accounts.number.tolist(), accounts.level.tolist(), strict=True))
    by_time = sorted(told(found), key=lambda row: (row[5], row[0], row[1]))
    last |= {account: balance for _, _, account, _, _, _, balance in by_time}
    assert last == dict(zip(accounts.number.tolist(), accounts.next_level.tolist(), strict=True))


@settings(max_examples=50, deadline=None)
@given(books(), st.data())
def test_an_account_alone_moves_as_among_the_others(book, data):
    accounts, issues, receipts = book
    place = data.draw(st.integers(0, len(accounts.number) - 1))
    alone = Accounts(*(values[[place]] for values in accounts))
    own = [Entries(*(values[of.account == place] for values in of)) for of in (issues, receipts)]
    own = [of._replace(account=np.zeros_like(of.account)) for of in own]
    whole = told(moved(WINDOW, accounts, issues, receipts, lead))
    assert told(moved(WINDOW, alone, *own, lead)) == [row for row in whole if row[2] == accounts.number[place]]


@settings(max_examples=50, deadline=None)
@given(st.lists(books(), min_size=2, max_size=3), st.integers(0, 2_000))
def test_windows_made_together_move_as_each_alone(several, apart):
    """Those of one window after those of the other, each with its own seconds, in whatever order entries come."""
    later = [number * apart for number in range(len(several))]
    before = np.cumsum([0, *(len(accounts.number) for accounts, _, _ in several)])
    accounts = Accounts(*(np.concatenate(values) for values in zip(*(book[0] for book in several), strict=True)))
    which = np.repeat(np.arange(len(several)), np.diff(before))
    accounts = accounts._replace(opened=accounts.opened + np.array(later)[which])
    window = Window(WINDOW.begin + np.array(later)[which], WINDOW.end + np.array(later)[which])
    together = []
    for kind in (1, 2):
        parts = [book[kind] for book in several]
        joined = Entries(*(np.concatenate(values) for values in zip(*parts, strict=True)))
        of = np.repeat(np.arange(len(several)), [len(part.cause) for part in parts])
        # Distinct causes, which lead() takes as before, by whole leads.
        together.append(
            joined._replace(
                account=joined.account + before[of],
                cause=joined.cause + of * 1_000 * LEADS,
                moved=joined.moved + np.array(later)[of],
            )
        )
    place, found = movements(window, accounts, *together, lead)
    for number, book in enumerate(several):
        own = Movements(*(values[which[place] == number] for values in found))
        own = own._replace(moved=own.moved - later[number])
        by_entry = (own.kind != OPENING) & (own.kind != CLOSING)
        own = own._replace(cause=np.where(by_entry, own.cause - number * 1_000 * LEADS, own.cause))
        assert told(own) == by_hand(*book)


def test_times_far_apart_are_sorted_as_near_ones(monkeypatch):
    rng = np.random.default_rng(7)
    account, second = rng.integers(0, 9, 500), rng.integers(0, 40, 500)
    expected = ledger._by_time(account, second).tolist()
    monkeypatch.setattr(ledger, "_MOST", 0)
    assert ledger._by_time(account, second).tolist() == expected == np.lexsort((second, account)).tolist()


def test_an_account_that_is_not_open_does_not_move():
    shut = Accounts(*(np.array([value]) for value in (3, False, 1_200, 5, 9)))
    nothing = Entries(*(np.zeros(0, dtype=np.int64) for _ in Entries._fields))
    assert len(moved(WINDOW, shut, nothing, nothing, lead).kind) == 0
    assert told(moved(WINDOW, shut._replace(is_open=np.array([True])), nothing, nothing, lead)) == [
        (OPENING, 3, 3, NO_DOCUMENT, 5, 1_200, 5),
        (CLOSING, 3, 3, NO_DOCUMENT, 4, 1_999, 9),
    ]


@given(st.lists(st.tuples(st.integers(0, 399_999), st.integers(0, 4), st.integers(0, 2**32 - 1)), min_size=2))
def test_movements_ascend_by_window_kind_and_cause_and_are_read_back(parts):
    window, kind, cause = np.array(sorted(parts)).T
    number = movement_number(window, kind, cause)
    assert [part.tolist() for part in movement_parts(number)] == [window.tolist(), kind.tolist(), cause.tolist()]
    assert number.tolist() == sorted(number.tolist())
    assert number.max() < 2**53
