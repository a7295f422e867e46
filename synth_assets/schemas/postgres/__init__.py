"""What a PostgreSQL database tells of its tables: its catalogs, and its statistics; never a row."""
