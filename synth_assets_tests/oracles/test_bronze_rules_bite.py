"""Each bronze rule is quiet on a small shop written by hand, and bites when the shop breaks it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from synth_assets_tests.oracles import bronze_rules, bronze_statistics
from synth_assets_tests.oracles.rule import render

AS_OF = "2026-01-01"
PARAMS = {"customers": 3, "products": 4, "orders": 5, "days": 30}
FILLERS = 35  # visits without an order: 8 sessions per order


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def cents(text: str) -> Decimal:
    return Decimal(text)


# fmt: off
CUSTOMERS = [
    (1, "Ann", "Miller", "ann.miller1@example.com", "+1-330-555-0147", "1 Elm Street", "Akron", "Ohio",
     "44301", "US", date(1980, 5, 1), "female", "consumer", True, at("2024-01-01"), at("2024-01-01")),
    (2, "Bob", "Smith", "b.smith@example.org", "+44 20 7946 0123", "2 High Street", "London", None,
     "SW1A 1AA", "GB", date(1990, 6, 2), "male", "consumer", False, at("2025-02-01"), at("2025-03-01")),
    (3, "José", "Müller", "jose.mueller@example.net", None, "Gasse 3", "Berlin", "Berlin", "10115",
     "DE", date(1970, 7, 3), "male", "business", True, at("2025-12-29"), at("2025-12-29")),
]
PRODUCTS = [
    (1, "ELE-0001", "Lamp", "A lamp.\nBright.", "Electronics", "Lamps", "Lumo", cents("100.00"),
     cents("60.00"), "USD", Decimal("1.250"), None, "red", "10x10x20 cm", True,
     at("2025-01-01"), at("2025-06-01")),
    (2, "ELE-0002", "Radio", "A radio.", "Electronics", "Audio", "Lumo", cents("50.00"), cents("30.00"),
     "USD", Decimal("2.000"), None, None, None, True, at("2025-01-01"), at("2025-01-01")),
    (3, "BOO-0003", "Atlas", "Maps.", "Books", "Travel", "Terra", cents("20.00"), cents("8.00"),
     "USD", Decimal("0.900"), "A4", None, None, True, at("2025-01-02"), at("2025-12-20")),
    (4, "BOO-0004", "Draft", "Not yet.", "Books", "Travel", "Terra", cents("5.00"), cents("2.00"),
     "USD", Decimal("0.100"), None, None, None, False, at("2025-01-03"), at("2025-01-03")),
]
AKRON = ("1 Elm Street", "Akron", "Ohio", "44301", "US")
LONDON = ("2 High Street", "London", None, "SW1A 1AA", "GB")
BERLIN = ("Gasse 3", "Berlin", "Berlin", "10115", "DE")
# order, customer, session, order_date, status, …, items, subtotal, discount, tax, shipping, total, …
ORDERS = [
    (1, 1, 36, at("2025-12-05 10:05:00"), "delivered", "card", "paid", "USD",
     2, cents("135.00"), cents("5.00"), cents("13.00"), cents("4.99"), cents("147.99"), *AKRON,
     at("2025-12-06 09:00:00"), at("2025-12-09 12:00:00"), None, at("2025-12-09 12:00:00")),
    (2, 2, 37, at("2025-12-07 10:05:00"), "returned", "card", "refunded", "USD",
     1, cents("50.00"), cents("0.00"), cents("5.00"), cents("0.00"), cents("55.00"), *LONDON,
     at("2025-12-08 09:00:00"), at("2025-12-10 12:00:00"), None, at("2025-12-15 12:00:00")),
    (3, 1, 38, at("2025-12-10 10:05:00"), "cancelled", "paypal", "refunded", "USD",
     1, cents("100.00"), cents("0.00"), cents("10.00"), cents("0.00"), cents("110.00"), *AKRON,
     None, None, at("2025-12-11 09:00:00"), at("2025-12-11 09:00:00")),
    (4, 3, 39, at("2025-12-30 10:05:00"), "shipped", "card", "paid", "USD",
     1, cents("20.00"), cents("0.00"), cents("2.00"), cents("3.00"), cents("25.00"), *BERLIN,
     at("2025-12-31 09:00:00"), None, None, at("2025-12-31 09:00:00")),
    (5, 2, 40, at("2025-12-31 10:05:00"), "pending", "card", "pending", "USD",
     2, cents("150.00"), cents("0.00"), cents("15.00"), cents("0.00"), cents("165.00"), *LONDON,
     None, None, None, at("2025-12-31 10:05:00")),
]
ORDER_ITEMS = [
    (1, 1, 1, 1, 1, cents("100.00"), cents("0.00"), cents("100.00")),
    (2, 1, 2, 3, 2, cents("18.00"), cents("1.00"), cents("35.00")),  # before the price rose
    (3, 2, 1, 2, 1, cents("50.00"), cents("0.00"), cents("50.00")),
    (4, 3, 1, 1, 1, cents("100.00"), cents("0.00"), cents("100.00")),
    (5, 4, 1, 3, 1, cents("20.00"), cents("0.00"), cents("20.00")),
    (6, 5, 1, 1, 1, cents("100.00"), cents("0.00"), cents("100.00")),
    (7, 5, 2, 2, 1, cents("50.00"), cents("0.00"), cents("50.00")),
]
INVENTORY = [
    (10, 1, "IN", "opening", 5, 5, None, at("2025-11-01")),
    (20, 2, "IN", "opening", 5, 5, None, at("2025-11-01")),
    (30, 3, "IN", "opening", 2, 2, None, at("2025-11-01")),
    (90, 1, "OUT", "sale", -1, 4, 1, at("2025-12-06 09:00:00")),
    (40, 3, "OUT", "sale", -2, 0, 1, at("2025-12-06 09:00:00")),
    (50, 2, "OUT", "sale", -1, 4, 2, at("2025-12-08 09:00:00")),
    (45, 2, "IN", "return", 1, 5, 2, at("2025-12-15 12:00:00")),
    (60, 3, "IN", "purchase", 4, 4, None, at("2025-12-20")),
    (70, 3, "OUT", "sale", -1, 3, 4, at("2025-12-31 09:00:00")),
    (80, 3, "ADJUSTMENT", "damage", -1, 2, None, at("2025-12-31 12:00:00")),
    (81, 3, "ADJUSTMENT", "correction", 2, 4, None, at("2025-12-31 12:00:00")),
]
REVIEWS = [
    (11, 1, 1, 1, 5, "Great", "Bright.\nLike it.", True, 3, at("2025-12-12 08:00:00")),
    (12, 3, 1, 1, 4, "Early", "On its way.", False, 0, at("2025-12-08 08:00:00")),
]
# fmt: on


def visit(order: int | None, session: int, start: datetime, products: tuple[int, ...]) -> list[tuple[Any, ...]]:
    """The events of one visit that looks at ``products`` and, with an order, buys them."""
    steps: list[tuple[str, int | None, int | None]] = [("page_view", None, None)]
    for product in products:
        steps += [("product_view", product, None), ("add_to_cart", product, None)]
    if order is None and products:
        steps += [("remove_from_cart", products[0], None), ("search", None, None), ("click", None, None)]
    if order is not None:
        steps += [("checkout", None, None), ("purchase", None, order)]
    times = [start + timedelta(seconds=10 * place) for place in range(len(steps))]
    if order is not None:
        times[-1] = start + timedelta(minutes=5)
    return [
        (session, place, kind, product, bought, f"/{kind}", None if place == 1 else "/", time)
        for place, ((kind, product, bought), time) in enumerate(zip(steps, times, strict=True), start=1)
    ]


def shop() -> dict[str, list[tuple[Any, ...]]]:
    """The whole shop as rows by table."""
    lines = {order: tuple(row[3] for row in ORDER_ITEMS if row[1] == order) for order in range(1, 6)}
    visits = []
    for filler in range(FILLERS):
        start = at("2025-12-03 08:00:00") + timedelta(minutes=10 * filler)
        visits.append((filler + 1, 2 if filler == 0 else None, None, start, (2, 3) if filler == 1 else ()))
    visits += [(row[2], row[1], row[0], row[3] - timedelta(minutes=5), lines[row[0]]) for row in ORDERS]
    sessions, clicks = [], []
    for session, customer, order, start, products in visits:
        events = visit(order, session, start, products)
        views = sum(event[2] in {"page_view", "product_view"} for event in events)
        # fmt: off
        sessions.append((session, customer, start, start + timedelta(minutes=6), "mobile", "iOS",
                         "Mobile Safari", f"192.0.2.{session}", "US", "Akron", None, None, None,
                         views, order is not None))
        # fmt: on
        clicks += events
    return {
        "raw_customers": CUSTOMERS,
        "raw_products": PRODUCTS,
        "raw_orders": ORDERS,
        "raw_order_items": ORDER_ITEMS,
        "raw_inventory": INVENTORY,
        "raw_reviews": REVIEWS,
        "raw_sessions": sessions,
        "raw_clickstream": [(event, *click) for event, click in enumerate(clicks, start=1)],
    }


def create(connection: duckdb.DuckDBPyConnection, rows_by_table: dict[str, list[tuple[Any, ...]]]) -> None:
    for table, columns in bronze_rules.COLUMNS.items():
        types = ", ".join(f'"{n}" {bronze_rules.SQL_TYPE[k.rstrip("?")]}' for n, k in columns.items())
        connection.execute(f"CREATE TABLE {table} ({types})")
        if rows_by_table[table]:
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows_by_table[table])


@pytest.fixture(scope="module")
def stored() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        create(connection, shop())
        yield connection


@pytest.fixture
def connection(stored: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The shop in a transaction of its own, undone afterwards."""
    stored.execute("BEGIN")
    yield stored
    stored.execute("ROLLBACK")


