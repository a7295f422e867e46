"""Visits to the shop, numbered in the order in which they end; every eighth or so ends in an order."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.choices import choices
from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.property_of import property_of
from synth_assets.columns.split import split
from synth_assets.domains.bronze.acts import CustomerErased, SessionEnds
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.quotas import GROUP
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.domains.bronze.tables.raw_customers import RawCustomers
from synth_assets.domains.bronze.tables.rules.raw_sessions import RULES
from synth_assets.kernel.choice import chance
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.timeline import Effect, Members, deleted, inserted
from synth_assets.model.types import BOOLEAN, INT16, INT64, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Text
from synth_assets.world.places import places

# Device, operating system and browser are drawn as one: no Safari on Android.
CLIENTS = split(("device_type", "os", "browser"), (
    ("mobile", "Android", "Chrome", 26), ("mobile", "Android", "Samsung Internet", 4),
    ("mobile", "Android", "Firefox", 2), ("mobile", "iOS", "Safari", 22), ("mobile", "iOS", "Chrome", 4),
    ("desktop", "Windows", "Chrome", 15), ("desktop", "Windows", "Edge", 7), ("desktop", "Windows", "Firefox", 3),
    ("desktop", "macOS", "Safari", 5), ("desktop", "macOS", "Chrome", 4), ("desktop", "Linux", "Firefox", 1),
    ("desktop", "Linux", "Chrome", 1), ("tablet", "iPadOS", "Safari", 4), ("tablet", "Android", "Chrome", 2),
))  # fmt: skip

# Where a visit comes from: referrer, utm_source, utm_campaign and a weight.
CHANNELS = split(("referrer", "utm_source", "utm_campaign"), (
    (None, None, None, 30), ("https://www.google.com/", None, None, 24), ("https://www.bing.com/", None, None, 5),
    ("https://duckduckgo.com/", None, None, 3), ("https://www.google.com/", "google", "brand", 6),
    ("https://www.google.com/", "google", "shopping", 7), ("https://www.facebook.com/", "facebook", "retargeting", 5),
    ("https://www.instagram.com/", "instagram", "new_arrivals", 5), (None, "newsletter", "weekly_picks", 8),
    (None, "newsletter", "win_back", 3), ("https://www.pinterest.com/", None, None, 2),
    ("https://blog.example.com/", "affiliate", "reviews", 2),
))  # fmt: skip

REFERRERS = tuple(str(row[0] or "none") for row in CHANNELS.rows)
"""Outside pages by the codes of :attr:`RawSessions.referrer`; where there is none, the cell is null."""

# The three networks reserved for documentation (RFC 5737), without their network and broadcast addresses.
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
ADDRESSES = tuple(f"{network}.{host}" for network in _NETWORKS for host in range(1, 255))

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
    def life(cls) -> tuple[Effect, ...]:
        return (inserted(SessionEnds), deleted(CustomerErased, _of_the_erased))

    session_id = column(INT64, "number of the session, by its end", key())
    customer_id = column(
        INT64,
        "the customer, of a logged-in session",
        key_of("sessions.customer", optional=True),
        references="raw_customers",
        nullable=True,
    )
    started_at = column(TIMESTAMP_UTC, "time of the first click", moment("sessions.started"))
    ended_at = column(TIMESTAMP_UTC, "time of leaving", moment("sessions.ended"))
    device_type = column(STRING, "kind of device", CLIENTS, values=("mobile", "desktop", "tablet"))
    os = column(STRING, "operating system of the device", CLIENTS)
    browser = column(STRING, "browser that runs on it", CLIENTS)
    ip_address = column(STRING, "address in a range reserved for documentation", choices(ADDRESSES))

    @column(STRING, "country of the visitor, ISO 3166-1 alpha-2")
    def country(self) -> Text:
        return places().country_text(self._place)

    @column(STRING, "city of the visitor")
    def city(self) -> Text:
        return Text(places().cities, self._place)

    referrer = column(STRING, "page the visitor came from", CHANNELS, nullable=True)
    utm_source = column(STRING, "source of a campaign", CHANNELS, nullable=True)
    utm_campaign = column(STRING, "name of a campaign", CHANNELS, nullable=True)

    @column(INT16, "page_view and product_view events of the session")
    def page_views(self) -> I64Array:
        return lookups_of(self.dataset).scripts.page_views[self.sessions.script]

    is_converted = column(BOOLEAN, "whether the session has an order", property_of("sessions.buying"))

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
    def _place(self) -> I64Array:
        words = self.bits("city")
        place = places().anywhere(words)
        home = np.flatnonzero((self.sessions.customer >= 0) & chance(words << np.uint64(16), _AT_HOME, 100))
        place[home] = RawCustomers(self.dataset, self.sessions.customer[home], self.sessions.started[home]).place
        return place
