"""What always holds in raw_sessions."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        name="session_ends_after_its_start",
        doc="A session ends after it starts.",
        tables=("raw_sessions",),
        sql="SELECT session_id, started_at, ended_at FROM raw_sessions WHERE ended_at <= started_at",
    ),
    Rule(
        name="sessions_are_numbered_by_end",
        doc="Sessions are numbered in the order in which they end.",
        tables=("raw_sessions",),
        sql="""
            SELECT session_id, ended_at FROM raw_sessions
            QUALIFY ended_at < lag(ended_at) OVER (ORDER BY session_id)
        """,
    ),
    Rule(
        name="login_follows_registration",
        doc="A logged-in session starts after its customer registered.",
        tables=("raw_sessions", "raw_customers"),
        sql="""
            SELECT session_id, customer_id, started_at, registered_at
            FROM raw_sessions JOIN raw_customers USING (customer_id) WHERE started_at < registered_at
        """,
    ),
    Rule(
        name="converted_sessions_have_one_order",
        doc="A converted session is logged in and has one order; no other session has any.",
        tables=("raw_sessions", "raw_orders"),
        sql="""
            SELECT session_id, customer_id, is_converted, coalesce(orders, 0) AS orders
            FROM raw_sessions LEFT JOIN (
                SELECT session_id, count(*) AS orders FROM raw_orders GROUP BY session_id
            ) USING (session_id)
            WHERE coalesce(orders, 0) <> is_converted::INTEGER OR (is_converted AND customer_id IS NULL)
        """,
    ),
    Rule(
        name="page_views_count_events",
        doc="page_views is the number of the session's page_view and product_view events; it has an event at least.",
        tables=("raw_sessions", "raw_clickstream"),
        sql="""
            SELECT session_id, page_views, views FROM raw_sessions LEFT JOIN (
                SELECT session_id, count_if(event_type IN ('page_view', 'product_view')) AS views
                FROM raw_clickstream GROUP BY session_id
            ) USING (session_id)
            WHERE page_views IS DISTINCT FROM views
        """,
    ),
    Rule(
        name="client_is_possible",
        doc="Device, operating system and browser occur together: no Safari on Android, no Windows phone.",
        tables=("raw_sessions",),
        sql="""
            SELECT session_id, device_type, os, browser FROM raw_sessions
            WHERE (os NOT IN ('Android', 'iOS', 'iPadOS') AND device_type <> 'desktop')
            OR (os = 'Android' AND device_type NOT IN ('mobile', 'tablet'))
            OR (os = 'iOS' AND device_type <> 'mobile')
            OR (os = 'iPadOS' AND device_type <> 'tablet')
            OR (browser = 'Safari' AND os NOT IN ('iOS', 'iPadOS', 'macOS'))
            OR (browser = 'Samsung Internet' AND os <> 'Android')
            OR '' IN (device_type, os, browser)
        """,
    ),
    Rule(
        name="ip_address_is_for_documentation",
        doc="IP addresses are in the ranges that RFC 5737 reserves for documentation.",
        tables=("raw_sessions",),
        sql=r"""
            SELECT session_id, ip_address FROM raw_sessions
            WHERE NOT regexp_full_match(
                ip_address, '(192\.0\.2|198\.51\.100|203\.0\.113)\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)')
        """,
    ),
    Rule(
        name="campaign_has_a_source",
        doc="utm_source and utm_campaign come together or not at all.",
        tables=("raw_sessions",),
        sql="""
            SELECT session_id, utm_source, utm_campaign FROM raw_sessions
            WHERE (utm_source IS NULL) <> (utm_campaign IS NULL) OR '' IN (referrer, utm_source, utm_campaign)
        """,
    ),
)
