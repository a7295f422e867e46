"""People visit by day where they live, from home, with a device or two of their own."""

import numpy as np
import polars as pl
import pytest

from synth_assets import scan
from synth_assets.domains.bronze.numbers.visits import whereabouts
from synth_assets.kernel.clock import DAY
from synth_assets_tests.domains.bronze_samples import SMALL

OFFSETS = {"US": -6, "CA": -5, "GB": 0, "IE": 0, "DE": 1, "FR": 1, "SE": 1, "SG": 8, "AU": 10}


@pytest.fixture(scope="module")
def sessions():
    return scan("bronze/raw_sessions", preset="small").collect()


def local_hours(frame, moment):
    hour = frame[moment].dt.hour() + frame["country"].replace_strict(OFFSETS, return_dtype=pl.Int8)
    return hour % 24


def test_nights_are_quiet_and_evenings_busy_in_every_country(sessions):
    for country, of in sessions.group_by("country"):
        hour = local_hours(of, "started_at")
        night, evening = (hour.is_between(*span).mean() for span in ((2, 5), (18, 21)))
        assert evening > 3 * night, country


def test_people_register_by_day():
    customers = scan("bronze/raw_customers", preset="medium").select("country", "registered_at").collect()
    for country, of in customers.group_by("country"):
        if len(of) > 300:
            hour = local_hours(of, "registered_at")
            assert hour.is_between(18, 21).mean() > 2.5 * hour.is_between(2, 5).mean(), country


def test_a_customer_has_two_devices_at_most_and_mostly_one_within_six_hours(sessions):
    known = sessions.filter(pl.col("customer_id").is_not_null()).sort("customer_id", "started_at")
    device = pl.concat_str("device_type", "os", "browser", separator="|")
    assert known.group_by("customer_id").agg(device.n_unique())["device_type"].max() == 2
    soon = known.with_columns(
        device=device,
        gap=pl.col("started_at").diff().over("customer_id"),
    ).with_columns(
        other_device=pl.col("device") != pl.col("device").shift().over("customer_id"),
        other_country=pl.col("country") != pl.col("country").shift().over("customer_id"),
    )
    soon = soon.filter(pl.col("gap") < pl.duration(hours=6))
    assert len(soon) > 3_000
    assert soon["other_device"].mean() < 0.2
    assert soon["other_country"].mean() < 0.005


def test_people_travel_now_and_then_and_come_home():
    customers = np.repeat(np.arange(500, dtype=np.int64), 40)
    seconds = np.tile(np.arange(40, dtype=np.int64) * 7 * DAY, 500) + SMALL.as_of_second
    home = customers % 9
    place = whereabouts(SMALL, customers, seconds, home)
    assert 0.015 < (place != home).mean() < 0.03
    assert (whereabouts(SMALL, customers, seconds + 3_600, home) == place).mean() > 0.99


def test_whoever_buys_sits_at_a_computer_more_often_and_comes_from_elsewhere(sessions):
    rate = dict(sessions.group_by("device_type").agg(pl.col("is_converted").mean()).iter_rows())
    assert 1.25 < rate["desktop"] / rate["mobile"] < 2.03
    source = dict(sessions.group_by("utm_source").agg(pl.col("is_converted").mean()).iter_rows())
    assert source["google"] > source["facebook"] > source["instagram"]
    assert source["newsletter"] > 1.5 * source["facebook"]
    assert sessions["is_converted"].mean() == pytest.approx(0.125)
