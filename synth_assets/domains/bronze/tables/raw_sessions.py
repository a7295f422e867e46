"""Visits to the shop, numbered in the order in which they end; every eighth or so ends in an order."""

from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from synth_assets.columns.basis.cells import cells_of
from synth_assets.columns.key import key
from synth_assets.columns.key_of import key_of
from synth_assets.columns.moment import moment
from synth_assets.columns.named import named
from synth_assets.columns.property_of import property_of
from synth_assets.domains.bronze.acts import CustomerErased, SessionEnds
from synth_assets.domains.bronze.numbers.lookups import lookups_of
from synth_assets.domains.bronze.numbers.session_customers import Visitors
from synth_assets.domains.bronze.numbers.sessions import Sessions
from synth_assets.domains.bronze.numbers.visits import (
    BROWSERS,
    CHANNELS,
    DEVICE_TYPES,
    SYSTEMS,
    anonymous_client,
    channel_of,
    client_of,
    whereabouts,
)
from synth_assets.domains.bronze.tables.raw_customers import RawCustomers
from synth_assets.domains.bronze.tables.rules.raw_sessions import RULES
from synth_assets.kernel.choice import below
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.timeline import Effect, Members, deleted, inserted
from synth_assets.model.types import BOOLEAN, INT16, INT64, STRING, TIMESTAMP_UTC
from synth_assets.model.values import Text, TextPool
from synth_assets.world.places import places
from synth_assets.world.zones import zones

# The three networks reserved for documentation (RFC 5737), without their network and broadcast addresses.
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
ADDRESSES = tuple(f"{network}.{host}" for network in _NETWORKS for host in range(1, 255))
_ADDRESS_POOL = TextPool(ADDRESSES, lasting=True)
_REFERRER, _SOURCE, _CAMPAIGN = (cells_of(tuple(row[part] for row in CHANNELS), STRING) for part in range(3))
_MONTHS = 4_096  # of a customer's addresses: enough for three centuries


def _of_the_erased(act: CustomerErased) -> Members:
    """The sessions of each customer who is erased."""
    lookups = lookups_of(act.dataset)
    if lookups.params.orders == 0:
        return Members(np.zeros(len(act.subjects), dtype=np.int64), act.subjects[:0])
    last_epoch = lookups.orders(act.until) // lookups.session_customers.epoch_groups
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
        since=2,
    )
    started_at = column(TIMESTAMP_UTC, "time of the first click", moment("sessions.started"), since=2)
    ended_at = column(TIMESTAMP_UTC, "time of leaving", moment("sessions.ended"), since=2)
    device_type = column(
        STRING, "kind of device", named("client", DEVICE_TYPES), values=("mobile", "desktop", "tablet"), since=2
    )
    os = column(STRING, "operating system of the device", named("client", SYSTEMS), since=2)
    browser = column(STRING, "browser that runs on it", named("client", BROWSERS), since=2)

    @column(STRING, "address in a range reserved for documentation; a customer keeps one for about a month", since=2)
    def ip_address(self) -> Text:
        words = self.bits("ip_address")
        known = self._known
        month = self.sessions.started[known] // (30 * DAY) % _MONTHS
        words[known] = bits(
            self.dataset.key(self.about.name, "ip_address", "of customer"), self._customer * _MONTHS + month
        )
        return Text(_ADDRESS_POOL, below(words, len(ADDRESSES)))

    @column(STRING, "country of the visitor, ISO 3166-1 alpha-2", since=2)
    def country(self) -> Text:
        return places().country_text(self._place)

    @column(STRING, "city of the visitor", since=2)
    def city(self) -> Text:
        return Text(places().cities, self._place)

    @column(STRING, "page the visitor came from", nullable=True, since=2)
    def referrer(self) -> Text:
        return cast("Text", _REFERRER.take(self.channel))

    @column(STRING, "source of a campaign", nullable=True, since=2)
    def utm_source(self) -> Text:
        return cast("Text", _SOURCE.take(self.channel))

    @column(STRING, "name of a campaign", nullable=True, since=2)
    def utm_campaign(self) -> Text:
        return cast("Text", _CAMPAIGN.take(self.channel))

    @column(INT16, "page_view and product_view events of the session", since=2)
    def page_views(self) -> I64Array:
        return lookups_of(self.dataset).scripts.page_views[self.sessions.script]

    is_converted = column(BOOLEAN, "whether the session has an order", property_of("sessions.buying"), since=2)

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
    def client(self) -> I64Array:
        """What is used: a row of :data:`~synth_assets.domains.bronze.numbers.visits.CLIENTS`."""
        words = self.bits("device_type")
        used = anonymous_client(words)
        known = self._known
        used[known] = client_of(self.dataset, self._customer, self.sessions.started[known], self.sessions.buying[known])
        return used

    @cached_property
    def channel(self) -> I64Array:
        """Where the visit comes from: a row of :data:`~synth_assets.domains.bronze.numbers.visits.CHANNELS`."""
        return channel_of(self.bits("referrer"), self.sessions.buying)

    @cached_property
    def _known(self) -> I64Array:
        """Places of the logged-in sessions."""
        return np.flatnonzero(self.sessions.customer >= 0)

    @property
    def _customer(self) -> I64Array:
        """The customers of :attr:`_known`."""
        return self.sessions.customer[self._known]

    @cached_property
    def _place(self) -> I64Array:
        started, known = self.sessions.started, self._known
        place = zones().at(self.bits("city"), started)
        visitors = Visitors(*(values[known] for values in self.sessions.visitor))
        home = RawCustomers.of_visitors(self.dataset, visitors, started[known]).place
        place[known] = whereabouts(self.dataset, visitors.customer, started[known], home)
        return place
