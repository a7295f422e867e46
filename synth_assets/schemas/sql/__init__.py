"""SQL, read by sqlglot: statements, types and conditions of any dialect that it knows."""
