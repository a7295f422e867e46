"""An example query for each table: those of document 002, and for other tables one that follows from their keys."""

from collections.abc import Mapping
from typing import Any

EXAMPLES = {
    "fake_users": """SELECT department, COUNT(*) AS count, AVG(salary) AS avg_salary
FROM fake_users
GROUP BY department
ORDER BY avg_salary DESC""",
    "fake_orders": """SELECT
    status,
    COUNT(*) AS order_count,
    SUM(total_amount) AS total_revenue,
    AVG(total_amount) AS avg_order_value
FROM fake_orders
GROUP BY status""",
    "fake_analytics": """SELECT
    device_type,
    country,
    COUNT(*) AS events,
    AVG(session_duration) AS avg_session_duration,
    SUM(CASE WHEN conversion THEN 1 ELSE 0 END) AS conversions
FROM fake_analytics
GROUP BY device_type, country
ORDER BY events DESC""",
    "fake_products": """SELECT
    category,
    COUNT(*) AS product_count,
    AVG(price) AS avg_price,
    SUM(stock_quantity) AS total_inventory
FROM fake_products
GROUP BY category""",
}


def example_query(name: str, table: Mapping[str, Any]) -> str:
    """A query to begin with.

    Args:
        name: of the table.
        table: what its status says.

    Example:
        >>> print(example_query("fake_inventory", {"partition_keys": ["warehouse"]}))
        SELECT "warehouse", COUNT(*) AS rows
        FROM "fake_inventory"
        GROUP BY "warehouse"
        ORDER BY rows DESC
    """
    if name in EXAMPLES:
        return EXAMPLES[name]
    keys = ", ".join('"' + key.replace('"', '""') + '"' for key in table["partition_keys"])
    if not keys:
        return f'SELECT *\nFROM "{name}"\nLIMIT 20'
    return f'SELECT {keys}, COUNT(*) AS rows\nFROM "{name}"\nGROUP BY {keys}\nORDER BY rows DESC'
