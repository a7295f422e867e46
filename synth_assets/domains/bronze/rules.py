"""What always holds in the bronze tables, as queries that return the offending rows.

The rules know nothing of how values are made, so that they can find it wrong. They hold for the base dataset
and for every later state of it: an erased customer's orders are gone, and the movements of their goods
stay without an order_id; so no rule asks every sale for its order.

What the schema itself says (keys, references, missing cells, enumerations) is checked for every table alike,
and not repeated here. Times are compared as they are, since arithmetic on time zones is an extension of DuckDB.
"""

from synth_assets.model.table import Rule

CUSTOMER_RULES: tuple[Rule, ...] = (
    Rule(
        name="email_is_unique_in_any_case",
        doc="No two customers share an e-mail address, not even one written in another case.",
        tables=("raw_customers",),
        sql="SELECT lower(email) AS email, count(*) AS customers FROM raw_customers GROUP BY ALL HAVING customers > 1",
    ),
    Rule(
        name="email_domain_is_reserved",
        doc="E-mail addresses are in example.com, example.org or example.net, so nobody gets mail.",
        tables=("raw_customers",),
        sql=r"""
            SELECT customer_id, email FROM raw_customers
            WHERE NOT regexp_full_match(email, '[a-z0-9][a-z0-9._-]*@example\.(com|org|net)')
        """,
    ),
    Rule(
        name="phone_is_fictional",
        doc="Phone numbers are in ranges that the customer's country keeps for fiction; Singapore has none.",
        tables=("raw_customers",),
        sql=r"""
            SELECT customer_id, country, phone FROM raw_customers
            WHERE phone IS NOT NULL AND NOT CASE
                WHEN country IN ('US', 'CA') THEN regexp_full_match(phone, '\+1-[2-9]\d\d-555-01\d\d')
                WHEN country = 'GB' THEN regexp_full_match(phone,
                    '\+44 ((11[3-8]|1[2-6]1) 496 0|191 498 0|20 7946 0|28 9649 6|29 2018 0|7700 900)\d{3}')
                WHEN country = 'IE' THEN regexp_full_match(phone, '\+353 20 91\d \d{4}')
                WHEN country = 'AU' THEN regexp_full_match(phone, '\+61 [2378] (5550|7010) \d{4}')
                WHEN country = 'DE' THEN regexp_full_match(phone,
                    '\+49 ((30 23125|40 66969|69 90009|89 99998|221 4710) \d{3}|171 39200\d\d)')
                WHEN country = 'FR' THEN regexp_full_match(phone,
                    '\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49|6 39 98) \d\d \d\d')
                WHEN country = 'SE' THEN regexp_full_match(phone,
                    '\+46 ((31 390 06|40 628 04|8 465 004) \d\d|980 319 2\d\d|70 174 06 \d\d)')
                ELSE false
            END
        """,
    ),
    Rule(
        name="postal_code_fits_country",
        doc="A postal code has the form of its country.",
        tables=("raw_customers",),
        sql=r"""
            SELECT customer_id, country, postal_code FROM raw_customers
            WHERE NOT CASE
                WHEN country IN ('US', 'DE', 'FR') THEN regexp_full_match(postal_code, '\d{5}')
                WHEN country = 'CA' THEN regexp_full_match(postal_code, '[A-Z]\d[A-Z] \d[A-Z]\d')
                WHEN country = 'GB' THEN regexp_full_match(postal_code, '[A-Z]{1,2}\d[A-Z0-9]? \d[A-Z]{2}')
                WHEN country = 'IE' THEN regexp_full_match(postal_code, '[A-Z]\d[0-9W] [A-Z0-9]{4}')
                WHEN country = 'AU' THEN regexp_full_match(postal_code, '\d{4}')
                WHEN country = 'SE' THEN regexp_full_match(postal_code, '\d{3} \d{2}')
                WHEN country = 'SG' THEN regexp_full_match(postal_code, '\d{6}')
                ELSE false
            END
        """,
    ),
    Rule(
        name="city_lies_in_one_region",
        doc="A city of a country lies in one region of it, or always in none.",
        tables=("raw_customers",),
        sql="""
            SELECT country, city, min(region) AS region, max(region) AS other_region, count(region) AS with_region
            FROM raw_customers GROUP BY country, city
            HAVING min(region) <> max(region) OR (count(region) > 0 AND count(region) < count(*))
        """,
    ),
    Rule(
        name="customer_is_of_age",
        doc="Customers are 18 or older when they register.",
        tables=("raw_customers",),
        sql="""
            SELECT customer_id, date_of_birth, registered_at FROM raw_customers
            WHERE epoch(date_of_birth + INTERVAL 18 YEAR) > epoch(registered_at)
        """,
    ),
    Rule(
        name="customer_changes_after_registration",
        doc="A customer's last change is the registration, or later.",
        tables=("raw_customers",),
        sql="SELECT customer_id, registered_at, updated_at FROM raw_customers WHERE updated_at < registered_at",
    ),
    Rule(
        name="customer_text_is_one_line",
        doc="No text of a customer is empty or has a line break.",
        tables=("raw_customers",),
        sql=r"""
            SELECT customer_id FROM raw_customers
            WHERE '' IN (first_name, last_name, email, phone, street, city, region, postal_code)
            OR regexp_matches(
                concat_ws(' ', first_name, last_name, email, phone, street, city, region, postal_code), '[\r\n]')
        """,
    ),
)

