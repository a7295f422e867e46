# ruff: noqa: INP001 - a code location of one file, no package
"""Your own code location: the generated tables, and an asset of yours that reads one of them.

Try it in this folder, or in any other with a copy of this file::

    dagster definitions validate -f definitions.py
    dagster asset materialize -f definitions.py --select '+shop/customer_value' --partition 'small|42'

Data goes to ``data/`` in the folder, or where its ``synth.toml`` says.

Resource keys: ``synth_io_manager`` stores and loads, ``synth_duckdb`` is where the checks run their SQL.
A run's config chooses the formats and the place::

    resources: {synth_io_manager: {config: {formats: [parquet], data_root: /srv/data}}}
"""

import dagster as dg
import polars as pl

import synth_assets.definitions as generated  # not its `defs`: Dagster loads the one Definitions that a file has

BRONZE_ORDERS = dg.AssetKey(["bronze", "raw_orders"])
PARTITIONS = generated.defs.resolve_assets_def(BRONZE_ORDERS).partitions_def


@dg.asset(
    key_prefix="shop",
    ins={"raw_orders": dg.AssetIn(key=BRONZE_ORDERS)},
    partitions_def=PARTITIONS,
    io_manager_key="synth_io_manager",  # or any other of yours: the input comes through the upstream's
)
def customer_value(raw_orders: pl.LazyFrame) -> pl.LazyFrame:
    """What every customer has spent: only the two columns it needs are read from Parquet."""
    return raw_orders.group_by("customer_id").agg(pl.sum("total_amount"), orders=pl.len()).sort("customer_id")


defs = dg.Definitions.merge(generated.defs, dg.Definitions(assets=[customer_value]))
