"""Every rule of the marketplace as plain SQL that returns the offending rows.

Written from the specification alone, sharing no code with the generator. The queries expect seven tables or views
in the current schema; :mod:`synth_assets_tests.oracles.marketplace_files` puts them there from stored files.
Columns of JSON are structs. Moments are UTC without a time zone.

Nothing of one tenant may show up with another: no key, e-mail address, category or hash of an API key. People's
names may, since two tenants can each know a Lisa Haase; so may brands, names of goods and companies, and numbers
of orders.
A customer may go back to a former name, as one does after a divorce, but to no former address.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

import duckdb

from synth_assets_tests.oracles.bronze_rules import DIALLING_CODES, FICTIONAL_PHONES
from synth_assets_tests.oracles.rule import Rule, broken, one_of, pairs_of, quoted, rows_where

#: Columns by table, in their order: name to kind; a trailing ``?`` allows null; a dict is a JSON object.
COLUMNS: Final[dict[str, dict[str, str | dict[str, str]]]] = {
    "tenants": {
        "tenant_id": "uuid",
        "name": "text",
        "api_key_hash": "text",
        "created_at": "timestamp",
    },
    "products": {
        "product_id": "uuid",
        "tenant_id": "uuid",
        "sku": "text",
        "name": "text",
        "price": "money",
        "category_id": "uuid",
        "active": "boolean",
        "created_at": "timestamp",
    },
    "customers": {
        "customer_id": "uuid",
        "tenant_id": "uuid",
        "name": "text",
        "email": "text",
        "metadata": {"phone": "text?", "address": "text", "loyalty_tier": "text", "signup_source": "text"},
        "created_at": "timestamp",
    },
    "orders": {
        "order_id": "uuid",
        "tenant_id": "uuid",
        "external_order_id": "text",
        "customer_id": "uuid",
        "customer_name_snapshot": "text",
        "customer_email_snapshot": "text",
        "total_amount": "money",
        "currency": "text",
        "order_status": "text",
        "order_date": "timestamp",
        "raw_payload": {"source": "text", "campaign": "text?", "discount_code": "text?"},
        "created_at": "timestamp",
    },
    "order_items": {
        "order_item_id": "uuid",
        "order_id": "uuid",
        "tenant_id": "uuid",
        "product_id": "uuid",
        "quantity": "integer",
        "unit_price": "money",
        "line_total": "money",
    },
    "price_history": {
        "id": "uuid",
        "tenant_id": "uuid",
        "product_id": "uuid",
        "price": "money",
        "effective_from": "timestamp",
        "effective_to": "timestamp?",
    },
    "stock_events": {
        "stock_event_id": "uuid",
        "tenant_id": "uuid",
        "product_id": "uuid",
        "delta": "integer",
        "resulting_level": "integer",
        "event_time": "timestamp",
        "source": "text",
        "meta": {"reason": "text", "operator": "text", "order_id": "uuid?"},
    },
}
TABLES: Final = tuple(COLUMNS)
KEYS: Final = {table: next(iter(columns)) for table, columns in COLUMNS.items()}
OF_TENANTS: Final = TABLES[1:]

#: SQL type to create per kind, and the pattern of types to accept.
SQL_TYPE: Final = {
    "uuid": "VARCHAR",
    "text": "VARCHAR",
    "money": "DECIMAL(12,2)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
}
_ACCEPTED: Final = {
    "uuid": r"VARCHAR|UUID",
    "text": r"VARCHAR|ENUM\(.*\)",
    "money": r"DECIMAL\([0-9]+,2\)",
    "integer": r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?",
    "boolean": r"BOOLEAN",
    "timestamp": r"TIMESTAMP(_S|_MS|_NS)?",
}

#: References: table, column (of a JSON object: its path), parent.
REFERENCES: Final = (
    *((table, "tenant_id", "tenants") for table in OF_TENANTS),
    ("orders", "customer_id", "customers"),
    ("order_items", "order_id", "orders"),
    ("order_items", "product_id", "products"),
    ("price_history", "product_id", "products"),
    ("stock_events", "product_id", "products"),
    ("stock_events", "meta.order_id", "orders"),
)
STATUSES: Final = ("pending", "paid", "shipped", "delivered", "cancelled", "returned")
#: Statuses of orders whose goods have left.
SENT: Final = ("shipped", "delivered", "returned")
ENUMERATIONS: Final = (
    ("orders", "order_status", STATUSES),
    ("stock_events", "source", ("receipt", "sale", "adjustment", "return")),
)
#: Forms of texts; of those in JSON objects the ones that look like the document's.
FORMS: Final = (
    ("tenants", "api_key_hash", "[0-9a-f]{64}", "api_key_hash is a SHA-256 in hexadecimal digits."),
    ("products", "sku", "[A-Z]{3}[0-9]{6,}", "A sku is three letters of its category and a number, as ELE000001."),
    ("orders", "external_order_id", "EXT[0-9]{8}", "An external_order_id is written like EXT12345678."),
    ("orders", "currency", "[A-Z]{3}", "Currencies are three capital letters (ISO 4217)."),
    ("orders", "raw_payload.discount_code", "[A-Z]+[0-9]+", "A discount code is written like SAVE20."),
    ("orders", "raw_payload.source", "[a-z_]+", "The source of an order is a word like web."),
    ("orders", "raw_payload.campaign", "[a-z0-9_]+", "A campaign is written like summer_sale."),
    ("customers", "metadata.loyalty_tier", "[a-z]+", "A loyalty tier is a word like gold."),
    ("customers", "metadata.signup_source", "[a-z_]+", "The source of a customer is a word like web."),
)

#: Rules about the volumes of the base, and the one that erasures relax.
OF_THE_BASE_ALONE: Final = frozenset(
    {
        *(f"{table}.row_count" for table in ("tenants", "products", "customers", "orders")),
        "stock_events.meta.order_id.on_sales_and_returns",
    }
)


def violations(
    connection: duckdb.DuckDBPyConnection,
    params: Mapping[str, int],
    as_of: str,
    sample: int = 3,
    *,
    tables: Collection[str] = TABLES,
) -> dict[str, list]:
    """Run every rule; return the broken ones with up to ``sample`` offending rows.

    A rule that cannot run, because a table or column is missing, counts as broken;
    its one row then holds the database's message under ``error``.

    Args:
        connection: sees the seven tables in its current schema.
        params: tenants, products_per_tenant, orders_per_tenant and customers_per_tenant of the dataset.
        as_of: ISO date or timestamp; without an offset it is taken as UTC.
        sample: how many offending rows to return per rule.
        tables: run only the rules that read at least one of these.
    """
    return broken(connection, RULES, placeholders(params, as_of), sample, tables)


def placeholders(params: Mapping[str, int], as_of: str) -> dict[str, str]:
    """SQL literals for the placeholders: volumes and the moment at which the data is looked at."""
    end = datetime.fromisoformat(as_of)
    end = end if end.tzinfo is None else end.astimezone(UTC)
    names = ("tenants", "products_per_tenant", "orders_per_tenant", "customers_per_tenant")
    return {
        **{name: str(int(params[name])) for name in names},
        "as_of": f"TIMESTAMP '{end:%Y-%m-%d %H:%M:%S.%f}'",
    }


def leaves(table: str) -> Iterator[tuple[str, str, str]]:
    """Each cell of a table's rows that is no JSON object itself: how to name it, its SQL and its kind."""
    for name, kind in COLUMNS[table].items():
        if isinstance(kind, dict):
            yield from ((f"{name}.{part}", f'"{name}"."{part}"', of) for part, of in kind.items())
        else:
            yield name, f'"{name}"', kind