def reported(connection: duckdb.DuckDBPyConnection, tables: Collection[str] = bronze_rules.TABLES) -> dict[str, list]:
    return bronze_rules.violations(connection, PARAMS, AS_OF, tables=tables)


def tables_in(sql: str) -> set[str]:
    return set(re.findall(r"\braw_[a-z_]+", sql)) & set(bronze_rules.TABLES)


@dataclass(frozen=True)
class Bite:
    """A change to the shop, the rule it breaks, and the rules that it cannot help breaking too."""

    rule: str
    change: str
    also: frozenset[str] = field(default_factory=frozenset)


def bite(rule: str, change: str, *also: str) -> Bite:
    return Bite(rule, change, frozenset(also))


def update(table: str, key: int, assignment: str) -> str:
    return f"UPDATE {table} SET {assignment} WHERE {bronze_rules.KEYS[table]} = {key};"


def customer(key: int, assignment: str) -> str:
    return update("raw_customers", key, assignment)


def product(key: int, assignment: str) -> str:
    return update("raw_products", key, assignment)


def order(key: int, assignment: str) -> str:
    return update("raw_orders", key, assignment)


def line(key: int, assignment: str) -> str:
    return update("raw_order_items", key, assignment)


def movement(key: int, assignment: str) -> str:
    return update("raw_inventory", key, assignment)


def review(key: int, assignment: str) -> str:
    return update("raw_reviews", key, assignment)


def session(key: int, assignment: str) -> str:
    return update("raw_sessions", key, assignment)


def click(where: str, assignment: str) -> str:
    return f"UPDATE raw_clickstream SET {assignment} WHERE {where};"


def swap(where: str, one: int, other: int) -> str:
    """Two events of a session change places; the times stay where they are."""
    return click(
        f"{where} AND sequence_number IN ({one}, {other})",
        f"sequence_number = {one + other} - sequence_number, event_timestamp = event_timestamp + "
        f"(CASE WHEN sequence_number = {one} THEN 1 ELSE -1 END) * INTERVAL '{10 * (other - one)} seconds'",
    )


