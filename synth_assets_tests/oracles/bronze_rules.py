"""Every rule of the bronze domain as plain SQL that returns the offending rows.

Written from the specification alone, sharing no code with the generator. A rule
holds when its query returns no rows. The queries expect eight tables or views named
``raw_*`` in the current schema; :func:`load_parquet`, :func:`load_csv` and
:func:`load_duckdb` put them there from stored data.

Placeholders in the SQL are listed by :func:`placeholders`.
Durations are compared in microseconds and limits arrive as literals, so that nothing
here depends on a session time zone or on a DuckDB extension.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from synth_assets_tests.oracles.rule import Rule, broken, listed, one_of, pairs_of, quoted, rows_where

SCHEMA: Final = "bronze"
SESSIONS_PER_ORDER: Final = 8
CATEGORIES: Final = 8
#: From this many products on, every category must occur.
PRODUCTS_FOR_ALL_CATEGORIES: Final = 200
#: "Up to 3 years before the days window", leap day included.
HISTORY_DAYS: Final = 3 * 365 + 1
DAY_US: Final = 86_400_000_000

#: Columns by table: name to kind; a trailing ``?`` allows null.
COLUMNS: Final[dict[str, dict[str, str]]] = {
    "raw_customers": {
        "customer_id": "integer",
        "first_name": "text",
        "last_name": "text",
        "email": "text",
        "phone": "text?",
        "street": "text",
        "city": "text",
        "region": "text?",
        "postal_code": "text",
        "country": "text",
        "date_of_birth": "date",
        "gender": "text",
        "segment": "text",
        "marketing_opt_in": "boolean",
        "registered_at": "timestamp",
        "updated_at": "timestamp",
    },
    "raw_products": {
        "product_id": "integer",
        "sku": "text",
        "name": "text",
        "description": "text",
        "category": "text",
        "subcategory": "text",
        "brand": "text",
        "price": "money",
        "cost": "money",
        "currency": "text",
        "weight_kg": "number",
        "size": "text?",
        "color": "text?",
        "dimensions": "text?",
        "is_active": "boolean",
        "created_at": "timestamp",
        "updated_at": "timestamp",
    },
    "raw_orders": {
        "order_id": "integer",
        "customer_id": "integer",
        "session_id": "integer",
        "order_date": "timestamp",
        "status": "text",
        "payment_method": "text",
        "payment_status": "text",
        "currency": "text",
        "item_count": "integer",
        "subtotal": "money",
        "discount_amount": "money",
        "tax_amount": "money",
        "shipping_amount": "money",
        "total_amount": "money",
        "shipping_street": "text",
        "shipping_city": "text",
        "shipping_region": "text?",
        "shipping_postal_code": "text",
        "shipping_country": "text",
        "shipped_at": "timestamp?",
        "delivered_at": "timestamp?",
        "cancelled_at": "timestamp?",
        "updated_at": "timestamp",
    },
    "raw_order_items": {
        "order_item_id": "integer",
        "order_id": "integer",
        "line_number": "integer",
        "product_id": "integer",
        "quantity": "integer",
        "unit_price": "money",
        "discount_amount": "money",
        "line_total": "money",
    },
    "raw_inventory": {
        "movement_id": "integer",
        "product_id": "integer",
        "movement_type": "text",
        "reason": "text",
        "quantity": "integer",
        "balance_after": "integer",
        "order_id": "integer?",
        "moved_at": "timestamp",
    },
    "raw_reviews": {
        "review_id": "integer",
        "product_id": "integer",
        "customer_id": "integer",
        "order_id": "integer",
        "rating": "integer",
        "title": "text",
        "review_text": "text",
        "is_verified_purchase": "boolean",
        "helpful_votes": "integer",
        "reviewed_at": "timestamp",
    },
    "raw_sessions": {
        "session_id": "integer",
        "customer_id": "integer?",
        "started_at": "timestamp",
        "ended_at": "timestamp",
        "device_type": "text",
        "os": "text",
        "browser": "text",
        "ip_address": "text",
        "country": "text",
        "city": "text",
        "referrer": "text?",
        "utm_source": "text?",
        "utm_campaign": "text?",
        "page_views": "integer",
        "is_converted": "boolean",
    },
    "raw_clickstream": {
        "event_id": "integer",
        "session_id": "integer",
        "sequence_number": "integer",
        "event_type": "text",
        "product_id": "integer?",
        "order_id": "integer?",
        "page_url": "text",
        "referrer_url": "text?",
        "event_timestamp": "timestamp",
    },
}
TABLES: Final = tuple(COLUMNS)
KEYS: Final = {table: next(iter(columns)) for table, columns in COLUMNS.items()}
#: Tables whose ids may have gaps: a cause may bring their rows late.
SPARSE: Final = frozenset({"raw_inventory", "raw_reviews"})
LINE_BREAKS_ALLOWED: Final = frozenset({"description", "review_text"})

#: SQL type to create per kind, and the pattern of types to accept.
SQL_TYPE: Final = {
    "integer": "BIGINT",
    "text": "VARCHAR",
    "date": "DATE",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
    "money": "DECIMAL(12,2)",
    "number": "DECIMAL(12,3)",
}
ACCEPTED_TYPE: Final = {
    "integer": r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?",
    "text": r"VARCHAR|ENUM\(.*\)",
    "date": r"DATE",
    "boolean": r"BOOLEAN",
    "timestamp": r"TIMESTAMP WITH TIME ZONE",
    "money": r"DECIMAL\([0-9]+,2\)",
    "number": r"DECIMAL\([0-9]+,[0-9]+\)|DOUBLE|FLOAT",
}
#: How a value must be written in CSV.
CSV_FORM: Final = {
    "integer": r"-?(0|[1-9][0-9]*)",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "boolean": r"true|false",
    "timestamp": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3,6})?Z"),
    "money": r"-?(0|[1-9][0-9]*)\.[0-9]{2}",
    "number": r"-?(0|[1-9][0-9]*)(\.[0-9]+)?",
}

REFERENCES: Final = (
    ("raw_orders", "customer_id", "raw_customers"),
    ("raw_orders", "session_id", "raw_sessions"),
    ("raw_order_items", "order_id", "raw_orders"),
    ("raw_order_items", "product_id", "raw_products"),
    ("raw_inventory", "product_id", "raw_products"),
    ("raw_inventory", "order_id", "raw_orders"),
    ("raw_reviews", "product_id", "raw_products"),
    ("raw_reviews", "customer_id", "raw_customers"),
    ("raw_reviews", "order_id", "raw_orders"),
    ("raw_sessions", "customer_id", "raw_customers"),
    ("raw_clickstream", "session_id", "raw_sessions"),
    ("raw_clickstream", "product_id", "raw_products"),
    ("raw_clickstream", "order_id", "raw_orders"),
)

ENUMERATIONS: Final = (
    ("raw_orders", "status", ("pending", "processing", "shipped", "delivered", "cancelled", "returned")),
    ("raw_inventory", "movement_type", ("IN", "OUT", "ADJUSTMENT")),
    ("raw_inventory", "reason", ("opening", "purchase", "sale", "return", "correction", "damage")),
    (
        "raw_clickstream",
        "event_type",
        (
            "page_view",
            "click",
            "search",
            "product_view",
            "add_to_cart",
            "remove_from_cart",
            "checkout",
            "purchase",
        ),
    ),
)

#: ISO 3166-1 alpha-2.
_COUNTRY_CODES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
    "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
    "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
    "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
    "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
    "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
    "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)
COUNTRIES: Final = tuple(_COUNTRY_CODES.split())

#: Postal code form per country; countries that are not listed are not judged.
POSTAL_CODES: Final = {
    "AT": r"[0-9]{4}",
    "AU": r"[0-9]{4}",
    "BE": r"[0-9]{4}",
    "BR": r"[0-9]{5}-[0-9]{3}",
    "CA": r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
    "CH": r"[0-9]{4}",
    "CN": r"[0-9]{6}",
    "CZ": r"[0-9]{3} ?[0-9]{2}",
    "DE": r"[0-9]{5}",
    "DK": r"[0-9]{4}",
    "ES": r"[0-9]{5}",
    "FI": r"[0-9]{5}",
    "FR": r"[0-9]{5}",
    "GB": r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}",
    "IN": r"[0-9]{3} ?[0-9]{3}",
    "IT": r"[0-9]{5}",
    "JP": r"[0-9]{3}-?[0-9]{4}",
    "KR": r"[0-9]{5}",
    "MX": r"[0-9]{5}",
    "NL": r"[0-9]{4} ?[A-Z]{2}",
    "NO": r"[0-9]{4}",
    "NZ": r"[0-9]{4}",
    "PL": r"[0-9]{2}-[0-9]{3}",
    "PT": r"[0-9]{4}-[0-9]{3}",
    "SE": r"[0-9]{3} ?[0-9]{2}",
    "US": r"[0-9]{5}(-[0-9]{4})?",
}

#: International dialling code per country; others are not judged.
DIALLING_CODES: Final = {
    "AT": "43",
    "AU": "61",
    "BE": "32",
    "BR": "55",
    "CA": "1",
    "CH": "41",
    "CN": "86",
    "CZ": "420",
    "DE": "49",
    "DK": "45",
    "ES": "34",
    "FI": "358",
    "FR": "33",
    "GB": "44",
    "IE": "353",
    "IN": "91",
    "IT": "39",
    "JP": "81",
    "KR": "82",
    "MX": "52",
    "NL": "31",
    "NO": "47",
    "NZ": "64",
    "PL": "48",
    "PT": "351",
    "SE": "46",
    "US": "1",
}

#: Last digits of the numbers that a country's regulator keeps for drama and fiction.
FICTIONAL_PHONES: Final = {
    "AU": r"(5550|7010)[0-9]{4}|49157[0-9]{4}|1800160401",
    "CA": r"[0-9]{3}55501[0-9]{2}",
    "DE": (
        r"3023125[0-9]{1,3}|6990009[0-9]{1,3}|4066969[0-9]{1,3}|2214710[0-9]{1,3}"
        r"|8999998[0-9]{1,3}|17139200[0-9]{2}|176040690[0-9]{2}"
        r"|15228817386|15228895456|15254599371|172992590[0-9]|172996853[0-9]"
        r"|1729973185|173509[0-9]{4}|1749464308|1749091317|17523156[0-9]{2}"
    ),
    "FR": r"(19900|26191|35301|46571|53649|63998)[0-9]{4}",
    "GB": (
        r"1632960[0-9]{3}|7700900[0-9]{3}|2079460[0-9]{3}|20[0-9]{4}0[0-9]{3}"
        r"|1[0-9]{2}4960[0-9]{3}|1914980[0-9]{3}|28(90|96)180[0-9]{3}|2896496[0-9]{3}"
        r"|29(20|21)180[0-9]{3}|8081570[0-9]{3}|9098790[0-9]{3}|3069990[0-9]{3}"
    ),
    "IE": r"2091[0-9]{5}",
    "SE": (
        r"313900(6[0-9]{2})|406280(4[0-9]{2})|846500(4[0-9]{2})"
        r"|980319(2[0-9]{2})|701740(6[0-9]{2})"
    ),
    "US": r"[0-9]{3}55501[0-9]{2}",
}


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
        connection: sees the eight ``raw_*`` tables in its current schema.
        params: customers, products, orders and days of the dataset.
        as_of: ISO date or timestamp; without an offset it is taken as UTC.
        sample: how many offending rows to return per rule.
        tables: run only the rules that read at least one of these.

    Example:
        >>> violations(con, {"customers": 1000, ...}, "2026-01-01")
        {}
    """
    return broken(connection, RULES, placeholders(params, as_of), sample, tables)