def _sql_of(path: str) -> str:
    return ".".join(f'"{part}"' for part in path.split("."))


def _cells_where(table: str, cells: Mapping[str, str], condition: str) -> str:
    """Rows where a condition holds for a cell, with the names of those cells."""
    tests = {name: condition.replace("CELL", sql) for name, sql in cells.items()}
    which = ", ".join(f"CASE WHEN {test} THEN {quoted(name)} END" for name, test in tests.items())
    any_test = " OR ".join(f"({test})" for test in tests.values())
    return f"SELECT {KEYS[table]}, concat_ws(', ', {which}) AS cells FROM {table} WHERE {any_test}"


# -- Rules that hold for every table --------------------------------------------------


def _column_rules() -> Iterator[Rule]:
    for table, columns in COLUMNS.items():
        wanted = ", ".join(
            f"({place}, {quoted(name)}, {quoted(_accepted(kind))})"
            for place, (name, kind) in enumerate(columns.items())
        )
        yield Rule(
            f"{table}.columns",
            "The table has exactly the columns of the document, in their order and in their types.",
            (table,),
            f"""
            WITH wanted(place, name, accepted) AS (VALUES {wanted}),
            stored AS (SELECT cid AS place, name, type FROM pragma_table_info('{table}'))
            SELECT w.name AS wanted, s.name AS found, s.type, w.place, s.place AS stored_place
            FROM wanted w FULL JOIN stored s ON w.name = s.name
            WHERE s.name IS NULL OR w.name IS NULL OR w.place <> s.place
               OR NOT regexp_full_match(s.type, w.accepted)
            """,
        )


