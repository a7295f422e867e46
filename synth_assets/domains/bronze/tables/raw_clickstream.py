"""Every event of every session, numbered session by session."""

from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.named import named
from synth_assets.columns.ordinal import ordinal
from synth_assets.domains.bronze.numbers.interests import Interests, interests_of
from synth_assets.domains.bronze.numbers.lookups import Lookups, lookups_of
from synth_assets.domains.bronze.numbers.pages import Pages, pages_of
from synth_assets.domains.bronze.numbers.product_kinds import kind_of
from synth_assets.domains.bronze.numbers.scripts import BROWSED, EVENT_TYPES, NO_SLOT, PAGE_VIEW, PURCHASE, SEARCH
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.domains.bronze.numbers.visits import REFERRERS
from synth_assets.domains.bronze.tables.raw_sessions import RawSessions
from synth_assets.domains.bronze.tables.rules.raw_clickstream import RULES
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, Span, bits
from synth_assets.kernel.division import remainder
from synth_assets.kernel.selection import selected
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, column
from synth_assets.model.lines import Lines
from synth_assets.model.timeline import Effect, follows
from synth_assets.model.types import INT16, INT64, STRING, TIMESTAMP_UTC_MS
from synth_assets.model.values import Masked, Text

_SLOTS = 32  # products a session may look at; a session's slot has its own draw


