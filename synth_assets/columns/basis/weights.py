"""Weights that a declaration names, as look-up tables made once."""

import functools

from synth_assets.kernel.choice import WeightTable, weight_table


@functools.lru_cache(maxsize=1_024)
def table_of(weights: tuple[int, ...]) -> WeightTable:
    """The table of some weights."""
    return weight_table(weights)


def are_weights(weights: tuple[int, ...]) -> bool:
    """Whether there is a table of them."""
    return bool(weights) and min(weights) >= 0 and sum(weights) > 0 and len(weights) <= 1 << 16