PRODUCT_RULES: tuple[Rule, ...] = (
    Rule(
        name="sku_has_prefix_of_category",
        doc="A stock keeping unit is the prefix of the product's category, one of eight, and a number.",
        tables=("raw_products",),
        sql=r"""
            SELECT product_id, category, sku FROM raw_products
            WHERE NOT regexp_full_match(sku, '[A-Z]{3}-\d{6,}')
            OR left(sku, 3) IS DISTINCT FROM CASE category
                WHEN 'Electronics' THEN 'ELE' WHEN 'Clothing' THEN 'CLO' WHEN 'Home & Kitchen' THEN 'HOM'
                WHEN 'Books' THEN 'BOO' WHEN 'Sports' THEN 'SPO' WHEN 'Beauty' THEN 'BEA'
                WHEN 'Toys' THEN 'TOY' WHEN 'Grocery' THEN 'GRO'
            END
        """,
    ),
    Rule(
        name="sku_is_unique_in_any_case",
        doc="No two products share a stock keeping unit, not even one written in another case.",
        tables=("raw_products",),
        sql="SELECT upper(sku) AS sku, count(*) AS products FROM raw_products GROUP BY ALL HAVING products > 1",
    ),
    Rule(
        name="subcategory_is_in_one_category",
        doc="A subcategory is a division of one category.",
        tables=("raw_products",),
        sql="""
            SELECT subcategory, min(category) AS category, max(category) AS other_category
            FROM raw_products GROUP BY subcategory HAVING min(category) <> max(category)
        """,
    ),
    Rule(
        name="cost_is_below_price",
        doc="Products cost the shop something, and less than their price.",
        tables=("raw_products",),
        sql="SELECT product_id, price, cost FROM raw_products WHERE cost <= 0 OR cost >= price",
    ),
    Rule(
        name="weight_is_positive",
        doc="Every product weighs something.",
        tables=("raw_products",),
        sql="SELECT product_id, weight_kg FROM raw_products WHERE weight_kg <= 0",
    ),
    Rule(
        name="product_changes_after_creation",
        doc="A product's last change is its creation, or later.",
        tables=("raw_products",),
        sql="SELECT product_id, created_at, updated_at FROM raw_products WHERE updated_at < created_at",
    ),
    Rule(
        name="product_text_is_one_line",
        doc="No text of a product is empty, and none but a description has a line break.",
        tables=("raw_products",),
        sql=r"""
            SELECT product_id FROM raw_products
            WHERE '' IN (sku, name, description, category, subcategory, brand, size, color, dimensions)
            OR regexp_matches(
                concat_ws(' ', sku, name, category, subcategory, brand, size, color, dimensions), '[\r\n]')
        """,
    ),
    Rule(
        name="drafts_stay_out_of_the_shop",
        doc="Every sixteenth product is a draft: inactive, never stocked, viewed or sold.",
        tables=("raw_products", "raw_inventory", "raw_order_items", "raw_clickstream"),
        sql="""
            SELECT product_id, 'active' AS found FROM raw_products WHERE is_active AND product_id % 16 = 0
            UNION ALL SELECT product_id, 'stocked' FROM raw_inventory WHERE product_id % 16 = 0
            UNION ALL SELECT product_id, 'sold' FROM raw_order_items WHERE product_id % 16 = 0
            UNION ALL SELECT product_id, event_type FROM raw_clickstream WHERE product_id % 16 = 0
        """,
    ),
    Rule(
        name="goods_in_the_shop_are_stocked",
        doc="What is viewed or sold has been stocked.",
        tables=("raw_products", "raw_inventory", "raw_order_items", "raw_clickstream"),
        sql="""
            SELECT product_id, sku FROM raw_products
            ANTI JOIN (SELECT DISTINCT product_id FROM raw_inventory WHERE reason = 'opening') USING (product_id)
            SEMI JOIN (
                SELECT DISTINCT product_id FROM raw_order_items
                UNION SELECT DISTINCT product_id FROM raw_clickstream WHERE product_id IS NOT NULL
            ) USING (product_id)
        """,
    ),
)

