"""Tenants: when they open, join on trial and leave, and what they are like."""

from fractions import Fraction
from functools import cached_property

import numpy as np

from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR, NEVER, SHOP, Busy, Calendar
from synth_assets.kernel.clocks import AnyClock, clock_at_pace
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences
from synth_assets.world.choices import Choices
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.places import countries

YEAR = 365 * DAY
"""Orders of the base go back so far at the most."""

_TRIALS_A_DAY = Fraction(1, 7)
_LONGEST_HISTORY = 1_280 * DAY
_LONGEST_TRIAL = 50 * DAY  # of a tenant that leaves

_HOMES = ("US", "GB", "DE", "SE", "AU", "FR", "CA", "SG", "IE")
"""Where tenants are at home, in turn, so that neighbours differ in language, currency and hours."""

_CURRENCIES = {
    "US": ("USD", 1_000), "GB": ("GBP", 800), "DE": ("EUR", 920), "SE": ("SEK", 10_500), "AU": ("AUD", 1_520),
    "FR": ("EUR", 920), "CA": ("CAD", 1_360), "SG": ("SGD", 1_340), "IE": ("EUR", 920),
}  # fmt: skip
"""The currency of each home, and what a dollar is in it, in thousandths."""

CURRENCIES = tuple(dict.fromkeys(currency for currency, _ in _CURRENCIES.values()))
"""Currencies by number."""

_FORMS = {
    "US": ("Inc", "LLC"), "GB": ("Ltd", "PLC"), "DE": ("GmbH", "KG"), "SE": ("AB",), "AU": ("Pty Ltd",),
    "FR": ("SAS", "SARL"), "CA": ("Inc", "Ltd"), "SG": ("Pte Ltd",), "IE": ("Ltd", "DAC"),
}  # fmt: skip
FORMS = Choices([list(_FORMS[home]) for home in _HOMES])
"""What companies are by law, by :meth:`Tenants.home`."""

_HOURS_AHEAD = {"US": -6, "CA": -6, "GB": 0, "IE": 0, "DE": 1, "FR": 1, "SE": 1, "SG": 8, "AU": 10}

_SEASONS = (
    (SHOP.weekdays, SHOP.months),
    ((118, 116, 114, 112, 106, 72, 62), (104, 104, 110, 104, 102, 98, 82, 80, 106, 108, 106, 96)),
    ((84, 84, 88, 92, 104, 126, 122), (62, 68, 88, 108, 124, 140, 146, 132, 104, 86, 74, 68)),
)
"""What tenants live on: Christmas, offices, summer. Weekdays from Monday, and months."""

ACTIVITIES = np.array([[50, 16, 5, 6], [20, 12, 8, 8], [90, 14, 3, 4]], dtype=np.int64)
"""Relative frequency of orders of one customer of each stratum: as usual, of much the same, of a faithful few."""

BASKETS = ({1: 34, 2: 18, 3: 8, 4: 4}, {1: 22, 2: 20, 3: 12, 4: 7, 5: 3}, {1: 10, 2: 18, 3: 16, 4: 12, 5: 8})
"""Of 64 orders in a row, how many have so many lines."""

QUANTITIES = ((80, 14, 4, 2), (66, 20, 9, 5), (40, 26, 14, 12, 8))
"""How often a line is of one piece, two, three, …, by basket."""

_FAVOURITES = 3  # categories that a tenant mostly sells


