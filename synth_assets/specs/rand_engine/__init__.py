"""rand-engine's dictionaries, read into the words of a declaration: its versions 0.6 and 0.8, and both spellings.

A dictionary has a column a key: ``{"age": {"method": "integers", "kwargs": {"min": 18, "max": 65}}}``. Each method is a
:class:`~.method.Method`, which knows its arguments and says the same in the words of :mod:`synth_assets.columns`.
Nothing is generated here.
"""
