"""A rota: rows that take turns, each every so many days, by a congruence that can be asked both ways.

Row n belongs to stratum n mod 10, which has a period of P days. Its turns come on the days d with
d ≡ a·(n div 10) + b (mod P), a and b being the stratum's own and a coprime to P. So every day has the same share
of each stratum, and "whose turn is it today" is an arithmetic progression: nobody else is looked at.
"""

import functools
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from synth_assets.kernel.choice import below
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.division import divided
from synth_assets.kernel.keys import StreamKey
from synth_assets.kernel.permutation import affine_permutations

STRATA = 10
_ALL = np.arange(STRATA, dtype=np.int64)
_NO_ROW = 1 << 62


@functools.lru_cache(maxsize=256)
def periods_at(share: Fraction) -> tuple[int, ...]:
    """Days between turns, one number a stratum, with which such a share of all rows has its turn each day.

    Rows differ, by up to half of the share where there is room; what rounding a period takes, the next one gives.

    Args:
        share: above 0, at most 1.
    """
    spread = min(Fraction(1, 2), (1 - share) / share)
    found: list[int] = []
    owed = Fraction(0)
    for place in range(STRATA):
        wanted = share * (1 + spread * (1 - Fraction(2 * place, STRATA - 1))) + owed
        least = max(int(1 / wanted), 1) if wanted > 0 else max(found)
        period = min((least, least + 1), key=lambda days: abs(wanted - Fraction(1, days)))
        owed = wanted - Fraction(1, period)
        found.append(period)
    return tuple(found)


class InForce(NamedTuple):
    """Versions and the seconds ``[since, until)`` in which they hold; shapes (n,).

    Attributes:
        version: turns so far; 0 before the first.
        since: second of the turn that brought it, for version 0 a period before the first.
        until: second of the next turn.
    """

    version: I64Array
    since: I64Array
    until: I64Array


class Rota:
    """Turns of rows, from an origin on."""

    def __init__(self, key: StreamKey, periods: tuple[int, ...], origin: int) -> None:
        """Lay out the turns.

        Args:
            key: names the days, and the second of the day on which each row's turn comes.
            periods: days between turns, one per stratum.
            origin: second since 1970-01-01T00:00Z from which turns are counted.
        """
        self._key = key
        self._periods = np.array(periods, dtype=np.int64)
        # Words of numbers no row has.
        words = bits(key, np.arange(_NO_ROW, _NO_ROW + STRATA, dtype=np.int64))
        self._days = affine_permutations(self._periods, words)
        self._origin = origin

    def in_force(self, rows: I64Array, seconds: I64Array | int) -> InForce:
        """The version of each row at a second, that second's turn included: it holds until the next turn."""
        first, period = self._first_and_period(rows)
        version = np.maximum((seconds - first) // period + 1, 0)
        until = first + version * period
        return InForce(version, until - period, until)

    def due(self, count: int, since: int, until: int) -> tuple[I64Array, I64Array]:
        """Whose turns come in ``[since, until)``, among rows below ``count``: seconds and rows, shapes (n,)."""
        rows = [np.zeros(0, dtype=np.int64)]
        days = [np.zeros(0, dtype=np.int64)]
        for day in range(max((since - self._origin) // DAY, 0), max(-(-(until - self._origin) // DAY), 0)):
            firsts = self._days.backward(_ALL, day % self._periods)
            for stratum, (first, period) in enumerate(zip(firsts.tolist(), self._periods.tolist(), strict=True)):
                found = np.arange(first * STRATA + stratum, count, period * STRATA, dtype=np.int64)
                rows.append(found)
                days.append(np.full(len(found), day))
        row = np.concatenate(rows)
        second = self._origin + np.concatenate(days) * DAY + self._second_of_day(row)
        chosen = (second >= since) & (second < until)
        return second[chosen], row[chosen]

    def _first_and_period(self, rows: I64Array) -> tuple[I64Array, I64Array]:
        tens, stratum = divided(rows, STRATA)
        period = self._periods[stratum]
        day = self._days.forward(stratum, tens % period)
        return self._origin + day * DAY + self._second_of_day(rows), period * DAY

    def _second_of_day(self, rows: I64Array) -> I64Array:
        return below(bits(self._key, rows), DAY)
