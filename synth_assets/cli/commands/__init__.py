"""The commands: every module here has one, called ``command``, and is named like it.

A module imports only click and :mod:`synth_assets.cli` at its top; what works is imported when it runs.
"""