def placeholders(params: Mapping[str, int], as_of: str) -> dict[str, str]:
    """SQL literals for the placeholders: volumes and the limits of time."""
    end = datetime.fromisoformat(as_of)
    end = end.replace(tzinfo=UTC) if end.tzinfo is None else end.astimezone(UTC)
    start = end - timedelta(days=int(params["days"]))
    return {
        **{name: str(int(params[name])) for name in ("customers", "products", "orders", "days")},
        "as_of": _timestamp(end),
        "window_start": _timestamp(start),
        "history_start": _timestamp(start - timedelta(days=HISTORY_DAYS)),
    }


def load_parquet(connection: duckdb.DuckDBPyConnection, root: Path | str, preset_label: str, seed: int) -> None:
    """Create one view per table over ``ROOT/parquet/bronze/TABLE/preset=…/seed=…``."""
    for table in TABLES:
        files = _part_files(root, "parquet", table, preset_label, seed)
        connection.execute(
            f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM "
            f"read_parquet({listed(map(str, files))}, hive_partitioning = false)"
        )


def load_csv(connection: duckdb.DuckDBPyConnection, root: Path | str, preset_label: str, seed: int) -> None:
    """Create one typed table per table from ``ROOT/csv/bronze/TABLE/preset=…/seed=…``.

    Raises:
        ValueError: part files disagree in their header, or a value is not written in
            the form of its type (``2026-01-01T00:00:00Z``, ``12.50``, ``true``).
    """
    for table in TABLES:
        files = _part_files(root, "csv", table, preset_label, seed)
        header = _csv_header(table, files)
        types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header)
        source = (
            f"read_csv({listed(map(str, files))}, auto_detect = false, header = true, "
            f"delim = ',', quote = '\"', escape = '\"', nullstr = '', "
            f"columns = {{{types}}})"
        )
        kinds = {name: COLUMNS[table].get(name, "text").rstrip("?") for name in header}
        _check_csv_forms(connection, table, source, kinds)
        casts = ", ".join(f'CAST("{name}" AS {SQL_TYPE[kind]}) AS "{name}"' for name, kind in kinds.items())
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {casts} FROM {source}")


def load_duckdb(connection: duckdb.DuckDBPyConnection, root: Path | str, preset_label: str, seed: int) -> None:
    """Attach ``ROOT/duckdb/bronze/PRESET-SEED.duckdb`` read-only; one view per table."""
    file = Path(root) / "duckdb" / SCHEMA / f"{preset_label}-{int(seed)}.duckdb"
    if not file.is_file():
        message = f"no DuckDB file at {file}"
        raise FileNotFoundError(message)
    connection.execute(f"ATTACH {quoted(str(file))} AS stored (READ_ONLY)")
    for table in TABLES:
        connection.execute(f"CREATE OR REPLACE VIEW {table} AS SELECT * FROM stored.{SCHEMA}.{table}")


def _part_files(root: Path | str, form: str, table: str, preset_label: str, seed: int) -> list[Path]:
    folder = Path(root) / form / SCHEMA / table
    folder = folder / f"preset={preset_label}" / f"seed={int(seed)}"
    files = sorted(folder.glob(f"part-*.{form}"))
    if not files:
        message = f"no part-*.{form} in {folder}"
        raise FileNotFoundError(message)
    return files


def _csv_header(table: str, files: list[Path]) -> list[str]:
    headers = set()
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            headers.add(lines.readline().rstrip("\r\n"))
    if len(headers) != 1:
        message = f"{table}: part files have {len(headers)} different headers"
        raise ValueError(message)
    return [name.strip('"') for name in headers.pop().split(",")]


def _check_csv_forms(connection: duckdb.DuckDBPyConnection, table: str, source: str, kinds: Mapping[str, str]) -> None:
    judged = {name: CSV_FORM[kind] for name, kind in kinds.items() if kind in CSV_FORM}
    wrong = ", ".join(
        f"""any_value("{name}") FILTER (
            NOT regexp_full_match("{name}", {quoted(form)})) AS "{name}\""""
        for name, form in judged.items()
    )
    found = connection.execute(f"SELECT {wrong} FROM {source}").fetchone() or ()
    bad = {name: value for name, value in zip(judged, found, strict=True) if value is not None}
    if bad:
        message = f"{table}: values not in the form of their type: {bad}"
        raise ValueError(message)


