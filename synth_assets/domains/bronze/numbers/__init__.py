"""Who, when, how many and for how much, by arithmetic on numbers: look-up tables and what is computed from them.

The lowest floor. It knows no columns and no acts; :mod:`~synth_assets.domains.bronze.acts` and
:mod:`~synth_assets.domains.bronze.tables` are made of it.
"""
