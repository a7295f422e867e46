"""What always holds in stock_events."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="level_is_running_sum",
        doc="Per product, by event_time, which never repeats, resulting_level is the sum of delta so far, not below 0.",
        tables=("stock_events",),
        sql="""
            SELECT stock_event_id, product_id, event_time, delta, resulting_level FROM (
                SELECT *, sum(delta) OVER w AS running, lag(event_time) OVER w AS before
                FROM stock_events WINDOW w AS (PARTITION BY product_id ORDER BY event_time)
            ) WHERE resulting_level <> running OR resulting_level < 0 OR event_time <= before
        """,
    ),
    Rule(
        name="stock_stays_with_tenant",
        doc="A movement is of the same tenant as its product, and not before the product was there.",
        tables=("stock_events", "products"),
        sql="""
            SELECT stock_event_id, s.tenant_id, p.tenant_id AS of_product, event_time, p.created_at
            FROM stock_events s JOIN products p USING (product_id)
            WHERE s.tenant_id IS DISTINCT FROM p.tenant_id OR s.event_time < p.created_at
        """,
    ),
    Rule(
        name="source_has_its_sign",
        doc="Receipts and returns bring something, sales take something, and adjustments are not 0.",
        tables=("stock_events",),
        sql="""
            SELECT stock_event_id, source, delta FROM stock_events
            WHERE CASE source WHEN 'sale' THEN delta >= 0 WHEN 'adjustment' THEN delta = 0 ELSE delta <= 0 END
        """,
    ),
    Rule(
        name="meta_names_order_of_sale_and_return",
        doc="Only sales and returns name an order; a reason and an operator are always there.",
        tables=("stock_events",),
        sql="""
            SELECT stock_event_id, source, meta FROM stock_events
            WHERE (meta.order_id IS NOT NULL AND source NOT IN ('sale', 'return'))
            OR meta.reason IS NULL OR meta.operator IS NULL
        """,
    ),
    Rule(
        name="shipped_lines_are_sales",
        doc="Each line of an order that is shipped, delivered or returned has left the stock once, and no other has.",
        tables=("stock_events", "order_items", "orders"),
        sql="""
            WITH sold AS (
                SELECT meta.order_id AS order_id, product_id, tenant_id, -sum(delta) AS pieces, count(*) AS times
                FROM stock_events WHERE source = 'sale' AND meta.order_id IS NOT NULL GROUP BY ALL
            ), due AS (
                SELECT CAST(i.order_id AS VARCHAR) AS order_id, product_id, i.tenant_id AS tenant_id, quantity
                FROM order_items i JOIN orders o ON o.order_id = i.order_id
                WHERE order_status IN ('shipped', 'delivered', 'returned')
            )
            SELECT * FROM sold FULL JOIN due USING (order_id, product_id, tenant_id)
            WHERE pieces IS DISTINCT FROM quantity OR times IS DISTINCT FROM 1
        """,
    ),
    Rule(
        name="returned_lines_are_returns",
        doc="Each line of a returned order has come back to the stock once, and no other has.",
        tables=("stock_events", "order_items", "orders"),
        sql="""
            WITH back AS (
                SELECT meta.order_id AS order_id, product_id, tenant_id, sum(delta) AS pieces, count(*) AS times
                FROM stock_events WHERE source = 'return' AND meta.order_id IS NOT NULL GROUP BY ALL
            ), due AS (
                SELECT CAST(i.order_id AS VARCHAR) AS order_id, product_id, i.tenant_id AS tenant_id, quantity
                FROM order_items i JOIN orders o ON o.order_id = i.order_id
                WHERE order_status = 'returned'
            )
            SELECT * FROM back FULL JOIN due USING (order_id, product_id, tenant_id)
            WHERE pieces IS DISTINCT FROM quantity OR times IS DISTINCT FROM 1
        """,
    ),
)
