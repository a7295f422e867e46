"""Tenants: when they open, join on trial and leave, and what they are like."""

from fractions import Fraction
from functools import cached_property

import numpy as np

from synth_assets.domains.marketplace.numbers.local_calendar import LocalCalendar
from synth_assets.domains.marketplace.params import MarketplaceParams
from synth_assets.kernel.choice import below, between, chance
from synth_assets.kernel.clock import DAY, HOUR, NEVER, SHOP, Busy, Calendar
from synth_assets.kernel.clocks import AnyClock, clock_at_pace
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.division import remainder
from synth_assets.kernel.popularity import Tails
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences
from synth_assets.world.choices import Choices
from synth_assets.world.goods import kinds_of_goods
from synth_assets.world.places import countries
from synth_assets.world.zones import LOCAL_HOURS

WEEK = 7 * DAY
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

_NOVEMBER = 10

_FORMS = {
    "US": ("Inc", "LLC"), "GB": ("Ltd", "PLC"), "DE": ("GmbH", "KG"), "SE": ("AB",), "AU": ("Pty Ltd",),
    "FR": ("SAS", "SARL"), "CA": ("Inc", "Ltd"), "SG": ("Pte Ltd",), "IE": ("Ltd", "DAC"),
}  # fmt: skip
FORMS = Choices([list(_FORMS[home]) for home in _HOMES])
"""What companies are by law, by :meth:`Tenants.home`."""

_OPENS = (8 * HOUR, 11 * HOUR)
"""Within which seconds of the local day a tenant opens."""

_STOCKED = 4 * DAY  # from the beginning of its first week of stock on a tenant has orders

_HOURS_AHEAD = {"US": -6, "CA": -6, "GB": 0, "IE": 0, "DE": 1, "FR": 1, "SE": 1, "SG": 8, "AU": 10}
"""What clocks show there in standard time, after UTC."""

_SOUTHERN = np.array([home == "AU" for home in _HOMES])
_HALF_A_YEAR = 6  # months

_SEASONS = (
    (SHOP.weekdays, SHOP.months),
    ((118, 116, 114, 112, 106, 72, 62), (104, 104, 110, 104, 102, 98, 82, 80, 106, 108, 106, 96)),
    ((84, 84, 88, 92, 104, 126, 122), (62, 68, 88, 108, 124, 140, 146, 132, 104, 86, 74, 68)),
)
"""What tenants live on: Christmas, offices, summer. Weekdays from Monday, and months."""

_SUMMER = 2

ACTIVITIES = Tails((6, 5, 7))
"""How orders are spread over customers: as usual, over most of them much the same, over a faithful few."""

BASKETS = ({1: 34, 2: 18, 3: 8, 4: 4}, {1: 22, 2: 20, 3: 12, 4: 7, 5: 3}, {1: 10, 2: 18, 3: 16, 4: 12, 5: 8})
"""Of 64 orders in a row, how many have so many lines."""

QUANTITIES = ((80, 14, 4, 2), (66, 20, 9, 5), (40, 26, 14, 12, 8))
"""How often a line is of one piece, two, three, …, by basket."""

DEPARTMENTS = len(kinds_of_goods().categories)
"""A tenant's categories, from the one that it sells most to the one that it sells least."""

_APART = 3  # categories between departments that follow each other; coprime to how many there are


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
        young = remainder(numbers, 4) == 3
        least, most = np.where(young, 2_900, 9_000), np.where(young, 6_500, 29_000)
        words = self._bits("created_at", numbers)
        morning = between(words << np.uint64(32), *_OPENS)
        day = (self._as_of - between(words, least, most) * HOUR) // DAY * DAY
        self.opened: I64Array = day + morning - self.ahead(numbers)
        start = np.maximum(self.opened + 7 * DAY, self._as_of - YEAR)
        # Some days of the stock's first week are before the first order.
        week = self._as_of + (start - self._as_of) // WEEK * WEEK
        self.start: I64Array = np.maximum(start, week + _STOCKED)

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
        weekdays, months = _SEASONS[season]
        if home == "AU" and season == _SUMMER:
            months = months[_HALF_A_YEAR:] + months[:_HALF_A_YEAR]
        key = self._dataset.key("tenants", "calendar", f"{home} {season}")
        hours = (_LONGEST_HISTORY + 62 * DAY) // HOUR
        busy = Busy(LOCAL_HOURS, weekdays, months)
        return LocalCalendar(key, self.begin, hours, busy=busy, ahead=_HOURS_AHEAD[home] * HOUR)

    def ahead(self, tenants: I64Array) -> I64Array:
        """How many seconds each one's clocks are ahead of UTC."""
        hours = np.array([_HOURS_AHEAD[home] for home in _HOMES], dtype=np.int64)
        return hours[self.home(tenants)] * HOUR

    def season_month(self, tenants: I64Array, seconds: I64Array) -> I64Array:
        """The month, from 0 for January, that it is at each; south of the equator that of the same season, shape (n,).

        November and December are what they are anywhere.
        """
        local = (seconds + self.ahead(tenants)).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
        turned = _SOUTHERN[self.home(tenants)] & (local < _NOVEMBER) & ((local + _HALF_A_YEAR) % 12 < _NOVEMBER)
        return np.where(turned, (local + _HALF_A_YEAR) % 12, local)

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
        """How orders are spread over customers: one of :data:`ACTIVITIES`."""
        return self._in_turn("activity", tenants, ACTIVITIES.count)

    def basket(self, tenants: I64Array) -> I64Array:
        """How much is bought at once: a place in :data:`BASKETS` and :data:`QUANTITIES`."""
        return self._in_turn("basket", tenants, len(BASKETS))

    def category(self, tenants: I64Array, department: I64Array) -> I64Array:
        """The category of goods of one of each tenant's departments."""
        return (below(self._bits("taste", tenants), DEPARTMENTS) + department * _APART) % DEPARTMENTS

    def home(self, tenants: I64Array) -> I64Array:
        """The place of each one's home among all of them."""
        # Four steps of nine: neighbours are never at home in the same country, nor a few of them in a row.
        return self._in_turn("home", tenants * 4, len(_HOMES))

    def _in_turn(self, what: str, tenants: I64Array, count: int) -> I64Array:
        """One of so many kinds, in turn from one that the seed chooses: neighbours are never alike."""
        return (self._dataset.key("tenants", what).k0 % count + tenants) % count

    def _bits(self, what: str, tenants: I64Array) -> U64Array:
        return bits(self._dataset.key("tenants", what), tenants)