class Tenants:
    """The tenants of one dataset; arguments and results by tenant are arrays of shape (n,).

    Attributes:
        count: tenants of the base.
        opened: second in which each of those opened, shape (count,).
        start: second from which each of those has orders, shape (count,).
        begin: before any of that.
    """

    def __init__(self, dataset: Dataset, params: MarketplaceParams) -> None:
        self._dataset = dataset
        self._as_of = dataset.as_of_second
        self.count = params.tenants
        self.begin = self._as_of - _LONGEST_HISTORY
        numbers = np.arange(self.count, dtype=np.int64)
        young = numbers % 4 == 3
        least, most = np.where(young, 2_900, 9_000), np.where(young, 6_500, 29_000)
        hours = between(self._bits("created_at", numbers), least, most)
        self.opened: I64Array = self._as_of - hours * HOUR
        self.start: I64Array = np.maximum(self.opened + 7 * DAY, self._as_of - YEAR)

    @cached_property
    def _joins(self) -> AnyClock:
        return clock_at_pace(self._dataset.key("tenants", "joined"), _TRIALS_A_DAY, self._as_of)

    # Coming and going

    def trials(self, at: int | None) -> int:
        """How many have joined on trial before a moment; none in the base."""
        return 0 if at is None or at <= self._as_of else self._joins.count_before_one(at)

    def joined(self, tenants: I64Array) -> I64Array:
        """Second in which each opened, or joined on trial."""
        joined = np.empty(len(tenants), dtype=np.int64)
        trial = tenants >= self.count
        joined[~trial] = self.opened[tenants[~trial]]
        if trial.any():
            joined[trial] = self._joins.seconds(tenants[trial] - self.count)
        return joined

    def left(self, tenants: I64Array) -> I64Array:
        """Second in which each leaves with all it has: half of those on trial do; :data:`NEVER` for the others."""
        left = np.full(len(tenants), NEVER)
        trial = np.flatnonzero(tenants >= self.count)
        if len(trial):
            chosen = tenants[trial]
            words = self._bits("left", chosen)
            stays = self.joined(chosen) + between(words << np.uint64(32), 16 * DAY, _LONGEST_TRIAL)
            left[trial] = np.where(chance(words, 1, 2), stays, NEVER)
        return left

    def joining(self, since: int, until: int) -> I64Array:
        """The tenants that join on trial in ``[since, until)``."""
        return self.count + np.arange(self.trials(since), self.trials(until), dtype=np.int64)

    def leaving(self, since: int, until: int) -> Occurrences:
        """The tenants on trial that leave in ``[since, until)``."""
        joined = self.joining(since - _LONGEST_TRIAL, until)
        return Occurrences.within(self.left(joined), joined, since, until)

    # What they are like

    @cached_property
    def calendars(self) -> list[Calendar]:
        """When there is how much traffic; :meth:`calendar` says whose."""
        return [self._calendar_of(home, season) for home in _HOMES for season in range(len(_SEASONS))]

    def calendar(self, tenants: I64Array) -> I64Array:
        """The number of each one's calendar."""
        return self.home(tenants) * len(_SEASONS) + self._in_turn("season", tenants, len(_SEASONS))

    def _calendar_of(self, home: str, season: int) -> Calendar:
        # Hours are as people in Berlin keep them, for whom SHOP's are an hour early.
        ahead = _HOURS_AHEAD[home] - _HOURS_AHEAD["DE"]
        hours = tuple(SHOP.hours[(hour + ahead) % 24] for hour in range(24))
        weekdays, months = _SEASONS[season]
        key = self._dataset.key("tenants", "calendar", f"{home} {season}")
        return Calendar(key, self.begin, (_LONGEST_HISTORY + 62 * DAY) // HOUR, busy=Busy(hours, weekdays, months))

    def country(self, tenants: I64Array) -> I64Array:
        """The country that each is at home in, by its number among all."""
        return countries().numbers(list(_HOMES))[self.home(tenants)]

    def currency(self, tenants: I64Array) -> I64Array:
        """The place of each one's currency in :data:`CURRENCIES`."""
        codes = [CURRENCIES.index(_CURRENCIES[home][0]) for home in _HOMES]
        return np.array(codes, dtype=np.int64)[self.home(tenants)]

    def price_permille(self, tenants: I64Array) -> I64Array:
        """What each charges, in thousandths of a usual price in dollars: dear or cheap, in its currency."""
        rates = np.array([_CURRENCIES[home][1] for home in _HOMES], dtype=np.int64)[self.home(tenants)]
        return between(self._bits("price level", tenants), 650, 1_700) * rates // 1_000

    def activity(self, tenants: I64Array) -> I64Array:
        """How orders are spread over customers: a row of :data:`ACTIVITIES`."""
        return self._in_turn("activity", tenants, len(ACTIVITIES))

    def basket(self, tenants: I64Array) -> I64Array:
        """How much is bought at once: a place in :data:`BASKETS` and :data:`QUANTITIES`."""
        return self._in_turn("basket", tenants, len(BASKETS))

    def category(self, tenants: I64Array, words: U64Array) -> I64Array:
        """The category of goods of one of each tenant's products: one of its favourites, most often."""
        count = len(kinds_of_goods().categories)
        first = below(self._bits("taste", tenants), count)
        favourite = (first + below(words << np.uint64(8), _FAVOURITES) * 3) % count
        return np.where(chance(words, 80, 100), favourite, below(words << np.uint64(24), count))

    def home(self, tenants: I64Array) -> I64Array:
        """The place of each one's home among all of them."""
        # Four steps of nine: neighbours are never at home in the same country, nor a few of them in a row.
        return self._in_turn("home", tenants * 4, len(_HOMES))

    def _in_turn(self, what: str, tenants: I64Array, count: int) -> I64Array:
        """One of so many kinds, in turn from one that the seed chooses: neighbours are never alike."""
        return (self._dataset.key("tenants", what).k0 % count + tenants) % count

    def _bits(self, what: str, tenants: I64Array) -> U64Array:
        return bits(self._dataset.key("tenants", what), tenants)
