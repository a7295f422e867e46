"""What is drawn of each table of a shop, for a person to look at: eight plots of each, computed by DuckDB."""

from collections.abc import Callable, Mapping, Sequence
from math import floor

import duckdb
from drawing.panels import Bars, Grid, Lines, Panel, Points, Shares

Connection = duckdb.DuckDBPyConnection

HOURS = {0: "0", 6: "6", 12: "12", 18: "18", 23: "23"}
MONTHS = {0: "J", 3: "A", 6: "J", 9: "O", 11: "D"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_ROWS = 10
"""Of a grid."""

PER_TEN = 6
"""Bars of a logarithmic histogram between a number and ten times that."""

_ZONED = "timezone(coalesce((SELECT min(zone) FROM zones WHERE country = {0}.country AND region IS NULL), 'UTC'), {1})"


def rows(connection: Connection, sql: str) -> list[tuple]:
    """What a query finds."""
    return connection.execute(sql).fetchall()


def histogram(
    connection: Connection,
    title: str,
    values: str,
    bounds: tuple[float, float, float],
    labels: Mapping[float, str] = {},
) -> Bars:
    """How often the values of a query are in steps of one width; ``bounds`` are low, high and the width."""
    low, high, width = bounds
    counts = [0] * round((high - low) / width)
    for step, count in rows(
        connection,
        f"SELECT floor((value - {low}) / {width})::INTEGER, count(*) FROM ({values}) v(value) "
        f"WHERE value >= {low} AND value < {high} GROUP BY 1",
    ):
        counts[step] += count
    places = labels or {low: f"{low:g}", (low + high) / 2: f"{(low + high) / 2:g}", high: f"{high:g}"}
    return Bars(title, counts, {min(round((at - low) / width), len(counts) - 1): words for at, words in places.items()})


def log_histogram(connection: Connection, title: str, values: str) -> Bars:
    """How often values are in steps of the same ratio."""
    found = dict(
        rows(
            connection,
            f"SELECT floor(log10(value) * {PER_TEN})::INTEGER, count(*) FROM ({values}) v(value) WHERE value > 0 "
            "GROUP BY 1",
        )
    )
    low, high = min(found, default=0), max(found, default=0)
    labels = {
        power * PER_TEN - low: f"{10**power:,g}"
        for power in range(floor(low / PER_TEN), floor(high / PER_TEN) + 1)
        if low <= power * PER_TEN
    }
    return Bars(title, [found.get(step, 0) for step in range(low, high + 1)], labels)


def shares(connection: Connection, title: str, sql: str, most: int = 8) -> Shares:
    """Parts that rows of name and number have in the sum of all, the largest first."""
    found = [(str(name), float(part)) for name, part in rows(connection, sql)]
    found.sort(key=lambda each: (-each[1], each[0]))
    return Shares(title, found[:most], sum(part for _, part in found))


def numbers(connection: Connection, title: str, sql: str, *, rates: bool = True, most: int = 9) -> Shares:
    """Rows of name and number as they come; ``rates`` are shares of 1."""
    return Shares(title, [(str(name), float(part)) for name, part in rows(connection, sql)][:most], float(rates))


def grid(
    connection: Connection, title: str, sql: str, steps: int, labels: Mapping[int, str], *, by_name: bool = False
) -> Grid:
    """Rows of name, step and number as a grid: the ten names with most, or all of them in the order of their names."""
    found: dict[str, list[float]] = {}
    for name, step, count in rows(connection, sql):
        found.setdefault(str(name), [0.0] * steps)[int(step)] += float(count)
    order = sorted(found) if by_name else sorted(found, key=lambda name: (-sum(found[name]), name))[:MOST_ROWS]
    return Grid(title, [(name, found[name]) for name in order], labels)


def days(connection: Connection, title: str, sql: str, series: int = 5) -> Lines:
    """Rows of name, day (a date) and number as lines over the days."""
    found = rows(connection, sql)
    every = sorted({day for _, day, _ in found})
    numbers = {day: place for place, day in enumerate(every)}
    lines: dict[str, list[float]] = {}
    for name, day, count in found:
        lines.setdefault(str(name), [0.0] * len(every))[numbers[day]] += float(count)
    marks = [0, len(every) // 2, len(every) - 1] if every else []
    return Lines(title, list(lines.values())[:series], {place: f"{every[place]:%d %b}" for place in marks})


def _column(connection: Connection, sql: str) -> list[float]:
    return [float(row[0]) for row in rows(connection, sql)]


def _by_weekday(connection: Connection, title: str, moments: str) -> Grid:
    found = grid(
        connection,
        title,
        f"SELECT isodow(moment), hour(moment), count(*) FROM ({moments}) m(moment) GROUP BY ALL",
        24,
        HOURS,
    )
    byday = dict(found.rows)
    return Grid(title, [(name, byday.get(str(day + 1), [0.0] * 24)) for day, name in enumerate(WEEKDAYS)], HOURS)


def _stock(connection: Connection, title: str, of: tuple[str, str, str, str], products: int) -> Lines:
    """What is left each evening of the last ninety days of the products that move most."""
    table, moment, level, order = of
    return days(
        connection,
        title,
        f"""
        WITH busiest AS (SELECT product_id FROM {table} GROUP BY 1 ORDER BY count(*) DESC, product_id LIMIT {products}),
        evenings AS (SELECT product_id, unnest(generate_series(max({moment})::DATE - 89, max({moment})::DATE,
                                                               INTERVAL 1 DAY))::DATE AS day
                     FROM {table} SEMI JOIN busiest USING (product_id) GROUP BY 1)
        SELECT e.product_id, e.day, coalesce(arg_max({level}, ({moment}, {order}))
                                             FILTER ({moment}::DATE <= e.day), 0)
        FROM evenings e JOIN {table} USING (product_id) GROUP BY ALL ORDER BY 2, 1
        """,
    )


def customers(c: Connection) -> list[Panel]:
    """Who registered when, how old they are, and where they live."""
    local = _ZONED.format("raw_customers", "registered_at")
    age = "date_diff('day', date_of_birth, (SELECT max(registered_at) FROM raw_customers)::DATE) / 365.25"
    return [
        days(c, "registrations a month", "SELECT 0, date_trunc('month', registered_at)::DATE, count(*) "
             "FROM raw_customers GROUP BY ALL ORDER BY 2"),
        histogram(c, "hour of registration, local", f"SELECT hour({local}) FROM raw_customers", (0, 24, 1), HOURS),
        histogram(c, "age", f"SELECT {age} FROM raw_customers", (15, 95, 2)),
        grid(c, "age by segment", f"SELECT segment, least(greatest(({age} - 15) // 5, 0), 15), count(*) "
             "FROM raw_customers GROUP BY ALL", 16, {1: "20", 5: "40", 9: "60", 13: "80"}),
        shares(c, "countries", "SELECT country, count(*) FROM raw_customers GROUP BY 1", most=9),
        shares(c, "districts of London", "SELECT regexp_extract(postal_code, '^[A-Z]+'), count(*) FROM raw_customers "
               "WHERE city = 'London' GROUP BY 1"),
        shares(c, "districts of New York", "SELECT postal_code[:3], count(*) FROM raw_customers "
               "WHERE city = 'New York' GROUP BY 1"),
        numbers(c, "opted in to mail, by segment", "SELECT segment, avg(marketing_opt_in::INTEGER) FROM raw_customers "
               "GROUP BY 1 ORDER BY 1"),
    ]  # fmt: skip


def products(c: Connection) -> list[Panel]:
    """What there is, for how much."""
    return [
        shares(c, "categories", "SELECT category, count(*) FROM raw_products GROUP BY 1"),
        log_histogram(c, "price", "SELECT price FROM raw_products"),
        grid(c, "price by category", "SELECT category, least(floor(log10(price) * 4), 15), count(*) FROM raw_products "
             "GROUP BY ALL", 16, {0: "1", 4: "10", 8: "100", 12: "1,000"}),
        histogram(c, "margin, of the price", "SELECT (price - cost)::DOUBLE / price::DOUBLE FROM raw_products",
                  (0, 1, 0.025)),
        shares(c, "last two digits of prices", "SELECT format('.{:02d}', (price * 100)::BIGINT % 100), count(*) "
               "FROM raw_products GROUP BY 1"),
        days(c, "new products a month", "SELECT 0, date_trunc('month', created_at)::DATE, count(*) FROM raw_products "
             "GROUP BY ALL ORDER BY 2"),
        log_histogram(c, "weight in kg", "SELECT weight_kg FROM raw_products"),
        Points("products of brands by rank", [_column(c, "SELECT count(*) FROM raw_products GROUP BY brand")]),
    ]  # fmt: skip


def orders(c: Connection) -> list[Panel]:
    """When people buy, how they pay, and what becomes of it."""
    return [
        days(c, "orders a day", "SELECT 0, order_date::DATE, count(*) FROM raw_orders GROUP BY ALL ORDER BY 2"),
        _by_weekday(c, "weekday and hour, local", "SELECT local_date FROM local_orders"),
        grid(c, "hour by country, local", "SELECT shipping_country, hour(local_date), count(*) FROM local_orders "
             "JOIN raw_orders USING (order_id) GROUP BY ALL", 24, HOURS),
        log_histogram(c, "total in dollars", "SELECT total_amount FROM raw_orders"),
        shares(c, "status", "SELECT status, count(*) FROM raw_orders GROUP BY 1"),
        shares(c, "payment", "SELECT payment_method, count(*) FROM raw_orders GROUP BY 1"),
        grid(c, "hours of steps (UTC)", "SELECT step, hour(moment), count(*) FROM ("
             "SELECT 'shipped' AS step, shipped_at AS moment FROM raw_orders UNION ALL "
             "SELECT 'delivered', delivered_at FROM raw_orders UNION ALL "
             "SELECT 'cancelled', cancelled_at FROM raw_orders) WHERE moment IS NOT NULL GROUP BY ALL", 24, HOURS),
        histogram(c, "days from order to delivery", "SELECT (epoch(delivered_at) - epoch(order_date)) / 86400 "
                  "FROM raw_orders", (0, 10, 0.25)),
    ]  # fmt: skip


def order_items(c: Connection) -> list[Panel]:
    """What sells, and what sells together."""
    sold = "raw_order_items JOIN raw_products USING (product_id)"
    return [
        Points("units of products by rank", [_column(c, "SELECT sum(quantity) FROM raw_order_items "
                                                        "GROUP BY product_id")]),
        Points("units by rank, of three categories", [
            _column(c, f"SELECT sum(quantity) FROM {sold} WHERE category = '{name}' GROUP BY product_id")
            for name in ("Books", "Clothing", "Electronics")]),
        grid(c, "months of the ten best sellers", "SELECT product_id, month(order_date) - 1, sum(quantity) "
             "FROM raw_order_items JOIN raw_orders USING (order_id) GROUP BY ALL", 12, MONTHS),
        grid(c, "categories bought together", f"SELECT a.category, list_position((SELECT list(category ORDER BY "
             f"category) FROM (SELECT DISTINCT category FROM raw_products)), b.category) - 1, count(*) FROM "
             f"(SELECT order_id, line_number, category FROM {sold}) a JOIN (SELECT order_id, line_number, category "
             f"FROM {sold}) b ON a.order_id = b.order_id AND a.line_number <> b.line_number GROUP BY ALL", 8, {},
             by_name=True),
        shares(c, "sales by category", f"SELECT category, sum(line_total) FROM {sold} GROUP BY 1"),
        histogram(c, "lines of an order", "SELECT count(*) FROM raw_order_items GROUP BY order_id", (1, 9, 1),
                  {1: "1", 4: "4", 8: "8"}),
        shares(c, "pieces of a line", "SELECT quantity, count(*) FROM raw_order_items GROUP BY 1"),
        log_histogram(c, "value of a line in dollars", "SELECT line_total FROM raw_order_items"),
    ]  # fmt: skip


def sessions(c: Connection) -> list[Panel]:
    """Who visits when, on what, from where."""
    local = _ZONED.format("raw_sessions", "started_at")
    source = "coalesce(utm_source, regexp_extract(referrer, '//(?:www\\.)?([a-z]+)', 1), 'direct')"
    return [
        days(c, "visits a day", "SELECT 0, started_at::DATE, count(*) FROM raw_sessions GROUP BY ALL ORDER BY 2"),
        grid(c, "hour by country, local", f"SELECT country, hour({local}), count(*) FROM raw_sessions GROUP BY ALL",
             24, HOURS),
        shares(c, "devices and systems", "SELECT device_type || ' ' || os, count(*) FROM raw_sessions GROUP BY 1"),
        numbers(c, "orders a visit, by device", "SELECT device_type, avg(is_converted::INTEGER) FROM raw_sessions "
               "GROUP BY 1 ORDER BY 1"),
        numbers(c, "orders a visit, by source", f"SELECT {source}, avg(is_converted::INTEGER) FROM raw_sessions "
               "GROUP BY 1 ORDER BY 2 DESC"),
        log_histogram(c, "seconds of a visit", "SELECT epoch(ended_at) - epoch(started_at) FROM raw_sessions"),
        Points("visits of customers by rank", [_column(c, "SELECT count(*) FROM raw_sessions "
                                                          "WHERE customer_id IS NOT NULL GROUP BY customer_id")]),
        shares(c, "a customer's devices, countries", "SELECT n, count(*) FROM (SELECT count(DISTINCT os) || "
               "' and ' || count(DISTINCT country) AS n FROM raw_sessions "
               "WHERE customer_id IS NOT NULL GROUP BY customer_id) GROUP BY 1"),
    ]  # fmt: skip


def clickstream(c: Connection) -> list[Panel]:
    """What a visit is made of."""
    categories = "(SELECT list(category ORDER BY category) FROM (SELECT DISTINCT category FROM raw_products))"
    slug = "trim(regexp_replace(lower({}), '[^a-z]+', '-', 'g'), '-')"
    return [
        shares(c, "events", "SELECT event_type, count(*) FROM raw_clickstream GROUP BY 1"),
        Shares("visits that come so far", [
            (name, _column(c, f"SELECT count(DISTINCT session_id) FROM raw_clickstream WHERE event_type = '{event}'"
                           )[0] / max(_column(c, "SELECT count(*) FROM raw_sessions")[0], 1))
            for name, event in (("product", "product_view"), ("cart", "add_to_cart"), ("checkout", "checkout"),
                                ("order", "purchase"))], 1),
        histogram(c, "events of a visit", "SELECT count(*) FROM raw_clickstream GROUP BY session_id", (1, 31, 1)),
        grid(c, "category page and next product", f"""
             WITH steps AS (SELECT *, lead(product_id) OVER w AS then_viewed, lead(event_type) OVER w AS then_type
                 FROM raw_clickstream WHERE event_type IN ('page_view', 'product_view')
                 WINDOW w AS (PARTITION BY session_id ORDER BY sequence_number))
             SELECT p.category AS page, list_position({categories}, q.category) - 1, count(*) FROM steps
             JOIN (SELECT DISTINCT category FROM raw_products) p
                 ON page_url = '/category/' || {slug.format("p.category")}
             JOIN raw_products q ON q.product_id = then_viewed
             WHERE event_type = 'page_view' AND then_type = 'product_view' GROUP BY ALL""", 8, {}, by_name=True),
        shares(c, "searches", "SELECT replace(split_part(page_url, '=', 2), '+', ' '), count(*) FROM raw_clickstream "
               "WHERE event_type = 'search' GROUP BY 1"),
        Points("views of products by rank", [_column(c, "SELECT count(*) FROM raw_clickstream "
                                                        "WHERE event_type = 'product_view' GROUP BY product_id")]),
        log_histogram(c, "seconds from click to click", "SELECT epoch(event_timestamp) - lag(epoch(event_timestamp)) "
                      "OVER (PARTITION BY session_id ORDER BY sequence_number) FROM raw_clickstream"),
        shares(c, "pages", "SELECT '/' || split_part(page_url, '/', 2), count(*) FROM raw_clickstream "
               "WHERE event_type = 'page_view' GROUP BY 1"),
    ]  # fmt: skip


def reviews(c: Connection) -> list[Panel]:
    """What buyers say, and when."""
    return [
        shares(c, "stars", "SELECT rating, count(*) FROM raw_reviews GROUP BY 1"),
        grid(c, "stars of kept and returned", "SELECT CASE status WHEN 'returned' THEN 'came back' "
             "ELSE 'kept' END, rating - 1, count(*) FROM raw_reviews JOIN raw_orders USING (order_id) GROUP BY ALL",
             5, {0: "1", 1: "2", 2: "3", 3: "4", 4: "5"}),
        histogram(c, "mean stars of products", "SELECT avg(rating) FROM raw_reviews GROUP BY product_id "
                  "HAVING count(*) >= 5", (1, 5.05, 0.15), {1: "1", 2: "2", 3: "3", 4: "4", 5: "5"}),
        histogram(c, "letters of a text", "SELECT length(review_text) FROM raw_reviews", (0, 500, 10)),
        histogram(c, "days from delivery", "SELECT (epoch(reviewed_at) - epoch(delivered_at)) / 86400 FROM raw_reviews "
                  "JOIN raw_orders USING (order_id)", (-6, 30, 0.5), {-6: "-6", 0: "0", 15: "15", 30: "30"}),
        grid(c, "hour by country (UTC)", "SELECT shipping_country, hour(reviewed_at), count(*) FROM raw_reviews "
             "JOIN raw_orders USING (order_id) GROUP BY ALL", 24, HOURS),
        shares(c, "how often a text is there", "SELECT CASE WHEN n >= 10 THEN '10 and more' ELSE n::VARCHAR END, "
               "sum(n) FROM (SELECT count(*) AS n FROM raw_reviews GROUP BY review_text) GROUP BY 1"),
        numbers(c, "helpful votes, by stars", "SELECT rating, avg(helpful_votes) FROM raw_reviews GROUP BY 1 "
               "ORDER BY 1", rates=False),
    ]  # fmt: skip


def inventory(c: Connection) -> list[Panel]:
    """How stock comes and goes."""
    return [
        _stock(c, "stock of two best sellers", ("raw_inventory", "moved_at", "balance_after", "movement_id"), 2),
        days(c, "pieces in and out a day", "SELECT CASE quantity > 0 WHEN true THEN 'in' ELSE 'out' END, "
             "moved_at::DATE, abs(sum(quantity)) FROM raw_inventory WHERE reason IN ('sale', 'purchase') GROUP BY ALL "
             "ORDER BY 2"),
        shares(c, "reasons", "SELECT reason, count(*) FROM raw_inventory GROUP BY 1"),
        grid(c, "hour by reason (UTC)", "SELECT reason, hour(moved_at), count(*) FROM raw_inventory GROUP BY ALL", 24,
             HOURS),
        grid(c, "weekday by reason", "SELECT reason, isodow(moved_at) - 1, count(*) FROM raw_inventory GROUP BY ALL", 7,
             {day: name[0] for day, name in enumerate(WEEKDAYS)}),
        histogram(c, "pieces of a purchase", "SELECT quantity FROM raw_inventory WHERE reason = 'purchase'",
                  (0, 60, 2)),
        log_histogram(c, "balance after a movement", "SELECT balance_after FROM raw_inventory"),
        histogram(c, "corrections", "SELECT quantity FROM raw_inventory WHERE reason = 'correction'", (-20, 21, 1),
                  {-20: "-20", 0: "0", 20: "20"}),
    ]  # fmt: skip


def marketplace(c: Connection) -> list[Panel]:
    """Tenants beside each other."""
    tenants = [row[0] for row in rows(c, "SELECT tenant_id FROM tenants ORDER BY created_at, tenant_id LIMIT 5")]
    number = "(SELECT count(*) FROM tenants t WHERE t.tenant_id <= orders.tenant_id)"
    return [
        days(c, "orders a day, of tenants", "SELECT tenant_id, order_date::DATE, count(*) FROM orders GROUP BY ALL "
             "ORDER BY 2"),
        grid(c, "hour by tenant (UTC)", f"SELECT 'tenant ' || {number}, hour(order_date), count(*) FROM orders "
             "GROUP BY ALL", 24, HOURS),
        grid(c, "weekday by tenant", f"SELECT 'tenant ' || {number}, isodow(order_date) - 1, count(*) FROM orders "
             "GROUP BY ALL", 7, {day: name[0] for day, name in enumerate(WEEKDAYS)}),
        Points("units of products by rank", [
            _column(c, f"SELECT sum(quantity) FROM order_items WHERE tenant_id = '{tenant}' GROUP BY product_id")
            for tenant in tenants]),
        Points("orders of customers by rank", [
            _column(c, f"SELECT count(*) FROM orders WHERE tenant_id = '{tenant}' GROUP BY customer_id")
            for tenant in tenants]),
        log_histogram(c, "total of an order", "SELECT total_amount FROM orders"),
        shares(c, "status", "SELECT order_status, count(*) FROM orders GROUP BY 1"),
        _stock(c, "stock of the busiest product", ("stock_events", "event_time", "resulting_level", "event_time"), 1),
    ]  # fmt: skip


PLOTS: Mapping[str, Mapping[str, Callable[[Connection], Sequence[Panel]]]] = {
    "bronze": {
        "raw_customers": customers,
        "raw_products": products,
        "raw_orders": orders,
        "raw_order_items": order_items,
        "raw_sessions": sessions,
        "raw_clickstream": clickstream,
        "raw_reviews": reviews,
        "raw_inventory": inventory,
    },
    "marketplace": {"marketplace": marketplace},
}
"""By domain and picture what is drawn."""