SESSION_RULES: tuple[Rule, ...] = (
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

ORDER_RULES: tuple[Rule, ...] = (
    Rule(
        name="total_is_sum_of_parts",
        doc="total_amount is subtotal - discount_amount + tax_amount + shipping_amount, to the cent.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, subtotal, discount_amount, tax_amount, shipping_amount, total_amount FROM raw_orders
            WHERE total_amount <> subtotal - discount_amount + tax_amount + shipping_amount
        """,
    ),
    Rule(
        name="subtotal_is_sum_of_lines",
        doc="subtotal is the sum of the order's line totals, to the cent.",
        tables=("raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, subtotal, lines FROM raw_orders LEFT JOIN (
                SELECT order_id, sum(line_total) AS lines FROM raw_order_items GROUP BY order_id
            ) USING (order_id)
            WHERE subtotal IS DISTINCT FROM lines
        """,
    ),
    Rule(
        name="item_count_is_number_of_lines",
        doc="item_count is the number of the order's lines, and there is one at least.",
        tables=("raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, item_count, lines FROM raw_orders LEFT JOIN (
                SELECT order_id, count(*) AS lines FROM raw_order_items GROUP BY order_id
            ) USING (order_id)
            WHERE item_count IS DISTINCT FROM lines
        """,
    ),
    Rule(
        name="order_amounts_are_in_range",
        doc="A subtotal is positive, no amount is negative, and a discount is not above the subtotal.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, subtotal, discount_amount, tax_amount, shipping_amount FROM raw_orders
            WHERE subtotal <= 0 OR discount_amount NOT BETWEEN 0 AND subtotal OR tax_amount < 0 OR shipping_amount < 0
        """,
    ),
    Rule(
        name="status_has_its_times",
        doc="An order has shipped_at, delivered_at and cancelled_at exactly where its status says so.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, status, shipped_at, delivered_at, cancelled_at FROM raw_orders
            WHERE (shipped_at IS NOT NULL) <> (status IN ('shipped', 'delivered', 'returned'))
            OR (delivered_at IS NOT NULL) <> (status IN ('delivered', 'returned'))
            OR (cancelled_at IS NOT NULL) <> (status = 'cancelled')
        """,
    ),
    Rule(
        name="order_times_flow_forward",
        doc="An order is placed, then shipped, then delivered, or cancelled; its last change is none of them or later.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, order_date, shipped_at, delivered_at, cancelled_at, updated_at FROM raw_orders
            WHERE shipped_at <= order_date OR delivered_at <= shipped_at OR cancelled_at <= order_date
            OR updated_at < greatest(order_date, shipped_at, delivered_at, cancelled_at)
        """,
    ),
    Rule(
        name="payment_fits_status",
        doc="What moves on is paid, what comes back is refunded, and only cancelled orders' payments fail.",
        tables=("raw_orders",),
        sql="""
            SELECT order_id, status, payment_status FROM raw_orders
            WHERE NOT CASE status
                WHEN 'pending' THEN payment_status = 'pending'
                WHEN 'cancelled' THEN payment_status IN ('failed', 'refunded')
                WHEN 'returned' THEN payment_status = 'refunded'
                ELSE payment_status = 'paid'
            END
        """,
    ),
    Rule(
        name="order_fits_its_session",
        doc="An order is placed within its session, by the customer who is logged in there.",
        tables=("raw_orders", "raw_sessions"),
        sql="""
            SELECT order_id, session_id, o.customer_id, s.customer_id AS session_customer_id, order_date
            FROM raw_orders o JOIN raw_sessions s USING (session_id)
            WHERE o.customer_id IS DISTINCT FROM s.customer_id OR order_date NOT BETWEEN started_at AND ended_at
        """,
    ),
    Rule(
        name="order_fits_its_customer",
        doc="Customers order after they registered, to their country, and to their address unless they moved since.",
        tables=("raw_orders", "raw_customers"),
        sql="""
            SELECT order_id, customer_id, order_date, registered_at, shipping_country, country
            FROM raw_orders o JOIN raw_customers c USING (customer_id)
            WHERE order_date < registered_at OR shipping_country <> country
            OR (c.updated_at <= order_date AND (
                shipping_street <> street OR shipping_city <> city OR shipping_postal_code <> postal_code
                OR shipping_region IS DISTINCT FROM region))
        """,
    ),
)

ORDER_ITEM_RULES: tuple[Rule, ...] = (
    Rule(
        name="line_numbers_have_no_gaps",
        doc="The lines of an order are numbered from 1 without gaps.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_id, order_item_id, line_number FROM raw_order_items
            QUALIFY line_number <> row_number() OVER (PARTITION BY order_id ORDER BY line_number)
        """,
    ),
    Rule(
        name="products_of_an_order_differ",
        doc="A product is on one line of an order at most.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_id, product_id, count(*) AS lines FROM raw_order_items
            GROUP BY order_id, product_id HAVING lines > 1
        """,
    ),
    Rule(
        name="line_total_is_computed",
        doc="line_total is quantity x unit_price - discount_amount, to the cent.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_item_id, quantity, unit_price, discount_amount, line_total FROM raw_order_items
            WHERE line_total <> quantity * unit_price - discount_amount
        """,
    ),
    Rule(
        name="line_amounts_are_in_range",
        doc="A line has a piece at least and a positive price, and its discount leaves something to pay.",
        tables=("raw_order_items",),
        sql="""
            SELECT order_item_id, quantity, unit_price, discount_amount FROM raw_order_items
            WHERE quantity < 1 OR unit_price <= 0 OR discount_amount < 0 OR discount_amount >= quantity * unit_price
        """,
    ),
    Rule(
        name="unit_price_is_that_of_the_day",
        doc="unit_price is the product's price at order_date: today's, unless the product changed since.",
        tables=("raw_order_items", "raw_orders", "raw_products"),
        sql="""
            SELECT order_item_id, product_id, order_date, unit_price, price
            FROM raw_order_items JOIN raw_orders o USING (order_id) JOIN raw_products p USING (product_id)
            WHERE p.updated_at <= order_date AND unit_price <> price
        """,
    ),
    Rule(
        name="unit_price_is_above_cost",
        doc="Nothing is priced at or below what it costs the shop.",
        tables=("raw_order_items", "raw_products"),
        sql="""
            SELECT order_item_id, product_id, unit_price, cost
            FROM raw_order_items JOIN raw_products USING (product_id) WHERE unit_price <= cost
        """,
    ),
    Rule(
        name="goods_sold_are_on_sale",
        doc="Products are sold after they appear and before they are discontinued.",
        tables=("raw_order_items", "raw_orders", "raw_products"),
        sql="""
            SELECT order_item_id, product_id, order_date, created_at, is_active, p.updated_at
            FROM raw_order_items JOIN raw_orders o USING (order_id) JOIN raw_products p USING (product_id)
            WHERE order_date < created_at OR (NOT is_active AND order_date >= p.updated_at)
        """,
    ),
)

INVENTORY_RULES: tuple[Rule, ...] = (
    Rule(
        name="balance_is_running_sum",
        doc="balance_after is the running sum of a product's quantities, by moved_at, then movement_id.",
        tables=("raw_inventory",),
        sql="""
            SELECT movement_id, product_id, moved_at, quantity, balance_after FROM raw_inventory
            QUALIFY balance_after <> sum(quantity) OVER (
                PARTITION BY product_id ORDER BY moved_at, movement_id ROWS UNBOUNDED PRECEDING)
        """,
    ),
    Rule(
        name="balance_is_never_negative",
        doc="No balance is negative: nothing leaves the shelf that is not on it.",
        tables=("raw_inventory",),
        sql="SELECT movement_id, product_id, moved_at, balance_after FROM raw_inventory WHERE balance_after < 0",
    ),
    Rule(
        name="movement_fits_its_reason",
        doc="Openings, purchases and returns come IN, sales go OUT, the rest are ADJUSTMENTs; the sign says so too.",
        tables=("raw_inventory",),
        sql="""
            SELECT movement_id, movement_type, reason, quantity FROM raw_inventory
            WHERE NOT CASE
                WHEN reason IN ('opening', 'purchase', 'return') THEN movement_type = 'IN' AND quantity > 0
                WHEN reason = 'sale' THEN movement_type = 'OUT' AND quantity < 0
                WHEN reason = 'damage' THEN movement_type = 'ADJUSTMENT' AND quantity < 0
                ELSE movement_type = 'ADJUSTMENT' AND quantity <> 0
            END
        """,
    ),
    Rule(
        name="shelves_open_once",
        doc="A product's stock begins with its opening, and has no second one.",
        tables=("raw_inventory",),
        sql="""
            SELECT product_id, count_if(reason = 'opening') AS openings, min(moved_at) AS first_moved_at
            FROM raw_inventory GROUP BY product_id
            HAVING openings <> 1 OR min(moved_at) FILTER (reason = 'opening') > first_moved_at
        """,
    ),
    Rule(
        name="movement_follows_creation",
        doc="Nothing moves before the product exists.",
        tables=("raw_inventory", "raw_products"),
        sql="""
            SELECT movement_id, product_id, moved_at, created_at
            FROM raw_inventory JOIN raw_products USING (product_id) WHERE moved_at < created_at
        """,
    ),
    Rule(
        name="orders_move_goods_by_sale_or_return",
        doc="Only sales and returns have an order.",
        tables=("raw_inventory",),
        sql="""
            SELECT movement_id, reason, order_id FROM raw_inventory
            WHERE order_id IS NOT NULL AND reason NOT IN ('sale', 'return')
        """,
    ),
    Rule(
        name="shipped_lines_leave_once",
        doc="Every line of a shipped order has one OUT of its quantity at shipped_at; no other order has one.",
        tables=("raw_inventory", "raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, product_id, shipped_at, ordered, movements, moved, moved_at FROM (
                SELECT order_id, product_id, quantity AS ordered, shipped_at
                FROM raw_order_items JOIN raw_orders USING (order_id) WHERE shipped_at IS NOT NULL
            ) FULL JOIN (
                SELECT order_id, product_id, count(*) AS movements, sum(quantity) AS moved, min(moved_at) AS moved_at
                FROM raw_inventory WHERE movement_type = 'OUT' AND order_id IS NOT NULL GROUP BY ALL
            ) USING (order_id, product_id)
            WHERE movements IS DISTINCT FROM 1 OR ordered IS DISTINCT FROM -moved
            OR moved_at IS DISTINCT FROM shipped_at
        """,
    ),
    Rule(
        name="returned_lines_come_back_once",
        doc="Every line of a returned order has one IN of its quantity after delivered_at; no other order has one.",
        tables=("raw_inventory", "raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, product_id, delivered_at, ordered, movements, moved, moved_at FROM (
                SELECT order_id, product_id, quantity AS ordered, delivered_at
                FROM raw_order_items JOIN raw_orders USING (order_id) WHERE status = 'returned'
            ) FULL JOIN (
                SELECT order_id, product_id, count(*) AS movements, sum(quantity) AS moved, min(moved_at) AS moved_at
                FROM raw_inventory WHERE movement_type = 'IN' AND order_id IS NOT NULL GROUP BY ALL
            ) USING (order_id, product_id)
            WHERE movements IS DISTINCT FROM 1 OR ordered IS DISTINCT FROM moved OR moved_at <= delivered_at
        """,
    ),
)

REVIEW_RULES: tuple[Rule, ...] = (
    Rule(
        name="reviewer_bought_the_product",
        doc="Reviews are by the customer who bought that product in that order.",
        tables=("raw_reviews", "raw_orders", "raw_order_items"),
        sql="""
            SELECT review_id, order_id, product_id, customer_id FROM raw_reviews ANTI JOIN (
                SELECT order_id, product_id, customer_id FROM raw_order_items JOIN raw_orders USING (order_id)
            ) USING (order_id, product_id, customer_id)
        """,
    ),
    Rule(
        name="lines_have_one_review_at_most",
        doc="There is at most one review of an order line.",
        tables=("raw_reviews",),
        sql="""
            SELECT order_id, product_id, count(*) AS reviews FROM raw_reviews
            GROUP BY order_id, product_id HAVING reviews > 1
        """,
    ),
    Rule(
        name="review_follows_shipping",
        doc="Nothing is reviewed before it is shipped.",
        tables=("raw_reviews", "raw_orders"),
        sql="""
            SELECT review_id, order_id, shipped_at, reviewed_at FROM raw_reviews JOIN raw_orders USING (order_id)
            WHERE shipped_at IS NULL OR reviewed_at < shipped_at
        """,
    ),
    Rule(
        name="verified_means_delivered",
        doc="A review is a verified purchase's if and only if the order was delivered before it.",
        tables=("raw_reviews", "raw_orders"),
        sql="""
            SELECT review_id, order_id, is_verified_purchase, delivered_at, reviewed_at
            FROM raw_reviews JOIN raw_orders USING (order_id)
            WHERE is_verified_purchase <> coalesce(delivered_at < reviewed_at, false)
        """,
    ),
    Rule(
        name="rating_is_one_to_five",
        doc="Ratings are from 1 to 5, and no helpful_votes are negative.",
        tables=("raw_reviews",),
        sql="""
            SELECT review_id, rating, helpful_votes FROM raw_reviews
            WHERE rating NOT BETWEEN 1 AND 5 OR helpful_votes < 0
        """,
    ),
    Rule(
        name="review_text_is_there",
        doc="No title or text of a review is empty, and no title has a line break.",
        tables=("raw_reviews",),
        sql=r"""
            SELECT review_id, title, review_text FROM raw_reviews
            WHERE '' IN (title, review_text) OR regexp_matches(title, '[\r\n]')
        """,
    ),
)

CLICKSTREAM_RULES: tuple[Rule, ...] = (
    # One sort for two rules: with ties in time turned round, rows are numbered by time only if time strictly increases.
    Rule(
        name="events_are_numbered_by_time",
        doc="A session's events are numbered from 1 without gaps, and each is later than the one before.",
        tables=("raw_clickstream",),
        sql="""
            SELECT event_id, session_id, sequence_number, event_timestamp FROM raw_clickstream
            QUALIFY sequence_number <> row_number() OVER (
                PARTITION BY session_id ORDER BY event_timestamp, sequence_number DESC)
        """,
    ),
    Rule(
        name="events_lie_inside_their_session",
        doc="Events happen between the start and the end of their session.",
        tables=("raw_clickstream", "raw_sessions"),
        sql="""
            SELECT event_id, session_id, event_timestamp, started_at, ended_at
            FROM raw_clickstream JOIN raw_sessions USING (session_id)
            WHERE event_timestamp NOT BETWEEN started_at AND ended_at
        """,
    ),
    Rule(
        name="event_type_says_what_it_is_about",
        doc="Views and cart changes name a product, purchases an order, and other events neither.",
        tables=("raw_clickstream",),
        sql="""
            SELECT event_id, event_type, product_id, order_id FROM raw_clickstream
            WHERE (product_id IS NOT NULL) <> (event_type IN ('product_view', 'add_to_cart', 'remove_from_cart'))
            OR (order_id IS NOT NULL) <> (event_type = 'purchase')
        """,
    ),
    Rule(
        name="cart_add_follows_view",
        doc="A product is put into the cart after it was viewed in the same session.",
        tables=("raw_clickstream",),
        sql="""
            SELECT session_id, product_id FROM raw_clickstream WHERE event_type IN ('product_view', 'add_to_cart')
            GROUP BY session_id, product_id
            HAVING min(sequence_number) FILTER (event_type = 'add_to_cart')
                <= coalesce(min(sequence_number) FILTER (event_type = 'product_view'), 32767)
        """,
    ),
    Rule(
        name="cart_removal_follows_add",
        doc="Only what was put into the cart is removed, and no more often than that.",
        tables=("raw_clickstream",),
        sql="""
            SELECT session_id, product_id FROM raw_clickstream WHERE event_type IN ('add_to_cart', 'remove_from_cart')
            GROUP BY session_id, product_id
            HAVING count_if(event_type = 'remove_from_cart') > count_if(event_type = 'add_to_cart')
            OR min(sequence_number) FILTER (event_type = 'remove_from_cart')
                <= min(sequence_number) FILTER (event_type = 'add_to_cart')
        """,
    ),
    Rule(
        name="purchase_follows_checkout",
        doc="A purchase follows a checkout in the same session.",
        tables=("raw_clickstream",),
        sql="""
            SELECT session_id FROM raw_clickstream WHERE event_type IN ('checkout', 'purchase')
            GROUP BY session_id
            HAVING min(sequence_number) FILTER (event_type = 'purchase')
                <= coalesce(min(sequence_number) FILTER (event_type = 'checkout'), 32767)
        """,
    ),
    Rule(
        name="orders_have_one_purchase",
        doc="Every order has exactly one purchase event, at its order_date and in its own session.",
        tables=("raw_clickstream", "raw_orders"),
        sql="""
            SELECT order_id, purchases, o.session_id, p.session_id AS purchase_session_id, order_date, purchased_at
            FROM raw_orders o FULL JOIN (
                SELECT order_id, count(*) AS purchases, min(session_id) AS session_id,
                    min(event_timestamp) AS purchased_at
                FROM raw_clickstream WHERE event_type = 'purchase' GROUP BY order_id
            ) p USING (order_id)
            WHERE purchases IS DISTINCT FROM 1 OR o.session_id IS DISTINCT FROM p.session_id
            OR order_date IS DISTINCT FROM purchased_at
        """,
    ),
    Rule(
        name="goods_bought_were_in_the_cart",
        doc="Each product of an order was put into the cart in its session before order_date, and not removed again.",
        tables=("raw_clickstream", "raw_orders", "raw_order_items"),
        sql="""
            SELECT order_id, session_id, product_id, order_date, added_at, removals
            FROM raw_order_items JOIN raw_orders USING (order_id) LEFT JOIN (
                SELECT session_id, product_id, min(event_timestamp) FILTER (event_type = 'add_to_cart') AS added_at,
                    count_if(event_type = 'remove_from_cart') AS removals
                FROM raw_clickstream WHERE event_type IN ('add_to_cart', 'remove_from_cart') GROUP BY ALL
            ) USING (session_id, product_id)
            WHERE added_at IS NULL OR added_at >= order_date OR removals > 0
        """,
    ),
    Rule(
        name="goods_viewed_are_on_sale",
        doc="Products are viewed and put into carts after they appear and before they are discontinued.",
        tables=("raw_clickstream", "raw_products"),
        sql="""
            SELECT event_id, event_type, product_id, event_timestamp, created_at, is_active, updated_at
            FROM raw_clickstream JOIN raw_products USING (product_id)
            WHERE event_timestamp < created_at OR (NOT is_active AND event_timestamp >= updated_at)
        """,
    ),
)