def _timestamp(moment: datetime) -> str:
    return f"TIMESTAMPTZ '{moment:%Y-%m-%d %H:%M:%S.%f}+00'"


def _columns_of(table: str, *kinds: str) -> list[str]:
    return [name for name, kind in COLUMNS[table].items() if kind.rstrip("?") in kinds]


def _columns_where(table: str, names: list[str], condition: str) -> str:
    """Rows where ``condition`` holds for a column, with the names of those columns."""
    tests = {name: condition.replace("COLUMN", f'"{name}"') for name in names}
    any_test = " OR ".join(f"({test})" for test in tests.values())
    which = ", ".join(f"CASE WHEN {test} THEN '{name}' END" for name, test in tests.items())
    return f"SELECT {KEYS[table]}, concat_ws(', ', {which}) AS columns FROM {table} WHERE {any_test}"


# -- Rules that hold for every table --------------------------------------------------


def _column_rules() -> Iterator[Rule]:
    for table, columns in COLUMNS.items():
        wanted = pairs_of({n: ACCEPTED_TYPE[k.rstrip("?")] for n, k in columns.items()})
        extra = "starts_with(a.name, 'shipping_')" if table == "raw_orders" else "false"
        yield Rule(
            f"{table}.columns",
            "The table has exactly the columns of the specification, in their types; "
            "an order may have further shipping address columns.",
            (table,),
            f"""
            WITH wanted(name, accepted) AS (VALUES {wanted}),
            a AS (SELECT name, type FROM pragma_table_info('{table}'))
            SELECT wanted.name AS wanted, a.name AS found, a.type
            FROM wanted FULL JOIN a ON wanted.name = a.name
            WHERE a.name IS NULL
               OR (wanted.name IS NULL AND NOT {extra})
               OR NOT regexp_full_match(a.type, wanted.accepted)
            """,
        )


def _key_rules() -> Iterator[Rule]:
    for table, key in KEYS.items():
        yield Rule(
            f"{table}.{key}.unique",
            "Keys are unique.",
            (table,),
            f"SELECT {key}, count(*) AS copies FROM {table} GROUP BY {key} HAVING count(*) > 1",
        )
        if table in SPARSE:
            yield Rule(
                f"{table}.{key}.from_one",
                "Integer keys start at 1; ids that a cause brings may have gaps.",
                (table,),
                rows_where(table, f"{key} < 1"),
            )
        else:
            yield Rule(
                f"{table}.{key}.dense",
                "Ids of rows that are only ever appended are 1 … n without gaps.",
                (table,),
                f"SELECT count(*) AS n, min({key}) AS low, max({key}) AS high "
                f"FROM {table} HAVING min({key}) <> 1 OR max({key}) <> count(*)",
            )


def _reference_rules() -> Iterator[Rule]:
    for table, column, parent in REFERENCES:
        yield Rule(
            f"{table}.{column}.exists",
            f"{table}.{column} refers to an existing row of {parent}.",
            (table, parent),
            f"SELECT c.{KEYS[table]}, c.{column} FROM {table} c "
            f"ANTI JOIN {parent} p ON c.{column} = p.{KEYS[parent]} "
            f"WHERE c.{column} IS NOT NULL",
        )


def _cell_rules() -> Iterator[Rule]:
    for table, columns in COLUMNS.items():
        required = [name for name, kind in columns.items() if not kind.endswith("?")]
        yield Rule(
            f"{table}.not_null",
            "Only columns that the specification calls nullable have nulls.",
            (table,),
            _columns_where(table, required, "COLUMN IS NULL"),
        )
        texts = _columns_of(table, "text")
        if texts:
            yield Rule(
                f"{table}.text_not_empty",
                "Text is never empty or blank.",
                (table,),
                _columns_where(table, texts, "trim(COLUMN) = ''"),
            )
        one_line = [name for name in texts if name not in LINE_BREAKS_ALLOWED]
        if one_line:
            yield Rule(
                f"{table}.text_on_one_line",
                "No cell has line breaks, except review_text and description.",
                (table,),
                _columns_where(table, one_line, "contains(COLUMN, chr(10)) OR contains(COLUMN, chr(13))"),
            )


def _clock_rules() -> Iterator[Rule]:
    for table in TABLES:
        moments = _columns_of(table, "timestamp")
        if not moments:
            continue
        unit, unit_us = "seconds", 1_000_000
        if table == "raw_clickstream":
            unit, unit_us = "milliseconds", 1_000
        yield Rule(
            f"{table}.before_as_of",
            "Nothing happens at or after as_of.",
            (table,),
            _columns_where(table, moments, "COLUMN >= {{as_of}}"),
        )
        yield Rule(
            f"{table}.whole_{unit}",
            f"Timestamps are whole {unit}.",
            (table,),
            _columns_where(table, moments, f"epoch_us(COLUMN) % {unit_us} <> 0"),
        )


def _enumeration_rules() -> Iterator[Rule]:
    for table, column, legal in ENUMERATIONS:
        yield Rule(
            f"{table}.{column}.legal",
            f"{column} is one of {', '.join(legal)}.",
            (table,),
            rows_where(table, f"{column} NOT IN {one_of(legal)}"),
        )


def _volume_rules() -> Iterator[Rule]:
    for table, rows in (
        ("raw_customers", "{{customers}}"),
        ("raw_products", "{{products}}"),
        ("raw_orders", "{{orders}}"),
        ("raw_sessions", f"{SESSIONS_PER_ORDER} * {{{{orders}}}}"),
    ):
        yield Rule(
            f"{table}.row_count",
            "The table has exactly the rows that the parameters ask for.",
            (table,),
            f"SELECT count(*) AS n, {rows} AS wanted FROM {table} HAVING count(*) <> {rows}",
        )


def _window_rules() -> Iterator[Rule]:
    for table, column, start in (
        ("raw_customers", "registered_at", "{{history_start}}"),
        ("raw_products", "created_at", "{{history_start}}"),
        ("raw_inventory", "moved_at", "{{history_start}}"),
        ("raw_orders", "order_date", "{{window_start}}"),
        ("raw_reviews", "reviewed_at", "{{window_start}}"),
        ("raw_sessions", "started_at", "{{window_start}}"),
        ("raw_clickstream", "event_timestamp", "{{window_start}}"),
    ):
        yield Rule(
            f"{table}.{column}.in_window",
            "Visits, orders and reviews lie in the last `days` days; registrations, "
            "products and their stock at most three years before.",
            (table,),
            rows_where(table, f"{column} < {start}"),
        )


def _country_rules() -> Iterator[Rule]:
    for table, column in (
        ("raw_customers", "country"),
        ("raw_sessions", "country"),
        ("raw_orders", "shipping_country"),
    ):
        yield Rule(
            f"{table}.{column}.iso",
            "Countries are ISO 3166-1 alpha-2 codes.",
            (table,),
            rows_where(table, f"{column} NOT IN {one_of(COUNTRIES)}"),
        )
    for table, prefix in (("raw_customers", ""), ("raw_orders", "shipping_")):
        yield Rule(
            f"{table}.{prefix}postal_code.fits_country",
            "Postal codes and countries agree.",
            (table,),
            f"""
            SELECT t.{KEYS[table]}, t.{prefix}postal_code, t.{prefix}country
            FROM {table} t
            JOIN (VALUES {pairs_of(POSTAL_CODES)}) f(country, form)
              ON t.{prefix}country = f.country
            WHERE NOT regexp_full_match(t.{prefix}postal_code, f.form)
            """,
        )
        yield Rule(
            f"{table}.{prefix}region.fits_country",
            "A region is absent where a country has none, and only there.",
            (table,),
            f"""
            SELECT {prefix}country, count({prefix}region) AS present, count(*) AS n
            FROM {table} GROUP BY {prefix}country
            HAVING count({prefix}region) NOT IN (0, count(*))
            """,
        )
    for table in ("raw_products", "raw_orders"):
        yield Rule(
            f"{table}.currency.iso",
            "Currencies are three capital letters (ISO 4217).",
            (table,),
            rows_where(table, "NOT regexp_full_match(currency, '[A-Z]{3}')"),
        )


