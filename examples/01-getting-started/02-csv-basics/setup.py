from synth_assets.data_generators import sales, users

users.generate(size="small", output_format="csv", output_path="data/users.csv")
sales.generate(size="small", output_format="csv", output_path="data/sales.csv")

print("Data generated successfully!")