#: The first filler visit with products: 1 page_view, 2 view(2), 3 add(2), 4 view(3), 5 add(3), 6 remove(2),
#: 7 search, 8 click. The visit of order 1: 1 page_view, 2 view(1), 3 add(1), 4 view(3), 5 add(3), 6 checkout,
#: 7 purchase.
LOOKING, BUYING = "session_id = 2", "session_id = 36"

BITES = (
    # Columns, keys, volumes.
    bite("raw_customers.columns", "ALTER TABLE raw_customers ADD COLUMN extra INTEGER"),
    bite("raw_products.columns", "ALTER TABLE raw_products ALTER COLUMN price TYPE DOUBLE"),
    bite("raw_orders.columns", "ALTER TABLE raw_orders ALTER COLUMN updated_at TYPE TIMESTAMP"),
    bite("raw_order_items.columns", "ALTER TABLE raw_order_items ALTER COLUMN quantity TYPE DOUBLE"),
    bite("raw_inventory.columns", "ALTER TABLE raw_inventory ADD COLUMN note VARCHAR"),
    bite("raw_reviews.columns", "ALTER TABLE raw_reviews ALTER COLUMN is_verified_purchase TYPE INTEGER"),
    bite("raw_sessions.columns", "ALTER TABLE raw_sessions ADD COLUMN preset VARCHAR"),
    bite("raw_clickstream.columns", "ALTER TABLE raw_clickstream ADD COLUMN extra INTEGER"),
    bite(
        "raw_customers.row_count",
        "INSERT INTO raw_customers SELECT * REPLACE (4 AS customer_id, "
        "'ann.miller4@example.com' AS email) FROM raw_customers WHERE customer_id = 1",
    ),
    bite("raw_products.row_count", "DELETE FROM raw_products WHERE product_id = 4"),
    bite(
        "raw_orders.row_count",
        "DELETE FROM raw_orders WHERE order_id = 5",
        "raw_order_items.order_id.exists",
        "raw_clickstream.order_id.exists",
        "raw_sessions.is_converted.has_order",
    ),
    bite(
        "raw_sessions.row_count",
        "INSERT INTO raw_sessions SELECT * REPLACE (41 AS session_id, 0 AS page_views, "
        "false AS is_converted) FROM raw_sessions WHERE session_id = 40",
    ),
    bite(
        "raw_customers.customer_id.unique",
        customer(3, "customer_id = 2"),
        "raw_customers.customer_id.dense",
        "raw_orders.customer_id.exists",
        "raw_sessions.customer_id.exists",
        "raw_orders.order_date.after_registration",
        "raw_sessions.started_at.after_registration",
    ),
    bite(
        "raw_customers.customer_id.dense",
        customer(3, "customer_id = 9"),
        "raw_orders.customer_id.exists",
        "raw_sessions.customer_id.exists",
    ),
    bite(
        "raw_products.product_id.unique",
        product(4, "product_id = 3"),
        "raw_products.product_id.dense",
        "raw_order_items.unit_price.is_products",
    ),
    bite("raw_products.product_id.dense", product(4, "product_id = 5")),
    bite(
        "raw_orders.order_id.unique",
        "INSERT INTO raw_orders FROM raw_orders WHERE order_id = 5",
        "raw_orders.order_id.dense",
        "raw_orders.row_count",
        "raw_orders.session_id.unique",
    ),
    bite(
        "raw_orders.order_id.dense",
        order(5, "order_id = 6"),
        "raw_order_items.order_id.exists",
        "raw_clickstream.order_id.exists",
        "raw_clickstream.purchase.one_per_order",
        "raw_orders.item_count.counts_lines",
        "raw_orders.subtotal.sums_lines",
    ),
    bite(
        "raw_order_items.order_item_id.unique",
        line(7, "order_item_id = 6"),
        "raw_order_items.order_item_id.dense",
    ),
    bite("raw_order_items.order_item_id.dense", line(7, "order_item_id = 8")),
    bite(
        "raw_inventory.movement_id.unique",
        movement(81, "movement_id = 70"),
        "raw_inventory.balance_after.runs",
    ),
    bite("raw_inventory.movement_id.from_one", movement(10, "movement_id = 0")),
    bite("raw_reviews.review_id.unique", review(12, "review_id = 11")),
    bite("raw_reviews.review_id.from_one", review(12, "review_id = -12")),
    bite(
        "raw_sessions.session_id.unique",
        session(20, "session_id = 19"),
        "raw_clickstream.session_id.exists",
        "raw_clickstream.event_timestamp.in_session",
    ),
    bite(
        "raw_sessions.session_id.dense",
        session(1, "session_id = 0"),
        "raw_clickstream.session_id.exists",
        "raw_sessions.page_views.counts_events",
    ),
    bite("raw_clickstream.event_id.unique", click("event_id = 2", "event_id = 1")),
    bite("raw_clickstream.event_id.dense", click("event_id = 1", "event_id = 1000")),
    # References.
    bite("raw_orders.customer_id.exists", order(5, "customer_id = 99"), "raw_orders.customer_id.logged_in"),
    bite(
        "raw_orders.session_id.exists",
        order(5, "session_id = 99"),
        "raw_sessions.is_converted.has_order",
        "raw_clickstream.purchase.in_own_session",
    ),
    bite(
        "raw_order_items.order_id.exists",
        line(7, "order_id = 99"),
        "raw_orders.item_count.counts_lines",
        "raw_orders.subtotal.sums_lines",
        "raw_order_items.line_number.without_gaps",
    ),
    bite(
        "raw_order_items.product_id.exists",
        line(7, "product_id = 99"),
        "raw_clickstream.purchase.after_adding",
    ),
    bite(
        "raw_inventory.product_id.exists",
        movement(20, "product_id = 99"),
        "raw_inventory.balance_after.runs",
        "raw_inventory.opening.first",
    ),
    bite(
        "raw_inventory.order_id.exists",
        movement(90, "order_id = 99"),
        "raw_inventory.sale.one_per_shipped_line",
        "raw_inventory.sale.only_shipped_lines",
    ),
    bite("raw_reviews.product_id.exists", review(11, "product_id = 99"), "raw_reviews.product_id.in_order"),
    bite("raw_reviews.customer_id.exists", review(11, "customer_id = 99"), "raw_reviews.customer_id.bought"),
    bite("raw_reviews.order_id.exists", review(11, "order_id = 99"), "raw_reviews.product_id.in_order"),
    bite("raw_sessions.customer_id.exists", session(1, "customer_id = 99")),
    bite(
        "raw_clickstream.session_id.exists",
        click("session_id = 5", "session_id = 99"),
        "raw_sessions.page_views.counts_events",
    ),
    bite("raw_clickstream.product_id.exists", click(f"{LOOKING} AND event_type = 'click'", "product_id = 99")),
    bite(
        "raw_clickstream.order_id.exists",
        click(f"{BUYING} AND order_id = 1", "order_id = 99"),
        "raw_clickstream.purchase.one_per_order",
    ),
    # Cells.
    bite("raw_customers.text_not_empty", customer(1, "segment = ''")),
    bite("raw_products.text_not_empty", product(1, "size = ' '")),
    bite("raw_orders.text_not_empty", order(1, "shipping_street = ''")),
    bite(
        "raw_inventory.text_not_empty",
        movement(10, "reason = ''"),
        "raw_inventory.opening.first",
        "raw_inventory.reason.legal",
    ),
    bite("raw_reviews.text_not_empty", review(11, "title = ''")),
    bite("raw_sessions.text_not_empty", session(1, "referrer = ''")),
    bite("raw_clickstream.text_not_empty", click("event_id = 1", "referrer_url = ''")),
    bite("raw_customers.text_on_one_line", customer(1, "street = 'a' || chr(10) || 'b'")),
    bite("raw_products.text_on_one_line", product(1, "name = 'a' || chr(13) || 'b'")),
    bite("raw_orders.text_on_one_line", order(1, "shipping_street = 'a' || chr(10) || 'b'")),
    bite(
        "raw_inventory.text_on_one_line",
        movement(10, "reason = 'opening' || chr(10)"),
        "raw_inventory.opening.first",
        "raw_inventory.reason.legal",
    ),
    bite("raw_reviews.text_on_one_line", review(11, "title = 'a' || chr(10) || 'b'")),
    bite("raw_sessions.text_on_one_line", session(1, "city = 'a' || chr(10) || 'b'")),
    bite("raw_clickstream.text_on_one_line", click("event_id = 1", "page_url = '/a' || chr(10)")),
    bite("raw_orders.status.legal", order(5, "status = 'lost'")),
    bite(
        "raw_inventory.movement_type.legal",
        movement(10, "movement_type = 'in'"),
        "raw_inventory.reason.fits_type",
    ),
    bite("raw_inventory.reason.legal", movement(60, "reason = 'gift'")),
    bite(
        "raw_clickstream.event_type.legal",
        click(f"{LOOKING} AND event_type = 'search'", "event_type = 'scroll'"),
    ),
    # The clock.
    bite("raw_customers.before_as_of", customer(1, "updated_at = '2026-01-01'")),
    bite("raw_products.before_as_of", product(1, "updated_at = '2026-01-01'")),
    bite("raw_orders.before_as_of", order(1, "updated_at = '2026-01-01'")),
    bite("raw_inventory.before_as_of", movement(81, "moved_at = '2026-01-01'")),
    bite("raw_reviews.before_as_of", review(11, "reviewed_at = '2026-01-01'")),
    bite("raw_sessions.before_as_of", session(40, "ended_at = '2026-01-01'")),
    bite(
        "raw_clickstream.before_as_of",
        click("session_id = 40 AND order_id = 5", "event_timestamp = '2026-01-01'"),
        "raw_clickstream.event_timestamp.in_session",
        "raw_clickstream.purchase.at_order_date",
    ),
    bite("raw_customers.whole_seconds", customer(1, "updated_at = '2025-01-01 00:00:00.5'")),
    bite(
        "raw_products.whole_seconds",
        product(2, "created_at = '2025-01-01 00:00:00.5', updated_at = '2025-02-01'"),
    ),
    bite("raw_orders.whole_seconds", order(1, "updated_at = '2025-12-10 00:00:00.5'")),
    bite("raw_inventory.whole_seconds", movement(81, "moved_at = '2025-12-31 12:00:00.000001'")),
    bite("raw_reviews.whole_seconds", review(11, "reviewed_at = '2025-12-12 00:00:00.5'")),
    bite("raw_sessions.whole_seconds", session(40, "ended_at = '2025-12-31 10:06:00.5'")),
    bite(
        "raw_clickstream.whole_milliseconds",
        click("event_id = 1", "event_timestamp = event_timestamp + INTERVAL '1 microsecond'"),
    ),
    bite(
        "raw_customers.registered_at.in_window",
        customer(1, "registered_at = '2022-11-30', updated_at = '2024-01-01'"),
    ),
    bite("raw_products.created_at.in_window", product(1, "created_at = '2022-11-30'")),
    bite(
        "raw_inventory.moved_at.in_window",
        movement(10, "moved_at = '2022-11-30'"),
        "raw_inventory.moved_at.after_product",
    ),
    bite(
        "raw_orders.order_date.in_window",
        order(1, "order_date = '2025-12-01'"),
        "raw_orders.order_date.in_session",
        "raw_orders.shipped_at.in_time",
        "raw_clickstream.purchase.at_order_date",
    ),
    bite(
        "raw_reviews.reviewed_at.in_window",
        review(12, "reviewed_at = '2025-12-01'"),
        "raw_reviews.reviewed_at.after_shipping",
    ),
    bite("raw_sessions.started_at.in_window", session(1, "started_at = '2025-12-01 23:59:59'")),
    bite(
        "raw_clickstream.event_timestamp.in_window",
        click("session_id = 1", "event_timestamp = '2025-12-01'"),
        "raw_clickstream.event_timestamp.in_session",
    ),
    # Places and currencies.
    bite("raw_customers.country.iso", customer(1, "country = 'UK'")),
    bite("raw_sessions.country.iso", session(1, "country = 'USA'")),
    bite("raw_orders.shipping_country.iso", order(1, "shipping_country = 'us'")),
    bite("raw_customers.postal_code.fits_country", customer(1, "postal_code = 'SW1A 1AA'")),
    bite("raw_orders.shipping_postal_code.fits_country", order(4, "shipping_postal_code = '1011'")),
    bite("raw_customers.region.fits_country", customer(3, "country = 'GB', postal_code = 'SW1A 1AA'")),
    bite("raw_orders.shipping_region.fits_country", order(1, "shipping_region = NULL")),
    bite(
        "raw_products.currency.iso",
        "UPDATE raw_products SET currency = 'usd'",
        "raw_order_items.currency.is_products",
    ),
    bite("raw_orders.currency.iso", order(5, "currency = '$'"), "raw_order_items.currency.is_products"),
    # Customers.
    bite(
        "raw_customers.email.unique",
        customer(2, "email = 'Ann.Miller1@example.com'"),
        "raw_customers.email.from_name",
    ),
    bite("raw_customers.email.reserved", customer(2, "email = 'b.smith@example.de'")),
    bite("raw_customers.email.from_name", customer(2, "email = 'x.jones@example.com'")),
    bite("raw_customers.email.from_name", customer(3, "email = 'mail@example.com'")),
    bite(
        "raw_customers.phone.form",
        customer(3, "phone = '+49 30 23125 call'"),
        "raw_customers.phone.fictional",
    ),
    bite("raw_customers.phone.fictional", customer(1, "phone = '+1-330-555-0247'")),
    bite("raw_customers.phone.fits_country", customer(2, "phone = '+45 20 7946 0123'")),
    bite("raw_customers.date_of_birth.before_registration", customer(1, "date_of_birth = '2024-01-01'")),
    bite("raw_customers.updated_at.after_registered_at", customer(1, "updated_at = '2023-12-31'")),
    # Products.
    bite("raw_products.sku.unique", product(4, "sku = 'BOO-0003'")),
    bite("raw_products.sku.prefixed", "UPDATE raw_products SET sku = '0' || sku WHERE category = 'Books'"),
    bite("raw_products.sku.one_prefix_per_category", product(4, "sku = 'BOK-0004'")),
    bite(
        "raw_products.sku.one_category_per_prefix",
        "UPDATE raw_products SET sku = 'ELE-9' || product_id WHERE category = 'Books'",
    ),
    bite(
        "raw_products.category.eight",
        "INSERT INTO raw_products SELECT p.* REPLACE (4 + n AS product_id, 'C' || chr(64 + n::INT) AS sku, "
        "'More ' || n AS category) FROM raw_products p, range(1, 8) t(n) WHERE product_id = 1",
        "raw_products.row_count",
    ),
    bite("raw_products.cost.below_price", product(4, "cost = price")),
    bite("raw_products.amounts.positive", product(4, "weight_kg = 0")),
    bite("raw_products.updated_at.after_created_at", product(4, "updated_at = '2025-01-02'")),
    bite(
        "raw_products.draft.not_sold",
        line(6, "product_id = 4, unit_price = 5, line_total = 5"),
        "raw_orders.subtotal.sums_lines",
        "raw_clickstream.purchase.after_adding",
    ),
    bite("raw_products.draft.not_viewed", click(f"{LOOKING} AND event_type = 'click'", "product_id = 4")),
    # Orders.
    bite("raw_orders.shipped_at.fits_status", order(4, "status = 'processing'")),
    bite("raw_orders.delivered_at.fits_status", order(1, "status = 'shipped'")),
    bite("raw_orders.cancelled_at.fits_status", order(3, "status = 'pending'")),
    bite(
        "raw_orders.shipped_at.in_time",
        order(4, "shipped_at = '2025-12-30 10:04:59'"),
        "raw_inventory.sale.at_shipped_at",
    ),
    bite(
        "raw_orders.shipped_at.in_time",
        order(1, "shipped_at = '2025-12-08 10:05:01'"),
        "raw_inventory.sale.at_shipped_at",
        "raw_reviews.reviewed_at.after_shipping",
    ),
    bite(
        "raw_orders.delivered_at.in_time",
        order(1, "delivered_at = '2025-12-06 08:59:59'"),
        "raw_reviews.is_verified_purchase.means_delivered",
    ),
    bite(
        "raw_orders.delivered_at.in_time",
        order(1, "delivered_at = '2025-12-16 09:00:01', updated_at = '2025-12-17'"),
        "raw_reviews.is_verified_purchase.means_delivered",
    ),
    bite("raw_orders.cancelled_at.after_order_date", order(3, "cancelled_at = '2025-12-10 10:04:59'")),
    bite("raw_orders.updated_at.after_own_times", order(1, "updated_at = '2025-12-09 11:59:59'")),
    bite("raw_orders.updated_at.after_return", order(2, "updated_at = '2025-12-15 11:59:59'")),
    bite(
        "raw_orders.order_date.after_registration",
        customer(3, "registered_at = '2025-12-30 10:05:01', updated_at = '2025-12-30 10:05:01'"),
        "raw_sessions.started_at.after_registration",
    ),
    bite("raw_orders.total_amount.adds_up", order(1, "total_amount = 148.00")),
    bite("raw_orders.amounts.not_negative", order(5, "discount_amount = 150.01, total_amount = 14.99")),
    bite("raw_orders.amounts.not_negative", order(2, "shipping_amount = -1, total_amount = 54")),
    bite("raw_orders.subtotal.sums_lines", order(1, "subtotal = 135.01, total_amount = 148.00")),
    bite("raw_orders.item_count.counts_lines", order(1, "item_count = 3")),
    bite(
        "raw_orders.item_count.counts_lines",
        order(4, "item_count = 0, subtotal = 0, total_amount = 5")
        + "DELETE FROM raw_inventory WHERE order_id = 4; DELETE FROM raw_order_items WHERE order_id = 4",
        "raw_order_items.order_item_id.dense",
        "raw_inventory.balance_after.runs",
    ),
    bite(
        "raw_orders.session_id.unique",
        order(3, "session_id = 36"),
        "raw_orders.order_date.in_session",
        "raw_sessions.is_converted.has_order",
        "raw_clickstream.purchase.in_own_session",
    ),
    bite(
        "raw_orders.order_date.in_session",
        order(4, "order_date = '2025-12-30 10:06:01'"),
        "raw_clickstream.purchase.at_order_date",
    ),
    bite("raw_orders.customer_id.logged_in", session(36, "customer_id = 2")),
    bite("raw_orders.customer_id.logged_in", session(36, "customer_id = NULL")),
    # Lines.
    bite("raw_order_items.line_number.without_gaps", line(2, "line_number = 3")),
    bite("raw_order_items.line_number.without_gaps", line(2, "line_number = 1")),
    bite(
        "raw_order_items.product_id.distinct",
        line(7, "product_id = 1, unit_price = 100, line_total = 50, discount_amount = 50"),
    ),
    bite("raw_order_items.line_total.adds_up", line(2, "discount_amount = 0.99")),
    bite("raw_order_items.amounts.not_negative", line(6, "quantity = 0, discount_amount = -100")),
    bite("raw_order_items.unit_price.is_products", line(5, "unit_price = 20.01, discount_amount = 0.01")),
    bite("raw_order_items.currency.is_products", order(5, "currency = 'EUR'")),
    bite(
        "raw_order_items.order_date.after_product",
        product(2, "created_at = '2025-12-07 10:05:01', updated_at = '2025-12-07 10:05:01'"),
        "raw_clickstream.event_timestamp.after_product",
        "raw_inventory.moved_at.after_product",
    ),
    # Inventory.
    bite("raw_inventory.reason.fits_type", movement(60, "movement_type = 'ADJUSTMENT'")),
    bite("raw_inventory.quantity.sign", movement(80, "quantity = 1"), "raw_inventory.balance_after.runs"),
    bite("raw_inventory.order_id.on_sales_and_returns", movement(81, "order_id = 5")),
    bite("raw_inventory.balance_after.runs", movement(80, "balance_after = 3")),
    bite("raw_inventory.balance_after.runs", movement(81, "movement_id = 79")),
    bite(
        "raw_inventory.balance_after.not_negative",
        movement(30, "quantity = 1, balance_after = 1")
        + movement(40, "balance_after = -1")
        + movement(60, "quantity = 5"),
    ),
    bite("raw_inventory.opening.first", movement(60, "reason = 'opening'")),
    bite("raw_inventory.opening.first", movement(10, "reason = 'purchase'")),
    bite("raw_inventory.moved_at.after_product", movement(10, "moved_at = '2024-12-31'")),
    bite(
        "raw_inventory.moved_at.after_order",
        movement(70, "moved_at = '2025-12-30 10:04:59'"),
        "raw_inventory.sale.at_shipped_at",
    ),
    bite("raw_inventory.sale.one_per_shipped_line", "DELETE FROM raw_inventory WHERE movement_id = 90"),
    bite(
        "raw_inventory.sale.one_per_shipped_line",
        "INSERT INTO raw_inventory SELECT * REPLACE (91 AS movement_id, "
        "3 AS balance_after) FROM raw_inventory WHERE movement_id = 90",
    ),
    bite(
        "raw_inventory.sale.only_shipped_lines",
        "INSERT INTO raw_inventory VALUES (91, 1, 'OUT', 'sale', -1, 3, 5, '2025-12-31 11:00:00')",
    ),
    bite(
        "raw_inventory.sale.only_shipped_lines",
        "INSERT INTO raw_inventory VALUES (91, 2, 'OUT', 'sale', -1, 4, 1, '2025-12-31 11:00:00')",
    ),
    bite("raw_inventory.sale.quantity_is_lines", movement(90, "quantity = -2, balance_after = 3")),
    bite("raw_inventory.sale.at_shipped_at", movement(90, "moved_at = '2025-12-06 09:00:01'")),
    bite("raw_inventory.return.one_per_returned_line", "DELETE FROM raw_inventory WHERE movement_id = 45"),
    bite(
        "raw_inventory.return.only_returned_lines",
        "INSERT INTO raw_inventory VALUES (91, 1, 'IN', 'return', 1, 5, 1, '2025-12-12')",
        "raw_orders.updated_at.after_return",
    ),
    bite("raw_inventory.return.quantity_is_lines", movement(45, "quantity = 2, balance_after = 6")),
    bite("raw_inventory.return.after_delivery", movement(45, "moved_at = '2025-12-10 12:00:00'")),
    bite(
        "raw_inventory.return.after_delivery",
        order(2, "delivered_at = '2025-11-30', updated_at = '2025-12-31'") + movement(45, "moved_at = '2025-12-31'"),
        "raw_orders.delivered_at.in_time",
    ),
    # Reviews.
    bite("raw_reviews.rating.one_to_five", review(11, "rating = 6")),
    bite("raw_reviews.helpful_votes.not_negative", review(11, "helpful_votes = -1")),
    bite("raw_reviews.customer_id.bought", review(11, "customer_id = 2")),
    bite("raw_reviews.product_id.in_order", review(11, "product_id = 2")),
    bite("raw_reviews.line.at_most_one", review(12, "product_id = 1")),
    bite("raw_reviews.reviewed_at.after_shipping", review(12, "reviewed_at = '2025-12-06 08:59:59'")),
    bite("raw_reviews.reviewed_at.after_shipping", review(12, "order_id = 5, product_id = 1, customer_id = 2")),
    bite(
        "raw_reviews.reviewed_at.soon_after_delivery",
        order(1, "delivered_at = '2025-11-30'") + review(11, "reviewed_at = '2025-12-31'"),
        "raw_orders.delivered_at.in_time",
        "raw_reviews.is_verified_purchase.means_delivered",
    ),
    bite("raw_reviews.is_verified_purchase.means_delivered", review(12, "is_verified_purchase = true")),
    bite("raw_reviews.is_verified_purchase.means_delivered", review(11, "is_verified_purchase = false")),
    # Sessions.
    bite(
        "raw_sessions.ended_at.after_started_at",
        session(2, "started_at = ended_at + INTERVAL 1 SECOND"),
        "raw_clickstream.event_timestamp.in_session",
    ),
    bite("raw_sessions.session_id.by_ended_at", session(2, "ended_at = '2025-12-03 12:00:00'")),
    bite("raw_sessions.started_at.after_registration", session(1, "customer_id = 3")),
    bite("raw_sessions.device_type.fits_os", session(1, "device_type = 'desktop'")),
    bite("raw_sessions.device_type.fits_os", session(1, "device_type = 'toaster'")),
    bite("raw_sessions.browser.fits_os", session(1, "os = 'Android'")),
    bite("raw_sessions.browser.fits_os", session(1, "browser = 'Samsung Internet'")),
    bite("raw_sessions.browser.fits_os", session(1, "browser = 'Internet Explorer'")),
    bite("raw_sessions.ip_address.documentation", session(1, "ip_address = '192.0.2.256'")),
    bite("raw_sessions.ip_address.documentation", session(1, "ip_address = '192.0.3.1'")),
    bite("raw_sessions.is_converted.has_order", session(1, "is_converted = true")),
    bite("raw_sessions.is_converted.has_order", session(36, "is_converted = false")),
    bite("raw_sessions.page_views.counts_events", session(1, "page_views = 0")),
    # Clickstream.
    bite(
        "raw_clickstream.sequence_number.without_gaps",
        click(f"{LOOKING} AND sequence_number = 8", "sequence_number = 9"),
    ),
    bite("raw_clickstream.sequence_number.without_gaps", click("session_id = 3", "sequence_number = 0")),
    bite(
        "raw_clickstream.event_timestamp.increases",
        click(f"{LOOKING} AND sequence_number = 8", "event_timestamp = event_timestamp - INTERVAL 10 SECOND"),
    ),
    bite(
        "raw_clickstream.event_timestamp.in_session",
        click("session_id = 3", "event_timestamp = event_timestamp - INTERVAL 1 MILLISECOND"),
    ),
    bite(
        "raw_clickstream.event_timestamp.in_session",
        click("session_id = 3", "event_timestamp = event_timestamp + INTERVAL '361 seconds'"),
    ),
    bite(
        "raw_clickstream.product_id.where_needed",
        click(f"{LOOKING} AND sequence_number = 4", "product_id = NULL"),
        "raw_clickstream.add_to_cart.after_view",
    ),
    bite("raw_clickstream.order_id.on_purchases", click(f"{BUYING} AND sequence_number = 6", "order_id = 1")),
    bite(
        "raw_clickstream.order_id.on_purchases",
        click(f"{BUYING} AND sequence_number = 7", "order_id = NULL"),
        "raw_clickstream.purchase.one_per_order",
    ),
    bite(
        "raw_clickstream.event_timestamp.after_product",
        product(3, "created_at = '2025-12-03 08:10:31'"),
        "raw_inventory.moved_at.after_product",
    ),
    bite("raw_clickstream.add_to_cart.after_view", swap(LOOKING, 4, 5)),
    bite(
        "raw_clickstream.remove_from_cart.after_add",
        click(f"{LOOKING} AND sequence_number = 6", "product_id = 1"),
    ),
    bite("raw_clickstream.checkout.with_cart", swap(BUYING, 1, 6)),
    bite(
        "raw_clickstream.purchase.after_checkout",
        click(f"{BUYING} AND event_type = 'checkout'", "event_type = 'search'"),
    ),
    bite(
        "raw_clickstream.purchase.one_per_order",
        click(f"{BUYING} AND event_type = 'purchase'", "event_type = 'search', order_id = NULL"),
    ),
    bite(
        "raw_clickstream.purchase.at_order_date",
        click(
            f"{BUYING} AND event_type = 'purchase'",
            "event_timestamp = event_timestamp + INTERVAL 1 MILLISECOND",
        ),
    ),
    bite(
        "raw_clickstream.purchase.in_own_session",
        order(1, "session_id = 35"),
        "raw_orders.order_date.in_session",
        "raw_orders.customer_id.logged_in",
        "raw_sessions.is_converted.has_order",
    ),
    bite(
        "raw_clickstream.purchase.after_adding",
        click(f"{BUYING} AND sequence_number = 5", "event_type = 'click'"),
    ),
    bite(
        "raw_clickstream.purchase.after_adding",
        swap(BUYING, 5, 7),
        "raw_clickstream.event_timestamp.increases",
        "raw_clickstream.purchase.after_checkout",
        "raw_clickstream.purchase.at_order_date",
    ),
    bite(
        "raw_clickstream.purchase.nothing_removed",
        "INSERT INTO raw_clickstream "
        "SELECT e.* REPLACE (1 + (SELECT max(event_id) FROM raw_clickstream) AS event_id, "
        "8 AS sequence_number, 'remove_from_cart' AS event_type, 3 AS product_id, NULL AS order_id, "
        "event_timestamp + INTERVAL 1 SECOND AS event_timestamp) FROM raw_clickstream e WHERE order_id = 1",
    ),
)
#: One bite per table for the sentence on nulls comes from the columns themselves, below.
NOT_NULL_RULES = {f"{table}.not_null" for table in bronze_rules.TABLES}


