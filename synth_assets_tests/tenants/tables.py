"""Tables of every shape that groups can have: rows, rows that may be missing, one row a group."""

from synth_assets.kernel.choice import between, chance
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.groups import Group
from synth_assets.model.shapes import Rows, Sparse
from synth_assets.model.types import BOOLEAN, INT64, STRING
from synth_assets.model.values import Masked, Text, TextPool

STATUS = ("paid", "open", "à jour=50%/é")
_POOL = TextPool(STATUS)


def of_tenants(dataset: Dataset, rows: int) -> tuple[Group, ...]:
    return tuple(Group(f"t_{at:02d}", at * rows, (at + 1) * rows) for at in range(dataset.params.tenants))


class Tenants(Entity):
    """Tenants."""

    about = About(domain="tenants", name="tenants", grain="one tenant", key="tenant_id", shape=Rows("tenants"))

    @column(INT64, "number")
    def tenant_id(self):
        return self.numbers + 1


class Settings(Entity):
    """One row for each tenant, in a file of its own."""

    about = About(domain="tenants", name="settings", grain="one tenant", key="tenant_id", shape=Rows("tenants"))

    @classmethod
    def groups(cls, dataset):
        return of_tenants(dataset, 1)

    @column(INT64, "number", references="tenants")
    def tenant_id(self):
        return self.numbers + 1


class Orders(Entity):
    """So many rows for each tenant."""

    about = About(domain="tenants", name="orders", grain="one order", key="order_id", shape=Rows())

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - orders and notes are what they are
        return dataset.params.tenants * dataset.params.orders

    @classmethod
    def groups(cls, dataset):
        return of_tenants(dataset, dataset.params.orders)

    @column(INT64, "number")
    def order_id(self):
        return self.numbers + 1

    @column(INT64, "whose it is", references="tenants")
    def tenant_id(self):
        return self.numbers // self.dataset.params.orders + 1

    @column(INT64, "amount")
    def amount(self):
        return between(self.bits("amount"), 0, 9)

    @column(STRING, "status", values=STATUS)
    def status(self):
        return Text(_POOL, between(self.bits("status"), 0, 2))


class Notes(Entity):
    """On some orders."""

    about = About(domain="tenants", name="notes", grain="one note", key="note_id", shape=Sparse())

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - orders and notes are what they are
        return Orders.positions(dataset)

    @classmethod
    def groups(cls, dataset):
        return Orders.groups(dataset)

    def exists(self):
        return chance(self.bits("exists"), 500, 1_000)

    @column(INT64, "number", references="orders")
    def note_id(self):
        return self.numbers + 1

    @column(INT64, "missing now and then", nullable=True)
    def priority(self):
        return Masked(between(self.bits("priority"), 1, 3), chance(self.bits("priority", "there"), 800, 1_000))

    @column(BOOLEAN, "whether it is open")
    def is_open(self):
        return chance(self.bits("is_open"), 500, 1_000)
