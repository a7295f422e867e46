"""Make the table of people.yaml with another generator, as its documentation would, and write it as Parquet.

Run by `make bench` in the peers' environment: ``python people_peers.py faker 20000 FILE``. Faker and mimesis are asked
for every cell, in a loop; DuckDB has no vocabularies, so its names and cities are picked from lists, by `random()`.
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

_TODAY = date(2026, 1, 1)
_FIRST = (
    "Ada",
    "Bea",
    "Carl",
    "Dora",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jana",
    "Karl",
    "Lea",
    "Max",
    "Nora",
    "Otto",
)
_LAST = (
    "Abel",
    "Berg",
    "Cole",
    "Diaz",
    "Engel",
    "Frost",
    "Gray",
    "Holm",
    "Ito",
    "Jung",
    "Klein",
    "Lund",
    "Moss",
    "Novak",
)
_CITY = (
    "Berlin",
    "Paris",
    "Rome",
    "Oslo",
    "London",
    "Madrid",
    "Boston",
    "Tokyo",
    "Sydney",
    "Toronto",
    "Vienna",
    "Lima",
)

Row = dict[str, Any]


def faker(rows: int) -> Iterator[Row]:
    """Faker, a call a cell."""
    from faker import Faker

    Faker.seed(42)
    fake = Faker()
    for number in range(rows):
        yield {
            "person_id": number + 1,
            "name": fake.name(),
            "email": f"{number}.{fake.email()}",
            "city": fake.city(),
            "signed_up_on": fake.date_between_dates(_TODAY - timedelta(days=1000), _TODAY),
            "balance": Decimal(fake.random_int(500, 500_000)).scaleb(-2),
        }


def mimesis(rows: int) -> Iterator[Row]:
    """mimesis, a call a cell."""
    from mimesis import Datetime, Generic, Locale  # pyright: ignore[reportMissingImports] — the peers' own environment

    fake, when = Generic(Locale.EN, seed=42), Datetime(seed=42)
    draw = random.Random(42)  # noqa: S311 - it is what such scripts use
    for number in range(rows):
        yield {
            "person_id": number + 1,
            "name": fake.person.full_name(),
            "email": f"{number}.{fake.person.email()}",  # with a seed it refuses to give unique ones
            "city": fake.address.city(),
            "signed_up_on": when.date(start=2023, end=2025),
            "balance": Decimal(draw.randint(500, 500_000)).scaleb(-2),
        }


def looped(make: Callable[[int], Iterator[Row]]) -> Callable[[int, str], None]:
    """Write what a loop gives."""

    def write(rows: int, path: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(list(make(rows))), path, compression="zstd")

    return write


def in_duckdb(rows: int, path: str) -> None:
    """DuckDB, one statement."""
    import duckdb

    def one_of(words: tuple[str, ...]) -> str:
        return f"{list(words)!r}[1 + floor(random() * {len(words)})::int]"

    duckdb.execute("select setseed(0.42)")
    duckdb.execute(
        f"""
        copy (
          select person_id, name, lower(replace(name, ' ', '.')) || person_id || '@example.com' as email, city,
                 signed_up_on, balance
          from (select range + 1 as person_id, {one_of(_FIRST)} || ' ' || {one_of(_LAST)} as name,
                       {one_of(_CITY)} as city, date '2026-01-01' - floor(random() * 1000)::int as signed_up_on,
                       (5 + random() * 4995)::decimal(8, 2) as balance
                from range({rows}))
        ) to '{path}' (format parquet, compression zstd)
        """  # noqa: S608 — nobody else's words
    )


MAKERS = {"faker": looped(faker), "mimesis": looped(mimesis), "duckdb": in_duckdb}

if __name__ == "__main__":
    MAKERS[sys.argv[1]](int(sys.argv[2]), sys.argv[3])