class RawClickstream(Lines):
    """What visitors do, event by event."""

    about = About(
        domain="bronze",
        name="raw_clickstream",
        grain="one event of one session",
        key="event_id",
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        sessions = lookups_of(dataset).sessions(at)
        if sessions == 0:
            return 0
        clicks, first = Sessions(dataset, Span(sessions - 1, 1)).clicks
        return int(first[0] + clicks[0])

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (*follows(RawSessions, "insert", cls.children), *follows(RawSessions, "delete", cls.children))

    @classmethod
    def parent(cls) -> type[RawSessions]:
        return RawSessions

    @classmethod
    def fan_out(cls, parents: Any) -> tuple[I64Array, I64Array]:
        return cast("RawSessions", parents).sessions.clicks

    @classmethod
    def parent_of(cls, dataset: Dataset, numbers: I64Array) -> I64Array:
        return lookups_of(dataset).quotas.session_of_click(numbers)

    event_id = column(INT64, "number of the event", key())
    session_id = column(INT64, "the session", key_of("session"), references="raw_sessions", since=2)
    sequence_number = column(INT16, "number of the event in its session, from 1", ordinal(), since=2)
    event_type = column(STRING, "what happened", named("kind", EVENT_TYPES), values=EVENT_TYPES, since=2)
    product_id = column(
        INT64,
        "the product viewed, added or removed",
        key_of("product", optional=True),
        references="raw_products",
        nullable=True,
        since=2,
    )

    @column(INT64, "the order, of a purchase", references="raw_orders", nullable=True, since=2)
    def order_id(self) -> Masked:
        return Masked((self.parents.sessions.group.number + 1).take(self.index), self.kind == PURCHASE)

    @column(STRING, "page on which it happened", since=2)
    def page_url(self) -> Text:
        return Text(self._pages.pool, self._page(self._lookups.scripts.back.take(self._step)))

    @column(STRING, "page before it; for the first event where the visitor came from", nullable=True, since=2)
    def referrer_url(self) -> Text:
        page = self._page(self._lookups.scripts.back_before.take(self._step))
        came_from = self.parents.referrer
        first = np.flatnonzero(self.ordinal == 0)
        parent = self.index.take(first)
        page[first] = self._pages.first_referrer + came_from.codes.take(parent).astype(np.int64)
        known = np.ones(len(self), dtype=np.bool_)
        known[first] = came_from.valid.take(parent)
        return Text(self._pages.pool, page, known)

    @column(TIMESTAMP_UTC_MS, "time of the event, in milliseconds; a purchase falls on a whole second", since=2)
    def event_timestamp(self) -> I64Array:
        sessions, index = self.parents.sessions, self.index
        after = (sessions.duration * 1_000).take(index)
        after *= self._lookups.paces[0].take(sessions.pace.take(index) + self.ordinal)
        after >>= 16
        purchase = np.flatnonzero(self.kind == PURCHASE)
        after[purchase] -= after.take(purchase) % 1_000
        after *= 1_000
        after += (sessions.started * 1_000_000).take(index)
        return after

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        return self.parents.exists().take(self.index)

    @cached_property
    def session(self) -> I64Array:
        """Number of the session of each event."""
        return self.parents.sessions.numbers.take(self.index)

    @cached_property
    def _step(self) -> I64Array:
        """Where each event stands in the scripts."""
        return self._lookups.scripts.first.take(self.parents.sessions.script).take(self.index) + self.ordinal

    @cached_property
    def kind(self) -> NDArray[np.uint8]:
        """What happened, as its place in :data:`EVENT_TYPES`."""
        return self._lookups.scripts.types.take(self._step)

    @cached_property
    def product(self) -> I64Array:
        """Number of the product of each event, −1 for none."""
        if self._begun_earlier is not None:
            return self._begun_earlier.product[-len(self) :]
        slot = self._lookups.scripts.slots.take(self._step)
        product = np.full(len(self), -1, dtype=np.int64)
        if not isinstance(self.rows, Span):
            about = np.flatnonzero(slot != NO_SLOT)
            product[about] = self._product_in(about, slot.take(about))
            return product
        # Whole sessions: what was looked at before is found there.
        again = self._lookups.scripts.again.take(self._step)
        about = np.flatnonzero((slot != NO_SLOT) & (again == 0))
        product[about] = self._product_in(about, slot.take(about))
        repeated = np.flatnonzero(again)
        product[repeated] = product.take(repeated - again.take(repeated))
        return product

    def _product_in(self, events: I64Array, slot: NDArray[np.uint8]) -> I64Array:
        """The products in slots of some events' sessions, shape (n,)."""
        product = np.empty(len(events), dtype=np.int64)
        bought, seen = np.flatnonzero(slot < BROWSED), np.flatnonzero(slot >= BROWSED)
        if len(bought):
            product[bought] = self._bought(events.take(bought), slot.take(bought).astype(np.int64))
        if len(seen):
            product[seen] = self._seen(events.take(seen), slot.take(seen).astype(np.int64) - BROWSED)
        return product

    def _bought(self, events: I64Array, line: I64Array) -> I64Array:
        """The products of order lines."""
        return self._lookups.line_products.product_of(
            self.parents.sessions.group.first_line.take(self.index.take(events)) + line
        )

    def _seen(self, events: I64Array, place: I64Array) -> I64Array:
        """The products that are only looked at."""
        session = self.session.take(events)
        parent = self.index.take(events)
        words = bits(self.dataset.key(self.about.name, "product_id"), session * _SLOTS + place)
        department, residue = self._interests.departments(words, parent), session + place
        # What buyers take out again is nothing that they buy.
        taken_back = np.flatnonzero(self.parents.sessions.buying.take(parent) & (place == 0))
        department[taken_back] = self._interests.main[parent[taken_back]]
        residue[taken_back] = self._interests.taken_back[parent[taken_back]]
        shelves = self._lookups.shelves
        epoch = self._lookups.departments.epochs_of(self.parents.sessions.group.number.take(parent))
        return shelves.choose(words, department, remainder(residue, self._lookups.product_strata.residues), epoch)

    @cached_property
    def _interests(self) -> Interests:
        return interests_of(self.parents.sessions)

    # Pages

    def _page(self, back: I64Array) -> I64Array:
        """The page that the event so many steps earlier opened, shape (n,)."""
        if not isinstance(self.rows, Span) or len(self) == 0:
            return RawClickstream(self.dataset, self.numbers - back, self.at)._own_page
        whole = self._begun_earlier or self
        return whole._own_page.take(np.arange(len(whole) - len(self), len(whole)) - back)

    @cached_property
    def _begun_earlier(self) -> "RawClickstream | None":
        """Where a range starts within a session, the pages of that session's earlier events are needed too."""
        return self.with_elder_siblings()

    @cached_property
    def _own_page(self) -> I64Array:
        pages, kind, words = self._pages, self.kind, self.bits("page_url")
        page = below(words, pages.ranges.width.take(kind))
        page += pages.ranges.first.take(kind)
        product = np.flatnonzero(pages.ranges.by_product.take(kind))
        page[product] += self.product.take(product)
        leads_to = self._lookups.scripts.leads_to.take(self._step)
        of_category = (kind == PAGE_VIEW) & pages.is_of_category(words, leads_to < BROWSED)
        looked_for = np.flatnonzero((kind == SEARCH) | of_category)
        goods = kind_of(self.dataset, self._led_to(looked_for, leads_to.take(looked_for)))
        words, is_search = words.take(looked_for), kind.take(looked_for) == SEARCH
        page[looked_for] = selected(is_search, pages.of_search(words, goods), pages.of_category(words, goods))
        return page

    def _led_to(self, events: I64Array, slot: NDArray[np.uint8]) -> I64Array:
        """The products that some events lead to, in slots of their sessions; shape (n,)."""
        if not isinstance(self.rows, Span):
            return self._product_in(events, slot)
        ahead = self._lookups.scripts.ahead.take(self._step.take(events))
        there = (ahead > 0) & (events + ahead < len(self))
        product = self.product.take(np.where(there, events + ahead, 0))
        others = np.flatnonzero(~there)
        product[others] = self._product_in(events.take(others), slot.take(others))
        return product

    @cached_property
    def _pages(self) -> Pages:
        # Rows after `as_of` may be about products that appear later: room for them all, in powers of two.
        products = self._lookups.products()
        if self.lived:
            products = 1 << max(self._lookups.products(int(np.max(self.at))), products).bit_length()
        return pages_of(self.dataset, REFERRERS, products)

    @property
    def _lookups(self) -> Lookups:
        return lookups_of(self.dataset)