def _accepted(kind: str | dict[str, str]) -> str:
    if isinstance(kind, str):
        return _ACCEPTED[kind.rstrip("?")]
    fields = ", ".join(f'"?{name}"? ({_ACCEPTED[of.rstrip("?")]})' for name, of in kind.items())
    return rf"STRUCT\({fields}\)"


def _cell_rules() -> Iterator[Rule]:
    for table in TABLES:
        cells = list(leaves(table))
        required = {name: sql for name, sql, kind in cells if not kind.endswith("?")}
        texts = {name: sql for name, sql, kind in cells if kind.rstrip("?") == "text"}
        yield Rule(
            f"{table}.not_null",
            "Only cells that are naturally absent are null.",
            (table,),
            _cells_where(table, required, "CELL IS NULL"),
        )
        if not texts:
            continue
        yield Rule(
            f"{table}.text_not_empty",
            "Text is never empty or blank, and has no blank at its ends.",
            (table,),
            _cells_where(table, texts, "CELL <> trim(CELL) OR CELL = ''"),
        )
        yield Rule(
            f"{table}.text_on_one_line",
            "No cell has line breaks.",
            (table,),
            _cells_where(table, texts, "contains(CELL, chr(10)) OR contains(CELL, chr(13))"),
        )


def _key_rules() -> Iterator[Rule]:
    for table, key in KEYS.items():
        yield Rule(
            f"{table}.{key}.unique",
            "Keys are unique.",
            (table,),
            f"SELECT {key}, count(*) AS copies FROM {table} GROUP BY {key} HAVING count(*) > 1",
        )
        ids = {name: sql for name, sql, kind in leaves(table) if kind.rstrip("?") == "uuid"}
        form = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
        yield Rule(
            f"{table}.uuid_form",
            "UUIDs are version-4 shaped, in lower case.",
            (table,),
            _cells_where(table, ids, f"NOT regexp_full_match(CAST(CELL AS VARCHAR), '{form}')"),
        )


def _reference_rules() -> Iterator[Rule]:
    for table, column, parent in REFERENCES:
        child, key = f"c.{_sql_of(column)}", f"p.{KEYS[parent]}"
        yield Rule(
            f"{table}.{column}.exists",
            f"{table}.{column} refers to an existing row of {parent}.",
            (table, parent),
            f"""
            SELECT c.{KEYS[table]}, {child} AS "{column}" FROM {table} c
            ANTI JOIN {parent} p ON {child} = {key} WHERE {child} IS NOT NULL
            """,
        )
        if parent == "tenants":
            continue
        yield Rule(
            f"{table}.{column}.same_tenant",
            "Every reference stays inside its tenant.",
            (table, parent),
            f"""
            SELECT c.{KEYS[table]}, c.tenant_id, p.tenant_id AS tenant_of_other
            FROM {table} c JOIN {parent} p ON {child} = {key} WHERE c.tenant_id <> p.tenant_id
            """,
        )


