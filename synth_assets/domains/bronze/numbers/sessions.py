"""Sessions by number: when, whose, how many clicks by which script, and whether they buy."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth_assets.domains.bronze.numbers.groups import Group, Run
from synth_assets.domains.bronze.numbers.rows import NumberedRows
from synth_assets.domains.bronze.numbers.scripts import PACES, Scripts
from synth_assets.domains.bronze.numbers.session_customers import Visitors
from synth_assets.kernel.choice import below, squared_below
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.kernel.selection import selected

_SLOWEST = 120  # seconds a click takes at the most, and at the least:
_QUICKEST = 4


class SessionGroup(NamedTuple):
    """What the sessions of a group share, spread out to sessions; shapes (n,).

    Attributes:
        number: of the group, which is that of its order.
        place: of the session in its group.
        run: of the group.
        words: random bits of the group.
        line_count: lines of the group's order.
        first_line: number of the first of them.
    """

    number: I64Array
    place: I64Array
    run: Run
    words: I64Array
    line_count: I64Array
    first_line: I64Array

    @property
    def group(self) -> Group:
        """The group alone."""
        return Group(self.number, self.place, self.run)


class Sessions(NumberedRows):
    """Sessions, numbered in the order in which they end."""

    table = "raw_sessions"

    @cached_property
    def group(self) -> SessionGroup:
        """The group of each session; a group's order has the same number."""
        quotas, groups = self.lookups.quotas, self.lookups.quotas.groups
        if isinstance(self.rows, Span) and self.rows.count:  # neighbours share a group: ask for each group once
            ends = groups.of_sessions(np.array([self.rows.start, self.rows.stop - 1], dtype=np.int64)).number
            numbers = np.arange(ends[0], ends[1] + 1, dtype=np.int64)
            run = groups.run_of(numbers)
            first = run.session_of(numbers)
            edges = np.minimum(np.maximum(first, self.rows.start), self.rows.stop)
            spread = np.repeat(np.arange(len(numbers)), np.diff(edges, append=self.rows.stop))
            place = self.numbers - first[spread]
            run = Run(*(values[spread] for values in run))
        else:
            numbers, place, run = groups.of_sessions(self.numbers)
            spread = np.arange(len(self))
        lines = quotas.lines_of(numbers)
        words = quotas.group_words(numbers)
        return SessionGroup(numbers[spread], place, run, words[spread], lines[0][spread], lines[1][spread])

    @cached_property
    def buying(self) -> NDArray[np.bool_]:
        """Which sessions have the order of their group."""
        return self.group.place == self.lookups.quotas.buyer_place(self.group.words, self.group.run.size)

    @cached_property
    def clicks(self) -> tuple[I64Array, I64Array]:
        """How many clicks each session has, and the number of its first."""
        group = self.group
        lines = (group.line_count, group.first_line)
        return self.lookups.quotas.clicks_of(group.words, group.group, lines)

    @cached_property
    def script(self) -> I64Array:
        """The script of what happens."""
        words = (self.bits("script") >> np.uint64(1)).view(np.int64)
        return Scripts.choose(words, self.clicks[0], selected(self.buying, self.group.line_count, 0))

    @cached_property
    def ended(self) -> I64Array:
        """Second of leaving."""
        return self.lookups.session_clock.seconds(self.rows)

    @cached_property
    def duration(self) -> I64Array:
        """Seconds from start to end: 4 to 120 a click, mostly quick."""
        return self.clicks[0] * (_QUICKEST + squared_below(self.bits("started_at"), _SLOWEST - _QUICKEST + 1))

    @cached_property
    def started(self) -> I64Array:
        """Second of the first click."""
        return self.ended - self.duration

    @cached_property
    def visitor(self) -> Visitors:
        """Customers by number and the zones where they live; −1 for anonymous sessions."""
        group, lookups = self.group, self.lookups
        customer = lookups.quotas.login_of(group.words, group.group)
        zone = np.full(len(customer), -1)
        known = np.flatnonzero(customer >= 0)
        customer[known], zone[known] = lookups.session_customers.visitors(customer[known])
        return Visitors(customer, zone)

    @property
    def customer(self) -> I64Array:
        """Number of the customer, −1 for anonymous sessions."""
        return self.visitor.customer

    @cached_property
    def pace(self) -> I64Array:
        """Where each session's pattern of pace starts in :attr:`Lookups.paces`."""
        clicks = self.clicks[0]
        return self.lookups.paces[1][clicks] + clicks * below(self.bits("pace"), PACES)

    @cached_property
    def last_click(self) -> I64Array:
        """Whole second of the last click; of a buying session it is the purchase."""
        share = self.lookups.paces[0][self.pace + self.clicks[0] - 1]
        return self.started + (self.duration * share >> 16)

    def exist_at(self, at: int | I64Array) -> NDArray[np.bool_]:
        """Which have ended before a moment, their customers not being erased by then; shape (n,)."""
        there = self.ended < at
        known = np.flatnonzero(self.customer >= 0)
        erased = self.lookups.customer_strata.erased(self.customer[known])
        there[known] &= erased >= np.broadcast_to(at, there.shape)[known]
        return there
