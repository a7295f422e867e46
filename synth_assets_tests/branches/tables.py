"""Branches, what they sell, and rates that are everybody's."""

from synth_assets.kernel.choice import between, chance
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.groups import Group
from synth_assets.model.shapes import Rows, Sparse
from synth_assets.model.types import INT64


class Branches(Entity):
    """Branches."""

    about = About(domain="branches", name="branches", grain="one branch", key="branch_id", shape=Rows("branches"))

    @column(INT64, "number")
    def branch_id(self):
        return self.numbers + 1


class Rates(Entity):
    """Of no branch: every branch has them all."""

    about = About(domain="branches", name="rates", grain="one rate", key="rate_id", shape=Rows())

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - rates stay
        return 4

    @column(INT64, "number")
    def rate_id(self):
        return self.numbers + 1


class Sales(Entity):
    """Some of them were never made: positions aren't rows."""

    about = About(domain="branches", name="sales", grain="one sale", key="sale_id", shape=Sparse())

    @classmethod
    def positions(cls, dataset, at=None):  # noqa: ARG003 - sales stay
        return dataset.params.branches * dataset.params.sales

    @classmethod
    def groups(cls, dataset):
        each = dataset.params.sales
        return tuple(Group(f"{at + 1}", at * each, (at + 1) * each) for at in range(dataset.params.branches))

    def exists(self):
        return chance(self.bits("exists"), 900, 1_000)

    @column(INT64, "number")
    def sale_id(self):
        return self.numbers + 1

    @column(INT64, "where", references="branches")
    def branch_id(self):
        return self.numbers // self.dataset.params.sales + 1

    @column(INT64, "amount")
    def amount(self):
        return between(self.bits("amount"), 1, 99)
