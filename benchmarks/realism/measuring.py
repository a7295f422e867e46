"""Figures of generated tables, computed by DuckDB from their Parquet files and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.realism.figures import FIGURES, Figure

TABLES = {
    "bronze": (
        "raw_customers",
        "raw_products",
        "raw_orders",
        "raw_order_items",
        "raw_inventory",
        "raw_reviews",
        "raw_sessions",
        "raw_clickstream",
    ),
    "marketplace": ("tenants", "customers", "products", "orders", "order_items", "price_history", "stock_events"),
}
"""By domain its tables."""

ZONES = {
    "US": "America/New_York",
    "CA": "America/Toronto",
    "GB": "Europe/London",
    "IE": "Europe/Dublin",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "AU": "Australia/Sydney",
}
"""By country the time zone that most of its people live in."""

_REGIONS = {
    "America/Chicago": ("US", "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI"),
    "America/Denver": ("US", "CO ID MT NM UT WY"),
    "America/Phoenix": ("US", "AZ"),
    "America/Los_Angeles": ("US", "CA NV OR WA"),
    "America/Anchorage": ("US", "AK"),
    "Pacific/Honolulu": ("US", "HI"),
    "America/Vancouver": ("CA", "BC"),
    "America/Edmonton": ("CA", "AB"),
    "America/Regina": ("CA", "SK"),
    "America/Winnipeg": ("CA", "MB"),
    "America/Halifax": ("CA", "NS NB PE"),
    "America/St_Johns": ("CA", "NL"),
    "Australia/Brisbane": ("AU", "QLD"),
    "Australia/Adelaide": ("AU", "SA"),
    "Australia/Darwin": ("AU", "NT"),
    "Australia/Perth": ("AU", "WA"),
}
REGION_ZONES = {(of, region): zone for zone, (of, regions) in _REGIONS.items() for region in regions.split()}
"""By country and region the time zones that differ from the country's."""


class NoTablesError(Exception):
    """A folder that has no tables of a domain with figures."""


@dataclass(frozen=True)
class Reading:
    """A figure as a dataset has it.

    Attributes:
        figure: what was measured.
        value: what was found; ``None`` if there is none, as of tables without rows.
        promised: whether the dataset is large enough for the figure to be promised.
    """

    figure: Figure
    value: float | None
    promised: bool

    @property
    def ok(self) -> bool:
        """Whether it is within the range, if it is promised."""
        return not self.promised or (self.value is not None and self.figure.holds(self.value))


def measured(folder: Path, figures: Sequence[Figure] = FIGURES) -> list[Reading]:
    """The figures of the domain whose tables are below a folder, as one dataset.

    Raises:
        NoTablesError: it has none, or not all that are needed.
    """
    with duckdb.connect() as connection:
        return readings(connection, open_tables(connection, folder), figures)


def open_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> str:
    """Make views of the tables below a folder, with one of orders by the clocks of those who placed them.

    Returns:
        the domain that they are of.

    Raises:
        NoTablesError: there are none, or not all of a domain, or one is there more than once.
    """
    connection.execute("SET TimeZone = 'UTC'")
    domain = "bronze" if _files(folder, "raw_orders") else "marketplace"
    for name in TABLES[domain]:
        files = _files(folder, name)
        if not files:
            raise NoTablesError(f"{folder} has no Parquet files of {domain}/{name}. Generate all of a domain into it.")
        places = sorted({str(path.parent) for path in files})
        if len(places) > 1:
            raise NoTablesError(f"{folder} has {name} more than once: in {', '.join(places)}. Name one of its folders.")
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}], hive_partitioning = false)")
    if domain == "bronze":
        _local_orders(connection)
    return domain


def readings(connection: duckdb.DuckDBPyConnection, domain: str, figures: Sequence[Figure] = FIGURES) -> list[Reading]:
    """The figures of a connection that sees the domain's tables as :func:`open_tables` leaves them."""
    prefix = "raw_" if domain == "bronze" else ""
    tenants = 1 if domain == "bronze" else _number(connection, "SELECT count(*) FROM tenants") or 1
    orders, customers, products = (
        (_number(connection, f"SELECT count(*) FROM {prefix}{name}") or 0) / tenants
        for name in ("orders", "customers", "products")
    )
    days = _number(connection, f"SELECT date_diff('day', min(order_date), max(order_date)) + 1 FROM {prefix}orders")
    found = []
    for figure in figures:
        if figure.domain == domain:
            promised = figure.size is not None and figure.size.has(orders, customers, products, days or 0)
            found.append(Reading(figure, _number(connection, figure.sql), promised))
    return found


def _files(folder: Path, name: str) -> list[Path]:
    """Part files of a table: in the folder of its name, or named after it."""
    return sorted({*folder.glob(f"**/{name}/**/*.parquet"), *folder.glob(f"**/{name}.parquet")})


def _local_orders(connection: duckdb.DuckDBPyConnection) -> None:
    """A view of orders by the clocks of those who placed them."""
    zones = [(country, None, zone) for country, zone in ZONES.items()]
    zones += [(country, region, zone) for (country, region), zone in REGION_ZONES.items()]
    connection.execute("CREATE OR REPLACE TEMP TABLE zones (country VARCHAR, region VARCHAR, zone VARCHAR)")
    connection.executemany("INSERT INTO zones VALUES (?, ?, ?)", zones)
    connection.execute("""
        CREATE OR REPLACE TEMP VIEW local_orders AS
        SELECT o.order_id, timezone(coalesce(r.zone, c.zone, 'UTC'), o.order_date) AS local_date
        FROM raw_orders o
        LEFT JOIN zones c ON c.country = o.shipping_country AND c.region IS NULL
        LEFT JOIN zones r ON r.country = o.shipping_country AND r.region = o.shipping_region
    """)


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    row = connection.execute(sql).fetchone()
    return None if row is None or row[0] is None else float(row[0])
