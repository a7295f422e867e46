"""How somebody visits: with which of their devices, from where, and through which channel.

People own one or two devices, stay with one for half a day, and are at home nearly always. Who buys sits at the larger
screen more often, and comes more often by a newsletter or looking for the shop by its name than by a picture.
"""

import numpy as np
from numpy.typing import NDArray

from synth_assets.kernel.choice import WeightTable, chance, pick, weight_table
from synth_assets.kernel.clock import DAY
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.kernel.division import remainder
from synth_assets.model.dataset import Dataset
from synth_assets.world.places import places

# Device, operating system and browser are drawn as one: no Safari on Android. Weights.
CLIENTS = (
    ("mobile", "Android", "Chrome", 28), ("mobile", "Android", "Samsung Internet", 4),
    ("mobile", "Android", "Firefox", 2), ("mobile", "iOS", "Safari", 23), ("mobile", "iOS", "Chrome", 5),
    ("desktop", "Windows", "Chrome", 14), ("desktop", "Windows", "Edge", 6), ("desktop", "Windows", "Firefox", 3),
    ("desktop", "macOS", "Safari", 4), ("desktop", "macOS", "Chrome", 4), ("desktop", "Linux", "Firefox", 1),
    ("tablet", "iPadOS", "Safari", 4), ("tablet", "Android", "Chrome", 2),
)  # fmt: skip

DEVICE_TYPES, SYSTEMS, BROWSERS = (tuple(str(row[part]) for row in CLIENTS) for part in range(3))
"""Cells by client."""

_IS_DESKTOP = np.array([kind == "desktop" for kind in DEVICE_TYPES])
_ANY_CLIENT = weight_table([int(row[3]) for row in CLIENTS])
_DESKTOP = weight_table([int(row[3]) * (row[0] == "desktop") for row in CLIENTS])
_MOBILE = weight_table([int(row[3]) * (row[0] == "mobile") for row in CLIENTS])

_TWO_DEVICES = 50  # per cent of customers have a phone or tablet and a computer
_AT_THE_DESK = 27  # per cent of half days on which they sit at the computer
_AT_THE_DESK_TO_BUY = 58  # the same of those who buy
_HALF_DAYS = 65_536

_AWAY = 25  # of a thousand weeks that a customer is elsewhere
_WEEKS = 8_192
_FAR = 40  # per cent of those weeks anywhere in the world, otherwise in the country

# Where a visit comes from: referrer, utm_source, utm_campaign; weights of those who look around, and of those who buy.
CHANNELS = (
    (None, None, None, 320, 340), ("https://www.google.com/", None, None, 265, 200),
    ("https://www.bing.com/", None, None, 52, 42), ("https://duckduckgo.com/", None, None, 30, 28),
    ("https://www.google.com/", "google", "brand", 55, 130), ("https://www.google.com/", "google", "shopping", 75, 95),
    ("https://www.facebook.com/", "facebook", "retargeting", 52, 25),
    ("https://www.instagram.com/", "instagram", "new_arrivals", 66, 14), (None, "newsletter", "weekly_picks", 25, 60),
    (None, "newsletter", "win_back", 8, 6), ("https://www.pinterest.com/", None, None, 20, 6),
    ("https://blog.example.com/", "affiliate", "reviews", 32, 54),
)  # fmt: skip
_LOOKING, _BUYING = (weight_table([int(row[end] or 0) for row in CHANNELS]) for end in (3, 4))


REFERRERS = tuple(str(row[0] or "none") for row in CHANNELS)
"""Outside pages by channel; where there is none, the cell is missing."""


def channel_of(words: U64Array, buying: NDArray[np.bool_]) -> I64Array:
    """The channel of each visit, shape (n,)."""
    return np.where(buying, pick(words, _BUYING), pick(words, _LOOKING)).astype(np.int64)


def anonymous_client(words: U64Array) -> I64Array:
    """What somebody uses who isn't logged in, shape (n,)."""
    return pick(words, _ANY_CLIENT).astype(np.int64)


def client_of(dataset: Dataset, customers: I64Array, seconds: I64Array, buying: NDArray[np.bool_]) -> I64Array:
    """What each customer uses at a second: one of at most two devices, the same for half a day; shape (n,)."""
    own = bits(dataset.key("raw_sessions", "device_type", "of customer"), customers)
    first = pick(own, _ANY_CLIENT).astype(np.int64)
    has_two = chance(own << np.uint64(16), _TWO_DEVICES, 100)
    half_day = remainder(seconds // (DAY // 2), _HALF_DAYS)
    now = bits(dataset.key("raw_sessions", "device_type", "of half day"), customers * _HALF_DAYS + half_day)
    at_desk = chance(now, np.where(buying, _AT_THE_DESK_TO_BUY, _AT_THE_DESK), 100)
    second = np.where(_IS_DESKTOP[first], _second(own, _MOBILE), _second(own, _DESKTOP))
    return np.where(has_two & (at_desk != _IS_DESKTOP[first]), second, first)


def whereabouts(dataset: Dataset, customers: I64Array, seconds: I64Array, home: I64Array) -> I64Array:
    """Where each customer is at a second, a place: at home, but for a week now and then; shape (n,)."""
    week = remainder((seconds // DAY + 3) // 7, _WEEKS)
    words = bits(dataset.key("raw_sessions", "city", "of week"), customers * _WEEKS + week)
    away = np.flatnonzero(chance(words, _AWAY, 1_000))
    place = home.copy()
    far = chance(words[away] << np.uint64(20), _FAR, 100)
    words = words[away] * np.uint64(0x9E3779B97F4A7C15)
    there = places().within(words, places().country[home[away]])
    there[far] = places().anywhere(words[far])
    place[away] = there
    return place


def _second(words: U64Array, table: WeightTable) -> NDArray[np.unsignedinteger]:
    return pick(words << np.uint64(32), table)