def _form_rules() -> Iterator[Rule]:
    for table, column, legal in ENUMERATIONS:
        yield Rule(
            f"{table}.{column}.legal",
            f"{column} is one of {', '.join(legal)}.",
            (table,),
            rows_where(table, f"{column} NOT IN {one_of(legal)}"),
        )
    for table, column, form, doc in FORMS:
        yield Rule(
            f"{table}.{column}.form",
            doc,
            (table,),
            rows_where(table, f"NOT regexp_full_match({_sql_of(column)}, '{form}')"),
        )


def _clock_rules() -> Iterator[Rule]:
    for table in TABLES:
        moments = {name: sql for name, sql, kind in leaves(table) if kind.rstrip("?") == "timestamp"}
        if not moments:
            continue
        yield Rule(
            f"{table}.before_as_of",
            "Nothing happens at or after as_of.",
            (table,),
            _cells_where(table, moments, "CELL >= {{as_of}}"),
        )
        # Movements of one product never share a moment, for which seconds are too few.
        name, span = ("whole_milliseconds", 1_000) if table == "stock_events" else ("whole_seconds", 1_000_000)
        yield Rule(
            f"{table}.{name}",
            f"Timestamps are {name.replace('_', ' ')}.",
            (table,),
            _cells_where(table, moments, f"epoch_us(CELL) % {span} <> 0"),
        )


def _volume_rules() -> Iterator[Rule]:
    yield Rule(
        "tenants.row_count",
        "There are exactly the tenants that the parameters ask for.",
        ("tenants",),
        "SELECT count(*) AS n, {{tenants}} AS wanted FROM tenants HAVING count(*) <> {{tenants}}",
    )
    for table in ("products", "customers", "orders"):
        wanted = f"{{{{{table}_per_tenant}}}}"
        yield Rule(
            f"{table}.row_count",
            f"Each tenant has exactly the {table} that the parameters ask for.",
            (table, "tenants"),
            f"""
            SELECT t.tenant_id, count(c.tenant_id) AS n, {wanted} AS wanted
            FROM tenants t LEFT JOIN {table} c ON c.tenant_id = t.tenant_id
            GROUP BY t.tenant_id HAVING count(c.tenant_id) <> {wanted}
            """,
        )


# -- Tenants and what is theirs alone -------------------------------------------------


def _theirs_alone(name: str, doc: str, tables: tuple[str, ...], things: str) -> Rule:
    """A rule that a thing, given as a query of (thing, tenant_id), shows up with one tenant only."""
    return Rule(
        name,
        doc,
        tables,
        f"""
        SELECT thing, count(DISTINCT tenant_id) AS tenants, min(tenant_id) AS one, max(tenant_id) AS other
        FROM ({things}) GROUP BY thing HAVING count(DISTINCT tenant_id) > 1
        """,
    )


def _once(name: str, doc: str, table: str, *columns: str) -> Rule:
    """A rule that no two rows of a table share these values."""
    keys = ", ".join(columns)
    return Rule(name, doc, (table,), f"SELECT {keys}, count(*) AS n FROM {table} GROUP BY {keys} HAVING count(*) > 1")


_ALL_KEYS: Final = " UNION ALL ".join(
    f"SELECT {key} AS thing, {quoted(table)} AS source FROM {table}" for table, key in KEYS.items()
)

TENANT_RULES: Final = (
    _once("tenants.api_key_hash.unique", "No two tenants share an API key.", "tenants", "api_key_hash"),
    Rule(
        "tenants.tenant_id.no_other_key",
        "No key is used twice, whatever the table.",
        TABLES,
        f"SELECT thing, list(source) AS sources FROM ({_ALL_KEYS}) GROUP BY thing HAVING count(DISTINCT source) > 1",
    ),
    _theirs_alone(
        "customers.email.of_one_tenant",
        "No e-mail address, of now or of an order, shows up with two tenants.",
        ("customers", "orders"),
        "SELECT lower(email) AS thing, tenant_id FROM customers "
        "UNION ALL SELECT lower(customer_email_snapshot), tenant_id FROM orders",
    ),
    _theirs_alone(
        "products.category_id.of_one_tenant",
        "Tenants share no categories.",
        ("products",),
        "SELECT category_id AS thing, tenant_id FROM products",
    ),
    Rule(
        "orders.currency.of_tenant",
        "A tenant sells in one currency.",
        ("orders",),
        "SELECT tenant_id, list(DISTINCT currency) AS currencies FROM orders GROUP BY tenant_id "
        "HAVING count(DISTINCT currency) > 1",
    ),
)


