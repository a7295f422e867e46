"""The engines that can make the parts of a table; none is imported before it is used."""

from collections.abc import Sequence

from synth_assets.errors import UsageError
from synth_assets.produce import engines
from synth_assets.project.packages import modules_of
from synth_assets.spoken import option

_DECLARED = "synth_assets.specs.declared"

MOST_WORKERS = 256
"""More processes than any machine has use for."""


def names() -> list[str]:
    """Their names, in alphabetical order."""
    return engines.names()


def get_ready(engine: str | None, workers: int | None, words: Sequence[str]) -> None:
    """Begin to start what workers take a while for; only in a process of our own, which ends with what it does.

    Args:
        engine: the engine, if one was chosen.
        workers: how many, if somebody says.
        words: among them those by which domains are called.

    Raises:
        UsageError: there is no such engine.
    """
    if engines.has_processes(engine, workers):
        named = [module for word in words for module in modules_of(word)]
        engines.load(engine or engines.PROCESSES).get_ready(named or [_DECLARED])


def chosen_workers(workers: int | None, engine: str | None) -> int:
    """How many workers there shall be, at the most.

    Args:
        workers: how many, if somebody says; without, one, or of an engine as many as it usually has.
        engine: the engine, if one was chosen.

    Raises:
        UsageError: there is no such engine, it can't have so many workers, or it can't be used.
    """
    if engine is None:
        return 1 if workers is None else workers
    runner = engines.load(engine)
    if workers is None:
        return runner.usual_workers()
    if workers > runner.most_workers:
        most = "one process" if runner.most_workers == 1 else f"{runner.most_workers} workers at the most"
        raise UsageError(
            f"{option('engine', engine)} and {option('workers', workers)} contradict each other; {engine} is {most}.\n"
            f"  Leave out {option('engine', engine)}."
        )
    return workers