def test_the_shop_keeps_every_rule(connection: duckdb.DuckDBPyConnection) -> None:
    assert reported(connection) == {}


def test_every_rule_has_a_bite() -> None:
    assert {rule.name for rule in bronze_rules.RULES} - NOT_NULL_RULES == {bite.rule for bite in BITES}


def test_a_rule_names_the_tables_that_it_reads() -> None:
    for rule in bronze_rules.RULES:
        assert set(rule.tables) == tables_in(rule.sql), rule.name


@pytest.mark.parametrize("case", BITES, ids=lambda case: case.rule)
def test_a_broken_rule_is_reported_and_no_other(connection: duckdb.DuckDBPyConnection, case: Bite) -> None:
    connection.execute(case.change)
    assert set(reported(connection, tables_in(case.change))) == {case.rule} | case.also


@pytest.mark.parametrize(
    ("table", "column"),
    [(t, c) for t, cs in bronze_rules.COLUMNS.items() for c, kind in cs.items() if not kind.endswith("?")],
)
def test_a_null_is_reported_where_none_is_allowed(
    connection: duckdb.DuckDBPyConnection, table: str, column: str
) -> None:
    key = bronze_rules.KEYS[table]
    connection.execute(f'UPDATE {table} SET "{column}" = NULL WHERE {key} = (SELECT max({key}) FROM {table})')
    (rule,) = (rule for rule in bronze_rules.RULES if rule.name == f"{table}.not_null")
    rows = connection.execute(rule.sql).fetchall()
    assert [row[1] for row in rows] == [column]


