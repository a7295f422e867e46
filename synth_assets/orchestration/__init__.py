"""Dagster: partitions, assets, the IO manager, checks, jobs and schedules of every domain there is.

Thin: nothing here makes a value or writes a file. A new domain, entity or rule shows up by itself.
"""

from synth_assets.extras import need

need("dagster", "what Dagster loads of synth_assets", "dagster", "dagster_duckdb")