# -- Rules of single tables -----------------------------------------------------------

_FICTIONAL_PHONE: Final = f"""
    SELECT c.customer_id, c.phone, c.country
    FROM raw_customers c
    JOIN (VALUES {pairs_of(FICTIONAL_PHONES)}) f(country, form) ON c.country = f.country
    WHERE NOT regexp_matches(
        regexp_replace(c.phone, '[^0-9]', '', 'g'), '(' || f.form || ')\\z')
"""
_PHONE_CODE: Final = f"""
    SELECT c.customer_id, c.phone, c.country
    FROM raw_customers c
    JOIN (VALUES {pairs_of(DIALLING_CODES)}) d(country, code) ON c.country = d.country
    WHERE starts_with(c.phone, '+')
      AND NOT starts_with(regexp_replace(c.phone, '[^0-9]', '', 'g'), d.code)
"""

CUSTOMER_RULES: Final = (
    Rule(
        "raw_customers.email.unique",
        "E-mail addresses identify a customer, whatever their case.",
        ("raw_customers",),
        """
        SELECT lower(email) AS email, count(*) AS copies
        FROM raw_customers GROUP BY lower(email) HAVING count(*) > 1
        """,
    ),
    Rule(
        "raw_customers.email.reserved",
        "E-mail domains are reserved: example.com, example.org, example.net.",
        ("raw_customers",),
        rows_where("raw_customers", "NOT regexp_full_match(email, '[A-Za-z0-9._%+-]+@example[.](com|org|net)')"),
    ),
    Rule(
        "raw_customers.email.from_name",
        "E-mail addresses are built from the name (judged where it is plain ASCII "
        "but for accents: the address contains the first or the last name).",
        ("raw_customers",),
        """
        WITH spelled AS (
            SELECT customer_id, email, first_name, last_name,
                regexp_replace(lower(split_part(email, '@', 1)), '[^a-z]', '', 'g') AS box,
                strip_accents(lower(first_name)) AS first,
                strip_accents(lower(last_name)) AS last
            FROM raw_customers)
        SELECT customer_id, email, first_name, last_name FROM spelled
        WHERE regexp_full_match(first || last, '[a-z ''.-]+')
          AND NOT contains(box, regexp_replace(first, '[^a-z]', '', 'g'))
          AND NOT contains(box, regexp_replace(last, '[^a-z]', '', 'g'))
        """,
    ),
    Rule(
        "raw_customers.phone.form",
        "A phone number is digits and separators, 7 to 15 digits.",
        ("raw_customers",),
        rows_where(
            "raw_customers",
            "NOT regexp_full_match(phone, '[+]?[0-9 ()./-]+') OR "
            "length(regexp_replace(phone, '[^0-9]', '', 'g')) NOT BETWEEN 7 AND 15",
        ),
    ),
    Rule(
        "raw_customers.phone.fictional",
        "Phone numbers are in the ranges that regulators keep for fiction "
        "(judged for countries that are known to have such ranges).",
        ("raw_customers",),
        _FICTIONAL_PHONE,
    ),
    Rule(
        "raw_customers.phone.fits_country",
        "An international number starts with the country's dialling code.",
        ("raw_customers",),
        _PHONE_CODE,
    ),
    Rule(
        "raw_customers.date_of_birth.before_registration",
        "Nobody registers before being born.",
        ("raw_customers",),
        rows_where("raw_customers", "date_of_birth >= CAST(make_timestamp(epoch_us(registered_at)) AS DATE)"),
    ),
    Rule(
        "raw_customers.updated_at.after_registered_at",
        "A customer is not updated before registering.",
        ("raw_customers",),
        rows_where("raw_customers", "updated_at < registered_at"),
    ),
)

PRODUCT_RULES: Final = (
    Rule(
        "raw_products.sku.unique",
        "A sku identifies a product.",
        ("raw_products",),
        "SELECT sku, count(*) AS copies FROM raw_products GROUP BY sku HAVING count(*) > 1",
    ),
    Rule(
        "raw_products.sku.prefixed",
        "A sku starts with the letters of its category.",
        ("raw_products",),
        rows_where("raw_products", "NOT regexp_matches(sku, '^[A-Za-z]+')"),
    ),
    Rule(
        "raw_products.sku.one_prefix_per_category",
        "All skus of a category start with the same letters.",
        ("raw_products",),
        """
        SELECT category, min(sku) AS one, max(sku) AS other FROM raw_products
        GROUP BY category
        HAVING count(DISTINCT regexp_extract(sku, '^[A-Za-z]+')) > 1
        """,
    ),
    Rule(
        "raw_products.sku.one_category_per_prefix",
        "Different categories have different sku prefixes.",
        ("raw_products",),
        """
        SELECT regexp_extract(sku, '^[A-Za-z]+') AS prefix,
               min(category) AS one, max(category) AS other
        FROM raw_products GROUP BY 1 HAVING count(DISTINCT category) > 1
        """,
    ),
    Rule(
        "raw_products.category.eight",
        "There are 8 categories; a small catalogue may miss some.",
        ("raw_products",),
        f"""
        SELECT count(DISTINCT category) AS categories FROM raw_products
        HAVING count(DISTINCT category) > {CATEGORIES}
            OR (count(DISTINCT category) < {CATEGORIES}
                AND count(*) >= {PRODUCTS_FOR_ALL_CATEGORIES})
        """,
    ),
    Rule(
        "raw_products.cost.below_price",
        "A product costs less than its price.",
        ("raw_products",),
        rows_where("raw_products", "cost >= price"),
    ),
    Rule(
        "raw_products.amounts.positive",
        "Price, cost and weight are above zero.",
        ("raw_products",),
        rows_where("raw_products", "price <= 0 OR cost <= 0 OR weight_kg <= 0"),
    ),
    Rule(
        "raw_products.updated_at.after_created_at",
        "A product is not updated before it is created.",
        ("raw_products",),
        rows_where("raw_products", "updated_at < created_at"),
    ),
    Rule(
        "raw_products.draft.not_sold",
        "A draft (inactive and never stocked) is never sold.",
        ("raw_products", "raw_inventory", "raw_order_items"),
        """
        SELECT p.product_id FROM raw_products p
        ANTI JOIN raw_inventory i ON i.product_id = p.product_id
        SEMI JOIN raw_order_items l ON l.product_id = p.product_id
        WHERE NOT p.is_active
        """,
    ),
    Rule(
        "raw_products.draft.not_viewed",
        "A draft (inactive and never stocked) is never seen in the clickstream.",
        ("raw_products", "raw_inventory", "raw_clickstream"),
        """
        SELECT p.product_id FROM raw_products p
        ANTI JOIN raw_inventory i ON i.product_id = p.product_id
        SEMI JOIN raw_clickstream e ON e.product_id = p.product_id
        WHERE NOT p.is_active
        """,
    ),
)

