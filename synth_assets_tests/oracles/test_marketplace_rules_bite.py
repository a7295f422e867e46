"""Each rule of the marketplace is quiet on two small tenants written by hand, and bites when they break it."""

import gzip
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from synth_assets_tests.oracles import marketplace_rules, marketplace_statistics
from synth_assets_tests.oracles.marketplace_files import SCHEMA, load_files, sql_type
from synth_assets_tests.oracles.rule import render

AS_OF = "2026-01-01"
PARAMS = {"tenants": 2, "products_per_tenant": 3, "orders_per_tenant": 3, "customers_per_tenant": 2}
Row = dict[str, Any]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def uuid(kind: str, number: int) -> str:
    """A key that can be read: its kind in hexadecimal digits, and its number."""
    return f"{kind:0<8}-0000-4000-8000-{number:012}"


def row(table: str, *cells: Any) -> Row:
    return dict(zip(SCHEMA[table].names, cells, strict=True))


T = {n: uuid("aa", n) for n in (1, 2)}
C = {n: uuid("cc", n) for n in (11, 12, 21, 22)}
P = {n: uuid("dd", n) for n in (11, 12, 13, 21, 22, 23)}
O = {n: uuid("ee", n) for n in (11, 12, 13, 21, 22, 23)}  # noqa: E741 - letters of the tables' names
CATEGORY = {n: uuid("fa", n) for n in (11, 12, 21)}


