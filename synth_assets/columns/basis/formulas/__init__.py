"""Expressions over a row and its parents: a small, closed part of SQL, whose functions are all exact.

``syntax`` reads the text, ``kinds`` says what it gives, ``cells`` computes it, ``functions`` lists what there is.
"""
