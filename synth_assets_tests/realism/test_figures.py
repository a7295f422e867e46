"""The script that measures realism: what it says of a small shop, of faked ones, and of shops too small to judge."""

from dataclasses import replace

import duckdb
import pytest

from benchmarks.realism.figures import FIGURES, SIZES, SMALL, SMALL_TENANTS
from benchmarks.realism.measuring import NoTablesError, measured, open_tables, readings
from benchmarks.realism.report import table
from synth_assets import generate

AT_SMALL = [figure for figure in FIGURES if figure.size in (SMALL, SMALL_TENANTS)]

EVEN_YEAR = (
    "SELECT * REPLACE (TIMESTAMPTZ '2025-01-01 12:00+00' + to_days((order_id % 365)::INTEGER) AS order_date, "
    "10 AS total_amount) FROM was_orders"
)
EVEN_TENANTS = (
    "SELECT * REPLACE (TIMESTAMP '2025-01-01' + to_days((n % 365)::INTEGER) AS order_date, n % 100 AS customer_id, "
    "10 AS total_amount) FROM (SELECT *, row_number() OVER (PARTITION BY tenant_id) AS n FROM was_orders)"
)
FAKES = {
    "weekday_spread": ("raw_orders", EVEN_YEAR),
    "holiday_share": ("raw_orders", EVEN_YEAR),
    "cyber_monday": ("raw_orders", EVEN_YEAR),
    "returned_sales": ("raw_orders", "SELECT * REPLACE ('delivered' AS status) FROM was_orders"),
    "email_conversion": ("raw_sessions", "SELECT * REPLACE (session_id % 8 = 0 AS is_converted) FROM was_sessions"),
    "tenants_weekday_spread": ("orders", EVEN_TENANTS),
    "tenants_holiday_share": ("orders", EVEN_TENANTS),
    "tenants_customer_pareto": ("orders", EVEN_TENANTS),
    "product_pareto": ("raw_order_items", "SELECT n % 500 AS product_id, 1 AS quantity FROM range(12500) r(n)"),
    "customer_pareto": (
        "raw_orders",
        "SELECT * REPLACE (order_id % 1000 AS customer_id, 10 AS total_amount) FROM was_orders",
    ),
    "cart_abandonment": (
        "raw_clickstream",
        "SELECT * FROM was_clickstream WHERE session_id IN (SELECT session_id FROM raw_orders)",
    ),
    "mobile_visits": ("raw_sessions", "SELECT * REPLACE ('desktop' AS device_type) FROM was_sessions"),
    "desktop_conversion": (
        "raw_sessions",
        (
            "SELECT * REPLACE (session_id % 8 = 0 AS is_converted, "
            "CASE session_id // 8 % 2 WHEN 0 THEN 'mobile' ELSE 'desktop' END AS device_type) FROM was_sessions"
        ),
    ),
    "search_visits": (
        "raw_clickstream",
        (
            "SELECT * REPLACE (CASE sequence_number WHEN 1 THEN 'search' ELSE event_type END AS event_type) "
            "FROM was_clickstream"
        ),
    ),
    "search_conversion": (
        "raw_clickstream",
        (
            "SELECT * REPLACE (CASE WHEN event_type = 'purchase' THEN event_type WHEN session_id % 3 = 0 THEN 'search' "
            "ELSE 'click' END AS event_type) FROM was_clickstream"
        ),
    ),
    "quietest_hour": (
        "raw_orders",
        "SELECT * REPLACE (order_date + INTERVAL 12 HOUR AS order_date) FROM was_orders",
    ),
    "bounces": (
        "raw_clickstream",
        "SELECT * REPLACE ('page_view' AS event_type) FROM was_clickstream CROSS JOIN range(2)",
    ),
    "five_stars": ("raw_reviews", "SELECT * REPLACE (review_id % 5 + 1 AS rating) FROM was_reviews"),
    "mean_rating": ("raw_reviews", "SELECT * REPLACE (5 AS rating) FROM was_reviews"),
    "one_star_or_three": ("raw_reviews", "SELECT * REPLACE (greatest(rating, 3) AS rating) FROM was_reviews"),
    "review_length": ("raw_reviews", "SELECT * REPLACE ('Good.' AS review_text) FROM was_reviews"),
    "delivery_days": (
        "raw_orders",
        "SELECT * REPLACE (order_date + INTERVAL 1 HOUR AS delivered_at) FROM was_orders",
    ),
    "windows_of_desktops": ("raw_sessions", "SELECT * REPLACE ('Linux' AS os) FROM was_sessions"),
    "ios_of_phones": ("raw_sessions", "SELECT * REPLACE ('iOS' AS os) FROM was_sessions"),
    "credit_cards": ("raw_orders", "SELECT * REPLACE ('credit_card' AS payment_method) FROM was_orders"),
    "search_engines": ("raw_sessions", "SELECT * REPLACE (NULL AS referrer) FROM was_sessions"),
    "tenants_product_pareto": (
        "order_items",
        "SELECT t.tenant_id, n AS product_id, 1 AS quantity FROM tenants t CROSS JOIN range(1000) r(n)",
    ),
}
"""By figure a view in which it can't hold, made of the tables as they were."""