def test_a_missing_column_or_table_is_reported_not_raised() -> None:
    with duckdb.connect() as connection:
        create(connection, shop())
        connection.execute("ALTER TABLE raw_reviews RENAME COLUMN title TO headline")
        assert set(reported(connection)) == {
            "raw_reviews.columns",
            "raw_reviews.not_null",
            "raw_reviews.text_not_empty",
            "raw_reviews.text_on_one_line",
        }
        connection.execute("DROP TABLE raw_reviews")
        found = reported(connection)
        assert "error" in found["raw_reviews.columns"][0]
        assert set(found) == {rule.name for rule in bronze_rules.RULES if "raw_reviews" in rule.tables}


def test_an_empty_shop_keeps_every_rule() -> None:
    with duckdb.connect() as connection:
        create(connection, {table: [] for table in bronze_rules.TABLES})
        nothing = dict.fromkeys(PARAMS, 0)
        assert bronze_rules.violations(connection, nothing, AS_OF) == {}
        assert bronze_statistics.report(connection, nothing, AS_OF) == []


def test_a_finding_says_when_a_number_is_out_of_range(connection: duckdb.DuckDBPyConnection) -> None:
    before = {finding.name: finding for finding in bronze_statistics.report(connection, PARAMS, AS_OF)}
    assert before["sessions per order"].ok
    connection.execute("DELETE FROM raw_sessions WHERE session_id = 1")
    after = {finding.name: finding for finding in bronze_statistics.report(connection, PARAMS, AS_OF)}
    assert after["sessions per order"].value == 39 / 5
    assert not after["sessions per order"].ok


