"""What always holds in customers."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="customer_signs_up_after_tenant_joined",
        doc="Nobody signed up with a tenant before it joined.",
        tables=("customers", "tenants"),
        sql="""
            SELECT customer_id, tenant_id, c.created_at FROM customers c JOIN tenants t USING (tenant_id)
            WHERE c.created_at < t.created_at
        """,
    ),
    Rule(
        name="email_reaches_nobody",
        doc="E-mail addresses are in example.com, .org or .net, in lower case.",
        tables=("customers",),
        sql=r"""
            SELECT customer_id, email FROM customers
            WHERE NOT regexp_full_match(email, '[a-z0-9._-]+@example\.(com|org|net)')
        """,
    ),
    Rule(
        name="loyalty_tier_is_known",
        doc="A customer's loyalty_tier is gold, silver or bronze, and address and signup_source are there.",
        tables=("customers",),
        sql="""
            SELECT customer_id, metadata FROM customers
            WHERE metadata.loyalty_tier IS NULL OR metadata.loyalty_tier NOT IN ('gold', 'silver', 'bronze')
            OR metadata.address IS NULL OR metadata.signup_source IS NULL
        """,
    ),
)
