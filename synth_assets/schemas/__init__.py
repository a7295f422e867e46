"""Somebody's own schema, as a source tells it → a file that declares a dataset of the same tables.

``schema`` is what any source can tell; a reader a kind of source is in ``readers``, found by looking; ``sql`` reads
SQL's types and conditions for all of them; ``writing`` makes the file.
"""
