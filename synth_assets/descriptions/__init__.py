"""A dataset told to other tools: what its tables are, and where their files lie, in the forms that tools read.

All of them are written from one value, :class:`~synth_assets.descriptions.described.Described`; a kind is a file of
:mod:`~synth_assets.descriptions.kinds`.
"""
