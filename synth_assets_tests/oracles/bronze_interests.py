"""Whether what people look at and buy hangs together, and whether popularity has a tail.

Written from the specification alone, as is :mod:`~synth_assets_tests.oracles.bronze_statistics`, which takes these in.
What sessions are about is measured where the catalogue has goods of every category; the form of the tail, of which
ranks 10 to 1,000 are looked at, where millions are sold.
"""

from typing import Final

from synth_assets_tests.oracles.measure import Measure

_SOME_GOODS: Final = 400  # products from which on every category has enough of them
_LARGE: Final = 1_000_000  # order lines from which on the form of the tail is promised

_PAGE: Final = "'/category/' || replace(lower(category), ' & ', '-')"
_EVENTS: Final = f"""
    pages AS (SELECT DISTINCT {_PAGE} AS page, category FROM raw_products),
    events AS (
        SELECT session_id, sequence_number, event_type, page_url, product_id, p.category,
            lower(p.name) AS name
        FROM raw_clickstream LEFT JOIN raw_products p USING (product_id)),
    ahead AS (
        SELECT *, lead(CASE WHEN event_type = 'product_view' THEN category END IGNORE NULLS) OVER w AS next_category,
            lead(CASE WHEN event_type = 'product_view' THEN name END IGNORE NULLS) OVER w AS next_name
        FROM events WINDOW w AS (PARTITION BY session_id ORDER BY sequence_number))
"""
_CATEGORY_NEXT: Final = f"""
    WITH {_EVENTS}
    SELECT avg(CASE WHEN next_category = pages.category THEN 1.0 ELSE 0.0 END)
    FROM ahead JOIN pages ON page_url = page WHERE event_type = 'page_view' AND next_category IS NOT NULL
"""
# A term fits a product whose name has its last word, in whatever number.
_SEARCH_NEXT: Final = f"""
    WITH {_EVENTS}
    SELECT avg(CASE WHEN contains(replace(next_name, '-', ' '), regexp_extract(page_url, '([^+=]+?)s?$', 1))
        THEN 1.0 ELSE 0.0 END)
    FROM ahead WHERE event_type = 'search' AND next_category IS NOT NULL
"""
_TWO_CATEGORIES: Final = """
    SELECT avg(CASE WHEN categories > 1 THEN 1.0 ELSE 0.0 END) FROM (
        SELECT session_id, count(DISTINCT category) AS categories
        FROM raw_clickstream JOIN raw_products USING (product_id)
        WHERE event_type = 'product_view' GROUP BY session_id HAVING count(*) >= 3)
"""
# The simplest classifier: what most of a session's other pages are of. Where none tells, it is wrong.
_GUESSED: Final = f"""
    WITH {_EVENTS},
    carted AS (SELECT session_id, arg_min(category, sequence_number) AS category, list(product_id) AS products
               FROM events WHERE event_type = 'add_to_cart' GROUP BY session_id),
    told AS (
        SELECT session_id, coalesce(pages.category, e.category) AS category, count(*) AS n,
            min(sequence_number) AS first
        FROM events e JOIN carted c USING (session_id) LEFT JOIN pages ON page_url = page
        WHERE (event_type = 'product_view' AND NOT list_contains(c.products, product_id)) OR event_type = 'page_view'
        GROUP BY ALL HAVING coalesce(pages.category, e.category) IS NOT NULL),
    guessed AS (SELECT session_id, arg_max(category, 1000 * n - first) AS category FROM told GROUP BY session_id)
    SELECT avg(CASE WHEN g.category = c.category THEN 1.0 ELSE 0.0 END) FROM carted c JOIN guessed g USING (session_id)
"""
_LOOKED_FOR: Final = f"""
    WITH {_EVENTS},
    bought AS (SELECT session_id, list(DISTINCT category) AS categories
               FROM raw_orders JOIN raw_order_items USING (order_id) JOIN raw_products USING (product_id)
               GROUP BY session_id)
    SELECT (SELECT count(DISTINCT session_id)
            FROM ahead LEFT JOIN pages ON page_url = page JOIN bought USING (session_id)
            WHERE (event_type = 'page_view' AND list_contains(categories, pages.category))
            OR (event_type = 'search' AND list_contains(categories, next_category)))
        / (SELECT count(*) FROM bought)
"""
_ONE_CATEGORY: Final = """
    SELECT avg(CASE WHEN categories = 1 THEN 1.0 ELSE 0.0 END) FROM (
        SELECT order_id, count(DISTINCT category) AS categories
        FROM raw_order_items JOIN raw_products USING (product_id) GROUP BY order_id HAVING count(*) > 1)
"""
_RANKED: Final = """
    ranked AS (SELECT units, row_number() OVER (ORDER BY units DESC) AS rank FROM (
        SELECT sum(quantity) AS units FROM raw_order_items GROUP BY product_id))
"""
_STRAIGHT: Final = f"WITH {_RANKED} SELECT regr_r2(ln(units), ln(rank)) FROM ranked WHERE rank BETWEEN 10 AND 1000"
_FIRST_OVER_SECOND: Final = f"""
    WITH {_RANKED}
    SELECT max(CASE rank WHEN 1 THEN units END) / max(CASE rank WHEN 2 THEN units END) FROM ranked
"""
_TOP_FIFTH: Final = f"""
    WITH {_RANKED}
    SELECT sum(CASE WHEN rank <= (SELECT count(*) FROM raw_products) / 5 THEN units ELSE 0 END) / sum(units) FROM ranked
"""
_TIES: Final = f"WITH {_RANKED} SELECT count(DISTINCT units) FROM ranked WHERE rank <= 10"


MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        "product viewed after a category page, of that category",
        _CATEGORY_NEXT,
        0.70,
        0.99,
        "raw_products",
        _SOME_GOODS,
    ),
    Measure("product viewed after a search, of that name", _SEARCH_NEXT, 0.80, 0.999, "raw_products", _SOME_GOODS),
    Measure(
        "sessions of three or more views in two categories", _TWO_CATEGORIES, 0.15, 0.60, "raw_products", _SOME_GOODS
    ),
    Measure("carted categories guessed from the other pages", _GUESSED, 0.60, 0.98, "raw_products", _SOME_GOODS),
    Measure("orders whose category was looked for", _LOOKED_FOR, 0.7, 0.99, "raw_products", _SOME_GOODS),
    Measure("orders of several lines of one category", _ONE_CATEGORY, 0.5, 0.9, "raw_products", _SOME_GOODS),
    Measure("sales of the top fifth of products", _TOP_FIFTH, 0.35, 0.65, "raw_products", _SOME_GOODS),
    Measure("different sales among the ten best sellers", _TIES, 6, 10, "raw_products", _SOME_GOODS),
    Measure("rank and frequency, a straight line in logarithms", _STRAIGHT, 0.98, 1.0, "raw_order_items", _LARGE),
    Measure("best seller over the second", _FIRST_OVER_SECOND, 1.15, 3.0, "raw_order_items", _LARGE),
)
