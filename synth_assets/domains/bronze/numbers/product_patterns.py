"""What goods there are: products' lives and categories, by a pattern over their numbers.

Every block of 512 products holds the same mixture in an order of the seed's own, so how many of each life and
category are among the first n is a division and a look-up.
"""

import functools
from typing import NamedTuple

import numpy as np

from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.keys import StreamKey
from synth_assets.kernel.quota import shuffles
from synth_assets.kernel.strata import Strata
from synth_assets.model.dataset import Dataset
from synth_assets.world.goods import kinds_of_goods

EVERGREEN, SEASONAL, DRAFT = range(3)
LIVES = 3
_HEADS = (11, 4, 1)  # of 16

FOUNDERS = 11
"""So many products, all evergreen and of every category, are there from the start."""

CATEGORIES = 8
_SHARES = (5, 6, 5, 4, 4, 3, 3, 2)  # of 32 products, by category as the catalogue has them: most is there to wear

_DEMAND = (
    (9, 7, 6, 5, 5, 2, 2, 4),
    (9, 7, 6, 4, 6, 2, 2, 4),
    (9, 8, 6, 4, 5, 2, 2, 4),
    (9, 8, 6, 5, 4, 2, 2, 4),
    (9, 8, 6, 5, 5, 2, 1, 4),
    (9, 8, 5, 6, 5, 2, 1, 4),
    (9, 8, 5, 6, 4, 3, 1, 4),
    (9, 8, 5, 5, 4, 4, 1, 4),
    (9, 8, 6, 4, 4, 4, 1, 4),
    (9, 7, 7, 4, 4, 3, 2, 4),
    (11, 6, 6, 3, 4, 3, 4, 3),
    (10, 5, 5, 3, 5, 4, 6, 2),
)  # of 40 order lines, by month and category: what is asked for most is not what there is most of


class ProductPatterns(NamedTuple):
    """Patterns of one seed.

    Attributes:
        lives: evergreen products, seasonal ones and drafts.
        categories: by life · :data:`CATEGORIES` + category.
    """

    lives: Strata
    categories: Strata

    def departments(self, count: int) -> Strata:
        """By life · ``count`` + department; a department is one category or some neighbours."""
        life, category = np.divmod(self.categories.stratum(np.arange(self.categories.size)), CATEGORIES)
        return Strata(life * count + category * count // CATEGORIES)


def demand(departments: int) -> I64Array:
    """How many of 40 order lines are of each department, by month; shape (12, departments)."""
    return np.array(_DEMAND).reshape(len(_DEMAND), departments, -1).sum(axis=2)


@functools.lru_cache(maxsize=8)
def patterns_of(dataset: Dataset) -> ProductPatterns:
    """The patterns of a dataset; volumes have no part in them."""
    assert len(kinds_of_goods().categories) == CATEGORIES  # noqa: S101 — shares and demand are of these
    heads = np.multiply.outer(_HEADS, _SHARES).ravel()
    founders = np.zeros_like(heads)
    founders[:CATEGORIES] = 1
    founders[: FOUNDERS - CATEGORIES] += 1
    key = dataset.key("raw_products", "category", "pattern")
    pattern = np.concatenate([_shuffled(founders, key), _shuffled(heads - founders, key)])
    return ProductPatterns(Strata(pattern // CATEGORIES), Strata(pattern))


def _shuffled(heads: I64Array, key: StreamKey) -> I64Array:
    members = np.repeat(np.arange(len(heads)), heads)
    return members[shuffles(key, 1, len(members))[0]]
