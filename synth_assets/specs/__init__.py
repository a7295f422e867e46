"""Declared datasets: dictionaries, from Python, YAML or JSON, as the same objects that Python domains are made of."""

SUFFIXES = (".yaml", ".yml", ".json")
"""What names of files end with that may be declarations."""

SPEC = "spec"
"""What a table says instead of columns, or besides: a dictionary of rand-engine."""
