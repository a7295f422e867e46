-- The jaffle shop of dbt: its public structure, in DuckDB's words; no data.
CREATE TABLE raw_customers (
    id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL
);
CREATE TABLE raw_stores (
    id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    tax_rate DOUBLE NOT NULL
);
CREATE TABLE raw_products (
    sku VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    type VARCHAR NOT NULL CHECK (type IN ('jaffle', 'beverage')),
    price INTEGER NOT NULL,
    description VARCHAR
);
CREATE TABLE raw_supplies (
    id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    cost INTEGER NOT NULL,
    perishable BOOLEAN NOT NULL,
    sku VARCHAR NOT NULL REFERENCES raw_products (sku),
    PRIMARY KEY (id, sku)
);
CREATE TABLE raw_orders (
    id VARCHAR PRIMARY KEY,
    customer VARCHAR NOT NULL REFERENCES raw_customers (id),
    ordered_at TIMESTAMP NOT NULL,
    store_id VARCHAR NOT NULL REFERENCES raw_stores (id),
    subtotal INTEGER NOT NULL,
    tax_paid INTEGER NOT NULL,
    order_total INTEGER NOT NULL,
    CHECK (order_total = subtotal + tax_paid)
);
CREATE TABLE raw_items (
    id VARCHAR PRIMARY KEY,
    order_id VARCHAR NOT NULL REFERENCES raw_orders (id),
    sku VARCHAR NOT NULL REFERENCES raw_products (sku)
);
CREATE TABLE raw_tweets (
    id VARCHAR PRIMARY KEY,
    user_id VARCHAR NOT NULL REFERENCES raw_customers (id),
    tweeted_at TIMESTAMP NOT NULL,
    content VARCHAR NOT NULL
);
