"""What always holds in raw_customers."""

from synth_assets.model.table import Rule

RULES: tuple[Rule, ...] = (
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
