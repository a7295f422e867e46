from synth_assets.data_generators import events, sales, timeseries, users
from synth_assets.duckalog import write_duckalog_catalog

paths = [
    users.generate(size="small", output_format="parquet", output_path="data/users.parquet"),
    events.generate(size="small", output_format="ndjson", output_path="data/events.ndjson"),
    sales.generate(size="small", output_format="csv", output_path="data/sales.csv"),
    timeseries.generate(size="small", output_format="duckdb", output_path="data/metrics.duckdb"),
]
write_duckalog_catalog(paths, output_path="catalog.yaml")

print("Data generated successfully!")
