"""What always holds in raw_clickstream."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    # One sort for two rules: with ties in time turned round, rows are numbered by time only if time strictly increases.
    Rule(
        name="events_are_numbered_by_time",
        doc="A session's events are numbered from 1 without gaps, and each is later than the one before.",
        tables=("raw_clickstream",),
        sql="""
            SELECT event_id, session_id, sequence_number, event_timestamp FROM raw_clickstream
            QUALIFY sequence_number <> row_number() OVER (
                PARTITION BY session_id ORDER BY event_timestamp, sequence_number DESC)
        """,
    ),
    Rule(
        name="events_lie_inside_their_session",
        doc="Events happen between the start and the end of their session.",
        tables=("raw_clickstream", "raw_sessions"),
        sql="""
            SELECT event_id, session_id, event_timestamp, started_at, ended_at
            FROM raw_clickstream JOIN raw_sessions USING (session_id)
            WHERE event_timestamp NOT BETWEEN started_at AND ended_at
        """,
    ),
    Rule(
        name="event_type_says_what_it_is_about",
        doc="Views and cart changes name a product, purchases an order, and other events neither.",
        tables=("raw_clickstream",),
        sql="""
            SELECT event_id, event_type, product_id, order_id FROM raw_clickstream
            WHERE (product_id IS NOT NULL) <> (event_type IN ('product_view', 'add_to_cart', 'remove_from_cart'))
            OR (order_id IS NOT NULL) <> (event_type = 'purchase')
        """,
    ),
    Rule(
        name="cart_add_follows_view",
        doc="A product is put into the cart after it was viewed in the same session.",
        tables=("raw_clickstream",),
        sql="""
            SELECT session_id, product_id FROM raw_clickstream WHERE event_type IN ('product_view', 'add_to_cart')
            GROUP BY session_id, product_id
            HAVING min(sequence_number) FILTER (event_type = 'add_to_cart')
                <= coalesce(min(sequence_number) FILTER (event_type = 'product_view'), 32767)
        """,
    ),
    Rule(
        name="cart_removal_follows_add",
        doc="Only what was put into the cart is removed, and no more often than that.",
        tables=("raw_clickstream",),
        sql="""
            SELECT session_id, product_id FROM raw_clickstream WHERE event_type IN ('add_to_cart', 'remove_from_cart')
            GROUP BY session_id, product_id
            HAVING count_if(event_type = 'remove_from_cart') > count_if(event_type = 'add_to_cart')
            OR min(sequence_number) FILTER (event_type = 'remove_from_cart')
                <= min(sequence_number) FILTER (event_type = 'add_to_cart')
        """,
    ),
    Rule(
        name="purchase_follows_checkout",
        doc="A purchase follows a checkout in the same session.",
        tables=("raw_clickstream",),
        sql="""
            SELECT session_id FROM raw_clickstream WHERE event_type IN ('checkout', 'purchase')
            GROUP BY session_id
            HAVING min(sequence_number) FILTER (event_type = 'purchase')
                <= coalesce(min(sequence_number) FILTER (event_type = 'checkout'), 32767)
        """,
    ),
    Rule(
        name="orders_have_one_purchase",
        doc="Every order has exactly one purchase event, at its order_date and in its own session.",
        tables=("raw_clickstream", "raw_orders"),
        sql="""
            SELECT order_id, purchases, o.session_id, p.session_id AS purchase_session_id, order_date, purchased_at
            FROM raw_orders o FULL JOIN (
                SELECT order_id, count(*) AS purchases, min(session_id) AS session_id,
                    min(event_timestamp) AS purchased_at
                FROM raw_clickstream WHERE event_type = 'purchase' GROUP BY order_id
            ) p USING (order_id)
            WHERE purchases IS DISTINCT FROM 1 OR o.session_id IS DISTINCT FROM p.session_id
            OR order_date IS DISTINCT FROM purchased_at
        """,
    ),
    Rule(
        name="goods_bought_were_in_the_cart",
        doc="Each product of an order was put into the cart in its session before order_date, and not removed again.",
        tables=("raw_clickstream", "raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, session_id, product_id, order_date, added_at, removals
            FROM raw_order_items JOIN raw_orders USING (order_id) LEFT JOIN (
                SELECT session_id, product_id, min(event_timestamp) FILTER (event_type = 'add_to_cart') AS added_at,
                    count_if(event_type = 'remove_from_cart') AS removals
                FROM raw_clickstream WHERE event_type IN ('add_to_cart', 'remove_from_cart') GROUP BY ALL
            ) USING (session_id, product_id)
            WHERE added_at IS NULL OR added_at >= order_date OR removals > 0
        """,
    ),
    Rule(
        name="goods_viewed_are_on_sale",
        doc="Products are viewed and put into carts after they appear and before they are discontinued.",
        tables=("raw_clickstream", "raw_products"),
        sql="""
            SELECT event_id, event_type, product_id, event_timestamp, created_at, is_active, updated_at
            FROM raw_clickstream JOIN raw_products USING (product_id)
            WHERE event_timestamp < created_at OR (NOT is_active AND event_timestamp >= updated_at)
        """,
    ),
)
