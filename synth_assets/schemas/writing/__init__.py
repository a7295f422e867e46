"""A schema → a file in the dataset language: names, counts, keys, columns and the text."""