def test_every_number_can_be_measured(connection: duckdb.DuckDBPyConnection) -> None:
    values = bronze_rules.placeholders(PARAMS, AS_OF)
    for measure in bronze_statistics.MEASURES:
        row = connection.execute(render(measure.sql, values)).fetchone()
        assert row is not None, measure.name
        assert len(row) == 1, measure.name
    assert len({measure.name for measure in bronze_statistics.MEASURES}) == len(bronze_statistics.MEASURES)


def write(connection: duckdb.DuckDBPyConnection, root: Path) -> None:
    """The shop in the three stored layouts, each table in two part files."""
    (root / "duckdb" / "bronze").mkdir(parents=True)
    connection.execute(f"ATTACH '{root}/duckdb/bronze/small-42.duckdb' AS target")
    connection.execute("CREATE SCHEMA target.bronze")
    for table, key in bronze_rules.KEYS.items():
        connection.execute(f"CREATE TABLE target.bronze.{table} AS SELECT * FROM {table}")
        for form, options in (
            ("parquet", "FORMAT parquet"),
            ("csv", "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ'"),
        ):
            folder = root / form / "bronze" / table / "preset=small" / "seed=42"
            folder.mkdir(parents=True)
            for part, condition in enumerate((f"{key} % 2 = 0", f"{key} % 2 = 1")):
                connection.execute(
                    f"COPY (SELECT * FROM {table} WHERE {condition}) TO '{folder}/part-{part:05d}.{form}' ({options})"
                )
    connection.execute("DETACH target")