@pytest.fixture(scope="module")
def tables(shop, tenants):
    """By domain a connection that sees its tables, and those that fakes are made of under another name."""
    with duckdb.connect() as bronze, duckdb.connect() as marketplace:
        connections = {open_tables(of, place): of for of, place in ((bronze, shop), (marketplace, tenants))}
        for kind in ("orders", "sessions", "clickstream", "reviews"):
            bronze.execute(f"CREATE TABLE was_{kind} AS SELECT * FROM raw_{kind}")
        marketplace.execute("CREATE TABLE was_orders AS SELECT * FROM orders")
        yield connections


@pytest.mark.parametrize("domain", ["bronze", "marketplace"])
def test_small_has_every_figure_that_is_promised_of_it(domain, shop, tenants):
    found = measured(shop if domain == "bronze" else tenants)
    promised = [each.figure for each in found if each.promised]
    assert promised == [figure for figure in AT_SMALL if figure.domain == domain]
    assert [(each.figure.name, each.value) for each in found if not each.ok] == []


def test_ten_figures_at_least_are_promised_of_small_and_more_of_larger_ones():
    of_bronze = [figure for figure in FIGURES if figure.domain == "bronze"]
    assert len([figure for figure in of_bronze if figure in AT_SMALL]) >= 10
    assert len([figure for figure in of_bronze if figure.size]) > len([f for f in of_bronze if f in AT_SMALL])


def test_each_figure_has_a_fake():
    assert set(FAKES) == {figure.name for figure in FIGURES}


@pytest.mark.parametrize("name", FAKES)
def test_a_faked_table_is_out_of_range(name, tables):
    (figure,) = (one for one in FIGURES if one.name == name)
    figure = replace(figure, size=SMALL if figure.domain == "bronze" else SMALL_TENANTS)
    view, fake = FAKES[name]
    connection = tables[figure.domain]
    connection.execute(f"CREATE TEMP VIEW {view} AS {fake}")
    try:
        (found,) = readings(connection, figure.domain, [figure])
    finally:
        connection.execute(f"DROP VIEW temp.{view}")
    assert found.value is not None
    assert found.promised
    assert not found.ok
    assert f"{name} " in table([found])
    assert "OUT" in table([found])


@pytest.mark.parametrize(
    "volumes",
    [
        {"customers": 3, "products": 3, "orders": 40, "days": 1},
        {"customers": 0, "products": 3, "orders": 0, "days": 1},
        {"customers": 20, "products": 3, "orders": 6_000, "days": 30},
    ],
    ids=["one day", "no customers", "three products"],
)
def test_nothing_is_promised_of_a_shop_that_is_too_small(volumes, tmp_path):
    generate("bronze", tmp_path, volumes=volumes, formats=["parquet"])
    found = measured(tmp_path)
    assert {each.promised for each in found} == {False}
    assert all(each.ok for each in found)


def test_a_size_is_reached_when_each_of_its_numbers_is():
    for size in SIZES:
        exact = (size.orders, size.customers, size.products, size.days)
        assert size.has(*exact)
        assert not any(size.has(*(n - (place == less) for place, n in enumerate(exact))) for less in range(4))


def test_a_folder_without_tables_or_with_several_of_one_is_named(shop, tmp_path):
    with pytest.raises(NoTablesError, match="Generate all of a domain into it"):
        measured(tmp_path)
    for place in ("a", "b"):
        file = next(shop.glob("**/raw_orders/**/*.parquet"))
        (tmp_path / place / "raw_orders").mkdir(parents=True)
        (tmp_path / place / "raw_orders" / file.name).write_bytes(file.read_bytes())
    for name in ("raw_customers", "raw_products"):
        file = next(shop.glob(f"**/{name}/**/*.parquet"))
        (tmp_path / name).mkdir()
        (tmp_path / name / file.name).write_bytes(file.read_bytes())
    with pytest.raises(NoTablesError, match="raw_orders more than once"):
        measured(tmp_path)
