"""Declared datasets: dictionaries, from Python, YAML or JSON, as the same objects that Python domains are made of."""