@pytest.fixture
def root(stored: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:
    write(stored, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "load",
    [bronze_rules.load_parquet, bronze_rules.load_csv, bronze_rules.load_duckdb],
    ids=lambda load: load.__name__,
)
def test_what_is_stored_in_any_format_is_judged_alike(load: Any, root: Path) -> None:
    with duckdb.connect() as connection:
        load(connection, root, "small", 42)
        assert reported(connection) == {}
        with pytest.raises((FileNotFoundError, duckdb.Error)):
            load(connection, root, "small", 7)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("2024-01-01T00:00:00Z", "2024-01-01 00:00:00"),
        ("1980-05-01", "01/05/1980"),
        (",true,", ",True,"),
        ("1,Ann", "1.0,Ann"),
    ],
)
def test_a_csv_cell_in_another_form_is_refused(root: Path, good: str, bad: str) -> None:
    replace_once(root / "csv/bronze/raw_customers/preset=small/seed=42/part-00001.csv", good, bad)
    with (
        duckdb.connect() as connection,
        pytest.raises(ValueError, match=re.escape(bad.strip(",").split(",")[0])),
    ):
        bronze_rules.load_csv(connection, root, "small", 42)


def test_an_empty_csv_cell_is_a_null(root: Path) -> None:
    replace_once(root / "csv/bronze/raw_customers/preset=small/seed=42/part-00001.csv", "female", '""')
    with duckdb.connect() as connection:
        bronze_rules.load_csv(connection, root, "small", 42)
        assert set(reported(connection)) == {"raw_customers.not_null"}


def replace_once(file: Path, good: str, bad: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert good in text
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")


def test_a_changed_csv_header_is_noticed(root: Path) -> None:
    file = root / "csv/bronze/raw_orders/preset=small/seed=42/part-00001.csv"
    replace_once(file, "order_date", "ordered_at")
    with duckdb.connect() as connection, pytest.raises(ValueError, match="different headers"):
        bronze_rules.load_csv(connection, root, "small", 42)
