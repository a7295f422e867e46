"""Faults: ways in which a change log arrives broken. A kind is a module in :mod:`.kinds`."""
