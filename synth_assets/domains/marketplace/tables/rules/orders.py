"""What always holds in orders."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="order_total_is_sum_of_lines",
        doc="total_amount is the sum of the order's line_total, to the cent, and there is a line at least.",
        tables=("orders", "order_items"),
        sql="""
            SELECT order_id, total_amount, lines FROM orders LEFT JOIN (
                SELECT order_id, sum(line_total) AS lines FROM order_items GROUP BY order_id
            ) USING (order_id)
            WHERE total_amount IS DISTINCT FROM lines
        """,
    ),
    Rule(
        name="order_stays_with_tenant",
        doc="An order's customer is of the same tenant, and signed up before it.",
        tables=("orders", "customers"),
        sql="""
            SELECT order_id, o.tenant_id, c.tenant_id AS of_customer, order_date, c.created_at
            FROM orders o JOIN customers c USING (customer_id)
            WHERE o.tenant_id IS DISTINCT FROM c.tenant_id OR o.order_date < c.created_at
        """,
    ),
    Rule(
        name="external_order_id_is_ext_and_number",
        doc="An external_order_id is EXT and eight digits.",
        tables=("orders",),
        sql=r"""
            SELECT order_id, external_order_id FROM orders WHERE NOT regexp_full_match(external_order_id, 'EXT\d{8}')
        """,
    ),
    Rule(
        name="tenant_has_one_currency",
        doc="All orders of a tenant are in one currency.",
        tables=("orders",),
        sql="SELECT tenant_id FROM orders GROUP BY tenant_id HAVING count(DISTINCT currency) > 1",
    ),
    Rule(
        name="order_row_is_as_old_as_order",
        doc="A row is written when the order is placed, and a code comes with a campaign only.",
        tables=("orders",),
        sql="""
            SELECT order_id, order_date, created_at, raw_payload FROM orders
            WHERE created_at < order_date OR raw_payload.source IS NULL
            OR (raw_payload.discount_code IS NOT NULL AND raw_payload.campaign IS NULL)
        """,
    ),
    Rule(
        name="snapshot_is_of_customer",
        doc="The address of the snapshot is one that its customer has, or had: each is one customer's alone.",
        tables=("orders", "customers"),
        sql="""
            SELECT order_id, o.customer_id, customer_email_snapshot, c.customer_id AS of_other
            FROM orders o JOIN customers c ON c.email = o.customer_email_snapshot
            WHERE c.customer_id IS DISTINCT FROM o.customer_id
        """,
    ),
)
