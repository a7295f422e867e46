"""What a product costs when: a base price by its kind of goods, and versions around it by a rota."""

import numpy as np

from synth_assets.domains.bronze.numbers.product_kinds import kind_of
from synth_assets.domains.bronze.numbers.product_strata import ProductStrata
from synth_assets.kernel.choice import between
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.rota import InForce, Rota
from synth_assets.kernel.selection import selected
from synth_assets.model.dataset import Dataset
from synth_assets.model.timeline import Occurrences
from synth_assets.world.goods import kinds_of_goods

_PERIODS = (20, 60, 60, 60, 180, 180, 180, 180, 180, 180)
"""Days between price changes, by stratum of the rota."""

_VERSIONS = 4_096  # of a product's price since 1970: enough for over two centuries


class Prices:
    """Prices of one dataset's products."""

    def __init__(self, dataset: Dataset, products: ProductStrata) -> None:
        self._dataset = dataset
        self._products = products
        self._rota = Rota(dataset.key("raw_products", "price", "second of day"), _PERIODS, 0)

    def base(self, products: I64Array) -> I64Array:
        """Cents around which each product's price moves, within the range of its kind; shape (n,)."""
        goods, kind = kinds_of_goods(), kind_of(self._dataset, products)
        words = bits(self._dataset.key("raw_products", "price"), products)
        return between(words, goods.price_low[kind], goods.price_high[kind])

    def in_force(self, products: I64Array, seconds: I64Array | int) -> InForce:
        """The version of each product's price at a second; a discontinued product keeps its last one."""
        return self._rota.in_force(products, np.minimum(seconds, self._products.discontinued(products)))

    def at(self, products: I64Array, seconds: I64Array | int) -> I64Array:
        """Cents that each product costs at a second, shape (n,): within 15 % of its base, ending in 9 or 99.

        Versions are below and above the base in turn, so a new price is always another one: 12 % of the least base
        are more than ten cents, and of ten dollars more than one.
        """
        version = self.in_force(products, seconds).version
        words = bits(self._dataset.key("raw_products", "price", "version"), products * _VERSIONS + version)
        share = selected(version % 2 == 0, between(words, 850, 940), between(words, 1_060, 1_150))
        amount = self.base(products) * share // 1_000
        return selected(amount >= 1_000, amount // 100 * 100 + 99, amount // 10 * 10 + 9)

    def changes(self, since: int, until: int) -> Occurrences:
        """Products whose price changes in ``[since, until)`` while they live."""
        there = self._products.clock.count_before_one(until)
        seconds, products = self._rota.due(there, since, until)
        ends = np.minimum(self._products.discontinued(products), self._products.deleted(products))
        # A price that would change in the second of another change doesn't: one change a second.
        living = np.flatnonzero((self._products.created(products) < seconds) & (ends > seconds))
        return Occurrences(seconds[living], products[living])
