"""The bronze rules: none finds anything in a generated dataset, each finds what is broken."""

import re

import duckdb
import polars as pl
import pytest

from synth_assets.engine.chunks import generate
from synth_assets.engine.plan import plan_table
from synth_assets_tests.domains.bronze_samples import ENTITIES, SMALL, dataset, state

RULES = {rule.name: rule for entity in ENTITIES.values() for rule in entity.table().rules}

LONG_AGO, NEVER = (f"TIMESTAMPTZ '{year}-01-01 00:00:00+00'" for year in (2001, 2100))
SOME_ORDER = "order_id = (SELECT min(order_id) FROM raw_orders)"
SOME_PRODUCT = "product_id = (SELECT min(product_id) FROM raw_order_items)"
DRAFT = "(SELECT min(product_id) FROM raw_products ANTI JOIN raw_inventory USING (product_id))"
SOLD_LINE = "(SELECT min(movement_id) FROM raw_inventory WHERE reason = 'sale')"
SENT_BACK = "(SELECT min(movement_id) FROM raw_inventory WHERE reason = 'return')"
BUYING = "session_id = (SELECT min(session_id) FROM raw_orders)"
CONVERTED = "session_id = (SELECT min(session_id) FROM raw_sessions WHERE is_converted)"
A_BOUGHT_ADD = """event_id = (
    SELECT min(event_id) FROM raw_clickstream c JOIN raw_orders o USING (session_id)
    JOIN raw_order_items i ON i.order_id = o.order_id AND i.product_id = c.product_id
    WHERE event_type = 'add_to_cart')"""

