from synth_assets.data_generators import users, events

# Generate data
users.generate(size="small", output_format="parquet", output_path="data/users.parquet")
events.generate(size="small", output_format="parquet", output_path="data/events.parquet")

print("Data generated successfully!")
