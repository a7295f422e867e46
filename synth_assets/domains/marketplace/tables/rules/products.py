"""What always holds in products."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="product_appears_after_tenant_joined",
        doc="No product appeared before its tenant joined.",
        tables=("products", "tenants"),
        sql="""
            SELECT product_id, tenant_id, p.created_at FROM products p JOIN tenants t USING (tenant_id)
            WHERE p.created_at < t.created_at
        """,
    ),
    Rule(
        name="sku_is_letters_and_number",
        doc="A stock keeping unit is three capital letters and six digits or more, and prices are positive.",
        tables=("products",),
        sql=r"""
            SELECT product_id, sku, price FROM products WHERE NOT regexp_full_match(sku, '[A-Z]{3}\d{6,}') OR price <= 0
        """,
    ),
    Rule(
        name="category_is_of_one_tenant",
        doc="A category is one tenant's, and has one prefix of stock keeping units.",
        tables=("products",),
        sql="""
            SELECT category_id FROM products GROUP BY category_id
            HAVING count(DISTINCT tenant_id) > 1 OR count(DISTINCT left(sku, 3)) > 1
        """,
    ),
    Rule(
        name="price_is_that_of_open_period",
        doc="A product's price is that of its one open period in price_history.",
        tables=("products", "price_history"),
        sql="""
            SELECT product_id, p.price, h.price AS open_price FROM products p LEFT JOIN (
                SELECT product_id, price FROM price_history WHERE effective_to IS NULL
            ) h USING (product_id)
            WHERE h.price IS DISTINCT FROM p.price
        """,
    ),
)