# What breaks each rule; where a rule has several halves, a statement for each.
BREAKS = {
    # customers
    "email_is_unique_in_any_case": ["UPDATE raw_customers SET email = (SELECT upper(min(email)) FROM raw_customers)"],
    "email_domain_is_reserved": [
        "UPDATE raw_customers SET email = replace(email, '@example.', '@gmail.') WHERE customer_id = 1",
        "UPDATE raw_customers SET email = email || '.au' WHERE customer_id = 1",
    ],
    "phone_is_fictional": [
        "UPDATE raw_customers SET phone = replace(phone, '-555-', '-556-') WHERE country = 'US'",
        "UPDATE raw_customers SET phone = '+65 6123 4567' WHERE country = 'SG'",
        "UPDATE raw_customers SET phone = '+44 7700 800123' WHERE country = 'GB'",
    ],
    "postal_code_fits_country": [
        "UPDATE raw_customers SET postal_code = left(postal_code, 3) WHERE customer_id = 1",
        "UPDATE raw_customers SET country = 'FR' WHERE country = 'GB'",
    ],
    "city_lies_in_one_region": [
        (
            "UPDATE raw_customers SET region = 'Elsewhere' WHERE customer_id = (SELECT min(customer_id)"
            " FROM raw_customers WHERE city = (SELECT mode(city) FROM raw_customers WHERE country = 'US'))"
        ),
        (
            "UPDATE raw_customers SET region = 'Central' WHERE customer_id ="
            " (SELECT min(customer_id) FROM raw_customers WHERE country = 'SG')"
        ),
    ],
    "customer_is_of_age": ["UPDATE raw_customers SET date_of_birth = DATE '2010-01-01' WHERE customer_id = 1"],
    "customer_changes_after_registration": [f"UPDATE raw_customers SET updated_at = {LONG_AGO} WHERE customer_id = 1"],
    "customer_text_is_one_line": [
        "UPDATE raw_customers SET city = '' WHERE customer_id = 1",
        "UPDATE raw_customers SET street = street || chr(10) WHERE customer_id = 1",
    ],
    # products
    "sku_has_prefix_of_category": [
        "UPDATE raw_products SET sku = replace(sku, 'BOO', 'TOY') WHERE category = 'Books'",
        "UPDATE raw_products SET category = 'Garden' WHERE product_id = 1",
        "UPDATE raw_products SET sku = lower(sku) WHERE product_id = 1",
    ],
    "sku_is_unique_in_any_case": [
        "UPDATE raw_products SET sku = (SELECT lower(sku) FROM raw_products WHERE product_id = 1) WHERE product_id = 2"
    ],
    "subcategory_is_in_one_category": [
        (
            "UPDATE raw_products SET subcategory = (SELECT min(subcategory) FROM raw_products WHERE category = 'Books')"
            " WHERE category = 'Toys'"
        )
    ],
    "cost_is_below_price": [
        "UPDATE raw_products SET cost = price WHERE product_id = 1",
        "UPDATE raw_products SET cost = 0 WHERE product_id = 1",
    ],
    "weight_is_positive": ["UPDATE raw_products SET weight_kg = 0 WHERE product_id = 1"],
    "product_changes_after_creation": [f"UPDATE raw_products SET created_at = {NEVER} WHERE product_id = 1"],
    "product_text_is_one_line": [
        "UPDATE raw_products SET description = '' WHERE product_id = 1",
        "UPDATE raw_products SET name = 'two' || chr(10) || 'lines' WHERE product_id = 1",
    ],
    "drafts_stay_out_of_the_shop": [
        f"UPDATE raw_products SET is_active = true WHERE product_id = {DRAFT}",
        f"UPDATE raw_order_items SET product_id = {DRAFT} WHERE {SOME_ORDER}",
        f"UPDATE raw_clickstream SET product_id = {DRAFT} WHERE {BUYING} AND event_type = 'product_view'",
    ],
    "goods_in_the_shop_are_stocked": [f"DELETE FROM raw_inventory WHERE {SOME_PRODUCT}"],
    # sessions
    "session_ends_after_its_start": ["UPDATE raw_sessions SET started_at = ended_at WHERE session_id = 1"],
    "sessions_are_numbered_by_end": ["UPDATE raw_sessions SET session_id = 3 - session_id WHERE session_id IN (1, 2)"],
    "login_follows_registration": [
        (
            f"UPDATE raw_customers SET registered_at = {NEVER}"
            " WHERE customer_id = (SELECT min(customer_id) FROM raw_sessions)"
        )
    ],
    "converted_sessions_have_one_order": [
        f"UPDATE raw_sessions SET is_converted = false WHERE {CONVERTED}",
        f"UPDATE raw_sessions SET customer_id = NULL WHERE {CONVERTED}",
        f"DELETE FROM raw_orders WHERE {SOME_ORDER}",
        f"INSERT INTO raw_orders FROM raw_orders WHERE {SOME_ORDER}",
    ],
    "page_views_count_events": [
        "UPDATE raw_sessions SET page_views = page_views + 1 WHERE session_id = 1",
        "DELETE FROM raw_clickstream WHERE session_id = 1",
    ],
    "client_is_possible": [
        "UPDATE raw_sessions SET os = 'Android' WHERE browser = 'Safari'",
        "UPDATE raw_sessions SET device_type = 'mobile' WHERE os = 'Windows'",
        "UPDATE raw_sessions SET device_type = 'tablet' WHERE os = 'iOS'",
        "UPDATE raw_sessions SET browser = 'Samsung Internet' WHERE os = 'Linux'",
    ],
    "ip_address_is_for_documentation": [
        "UPDATE raw_sessions SET ip_address = '192.0.3.7' WHERE session_id = 1",
        "UPDATE raw_sessions SET ip_address = '192.0.2.256' WHERE session_id = 1",
    ],
    "campaign_has_a_source": ["UPDATE raw_sessions SET utm_source = NULL WHERE utm_campaign = 'brand'"],
    # orders
    "total_is_sum_of_parts": [f"UPDATE raw_orders SET total_amount = total_amount + 0.01 WHERE {SOME_ORDER}"],
    "subtotal_is_sum_of_lines": [
        f"UPDATE raw_orders SET subtotal = subtotal - 0.01 WHERE {SOME_ORDER}",
        f"DELETE FROM raw_order_items WHERE {SOME_ORDER}",
    ],
    "item_count_is_number_of_lines": [
        f"UPDATE raw_orders SET item_count = item_count + 1 WHERE {SOME_ORDER}",
        f"DELETE FROM raw_order_items WHERE {SOME_ORDER}",
    ],
    "order_amounts_are_in_range": [
        f"UPDATE raw_orders SET discount_amount = subtotal + 0.01 WHERE {SOME_ORDER}",
        f"UPDATE raw_orders SET tax_amount = -0.01 WHERE {SOME_ORDER}",
        f"UPDATE raw_orders SET subtotal = 0 WHERE {SOME_ORDER}",
    ],
    "status_has_its_times": [
        "UPDATE raw_orders SET shipped_at = NULL WHERE status = 'shipped'",
        "UPDATE raw_orders SET delivered_at = NULL WHERE status = 'returned'",
        "UPDATE raw_orders SET cancelled_at = updated_at WHERE status = 'delivered'",
        "UPDATE raw_orders SET status = 'processing' WHERE status = 'cancelled'",
    ],
    "order_times_flow_forward": [
        "UPDATE raw_orders SET shipped_at = order_date WHERE status = 'shipped'",
        "UPDATE raw_orders SET delivered_at = shipped_at WHERE status = 'delivered'",
        "UPDATE raw_orders SET cancelled_at = order_date WHERE status = 'cancelled'",
        "UPDATE raw_orders SET updated_at = order_date WHERE status = 'returned'",
    ],
    "payment_fits_status": [
        "UPDATE raw_orders SET payment_status = 'pending' WHERE status = 'delivered'",
        "UPDATE raw_orders SET payment_status = 'paid' WHERE status = 'returned'",
        "UPDATE raw_orders SET payment_status = 'paid' WHERE status = 'cancelled'",
        "UPDATE raw_orders SET payment_status = 'paid' WHERE status = 'pending'",
    ],
    "order_fits_its_session": [
        f"UPDATE raw_orders SET customer_id = customer_id % 7 + 900 WHERE {SOME_ORDER}",
        f"UPDATE raw_sessions SET ended_at = started_at WHERE {CONVERTED}",
    ],
    "order_fits_its_customer": [
        (
            f"UPDATE raw_customers SET registered_at = {NEVER}"
            f" WHERE customer_id = (SELECT customer_id FROM raw_orders WHERE {SOME_ORDER})"
        ),
        f"UPDATE raw_orders SET shipping_country = 'XX' WHERE {SOME_ORDER}",
        f"UPDATE raw_orders SET shipping_street = 'Elsewhere 1' WHERE {SOME_ORDER}",
        f"UPDATE raw_orders SET shipping_region = 'Elsewhere' WHERE {SOME_ORDER}",
    ],
    # order lines
    "line_numbers_have_no_gaps": [
        f"UPDATE raw_order_items SET line_number = line_number + 1 WHERE {SOME_ORDER}",
        "UPDATE raw_order_items SET line_number = 1 WHERE line_number = 2",
        "UPDATE raw_order_items SET line_number = 4 WHERE line_number = 3",
    ],
    "products_of_an_order_differ": [
        (
            "UPDATE raw_order_items SET product_id = 1 WHERE order_id = (SELECT min(order_id) FROM raw_order_items"
            " WHERE line_number = 2)"
        )
    ],
    "line_total_is_computed": [f"UPDATE raw_order_items SET line_total = line_total + 0.01 WHERE {SOME_ORDER}"],
    "line_amounts_are_in_range": [
        f"UPDATE raw_order_items SET quantity = 0 WHERE {SOME_ORDER}",
        f"UPDATE raw_order_items SET discount_amount = -0.01 WHERE {SOME_ORDER}",
        f"UPDATE raw_order_items SET discount_amount = quantity * unit_price WHERE {SOME_ORDER}",
    ],
    "unit_price_is_that_of_the_day": [
        (
            "UPDATE raw_order_items SET unit_price = unit_price + 0.01 WHERE product_id IN"
            " (SELECT product_id FROM raw_products WHERE updated_at < TIMESTAMPTZ '2025-12-01 00:00:00+00')"
        ),
    ],
    "unit_price_is_above_cost": [f"UPDATE raw_products SET cost = 9999 WHERE {SOME_PRODUCT}"],
    "goods_sold_are_on_sale": [
        f"UPDATE raw_products SET created_at = {NEVER} WHERE {SOME_PRODUCT}",
        "UPDATE raw_products SET is_active = false, updated_at = created_at WHERE is_active",
    ],
    # inventory
    "balance_is_running_sum": [
        f"UPDATE raw_inventory SET quantity = quantity - 1 WHERE movement_id = {SOLD_LINE}",
        f"UPDATE raw_inventory SET balance_after = balance_after + 1 WHERE movement_id = {SOLD_LINE}",
        f"DELETE FROM raw_inventory WHERE movement_id = {SOLD_LINE}",
    ],
    "balance_is_never_negative": [
        f"UPDATE raw_inventory SET balance_after = -balance_after - 1 WHERE movement_id = {SOLD_LINE}"
    ],
    "movement_fits_its_reason": [
        f"UPDATE raw_inventory SET quantity = -quantity WHERE movement_id = {SOLD_LINE}",
        f"UPDATE raw_inventory SET reason = 'purchase' WHERE movement_id = {SOLD_LINE}",
        f"UPDATE raw_inventory SET movement_type = 'OUT' WHERE movement_id = {SENT_BACK}",
        f"UPDATE raw_inventory SET reason = 'damage', movement_type = 'ADJUSTMENT' WHERE movement_id = {SENT_BACK}",
        "UPDATE raw_inventory SET quantity = 0 WHERE reason = 'correction'",
    ],
    "shelves_open_once": [
        f"UPDATE raw_inventory SET reason = 'purchase' WHERE {SOME_PRODUCT} AND reason = 'opening'",
        "UPDATE raw_inventory SET reason = 'opening' WHERE reason = 'purchase'",
        f"UPDATE raw_inventory SET moved_at = {NEVER} WHERE reason = 'opening'",
    ],
    "movement_follows_creation": [f"UPDATE raw_products SET created_at = {NEVER} WHERE {SOME_PRODUCT}"],
    "orders_move_goods_by_sale_or_return": ["UPDATE raw_inventory SET order_id = 1 WHERE reason = 'purchase'"],
    "shipped_lines_leave_once": [
        f"DELETE FROM raw_inventory WHERE movement_id = {SOLD_LINE}",
        f"INSERT INTO raw_inventory FROM raw_inventory WHERE movement_id = {SOLD_LINE}",
        f"UPDATE raw_inventory SET quantity = quantity - 1 WHERE movement_id = {SOLD_LINE}",
        f"UPDATE raw_inventory SET moved_at = moved_at + INTERVAL 1 SECOND WHERE movement_id = {SOLD_LINE}",
        f"UPDATE raw_inventory SET order_id = NULL WHERE movement_id = {SOLD_LINE}",
        "UPDATE raw_orders SET shipped_at = NULL WHERE status = 'shipped'",
    ],
    "returned_lines_come_back_once": [
        f"DELETE FROM raw_inventory WHERE movement_id = {SENT_BACK}",
        f"INSERT INTO raw_inventory FROM raw_inventory WHERE movement_id = {SENT_BACK}",
        f"UPDATE raw_inventory SET quantity = quantity + 1 WHERE movement_id = {SENT_BACK}",
        f"UPDATE raw_inventory SET moved_at = {LONG_AGO} WHERE movement_id = {SENT_BACK}",
        "UPDATE raw_orders SET status = 'delivered' WHERE status = 'returned'",
    ],
    # reviews
    "reviewer_bought_the_product": [
        "UPDATE raw_reviews SET customer_id = customer_id % 7 + 900 WHERE review_id < 100",
        "UPDATE raw_reviews SET product_id = 16 WHERE review_id < 100",
    ],
    "lines_have_one_review_at_most": ["INSERT INTO raw_reviews FROM raw_reviews WHERE review_id < 100"],
    "review_follows_shipping": [
        f"UPDATE raw_reviews SET reviewed_at = {LONG_AGO} WHERE review_id < 100",
        "UPDATE raw_orders SET shipped_at = NULL WHERE status = 'delivered'",
    ],
    "verified_means_delivered": [
        "UPDATE raw_reviews SET is_verified_purchase = false WHERE review_id < 100",
        "UPDATE raw_reviews SET is_verified_purchase = true",
    ],
    "rating_is_one_to_five": [
        "UPDATE raw_reviews SET rating = 0 WHERE review_id < 100",
        "UPDATE raw_reviews SET rating = 6 WHERE review_id < 100",
        "UPDATE raw_reviews SET helpful_votes = -1 WHERE review_id < 100",
    ],
    "review_text_is_there": [
        "UPDATE raw_reviews SET review_text = '' WHERE review_id < 100",
        "UPDATE raw_reviews SET title = title || chr(13) WHERE review_id < 100",
    ],
    # clickstream
    "events_are_numbered_by_time": [
        f"DELETE FROM raw_clickstream WHERE {BUYING} AND sequence_number = 3",
        f"UPDATE raw_clickstream SET sequence_number = 2 WHERE {BUYING} AND sequence_number = 3",
        f"UPDATE raw_clickstream SET sequence_number = sequence_number + 1 WHERE {BUYING}",
        f"UPDATE raw_clickstream SET sequence_number = 3 - sequence_number WHERE {BUYING} AND sequence_number < 3",
        (
            "UPDATE raw_clickstream SET event_timestamp = (SELECT event_timestamp FROM raw_clickstream"
            f" WHERE {BUYING} AND sequence_number = 2) WHERE {BUYING} AND sequence_number = 3"
        ),
    ],
    "events_lie_inside_their_session": [
        f"UPDATE raw_sessions SET started_at = ended_at WHERE {BUYING}",
        f"UPDATE raw_sessions SET ended_at = started_at WHERE {BUYING}",
    ],
    "event_type_says_what_it_is_about": [
        f"UPDATE raw_clickstream SET product_id = NULL WHERE {BUYING} AND event_type = 'product_view'",
        f"UPDATE raw_clickstream SET product_id = 1 WHERE {BUYING} AND event_type = 'checkout'",
        f"UPDATE raw_clickstream SET order_id = NULL WHERE {BUYING} AND event_type = 'purchase'",
        f"UPDATE raw_clickstream SET order_id = 1 WHERE {BUYING} AND event_type = 'page_view'",
    ],
    "cart_add_follows_view": [
        f"UPDATE raw_clickstream SET event_type = 'page_view' WHERE {BUYING} AND event_type = 'product_view'",
        f"UPDATE raw_clickstream SET sequence_number = 0 WHERE {BUYING} AND event_type = 'add_to_cart'",
    ],
    "cart_removal_follows_add": [
        "UPDATE raw_clickstream SET event_type = 'page_view' WHERE event_type = 'add_to_cart'",
        "UPDATE raw_clickstream SET sequence_number = 0 WHERE event_type = 'remove_from_cart'",
        "INSERT INTO raw_clickstream FROM raw_clickstream WHERE event_type = 'remove_from_cart'",
    ],
    "purchase_follows_checkout": [
        f"UPDATE raw_clickstream SET event_type = 'page_view' WHERE {BUYING} AND event_type = 'checkout'",
        f"UPDATE raw_clickstream SET sequence_number = 99 WHERE {BUYING} AND event_type = 'checkout'",
    ],
    "orders_have_one_purchase": [
        f"DELETE FROM raw_clickstream WHERE {BUYING} AND event_type = 'purchase'",
        f"INSERT INTO raw_clickstream FROM raw_clickstream WHERE {BUYING} AND event_type = 'purchase'",
        f"UPDATE raw_clickstream SET order_id = NULL WHERE {BUYING} AND event_type = 'purchase'",
        f"UPDATE raw_orders SET order_date = order_date + INTERVAL 1 SECOND WHERE {SOME_ORDER}",
        f"UPDATE raw_orders SET session_id = session_id + 1 WHERE {SOME_ORDER}",
        f"DELETE FROM raw_orders WHERE {SOME_ORDER}",
    ],
    "goods_bought_were_in_the_cart": [
        f"DELETE FROM raw_clickstream WHERE {A_BOUGHT_ADD}",
        f"UPDATE raw_clickstream SET event_type = 'remove_from_cart' WHERE {A_BOUGHT_ADD}",
        f"UPDATE raw_clickstream SET event_timestamp = {NEVER} WHERE {A_BOUGHT_ADD}",
        (
            "INSERT INTO raw_clickstream SELECT * REPLACE ('remove_from_cart' AS event_type) FROM raw_clickstream"
            f" WHERE {A_BOUGHT_ADD}"
        ),
    ],
    "goods_viewed_are_on_sale": [
        f"UPDATE raw_products SET created_at = {NEVER} WHERE {SOME_PRODUCT}",
        "UPDATE raw_products SET is_active = false, updated_at = created_at WHERE is_active",
    ],
}
LATER = 150  # days: enough for some customers to be erased and some drafts to be deleted
PAIRS = [pytest.param(name, sql, id=f"{name}-{at}") for name, many in BREAKS.items() for at, sql in enumerate(many)]


