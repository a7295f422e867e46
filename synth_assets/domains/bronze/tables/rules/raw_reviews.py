"""What always holds in raw_reviews."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="reviewer_bought_the_product",
        doc="Reviews are by the customer who bought that product in that order.",
        tables=("raw_reviews", "raw_orders", "raw_order_items"),
        sql="""
            SELECT review_id, order_id, product_id, customer_id FROM raw_reviews ANTI JOIN (
                SELECT order_id, product_id, customer_id FROM raw_order_items JOIN raw_orders USING (order_id)
            ) USING (order_id, product_id, customer_id)
        """,
    ),
    Rule(
        name="lines_have_one_review_at_most",
        doc="There is at most one review of an order line.",
        tables=("raw_reviews",),
        sql="""
            SELECT order_id, product_id, count(*) AS reviews FROM raw_reviews
            GROUP BY order_id, product_id HAVING reviews > 1
        """,
    ),
    Rule(
        name="review_follows_shipping",
        doc="Nothing is reviewed before it is shipped.",
        tables=("raw_reviews", "raw_orders"),
        sql="""
            SELECT review_id, order_id, shipped_at, reviewed_at FROM raw_reviews JOIN raw_orders USING (order_id)
            WHERE shipped_at IS NULL OR reviewed_at < shipped_at
        """,
    ),
    Rule(
        name="verified_means_delivered",
        doc="A review is a verified purchase's if and only if the order was delivered before it.",
        tables=("raw_reviews", "raw_orders"),
        sql="""
            SELECT review_id, order_id, is_verified_purchase, delivered_at, reviewed_at
            FROM raw_reviews JOIN raw_orders USING (order_id)
            WHERE is_verified_purchase <> coalesce(delivered_at < reviewed_at, false)
        """,
    ),
    Rule(
        name="rating_is_one_to_five",
        doc="Ratings are from 1 to 5, and no helpful_votes are negative.",
        tables=("raw_reviews",),
        sql="""
            SELECT review_id, rating, helpful_votes FROM raw_reviews
            WHERE rating NOT BETWEEN 1 AND 5 OR helpful_votes < 0
        """,
    ),
    Rule(
        name="review_text_is_there",
        doc="No title or text of a review is empty, and no title has a line break.",
        tables=("raw_reviews",),
        sql=r"""
            SELECT review_id, title, review_text FROM raw_reviews
            WHERE '' IN (title, review_text) OR regexp_matches(title, '[\r\n]')
        """,
    ),
)