# -- Customers and products -----------------------------------------------------------

#: Last digits after the country's code; Australia's ranges are the same in every area.
_PHONES: Final = {**FICTIONAL_PHONES, "AU": f"[2378]?({FICTIONAL_PHONES['AU']})"}

CUSTOMER_RULES: Final = (
    _once("customers.email.unique", "An e-mail address is one customer's.", "customers", "lower(email)"),
    Rule(
        "customers.email.reserved",
        "E-mail domains are reserved: example.com, example.org, example.net; addresses are in lower case.",
        ("customers", "orders"),
        """
        SELECT * FROM (SELECT customer_id, email FROM customers
                       UNION ALL SELECT order_id, customer_email_snapshot FROM orders)
        WHERE NOT regexp_full_match(email, '[a-z0-9]+([._-][a-z0-9]+)*@example[.](com|org|net)')
        """,
    ),
    Rule(
        "customers.metadata.phone.fictional",
        "Phone numbers are in ranges that a country keeps for fiction, or that are nobody's.",
        ("customers",),
        f"""
        SELECT customer_id, c.metadata.phone AS phone FROM customers c
        WHERE c.metadata.phone IS NOT NULL AND NOT (starts_with(c.metadata.phone, '+') AND EXISTS (
            SELECT 1 FROM (VALUES {pairs_of(_PHONES)}) f(country, form)
            JOIN (VALUES {pairs_of(DIALLING_CODES)}) d(country, code) ON f.country = d.country
            WHERE regexp_full_match(regexp_replace(c.metadata.phone, '[^0-9]', '', 'g'),
                                    d.code || '(' || f.form || ')')))
        """,
    ),
    Rule(
        "customers.name.of_a_person",
        "A customer has a given name and a family name.",
        ("customers", "orders"),
        """
        SELECT * FROM (SELECT customer_id, name FROM customers
                       UNION ALL SELECT order_id, customer_name_snapshot FROM orders)
        WHERE NOT regexp_full_match(name, '[^ 0-9@]+( [^ 0-9@]+)+')
        """,
    ),
    Rule(
        "customers.created_at.after_tenant",
        "Nobody signs up before the tenant is there.",
        ("customers", "tenants"),
        "SELECT c.customer_id, c.created_at, t.created_at AS tenant_since FROM customers c "
        "JOIN tenants t USING (tenant_id) WHERE c.created_at < t.created_at",
    ),
)

PRODUCT_RULES: Final = (
    _once("products.sku.unique", "A sku is unique in its tenant.", "products", "tenant_id", "sku"),
    Rule("products.price.positive", "Prices are positive.", ("products",), rows_where("products", "price <= 0")),
    Rule(
        "products.sku.of_category",
        "In a tenant, a category and the letters of a sku go together.",
        ("products",),
        """
        SELECT * FROM (
            SELECT tenant_id, category_id AS one, count(DISTINCT left(sku, 3)) AS others
            FROM products GROUP BY tenant_id, category_id
            UNION ALL
            SELECT tenant_id, left(sku, 3), count(DISTINCT category_id) FROM products GROUP BY tenant_id, left(sku, 3))
        WHERE others > 1
        """,
    ),
    Rule(
        "products.created_at.after_tenant",
        "Nothing is sold before the tenant is there.",
        ("products", "tenants"),
        "SELECT p.product_id, p.created_at, t.created_at AS tenant_since FROM products p "
        "JOIN tenants t USING (tenant_id) WHERE p.created_at < t.created_at",
    ),
)

# -- Prices ---------------------------------------------------------------------------

