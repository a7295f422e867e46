"""Customers of each tenant, numbered in the order in which they sign up."""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.moment import moment
from synth_assets.domains.marketplace.acts import (
    CustomerChanges,
    CustomerErased,
    CustomerSignsUp,
    TenantJoins,
    TenantLeaves,
)
from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.domains.marketplace.numbers.people import People
from synth_assets.domains.marketplace.tables.common import WHEN, even_groups, tenant_ids
from synth_assets.domains.marketplace.tables.rules.customers import RULES
from synth_assets.kernel.choice import chance, pick, weight_table
from synth_assets.kernel.counter import I64Array
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.groups import Group
from synth_assets.model.key import uuid_key
from synth_assets.model.timeline import Act, Effect, Members, deleted, inserted, updated
from synth_assets.model.types import STRING, UUID, struct
from synth_assets.model.values import Fields, Text, TextPool
from synth_assets.world.places import places
from synth_assets.world.streets import streets

TIERS = TextPool(("gold", "silver", "bronze"), lasting=True)
SOURCES = TextPool(("web", "mobile", "referral", "store", "import"), lasting=True)
_SOURCES = weight_table((46, 28, 12, 8, 6))
_GOLD, _SILVER = 60, 320  # of 1,000 customers, the most loyal first


def _first_of_trial(act: Act) -> Members:
    coming = market_of(act.dataset).customers.coming
    first = coming.lanes.numbers(act.subjects, np.zeros(len(act.subjects), dtype=np.int64))
    return Members.some(np.full(len(first), coming.founders_on_trial > 0), first)


def _of_tenant(act: Act) -> Members:
    return market_of(act.dataset).customers.coming.of_tenant(act.subjects, act.seconds)


class Customers(Entity):
    """People who signed up with a tenant."""

    about = About(
        domain="marketplace",
        name="customers",
        grain="one customer of one tenant",
        key=uuid_key("customer_id"),
        rules=RULES,
    )

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        return market_of(dataset).customers.coming.positions(at)

    @classmethod
    def groups(cls, dataset: Dataset) -> tuple[Group, ...]:
        return even_groups(dataset, market_of(dataset).params.customers_per_tenant)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (
            inserted(TenantJoins, _first_of_trial),
            inserted(CustomerSignsUp),
            updated(CustomerChanges),
            deleted(CustomerErased),
            deleted(TenantLeaves, _of_tenant),
        )

    customer_id = column(UUID, "the customer's key", key())

    @column(UUID, "the tenant", references="tenants")
    def tenant_id(self) -> Text:
        return tenant_ids(self.dataset, self.place[0])

    @column(STRING, "given and family name, usual in the country")
    def name(self) -> pl.Series:
        return self.people.name()

    @column(STRING, "address in a reserved domain, built from the name", unique=True, since=2)
    def email(self) -> pl.Series:
        return self.people.email()

    @column(
        struct({"phone": STRING, "address": STRING, "loyalty_tier": STRING, "signup_source": STRING}),
        "phone, where the country has fictional numbers; street; gold, silver or bronze; where the customer signed up",
        since=2,
    )
    def metadata(self) -> Fields:
        loyalty = market_of(self.dataset).customers.loyalty(*self.place)
        tier = np.where(loyalty < _GOLD, 0, np.where(loyalty < _SILVER, 1, 2))
        # One in four of the occasional ones has more than they look like.
        tier -= (tier == 2) & chance(self.bits("metadata", "tier"), 1, 4)
        return Fields(
            {
                "phone": places().phone_text(self.people.place, self.bits("metadata", "phone")),
                "address": streets().lines(self.bits("metadata", "address"), self.people.country),
                "loyalty_tier": Text(TIERS, tier),
                "signup_source": Text(SOURCES, pick(self.bits("metadata", "source"), _SOURCES)),
            }
        )

    created_at = column(WHEN, "when the customer signed up (UTC)", moment("signed_up"), since=2)

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        market, (tenants, index) = market_of(self.dataset), self.place
        taken = market.customers.coming.is_row(index, tenants)
        return taken & (self.signed_up < self.at) & (market.customers.ended(tenants, index) >= self.at)

    @cached_property
    def place(self) -> tuple[I64Array, I64Array]:
        """Tenant and index of each."""
        return market_of(self.dataset).customers.coming.lanes.places(self.numbers)

    @cached_property
    def signed_up(self) -> I64Array:
        """Second in which each signed up."""
        return market_of(self.dataset).customers.coming.seconds(*self.place)

    @cached_property
    def people(self) -> People:
        """The persons, as they are at the moment."""
        # The state before `at` has what changed up to the second before.
        turns = market_of(self.dataset).customers.turns(self.numbers, self.at - 1)
        return People(self.dataset, self.numbers, turns)
