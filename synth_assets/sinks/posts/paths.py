"""What paths of an API look like."""

USUAL_TEMPLATE = "/api/v1/{entity}"
"""The path of a table's records where nobody says another one."""
