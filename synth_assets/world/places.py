"""Countries and cities, each with its region, postal codes and fictional phone numbers: they agree with each other."""

import functools

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import WeightTable, below, weight_table
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.values import Text, TextPool
from synth_assets.world import vocabulary
from synth_assets.world.patterns import filled

_POSTAL_CODES = 64  # concrete postal codes per place
_PHONES = 100  # concrete phone numbers per place


class Countries:
    """Countries by number.

    Attributes:
        codes: their ISO 3166-1 alpha-2 codes.
        pool: the same, for cells.
        tax_permille: sales tax, shape (countries,).
        weights: how many of a hundred people live there.
    """

    def __init__(self) -> None:
        rows = vocabulary.rows("countries")
        self.codes = [row["country"] for row in rows]
        self.pool = TextPool(self.codes)
        self.tax_permille = np.array([int(row["tax_permille"]) for row in rows], dtype=np.int64)
        self.weights = [int(row["weight"]) for row in rows]

    def numbers(self, codes: list[str]) -> I64Array:
        """The number of each code, shape (n,)."""
        order = {code: number for number, code in enumerate(self.codes)}
        return np.array([order[code] for code in codes], dtype=np.int64)


class Places:
    """Cities by number, each with its region, country, postal codes and fictional phone numbers.

    Attributes:
        country: the number of each city's country, shape (places,).
        cities: their names.
    """

    def __init__(self) -> None:
        rows = vocabulary.rows("places")
        self.country = countries().numbers([row["country"] for row in rows])
        self.cities = TextPool([row["city"] for row in rows])
        self._regions = TextPool([row["region"] for row in rows])
        self._has_region: NDArray[np.bool_] = np.array([bool(row["region"]) for row in rows])
        self._has_phone: NDArray[np.bool_] = np.array([bool(row["phone_pattern"]) for row in rows])
        self._postal_codes = TextPool(filled("postal_code", [row["postal_pattern"] for row in rows], _POSTAL_CODES))
        # A place without fictional numbers has no phones; its slots in the pool are never chosen.
        self._phones = TextPool(filled("phone", [row["phone_pattern"] or "none" for row in rows], _PHONES))
        weights = np.array([int(row["weight"]) for row in rows], dtype=np.int64)
        self._anywhere = self._weigh(weights)
        self._within = [self._weigh_country(weights, number) for number in range(len(countries().codes))]

    def _weigh(self, weights: I64Array) -> WeightTable:
        share = np.array(countries().weights, dtype=np.int64)[self.country]
        of_country = np.bincount(self.country, weights).astype(np.int64)[self.country]
        return weight_table((share * weights * 10_000 // of_country).tolist())

    def _weigh_country(self, weights: I64Array, country: int) -> WeightTable:
        return weight_table(np.where(self.country == country, weights, 0).tolist())

    def anywhere(self, words: U64Array) -> I64Array:
        """A city for each word, by the weights of countries and cities; shape (n,)."""
        return self._anywhere.slots[words >> np.uint64(48)].astype(np.int64)

    def within(self, words: U64Array, country: I64Array) -> I64Array:
        """A city of the given country for each word; shape (n,)."""
        place = np.zeros(len(words), dtype=np.int64)
        for number, table in enumerate(self._within):
            there = country == number
            place[there] = table.slots[words[there] >> np.uint64(48)]
        return place

    def country_text(self, place: I64Array) -> Text:
        """The country code of each place."""
        return Text(countries().pool, self.country[place])

    def region_text(self, place: I64Array) -> Text:
        """The region of each place; null where the country has none."""
        return Text(self._regions, place, self._has_region[place])

    def postal_text(self, place: I64Array, words: U64Array) -> Text:
        """A postal code of each place."""
        return Text(self._postal_codes, place * _POSTAL_CODES + below(words, _POSTAL_CODES))

    def phone_text(self, place: I64Array, words: U64Array) -> Text:
        """A fictional phone number of each place; null where the country has reserved none."""
        return Text(self._phones, place * _PHONES + below(words, _PHONES), self._has_phone[place])


@functools.cache
def countries() -> Countries:
    """The countries, made once."""
    return Countries()


@functools.cache
def places() -> Places:
    """The places, made once."""
    return Places()
