"""Time zones of the world's places, in five bands: who is awake when, and where somebody lives who is."""

import functools

import numpy as np

from synth_assets.kernel.choice import weight_table
from synth_assets.kernel.clock import HOUR, SHOP, Busy
from synth_assets.kernel.counter import I64Array, U64Array
from synth_assets.world.places import picked_by, places

LOCAL_HOURS = SHOP.hours
"""Traffic by hour of the local day, in per cent of the busiest one: least at four at night, most in the evening."""

_BANDS = ((-450, -8), (-330, -6), (-100, -5), (170, 1), (900, 10))
"""Westernmost first: up to how many minutes of offset a band reaches, and the hour that it keeps, in standard time."""

ZONES = len(_BANDS)


class Zones:
    """Bands of time zones by number.

    Attributes:
        of_place: the zone of each place, shape (places,).
        shares: how many people live in each, in 65,536ths; shape (zones,).
        ahead: seconds that clocks there are ahead of UTC, about; shape (zones,).
        hours: traffic of each by hour of the day in UTC, in per cent of its busiest one; shape (zones, 24).
    """

    def __init__(self) -> None:
        offset = places().offset_minutes
        self.of_place: I64Array = np.searchsorted([last for last, _ in _BANDS], offset, side="left").astype(np.int64)
        weights = places().weights
        table = weight_table(weights.tolist())
        self.shares: I64Array = np.bincount(self.of_place[table.slots.astype(np.int64)], minlength=ZONES).astype(
            np.int64
        )
        self.ahead: I64Array = HOUR * np.array([ahead for _, ahead in _BANDS], dtype=np.int64)
        utc = np.arange(24, dtype=np.int64)
        local = np.array(LOCAL_HOURS, dtype=np.int64)
        self.hours: I64Array = np.stack([local[(utc + ahead) % 24] for _, ahead in _BANDS])
        awake = local[(utc[:, None] * 60 + offset) // 60 % 24]
        self._at_hour = np.stack([weight_table((weights * of).tolist()).slots for of in awake])
        self._home = [weight_table(np.where(self.of_place == zone, weights, 0).tolist()) for zone in range(ZONES)]
        areas, self._area = np.unique(places().country * ZONES + self.of_place, return_inverse=True)
        self._near = [weight_table(np.where(self._area == area, weights, 0).tolist()) for area in range(len(areas))]

    def busy(self, zone: int) -> Busy:
        """When a zone's people are about."""
        return Busy(tuple(self.hours[zone].tolist()), SHOP.weekdays, SHOP.months)

    @functools.cached_property
    def crowd(self) -> Busy:
        """When all zones' people together are about."""
        together = (self.hours * self.shares[:, None]).sum(axis=0)
        return Busy(tuple((together * 100 // together.max()).tolist()), SHOP.weekdays, SHOP.months)

    def at(self, words: U64Array, seconds: I64Array) -> I64Array:
        """A place for each word, where people are about at that second; shape (n,)."""
        hour = seconds // HOUR % 24
        return self._at_hour[hour, words >> np.uint64(48)].astype(np.int64)

    def home(self, words: U64Array, zone: I64Array) -> I64Array:
        """A place in each zone; shape (n,)."""
        return picked_by(self._home, words, zone)

    def near(self, words: U64Array, place: I64Array) -> I64Array:
        """A place in the same country and zone as each place; shape (n,)."""
        return picked_by(self._near, words, self._area[place])


@functools.cache
def zones() -> Zones:
    """The zones, made once."""
    return Zones()
