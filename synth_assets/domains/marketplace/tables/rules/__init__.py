"""What always holds in the tables of the marketplace, a file a table."""
