"""What always holds in raw_orders."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="total_is_sum_of_parts",
        doc="total_amount is subtotal - discount_amount + tax_amount + shipping_amount, to the cent.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, subtotal, discount_amount, tax_amount, shipping_amount, total_amount FROM raw_orders
            WHERE total_amount <> subtotal - discount_amount + tax_amount + shipping_amount
        """,
    ),
    Rule(
        name="subtotal_is_sum_of_lines",
        doc="subtotal is the sum of the order's line totals, to the cent.",
        tables=("raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, subtotal, lines FROM raw_orders LEFT JOIN (
                SELECT order_id, sum(line_total) AS lines FROM raw_order_items GROUP BY order_id
            ) USING (order_id)
            WHERE subtotal IS DISTINCT FROM lines
        """,
    ),
    Rule(
        name="item_count_is_number_of_lines",
        doc="item_count is the number of the order's lines, and there is one at least.",
        tables=("raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, item_count, lines FROM raw_orders LEFT JOIN (
                SELECT order_id, count(*) AS lines FROM raw_order_items GROUP BY order_id
            ) USING (order_id)
            WHERE item_count IS DISTINCT FROM lines
        """,
    ),
    Rule(
        name="order_amounts_are_in_range",
        doc="A subtotal is positive, no amount is negative, and a discount is not above the subtotal.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, subtotal, discount_amount, tax_amount, shipping_amount FROM raw_orders
            WHERE subtotal <= 0 OR discount_amount NOT BETWEEN 0 AND subtotal OR tax_amount < 0 OR shipping_amount < 0
        """,
    ),
    Rule(
        name="status_has_its_times",
        doc="An order has shipped_at, delivered_at and cancelled_at exactly where its status says so.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, status, shipped_at, delivered_at, cancelled_at FROM raw_orders
            WHERE (shipped_at IS NOT NULL) <> (status IN ('shipped', 'delivered', 'returned'))
            OR (delivered_at IS NOT NULL) <> (status IN ('delivered', 'returned'))
            OR (cancelled_at IS NOT NULL) <> (status = 'cancelled')
        """,
    ),
    Rule(
        name="order_times_flow_forward",
        doc="An order is placed, then shipped, then delivered, or cancelled; its last change is none of them or later.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, order_date, shipped_at, delivered_at, cancelled_at, updated_at FROM raw_orders
            WHERE shipped_at <= order_date OR delivered_at <= shipped_at OR cancelled_at <= order_date
            OR updated_at < greatest(order_date, shipped_at, delivered_at, cancelled_at)
        """,
    ),
    Rule(
        name="payment_fits_status",
        doc="What moves on is paid, what comes back is refunded, and only cancelled orders' payments fail.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, status, payment_status FROM raw_orders
            WHERE NOT CASE status
                WHEN 'pending' THEN payment_status = 'pending'
                WHEN 'cancelled' THEN payment_status IN ('failed', 'refunded')
                WHEN 'returned' THEN payment_status = 'refunded'
                ELSE payment_status = 'paid'
            END
        """,
    ),
    Rule(
        name="order_fits_its_session",
        doc="An order is placed within its session, by the customer who is logged in there.",
        tables=("raw_orders", "raw_sessions"),
        sql="""
            SELECT order_id, session_id, o.customer_id, s.customer_id AS session_customer_id, order_date
            FROM raw_orders o JOIN raw_sessions s USING (session_id)
            WHERE o.customer_id IS DISTINCT FROM s.customer_id OR order_date NOT BETWEEN started_at AND ended_at
        """,
    ),
    Rule(
        name="order_fits_its_customer",
        doc="Customers order after they registered, to their country, and to their address unless they moved since.",
        tables=("raw_orders", "raw_customers"),
        sql="""
            SELECT order_id, customer_id, order_date, registered_at, shipping_country, country
            FROM raw_orders o JOIN raw_customers c USING (customer_id)
            WHERE order_date < registered_at OR shipping_country <> country
            OR (c.updated_at <= order_date AND (
                shipping_street <> street OR shipping_city <> city OR shipping_postal_code <> postal_code
                OR shipping_region IS DISTINCT FROM region))
        """,
    ),
)
