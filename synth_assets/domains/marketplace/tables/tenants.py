"""Tenants, numbered in the order in which they open; those on trial come after ``as_of``, and may leave."""

import hashlib
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synth_assets.columns.key import key
from synth_assets.columns.moment import moment
from synth_assets.domains.marketplace.acts import TenantJoins, TenantLeaves
from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.domains.marketplace.numbers.tenants import FORMS
from synth_assets.domains.marketplace.tables.common import WHEN, uuids
from synth_assets.domains.marketplace.tables.rules.tenants import RULES
from synth_assets.engine.ranges import range_of
from synth_assets.kernel.choice import below
from synth_assets.kernel.counter import I64Array, U64Array, bits
from synth_assets.model.dataset import Dataset
from synth_assets.model.entity import About, Entity, column
from synth_assets.model.key import uuid_key
from synth_assets.model.timeline import Effect, deleted, inserted
from synth_assets.model.types import STRING, UUID
from synth_assets.model.values import TextPool
from synth_assets.world.people import names

_TRADES = TextPool(
    ("Trading", "Supply", "Outfitters", "Goods", "Mercantile", "Retail", "Provisions", "Market", "Emporium", "Direct"),
    lasting=True,
)


class Tenants(Entity):
    """Companies that sell on the marketplace, each with customers, products and orders of its own."""

    about = About(domain="marketplace", name="tenants", grain="one company", key=uuid_key("tenant_id"), rules=RULES)

    @classmethod
    def positions(cls, dataset: Dataset, at: int | None = None) -> int:
        tenants = market_of(dataset).tenants
        return tenants.count + tenants.trials(at)

    @classmethod
    def life(cls) -> tuple[Effect, ...]:
        return (inserted(TenantJoins), deleted(TenantLeaves))

    tenant_id = column(UUID, "the tenant's key", key())

    @column(STRING, "the company's name")
    def name(self) -> pl.Series:
        words, tenants = self.bits("name"), market_of(self.dataset).tenants
        family = names("last").codes(words, tenants.country(self.numbers))
        frame = pl.DataFrame(
            {
                "family": names("last").names.series(family),
                "trade": _TRADES.series(below(words << np.uint64(20), len(_TRADES))),
                "form": FORMS.text(words << np.uint64(40), tenants.home(self.numbers)).series(),
            }
        )
        return frame.select(pl.concat_str("family", "trade", "form", separator=" ")).to_series()

    @column(STRING, "SHA-256 of the tenant's API key, 64 hexadecimal digits; --with-api-keys hands the keys out")
    def api_key_hash(self) -> pl.Series:
        hashes = [hashlib.sha256(one.encode()).hexdigest() for one in api_keys(self.dataset, self.numbers)]
        return pl.Series(hashes, dtype=pl.String)

    created_at = column(WHEN, "when the company joined (UTC)", moment("joined"), since=2)

    # What columns are made of

    def exists(self) -> NDArray[np.bool_]:
        if not self.lived:
            return super().exists()
        return (self.joined < self.at) & (market_of(self.dataset).tenants.left(self.numbers) >= self.at)

    @cached_property
    def joined(self) -> I64Array:
        """Second in which each joined."""
        return market_of(self.dataset).tenants.joined(self.numbers)


def api_keys(dataset: Dataset, tenants: I64Array) -> list[str]:
    """The API keys of some tenants, for tests: nobody but this dataset knows them."""
    halves: list[U64Array] = [bits(dataset.key("tenants", "api_key", half), tenants) for half in ("high", "low")]
    return [f"sk_test_{high:016x}{low:016x}" for high, low in zip(*(half.tolist() for half in halves), strict=True)]


def keys_of_base(dataset: Dataset) -> Iterator[tuple[str, str]]:
    """Tenant and API key of each of the base's tenants, or of the only one that there is."""
    _, start, stop = range_of(Tenants, dataset)
    numbers = np.arange(start, stop, dtype=np.int64)
    ids = uuids(dataset, "tenants", "tenant_id", numbers).to_list()
    yield from zip(ids, api_keys(dataset, numbers), strict=True)
