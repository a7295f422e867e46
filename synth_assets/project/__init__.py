"""A project: its settings, and which domains there are here."""