PRICE_RULES: Final = (
    Rule(
        "price_history.price.positive",
        "Prices are positive.",
        ("price_history",),
        rows_where("price_history", "price <= 0"),
    ),
    Rule(
        "price_history.effective_to.after_effective_from",
        "A period lasts.",
        ("price_history",),
        rows_where("price_history", "effective_to <= effective_from"),
    ),
    Rule(
        "price_history.one_open",
        "Each product has exactly one open period.",
        ("price_history", "products"),
        """
        SELECT p.product_id, count(h.product_id) AS open FROM products p
        LEFT JOIN (SELECT product_id FROM price_history WHERE effective_to IS NULL) h USING (product_id)
        GROUP BY p.product_id HAVING count(h.product_id) <> 1
        """,
    ),
    Rule(
        "price_history.open_is_price",
        "The open period's price is the product's.",
        ("price_history", "products"),
        "SELECT p.product_id, p.price, h.price AS open_price FROM products p JOIN price_history h USING (product_id) "
        "WHERE h.effective_to IS NULL AND h.price <> p.price",
    ),
    Rule(
        "price_history.without_gap_or_overlap",
        "A product's periods follow each other, the open one last.",
        ("price_history",),
        """
        SELECT * FROM (
            SELECT id, product_id, effective_from, lag(effective_to) OVER after AS ended,
                   row_number() OVER after AS place
            FROM price_history WINDOW after AS (PARTITION BY product_id ORDER BY effective_from, effective_to))
        WHERE place > 1 AND ended IS DISTINCT FROM effective_from
        """,
    ),
    Rule(
        "price_history.since_creation",
        "A product has a price from its creation on.",
        ("price_history", "products"),
        """
        SELECT p.product_id, p.created_at, min(h.effective_from) AS since FROM products p
        JOIN price_history h USING (product_id) GROUP BY p.product_id, p.created_at
        HAVING min(h.effective_from) <> p.created_at
        """,
    ),
    Rule(
        "price_history.price.changes",
        "A new period has a new price.",
        ("price_history",),
        """
        SELECT * FROM (SELECT id, product_id, price, lag(price) OVER (
                           PARTITION BY product_id ORDER BY effective_from) AS former FROM price_history)
        WHERE price = former
        """,
    ),
)

# -- Orders and lines -----------------------------------------------------------------


#: Customers whose orders show an address again after another one.
_ADDRESS_AGAIN: Final = """
    WITH turns AS (
        SELECT customer_id, customer_email_snapshot AS email, lag(customer_email_snapshot) OVER (
            PARTITION BY customer_id ORDER BY order_date, order_id) AS former FROM orders)
    SELECT customer_id, email, count(*) AS times FROM turns
    WHERE former IS DISTINCT FROM email GROUP BY customer_id, email HAVING count(*) > 1
"""
#: Orders with a former address after one with the customer's present address.
_ADDRESS_LEFT: Final = """
    SELECT o.order_id, o.customer_email_snapshot, c.email FROM orders o JOIN customers c USING (customer_id)
    WHERE o.customer_email_snapshot <> c.email AND EXISTS (
        SELECT 1 FROM orders e WHERE e.customer_id = o.customer_id AND e.order_date < o.order_date
        AND e.customer_email_snapshot = c.email)
"""
ORDER_RULES: Final = (
    _once(
        "orders.external_order_id.unique",
        "An external_order_id is unique in its tenant.",
        "orders",
        "tenant_id",
        "external_order_id",
    ),
    Rule(
        "orders.total_amount.sum",
        "total_amount is the sum of the lines' line_total; an order has a line at least.",
        ("orders", "order_items"),
        """
        SELECT o.order_id, o.total_amount, l.total FROM orders o
        LEFT JOIN (SELECT order_id, sum(line_total) AS total FROM order_items GROUP BY order_id) l USING (order_id)
        WHERE l.total IS NULL OR o.total_amount <> l.total
        """,
    ),
    Rule(
        "orders.order_date.after_customer",
        "No order before its customer signed up.",
        ("orders", "customers"),
        "SELECT o.order_id, o.order_date, c.created_at FROM orders o JOIN customers c USING (customer_id) "
        "WHERE o.order_date < c.created_at",
    ),
    Rule(
        "orders.created_at.with_order",
        "A row is written when the order is placed, or soon after.",
        ("orders",),
        rows_where("orders", "created_at < order_date OR created_at > order_date + INTERVAL 1 DAY"),
    ),
    Rule(
        "orders.customer_name_snapshot.of_customer",
        "The name of an order is its customer's, now or formerly: a given name stays.",
        ("orders", "customers"),
        """
        SELECT o.order_id, o.customer_name_snapshot, c.name FROM orders o JOIN customers c USING (customer_id)
        WHERE split_part(o.customer_name_snapshot, ' ', 1) <> split_part(c.name, ' ', 1)
        """,
    ),
    Rule(
        "orders.customer_email_snapshot.of_customer",
        "An address belongs, or belonged, to one customer.",
        ("orders", "customers"),
        """
        SELECT email, count(DISTINCT customer_id) AS customers FROM (
            SELECT email, customer_id FROM customers
            UNION ALL SELECT customer_email_snapshot, customer_id FROM orders)
        GROUP BY email HAVING count(DISTINCT customer_id) > 1
        """,
    ),
    Rule(
        "orders.customer_email_snapshot.forward",
        "Nobody goes back to a former address.",
        ("orders",),
        _ADDRESS_AGAIN,
    ),
    Rule(
        "orders.customer_email_snapshot.until_now",
        "After an order with today's address none has a former one.",
        ("orders", "customers"),
        _ADDRESS_LEFT,
    ),
)

