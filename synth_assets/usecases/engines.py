"""The engines that can make the parts of a table; none is imported before it is used."""

from synth_assets.produce import engines
from synth_assets.project.packages import modules_of

_DECLARED = "synth_assets.specs.declared"

MOST_WORKERS = 256
"""More processes than any machine has use for."""


def names() -> list[str]:
    """Their names, in alphabetical order."""
    return engines.names()


def get_ready(engine: str | None, workers: int | None, domain: str) -> None:
    """Begin to start what workers take a while for; only in a process of our own, which ends with what it does.

    Args:
        engine: the engine, if one was chosen.
        workers: how many, if somebody says.
        domain: the word by which a domain, or a file with one, is called.

    Raises:
        UsageError: there is no such engine.
    """
    engines.get_ready(engine, workers, modules_of(domain) or [_DECLARED])


def workers_of(name: str) -> tuple[int, int]:
    """How many workers an engine has if nobody says otherwise, and how many at the most.

    Raises:
        UsageError: there is none of this name.
    """
    runner = engines.load(name)
    return runner.usual_workers(), runner.most_workers
