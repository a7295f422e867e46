"""Whether bronze looks like a shop at a glance: shares, seasons and skews.

Written from the specification alone. Nothing here is a hard rule; each finding is one
number with the range in which a believable shop lies. A finding whose sample would be
too small to judge is left out.
"""

from collections.abc import Mapping
from typing import Final

import duckdb

from synth_assets_tests.oracles import bronze_interests
from synth_assets_tests.oracles.bronze_rules import (
    DAY_US,
    DIALLING_CODES,
    FICTIONAL_PHONES,
    SESSIONS_PER_ORDER,
    placeholders,
)
from synth_assets_tests.oracles.measure import Finding, Measure, measured, share, top_share

EVENTS_PER_SESSION: Final = 6


def report(connection: duckdb.DuckDBPyConnection, params: Mapping[str, int], as_of: str) -> list[Finding]:
    """Measure every number that the dataset is large enough to judge.

    Args:
        connection: sees the eight ``raw_*`` tables in its current schema.
        params: customers, products, orders and days of the dataset.
        as_of: ISO date or timestamp; without an offset it is taken as UTC.
    """
    enough = [one for one in MEASURES if int(params["days"]) >= one.days]
    return measured(connection, enough, placeholders(params, as_of))


def _rate_spread(table: str, moment: str, cycle: str) -> str:
    """Busiest over quietest part of a cycle, in rows per day that has that part.

    ``cycle`` is an expression over ``day`` (whole days since 1970-01-01).
    """
    return f"""
        WITH days AS (SELECT epoch_us({moment}) // {DAY_US} AS day, count(*) AS n FROM {table} GROUP BY 1),
        full_days AS (SELECT * FROM days
                      WHERE day >= (epoch_us({{{{window_start}}}}) + {DAY_US} - 1) // {DAY_US}
                      AND (day + 1) * {DAY_US} <= epoch_us({{{{as_of}}}})),
        parts AS (SELECT {cycle} AS part, sum(n) / count(*) AS rate FROM full_days GROUP BY 1)
        SELECT max(rate) / min(rate) FROM parts
    """


def _values(pairs: Mapping[str, str]) -> str:
    return ", ".join(f"('{key}', '{value}')" for key, value in pairs.items())


