"""Products of each tenant, numbered in the order in which they appear."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.basis.shuffle import mixed
from synth_assets.columns.key import key
from synth_assets.columns.moment import moment
from synth_assets.domains.marketplace.acts import (
    PriceChanges,
    ProductAppears,
    ProductWithdrawn,
    TenantJoins,
    TenantLeaves,
)
from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.domains.marketplace.tables.common import WHEN, even_groups, tenant_ids, uuids
from synth_assets.domains.marketplace.tables.rules.products import RULES
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.distinct import distinct
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.groups import Group
from synth_assets.model.key import uuid_key
from synth_assets.model.timeline import Act, Effect, Members, deleted, inserted, updated
from synth_assets.model.types import BOOLEAN, MONEY, STRING, UUID
from synth_assets.model.values import Text, TextPool
from synth_assets.world.goods import kinds_of_goods

_CATEGORIES = 16  # numbers for the categories of a tenant

_SERIES = TextPool(
    ("Aria", "Alto", "Aspen", "Atlas", "Aurora", "Avalon", "Bravo", "Cirrus", "Comet", "Corsa", "Delta", "Echo",
     "Elara", "Ember", "Fjord", "Halo", "Harbor", "Indigo", "Juno", "Koru", "Lumen", "Lyra", "Mira", "Nova", "Onyx",
     "Orbit", "Pico", "Prisma", "Quanta", "Ridge", "Sierra", "Solis", "Strato", "Tempo", "Terra", "Vela", "Vista",
     "Zephyr"),
    lasting=True,
)  # fmt: skip
_IS_NUMBERED = np.array([name in {"Books", "Beauty", "Grocery"} for name in kinds_of_goods().categories])
"""Whether goods of a category have a number of their own rather than a series with one."""

_LEAST_MODEL = 100
_LEAST_MODELS = 700_000  # names: models of a few hundred numbers, also where a tenant has few products


def of_joining(act: Act) -> Members:
    """The products of each tenant that joins: all it will ever have."""
    coming = market_of(act.dataset).products.coming
    count = coming.founders_on_trial
    index = np.tile(np.arange(count, dtype=np.int64), len(act.subjects))
    return Members(np.full(len(act.subjects), count), coming.lanes.numbers(np.repeat(act.subjects, count), index))


def of_leaving(act: Act) -> Members:
    """All products of each tenant that leaves."""
    return market_of(act.dataset).products.coming.of_tenant(act.subjects, act.seconds)


class Products(Entity):
    """Goods that a tenant sells, those taken off sale included."""

    about = About(
        domain="marketplace",
        name="products",
        grain="one product of one tenant",
        key=uuid_key("product_id"),
        rules=RULES,
        unique=(("tenant_id", "sku"),),
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return market_of(dataset).products.coming.positions(at)

    @classmethod
    def groups(cls, dataset: Dataset) -> tuple[Group, ...]:
        return even_groups(dataset, market_of(dataset).params.products_per_tenant)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(TenantJoins, of_joining),
            inserted(ProductAppears),
            updated(PriceChanges),
            updated(ProductWithdrawn),
            deleted(TenantLeaves, of_leaving),
        )

    product_id = column(UUID, "the product's key", key())

    @column(UUID, "the tenant", references="tenants")
    def tenant_id(self) -> Text:
        return tenant_ids(self.dataset, self.place[0])

    @column(STRING, "stock keeping unit: prefix of the category and a number; unique in the tenant", since=2)
    def sku(self) -> pl.Series:
        number = pl.Series("n", self.place[1] + 1).cast(pl.String).str.zfill(6)
        frame = pl.DataFrame({"p": kinds_of_goods().prefixes.gather(self._kind), "n": number})
        return frame.select(pl.concat_str("p", "n")).to_series()

    @column(
        STRING, "the brand, a series or an adjective, what it is and a number; hardly ever twice with a tenant", since=2
    )
    def name(self) -> pl.Series:
        kinds, category, code = kinds_of_goods(), self._category, self._model
        soft = _IS_NUMBERED[category]
        series = np.where(soft, kinds.adjectives.count(category), len(_SERIES))
        brands = kinds.brands.count(category)
        frame = pl.DataFrame(
            {
                "brand": kinds.brands.numbered(code // series, category).series(),
                "adjective": kinds.adjectives.numbered(code % series, category).series(),
                "series": _SERIES.series(code % len(_SERIES)),
                "noun": kinds.nouns.series(self._kind),
                "number": pl.Series(_LEAST_MODEL + code // (series * brands)).cast(pl.String),
                "soft": soft,
            }
        )
        by_number = pl.concat_str("adjective", "brand", "noun", pl.lit("No."), "number", separator=" ")
        by_series = pl.concat_str("brand", "series", "number", "noun", separator=" ")
        return frame.select(pl.when("soft").then(by_number).otherwise(by_series)).to_series()

    @column(MONEY, "price now, in the tenant's currency: that of the open period in price_history", since=2)
    def price(self) -> I64Array:
        prices = market_of(self.dataset).prices
        return prices.amount(self.numbers, prices.period(self.numbers, self.at - 1))

    @column(UUID, "the category, as the tenant keeps it", since=2)
    def category_id(self) -> Text:
        number = self.place[0] * _CATEGORIES + self._category
        these, codes = distinct(number)
        return Text(TextPool(uuids(self.dataset, "products", "category_id", these)), codes)

    @column(BOOLEAN, "whether it is on sale")
    def active(self) -> NDArray[np.bool_]:
        return market_of(self.dataset).products.withdrawn(*self.place) >= self.at

    created_at = column(WHEN, "when the product appeared (UTC)", moment("appeared"), since=2)

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        market, (tenants, index) = market_of(self.dataset), self.place
        taken = market.products.coming.is_row(index, tenants)
        return taken & (self.appeared < self.at) & (market.tenants.left(tenants) >= self.at)

    @cached_property
    def place(self) -> tuple[I64Array, I64Array]:
        """Tenant and index of each."""
        return market_of(self.dataset).products.coming.lanes.places(self.numbers)

    @cached_property
    def appeared(self) -> I64Array:
        """Second in which each appeared."""
        return market_of(self.dataset).products.coming.seconds(*self.place)

    @cached_property
    def _kind(self) -> I64Array:
        return market_of(self.dataset).products.kind(self.numbers, self.place[0])

    @property
    def _model(self) -> I64Array:
        """A number for each, of which brand, series and model are made: another one for each of a tenant's."""
        tenants, index = self.place
        room = max(2 * market_of(self.dataset).params.products_per_tenant, _LEAST_MODELS)
        first = below(bits(self.dataset.key("products", "name", "first"), tenants), room)
        return mixed((index + first) % room, room, self.dataset.key("products", "name", "model"))

    @property
    def _category(self) -> I64Array:
        return kinds_of_goods().category[self._kind]
