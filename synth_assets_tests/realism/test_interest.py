"""What a visit looks at tells what it is about: a classifier that reads stored files finds the category in the cart."""

import duckdb
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from benchmarks.realism.measuring import open_tables

OTHER_PAGES = """
    WITH carts AS (SELECT session_id, product_id, min(sequence_number) AS place FROM raw_clickstream
                   WHERE event_type = 'add_to_cart' GROUP BY ALL),
    firsts AS (SELECT session_id, arg_min(category, place) AS category FROM carts
               JOIN raw_products USING (product_id) GROUP BY 1),
    pages AS (SELECT c.session_id,
                  string_agg(coalesce('product:' || replace(p.category, ' ', ''), page_url), ' ') AS words
              FROM raw_clickstream c LEFT JOIN raw_products p USING (product_id)
              WHERE event_type IN ('page_view', 'search', 'product_view')
              AND NOT EXISTS (FROM carts WHERE carts.session_id = c.session_id AND carts.product_id = c.product_id)
              GROUP BY 1)
    SELECT category, coalesce(words, '') FROM firsts LEFT JOIN pages USING (session_id) ORDER BY session_id
"""
"""Of each visit with a cart the category of what came in first, and its pages but those of goods that came in."""

VIEWS = """
    WITH visits AS (SELECT session_id, count(DISTINCT category) AS categories FROM raw_clickstream
                    JOIN raw_products USING (product_id) WHERE event_type = 'product_view'
                    GROUP BY 1 HAVING count(*) >= 3)
    SELECT avg((categories >= 2)::INTEGER), avg((categories >= 4)::INTEGER) FROM visits
"""
NEXT_PRODUCTS = """
    WITH steps AS (SELECT *, first_value(viewed IGNORE NULLS) OVER (
                       PARTITION BY session_id ORDER BY sequence_number
                       ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next
                   FROM (SELECT *, CASE event_type WHEN 'product_view' THEN product_id END AS viewed
                         FROM raw_clickstream))
    SELECT avg((page_url = '/category/' || trim(regexp_replace(lower(category), '[^a-z]+', '-', 'g'), '-'))::INTEGER)
    FROM steps JOIN raw_products p ON p.product_id = steps.next
    WHERE event_type = 'page_view' AND page_url LIKE '/category/%'
"""


@pytest.fixture(scope="module")
def connection(shop):
    with duckdb.connect() as connection:
        open_tables(connection, shop)
        yield connection


def right(found):
    """Share of the second half's categories that a classifier tells which has read the first half."""
    words, categories = [pages for _, pages in found], [category for category, _ in found]
    half = len(found) // 2
    counts = CountVectorizer(analyzer=str.split).fit(words[:half])
    model = MultinomialNB().fit(counts.transform(words[:half]), categories[:half])
    return model.score(counts.transform(words[half:]), categories[half:])


def test_a_classifier_tells_the_category_in_the_cart_from_the_other_pages(connection):
    found = connection.execute(OTHER_PAGES).fetchall()
    assert len(found) > 10_000
    assert len({category for category, _ in found}) == 8
    assert right(found) >= 0.6
    # and it does so by the pages: with those of other visits it is at a loss
    of_the_next = [pages for _, pages in (*found[1:], found[0])]
    assert right([(category, pages) for (category, _), pages in zip(found, of_the_next, strict=True)]) < 0.3


def test_a_visit_of_three_views_stays_with_what_it_is_about_and_sometimes_strays(connection):
    ((two, four),) = connection.execute(VIEWS).fetchall()
    assert 0.15 <= two <= 0.6
    assert four < 0.1


def test_after_a_category_page_the_next_product_is_of_it(connection):
    ((of_it,),) = connection.execute(NEXT_PRODUCTS).fetchall()
    assert 0.7 <= of_it < 1
