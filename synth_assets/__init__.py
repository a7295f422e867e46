"""Reproducible synthetic datasets: a pure function of (parameters, seed, entity, row, column, time)."""
