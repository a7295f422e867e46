"""One production line: a plan's units, where they go, and who does them, up to published tables.

::

    sources ──► job ──► runner ──► line ──► publisher
    rows        a unit  here, or   a table  part files appear,
    of a unit   written elsewhere  whole    databases take them in

Whoever makes tables goes this way: commands, the Python functions, Dagster, and change data at rest. So the files
are the same, byte by byte, whoever asked for them and however many did the work.
"""
