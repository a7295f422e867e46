"""What tables of the marketplace have in common: a tenant, and groups of rows that are one's own."""

import numpy as np
import polars as pl

from synth_assets.domains.marketplace.numbers.market import market_of
from synth_assets.kernel.counter import I64Array, bits
from synth_assets.kernel.distinct import distinct
from synth_assets.model.dataset import Dataset
from synth_assets.model.groups import Group
from synth_assets.model.key import UuidCodec
from synth_assets.model.types import timestamp
from synth_assets.model.values import Text, TextPool

WHEN = timestamp("s")
"""Whole seconds without a zone, as the document shows them; they are UTC."""


def uuids(dataset: Dataset, table: str, column: str, numbers: I64Array) -> pl.Series:
    """The UUIDs of some numbers, for a column of a table; String series of n."""
    return UuidCodec().values(numbers, bits(dataset.key(table, column), numbers))[0]


def tenant_ids(dataset: Dataset, tenants: I64Array) -> Text:
    """The keys of some tenants, shape (n,): hardly ever more than a few."""
    these, codes = distinct(tenants)
    return Text(TextPool(uuids(dataset, "tenants", "tenant_id", these)), codes)


def groups(dataset: Dataset, edges: I64Array) -> tuple[Group, ...]:
    """The rows of each of the base's tenants, by where they begin.

    Args:
        dataset: the dataset.
        edges: of each tenant the first row, and that after the last; shape (tenants + 1,).
    """
    count = market_of(dataset).tenants.count
    names = uuids(dataset, "tenants", "tenant_id", np.arange(count, dtype=np.int64)).to_list()
    ends = edges.tolist()
    return tuple(Group(name, ends[at], ends[at + 1]) for at, name in enumerate(names))


def even_groups(dataset: Dataset, rows: int) -> tuple[Group, ...]:
    """The same where each of the base's tenants has as many rows."""
    return groups(dataset, np.arange(market_of(dataset).tenants.count + 1, dtype=np.int64) * rows)
