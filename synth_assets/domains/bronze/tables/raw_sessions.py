"""Visits to the shop, numbered in the order in which they end; every eighth or so ends in an order."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.domains.bronze.acts import CustomerErased, SessionEnds
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.quotas import GROUP
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.domains.bronze.tables.raw_customers import RawCustomers
from synth_assets.domains.bronze.tables.rules.raw_sessions import RULES
from synth_assets.kernel.choice import Codes, below, chance, pick, weight_table
from synth_assets.kernel.counter import I64Array
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


def _of_the_erased(act: CustomerErased) -> Members:
    """The sessions of each customer who is erased."""
    lookups = lookups_of(act.dataset)
    if lookups.params.orders == 0:
        return Members(np.zeros(len(act.subjects), dtype=np.int64), act.subjects[:0])
    last_epoch = lookups.sessions(act.until) // GROUP // lookups.session_customers.epoch_groups
    logins = lookups.session_customers.logins_of(act.subjects, last_epoch + 1)
    return Members(logins.counts, lookups.quotas.session_of_login(logins.rows))


class RawSessions(Entity):
    """Visits to the shop: who, when, from where, with what, and whether they bought."""

    about = About(domain="bronze", name="raw_sessions", grain="one visit", key="session_id", rules=RULES)

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return lookups_of(dataset).sessions(at)

    @classmethod
    def life(cls) -> tuple[Part, ...]:
        return (inserted(SessionEnds), deleted(CustomerErased, _of_the_erased))

    @column(INT64, "number of the session, by its end")
    def session_id(self) -> I64Array:
        return self.numbers + 1

    @column(INT64, "the customer, of a logged-in session", references="raw_customers", nullable=True)
    def customer_id(self) -> Masked:
        return Masked(self.sessions.customer + 1, self.sessions.customer >= 0)

    @column(TIMESTAMP_UTC, "time of the first click")
    def started_at(self) -> I64Array:
        return self.sessions.started * MICROSECONDS

    @column(TIMESTAMP_UTC, "time of leaving")
    def ended_at(self) -> I64Array:
        return self.sessions.ended * MICROSECONDS

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
        return lookups_of(self.dataset).scripts.page_views[self.sessions.script]

    @column(BOOLEAN, "whether the session has an order")
    def is_converted(self) -> NDArray[np.bool_]:
        return self.sessions.buying

    # What columns, and other tables, are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        return self.sessions.exist_at(self.at)

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions by number."""
        return Sessions(self.dataset, self.rows)

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
        home = np.flatnonzero((self.sessions.customer >= 0) & chance(words << np.uint64(16), _AT_HOME, 100))
        place[home] = RawCustomers(self.dataset, self.sessions.customer[home], self.sessions.started[home]).place
        return place
