"""One way from a plan to published tables: units of work, writers, publication."""
