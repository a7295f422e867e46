"""Kinds of descriptions, a file each, with ``KIND``."""
