"""The figures of realism: what is measured, the range that public statistics give, and from which size on it holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """What a dataset has at least, for a figure to be promised; in the marketplace each tenant on average."""

    name: str
    orders: int
    customers: int
    products: int
    days: int

    def has(self, orders: float, customers: float, products: float, days: float) -> bool:
        """Whether something is as large."""
        return orders >= self.orders and customers >= self.customers and products >= self.products and days >= self.days


@dataclass(frozen=True)
class Figure:
    """A number that is computed from the tables.

    Attributes:
        name: what it is called in what the script prints.
        means: what it is, in words.
        sql: a query over the tables that gives the one number.
        low: the least that the sources say; ``None`` if they name no lower end.
        high: the most that they say.
        sources: keys of :data:`~benchmarks.realism.sources.SOURCES` that the ends of the range come from.
        size: from which size on it is promised; ``None`` if it is only looked at.
        why_not: of a figure that isn't promised: why.
        domain: whose tables it is computed from.
    """

    name: str
    means: str
    sql: str
    low: float | None
    high: float | None
    sources: tuple[str, ...]
    size: Size | None = None
    why_not: str = ""
    domain: str = "bronze"

    def holds(self, value: float) -> bool:
        """Whether a value lies within the range."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


SMALL = Size("small", orders=5_000, customers=1_000, products=500, days=28)
MEDIUM = Size("medium", orders=50_000, customers=10_000, products=5_000, days=365)
SMALL_TENANTS = Size("small tenants", orders=5_000, customers=100, products=1_000, days=28)
MEDIUM_TENANTS = Size("medium tenants", orders=100_000, customers=1_000, products=50_000, days=365)
SIZES = (SMALL, MEDIUM, SMALL_TENANTS, MEDIUM_TENANTS)
"""Those of presets: small has samples of some thousands, medium a year with all its seasons."""


def _fifth(weights: str) -> str:
    """Share of the sum of ``n`` that the largest fifth of rows has."""
    return f"""
        WITH weights AS ({weights}),
        ranked AS (SELECT n, row_number() OVER (ORDER BY n DESC) AS rank, count(*) OVER () AS rows FROM weights)
        SELECT sum(n) FILTER (rank * 5 <= rows) / sum(n) FROM ranked
    """


def _fifth_of_tenants(weights: str) -> str:
    """The same for each tenant, on average."""
    return f"""
        WITH weights AS ({weights}),
        ranked AS (SELECT tenant_id, n, row_number() OVER (PARTITION BY tenant_id ORDER BY n DESC) AS rank,
                          count(*) OVER (PARTITION BY tenant_id) AS rows FROM weights)
        SELECT avg(share) FROM (SELECT sum(n) FILTER (rank * 5 <= rows) / sum(n) AS share FROM ranked
                                GROUP BY tenant_id)
    """


def _weekday_spread(table: str, moment: str, tenant: str = "0") -> str:
    """Rows on the busiest weekday over those on the quietest, in whole weeks up to the end; of tenants on average."""
    return f"""
        WITH days AS (SELECT {tenant} AS tenant, date_trunc('day', {moment}) AS day, count(*) AS n
                      FROM {table} GROUP BY ALL),
        last AS (SELECT max(day) AS day, date_diff('day', min(day), max(day)) // 7 * 7 AS days FROM days),
        parts AS (SELECT tenant, isodow(days.day) AS part, sum(n) AS n FROM days, last
                  WHERE days.day < last.day AND date_diff('day', days.day, last.day) <= last.days GROUP BY ALL)
        SELECT avg(spread) FROM (SELECT max(n) / min(n) AS spread FROM parts GROUP BY tenant)
    """


def _november_and_december(orders: str, amount: str, moment: str) -> str:
    """Share of the sales of the last 365 days of the data that the two months have."""
    return f"""
        WITH dated AS (SELECT {amount} AS amount, {moment} AS moment, max({moment}) OVER () AS last FROM {orders})
        SELECT sum(amount) FILTER (month(moment) >= 11) / sum(amount) FROM dated
        WHERE moment > last - INTERVAL 365 DAY
    """


def _conversions(of: str, over: str) -> str:
    """Conversion of some sessions over that of others."""
    each = [f"avg(is_converted::INTEGER) FILTER ({condition})" for condition in (of, over)]
    return f"SELECT {' / '.join(each)} FROM raw_sessions"


_LOCAL_HOURS = """
    WITH hours AS (SELECT hour(local_date) AS hour, count(*) AS n FROM local_orders GROUP BY 1)
"""
_VISITS = """
    WITH visits AS (
        SELECT session_id, bool_or(event_type = 'search') AS searched, bool_or(event_type = 'add_to_cart') AS carted,
            bool_or(event_type = 'purchase') AS bought,
            count(*) FILTER (event_type IN ('page_view', 'product_view')) AS pages
        FROM raw_clickstream GROUP BY 1)
"""

