"""Declared datasets: dictionaries (from Python, YAML or JSON) read into the same objects that Python domains are made of."""
