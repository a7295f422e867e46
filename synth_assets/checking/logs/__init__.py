"""Checks of a table's stored log of a batch, a file each; each is given a ``StoredLog``."""
