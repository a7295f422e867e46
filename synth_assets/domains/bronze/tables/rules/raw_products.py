"""What always holds in raw_products."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="sku_has_prefix_of_category",
        doc="A stock keeping unit is the prefix of the product's category, one of eight, and a number.",
        tables=("raw_products",),
        sql=r"""
            SELECT product_id, category, sku FROM raw_products
            WHERE NOT regexp_full_match(sku, '[A-Z]{3}-\d{6,}')
            OR left(sku, 3) IS DISTINCT FROM CASE category
                WHEN 'Electronics' THEN 'ELE' WHEN 'Clothing' THEN 'CLO' WHEN 'Home & Kitchen' THEN 'HOM'
                WHEN 'Books' THEN 'BOO' WHEN 'Sports' THEN 'SPO' WHEN 'Beauty' THEN 'BEA'
                WHEN 'Toys' THEN 'TOY' WHEN 'Grocery' THEN 'GRO'
            END
        """,
    ),
    Rule(
        name="sku_is_unique_in_any_case",
        doc="No two products share a stock keeping unit, not even one written in another case.",
        tables=("raw_products",),
        sql="SELECT upper(sku) AS sku, count(*) AS products FROM raw_products GROUP BY ALL HAVING products > 1",
    ),
    Rule(
        name="subcategory_is_in_one_category",
        doc="A subcategory is a division of one category.",
        tables=("raw_products",),
        sql="""
            SELECT subcategory, min(category) AS category, max(category) AS other_category
            FROM raw_products GROUP BY subcategory HAVING min(category) <> max(category)
        """,
    ),
    Rule(
        name="cost_is_below_price",
        doc="Products cost the shop something, and less than their price.",
        tables=("raw_products",),
        sql="SELECT product_id, price, cost FROM raw_products WHERE cost <= 0 OR cost >= price",
    ),
    Rule(
        name="weight_is_positive",
        doc="Every product weighs something.",
        tables=("raw_products",),
        sql="SELECT product_id, weight_kg FROM raw_products WHERE weight_kg <= 0",
    ),
    Rule(
        name="product_changes_after_creation",
        doc="A product's last change is its creation, or later.",
        tables=("raw_products",),
        sql="SELECT product_id, created_at, updated_at FROM raw_products WHERE updated_at < created_at",
    ),
    Rule(
        name="product_text_is_one_line",
        doc="No text of a product is empty, and none but a description has a line break.",
        tables=("raw_products",),
        sql=r"""
            SELECT product_id FROM raw_products
            WHERE '' IN (sku, name, description, category, subcategory, brand, size, color, dimensions)
            OR regexp_matches(
                concat_ws(' ', sku, name, category, subcategory, brand, size, color, dimensions), '[\r\n]')
        """,
    ),
    Rule(
        name="drafts_stay_out_of_the_shop",
        doc="What was never stocked, as no draft is, is neither active nor viewed nor sold.",
        tables=("raw_products", "raw_inventory", "raw_order_items", "raw_clickstream"),
        sql="""
            WITH unstocked AS (
                SELECT product_id, is_active FROM raw_products
                ANTI JOIN (SELECT DISTINCT product_id FROM raw_inventory) USING (product_id))
            SELECT product_id, 'active' AS found FROM unstocked WHERE is_active
            UNION ALL SELECT product_id, 'sold' FROM raw_order_items SEMI JOIN unstocked USING (product_id)
            UNION ALL SELECT product_id, event_type FROM raw_clickstream SEMI JOIN unstocked USING (product_id)
        """,
    ),
    Rule(
        name="goods_in_the_shop_are_stocked",
        doc="What is viewed or sold has been stocked.",
        tables=("raw_products", "raw_inventory", "raw_order_items", "raw_clickstream"),
        sql="""
            SELECT product_id, sku FROM raw_products
            ANTI JOIN (SELECT DISTINCT product_id FROM raw_inventory WHERE reason = 'opening') USING (product_id)
            SEMI JOIN (
                SELECT DISTINCT product_id FROM raw_order_items
                UNION SELECT DISTINCT product_id FROM raw_clickstream WHERE product_id IS NOT NULL
            ) USING (product_id)
        """,
    ),
)
