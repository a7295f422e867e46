"""The engines that can make the parts of a table; none is imported before it is used."""

from synth_assets.produce import engines

MOST_WORKERS = 256
"""More processes than any machine has use for."""


def names() -> list[str]:
    """Their names, in alphabetical order."""
    return engines.names()


def workers_of(name: str) -> tuple[int, int]:
    """How many workers an engine has if nobody says otherwise, and how many at the most.

    Raises:
        UsageError: there is none of this name.
    """
    runner = engines.load(name)
    return runner.usual_workers(), runner.most_workers
