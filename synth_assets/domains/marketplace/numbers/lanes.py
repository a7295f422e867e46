"""Rows of many tenants in one numbering: those of the base tenant after tenant, those that come later side by side.

Every tenant has rows of its own, numbered from 0 in the order in which they come: a row is (tenant, index). In a table
the base has ``own`` rows a tenant, one tenant after the other. Rows that come after ``as_of`` stand in *lanes*, one
for each of the base's tenants and one for all that join on trial, one after the other, with ``trial`` rows each::

    | tenant 0 … | tenant 1 … | lane 0, 1, trial | lane 0, 1, trial | …
      own rows     own rows     the first of each  the second …

So no number ever moves, whatever comes, and a place in a lane that no row has taken yet is none.
"""

from dataclasses import dataclass

import numpy as np

from synth_assets.kernel.counter import I64Array
from synth_assets.kernel.division import divided


@dataclass(frozen=True)
class Lanes:
    """The numbering of one table's rows.

    Attributes:
        tenants: tenants of the base.
        own: rows of each of them in the base.
        trial: rows of a tenant on trial, at most.
    """

    tenants: int
    own: int
    trial: int

    @property
    def base(self) -> int:
        """Rows of the base."""
        return self.tenants * self.own

    def numbers(self, tenants: I64Array, index: I64Array) -> I64Array:
        """The number of each row, shape (n,)."""
        if self._all_of_base(tenants, index):
            return tenants * self.own + index
        late = index - self.own
        on_trial = tenants >= self.tenants
        lane = np.where(on_trial, self.tenants, tenants)
        place = np.where(on_trial, (tenants - self.tenants) * self.trial + index, late)
        later = self.base + place * (self.tenants + 1) + lane
        return np.where(on_trial | (late >= 0), later, tenants * self.own + index)

    def places(self, numbers: I64Array) -> tuple[I64Array, I64Array]:
        """Tenant and index of each row: the inverse, shapes (n,)."""
        if not len(numbers) or int(numbers.max()) < self.base:  # most often, and much less work
            return self._of_base(numbers)
        place, lane = divided(numbers - self.base, self.tenants + 1)
        trial, of_trial = divided(place, max(self.trial, 1))
        on_trial = lane == self.tenants
        tenants = np.where(on_trial, self.tenants + trial, lane)
        index = np.where(on_trial, of_trial, self.own + place)
        own_tenant, own_index = self._of_base(numbers)
        in_base = numbers < self.base
        return np.where(in_base, own_tenant, tenants), np.where(in_base, own_index, index)

    def count(self, most: int, trials: int) -> int:
        """Numbers that may be taken.

        Args:
            most: rows of the base's tenant that has most of them by then.
            trials: tenants on trial by then.
        """
        return self.base + (self.tenants + 1) * max(most - self.own, trials * self.trial, 0)

    def _all_of_base(self, tenants: I64Array, index: I64Array) -> bool:
        return not len(index) or (int(index.max()) < self.own and int(tenants.max()) < self.tenants)

    def _of_base(self, numbers: I64Array) -> tuple[I64Array, I64Array]:
        own = max(self.own, 1)
        tenants = numbers // own
        return tenants, numbers - tenants * own
