"""Whether the marketplace looks like one at a glance: tenants differ, seasons come, some people and goods are popular.

Written from the specification alone. Nothing here is a hard rule; each finding is one number with the range in
which a believable marketplace lies. A finding whose sample would be too small to judge is left out.
"""

from collections.abc import Mapping
from typing import Final

import duckdb

from synth_assets_tests.oracles.marketplace_rules import placeholders
from synth_assets_tests.oracles.measure import Finding, Measure, measured, share
from synth_assets_tests.oracles.rule import one_of


def report(connection: duckdb.DuckDBPyConnection, params: Mapping[str, int], as_of: str) -> list[Finding]:
    """Measure every number that the dataset is large enough to judge.

    Args:
        connection: sees the seven tables in its current schema.
        params: tenants, products_per_tenant, orders_per_tenant and customers_per_tenant of the dataset.
        as_of: ISO date or timestamp; without an offset it is taken as UTC.
    """
    return measured(connection, MEASURES, placeholders(params, as_of))


def _spread(of_tenant: str) -> str:
    """Largest over smallest of a number of each tenant, given as a query of (tenant_id, number)."""
    return f"SELECT max(number) / min(number) FROM ({of_tenant}) WHERE number > 0"


def _tenths(table: str, column: str) -> str:
    """Share of the rows that belong to the top tenth of a tenant's values that occur; the mean over tenants."""
    return f"""
        WITH counts AS (SELECT tenant_id, {column}, count(*) AS n FROM {table} GROUP BY ALL),
        ranked AS (SELECT tenant_id, n, row_number() OVER (PARTITION BY tenant_id ORDER BY n DESC) AS place,
                          count(*) OVER (PARTITION BY tenant_id) AS members FROM counts),
        of_tenant AS (SELECT tenant_id, sum(n) FILTER (place <= ceil(members / 10.0)) / sum(n) AS top
                      FROM ranked GROUP BY tenant_id)
        SELECT avg(top) FROM of_tenant
    """


def _above_the_second(table: str, column: str, amount: str) -> str:
    """What a tenant's first has over its second, by an amount of each row; the mean over tenants."""
    return f"""
        WITH sums AS (SELECT tenant_id, {column}, sum({amount}) AS n FROM {table} GROUP BY ALL),
        ranked AS (SELECT tenant_id, n, row_number() OVER (PARTITION BY tenant_id ORDER BY n DESC) AS place FROM sums),
        of_tenant AS (SELECT tenant_id, max(n) FILTER (place = 1) / max(n) FILTER (place = 2) AS above
                      FROM ranked GROUP BY tenant_id)
        SELECT avg(above) FROM of_tenant
    """


def _favourites(of_tenant: str) -> str:
    """How many different things are some tenant's most frequent, given as a query of (tenant_id, thing)."""
    return f"SELECT count(DISTINCT thing) FROM (SELECT tenant_id, mode(thing) AS thing FROM ({of_tenant}) GROUP BY 1)"


def _cycle(part: str) -> str:
    """Busiest over quietest part of a cycle, by orders; the median over tenants."""
    return f"""
        WITH counts AS (SELECT tenant_id, {part}(order_date) AS part, count(*) AS n FROM orders GROUP BY ALL)
        SELECT median(spread) FROM (SELECT max(n) / min(n) AS spread FROM counts GROUP BY tenant_id)
    """


def _status(*statuses: str) -> str:
    return share("orders", f"order_status IN {one_of(statuses)}")