@pytest.fixture(scope="module")
def base():
    return connect({name: generated(entity, SMALL) for name, entity in ENTITIES.items()})


@pytest.fixture(scope="module")
def later():
    """The state some months after ``as_of``: orders went on, prices moved, customers moved house or were erased."""
    of = dataset(orders=600)
    return connect({name: state(name, of, days=LATER) for name in ENTITIES})


def test_rules_have_distinct_snake_case_names_and_a_sentence_each():
    names = [rule.name for entity in ENTITIES.values() for rule in entity.table().rules]
    assert len(names) == len(set(names))
    for rule in RULES.values():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", rule.name)
        assert re.fullmatch(r"[A-Z]?[^\n]{20,}\.", rule.doc), rule.name


@pytest.mark.parametrize("name", ENTITIES)
def test_every_table_has_rules_that_are_about_it(name):
    rules = ENTITIES[name].table().rules
    assert len(rules) >= 4
    assert {rule.tables[0] for rule in rules} == {name}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_which_tables_it_reads(name):
    rule = RULES[name]
    assert set(re.findall(r"\braw_\w+", rule.sql)) == set(rule.tables)
    assert len(set(rule.tables)) == len(rule.tables)


@pytest.mark.parametrize("name", RULES)
def test_no_row_of_a_dataset_breaks_a_rule(name, base):
    assert offending(base, name) == []


