"""What always holds in price_history."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="periods_follow_each_other",
        doc="A product's periods follow each other without gap or overlap from its creation on; the last one is open.",
        tables=("price_history", "products"),
        sql="""
            SELECT id, product_id, effective_from, effective_to, created_at FROM (
                SELECT *, lag(effective_to) OVER w AS before, row_number() OVER w AS number,
                    lead(effective_from) OVER w AS after
                FROM price_history WINDOW w AS (PARTITION BY product_id ORDER BY effective_from)
            ) JOIN products USING (product_id)
            WHERE effective_from <> CASE WHEN number = 1 THEN created_at ELSE before END
            OR effective_to <= effective_from OR effective_to IS DISTINCT FROM after
        """,
    ),
    Rule(
        name="price_period_stays_with_tenant",
        doc="A period is of the same tenant as its product.",
        tables=("price_history", "products"),
        sql="""
            SELECT id, product_id, h.tenant_id, p.tenant_id AS of_product
            FROM price_history h JOIN products p USING (product_id)
            WHERE h.tenant_id IS DISTINCT FROM p.tenant_id
        """,
    ),
    Rule(
        name="each_period_has_another_price",
        doc="Prices are positive, and a new period has another price than the one before.",
        tables=("price_history",),
        sql="""
            SELECT id, product_id, price FROM (
                SELECT *, lag(price) OVER (PARTITION BY product_id ORDER BY effective_from) AS before
                FROM price_history
            ) WHERE price <= 0 OR price = before
        """,
    ),
)