def customer_row(number: int, name: str, email: str, phone: str | None, since: str) -> Row:
    metadata = {"phone": phone, "address": "1 Elm Street", "loyalty_tier": "gold", "signup_source": "web"}
    return row("customers", C[number], T[number // 10], name, email, metadata, at(since))


def product_row(number: int, sku: str, price: str, category: int, since: str) -> Row:
    cells = (sku, "Fine Lumo Lamp", Decimal(price), CATEGORY[category], True, at(since))
    return row("products", P[number], T[number // 10], *cells)


def order_row(number: int, customer: int, who: tuple[str, str], total: str, status: str, moment: str) -> Row:
    payload = {"source": "web", "campaign": "summer_sale", "discount_code": "SAVE20" if number == 11 else None}
    currency = {1: "USD", 2: "SEK"}[number // 10]
    cells = (f"EXT000000{number % 10:02}", C[customer], *who, Decimal(total), currency, status, at(moment), payload)
    return row("orders", O[number], T[number // 10], *cells, at(moment))


def line_row(number: int, order: int, product: int, quantity: int, price: str) -> Row:
    total = quantity * Decimal(price)
    return row("order_items", uuid("bb", number), O[order], T[order // 10], P[product], quantity, Decimal(price), total)


def period_row(number: int, product: int, price: str, since: str, until: str | None) -> Row:
    cells = (P[product], Decimal(price), at(since), until and at(until))
    return row("price_history", uuid("ab", number), T[product // 10], *cells)


def stock_row(
    number: int, product: int, delta: int, level: int, moment: str, source: str, order: int | None = None
) -> Row:
    meta = {"reason": "Because", "operator": "Jo Doe", "order_id": order and O[order]}
    cells = (P[product], delta, level, at(moment), source, meta)
    return row("stock_events", uuid("ac", number), T[product // 10], *cells)


ANN = ("Ann Miller", "ann.miller1@example.com")
ANN_ONCE = ("Ann Smith", "ann.smith1@example.com")
BOB = ("Bob Smith", "bob.smith2@example.org")
EVA = ("Eva Berg", "eva.berg3@example.net")
OLE = ("Ole Dahl", "ole.dahl4@example.com")


def marketplace() -> dict[str, list[Row]]:
    """All rows by table."""
    return {
        "tenants": [
            row("tenants", T[1], "Miller Goods LLC", "ab" * 32, at("2024-01-01T00:00:00")),
            row("tenants", T[2], "Berg Handel AB", "cd" * 32, at("2024-06-01T00:00:00")),
        ],
        "customers": [
            customer_row(11, *ANN, "+1-330-555-0147", "2024-02-01T10:00:00"),
            customer_row(12, *BOB, "+44 20 7946 0123", "2025-02-01T10:00:00"),
            customer_row(21, *EVA, None, "2024-06-01T00:00:00"),
            customer_row(22, *OLE, "+61 2 5550 1234", "2025-03-01T10:00:00"),
        ],
        "products": [
            product_row(11, "ELE000001", "120.00", 11, "2024-01-01T00:00:00"),
            product_row(12, "ELE000002", "50.00", 11, "2024-01-01T00:00:00"),
            product_row(13, "BOO000003", "9.99", 12, "2025-06-01T00:00:00"),
            product_row(21, "TOY000001", "8.50", 21, "2024-06-01T00:00:00"),
            product_row(22, "TOY000002", "7.00", 21, "2024-06-01T00:00:00"),
            product_row(23, "TOY000003", "6.00", 21, "2024-06-01T00:00:00"),
        ],
        "orders": [
            order_row(11, 11, ANN_ONCE, "250.00", "delivered", "2025-05-01T10:00:00"),
            order_row(12, 11, ANN, "120.00", "returned", "2025-07-01T10:00:00"),
            order_row(13, 12, BOB, "9.99", "paid", "2025-12-30T10:00:00"),
            order_row(21, 21, EVA, "17.00", "shipped", "2025-12-29T10:00:00"),
            order_row(22, 22, OLE, "7.00", "cancelled", "2025-08-01T10:00:00"),
            order_row(23, 22, OLE, "8.50", "pending", "2025-12-31T10:00:00"),
        ],
        "order_items": [
            line_row(1, 11, 11, 2, "100.00"),
            line_row(2, 11, 12, 1, "50.00"),
            line_row(3, 12, 11, 1, "120.00"),
            line_row(4, 13, 13, 1, "9.99"),
            line_row(5, 21, 21, 2, "8.50"),
            line_row(6, 22, 22, 1, "7.00"),
            line_row(7, 23, 21, 1, "8.50"),
        ],
        "price_history": [
            period_row(1, 11, "100.00", "2024-01-01T00:00:00", "2025-06-01T00:00:00"),
            period_row(2, 11, "120.00", "2025-06-01T00:00:00", None),
            period_row(3, 12, "50.00", "2024-01-01T00:00:00", None),
            period_row(4, 13, "9.99", "2025-06-01T00:00:00", None),
            period_row(5, 21, "8.50", "2024-06-01T00:00:00", None),
            period_row(6, 22, "7.00", "2024-06-01T00:00:00", None),
            period_row(7, 23, "6.00", "2024-06-01T00:00:00", None),
        ],
        "stock_events": [
            stock_row(1, 11, 5, 5, "2025-01-01T08:00:00", "receipt"),
            stock_row(2, 12, 5, 5, "2025-01-01T08:00:00", "receipt"),
            stock_row(3, 21, 9, 9, "2025-01-01T08:00:00.250", "receipt"),
            stock_row(4, 11, -2, 3, "2025-05-02T09:00:00", "sale", 11),
            stock_row(5, 12, -1, 4, "2025-05-02T09:00:00", "sale", 11),
            stock_row(6, 11, -1, 2, "2025-07-02T09:00:00", "sale", 12),
            stock_row(7, 11, 1, 3, "2025-07-12T09:00:00", "return", 12),
            stock_row(8, 12, -1, 3, "2025-08-01T09:00:00", "adjustment"),
            stock_row(9, 21, -2, 7, "2025-12-30T09:00:00", "sale", 21),
        ],
    }


def create(connection: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]]) -> None:
    for table, columns in marketplace_rules.COLUMNS.items():
        types = ", ".join(f'"{name}" {sql_type(kind)}' for name, kind in columns.items())
        connection.execute(f"CREATE TABLE {table} ({types})")
        connection.register("rows_of_it", pa.Table.from_pylist(rows[table], SCHEMA[table]))
        connection.execute(f"INSERT INTO {table} FROM rows_of_it")
        connection.unregister("rows_of_it")


@pytest.fixture(scope="module")
def stored() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        create(connection, marketplace())
        yield connection


@pytest.fixture
def connection(stored: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tenants in a transaction of their own, undone afterwards."""
    stored.execute("BEGIN")
    yield stored
    stored.execute("ROLLBACK")


def reported(
    connection: duckdb.DuckDBPyConnection, tables: Collection[str] = marketplace_rules.TABLES
) -> dict[str, list]:
    return marketplace_rules.violations(connection, PARAMS, AS_OF, tables=tables)


def tables_in(sql: str) -> set[str]:
    named = re.findall(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:pragma_table_info\(')?([a-z_]+)", sql)
    return set(named) & set(marketplace_rules.TABLES)


@dataclass(frozen=True)
class Bite:
    """A change to the tenants' rows, the rule it breaks, and the rules that it cannot help breaking too."""

    rule: str
    change: str
    also: frozenset[str] = field(default_factory=frozenset)


def bite(rule: str, change: str, *also: str) -> Bite:
    return Bite(rule, change, frozenset(also))


def update(table: str, key: str, assignment: str) -> str:
    return f"UPDATE {table} SET {assignment} WHERE {marketplace_rules.KEYS[table]} = '{key}';"


def tenant(number: int, assignment: str) -> str:
    return update("tenants", T[number], assignment)


def customer(number: int, assignment: str) -> str:
    return update("customers", C[number], assignment)


def product(number: int, assignment: str) -> str:
    return update("products", P[number], assignment)


def order(number: int, assignment: str) -> str:
    return update("orders", O[number], assignment)


def line(number: int, assignment: str) -> str:
    return update("order_items", uuid("bb", number), assignment)


def period(number: int, assignment: str) -> str:
    return update("price_history", uuid("ab", number), assignment)


def stock(number: int, assignment: str) -> str:
    return update("stock_events", uuid("ac", number), assignment)


def insert(table: str, like: str, values: str) -> str:
    """A copy of a row with other values."""
    key = marketplace_rules.KEYS[table]
    return f"INSERT INTO {table} SELECT * REPLACE ({values}) FROM {table} WHERE {key} = '{like}';"


def delete(table: str, key: str) -> str:
    return f"DELETE FROM {table} WHERE {marketplace_rules.KEYS[table]} = '{key}';"


def inside(column: str, part: str, value: str) -> str:
    """Another value in a JSON object."""
    return f"{column} = struct_update({column}, {part} := {value})"


NEW = uuid("9999", 1)
META_12 = inside("meta", "order_id", f"'{O[12]}'")
BITES = (
    # Volumes and keys.
    bite(
        "tenants.row_count",
        f"INSERT INTO tenants VALUES ('{NEW}', 'New LLC', '{'ef' * 32}', TIMESTAMP '2025-01-01');",
        "customers.row_count", "products.row_count", "orders.row_count",
    ),
    bite("customers.row_count", insert("customers", C[12], f"'{NEW}' AS customer_id, 'x2@example.com' AS email")),
    bite(
        "products.row_count",
        insert("products", P[13], f"'{NEW}' AS product_id, 'BOO000004' AS sku")
        + insert("price_history", uuid("ab", 4), f"'{uuid('ab', 9)}' AS id, '{NEW}' AS product_id"),
    ),
    bite("orders.row_count", delete("orders", O[22]) + delete("order_items", uuid("bb", 6))),
    bite("tenants.tenant_id.unique", insert("tenants", T[1], f"'Other' AS name, '{'ef' * 32}' AS api_key_hash"),
         "tenants.row_count", "customers.row_count", "products.row_count", "orders.row_count"),
    bite("customers.customer_id.unique", customer(12, f"customer_id = '{C[11]}', email = 'b@example.org'"),
         "orders.customer_id.exists", "orders.customer_name_snapshot.of_customer"),
    bite("products.product_id.unique", product(23, f"product_id = '{P[22]}'"),
         "price_history.product_id.exists", "price_history.open_is_price", "price_history.one_open"),
    bite("orders.order_id.unique", order(23, f"order_id = '{O[22]}'"),
         "order_items.order_id.exists", "orders.total_amount.sum"),
    bite("order_items.order_item_id.unique", line(2, f"order_item_id = '{uuid('bb', 1)}'")),
    bite("price_history.id.unique", period(2, f"id = '{uuid('ab', 1)}'")),
    bite("stock_events.stock_event_id.unique", stock(2, f"stock_event_id = '{uuid('ac', 1)}'")),
    bite("tenants.tenant_id.no_other_key", line(1, f"order_item_id = '{P[11]}'")),
    bite("tenants.uuid_form", insert("tenants", T[1], f"'x' AS tenant_id, 'Y' AS name, '{'ef' * 32}' AS api_key_hash"),
         "tenants.row_count", "customers.row_count", "products.row_count", "orders.row_count"),
    bite("products.uuid_form", product(13, "category_id = upper(category_id)")),
    bite("customers.uuid_form", customer(12, "customer_id = replace(customer_id, '-4', '-5')"),
         "orders.customer_id.exists", "orders.customer_email_snapshot.of_customer"),
    bite("orders.uuid_form", order(13, "order_id = replace(order_id, '-', '')"),
         "order_items.order_id.exists", "orders.total_amount.sum"),
    bite("order_items.uuid_form", line(1, "order_item_id = 'x'")),
    bite("price_history.uuid_form", period(1, "id = replace(id, '-8', '-7')")),
    bite("stock_events.uuid_form", stock(8, "stock_event_id = '1'")),
    # References and tenants.
    *(
        bite(f"{table}.tenant_id.exists", update(table, key, f"tenant_id = '{NEW}'"), *also)
        for table, key, also in (
            ("products", P[13], ("products.row_count", "order_items.product_id.same_tenant",
                                 "price_history.product_id.same_tenant")),
            ("customers", C[12], ("customers.row_count", "orders.customer_id.same_tenant",
                                  "customers.email.of_one_tenant")),
            ("orders", O[13], ("orders.row_count", "orders.customer_id.same_tenant",
                               "order_items.order_id.same_tenant", "customers.email.of_one_tenant")),
            ("order_items", uuid("bb", 4), ("order_items.order_id.same_tenant",
                                            "order_items.product_id.same_tenant")),
            ("price_history", uuid("ab", 4), ("price_history.product_id.same_tenant",)),
            ("stock_events", uuid("ac", 8), ("stock_events.product_id.same_tenant",)),
        )
    ),
    bite("orders.customer_id.exists", order(13, f"customer_id = '{NEW}'"),
         "orders.customer_email_snapshot.of_customer"),
    bite("orders.customer_id.same_tenant", order(13, f"customer_id = '{C[22]}'"),
         "orders.customer_name_snapshot.of_customer", "orders.customer_email_snapshot.of_customer",
         "orders.customer_email_snapshot.until_now", "orders.customer_email_snapshot.forward"),
    bite("order_items.order_id.exists", line(7, f"order_id = '{NEW}'"), "orders.total_amount.sum"),
    bite("order_items.order_id.same_tenant", line(7, f"order_id = '{O[13]}'"),
         "orders.total_amount.sum"),
    bite("order_items.product_id.exists", line(7, f"product_id = '{NEW}'"), "order_items.unit_price.in_effect"),
    bite("order_items.product_id.same_tenant", line(7, f"product_id = '{P[12]}'"),
         "order_items.unit_price.in_effect"),
    bite("price_history.product_id.exists", insert("price_history", uuid("ab", 7), f"'{NEW}' AS product_id"),
         "price_history.id.unique"),
    bite("price_history.product_id.same_tenant", period(7, f"tenant_id = '{T[1]}'")),
    bite("stock_events.product_id.exists", stock(3, f"product_id = '{NEW}'"),
         "stock_events.resulting_level.runs"),
    bite("stock_events.product_id.same_tenant", stock(3, f"tenant_id = '{T[1]}'")),
    bite("stock_events.meta.order_id.exists", stock(9, inside("meta", "order_id", f"'{NEW}'")),
         "stock_events.sale.lines_of_sent_orders"),
    bite("stock_events.meta.order_id.same_tenant", stock(9, META_12),
         "stock_events.sale.lines_of_sent_orders", "stock_events.sale.together"),
    bite("tenants.api_key_hash.unique", tenant(2, f"api_key_hash = '{'ab' * 32}'")),
    bite("customers.email.of_one_tenant", order(23, f"customer_email_snapshot = '{BOB[1]}'"),
         "orders.customer_email_snapshot.of_customer", "orders.customer_email_snapshot.until_now"),
    bite("products.category_id.of_one_tenant", product(13, f"category_id = '{CATEGORY[21]}'")),
    bite("orders.currency.of_tenant", order(13, "currency = 'SEK'")),
    # Cells.
    *(
        bite(f"{table}.text_not_empty", change, *also)
        for table, change, also in (
            ("tenants", tenant(1, "name = ' '"), ()),
            ("products", product(11, "name = ''"), ()),
            ("customers", customer(11, inside("metadata", "address", "''")), ()),
            ("orders", order(11, inside("raw_payload", "campaign", "' '")), ("orders.raw_payload.campaign.form",)),
            ("stock_events", stock(1, inside("meta", "operator", "'Jo '")), ()),
        )
    ),
    *(
        bite(f"{table}.text_on_one_line", change, *also)
        for table, change, also in (
            ("tenants", tenant(1, "name = 'A' || chr(10) || 'B'"), ()),
            ("products", product(11, "name = 'A' || chr(13) || 'B'"), ()),
            ("customers", customer(11, inside("metadata", "address", "'A' || chr(10) || 'B'")), ()),
            ("orders", order(11, inside("raw_payload", "campaign", "'a' || chr(10) || 'b'")),
             ("orders.raw_payload.campaign.form",)),
            ("stock_events", stock(1, inside("meta", "reason", "'A' || chr(10) || 'B'")), ()),
        )
    ),
    bite("orders.order_status.legal", order(13, "order_status = 'lost'")),
    bite("stock_events.source.legal", stock(8, "source = 'damage', delta = 1, resulting_level = 5")),
    bite("tenants.api_key_hash.form", tenant(1, "api_key_hash = 'secret'")),
    bite("products.sku.form", product(12, "sku = 'ELE-2'")),
    bite("orders.external_order_id.form", order(13, "external_order_id = 'EXT1'")),
    bite("orders.currency.form", order(13, "currency = 'usd'") + order(11, "currency = 'usd'")
         + order(12, "currency = 'usd'")),
    bite("orders.raw_payload.discount_code.form", order(11, inside("raw_payload", "discount_code", "'save'"))),
    bite("orders.raw_payload.source.form", order(11, inside("raw_payload", "source", "'The Web'"))),
    bite("orders.raw_payload.campaign.form", order(11, inside("raw_payload", "campaign", "'Summer Sale'"))),
    bite("customers.metadata.loyalty_tier.form", customer(11, inside("metadata", "loyalty_tier", "'Gold'"))),
    bite("customers.metadata.signup_source.form", customer(11, inside("metadata", "signup_source", "'?'"))),
    # Time.
    bite("tenants.before_as_of", tenant(1, "created_at = '2026-01-01'"),
         "customers.created_at.after_tenant", "products.created_at.after_tenant"),
    bite("products.before_as_of", product(23, "created_at = '2026-01-01'"), "price_history.since_creation"),
    bite("customers.before_as_of", customer(12, "created_at = '2026-01-01'"), "orders.order_date.after_customer"),
    bite("orders.before_as_of", order(23, "created_at = '2026-01-01'")),
    bite("price_history.before_as_of", period(2, "effective_to = '2026-01-01'"), "price_history.one_open"),
    bite("stock_events.before_as_of", stock(8, "event_time = '2026-01-01'")),
    bite("tenants.whole_seconds", tenant(1, "created_at = created_at - INTERVAL 1 MILLISECOND")),
    bite("products.whole_seconds", product(23, "created_at = created_at + INTERVAL 1 MILLISECOND"),
         "price_history.since_creation"),
    bite("customers.whole_seconds", customer(12, "created_at = created_at + INTERVAL 1 MILLISECOND")),
    bite("orders.whole_seconds", order(23, "created_at = created_at + INTERVAL 1 MILLISECOND")),
    bite("price_history.whole_seconds", period(7, "effective_from = effective_from + INTERVAL 1 MILLISECOND"),
         "price_history.since_creation"),
    bite("stock_events.whole_milliseconds", stock(8, "event_time = event_time + INTERVAL 1 MICROSECOND")),
    bite("customers.created_at.after_tenant", customer(21, "created_at = '2024-05-31'")),
    bite("products.created_at.after_tenant", product(23, "created_at = '2024-05-31'"), "price_history.since_creation"),
    # Customers and products.
    bite("customers.email.unique", customer(12, f"email = '{ANN[1]}'"),
         "orders.customer_email_snapshot.of_customer"),
    bite("customers.email.reserved", customer(12, "email = 'bob@gmail.com'")),
    bite("customers.email.reserved", order(13, "customer_email_snapshot = 'Bob@example.com'")),
    bite("customers.metadata.phone.fictional", customer(11, inside("metadata", "phone", "'+1-330-555-2147'"))),
    bite("customers.metadata.phone.fictional", customer(11, inside("metadata", "phone", "'330-555-0147'"))),
    bite("customers.name.of_a_person", customer(22, "name = 'Ole'")),
    bite("products.sku.unique", product(12, "sku = 'ELE000001'")),
    bite("products.price.positive", product(23, "price = 0") + period(7, "price = 0"), "price_history.price.positive"),
    bite("products.sku.of_category", product(12, f"category_id = '{CATEGORY[12]}'")),
    bite("products.sku.of_category", product(13, "sku = 'ELE000003'")),
    # Prices.
    bite("price_history.price.positive", period(1, "price = -1"), "order_items.unit_price.in_effect"),
    bite("price_history.effective_to.after_effective_from", period(1, "effective_to = effective_from"),
         "price_history.without_gap_or_overlap", "order_items.unit_price.in_effect"),
    bite("price_history.one_open", delete("price_history", uuid("ab", 7))),
    bite("price_history.one_open", insert("price_history", uuid("ab", 7), f"'{NEW}' AS id, 5.00 AS price"),
         "price_history.open_is_price", "price_history.without_gap_or_overlap"),
    bite("price_history.open_is_price", product(23, "price = 5.99")),
    bite("price_history.without_gap_or_overlap", period(1, "effective_to = '2025-05-31'")),
    bite("price_history.without_gap_or_overlap", period(1, "effective_to = '2025-06-02'")),
    bite("price_history.since_creation", period(7, "effective_from = '2024-06-02'")),
    bite("price_history.price.changes", period(1, "price = 120"), "order_items.unit_price.in_effect"),
    # Orders and lines.
    bite("orders.external_order_id.unique", order(13, "external_order_id = 'EXT00000001'")),
    bite("orders.total_amount.sum", order(11, "total_amount = 250.01")),
    bite("orders.total_amount.sum", delete("order_items", uuid("bb", 6))),
    bite("orders.order_date.after_customer", customer(12, "created_at = '2025-12-30 10:00:01'")),
    bite("orders.created_at.with_order", order(13, "created_at = '2025-12-30 09:59:59'")),
    bite("orders.customer_name_snapshot.of_customer", order(13, "customer_name_snapshot = 'Eva Berg'"),
         "orders.customer_name_snapshot.of_customer"),
    bite("orders.customer_email_snapshot.of_customer", order(11, f"customer_email_snapshot = '{BOB[1]}'")),
    bite("orders.customer_email_snapshot.forward", customer(11, "email = 'ann.jones1@example.com'")
         + insert("orders", O[12], f"'{NEW}' AS order_id, 'EXT00000009' AS external_order_id, "
                  f"'{ANN_ONCE[1]}' AS customer_email_snapshot, TIMESTAMP '2025-09-01' AS order_date, "
                  "'paid' AS order_status, TIMESTAMP '2025-09-01' AS created_at")
         + insert("order_items", uuid("bb", 3), f"'{uuid('bb', 9)}' AS order_item_id, '{NEW}' AS order_id"),
         "orders.row_count"),
    bite("orders.customer_email_snapshot.until_now", customer(11, f"email = '{ANN_ONCE[1]}'")),
    bite("order_items.quantity.positive", line(7, "quantity = 0, line_total = 0") + order(23, "total_amount = 0")),
    bite("order_items.line_total.product", line(7, "line_total = 8.51") + order(23, "total_amount = 8.51")),
    bite("order_items.product_id.once_in_order", line(2, f"product_id = '{P[11]}'"),
         "order_items.unit_price.in_effect", "stock_events.sale.lines_of_sent_orders"),
    bite("order_items.product_id.exists_by_then",
         product(22, "created_at = '2025-08-02'") + period(6, "effective_from = '2025-08-02'"),
         "order_items.unit_price.in_effect"),
    bite("order_items.unit_price.in_effect", order(11, "order_date = '2025-06-01', created_at = '2025-06-01'"),
         "stock_events.event_time.after_order"),
    bite("order_items.unit_price.in_effect", line(7, "unit_price = 8, line_total = 8") + order(23, "total_amount = 8")),
    # Stock.
    bite("stock_events.event_time.increases", stock(5, "event_time = '2025-01-01 08:00:00'"),
         "stock_events.event_time.after_order", "stock_events.sale.together"),
    bite("stock_events.resulting_level.runs", stock(7, "resulting_level = 4")),
    bite("stock_events.resulting_level.not_negative", stock(1, "delta = 1, resulting_level = 1")
         + stock(4, "resulting_level = -1") + stock(6, "resulting_level = -2") + stock(7, "resulting_level = -1")),
    bite("stock_events.delta.sign", stock(8, "delta = 0, resulting_level = 4")),
    bite("stock_events.delta.sign", stock(8, "source = 'receipt'")),
    bite("stock_events.meta.order_id.on_sales_and_returns", stock(9, inside("meta", "order_id", "NULL")),
         "stock_events.sale.lines_of_sent_orders"),
    bite("stock_events.meta.order_id.nowhere_else", stock(8, META_12)),
    bite("stock_events.sale.lines_of_sent_orders", delete("stock_events", uuid("ac", 9))),
    bite("stock_events.sale.lines_of_sent_orders", order(13, "order_status = 'shipped'")),
    bite("stock_events.sale.lines_of_sent_orders", order(21, "order_status = 'paid'")),
    bite("stock_events.sale.lines_of_sent_orders", stock(9, "delta = -3, resulting_level = 6")),
    bite("stock_events.return.lines_of_returned_orders", delete("stock_events", uuid("ac", 7))),
    bite("stock_events.return.lines_of_returned_orders", order(12, "order_status = 'delivered'")),
    bite("stock_events.event_time.after_order", stock(9, "event_time = '2025-12-29 09:59:59'")),
    bite("stock_events.return.after_sale",
         stock(7, "event_time = '2025-07-02 08:00:00', resulting_level = 4") + stock(6, "resulting_level = 3")),
    bite("stock_events.sale.together", stock(5, "event_time = '2025-05-02 09:00:01'")),
    bite("stock_events.event_time.after_product",
         product(12, "created_at = '2025-02-01'") + period(3, "effective_from = '2025-02-01'")),
)  # fmt: skip
#: Columns and nulls have tests of their own, below.
ELSEWHERE = {f"{table}.{rule}" for table in marketplace_rules.TABLES for rule in ("not_null", "columns")}


def test_the_tenants_keep_every_rule(connection: duckdb.DuckDBPyConnection) -> None:
    assert reported(connection) == {}


def test_every_rule_has_a_bite() -> None:
    assert {rule.name for rule in marketplace_rules.RULES} - ELSEWHERE == {bite.rule for bite in BITES}


def test_a_rule_names_the_tables_that_it_reads() -> None:
    for rule in marketplace_rules.RULES:
        assert set(rule.tables) == tables_in(rule.sql), rule.name


@pytest.mark.parametrize("case", BITES, ids=lambda case: case.rule)
def test_a_broken_rule_is_reported_and_no_other(connection: duckdb.DuckDBPyConnection, case: Bite) -> None:
    connection.execute(case.change)
    assert set(reported(connection, tables_in(case.change))) == {case.rule} | case.also


@pytest.mark.parametrize(
    ("table", "cell"),
    [(table, name) for table in marketplace_rules.TABLES for name, _, kind in marketplace_rules.leaves(table)
     if not kind.endswith("?")],
)  # fmt: skip
def test_a_null_is_reported_where_none_is_allowed(connection: duckdb.DuckDBPyConnection, table: str, cell: str) -> None:
    key = marketplace_rules.KEYS[table]
    column, _, part = cell.partition(".")
    assignment = inside(column, part, "NULL") if part else f"{column} = NULL"
    connection.execute(f"UPDATE {table} SET {assignment} WHERE {key} = (SELECT max({key}) FROM {table})")
    (rule,) = (rule for rule in marketplace_rules.RULES if rule.name == f"{table}.not_null")
    assert [found[1] for found in connection.execute(rule.sql).fetchall()] == [cell]


AGAIN = "CREATE OR REPLACE TABLE"


@pytest.mark.parametrize(
    ("change", "tables"),
    [
        ("ALTER TABLE products RENAME COLUMN name TO title", ["products"]),
        ("ALTER TABLE products ADD COLUMN cost DECIMAL(12,2)", ["products"]),
        ("ALTER TABLE order_items ALTER quantity TYPE DOUBLE", ["order_items"]),
        ("ALTER TABLE orders ALTER total_amount TYPE DOUBLE", ["orders"]),
        ("ALTER TABLE orders ALTER order_date TYPE TIMESTAMPTZ", ["orders"]),
        ("ALTER TABLE stock_events DROP COLUMN meta", ["stock_events"]),
        (f"{AGAIN} tenants AS SELECT name, tenant_id, api_key_hash, created_at FROM tenants", ["tenants"]),
        (f"{AGAIN} customers AS SELECT * REPLACE ({{'phone': '1'}} AS metadata) FROM customers", ["customers"]),
        (f"{AGAIN} price_history AS SELECT * REPLACE (CAST(id AS BLOB) AS id) FROM price_history", ["price_history"]),
    ],
)  # fmt: skip
def test_other_columns_are_reported(connection: duckdb.DuckDBPyConnection, change: str, tables: list[str]) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(change)
    assert {f"{table}.columns" for table in tables} <= set(reported(connection, tables))


def test_a_missing_table_is_reported_not_raised() -> None:
    with duckdb.connect() as connection:
        create(connection, marketplace())
        connection.execute("DROP TABLE stock_events")
        found = reported(connection)
        assert "error" in found["stock_events.columns"][0]
        assert set(found) == {rule.name for rule in marketplace_rules.RULES if "stock_events" in rule.tables}


def test_nothing_at_all_keeps_every_rule() -> None:
    with duckdb.connect() as connection:
        create(connection, {table: [] for table in marketplace_rules.TABLES})
        nothing = dict.fromkeys(PARAMS, 0)
        assert marketplace_rules.violations(connection, nothing, AS_OF) == {}
        assert marketplace_statistics.report(connection, nothing, AS_OF) == []


def test_every_number_can_be_measured(connection: duckdb.DuckDBPyConnection) -> None:
    values = marketplace_rules.placeholders(PARAMS, AS_OF)
    for measure in marketplace_statistics.MEASURES:
        found = connection.execute(render(measure.sql, values)).fetchall()
        assert len(found) == len(found[0]) == 1, measure.name
    assert len({measure.name for measure in marketplace_statistics.MEASURES}) == len(marketplace_statistics.MEASURES)


# -- Files ----------------------------------------------------------------------------


@pytest.fixture
def root(stored: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:
    """The tenants as the document's files in NDJSON, and in CSV in a folder of its own."""
    form = "TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S'"
    (tmp_path / "csv").mkdir()
    for table in marketplace_rules.TABLES:
        own = (
            [("", "true")]
            if table == "tenants"
            else [(f"_{tenant}", f"tenant_id = '{tenant}'") for tenant in T.values()]
        )
        chunk = "" if table in {"tenants", "customers"} else "_chunk_0000"
        texts = ", ".join(
            f"CAST(to_json({name}) AS VARCHAR) AS {name}" if isinstance(kind, dict) else name
            for name, kind in marketplace_rules.COLUMNS[table].items()
        )
        for suffix, condition in own:
            csv = tmp_path / "csv" / f"{table}{suffix}{chunk}.csv"
            stored.execute(f"COPY (SELECT {texts} FROM {table} WHERE {condition}) TO '{csv}' (HEADER, {form})")
            if table == "tenants":
                (tmp_path / csv.name).write_bytes(csv.read_bytes())
                continue
            ndjson = tmp_path / f"{table}{suffix}{chunk}.ndjson"
            stored.execute(f"COPY (FROM {table} WHERE {condition}) TO '{ndjson}' (FORMAT json, {form})")
            ndjson.write_text(re.sub(r"(\.\d)(?=[,}])", r"\g<1>0", ndjson.read_text()))
    return tmp_path


def judged(root: Path, ending: str) -> dict[str, list]:
    with duckdb.connect(config={"threads": 1}) as connection:
        load_files(connection, root, ending)
        return reported(connection)


def test_what_is_stored_is_judged_alike(root: Path) -> None:
    assert judged(root, "ndjson") == {}
    assert judged(root / "csv", "csv") == {}
    for file in (root / "csv").iterdir():
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        file.unlink()
    assert judged(root / "csv", "csv.gz") == {}


ORDERS = f"orders_{T[1]}_chunk_0000"


@pytest.mark.parametrize(
    ("file", "good", "bad", "message"),
    [
        (f"{ORDERS}.ndjson", '"total_amount":250.00', '"total_amount":250.0', "two digits"),
        (f"{ORDERS}.ndjson", '"total_amount":250.00', '"total_amount":"250.00"', "written as money"),
        (f"{ORDERS}.ndjson", "2025-05-01T10:00:00", "2025-05-01 10:00:00", "form of timestamp"),
        (f"{ORDERS}.ndjson", '"source":"web","campaign":"summer_sale"', '"campaign":"summer_sale","source":"web"',
         "found"),
        (f"{ORDERS}.ndjson", '"currency":"USD",', "", "found"),
        (f"{ORDERS}.ndjson", f'"tenant_id":"{T[1]}"', f'"tenant_id":"{T[2]}"', "holds rows of"),
        (f"csv/{ORDERS}.csv", "250.00", "250.0", "form of money"),
        (f"csv/{ORDERS}.csv", "order_id", "id", "found"),
        (f"csv/{ORDERS}.csv", T[1], T[2], "holds rows of"),
        (f"csv/products_{T[1]}_chunk_0000.csv", "true", "True", "form of boolean"),
    ],
)  # fmt: skip
def test_a_file_in_another_form_is_refused(root: Path, file: str, good: str, bad: str, message: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert good in text
    (root / file).write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        judged((root / file).parent, file.rpartition(".")[2])


def test_missing_and_strange_files_are_refused(root: Path) -> None:
    (root / f"customers_{NEW}.ndjson").write_text("")
    with pytest.raises(ValueError, match="of no tenant"):
        judged(root, "ndjson")
    (root / f"customers_{T[1]}.ndjson").unlink()
    with pytest.raises(ValueError, match="is not there"):
        judged(root, "ndjson")


def test_a_time_in_gzip_is_refused(root: Path) -> None:
    for file in (root / "csv").iterdir():
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=1))
    with pytest.raises(ValueError, match="in its head"):
        judged(root / "csv", "csv.gz")
