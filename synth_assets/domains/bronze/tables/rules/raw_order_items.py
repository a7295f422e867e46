"""What always holds in raw_order_items."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="line_numbers_have_no_gaps",
        doc="The lines of an order are numbered from 1 without gaps.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_id, order_item_id, line_number FROM raw_order_items
            QUALIFY line_number <> row_number() OVER (PARTITION BY order_id ORDER BY line_number)
        """,
    ),
    Rule(
        name="products_of_an_order_differ",
        doc="A product is on one line of an order at most.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_id, product_id, count(*) AS lines FROM raw_order_items
            GROUP BY order_id, product_id HAVING lines > 1
        """,
    ),
    Rule(
        name="line_total_is_computed",
        doc="line_total is quantity x unit_price - discount_amount, to the cent.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_item_id, quantity, unit_price, discount_amount, line_total FROM raw_order_items
            WHERE line_total <> quantity * unit_price - discount_amount
        """,
    ),
    Rule(
        name="line_amounts_are_in_range",
        doc="A line has a piece at least and a positive price, and its discount leaves something to pay.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_item_id, quantity, unit_price, discount_amount FROM raw_order_items
            WHERE quantity < 1 OR unit_price <= 0 OR discount_amount < 0 OR discount_amount >= quantity * unit_price
        """,
    ),
    Rule(
        name="unit_price_is_that_of_the_day",
        doc="unit_price is the product's price at order_date: today's, unless the product changed since.",
        tables=("raw_order_items", "raw_orders", "raw_products"),
        sql="""
            SELECT order_item_id, product_id, order_date, unit_price, price
            FROM raw_order_items JOIN raw_orders o USING (order_id) JOIN raw_products p USING (product_id)
            WHERE p.updated_at <= order_date AND unit_price <> price
        """,
    ),
    Rule(
        name="unit_price_is_above_cost",
        doc="Nothing is priced at or below what it costs the shop.",
        tables=("raw_order_items", "raw_products"),
        sql="""
            SELECT order_item_id, product_id, unit_price, cost
            FROM raw_order_items JOIN raw_products USING (product_id) WHERE unit_price <= cost
        """,
    ),
    Rule(
        name="goods_sold_are_on_sale",
        doc="Products are sold after they appear and before they are discontinued.",
        tables=("raw_order_items", "raw_orders", "raw_products"),
        sql="""
            SELECT order_item_id, product_id, order_date, created_at, is_active, p.updated_at
            FROM raw_order_items JOIN raw_orders o USING (order_id) JOIN raw_products p USING (product_id)
            WHERE order_date < created_at OR (NOT is_active AND order_date >= p.updated_at)
        """,
    ),
)
