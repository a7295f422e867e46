"""People, taxes, hours and words of bronze are those of its world: what an analyst would look at first."""

import numpy as np
import polars as pl
import pytest

from synth_assets_tests.domains.bronze_samples import dataset, whole


def mean(cells):
    return float(np.mean(cells.to_numpy()))


YEAR = dataset(customers=4_000, products=800, orders=16_000, days=365)


@pytest.mark.parametrize(
    ("country", "region", "percent"),
    [("US", "NY", 4), ("US", "OR", 0), ("US", "NM", 4.875), ("CA", "QC", 14.975), ("CA", "AB", 5), ("DE", "Berlin", 19),
     ("SG", None, 9)],
)  # fmt: skip
def test_a_tax_is_that_of_the_region_that_an_order_is_shipped_to(country, region, percent):
    here = (pl.col("shipping_country") == country) & pl.col("shipping_region").eq_missing(pl.lit(region))
    orders = whole("raw_orders", YEAR).filter(here)
    assert len(orders) > 20
    net = pl.col("subtotal") - pl.col("discount_amount")
    off = orders.select((net.cast(pl.Float64) * percent / 100 - pl.col("tax_amount").cast(pl.Float64)).abs().max())
    assert off.item() < 0.00501


def test_review_texts_are_nearly_all_distinct():
    reviews = whole("raw_reviews", YEAR)
    times = reviews.group_by("review_text").len()
    assert len(reviews) > 8_000
    assert len(times) >= 0.95 * len(reviews)
    assert max(times["len"].to_list()) <= 10
    assert 110 <= mean(reviews["review_text"].str.len_chars()) <= 361


def test_most_titles_name_what_was_bought():
    reviews = whole("raw_reviews", YEAR).join(whole("raw_products", YEAR), on="product_id")
    last_word = pl.col("name").str.to_lowercase().str.split(" ").list.last()
    assert reviews.select(pl.col("title").str.to_lowercase().str.contains(last_word, literal=True).mean()).item() > 0.5


def test_stars_have_the_shape_of_a_j_and_returned_goods_have_few():
    reviews = whole("raw_reviews", YEAR).join(whole("raw_orders", YEAR).select("order_id", "status"), on="order_id")
    shares = dict(reviews["rating"].value_counts(normalize=True).iter_rows())
    assert shares[5] > 2 * shares[4] > 2 * shares[3]
    assert shares[1] > shares[2]
    returned = pl.col("status") == "returned"
    assert mean(reviews.filter(returned)["rating"]) < mean(reviews.filter(~returned)["rating"]) - 1


def test_products_differ_in_quality():
    by_product = whole("raw_reviews", YEAR).group_by("product_id").agg(pl.len().alias("n"), pl.col("rating").mean())
    means = by_product.filter(pl.col("n") >= 12)["rating"]
    low, high = np.quantile(means.to_numpy(), (0.05, 0.95))
    assert high - low > 1


def test_long_and_extreme_reviews_are_found_helpful():
    reviews = whole("raw_reviews", YEAR)
    votes = (
        reviews.group_by(pl.col("review_text").str.len_chars() > 150)
        .agg(pl.col("helpful_votes").mean())
        .sort("review_text")
    )
    assert votes["helpful_votes"][1] > 1.25 * votes["helpful_votes"][0]
    by_stars = dict(reviews.group_by("rating").agg(pl.col("helpful_votes").mean()).iter_rows())
    assert by_stars[1] > by_stars[3] < by_stars[5]


def local(moment, country):
    """A moment of that country's rows, by its clocks."""
    return pl.col(moment).dt.convert_time_zone(
        {"GB": "Europe/London", "DE": "Europe/Berlin", "SG": "Asia/Singapore"}[country]
    )


def test_goods_are_shipped_while_the_warehouse_works():
    shipped = whole("raw_orders", YEAR)["shipped_at"].drop_nulls().dt.convert_time_zone("America/Chicago")
    assert set(shipped.dt.hour()) == set(range(7, 19))
    assert set(shipped.dt.weekday()) == set(range(1, 7))


@pytest.fixture(scope="module")
def review_hours():
    """Hours by the writers' clocks, by country."""
    orders = whole("raw_orders", YEAR)
    reviews = whole("raw_reviews", YEAR).join(orders.select("order_id", "shipping_country"), on="order_id")
    return {
        country: reviews.filter(pl.col("shipping_country") == country)
        .select(local("reviewed_at", country).dt.hour())
        .to_series()
        for country in ("GB", "DE", "SG")
    }


@pytest.mark.parametrize("country", ["GB", "DE", "SG"])
def test_parcels_come_by_day_and_nobody_writes_at_night(country, review_hours):
    orders = whole("raw_orders", YEAR).filter(pl.col("shipping_country") == country)
    delivered = orders.select(local("delivered_at", country)).to_series().drop_nulls()
    assert set(delivered.dt.hour()) <= set(range(7, 21))
    assert mean(review_hours[country].is_between(2, 5)) < 0.02


def test_reviews_are_written_in_the_evening(review_hours):
    """All countries together: a small one has too few of them for so sharp a bound, though a larger base keeps it."""
    hours = pl.concat(review_hours.values())
    assert mean(hours.is_between(17, 23)) > 2 * mean(hours.is_between(5, 11))


def test_stock_is_counted_one_shelf_after_the_other_and_shelves_are_filled_over_days():
    moved = whole("raw_inventory", YEAR)
    opening = moved.filter(pl.col("reason") == "opening")["moved_at"]
    assert opening.dt.date().n_unique() > 20
    counted = moved.filter(pl.col("reason").is_in(["correction", "damage"]))["moved_at"]
    assert counted.n_unique() > 0.9 * len(counted)
    hours = counted.dt.convert_time_zone("America/Chicago").dt.hour()
    assert set(hours) <= set(range(6, 20))
