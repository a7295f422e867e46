"""What always holds in raw_inventory."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="balance_is_running_sum",
        doc="balance_after is the running sum of a product's quantities, by moved_at, then movement_id.",
        tables=("raw_inventory",),
        sql="""
            SELECT movement_id, product_id, moved_at, quantity, balance_after FROM raw_inventory
            QUALIFY balance_after <> sum(quantity) OVER (
                PARTITION BY product_id ORDER BY moved_at, movement_id ROWS UNBOUNDED PRECEDING)
        """,
    ),
    Rule(
        name="balance_is_never_negative",
        doc="No balance is negative: nothing leaves the shelf that is not on it.",
        tables=("raw_inventory",),
        sql="SELECT movement_id, product_id, moved_at, balance_after FROM raw_inventory WHERE balance_after < 0",
    ),
    Rule(
        name="movement_fits_its_reason",
        doc="Openings, purchases and returns come IN, sales go OUT, the rest are ADJUSTMENTs; the sign says so too.",
        tables=("raw_inventory",),
        sql="""
            SELECT movement_id, movement_type, reason, quantity FROM raw_inventory
            WHERE NOT CASE
                WHEN reason IN ('opening', 'purchase', 'return') THEN movement_type = 'IN' AND quantity > 0
                WHEN reason = 'sale' THEN movement_type = 'OUT' AND quantity < 0
                WHEN reason = 'damage' THEN movement_type = 'ADJUSTMENT' AND quantity < 0
                ELSE movement_type = 'ADJUSTMENT' AND quantity <> 0
            END
        """,
    ),
    Rule(
        name="shelves_open_once",
        doc="A product's stock begins with its opening, and has no second one.",
        tables=("raw_inventory",),
        sql="""
            SELECT product_id, count_if(reason = 'opening') AS openings, min(moved_at) AS first_moved_at
            FROM raw_inventory GROUP BY product_id
            HAVING openings <> 1 OR min(moved_at) FILTER (reason = 'opening') > first_moved_at
        """,
    ),
    Rule(
        name="movement_follows_creation",
        doc="Nothing moves before the product exists.",
        tables=("raw_inventory", "raw_products"),
        sql="""
            SELECT movement_id, product_id, moved_at, created_at
            FROM raw_inventory JOIN raw_products USING (product_id) WHERE moved_at < created_at
        """,
    ),
    Rule(
        name="orders_move_goods_by_sale_or_return",
        doc="Only sales and returns have an order.",
        tables=("raw_inventory",),
        sql="""
            SELECT movement_id, reason, order_id FROM raw_inventory
            WHERE order_id IS NOT NULL AND reason NOT IN ('sale', 'return')
        """,
    ),
    Rule(
        name="shipped_lines_leave_once",
        doc="Every line of a shipped order has one OUT of its quantity at shipped_at; no other order has one.",
        tables=("raw_inventory", "raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, product_id, shipped_at, ordered, movements, moved, moved_at FROM (
                SELECT order_id, product_id, quantity AS ordered, shipped_at
                FROM raw_order_items JOIN raw_orders USING (order_id) WHERE shipped_at IS NOT NULL
            ) FULL JOIN (
                SELECT order_id, product_id, count(*) AS movements, sum(quantity) AS moved, min(moved_at) AS moved_at
                FROM raw_inventory WHERE movement_type = 'OUT' AND order_id IS NOT NULL GROUP BY ALL
            ) USING (order_id, product_id)
            WHERE movements IS DISTINCT FROM 1 OR ordered IS DISTINCT FROM -moved
            OR moved_at IS DISTINCT FROM shipped_at
        """,
    ),
    Rule(
        name="returned_lines_come_back_once",
        doc="Every line of a returned order has one IN of its quantity after delivered_at; no other order has one.",
        tables=("raw_inventory", "raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, product_id, delivered_at, ordered, movements, moved, moved_at FROM (
                SELECT order_id, product_id, quantity AS ordered, delivered_at
                FROM raw_order_items JOIN raw_orders USING (order_id) WHERE status = 'returned'
            ) FULL JOIN (
                SELECT order_id, product_id, count(*) AS movements, sum(quantity) AS moved, min(moved_at) AS moved_at
                FROM raw_inventory WHERE movement_type = 'IN' AND order_id IS NOT NULL GROUP BY ALL
            ) USING (order_id, product_id)
            WHERE movements IS DISTINCT FROM 1 OR ordered IS DISTINCT FROM moved OR moved_at <= delivered_at
        """,
    ),
)
