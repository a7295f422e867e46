"""The tables, a file each, with their rules in ``rules``: what rows are at a moment, and how they live.

The highest floor: columns show what :mod:`~synth_assets.domains.bronze.numbers` computes, and lives say which
:mod:`~synth_assets.domains.bronze.acts` insert, update and delete rows.
"""
