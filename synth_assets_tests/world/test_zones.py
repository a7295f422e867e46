"""Zones: places are where it is day, and homes in the zone that was asked for."""

import numpy as np

from synth_assets.kernel.clock import HOUR
from synth_assets.kernel.counter import Span, bits
from synth_assets.kernel.keys import derive
from synth_assets.world.places import places
from synth_assets.world.zones import ZONES, zones

WORDS = bits(derive("test", "zones"), Span(0, 20_000))


def test_every_zone_has_places_and_people_and_a_place_keeps_hours_like_its_zone_s():
    assert sorted(np.unique(zones().of_place)) == list(range(ZONES))
    assert zones().shares.min() > 0
    assert zones().shares.sum() == 65_536


def test_people_are_about_by_the_local_day():
    seconds = np.random.default_rng(1).integers(1_700_000_000, 1_701_000_000, len(WORDS)) // HOUR * HOUR
    place = zones().at(WORDS, seconds)
    local = (seconds // 60 + places().offset_minutes[place]) // 60 % 24
    count = np.bincount(local, minlength=24)
    assert count[19:22].mean() > 3 * count[2:5].mean()


def test_homes_lie_in_their_zone_and_moves_stay_in_country_and_zone():
    zone = np.arange(len(WORDS), dtype=np.int64) % ZONES
    home = zones().home(WORDS, zone)
    assert (zones().of_place[home] == zone).all()
    moved = zones().near(WORDS << np.uint64(16), home)
    assert (zones().of_place[moved] == zone).all()
    assert (places().country[moved] == places().country[home]).all()
    assert (moved != home).mean() > 0.5
