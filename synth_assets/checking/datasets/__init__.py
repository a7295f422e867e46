"""Checks of a table of a stored dataset, a file each; each is given a ``StoredTable``."""