@pytest.mark.parametrize("name", RULES)
def test_no_row_of_a_later_state_breaks_a_rule(name, later):
    assert offending(later, name) == []


def test_the_later_state_has_lived(later):
    counts = (
        "SELECT count(*) FROM raw_inventory WHERE reason = 'sale' AND order_id IS NULL",
        "SELECT max(customer_id) - count(*) FROM raw_customers",
        "SELECT max(product_id) - count(*) FROM raw_products",
        "SELECT count(*) FROM raw_customers WHERE updated_at > registered_at",
    )
    assert [query for query in counts if later.sql(query).fetchall()[0][0] == 0] == []


def test_something_is_known_that_breaks_each_rule():
    assert set(BREAKS) == set(RULES)


@pytest.mark.parametrize(("name", "sql"), PAIRS)
def test_a_rule_finds_what_is_broken(name, sql, base):
    base.execute("BEGIN")
    try:
        base.execute(sql)
        assert offending(base, name)
    finally:
        base.execute("ROLLBACK")


def test_the_rules_need_no_extension_and_no_rows():
    empty = connect({name: entity.table().schema.to_frame() for name, entity in ENTITIES.items()})
    assert [name for name in RULES if offending(empty, name)] == []


def connect(frames):
    connection = duckdb.connect()
    for setting in ("TimeZone = 'UTC'", "autoinstall_known_extensions = false", "autoload_known_extensions = false"):
        connection.execute(f"SET {setting}")
    for name, frame in frames.items():
        connection.register("frame", frame)
        connection.execute(f"CREATE TABLE {name} AS FROM frame")
        connection.unregister("frame")
    return connection


def offending(connection, name):
    """The first few rows that a rule finds, asked for as the asset checks do."""
    return connection.sql(f"FROM ({RULES[name].sql.strip()}) LIMIT 3").fetchall()


def generated(entity, of):
    pieces = [piece for unit in plan_table(entity, of).units for piece in unit.pieces() if piece.write]
    return pl.concat([generate(entity, of, piece.span).frame for piece in pieces])
