"""What holds of stored data, a check a file: the command line, Dagster and whoever else asks run the same ones."""
