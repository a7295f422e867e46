"""Visits to the shop, numbered in the order in which they end; every eighth or so ends in an order."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synth_assets.domains.bronze.acts import CustomerErased, SessionEnds
from synth_assets.domains.bronze.baskets import GROUP
from synth_assets.domains.bronze.raw_customers import RawCustomers
from synth_assets.domains.bronze.rules.raw_sessions import RULES
from synth_assets.domains.bronze.scripts import Scripts
from synth_assets.domains.bronze.shop import PACES, Shop, shop_of
from synth_assets.kernel.choice import Codes, below, chance, pick, squared_below, weight_table
from synth_assets.kernel.counter import I64Array, Span
from synth_assets.model.dataset import MICROSECONDS, Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.timeline import Members, Part, deleted, inserted
from synth_assets.model.types import BOOLEAN, INT16, INT64, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Masked, Text, TextPool
from synth_assets.world.places import places

# Device, operating system and browser are drawn as one: no Safari on Android.
_CLIENTS = (
    ("mobile", "Android", "Chrome", 26), ("mobile", "Android", "Samsung Internet", 4),
    ("mobile", "Android", "Firefox", 2), ("mobile", "iOS", "Safari", 22), ("mobile", "iOS", "Chrome", 4),
    ("desktop", "Windows", "Chrome", 15), ("desktop", "Windows", "Edge", 7), ("desktop", "Windows", "Firefox", 3),
    ("desktop", "macOS", "Safari", 5), ("desktop", "macOS", "Chrome", 4), ("desktop", "Linux", "Firefox", 1),
    ("desktop", "Linux", "Chrome", 1), ("tablet", "iPadOS", "Safari", 4), ("tablet", "Android", "Chrome", 2),
)  # fmt: skip
_CLIENT_WEIGHTS = weight_table([row[3] for row in _CLIENTS])
_DEVICE_POOL, _OS_POOL, _BROWSER_POOL = (TextPool([str(row[part]) for row in _CLIENTS]) for part in range(3))

# Where a visit comes from: referrer, utm_source, utm_campaign and a weight.
_CHANNELS = (
    (None, None, None, 30), ("https://www.google.com/", None, None, 24), ("https://www.bing.com/", None, None, 5),
    ("https://duckduckgo.com/", None, None, 3), ("https://www.google.com/", "google", "brand", 6),
    ("https://www.google.com/", "google", "shopping", 7), ("https://www.facebook.com/", "facebook", "retargeting", 5),
    ("https://www.instagram.com/", "instagram", "new_arrivals", 5), (None, "newsletter", "weekly_picks", 8),
    (None, "newsletter", "win_back", 3), ("https://www.pinterest.com/", None, None, 2),
    ("https://blog.example.com/", "affiliate", "reviews", 2),
)  # fmt: skip
_CHANNEL_WEIGHTS = weight_table([row[3] for row in _CHANNELS])
_CHANNEL_POOLS = [TextPool([str(row[part] or "none") for row in _CHANNELS]) for part in range(3)]
_CHANNEL_VALID = [np.array([row[part] is not None for row in _CHANNELS]) for part in range(3)]

REFERRERS = tuple(row[0] or "none" for row in _CHANNELS)
"""Outside pages by the codes of :attr:`RawSessions.referrer`; where there is none, the cell is null."""

# The three networks reserved for documentation (RFC 5737), without their network and broadcast addresses.
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_ADDRESSES = TextPool([f"{network}.{host}" for network in _NETWORKS for host in range(1, 255)])

_AT_HOME = 85  # per cent of logged-in sessions from the customer's own city
_SLOWEST = 120  # seconds a click takes at the most, and at the least:
_QUICKEST = 4


class Group(NamedTuple):
    """What the eight sessions of a group share, spread out to sessions; shapes (n,)."""

    number: I64Array
    place: I64Array
    words: I64Array
    line_count: I64Array
    first_line: I64Array


def _of_the_erased(act: CustomerErased) -> Members:
    """The sessions of each customer who is erased."""
    shop = shop_of(act.dataset)
    if shop.params.orders == 0:
        return Members(np.zeros(len(act.subjects), dtype=np.int64), act.subjects[:0])
    last_epoch = shop.sessions(act.until) // GROUP // shop.visits.epoch_groups
    logins = shop.visits.logins_of(act.subjects, last_epoch + 1)
    return Members(logins.counts, shop.baskets.session_of_login(logins.rows))


class RawSessions(Entity):
    """Visits to the shop: who, when, from where, with what, and whether they bought."""

    about = About(domain="bronze", name="raw_sessions", grain="one visit", key="session_id", rules=RULES)

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return shop_of(dataset).sessions(at)

    @classmethod
    def life(cls) -> tuple[Part, ...]:
        return (inserted(SessionEnds), deleted(CustomerErased, _of_the_erased))

    @column(INT64, "number of the session, by its end")
    def session_id(self) -> I64Array:
        return self.numbers + 1

    @column(INT64, "the customer, of a logged-in session", references="raw_customers", nullable=True)
    def customer_id(self) -> Masked:
        return Masked(self.customer + 1, self.customer >= 0)

    @column(TIMESTAMP_UTC, "time of the first click")
    def started_at(self) -> I64Array:
        return self.started * MICROSECONDS

    @column(TIMESTAMP_UTC, "time of leaving")
    def ended_at(self) -> I64Array:
        return self.ended * MICROSECONDS

    @column(STRING, "kind of device", values=("mobile", "desktop", "tablet"))
    def device_type(self) -> Text:
        return Text(_DEVICE_POOL, self._client)

    @column(STRING, "operating system of the device")
    def os(self) -> Text:
        return Text(_OS_POOL, self._client)

    @column(STRING, "browser that runs on it")
    def browser(self) -> Text:
        return Text(_BROWSER_POOL, self._client)

    @column(STRING, "address in a range reserved for documentation")
    def ip_address(self) -> Text:
        return Text(_ADDRESSES, below(self.bits("ip_address"), len(_ADDRESSES)))

    @column(STRING, "country of the visitor, ISO 3166-1 alpha-2")
    def country(self) -> Text:
        return places().country_text(self._place)

    @column(STRING, "city of the visitor")
    def city(self) -> Text:
        return Text(places().cities, self._place)

    @column(STRING, "page the visitor came from", nullable=True)
    def referrer(self) -> Text:
        return self._channel_text(0)

    @column(STRING, "source of a campaign", nullable=True)
    def utm_source(self) -> Text:
        return self._channel_text(1)

    @column(STRING, "name of a campaign", nullable=True)
    def utm_campaign(self) -> Text:
        return self._channel_text(2)

    @column(INT16, "page_view and product_view events of the session")
    def page_views(self) -> I64Array:
        return self._shop.scripts.page_views[self.script]

    @column(BOOLEAN, "whether the session has an order")
    def is_converted(self) -> NDArray[np.bool_]:
        return self.buying

    # What columns, and other tables, are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        there = self.ended < self.at
        known = np.flatnonzero(self.customer >= 0)
        there[known] &= self._shop.clientele.erased(self.customer[known]) >= self.at
        return there

    @cached_property
    def group(self) -> Group:
        """The group of each session; a group's order has the same number."""
        baskets = self._shop.baskets
        if isinstance(self.rows, Span):  # neighbours share a group: ask for each group once
            first = self.rows.start // GROUP
            groups = np.arange(first, -(-self.rows.stop // GROUP), dtype=np.int64)
            spread = self.numbers // GROUP - first
        else:
            groups, spread = self.numbers // GROUP, np.arange(len(self))
        lines = baskets.lines_of(groups)
        words = baskets.group_words(groups)
        return Group(groups[spread], self.numbers % GROUP, words[spread], lines[0][spread], lines[1][spread])

    @cached_property
    def buying(self) -> NDArray[np.bool_]:
        """Which sessions have the order of their group."""
        return self.group.place == self._shop.baskets.buyer_place(self.group.words)

    @cached_property
    def clicks(self) -> tuple[I64Array, I64Array]:
        """How many clicks each session has, and the number of its first."""
        group = self.group
        lines = (group.line_count, group.first_line)
        return self._shop.baskets.clicks_of(group.words, group.number, group.place, lines)

    @cached_property
    def script(self) -> I64Array:
        """The script of what happens."""
        words = (self.bits("script") >> np.uint64(1)).view(np.int64)
        return Scripts.choose(words, self.clicks[0], np.where(self.buying, self.group.line_count, 0))

    @cached_property
    def ended(self) -> I64Array:
        """Second of leaving."""
        return self._shop.visits.clock.seconds(self.rows)

    @cached_property
    def duration(self) -> I64Array:
        """Seconds from start to end: 4 to 120 a click, mostly quick."""
        return self.clicks[0] * (_QUICKEST + squared_below(self.bits("started_at"), _SLOWEST - _QUICKEST + 1))

    @cached_property
    def started(self) -> I64Array:
        """Second of the first click."""
        return self.ended - self.duration

    @cached_property
    def customer(self) -> I64Array:
        """Number of the customer, −1 for anonymous sessions."""
        group, shop = self.group, self._shop
        customer = shop.baskets.login_of(group.words, group.number, group.place)
        known = np.flatnonzero(customer >= 0)
        customer[known] = shop.visits.customer_of_login(customer[known])
        return customer

    @cached_property
    def paces(self) -> I64Array:
        """Where each session's pattern of pace starts in :attr:`Shop.paces`."""
        clicks = self.clicks[0]
        return self._shop.paces[1][clicks] + clicks * below(self.bits("pace"), PACES)

    @cached_property
    def last_click(self) -> I64Array:
        """Whole second of the last click; of a buying session it is the purchase."""
        share = self._shop.paces[0][self.paces + self.clicks[0] - 1]
        return self.started + (self.duration * share >> 16)

    @cached_property
    def _client(self) -> Codes:
        return pick(self.bits("device_type"), _CLIENT_WEIGHTS)

    @cached_property
    def _channel(self) -> Codes:
        return pick(self.bits("referrer"), _CHANNEL_WEIGHTS)

    def _channel_text(self, part: int) -> Text:
        return Text(_CHANNEL_POOLS[part], self._channel, _CHANNEL_VALID[part][self._channel])

    @cached_property
    def _place(self) -> I64Array:
        words = self.bits("city")
        place = places().anywhere(words)
        home = np.flatnonzero((self.customer >= 0) & chance(words << np.uint64(16), _AT_HOME, 100))
        place[home] = RawCustomers(self.dataset, self.customer[home], self.started[home]).place
        return place

    @property
    def _shop(self) -> Shop:
        return shop_of(self.dataset)
