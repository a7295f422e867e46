"""Street lines: names with house numbers where the country puts them."""

import functools

import numpy as np
import polars as pl

from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.world import vocabulary
from synth_assets.world.places import countries

_HOUSES = 180  # house numbers of a street


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
        number = below(words << np.uint64(32), _HOUSES) + 1
        frame = pl.DataFrame({"h": self._head.gather(street), "n": number, "t": self._tail.gather(street)})
        return frame.select(pl.concat_str("h", "n", "t")).to_series()


@functools.cache
def streets() -> Streets:
    """The streets, made once."""
    return Streets()