#: Months in which a tenant sells more than its share, as a vector; how far two tenants' vectors are apart at most.
_SEASONS_APART: Final = """
    WITH months AS (SELECT tenant_id, month(order_date) AS part, count(*) AS n FROM orders GROUP BY ALL),
    shares AS (SELECT tenant_id, part, n / sum(n) OVER (PARTITION BY tenant_id) AS share FROM months)
    SELECT max(apart) FROM (
        SELECT sum(abs(a.share - b.share)) / 2 AS apart FROM shares a JOIN shares b USING (part)
        WHERE a.tenant_id < b.tenant_id GROUP BY a.tenant_id, b.tenant_id)
"""
#: Of a tenant's products, those never sold included, what the fifth that sells best has of the pieces; the mean.
_BEST_FIFTH: Final = """
    WITH sums AS (SELECT p.tenant_id, product_id, coalesce(sum(quantity), 0) AS n
                  FROM products p LEFT JOIN order_items USING (product_id) GROUP BY ALL),
    ranked AS (SELECT tenant_id, n, row_number() OVER (PARTITION BY tenant_id ORDER BY n DESC) AS place,
                      count(*) OVER (PARTITION BY tenant_id) AS members FROM sums),
    of_tenant AS (SELECT tenant_id, sum(n) FILTER (place <= members / 5) / sum(n) AS top FROM ranked GROUP BY tenant_id)
    SELECT avg(top) FROM of_tenant
"""
#: Of a tenant's products the most that appear in one second, over all; the mean. Likewise of openings in one hour.
_ONE_SECOND: Final = """
    SELECT avg(most) FROM (SELECT max(n) / sum(n) AS most FROM (
        SELECT tenant_id, count(*) AS n FROM products GROUP BY tenant_id, created_at) GROUP BY tenant_id)
"""
_ONE_HOUR: Final = """
    SELECT avg(most) FROM (SELECT max(n) / sum(n) AS most FROM (
        SELECT tenant_id, count(*) AS n FROM stock_events e WHERE e.meta.reason = 'Opening balance'
        GROUP BY tenant_id, date_trunc('hour', event_time)) GROUP BY tenant_id)
"""
#: Of the orders with several lines, those whose goods are of one category.
_OF_ONE_CATEGORY: Final = """
    SELECT avg(CASE WHEN categories = 1 THEN 1.0 ELSE 0.0 END) FROM (
        SELECT count(DISTINCT category_id) AS categories FROM order_items JOIN products USING (product_id)
        GROUP BY order_id HAVING count(*) > 1)
"""
#: Of the products with the tenth of a tenant's numbers, the latest, the pieces sold in its last 90 days over those of
#: the 90 days before; relative to the same of all of its products; the mean.
_RISING: Final = """
    WITH placed AS (SELECT p.tenant_id, p.product_id, quantity, date_diff('day', order_date, {{as_of}}) // 90 AS quarter
                    FROM order_items JOIN orders o USING (order_id) JOIN products p USING (product_id)),
    newest AS (SELECT product_id, percent_rank() OVER (PARTITION BY tenant_id ORDER BY created_at) > 0.9 AS is_new
               FROM products),
    of_each AS (SELECT tenant_id, sum(quantity) FILTER (is_new AND quarter = 0) AS new_now,
                       sum(quantity) FILTER (is_new AND quarter = 1) AS new_then,
                       sum(quantity) FILTER (quarter = 0) AS all_now, sum(quantity) FILTER (quarter = 1) AS all_then
                FROM placed JOIN newest USING (product_id) GROUP BY tenant_id)
    SELECT sum(new_now) / sum(new_then) / (sum(all_now) / sum(all_then)) FROM of_each
"""
_FROM_NAME: Final = """
    SELECT avg(CASE WHEN contains(box, first) OR contains(box, last) THEN 1.0 ELSE 0.0 END) FROM (
        SELECT regexp_replace(split_part(email, '@', 1), '[^a-z]', '', 'g') AS box,
               strip_accents(lower(split_part(name, ' ', 1))) AS first,
               strip_accents(lower(split_part(name, ' ', -1))) AS last FROM customers)
"""
_FORMER: Final = """
    SELECT avg(CASE WHEN o.customer_name_snapshot <> c.name OR o.customer_email_snapshot <> c.email
                    THEN 1.0 ELSE 0.0 END) FROM orders o JOIN customers c USING (customer_id)
"""

