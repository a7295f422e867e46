"""A small shop whose tables have every kind of key and reference, and a hand-made log of its changes.

::

    people      person_id (UUID)            boss_id → people, email unique
    articles    sku (text)                  replaces → articles
    carts       shop, cart_no               email → people.email
    lines       shop, cart_no, line         shop, cart_no → carts; sku → articles
"""

import functools
import random

import numpy as np
import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.engine.chunks import chunk_of
from synth_assets.kernel.counter import Span
from synth_assets.model.change_log import CADENCES, LSN_BITS, change_table
from synth_assets.model.domain import Domain
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.key import composite_key, text_key, uuid_key
from synth_assets.model.params import Params
from synth_assets.model.table import Reference
from synth_assets.model.types import INT32, INT64, STRING, UUID
from synth_assets.model.values import Masked
from synth_assets.sinks.staging import Staging

ROWS = 24
"""Of each table in the base."""

CITIES = pl.Series(["Aarau", "Bern", "Chur"])


class Keyed(Entity):
    """Base of the shop's tables: every position is a row, with values that its number alone decides."""

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 — nobody comes or goes by itself
        return dataset.params.size

    def keys(self, entity, numbers, of=0):
        """A column of the keys of an entity's rows."""
        rows = entity(self.dataset, numbers)
        return entity.key().codec.values(numbers, rows.bits("key"))[of]

    @property
    def even(self):
        """An even row before this one, or 0: those that others refer to are even."""
        return np.maximum(self.numbers - 1 - self.numbers % 3, 0) // 2 * 2


class People(Keyed):
    """People, some of whom are others' bosses."""

    about = About("keyed", "people", "one person", uuid_key("person_id"))

    @column(UUID, "key")
    def person_id(self):
        return self.keys(People, self.numbers)

    @column(STRING, "address", unique=True)
    def email(self):
        return pl.Series([f"p{number}@example.com" for number in self.numbers])

    @column(UUID, "boss", references="people", nullable=True)
    def boss_id(self):
        return self.keys(People, self.even).set(pl.Series(self.numbers == 0), None)

    @column(STRING, "city")
    def city(self):
        return CITIES[(self.numbers % 3).tolist()]


class Articles(Keyed):
    """Articles, some of which replace others."""

    about = About("keyed", "articles", "one article", text_key("sku", "A", 6))

    @column(STRING, "key")
    def sku(self):
        return self.keys(Articles, self.numbers)

    @column(STRING, "predecessor", references="articles", nullable=True)
    def replaces(self):
        return self.keys(Articles, self.even).set(pl.Series(self.numbers % 4 == 0), None)

    @column(INT64, "price", nullable=True)
    def price(self):
        return Masked(self.numbers * 7 + 1, self.numbers % 5 != 0)


class Carts(Keyed):
    """Carts of people, whom they know by their addresses."""

    about = About("keyed", "carts", "one cart", composite_key("shop", cart_no=10))

    @column(INT64, "key")
    def shop(self):
        return self.keys(Carts, self.numbers)

    @column(INT32, "key")
    def cart_no(self):
        return self.keys(Carts, self.numbers, 1)

    @column(STRING, "whose", references="people.email")
    def email(self):
        return People(self.dataset, self.even).email

    @column(STRING, "remark")
    def remark(self):
        return CITIES[(self.numbers % 3).tolist()]


class Lines(Keyed):
    """Lines of carts: up to four each."""

    about = About(
        "keyed",
        "lines",
        "one line",
        composite_key("shop", cart_no=10, line=4),
        references=(Reference(("shop", "cart_no"), "carts"),),
    )

    @column(INT64, "key")
    def shop(self):
        return self.keys(Lines, self.numbers)

    @column(INT32, "key")
    def cart_no(self):
        return self.keys(Lines, self.numbers, 1)

    @column(INT32, "key")
    def line(self):
        return self.keys(Lines, self.numbers, 2)

    @column(STRING, "article", references="articles")
    def sku(self):
        return self.keys(Articles, self.even)

    @column(INT32, "pieces")
    def pieces(self):
        return self.numbers + 1