ORDER_RULES: Final = (
    Rule(
        "raw_orders.shipped_at.fits_status",
        "shipped_at is there for shipped, delivered and returned, and only then.",
        ("raw_orders",),
        rows_where("raw_orders", "(shipped_at IS NOT NULL) <> (status IN ('shipped', 'delivered', 'returned'))"),
    ),
    Rule(
        "raw_orders.delivered_at.fits_status",
        "delivered_at is there for delivered and returned, and only then.",
        ("raw_orders",),
        rows_where("raw_orders", "(delivered_at IS NOT NULL) <> (status IN ('delivered', 'returned'))"),
    ),
    Rule(
        "raw_orders.cancelled_at.fits_status",
        "cancelled_at is there for cancelled, and only then.",
        ("raw_orders",),
        rows_where("raw_orders", "(cancelled_at IS NOT NULL) <> (status = 'cancelled')"),
    ),
    Rule(
        "raw_orders.shipped_at.in_time",
        "An order is shipped after it is placed, within 3 days.",
        ("raw_orders",),
        rows_where(
            "raw_orders",
            f"shipped_at < order_date OR epoch_us(shipped_at) - epoch_us(order_date) > 3 * {DAY_US}",
        ),
    ),
    Rule(
        "raw_orders.delivered_at.in_time",
        "An order is delivered after it is shipped, within 10 days.",
        ("raw_orders",),
        rows_where(
            "raw_orders",
            f"delivered_at < shipped_at OR epoch_us(delivered_at) - epoch_us(shipped_at) > 10 * {DAY_US}",
        ),
    ),
    Rule(
        "raw_orders.cancelled_at.after_order_date",
        "An order is not cancelled before it is placed.",
        ("raw_orders",),
        rows_where("raw_orders", "cancelled_at < order_date"),
    ),
    Rule(
        "raw_orders.updated_at.after_own_times",
        "updated_at is not before any other time of the order.",
        ("raw_orders",),
        rows_where("raw_orders", "updated_at < greatest(order_date, shipped_at, delivered_at, cancelled_at)"),
    ),
    Rule(
        "raw_orders.updated_at.after_return",
        "An order becomes `returned` with its returns, so is updated no earlier.",
        ("raw_orders", "raw_inventory"),
        """
        SELECT o.order_id, o.updated_at, i.moved_at FROM raw_orders o
        JOIN raw_inventory i ON i.order_id = o.order_id AND i.reason = 'return'
        WHERE o.updated_at < i.moved_at
        """,
    ),
    Rule(
        "raw_orders.order_date.after_registration",
        "No order before its customer registered.",
        ("raw_orders", "raw_customers"),
        """
        SELECT o.order_id, o.order_date, c.registered_at
        FROM raw_orders o JOIN raw_customers c USING (customer_id)
        WHERE o.order_date < c.registered_at
        """,
    ),
    Rule(
        "raw_orders.total_amount.adds_up",
        "total_amount = subtotal − discount + tax + shipping, to the cent.",
        ("raw_orders",),
        rows_where("raw_orders", "total_amount <> subtotal - discount_amount + tax_amount + shipping_amount"),
    ),
    Rule(
        "raw_orders.amounts.not_negative",
        "No amount is negative, and a discount is at most the subtotal.",
        ("raw_orders",),
        rows_where(
            "raw_orders",
            "least(subtotal, discount_amount, tax_amount, shipping_amount, "
            "total_amount) < 0 OR discount_amount > subtotal",
        ),
    ),
    Rule(
        "raw_orders.subtotal.sums_lines",
        "An order's subtotal is the sum of its lines' line_total.",
        ("raw_orders", "raw_order_items"),
        """
        SELECT o.order_id, o.subtotal, l.lines
        FROM raw_orders o
        LEFT JOIN (SELECT order_id, sum(line_total) AS lines
                   FROM raw_order_items GROUP BY order_id) l USING (order_id)
        WHERE o.subtotal <> coalesce(l.lines, 0)
        """,
    ),
    Rule(
        "raw_orders.item_count.counts_lines",
        "item_count is the number of the order's lines, at least one.",
        ("raw_orders", "raw_order_items"),
        """
        SELECT o.order_id, o.item_count, l.lines
        FROM raw_orders o
        LEFT JOIN (SELECT order_id, count(*) AS lines
                   FROM raw_order_items GROUP BY order_id) l USING (order_id)
        WHERE o.item_count <> coalesce(l.lines, 0) OR l.lines IS NULL
        """,
    ),
    Rule(
        "raw_orders.session_id.unique",
        "A session has at most one order.",
        ("raw_orders",),
        """
        SELECT session_id, count(*) AS orders FROM raw_orders
        GROUP BY session_id HAVING count(*) > 1
        """,
    ),
    Rule(
        "raw_orders.order_date.in_session",
        "An order is placed inside its session.",
        ("raw_orders", "raw_sessions"),
        """
        SELECT o.order_id, o.order_date, s.started_at, s.ended_at
        FROM raw_orders o JOIN raw_sessions s USING (session_id)
        WHERE o.order_date NOT BETWEEN s.started_at AND s.ended_at
        """,
    ),
    Rule(
        "raw_orders.customer_id.logged_in",
        "A converted session is logged in as the order's customer.",
        ("raw_orders", "raw_sessions"),
        """
        SELECT o.order_id, o.customer_id, s.customer_id AS logged_in
        FROM raw_orders o JOIN raw_sessions s USING (session_id)
        WHERE o.customer_id IS DISTINCT FROM s.customer_id
        """,
    ),
)

LINE_RULES: Final = (
    Rule(
        "raw_order_items.line_number.without_gaps",
        "line_number is 1 … n without gaps within the order.",
        ("raw_order_items",),
        """
        SELECT order_id, count(*) AS lines, min(line_number) AS low,
               max(line_number) AS high
        FROM raw_order_items GROUP BY order_id
        HAVING min(line_number) <> 1 OR max(line_number) <> count(*)
            OR count(DISTINCT line_number) <> count(*)
        """,
    ),
    Rule(
        "raw_order_items.product_id.distinct",
        "The products of an order are distinct.",
        ("raw_order_items",),
        """
        SELECT order_id, product_id, count(*) AS lines
        FROM raw_order_items GROUP BY order_id, product_id HAVING count(*) > 1
        """,
    ),
    Rule(
        "raw_order_items.line_total.adds_up",
        "line_total = quantity × unit_price − discount_amount, to the cent.",
        ("raw_order_items",),
        rows_where("raw_order_items", "line_total <> quantity * unit_price - discount_amount"),
    ),
    Rule(
        "raw_order_items.amounts.not_negative",
        "Quantity and unit price are above zero; discount and total not below.",
        ("raw_order_items",),
        rows_where("raw_order_items", "quantity < 1 OR unit_price <= 0 OR discount_amount < 0 OR line_total < 0"),
    ),
    Rule(
        "raw_order_items.unit_price.is_products",
        "unit_price is the product's price at order_date (judged where the product has not been updated since).",
        ("raw_order_items", "raw_orders", "raw_products"),
        """
        SELECT l.order_item_id, l.unit_price, p.price, p.updated_at, o.order_date
        FROM raw_order_items l
        JOIN raw_orders o USING (order_id)
        JOIN raw_products p ON p.product_id = l.product_id
        WHERE p.updated_at <= o.order_date AND l.unit_price <> p.price
        """,
    ),
    Rule(
        "raw_order_items.currency.is_products",
        "A line takes over the product's price, so order and product share a currency.",
        ("raw_order_items", "raw_orders", "raw_products"),
        """
        SELECT l.order_item_id, o.currency, p.currency AS product_currency
        FROM raw_order_items l
        JOIN raw_orders o USING (order_id)
        JOIN raw_products p ON p.product_id = l.product_id
        WHERE o.currency <> p.currency
        """,
    ),
    Rule(
        "raw_order_items.order_date.after_product",
        "No order before its product existed.",
        ("raw_order_items", "raw_orders", "raw_products"),
        """
        SELECT l.order_item_id, o.order_date, p.created_at
        FROM raw_order_items l
        JOIN raw_orders o USING (order_id)
        JOIN raw_products p ON p.product_id = l.product_id
        WHERE o.order_date < p.created_at
        """,
    ),
)