FIGURES = (
    Figure(
        "product_pareto",
        "share of the units sold that the best-selling fifth of the products has",
        _fifth("SELECT product_id, sum(quantity) AS n FROM raw_order_items GROUP BY 1"),
        0.50,
        0.80,
        ("inc-2007",),
        MEDIUM,
    ),
    Figure(
        "customer_pareto",
        "share of the sales that the best fifth of the buyers has",
        _fifth("SELECT customer_id, sum(total_amount) AS n FROM raw_orders WHERE status <> 'cancelled' GROUP BY 1"),
        0.59,
        0.73,
        ("mccarthy-2018",),
        SMALL,
    ),
    Figure(
        "cart_abandonment",
        "share of the visits with something in the cart that end without an order",
        f"{_VISITS} SELECT count(*) FILTER (carted AND NOT bought) / count(*) FILTER (carted) FROM visits",
        0.55,
        0.83,
        ("baymard",),
        SMALL,
    ),
    Figure(
        "mobile_visits",
        "share of the visits that come from phones",
        "SELECT avg((device_type = 'mobile')::INTEGER) FROM raw_sessions",
        0.55,
        0.78,
        ("monetate-2019", "salesforce"),
        SMALL,
    ),
    Figure(
        "desktop_conversion",
        "conversion of visits from desktops over that of visits from phones",
        _conversions("device_type = 'desktop'", "device_type = 'mobile'"),
        1.25,
        2.03,
        ("drip",),
        SMALL,
    ),
    Figure(
        "search_visits",
        "share of the visits in which the search box is used",
        f"{_VISITS} SELECT avg(searched::INTEGER) FROM visits",
        0.054,
        0.41,
        ("screen-pages", "constructor"),
        SMALL,
    ),
    Figure(
        "search_conversion",
        "conversion of visits with a search over that of those without",
        f"{_VISITS} SELECT avg(bought::INTEGER) FILTER (searched) / avg(bought::INTEGER) FILTER (NOT searched) "
        "FROM visits",
        1.41,
        2.83,
        ("screen-pages", "constructor"),
        SMALL,
    ),
    Figure(
        "quietest_hour",
        "the hour of the buyers' own day around which the fewest orders are placed",
        f"""{_LOCAL_HOURS}
        SELECT arg_min(middle.hour, (SELECT coalesce(sum(n), 0) FROM hours
                                     WHERE (hours.hour - middle.hour + 25) % 24 <= 2))
        FROM range(24) AS middle(hour)
        """,
        3,
        5,
        ("compete-2011", "oberlo"),
        SMALL,
    ),
    Figure(
        "weekday_spread",
        "orders on the busiest weekday over those on the quietest",
        _weekday_spread("local_orders", "local_date"),
        1.20,
        1.42,
        ("salecycle-2020", "zanox-2007", "pwanderson"),
        MEDIUM,
    ),
    Figure(
        "holiday_share",
        "share of a year's sales in November and December",
        _november_and_december("raw_orders", "total_amount", "order_date"),
        0.183,
        0.243,
        ("census-2017", "emarketer-2012"),
        MEDIUM,
    ),
    Figure(
        "cyber_monday",
        "orders on Cyber Monday over those of an average day of the October before",
        """
        WITH days AS (SELECT local_date::DATE AS day, count(*) AS n FROM local_orders GROUP BY 1),
        mondays AS (SELECT day, n, year(day) AS of FROM days
                    WHERE isodow(day) = 1
                    AND day BETWEEN make_date(year(day), 11, 26) AND make_date(year(day), 12, 2)),
        octobers AS (SELECT year(day) AS of, avg(n) AS n FROM days
                     WHERE month(day) = 10 GROUP BY 1 HAVING count(*) = 31)
        SELECT avg(mondays.n / octobers.n) FROM mondays JOIN octobers USING (of)
        """,
        1.95,
        2.89,
        ("adobe-2023",),
        MEDIUM,
    ),
    Figure(
        "returned_sales",
        "share of the value delivered that comes back, of deliveries three weeks before the end and earlier",
        """
        SELECT coalesce(sum(total_amount) FILTER (status = 'returned'), 0) / sum(total_amount) FROM raw_orders
        WHERE delivered_at < (SELECT max(ended_at) FROM raw_sessions) - INTERVAL 21 DAY
        """,
        0.165,
        0.208,
        ("nrf-2022",),
        MEDIUM,
    ),
    Figure(
        "bounces",
        "share of the visits that see one page at most",
        f"{_VISITS} SELECT avg((pages <= 1)::INTEGER) FROM visits",
        0.20,
        0.49,
        ("clickpost", "contentsquare-2021"),
        SMALL,
    ),
    Figure(
        "five_stars",
        "share of the reviews that give five stars",
        "SELECT avg((rating = 5)::INTEGER) FROM raw_reviews",
        0.50,
        0.64,
        ("woolf-2014", "castellano-2016"),
        SMALL,
    ),
    Figure(
        "mean_rating",
        "stars that a review gives on average",
        "SELECT avg(rating) FROM raw_reviews",
        3.4,
        4.2,
        ("woolf-2014",),
        SMALL,
    ),
    Figure(
        "one_star_or_three",
        "reviews of one star over those of three: the J in the distribution of stars",
        "SELECT count(*) FILTER (rating = 1) / count(*) FILTER (rating = 3) FROM raw_reviews",
        1.0,
        None,
        ("woolf-2014",),
        SMALL,
    ),
    Figure(
        "review_length",
        "letters of a review's text on average",
        "SELECT avg(length(review_text)) FROM raw_reviews",
        110,
        361,
        ("powerreviews-2022",),
        SMALL,
    ),
    Figure(
        "delivery_days",
        "days from the order to its delivery on average",
        "SELECT avg(epoch(delivered_at) - epoch(order_date)) / 86400 FROM raw_orders "
        "WHERE order_date < (SELECT max(ended_at) FROM raw_sessions) - INTERVAL 10 DAY",
        3.7,
        6.5,
        ("opensend",),
        SMALL,
    ),
    Figure(
        "windows_of_desktops",
        "share of the visits from desktops that come from Windows",
        "SELECT avg((os = 'Windows')::INTEGER) FROM raw_sessions WHERE device_type = 'desktop'",
        0.6823,
        0.7633,
        ("statcounter-2024",),
        SMALL,
    ),
    Figure(
        "ios_of_phones",
        "share of the visits from phones that come from iOS: between the world's and North America's",
        "SELECT avg((os = 'iOS')::INTEGER) FROM raw_sessions WHERE device_type = 'mobile'",
        0.2675,
        0.5366,
        ("statcounter-2021",),
        SMALL,
    ),
    Figure(
        "credit_cards",
        "share of the orders that are paid by credit card: between the world's and North America's",
        "SELECT avg((payment_method = 'credit_card')::INTEGER) FROM raw_orders",
        0.20,
        0.32,
        ("capital-one",),
        SMALL,
    ),
    Figure(
        "search_engines",
        "share of the visits that come from search engines",
        "SELECT avg(coalesce(regexp_matches(referrer, 'google|bing|duckduckgo'), false)::INTEGER) FROM raw_sessions",
        0.298,
        0.56,
        ("monetate-2014", "promofill"),
        SMALL,
    ),
    Figure(
        "email_conversion",
        "conversion of visits from newsletters over that of visits from social networks",
        _conversions("utm_source = 'newsletter'", "regexp_matches(referrer, 'facebook|instagram|pinterest')"),
        4.2,
        7.2,
        ("monetate-2012", "monetate-2013"),
        MEDIUM,
    ),
    Figure(
        "tenants_product_pareto",
        "share of a tenant's units sold that its best-selling fifth of products has",
        _fifth_of_tenants("SELECT tenant_id, product_id, sum(quantity) AS n FROM order_items GROUP BY 1, 2"),
        0.50,
        0.80,
        ("inc-2007",),
        MEDIUM_TENANTS,
        domain="marketplace",
    ),
    Figure(
        "tenants_customer_pareto",
        "share of a tenant's sales that its best fifth of buyers has",
        _fifth_of_tenants(
            "SELECT tenant_id, customer_id, sum(total_amount) AS n FROM orders WHERE order_status <> 'cancelled' "
            "GROUP BY 1, 2"
        ),
        0.59,
        0.73,
        ("mccarthy-2018",),
        why_not="a tenant has few customers, and nearly all of them order again and again",
        domain="marketplace",
    ),
    Figure(
        "tenants_weekday_spread",
        "a tenant's orders on the busiest weekday over those on the quietest",
        _weekday_spread("orders", "order_date", "tenant_id"),
        1.20,
        2.0,
        ("salecycle-2020", "shoper"),
        MEDIUM_TENANTS,
        domain="marketplace",
    ),
    Figure(
        "tenants_holiday_share",
        "share of a year's sales of all tenants in November and December",
        _november_and_december("orders", "total_amount", "order_date"),
        0.183,
        0.243,
        ("census-2017", "emarketer-2012"),
        why_not="a few tenants sell most, and what they sell differs by season: 0.19 to 0.25 with five seeds at medium",
        domain="marketplace",
    ),
)
"""All of them, those of bronze first."""
