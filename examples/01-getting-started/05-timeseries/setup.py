from synth_assets.data_generators import timeseries

for interval in ("daily", "hourly", "monthly"):
    timeseries.generate(
        size="small", output_format="parquet", output_path=f"data/{interval}.parquet", interval=interval
    )

print("Data generated successfully!")