_SHIPPED_LINES: Final = """
    SELECT l.order_id, l.product_id, l.quantity, o.shipped_at
    FROM raw_order_items l JOIN raw_orders o USING (order_id)
    WHERE o.shipped_at IS NOT NULL
"""
_RETURNED_LINES: Final = """
    SELECT l.order_id, l.product_id, l.quantity, o.delivered_at
    FROM raw_order_items l JOIN raw_orders o USING (order_id)
    WHERE o.status = 'returned'
"""
_MOVED_ORDERS: Final = ("raw_inventory", "raw_orders", "raw_order_items")

INVENTORY_RULES: Final = (
    Rule(
        "raw_inventory.reason.fits_type",
        "Openings, purchases and returns are IN, sales OUT, corrections ADJUSTMENT; damage is OUT or ADJUSTMENT.",
        ("raw_inventory",),
        rows_where(
            "raw_inventory",
            """NOT CASE reason WHEN 'sale' THEN movement_type = 'OUT'
            WHEN 'correction' THEN movement_type = 'ADJUSTMENT'
            WHEN 'damage' THEN movement_type IN ('OUT', 'ADJUSTMENT')
            ELSE movement_type = 'IN' END""",
        ),
    ),
    Rule(
        "raw_inventory.quantity.sign",
        "IN is above zero, OUT and damage below, an adjustment not zero.",
        ("raw_inventory",),
        rows_where(
            "raw_inventory",
            "quantity = 0 OR (movement_type = 'IN' AND quantity < 0) "
            "OR ((movement_type = 'OUT' OR reason = 'damage') AND quantity > 0)",
        ),
    ),
    Rule(
        "raw_inventory.order_id.on_sales_and_returns",
        "order_id is there on sales and returns, and only there.",
        ("raw_inventory",),
        rows_where("raw_inventory", "(order_id IS NOT NULL) <> (reason IN ('sale', 'return'))"),
    ),
    Rule(
        "raw_inventory.balance_after.runs",
        "Per product, by moved_at then movement_id, balance_after is the running sum.",
        ("raw_inventory",),
        """
        SELECT * FROM (
            SELECT movement_id, product_id, moved_at, quantity, balance_after,
                sum(quantity) OVER (PARTITION BY product_id
                    ORDER BY moved_at, movement_id ROWS UNBOUNDED PRECEDING) AS running
            FROM raw_inventory)
        WHERE balance_after <> running
        """,
    ),
    Rule(
        "raw_inventory.balance_after.not_negative",
        "A balance is never negative.",
        ("raw_inventory",),
        rows_where("raw_inventory", "balance_after < 0"),
    ),
    Rule(
        "raw_inventory.opening.first",
        "A product's first movement is its opening, and no other one is.",
        ("raw_inventory",),
        """
        SELECT * FROM (
            SELECT movement_id, product_id, reason, row_number() OVER (
                PARTITION BY product_id ORDER BY moved_at, movement_id) AS place
            FROM raw_inventory)
        WHERE (reason = 'opening') <> (place = 1)
        """,
    ),
    Rule(
        "raw_inventory.moved_at.after_product",
        "No movement before its product existed.",
        ("raw_inventory", "raw_products"),
        """
        SELECT i.movement_id, i.moved_at, p.created_at
        FROM raw_inventory i JOIN raw_products p USING (product_id)
        WHERE i.moved_at < p.created_at
        """,
    ),
    Rule(
        "raw_inventory.moved_at.after_order",
        "No movement before its order was placed.",
        ("raw_inventory", "raw_orders"),
        """
        SELECT i.movement_id, i.moved_at, o.order_date
        FROM raw_inventory i JOIN raw_orders o USING (order_id)
        WHERE i.moved_at < o.order_date
        """,
    ),
    Rule(
        "raw_inventory.sale.one_per_shipped_line",
        "Every line of an order that was shipped has exactly one OUT.",
        _MOVED_ORDERS,
        f"""
        SELECT d.order_id, d.product_id, coalesce(s.n, 0) AS sales
        FROM ({_SHIPPED_LINES}) d
        LEFT JOIN (SELECT order_id, product_id, count(*) AS n FROM raw_inventory
                   WHERE movement_type = 'OUT' GROUP BY order_id, product_id) s
          ON s.order_id = d.order_id AND s.product_id = d.product_id
        WHERE coalesce(s.n, 0) <> 1
        """,
    ),
    Rule(
        "raw_inventory.sale.only_shipped_lines",
        "No other order, and no product that was not in the order, has an OUT.",
        _MOVED_ORDERS,
        f"""
        SELECT i.movement_id, i.order_id, i.product_id
        FROM raw_inventory i
        ANTI JOIN ({_SHIPPED_LINES}) d
          ON i.order_id = d.order_id AND i.product_id = d.product_id
        WHERE i.movement_type = 'OUT' AND i.order_id IS NOT NULL
        """,
    ),
    Rule(
        "raw_inventory.sale.quantity_is_lines",
        "A sale takes out its line's quantity.",
        _MOVED_ORDERS,
        f"""
        SELECT i.movement_id, i.quantity, d.quantity AS line_quantity
        FROM raw_inventory i JOIN ({_SHIPPED_LINES}) d
          ON i.order_id = d.order_id AND i.product_id = d.product_id
        WHERE i.reason = 'sale' AND i.quantity <> -d.quantity
        """,
    ),
    Rule(
        "raw_inventory.sale.at_shipped_at",
        "A sale moves at its order's shipped_at.",
        _MOVED_ORDERS,
        f"""
        SELECT i.movement_id, i.moved_at, d.shipped_at
        FROM raw_inventory i JOIN ({_SHIPPED_LINES}) d
          ON i.order_id = d.order_id AND i.product_id = d.product_id
        WHERE i.reason = 'sale' AND i.moved_at <> d.shipped_at
        """,
    ),
    Rule(
        "raw_inventory.return.one_per_returned_line",
        "Every line of a returned order has exactly one IN.",
        _MOVED_ORDERS,
        f"""
        SELECT d.order_id, d.product_id, coalesce(r.n, 0) AS returns
        FROM ({_RETURNED_LINES}) d
        LEFT JOIN (SELECT order_id, product_id, count(*) AS n FROM raw_inventory
                   WHERE movement_type = 'IN' GROUP BY order_id, product_id) r
          ON r.order_id = d.order_id AND r.product_id = d.product_id
        WHERE coalesce(r.n, 0) <> 1
        """,
    ),
    Rule(
        "raw_inventory.return.only_returned_lines",
        "Only lines of returned orders have an IN.",
        _MOVED_ORDERS,
        f"""
        SELECT i.movement_id, i.order_id, i.product_id
        FROM raw_inventory i
        ANTI JOIN ({_RETURNED_LINES}) d
          ON i.order_id = d.order_id AND i.product_id = d.product_id
        WHERE i.movement_type = 'IN' AND i.order_id IS NOT NULL
        """,
    ),
    Rule(
        "raw_inventory.return.quantity_is_lines",
        "A return brings back its line's quantity.",
        _MOVED_ORDERS,
        f"""
        SELECT i.movement_id, i.quantity, d.quantity AS line_quantity
        FROM raw_inventory i JOIN ({_RETURNED_LINES}) d
          ON i.order_id = d.order_id AND i.product_id = d.product_id
        WHERE i.reason = 'return' AND i.quantity <> d.quantity
        """,
    ),
    Rule(
        "raw_inventory.return.after_delivery",
        "A return comes after delivered_at, within 30 days.",
        _MOVED_ORDERS,
        f"""
        SELECT i.movement_id, i.moved_at, d.delivered_at
        FROM raw_inventory i JOIN ({_RETURNED_LINES}) d
          ON i.order_id = d.order_id AND i.product_id = d.product_id
        WHERE i.reason = 'return' AND (i.moved_at <= d.delivered_at
            OR epoch_us(i.moved_at) - epoch_us(d.delivered_at) > 30 * {DAY_US})
        """,
    ),
)

