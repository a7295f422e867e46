"""Print the rows a second of a plain loop over Faker that fills the columns of the marketplace.

Dictionaries in a list, a call a cell, written as Parquet by polars, or as NDJSON by ``json.dumps`` into chunks of
10,000 rows with gzip; the tables in the proportion of medium. ``faker`` asks Faker for every cell, ``mixed`` Python's
own ``uuid`` and ``random`` where they do. Beside it: ``synth generate marketplace --preset medium``::

    python -m benchmarks.faker_loop --rows 20000
"""

import argparse
import gzip
import json
import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from faker import Faker

CHUNK = 10_000
SHARES = {
    "customers": 5,
    "products": 250,
    "orders": 500,
    "price_history": 479,
    "stock_events": 2_562,
    "order_items": 1_069,
}
"""Rows of each table in a thousandth of medium: the loop makes as many of each in proportion."""

Row = dict[str, Any]


class Loop:
    """A script as people write it."""

    def __init__(self, kind: str) -> None:
        self.fake = Faker()
        Faker.seed(42)
        draw = random.Random(42)  # noqa: S311 - it is what such scripts use
        own = kind == "mixed"
        self.uuid: Callable[[], str] = (lambda: str(uuid.uuid4())) if own else self.fake.uuid4
        self.one_of: Callable[[Sequence[str]], str] = draw.choice if own else self.fake.random_element
        self.whole: Callable[[int, int], int] = draw.randint if own else self.fake.random_int
        self.tenant = self.uuid()
        self.ids = [self.uuid() for _ in range(1_000)]

    def money(self, most: int) -> float:
        """An amount of so many cents at most."""
        return self.whole(500, most) / 100

    def moment(self) -> str:
        """A time of the last year."""
        return self.fake.date_time_between("-1y", "now").isoformat()

    def customers(self) -> Row:
        """A customer."""
        return {
            "customer_id": self.uuid(), "tenant_id": self.tenant, "name": self.fake.name(),
            "email": self.fake.email(),
            "metadata": {
                "phone": self.fake.phone_number(), "address": self.fake.street_address(),
                "loyalty_tier": self.one_of(["bronze", "silver", "gold"]),
                "signup_source": self.one_of(["web", "mobile", "store"]),
            },
            "created_at": self.moment(),
        }  # fmt: skip

    def products(self) -> Row:
        """A product."""
        return {
            "product_id": self.uuid(), "tenant_id": self.tenant, "sku": f"ELE{self.whole(0, 10**6 - 1):06d}",
            "name": f"{self.fake.word().title()} Electronics Product", "price": self.money(50_000),
            "category_id": self.one_of(self.ids), "active": self.whole(0, 99) < 95,
            "created_at": self.moment(),
        }  # fmt: skip

    def orders(self) -> Row:
        """An order."""
        return {
            "order_id": self.uuid(), "tenant_id": self.tenant,
            "external_order_id": f"EXT{self.whole(0, 10**8 - 1):08d}", "customer_id": self.one_of(self.ids),
            "customer_name_snapshot": self.fake.name(), "customer_email_snapshot": self.fake.email(),
            "total_amount": self.money(90_000), "currency": "USD",
            "order_status": self.one_of(["pending", "paid", "shipped", "delivered"]),
            "order_date": self.moment(),
            "raw_payload": {
                "source": self.one_of(["web", "mobile"]), "campaign": "summer_sale", "discount_code": "SAVE20",
            },
            "created_at": self.moment(),
        }  # fmt: skip

    def order_items(self) -> Row:
        """A line."""
        quantity, price = self.whole(1, 5), self.money(50_000)
        return {
            "order_item_id": self.uuid(), "order_id": self.one_of(self.ids), "tenant_id": self.tenant,
            "product_id": self.one_of(self.ids), "quantity": quantity, "unit_price": price,
            "line_total": round(quantity * price, 2),
        }  # fmt: skip

    def price_history(self) -> Row:
        """A price."""
        return {
            "id": self.uuid(), "tenant_id": self.tenant, "product_id": self.one_of(self.ids),
            "price": self.money(50_000), "effective_from": self.moment(), "effective_to": None,
        }  # fmt: skip

    def stock_events(self) -> Row:
        """A movement."""
        return {
            "stock_event_id": self.uuid(), "tenant_id": self.tenant, "product_id": self.one_of(self.ids),
            "delta": self.whole(-5, 50), "resulting_level": self.whole(0, 500),
            "event_time": self.moment(), "source": self.one_of(["receipt", "sale", "adjustment"]),
            "meta": {"reason": "Weekly stock replenishment", "operator": self.fake.name()},
        }  # fmt: skip


def chunks(make: Callable[[], Row], rows: int) -> Iterator[list[Row]]:
    """So many rows, in chunks."""
    for start in range(0, rows, CHUNK):
        yield [make() for _ in range(min(CHUNK, rows - start))]


def main() -> None:
    """Measure both formats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    asked = parser.parse_args()
    parts = {name: max(1, asked.rows * share // sum(SHARES.values())) for name, share in SHARES.items()}
    for kind in ("faker", "mixed"):
        for form in ("parquet", "ndjson.gz"):
            loop = Loop(kind)
            start = time.perf_counter()
            with tempfile.TemporaryDirectory() as folder:
                for name, rows in parts.items():
                    for number, chunk in enumerate(chunks(getattr(loop, name), rows)):
                        write(Path(folder) / f"{name}_{number:04d}.{form}", chunk)
            seconds, made = time.perf_counter() - start, sum(parts.values())
            figures = {
                "loop": kind,
                "format": form,
                "rows": made,
                "s": round(seconds, 2),
                "rows_s": round(made / seconds),
            }
            print(json.dumps(figures))


def write(path: Path, chunk: list[Row]) -> None:
    """A chunk as a file."""
    if path.suffix == ".parquet":
        pl.DataFrame(chunk).write_parquet(path)
        return
    with gzip.open(path, "wt") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in chunk)


if __name__ == "__main__":
    main()
