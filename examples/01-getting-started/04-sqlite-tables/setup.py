from synth_assets.data_generators import sales, users

DATABASE = "data/starter.sqlite"

users.generate(size="small", output_format="sqlite", output_path=DATABASE)
sales.generate(size="small", output_format="sqlite", output_path=DATABASE)

print("Data generated successfully!")
