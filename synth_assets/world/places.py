"""Countries and cities, each with its region, districts and fictional phone numbers: they agree with each other."""

import functools
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import WeightTable, below, pick, weight_table
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.values import Text, TextPool
from synth_assets.world import vocabulary
from synth_assets.world.patterns import filled

_POSTAL_CODES = (64, 8)  # concrete postal codes of a place: so many, and so many more for each unit of its weight
_PHONES = 100  # concrete phone numbers per place


class Countries:
    """Countries by number.

    Attributes:
        codes: their ISO 3166-1 alpha-2 codes.
        pool: the same, for cells.
        weights: how many of a hundred people live there.
    """

    def __init__(self) -> None:
        rows = vocabulary.rows("countries")
        self.codes = [row["country"] for row in rows]
        self.pool = TextPool(self.codes, lasting=True)
        self.weights = [int(row["weight"]) for row in rows]

    def numbers(self, codes: list[str]) -> I64Array:
        """The number of each code, shape (n,)."""
        order = {code: number for number, code in enumerate(self.codes)}
        return np.array([order[code] for code in codes], dtype=np.int64)


class Places:
    """Cities by number, each with its region, country, districts and fictional phone numbers.

    Attributes:
        country: the number of each city's country, shape (places,).
        weights: how many people live in each city in relation to the others, shape (places,).
        cities: their names.
        offset_minutes: how far standard time there is ahead of UTC, shape (places,).
        daylight_saving: whose rule daylight saving time follows there, by name; one for each city.
        tax_millipercent: sales tax in thousandths of a per cent, shape (places,).
    """

    def __init__(self) -> None:
        rows = vocabulary.rows("places")
        self.country = countries().numbers([row["country"] for row in rows])
        self.cities = TextPool([row["city"] for row in rows], lasting=True)
        self._regions = TextPool([row["region"] for row in rows], lasting=True)
        self._has_region: NDArray[np.bool_] = np.array([bool(row["region"]) for row in rows])
        self._has_phone: NDArray[np.bool_] = np.array([bool(row["phone_pattern"]) for row in rows])
        self.offset_minutes: I64Array = np.array([int(row["utc_offset"]) for row in rows], dtype=np.int64)
        self.daylight_saving = [row["daylight_saving"] for row in rows]
        taxes = [int(Decimal(row["sales_tax_percent"]) * 1_000) for row in rows]
        self.tax_millipercent: I64Array = np.array(taxes, dtype=np.int64)
        weights = np.array([int(row["weight"]) for row in rows], dtype=np.int64)
        base, more = _POSTAL_CODES
        self._codes = base + more * weights
        self._first_code = np.cumsum(self._codes) - self._codes
        share = np.array(countries().weights, dtype=np.int64)[self.country]
        of_country = np.bincount(self.country, weights).astype(np.int64)[self.country]
        self.weights: I64Array = share * weights * 10_000 // of_country
        self._anywhere = weight_table(self.weights.tolist())
        self._within = [self._weigh_country(weights, number) for number in range(len(countries().codes))]

    def _weigh_country(self, weights: I64Array, country: int) -> WeightTable:
        return weight_table(np.where(self.country == country, weights, 0).tolist())

    def anywhere(self, words: U64Array) -> I64Array:
        """A city for each word, by the weights of countries and cities; shape (n,)."""
        return self._anywhere.slots[words >> np.uint64(48)].astype(np.int64)

    def within(self, words: U64Array, country: I64Array) -> I64Array:
        """A city of the given country for each word; shape (n,)."""
        return picked_by(self._within, words, country)

    def country_text(self, place: I64Array) -> Text:
        """The country code of each place."""
        return Text(countries().pool, self.country[place])

    def region_text(self, place: I64Array) -> Text:
        """The region of each place; null where the country has none."""
        return Text(self._regions, place, self._has_region[place])

    def postal_text(self, place: I64Array, words: U64Array) -> Text:
        """A postal code of one of each place's districts; large ones come more often."""
        return Text(self._postal_codes, self._first_code[place] + below(words, self._codes[place]))

    def phone_text(self, place: I64Array, words: U64Array) -> Text:
        """A fictional phone number of each place; null where the country has reserved none."""
        return Text(self._phones, place * _PHONES + below(words, _PHONES), self._has_phone[place])

    @cached_property
    def _postal_codes(self) -> TextPool:
        """Codes of all places laid end to end; a district has as many of its city's as its weight says."""
        patterns: list[str] = []
        for codes, districts in zip(self._codes.tolist(), _districts(), strict=True):
            ends = np.cumsum([weight for _, weight in districts], dtype=np.int64)
            counts = np.diff(codes * ends // ends[-1], prepend=0)
            patterns += np.repeat([pattern for pattern, _ in districts], counts).tolist()
        return TextPool(filled("postal_code", patterns, 1))

    @cached_property
    def _phones(self) -> TextPool:
        """Numbers of all places; one without fictional numbers has no phones, its slots are never chosen."""
        patterns = [row["phone_pattern"] or "none" for row in vocabulary.rows("places")]
        return TextPool(filled("phone", patterns, _PHONES))


def _districts() -> list[list[tuple[str, int]]]:
    """Of each place the patterns of its districts' postal codes, with their weights."""
    by_city: dict[tuple[str, ...], list[tuple[str, int]]] = {_city(row): [] for row in vocabulary.rows("places")}
    for row in vocabulary.rows("districts"):
        by_city[_city(row)].append((row["postal_pattern"], int(row["weight"])))
    return list(by_city.values())


def _city(row: dict[str, str]) -> tuple[str, ...]:
    return row["country"], row["region"], row["city"]


def picked_by(tables: list[WeightTable], words: U64Array, owner: I64Array) -> I64Array:
    """For each word a pick of its owner's table; shape (n,)."""
    found = np.zeros(len(words), dtype=np.int64)
    for number, table in enumerate(tables):
        of = np.flatnonzero(owner == number)
        if len(of):
            found[of] = pick(words[of], table)
    return found


@functools.cache
def countries() -> Countries:
    """The countries, made once."""
    return Countries()


@functools.cache
def places() -> Places:
    """The places, made once."""
    return Places()
