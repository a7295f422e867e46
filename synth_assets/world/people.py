"""People: given and family names usual in their country, and how they stand in an e-mail address."""

import functools
import unicodedata
from collections import Counter

import numpy as np
import polars as pl

from synth_assets.kernel.choice import WeightTable, below, weight_table
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.model.values import TextPool
from synth_assets.world import vocabulary
from synth_assets.world.places import countries

GENDER_SHARES = {"female": 492, "male": 492, "nonbinary": 16}
"""Genders, with how many of a thousand people are of each."""

GENDERS = tuple(GENDER_SHARES)


class NamePool:
    """First or last names of all countries, laid end to end; ``codes`` picks one of a country's own.

    Attributes:
        names: as they are written.
        slugs: as they stand in an e-mail address, lower-case ASCII letters.
    """

    def __init__(self, part: str) -> None:
        rows = [row for row in vocabulary.rows("people") if row["part"] == part]
        order = {country: number for number, country in enumerate(countries().codes)}
        rows.sort(key=lambda row: order[row["country"]])
        of_country = Counter(row["country"] for row in rows)
        self._count = np.array([of_country[country] for country in order], dtype=np.int64)
        self._first = np.cumsum(self._count) - self._count
        names = [row["value"] for row in rows]
        self.names = TextPool(names, lasting=True)
        self.slugs = TextPool([_slug(name) for name in names])

    def codes(self, words: U64Array, country: I64Array) -> I64Array:
        """One name for each row, of its country; shape (n,)."""
        return self._first[country] + below(words, self._count[country])

    def other_codes(self, codes: I64Array, words: U64Array, country: I64Array) -> I64Array:
        """Another name of the country than each that is there; shape (n,)."""
        first, count = self._first[country], self._count[country]
        return first + (codes - first + 1 + below(words, np.maximum(count - 1, 1))) % count


_SPELT_OUT = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "œ": "oe", "ł": "l"})


def _slug(name: str) -> str:
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.translate(_SPELT_OUT)).encode("ascii", "ignore").decode()
    return name.lower() if name.isalpha() else "".join(filter(str.isalpha, name.lower()))


@functools.cache
def names(part: str) -> NamePool:
    """Names: ``female``, ``male`` or ``last``; made once."""
    return NamePool(part)


@functools.cache
def first_names(*, slug: bool) -> TextPool:
    """Female given names, then male ones; as written, or as they stand in an e-mail address."""
    pools = [names("female"), names("male")]
    return TextPool(pl.concat([(pool.slugs if slug else pool.names).texts for pool in pools]), lasting=True)


@functools.cache
def gender_table() -> WeightTable:
    """Shares of :data:`GENDERS`."""
    return weight_table(tuple(GENDER_SHARES.values()))