#: 1970-01-01 was a Thursday: Monday is 0.
_WEEKDAY: Final = "(day + 3) % 7"
_MONTH: Final = f"month(make_timestamp(day * {DAY_US}))"
_HOUR_SPREAD: Final = f"""
    WITH hours AS (SELECT epoch_us(started_at) % {DAY_US} // 3600000000 AS hour, count(*) AS n
                   FROM raw_sessions GROUP BY 1)
    SELECT max(n) / (CASE WHEN count(*) = 24 THEN min(n) ELSE 0.5 END) FROM hours
"""
_END: Final = "make_timestamp(epoch_us({{as_of}}))"
_AGE: Final = f"""
    year({_END}) - year(date_of_birth)
    - CASE WHEN strftime(date_of_birth, '%m%d') > strftime({_END}, '%m%d') THEN 1 ELSE 0 END
"""
_CART_LEFT_OVER: Final = """
    WITH cart AS (
        SELECT session_id, product_id,
            sum(CASE event_type WHEN 'add_to_cart' THEN 1 ELSE -1 END) AS n
        FROM raw_clickstream
        SEMI JOIN raw_orders o USING (session_id)
        WHERE event_type IN ('add_to_cart', 'remove_from_cart') GROUP BY ALL HAVING n > 0),
    bought AS (SELECT o.session_id, l.product_id FROM raw_order_items l JOIN raw_orders o USING (order_id))
    SELECT (SELECT count(DISTINCT c.session_id) FROM cart c ANTI JOIN bought b
              ON b.session_id = c.session_id AND b.product_id = c.product_id)
        / (SELECT count(*) FROM raw_orders)
"""
_PHONES_UNKNOWN: Final = f"""
    SELECT avg(CASE WHEN f.country IS NULL THEN 1.0 ELSE 0.0 END)
    FROM raw_customers c LEFT JOIN (VALUES {_values(FICTIONAL_PHONES)}) f(country, form)
      ON c.country = f.country
    WHERE c.phone IS NOT NULL
"""
_DIALLED: Final = f"""
    SELECT avg(CASE WHEN d.country IS NULL THEN 1.0 ELSE 0.0 END)
    FROM raw_customers c LEFT JOIN (VALUES {_values(DIALLING_CODES)}) d(country, code)
      ON c.country = d.country
    WHERE c.phone IS NOT NULL
"""
_CITY_COUNTRY: Final = """
    WITH places AS (SELECT DISTINCT city, country FROM raw_customers),
    known AS (SELECT s.city, s.country FROM raw_sessions s
              SEMI JOIN places p ON p.city = s.city)
    SELECT count(*) FILTER (NOT EXISTS (
        SELECT 1 FROM places p WHERE p.city = known.city AND p.country = known.country))
        / greatest(count(*), 1)
    FROM known
"""
_SHARED_TITLES: Final = """
    WITH titles AS (SELECT title, count(*) AS n, bool_or(rating = 1) AS bad, bool_or(rating = 5) AS good
                    FROM raw_reviews GROUP BY title)
    SELECT coalesce(sum(n) FILTER (bad AND good), 0) / sum(n) FROM titles
"""
_PRICE_LEVELS: Final = """
    SELECT max(middle) / min(middle) FROM (
        SELECT CAST(median(price) AS DOUBLE) AS middle FROM raw_products GROUP BY category)
"""
_SOLD_INACTIVE: Final = """
    SELECT avg(CASE WHEN NOT p.is_active AND p.updated_at <= o.order_date THEN 1.0 ELSE 0.0 END)
    FROM raw_order_items l JOIN raw_orders o USING (order_id) JOIN raw_products p USING (product_id)
"""
_PAID: Final = "contains(lower(payment_status), 'fail') OR contains(lower(payment_status), 'pending')"
_UTM: Final = "utm_campaign IS NOT NULL AND utm_source IS NULL"
_LINES: Final = "(SELECT order_id, count(*) AS lines FROM raw_order_items GROUP BY order_id)"
_OLD: Final = "epoch_us({{{{as_of}}}}) - epoch_us(order_date) > {days} * " + str(DAY_US)


def _stale(statuses: str, days: int) -> str:
    return share("raw_orders", f"status IN ({statuses}) AND {_OLD.format(days=days)}")


