"""Bits to values: keys, counter hashes, choices, permutations, clocks. NumPy only; knows no datasets."""
