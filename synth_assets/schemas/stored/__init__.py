"""Tables that lie in files of Parquet or CSV: which files are a table, and what its rows show."""
