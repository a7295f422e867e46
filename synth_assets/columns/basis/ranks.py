"""Ranks of which the n-th comes n to the power of an exponent more rarely than the first, below any limit."""

import functools
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from synth_assets.columns.basis.curves import exp, log
from synth_assets.kernel.choice import below, wide_below
from synth_assets.kernel.counter import I64Array, U64Array

MOST = 1 << 31
"""Ranks that there are at the most."""

_SINGLE, _EACH, _UNIT = 64, 32, 1 << 30


class Ranks(NamedTuple):
    """Ranks in cells, within which all are as likely: the first 64 alone, and 32 cells for each doubling from there.

    Attributes:
        starts: the first rank of each cell, from 0, shape (cells,).
        sizes: how many ranks it has, shape (cells,).
        weights: shape (cells,); all together below 2^62.
        before: the weights of all cells before, shape (cells,).
    """

    starts: I64Array
    sizes: I64Array
    weights: I64Array
    before: I64Array


@functools.lru_cache(maxsize=64)
def ranks_of(exponent: Decimal) -> Ranks:
    """The ranks of an exponent >= 0; the weight of each cell is that of its middle, for each of its ranks."""
    sizes = np.concatenate([np.ones(_SINGLE, dtype=np.int64), *_doublings()])
    starts = np.cumsum(sizes) - sizes
    middles = starts + (sizes + 1) / 2  # ranks from 1
    each = exp(np.maximum(-float(exponent) * log(middles), -700.0))
    weights = np.rint(_UNIT * each * sizes).astype(np.int64)
    return Ranks(starts, sizes, weights, np.cumsum(weights) - weights)


def ranked_below(words: U64Array, more: U64Array, limit: int | I64Array, ranks: Ranks) -> I64Array:
    """Ranks in ``[0, limit)``.

    Args:
        words: shape (n,).
        more: further words, shape (n,).
        limit: from 1 to 2^31, one for all or shape (n,).
        ranks: how often which comes.

    Returns:
        shape (n,).
    """
    last = np.asarray(limit, dtype=np.int64)
    cell_of_last = np.searchsorted(ranks.starts, last - 1, side="right") - 1
    part = last - ranks.starts[cell_of_last]  # of the last cell, so many ranks are below the limit
    share = ranks.weights[cell_of_last] // ranks.sizes[cell_of_last]
    place = wide_below(words, np.maximum(ranks.before[cell_of_last] + share * part, 1))
    cell = np.minimum(np.searchsorted(ranks.before, place, side="right") - 1, cell_of_last)
    size = np.where(cell == cell_of_last, part, ranks.sizes[cell])
    return ranks.starts[cell] + below(more, size)


def _doublings() -> list[I64Array]:
    most = (MOST // _SINGLE).bit_length() - 1
    return [np.full(_EACH, 2 << turn, dtype=np.int64) for turn in range(most)]
