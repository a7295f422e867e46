from synth_assets.data_generators import events, sales, users
from synth_assets.duckalog import run_sample_query, verify_duckdb

DATABASE = "data/starter.duckdb"

for generator in (users, events, sales):
    generator.generate(size="small", output_format="duckdb", output_path=DATABASE)

verify_duckdb(DATABASE)
print("Sales by status:", run_sample_query(DATABASE, "SELECT status, count(*) FROM sales GROUP BY ALL ORDER BY ALL"))
print("Data generated successfully!")