MEASURES: Final = (
    # Tenants are told apart at a glance, so that a leak is visible.
    Measure("currencies", "SELECT count(DISTINCT currency) FROM orders", 3, None, "tenants", 8),
    Measure(
        "favourite categories",
        _favourites("SELECT tenant_id, left(sku, 3) AS thing FROM products"),
        3, None, "tenants", 8,
    ),
    Measure(
        "price level between tenants",
        _spread("SELECT tenant_id, median(price) AS number FROM products GROUP BY 1"),
        2, None, "tenants", 8,
    ),
    Measure(
        "lines of an order between tenants",
        _spread("SELECT tenant_id, count(*) / count(DISTINCT order_id) AS number FROM order_items GROUP BY 1"),
        1.3, None, "tenants", 8,
    ),
    Measure(
        "value of an order between tenants",
        _spread("SELECT tenant_id, avg(total_amount) AS number FROM orders GROUP BY 1"),
        2, None, "tenants", 8,
    ),
    Measure(
        "companies of another's name",
        "SELECT 1 - count(DISTINCT name) / count(*) FROM tenants", None, 0.02, "tenants", 8,
    ),
    Measure("seasons apart", _SEASONS_APART, 0.08, 0.6, "tenants", 8),
    # Seasons.
    Measure("busiest month", _cycle("month"), 1.2, 5, "orders", 4_000),
    Measure("busiest weekday", _cycle("isodow"), 1.1, 3, "orders", 4_000),
    Measure("busiest hour", _cycle("hour"), 2, 100, "orders", 4_000),
    # Loyal customers and popular products.
    Measure("orders of the top tenth of customers", _tenths("orders", "customer_id"), 0.17, 0.7, "orders", 4_000),
    Measure("lines of the top tenth of products", _tenths("order_items", "product_id"), 0.2, 0.8, "orders", 4_000),
    Measure(
        "orders of the most loyal customer over the second's",
        _above_the_second("orders", "customer_id", "1"), 1.1, 5, "orders", 4_000,
    ),
    Measure(
        "pieces of the best seller over the second's",
        _above_the_second("order_items", "product_id", "quantity"), 1.15, 5, "orders", 4_000,
    ),
    # Of few products a fifth has more than of many, for which 0.65 is the most.
    Measure("pieces of the best fifth of products", _BEST_FIFTH, 0.35, 0.75, "orders", 4_000),
    Measure("sales of new products rise", _RISING, 1.3, None, "orders", 4_000),
    Measure("orders of one category", _OF_ONE_CATEGORY, 0.6, 0.95, "orders", 4_000),
    # Whatever would strike somebody who looks.
    Measure(
        "products of another's name",
        "SELECT 1 - count(DISTINCT (tenant_id, name)) / count(*) FROM products", None, 0.002, "products", 500,
    ),
    Measure(
        "customers who signed up on a full hour",
        share("customers", "minute(created_at) = 0 AND second(created_at) = 0"), None, 0.02, "customers", 300,
    ),
    Measure("products of one second", _ONE_SECOND, None, 0.05, "products", 500),
    Measure("openings of one hour", _ONE_HOUR, None, 0.1, "products", 500),
    Measure(
        "counts by night",
        share(
            "stock_events WHERE source = 'adjustment' AND tenant_id IN"
            " (SELECT tenant_id FROM orders WHERE currency IN ('GBP', 'EUR'))",
            "hour(event_time) NOT BETWEEN 5 AND 19",
        ),
        None, 0.25, "orders", 4_000,
    ),
    # Shares.
    Measure("delivered", _status("delivered"), 0.6, 0.95, "orders", 1_000),
    Measure("cancelled", _status("cancelled"), 0.01, 0.15, "orders", 1_000),
    Measure("returned", _status("returned"), 0.01, 0.2, "orders", 1_000),
    Measure("still on their way", _status("pending", "paid", "shipped"), 0.001, 0.15, "orders", 1_000),
    Measure("products on sale", share("products", "active"), 0.75, 0.995, "products", 500),
    Measure(
        "periods of a price per product",
        "SELECT count(*) / count(DISTINCT product_id) FROM price_history", 1.2, 5, "products", 200,
    ),
    Measure("lines per order", "SELECT count(*) / count(DISTINCT order_id) FROM order_items", 1.3, 5, "orders", 1_000),
    Measure("pieces per line", "SELECT avg(quantity) FROM order_items", 1.05, 3, "orders", 1_000),
    Measure(
        "orders with a campaign",
        share("orders o", "o.raw_payload.campaign IS NOT NULL"), 0.1, 0.7, "orders", 1_000,
    ),
    Measure(
        "orders with a discount code",
        share("orders o", "o.raw_payload.discount_code IS NOT NULL"), 0.03, 0.4, "orders", 1_000,
    ),
    Measure("customers with a phone", share("customers c", "c.metadata.phone IS NOT NULL"), 0.3, 1, "customers", 300),
    Measure(
        "customers in gold",
        share("customers c", "c.metadata.loyalty_tier = 'gold'"), 0.02, 0.35, "customers", 300,
    ),
    Measure("addresses built from a name", _FROM_NAME, 0.8, 1, "customers", 300),
    Measure("orders under a former name or address", _FORMER, 0.01, 0.5, "orders", 1_000),
    Measure("sales among movements", share("stock_events", "source = 'sale'"), 0.3, 0.95, "orders", 1_000),
    Measure("adjustments", share("stock_events", "source = 'adjustment'"), 0.001, 0.25, "orders", 1_000),
)  # fmt: skip
