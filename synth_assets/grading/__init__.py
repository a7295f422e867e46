"""Somebody's tables beside the truth: candidates, cells, verdicts."""