LINE_RULES: Final = (
    Rule(
        "order_items.quantity.positive",
        "At least one piece, at a price.",
        ("order_items",),
        rows_where("order_items", "quantity < 1 OR unit_price <= 0"),
    ),
    Rule(
        "order_items.line_total.product",
        "line_total is quantity x unit_price, to the cent.",
        ("order_items",),
        rows_where("order_items", "line_total <> CAST(quantity AS DECIMAL(9,0)) * CAST(unit_price AS DECIMAL(14,2))"),
    ),
    Rule(
        "order_items.product_id.once_in_order",
        "A product is on one line of an order.",
        ("order_items",),
        "SELECT order_id, product_id, count(*) AS n FROM order_items GROUP BY order_id, product_id HAVING count(*) > 1",
    ),
    Rule(
        "order_items.product_id.exists_by_then",
        "No order before its product existed.",
        ("order_items", "orders", "products"),
        """
        SELECT l.order_item_id, o.order_date, p.created_at FROM order_items l
        JOIN orders o USING (order_id) JOIN products p USING (product_id) WHERE o.order_date < p.created_at
        """,
    ),
    Rule(
        "order_items.unit_price.in_effect",
        "unit_price is the price in effect at order_date according to price_history.",
        ("order_items", "orders", "price_history"),
        """
        SELECT l.order_item_id, o.order_date, l.unit_price, list(h.price) AS in_effect FROM order_items l
        JOIN orders o USING (order_id)
        LEFT JOIN price_history h ON h.product_id = l.product_id AND h.effective_from <= o.order_date
              AND (h.effective_to IS NULL OR o.order_date < h.effective_to)
        GROUP BY l.order_item_id, o.order_date, l.unit_price
        HAVING count(h.id) <> 1 OR any_value(h.price) <> l.unit_price
        """,
    ),
)

# -- Stock ----------------------------------------------------------------------------


def _moved(source: str, statuses: tuple[str, ...], sign: str) -> str:
    """Lines whose movements aren't exactly one of their quantity, and movements that are of no such line."""
    return f"""
        WITH lines AS (SELECT l.order_id, l.product_id, l.quantity FROM order_items l JOIN orders o USING (order_id)
                       WHERE o.order_status IN {one_of(statuses)}),
        moved AS (SELECT e.meta.order_id AS order_id, product_id, {sign}e.delta AS quantity FROM stock_events e
                  WHERE source = '{source}' AND e.meta.order_id IS NOT NULL)
        SELECT * FROM (
            SELECT 'not moved' AS what, * FROM (SELECT * FROM lines EXCEPT ALL SELECT * FROM moved)
            UNION ALL
            SELECT 'of no such line', * FROM (SELECT * FROM moved EXCEPT ALL SELECT * FROM lines))
    """


