"""What always holds in order_items."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="line_total_is_quantity_times_price",
        doc="line_total is quantity x unit_price, to the cent, and there is a piece at least.",
        tables=("order_items",),
        sql="""
            SELECT order_item_id, quantity, unit_price, line_total FROM order_items
            WHERE line_total <> quantity * unit_price OR quantity < 1
        """,
    ),
    Rule(
        name="line_stays_with_tenant",
        doc="A line is of the same tenant as its order and its product.",
        tables=("order_items", "orders", "products"),
        sql="""
            SELECT order_item_id, i.tenant_id, o.tenant_id AS of_order, p.tenant_id AS of_product
            FROM order_items i JOIN orders o USING (order_id) JOIN products p USING (product_id)
            WHERE i.tenant_id IS DISTINCT FROM o.tenant_id OR i.tenant_id IS DISTINCT FROM p.tenant_id
        """,
    ),
    Rule(
        name="product_is_once_in_order",
        doc="A product is on one line of an order at most.",
        tables=("order_items",),
        sql="SELECT order_id, product_id FROM order_items GROUP BY ALL HAVING count(*) > 1",
    ),
    Rule(
        name="unit_price_is_in_effect",
        doc="unit_price is the product's price at order_date, according to price_history.",
        tables=("order_items", "orders", "price_history"),
        sql="""
            SELECT order_item_id, order_date, unit_price, h.price FROM order_items i JOIN orders o USING (order_id)
            LEFT JOIN price_history h ON h.product_id = i.product_id
                AND h.effective_from <= o.order_date AND (h.effective_to IS NULL OR o.order_date < h.effective_to)
            WHERE h.price IS DISTINCT FROM i.unit_price
        """,
    ),
)
