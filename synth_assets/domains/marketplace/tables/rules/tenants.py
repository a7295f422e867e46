"""What always holds in tenants."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="api_key_hash_is_sha256_of_one_tenant",
        doc="An API key's hash is 64 hexadecimal digits, and no two tenants share one.",
        tables=("tenants",),
        sql="""
            SELECT tenant_id, api_key_hash FROM tenants
            WHERE NOT regexp_full_match(api_key_hash, '[0-9a-f]{64}')
            OR api_key_hash IN (SELECT api_key_hash FROM tenants GROUP BY api_key_hash HAVING count(*) > 1)
        """,
    ),
)
