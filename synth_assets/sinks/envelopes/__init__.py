"""Envelopes: the change log as the tools of the trade write it, each in its own layout."""
