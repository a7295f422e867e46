"""Names, places and addresses from the frozen vocabularies, as look-up tables that agree with each other."""

import functools
import unicodedata

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.kernel.choice import WeightTable, below, weight_table
from synth_assets.kernel.counter import I64Array, Span, U64Array, bits
from synth_assets.kernel.keys import derive
from synth_assets.model import vocabulary
from synth_assets.model.values import Text, TextPool

GENDERS = ("female", "male", "nonbinary")
_GENDER_SHARES = (492, 492, 16)

_POSTAL_CODES = 64  # concrete postal codes per place
_PHONES = 100  # concrete phone numbers per place
_FILL = {
    placeholder: np.array([ord(char) for char in chars], dtype=np.uint32)
    for placeholder, chars in (("#", "0123456789"), ("@", "ABDEFGHJLNPQRSTUWXYZ"), ("&", "ABCEGHJKLMNPRSTVWXYZ"))
}


class NamePool:
    """First or last names of all countries, laid end to end; ``codes`` picks one of a country's own."""

    def __init__(self, part: str) -> None:
        rows = [row for row in vocabulary.rows("people") if row["part"] == part]
        order = {country: number for number, country in enumerate(countries().codes)}
        rows.sort(key=lambda row: order[row["country"]])
        self._count = np.array([sum(row["country"] == c for row in rows) for c in order], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        names = [row["value"] for row in rows]
        self.names = TextPool(names)
        self.slugs = TextPool([_slug(name) for name in names])

    def codes(self, words: U64Array, country: I64Array) -> I64Array:
        """One name for each row, of its country; shape (n,)."""
        return self._first[country] + below(words, self._count[country])


class Countries:
    """Countries by number."""

    def __init__(self) -> None:
        rows = vocabulary.rows("countries")
        self.codes = [row["country"] for row in rows]
        self.pool = TextPool(self.codes)
        self.tax_permille = np.array([int(row["tax_permille"]) for row in rows], dtype=np.int64)
        self.weights = [int(row["weight"]) for row in rows]


class Places:
    """Cities by number, each with its region, country, postal codes and fictional phone numbers."""

    def __init__(self) -> None:
        rows = vocabulary.rows("places")
        order = {code: number for number, code in enumerate(countries().codes)}
        self.country: I64Array = np.array([order[row["country"]] for row in rows], dtype=np.int64)
        self.cities = TextPool([row["city"] for row in rows])
        self.regions = TextPool([row["region"] for row in rows])
        self.has_region: NDArray[np.bool_] = np.array([bool(row["region"]) for row in rows])
        self.has_phone: NDArray[np.bool_] = np.array([bool(row["phone_pattern"]) for row in rows])
        self.postal_codes = TextPool(_filled("postal_code", [row["postal_pattern"] for row in rows], _POSTAL_CODES))
        # A place without fictional numbers has no phones; its slots in the pool are never chosen.
        self.phones = TextPool(_filled("phone", [row["phone_pattern"] or "none" for row in rows], _PHONES))
        weights = np.array([int(row["weight"]) for row in rows], dtype=np.int64)
        self._anywhere = self._weigh(weights)
        self._within = [self._weigh_country(weights, number) for number in range(len(order))]

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
        return Text(self.regions, place, self.has_region[place])

    def postal_text(self, place: I64Array, words: U64Array) -> Text:
        """A postal code of each place."""
        return Text(self.postal_codes, place * _POSTAL_CODES + below(words, _POSTAL_CODES))

    def phone_text(self, place: I64Array, words: U64Array) -> Text:
        """A fictional phone number of each place; null where the country has reserved none."""
        return Text(self.phones, place * _PHONES + below(words, _PHONES), self.has_phone[place])


class Streets:
    """Street lines: the parts before and after the house number."""

    def __init__(self) -> None:
        rows = vocabulary.rows("streets")
        order = {code: number for number, code in enumerate(countries().codes)}
        rows = sorted(rows, key=lambda row: order[row["country"]])
        self._count = np.array([sum(row["country"] == c for row in rows) for c in order], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        halves = [row["pattern"].split("{n}") for row in rows]
        self._head = pl.Series([head for head, _ in halves])
        self._tail = pl.Series([tail for _, tail in halves])

    def lines(self, words: U64Array, country: I64Array) -> pl.Series:
        """A street with a house number for each row, of its country; String series of n."""
        street = self._first[country] + below(words, self._count[country])
        number = below(words << np.uint64(32), 180) + 1
        frame = pl.DataFrame({"h": self._head.gather(street), "n": number, "t": self._tail.gather(street)})
        return frame.select(pl.concat_str("h", "n", "t")).to_series()


def _filled(kind: str, patterns: list[str], each: int) -> list[str]:
    """``each`` concrete strings per pattern, the placeholders filled in by keyed draws."""
    words = bits(derive("vocabulary", kind), Span(0, len(patterns) * each)).reshape(len(patterns), each)
    return [text for pattern, own in zip(patterns, words, strict=True) for text in _fill(pattern, own)]


def _fill(pattern: str, words: U64Array) -> list[str]:
    """A string for each word; shape (each,)."""
    chars = np.empty((len(words), len(pattern)), dtype=np.uint32)
    for at, char in enumerate(pattern):
        choices = _FILL.get(char)
        if choices is None:
            chars[:, at] = ord(char)
        else:
            words, place = np.divmod(words, np.uint64(len(choices)))
            chars[:, at] = choices[place]
    return chars.view(f"<U{len(pattern)}").ravel().tolist()


def _slug(name: str) -> str:
    plain = name.translate(str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "œ": "oe", "ł": "l"}))
    folded = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "".join(char for char in folded.lower() if char.isalpha())


@functools.cache
def countries() -> Countries:
    """The countries."""
    return Countries()


@functools.cache
def places() -> Places:
    """The places."""
    return Places()


@functools.cache
def streets() -> Streets:
    """The streets."""
    return Streets()


@functools.cache
def names(part: str) -> NamePool:
    """Names: ``female``, ``male`` or ``last``."""
    return NamePool(part)


@functools.cache
def first_names(*, slug: bool) -> TextPool:
    """Female given names, then male ones; as written, or as they stand in an e-mail address."""
    pools = [names("female"), names("male")]
    return TextPool(pl.concat([(pool.slugs if slug else pool.names).texts for pool in pools]))


@functools.cache
def gender_table() -> WeightTable:
    """Shares of :data:`GENDERS`."""
    return weight_table(_GENDER_SHARES)