class ShopParams(Params):
    """How large it is."""

    size: int = ROWS


class Source:
    """Finds the shop again."""

    def load(self):
        return SHOP


ENTITIES = (People, Articles, Carts, Lines)
SHOP = Domain.of("keyed", "A shop.", ShopParams, {"small": ShopParams()}, "small", ENTITIES, Source())
DATASET = SHOP.dataset("small")

REFERENCES = {
    "people": {("boss_id",): ("people", ("person_id",))},
    "articles": {("replaces",): ("articles", ("sku",))},
    "carts": {("email",): ("people", ("email",))},
    "lines": {("shop", "cart_no"): ("carts", ("shop", "cart_no")), ("sku",): ("articles", ("sku",))},
}
"""As the scan of broken logs takes them."""

CHANGING = {"people": "email", "articles": "price", "carts": "remark", "lines": "pieces"}
"""What updates change in each table; an address is what carts refer to."""


def rows_of(name, count):
    """The first rows of a table, as a frame."""
    return chunk_of(SHOP.entities[name](DATASET, Span(0, count))).frame


@functools.cache
def _numbers(entity):
    return {key: number for number, key in enumerate(SHOP.tables[entity].key.shown(rows_of(entity, 400)))}


def position_of(entity, key):
    """A row's number from its key as text, by looking it up."""
    return _numbers(entity)[key]


def write_keyed_log(root, batches=8, form="parquet", seed=1):
    """A clean log of the shop with its base, made by hand: inserts, updates and deletes as they come."""
    folder = ChangeFolder.claim(root, SHOP, DATASET, CADENCES["day"])
    simulation = _Simulation(random.Random(seed))  # noqa: S311 — no secret
    with Staging(folder.root) as staging:
        for name in SHOP.entities:
            folder.write_snapshot(staging, name, DATASET.as_of_second, form)
        for batch in range(1, batches + 1):
            for name, events in simulation.batch(batch).items():
                folder.write_log(staging, name, batch, [events], form)
    return folder


class _Simulation:
    """The rows as they are, and what happens to them."""

    def __init__(self, chance):
        self._chance = chance
        self._all = {name: rows_of(name, 400).rows(named=True) for name in SHOP.entities}
        self._there = {name: dict(enumerate(rows[:ROWS])) for name, rows in self._all.items()}
        self._next = dict.fromkeys(SHOP.entities, ROWS)

    def batch(self, number):
        """The events of each table, as frames of its change log."""
        lsn = number << LSN_BITS
        found = {}
        for name in SHOP.entities:
            told = [self._event(name, number, lsn + at + 1) for at in range(30)]
            lsn += len(told)
            found[name] = pl.DataFrame(told, schema=change_table(SHOP.tables[name]).schema, orient="row")
        return found

    def _event(self, name, batch, lsn):
        there, before, after = self._there[name], None, None
        odd = [number for number in there if number % 2]
        op = self._chance.choice(["insert", "insert", "update", "update", "update", "delete" if odd else "insert"])
        if op == "insert":
            number = self._next[name]
            self._next[name] += 1
            after = there[number] = self._all[name][number]
        else:
            number = self._chance.choice(odd if op == "delete" else sorted(there))
            before = there[number]
            if op == "update":
                after = there[number] = {**before, CHANGING[name]: self._other(name, before[CHANGING[name]])}
            else:
                del there[number]
        own = before if after is None else after
        second = DATASET.as_of_second + (batch - 1) * 86_400 + (lsn & 0xFFFF) * 60
        columns = SHOP.tables[name].column_names
        return [
            *(batch, lsn, lsn, 1, 1, op, second * 1_000_000),
            *(own[key] for key in SHOP.tables[name].key.columns),
            *(None if before is None else before[one] for one in columns),
            *(None if after is None else after[one] for one in columns),
            [CHANGING[name]] if op == "update" else [],
        ]

    def _other(self, name, value):
        if name == "people":
            return f"{self._chance.randrange(1 << 30)}@example.com"
        if name == "carts":
            return self._chance.choice("xyz") + value
        return (value or 0) + 1