MEASURES: Final[tuple[Measure, ...]] = (
    # Promises with a number in the specification.
    Measure(
        "sessions per order",
        "SELECT (SELECT count(*) FROM raw_sessions) / (SELECT count(*) FROM raw_orders)",
        SESSIONS_PER_ORDER,
        SESSIONS_PER_ORDER,
        "raw_orders",
        1,
    ),
    Measure(
        "logged-in sessions",
        share("raw_sessions", "customer_id IS NOT NULL"),
        0.59,
        0.61,
        "raw_sessions",
        1_000,
    ),
    Measure(
        "events per session",
        "SELECT (SELECT count(*) FROM raw_clickstream) / (SELECT count(*) FROM raw_sessions)",
        EVENTS_PER_SESSION * 0.98,
        EVENTS_PER_SESSION * 1.02,
        "raw_sessions",
        1_000,
    ),
    Measure(
        "reviews not verified",
        share("raw_reviews", "NOT is_verified_purchase"),
        0.06,
        0.10,
        "raw_reviews",
        500,
    ),
    # Seasons.
    Measure(
        "sessions, busiest over quietest weekday",
        _rate_spread("raw_sessions", "started_at", _WEEKDAY),
        1.1,
        4.0,
        "raw_sessions",
        20_000,
        28,
    ),
    Measure(
        "orders, busiest over quietest weekday",
        _rate_spread("raw_orders", "order_date", _WEEKDAY),
        1.1,
        4.0,
        "raw_orders",
        5_000,
        28,
    ),
    Measure("sessions, busiest over quietest hour", _HOUR_SPREAD, 2.0, 100.0, "raw_sessions", 10_000, 2),
    Measure(
        "orders, busiest over quietest month",
        _rate_spread("raw_orders", "order_date", _MONTH),
        1.1,
        5.0,
        "raw_orders",
        20_000,
        365,
    ),
    # Loyal customers and popular products.
    Measure(
        "orders of the top tenth of buyers",
        top_share("raw_orders", "customer_id"),
        0.20,
        0.80,
        "raw_orders",
        1_000,
    ),
    Measure(
        "lines of the top tenth of products sold",
        top_share("raw_order_items", "product_id"),
        0.15,
        0.80,
        "raw_order_items",
        1_000,
    ),
    # Customers.
    Measure("youngest customer, years", f"SELECT min({_AGE}) FROM raw_customers", 16, 30, "raw_customers", 100),
    Measure("oldest customer, years", f"SELECT max({_AGE}) FROM raw_customers", 50, 100, "raw_customers", 100),
    Measure("mean age, years", f"SELECT avg({_AGE}) FROM raw_customers", 28, 60, "raw_customers", 100),
    Measure("genders", "SELECT count(DISTINCT gender) FROM raw_customers", 2, 6, "raw_customers", 200),
    Measure(
        "customers of the most frequent gender",
        "SELECT max(n) / sum(n) FROM (SELECT count(*) AS n FROM raw_customers GROUP BY gender)",
        0.3,
        0.7,
        "raw_customers",
        200,
    ),
    Measure("customer segments", "SELECT count(DISTINCT segment) FROM raw_customers", 2, 10, "raw_customers", 200),
    Measure(
        "customer countries",
        "SELECT count(DISTINCT country) FROM raw_customers",
        5,
        249,
        "raw_customers",
        500,
    ),
    Measure(
        "customers of the most frequent country",
        "SELECT max(n) / sum(n) FROM (SELECT count(*) AS n FROM raw_customers GROUP BY country)",
        0.05,
        0.7,
        "raw_customers",
        500,
    ),
    Measure("marketing opt-ins", share("raw_customers", "marketing_opt_in"), 0.1, 0.9, "raw_customers", 500),
    Measure("customers without a phone", share("raw_customers", "phone IS NULL"), 0.0, 0.6, "raw_customers", 500),
    Measure("phones of countries without a known fictional range", _PHONES_UNKNOWN, 0, 0, "raw_customers", 1),
    Measure("phones of countries without a known dialling code", _DIALLED, 0, 0.2, "raw_customers", 1),
    # Products.
    Measure("dearest over cheapest category, median price", _PRICE_LEVELS, 1.5, None, "raw_products", 200),
    Measure(
        "products per category, largest over smallest",
        "SELECT max(n) / min(n) FROM (SELECT count(*) AS n FROM raw_products GROUP BY category)",
        1.0,
        20.0,
        "raw_products",
        500,
    ),
    Measure("active products", share("raw_products", "is_active"), 0.6, 0.999, "raw_products", 500),
    Measure(
        "descriptions with a line break",
        share("raw_products", "contains(description, chr(10))"),
        0.0005,
        0.1,
        "raw_products",
        500,
    ),
    Measure(
        "mean margin",
        "SELECT avg(CAST(price - cost AS DOUBLE) / CAST(price AS DOUBLE)) FROM raw_products",
        0.1,
        0.8,
        "raw_products",
        200,
    ),
    # Orders and their lives.
    Measure("delivered orders", share("raw_orders", "status = 'delivered'"), 0.5, 0.98, "raw_orders", 500, 60),
    Measure("cancelled orders", share("raw_orders", "status = 'cancelled'"), 0.005, 0.2, "raw_orders", 500, 60),
    Measure("returned orders", share("raw_orders", "status = 'returned'"), 0.005, 0.2, "raw_orders", 500, 60),
    Measure("statuses in use", "SELECT count(DISTINCT status) FROM raw_orders", 6, 6, "raw_orders", 5_000, 30),
    Measure("orders still not shipped after 3 days", _stale("'pending', 'processing'", 3), 0, 0, "raw_orders", 1),
    Measure("orders still under way after 13 days", _stale("'shipped'", 13), 0, 0, "raw_orders", 1),
    Measure(
        "shipped orders whose payment failed or is pending",
        share("raw_orders", f"shipped_at IS NOT NULL AND ({_PAID})"),
        0,
        0,
        "raw_orders",
        1,
    ),
    Measure("payment methods", "SELECT count(DISTINCT payment_method) FROM raw_orders", 2, 12, "raw_orders", 500),
    Measure("payment statuses", "SELECT count(DISTINCT payment_status) FROM raw_orders", 2, 8, "raw_orders", 500),
    Measure("fewest lines of an order", f"SELECT min(lines) FROM {_LINES}", 1, 1, "raw_orders", 500),
    Measure("most lines of an order", f"SELECT max(lines) FROM {_LINES}", 3, 8, "raw_orders", 500),
    Measure("lines per order", f"SELECT avg(lines) FROM {_LINES}", 2.0, 3.5, "raw_orders", 500),
    Measure("quantity per line", "SELECT avg(quantity) FROM raw_order_items", 1.0, 4.0, "raw_order_items", 500),
    Measure("orders with a discount", share("raw_orders", "discount_amount > 0"), 0.02, 0.8, "raw_orders", 500),
    Measure("lines sold after the product's end", _SOLD_INACTIVE, 0, 0, "raw_order_items", 1),
    # Inventory.
    Measure(
        "kinds of movements",
        "SELECT count(DISTINCT reason) FROM raw_inventory",
        6,
        6,
        "raw_inventory",
        5_000,
        30,
    ),
    # Reviews.
    Measure("mean rating", "SELECT avg(rating) FROM raw_reviews", 3.8, 4.5, "raw_reviews", 500),
    Measure("most frequent rating", "SELECT mode(rating) FROM raw_reviews", 5, 5, "raw_reviews", 500),
    Measure("reviews whose title serves 1 and 5 stars", _SHARED_TITLES, 0, 0.05, "raw_reviews", 500),
    Measure(
        "reviews with a line break",
        share("raw_reviews", "contains(review_text, chr(10))"),
        0.0005,
        0.1,
        "raw_reviews",
        1_000,
    ),
    Measure(
        "reviews per order line",
        "SELECT (SELECT count(*) FROM raw_reviews) / (SELECT count(*) FROM raw_order_items)",
        0.02,
        0.8,
        "raw_order_items",
        1_000,
    ),
    # Visits.
    Measure("device types", "SELECT count(DISTINCT device_type) FROM raw_sessions", 2, 4, "raw_sessions", 1_000),
    Measure("browsers", "SELECT count(DISTINCT browser) FROM raw_sessions", 3, 12, "raw_sessions", 1_000),
    Measure(
        "sessions without a referrer",
        share("raw_sessions", "referrer IS NULL"),
        0.05,
        0.95,
        "raw_sessions",
        1_000,
    ),
    Measure("campaigns without a source", share("raw_sessions", _UTM), 0, 0, "raw_sessions", 1),
    Measure("sessions whose city is another country's", _CITY_COUNTRY, 0, 0.01, "raw_sessions", 1_000),
    Measure(
        "mean visit, minutes",
        "SELECT avg(epoch_us(ended_at) - epoch_us(started_at)) / 60e6 FROM raw_sessions",
        1.0,
        60.0,
        "raw_sessions",
        1_000,
    ),
    Measure(
        "kinds of events",
        "SELECT count(DISTINCT event_type) FROM raw_clickstream",
        8,
        8,
        "raw_clickstream",
        10_000,
    ),
    Measure("purchases that leave something in the cart", _CART_LEFT_OVER, 0, 0, "raw_orders", 1),
    # What people look for and buy.
    *bronze_interests.MEASURES,
)