STOCK_RULES: Final = (
    _once(
        "stock_events.event_time.increases",
        "event_time strictly increases per product.",
        "stock_events",
        "product_id",
        "event_time",
    ),
    Rule(
        "stock_events.resulting_level.runs",
        "resulting_level is the running sum of delta.",
        ("stock_events",),
        """
        SELECT * FROM (
            SELECT stock_event_id, product_id, event_time, resulting_level, sum(delta) OVER (
                PARTITION BY product_id ORDER BY event_time, stock_event_id ROWS UNBOUNDED PRECEDING) AS summed
            FROM stock_events)
        WHERE resulting_level <> summed
        """,
    ),
    Rule(
        "stock_events.resulting_level.not_negative",
        "A level is never negative.",
        ("stock_events",),
        rows_where("stock_events", "resulting_level < 0"),
    ),
    Rule(
        "stock_events.delta.sign",
        "Receipts and returns bring, sales take, adjustments do something.",
        ("stock_events",),
        rows_where(
            "stock_events",
            "CASE source WHEN 'sale' THEN delta >= 0 WHEN 'adjustment' THEN delta = 0 ELSE delta <= 0 END",
        ),
    ),
    Rule(
        "stock_events.meta.order_id.on_sales_and_returns",
        "Sales and returns name their order (unless its customer was erased).",
        ("stock_events",),
        rows_where("stock_events e", "source IN ('sale', 'return') AND e.meta.order_id IS NULL"),
    ),
    Rule(
        "stock_events.meta.order_id.nowhere_else",
        "Receipts and adjustments name no order.",
        ("stock_events",),
        rows_where("stock_events e", "source NOT IN ('sale', 'return') AND e.meta.order_id IS NOT NULL"),
    ),
    Rule(
        "stock_events.sale.lines_of_sent_orders",
        "Sales are exactly the lines of orders that are shipped, delivered or returned.",
        ("stock_events", "order_items", "orders"),
        _moved("sale", SENT, "-"),
    ),
    Rule(
        "stock_events.return.lines_of_returned_orders",
        "Returns are exactly the lines of returned orders.",
        ("stock_events", "order_items", "orders"),
        _moved("return", ("returned",), ""),
    ),
    Rule(
        "stock_events.event_time.after_order",
        "Nothing leaves before it was ordered.",
        ("stock_events", "orders"),
        "SELECT e.stock_event_id, e.event_time, o.order_date FROM stock_events e "
        "JOIN orders o ON o.order_id = e.meta.order_id WHERE e.event_time < o.order_date",
    ),
    Rule(
        "stock_events.return.after_sale",
        "What returns has left before.",
        ("stock_events",),
        """
        SELECT r.stock_event_id, r.event_time, s.event_time AS left_at FROM stock_events r
        JOIN stock_events s ON s.meta.order_id = r.meta.order_id AND s.product_id = r.product_id AND s.source = 'sale'
        WHERE r.source = 'return' AND r.event_time <= s.event_time
        """,
    ),
    Rule(
        "stock_events.sale.together",
        "An order leaves as a whole, within the second.",
        ("stock_events",),
        """
        SELECT e.meta.order_id AS order_id, min(event_time) AS first, max(event_time) AS last FROM stock_events e
        WHERE source = 'sale' AND e.meta.order_id IS NOT NULL
        GROUP BY e.meta.order_id HAVING epoch_us(max(event_time)) // 1000000 <> epoch_us(min(event_time)) // 1000000
        """,
    ),
    Rule(
        "stock_events.event_time.after_product",
        "Nothing moves before the product existed.",
        ("stock_events", "products"),
        "SELECT e.stock_event_id, e.event_time, p.created_at FROM stock_events e JOIN products p USING (product_id) "
        "WHERE e.event_time < p.created_at",
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    *_column_rules(),
    *_volume_rules(),
    *_key_rules(),
    *_reference_rules(),
    *_cell_rules(),
    *_form_rules(),
    *_clock_rules(),
    *TENANT_RULES,
    *CUSTOMER_RULES,
    *PRODUCT_RULES,
    *PRICE_RULES,
    *ORDER_RULES,
    *LINE_RULES,
    *STOCK_RULES,
)