REVIEW_RULES: Final = (
    Rule(
        "raw_reviews.rating.one_to_five",
        "A rating is 1 to 5.",
        ("raw_reviews",),
        rows_where("raw_reviews", "rating NOT BETWEEN 1 AND 5"),
    ),
    Rule(
        "raw_reviews.helpful_votes.not_negative",
        "Votes are counted.",
        ("raw_reviews",),
        rows_where("raw_reviews", "helpful_votes < 0"),
    ),
    Rule(
        "raw_reviews.customer_id.bought",
        "The reviewer is the order's customer.",
        ("raw_reviews", "raw_orders"),
        """
        SELECT r.review_id, r.customer_id, o.customer_id AS buyer
        FROM raw_reviews r JOIN raw_orders o USING (order_id)
        WHERE r.customer_id <> o.customer_id
        """,
    ),
    Rule(
        "raw_reviews.product_id.in_order",
        "The reviewed product is a line of that order.",
        ("raw_reviews", "raw_order_items"),
        """
        SELECT r.review_id, r.order_id, r.product_id FROM raw_reviews r
        ANTI JOIN raw_order_items l
          ON l.order_id = r.order_id AND l.product_id = r.product_id
        """,
    ),
    Rule(
        "raw_reviews.line.at_most_one",
        "At most one review per order line.",
        ("raw_reviews",),
        """
        SELECT order_id, product_id, count(*) AS reviews
        FROM raw_reviews GROUP BY order_id, product_id HAVING count(*) > 1
        """,
    ),
    Rule(
        "raw_reviews.reviewed_at.after_shipping",
        "No review before its order was shipped.",
        ("raw_reviews", "raw_orders"),
        """
        SELECT r.review_id, r.reviewed_at, o.status, o.shipped_at
        FROM raw_reviews r JOIN raw_orders o USING (order_id)
        WHERE o.shipped_at IS NULL OR r.reviewed_at < o.shipped_at
        """,
    ),
    Rule(
        "raw_reviews.reviewed_at.soon_after_delivery",
        "A review is written within 30 days of delivery, or, where nothing was "
        "delivered, within the 10 days that delivery may take.",
        ("raw_reviews", "raw_orders"),
        f"""
        SELECT r.review_id, r.reviewed_at, o.shipped_at, o.delivered_at
        FROM raw_reviews r JOIN raw_orders o USING (order_id)
        WHERE epoch_us(r.reviewed_at) > coalesce(
            epoch_us(o.delivered_at) + 30 * {DAY_US},
            epoch_us(o.shipped_at) + 10 * {DAY_US})
        """,
    ),
    Rule(
        "raw_reviews.is_verified_purchase.means_delivered",
        "Verified means delivered before the review.",
        ("raw_reviews", "raw_orders"),
        """
        SELECT r.review_id, r.is_verified_purchase, r.reviewed_at, o.delivered_at
        FROM raw_reviews r JOIN raw_orders o USING (order_id)
        WHERE CASE WHEN r.is_verified_purchase
              THEN o.delivered_at IS NULL OR o.delivered_at > r.reviewed_at
              ELSE o.delivered_at < r.reviewed_at END
        """,
    ),
)

SESSION_RULES: Final = (
    Rule(
        "raw_sessions.ended_at.after_started_at",
        "A session does not end before it starts.",
        ("raw_sessions",),
        rows_where("raw_sessions", "ended_at < started_at"),
    ),
    Rule(
        "raw_sessions.session_id.by_ended_at",
        "Sessions are numbered in the order in which they end.",
        ("raw_sessions",),
        """
        SELECT s.session_id, s.ended_at, n.ended_at AS next_ended_at
        FROM raw_sessions s JOIN raw_sessions n ON n.session_id = s.session_id + 1
        WHERE n.ended_at < s.ended_at
        """,
    ),
    Rule(
        "raw_sessions.started_at.after_registration",
        "A logged-in session is after registration.",
        ("raw_sessions", "raw_customers"),
        """
        SELECT s.session_id, s.started_at, c.registered_at
        FROM raw_sessions s JOIN raw_customers c USING (customer_id)
        WHERE s.started_at < c.registered_at
        """,
    ),
    Rule(
        "raw_sessions.device_type.fits_os",
        "Desktops run Windows, macOS, Linux or ChromeOS; phones Android or iOS; "
        "tablets Android, iOS, iPadOS or Windows.",
        ("raw_sessions",),
        rows_where(
            "raw_sessions",
            r"""NOT CASE lower(device_type)
            WHEN 'desktop' THEN regexp_matches(lower(os),
                '^(windows|mac ?os|linux|ubuntu|chrome ?os)')
            WHEN 'mobile' THEN regexp_matches(lower(os), '^(android|ios)')
            WHEN 'tablet' THEN regexp_matches(lower(os),
                '^(android|ios|ipados|windows)')
            ELSE false END""",
        ),
    ),
    Rule(
        "raw_sessions.browser.fits_os",
        "Safari runs on Apple systems only, Samsung Internet on Android, Internet Explorer on Windows.",
        ("raw_sessions",),
        rows_where(
            "raw_sessions",
            """CASE
            WHEN contains(lower(browser), 'safari')
                THEN NOT regexp_matches(lower(os), '^(mac ?os|ios|ipados)')
            WHEN contains(lower(browser), 'samsung')
                THEN NOT starts_with(lower(os), 'android')
            WHEN regexp_matches(lower(browser), '^(ie([ 0-9]|\\z)|internet explorer)')
                THEN NOT starts_with(lower(os), 'windows')
            ELSE false END""",
        ),
    ),
    Rule(
        "raw_sessions.ip_address.documentation",
        "IP addresses are documentation ranges.",
        ("raw_sessions",),
        rows_where(
            "raw_sessions",
            r"""NOT regexp_full_match(lower(ip_address),
            '(192[.]0[.]2|198[.]51[.]100|203[.]0[.]113)[.]"""
            r"""([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])"""
            r"""|2001:0?db8:[0-9a-f:]+')""",
        ),
    ),
    Rule(
        "raw_sessions.is_converted.has_order",
        "is_converted says whether the session has an order.",
        ("raw_sessions", "raw_orders"),
        """
        SELECT s.session_id, s.is_converted, o.session_id IS NOT NULL AS has_order
        FROM raw_sessions s
        LEFT JOIN (SELECT DISTINCT session_id FROM raw_orders) o USING (session_id)
        WHERE s.is_converted <> (o.session_id IS NOT NULL)
        """,
    ),
    Rule(
        "raw_sessions.page_views.counts_events",
        "page_views counts page_view and product_view events.",
        ("raw_sessions", "raw_clickstream"),
        """
        SELECT s.session_id, s.page_views, e.views
        FROM raw_sessions s
        LEFT JOIN (SELECT session_id, count(*) AS views FROM raw_clickstream
                   WHERE event_type IN ('page_view', 'product_view')
                   GROUP BY session_id) e USING (session_id)
        WHERE s.page_views <> coalesce(e.views, 0)
        """,
    ),
)

CLICKSTREAM_RULES: Final = (
    Rule(
        "raw_clickstream.sequence_number.without_gaps",
        "sequence_number is 1 … n within the session.",
        ("raw_clickstream",),
        """
        SELECT session_id, count(*) AS events, min(sequence_number) AS low,
               max(sequence_number) AS high
        FROM raw_clickstream GROUP BY session_id
        HAVING min(sequence_number) <> 1 OR max(sequence_number) <> count(*)
            OR count(DISTINCT sequence_number) <> count(*)
        """,
    ),
    Rule(
        "raw_clickstream.event_timestamp.increases",
        "event_timestamp is strictly increasing within the session.",
        ("raw_clickstream",),
        """
        SELECT * FROM (
            SELECT event_id, session_id, sequence_number, event_timestamp,
                lag(event_timestamp) OVER (
                    PARTITION BY session_id ORDER BY sequence_number) AS previous
            FROM raw_clickstream)
        WHERE event_timestamp <= previous
        """,
    ),
    Rule(
        "raw_clickstream.event_timestamp.in_session",
        "No click outside its session.",
        ("raw_clickstream", "raw_sessions"),
        """
        SELECT e.event_id, e.event_timestamp, s.started_at, s.ended_at
        FROM raw_clickstream e JOIN raw_sessions s USING (session_id)
        WHERE e.event_timestamp < s.started_at OR e.event_timestamp > s.ended_at
        """,
    ),
    Rule(
        "raw_clickstream.product_id.where_needed",
        "Product views and cart events name a product.",
        ("raw_clickstream",),
        rows_where(
            "raw_clickstream",
            "event_type IN ('product_view', 'add_to_cart', 'remove_from_cart') AND product_id IS NULL",
        ),
    ),
    Rule(
        "raw_clickstream.order_id.on_purchases",
        "order_id is there on purchases, and only there.",
        ("raw_clickstream",),
        rows_where("raw_clickstream", "(order_id IS NOT NULL) <> (event_type = 'purchase')"),
    ),
    Rule(
        "raw_clickstream.event_timestamp.after_product",
        "No click on a product that did not exist yet.",
        ("raw_clickstream", "raw_products"),
        """
        SELECT e.event_id, e.event_timestamp, p.created_at
        FROM raw_clickstream e JOIN raw_products p USING (product_id)
        WHERE e.event_timestamp < p.created_at
        """,
    ),
    Rule(
        "raw_clickstream.add_to_cart.after_view",
        "A cart add follows a view of that product in the session.",
        ("raw_clickstream",),
        """
        SELECT session_id, product_id,
            min(sequence_number) FILTER (event_type = 'product_view') AS first_view,
            min(sequence_number) FILTER (event_type = 'add_to_cart') AS first_add
        FROM raw_clickstream
        WHERE event_type IN ('product_view', 'add_to_cart')
        GROUP BY session_id, product_id
        HAVING first_add IS NOT NULL AND (first_view IS NULL OR first_add < first_view)
        """,
    ),
    Rule(
        "raw_clickstream.remove_from_cart.after_add",
        "Only what is in the cart is removed from it.",
        ("raw_clickstream",),
        """
        SELECT * FROM (
            SELECT event_id, session_id, product_id, sequence_number, event_type,
                sum(CASE event_type WHEN 'add_to_cart' THEN 1 ELSE -1 END) OVER (
                    PARTITION BY session_id, product_id ORDER BY sequence_number
                    ROWS UNBOUNDED PRECEDING) AS in_cart
            FROM raw_clickstream
            WHERE event_type IN ('add_to_cart', 'remove_from_cart'))
        WHERE in_cart < 0
        """,
    ),
    Rule(
        "raw_clickstream.checkout.with_cart",
        "Sequences make sense: nobody checks out an empty cart.",
        ("raw_clickstream",),
        """
        SELECT * FROM (
            SELECT event_id, session_id, sequence_number, event_type,
                sum(CASE event_type WHEN 'add_to_cart' THEN 1
                    WHEN 'remove_from_cart' THEN -1 ELSE 0 END) OVER (
                    PARTITION BY session_id ORDER BY sequence_number
                    ROWS UNBOUNDED PRECEDING) AS in_cart
            FROM raw_clickstream
            WHERE event_type IN ('add_to_cart', 'remove_from_cart', 'checkout'))
        WHERE event_type = 'checkout' AND in_cart < 1
        """,
    ),
    Rule(
        "raw_clickstream.purchase.after_checkout",
        "A purchase follows a checkout in the session.",
        ("raw_clickstream",),
        """
        SELECT session_id,
            min(sequence_number) FILTER (event_type = 'checkout') AS first_checkout,
            min(sequence_number) FILTER (event_type = 'purchase') AS first_purchase
        FROM raw_clickstream WHERE event_type IN ('checkout', 'purchase')
        GROUP BY session_id
        HAVING first_purchase IS NOT NULL
           AND (first_checkout IS NULL OR first_purchase < first_checkout)
        """,
    ),
    Rule(
        "raw_clickstream.purchase.one_per_order",
        "Every order has exactly one purchase event.",
        ("raw_clickstream", "raw_orders"),
        """
        SELECT o.order_id, coalesce(e.n, 0) AS purchases
        FROM raw_orders o
        LEFT JOIN (SELECT order_id, count(*) AS n FROM raw_clickstream
                   WHERE event_type = 'purchase' GROUP BY order_id) e USING (order_id)
        WHERE coalesce(e.n, 0) <> 1
        """,
    ),
    Rule(
        "raw_clickstream.purchase.at_order_date",
        "A purchase happens at its order's order_date.",
        ("raw_clickstream", "raw_orders"),
        """
        SELECT e.event_id, e.event_timestamp, o.order_date
        FROM raw_clickstream e JOIN raw_orders o USING (order_id)
        WHERE e.event_type = 'purchase' AND e.event_timestamp <> o.order_date
        """,
    ),
    Rule(
        "raw_clickstream.purchase.in_own_session",
        "A purchase happens in its order's session.",
        ("raw_clickstream", "raw_orders"),
        """
        SELECT e.event_id, e.session_id, o.session_id AS order_session
        FROM raw_clickstream e JOIN raw_orders o USING (order_id)
        WHERE e.event_type = 'purchase' AND e.session_id <> o.session_id
        """,
    ),
    Rule(
        "raw_clickstream.purchase.after_adding",
        "Every product of an order was added to the cart before the purchase.",
        ("raw_clickstream", "raw_order_items"),
        """
        WITH purchases AS (
            SELECT order_id, session_id, sequence_number FROM raw_clickstream
            WHERE event_type = 'purchase'),
        adds AS (
            SELECT session_id, product_id, min(sequence_number) AS first_add
            FROM raw_clickstream WHERE event_type = 'add_to_cart'
            GROUP BY session_id, product_id)
        SELECT l.order_item_id, l.order_id, l.product_id, p.session_id,
               p.sequence_number, a.first_add
        FROM raw_order_items l
        JOIN purchases p ON p.order_id = l.order_id
        LEFT JOIN adds a
          ON a.session_id = p.session_id AND a.product_id = l.product_id
        WHERE a.first_add IS NULL OR a.first_add > p.sequence_number
        """,
    ),
    Rule(
        "raw_clickstream.purchase.nothing_removed",
        "Nothing bought was removed again: the last cart event of a bought product is an add.",
        ("raw_clickstream", "raw_orders", "raw_order_items"),
        """
        WITH removed AS (
            SELECT session_id, product_id, max(sequence_number) AS last_removal
            FROM raw_clickstream WHERE event_type = 'remove_from_cart'
            GROUP BY session_id, product_id),
        bought AS (
            SELECT l.order_item_id, o.session_id, l.product_id
            FROM raw_order_items l JOIN raw_orders o USING (order_id)),
        suspects AS (
            SELECT b.order_item_id, b.session_id, b.product_id, r.last_removal
            FROM bought b JOIN removed r
              ON r.session_id = b.session_id AND r.product_id = b.product_id)
        SELECT * FROM suspects s
        WHERE NOT EXISTS (
            SELECT 1 FROM raw_clickstream e
            WHERE e.event_type = 'add_to_cart' AND e.session_id = s.session_id
              AND e.product_id = s.product_id
              AND e.sequence_number > s.last_removal)
        """,
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    *_column_rules(),
    *_volume_rules(),
    *_key_rules(),
    *_reference_rules(),
    *_cell_rules(),
    *_enumeration_rules(),
    *_clock_rules(),
    *_window_rules(),
    *_country_rules(),
    *CUSTOMER_RULES,
    *PRODUCT_RULES,
    *ORDER_RULES,
    *LINE_RULES,
    *INVENTORY_RULES,
    *REVIEW_RULES,
    *SESSION_RULES,
    *CLICKSTREAM_RULES,
)
