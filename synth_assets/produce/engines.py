"""The runners there are, found by looking, and which of them does some work."""

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from synth_assets.produce import runners
from synth_assets.sinks import modules
from synth_assets.spoken import option

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for multiprocessing
    from synth_assets.produce.runner import Result, Runner, Task

LOCAL, PROCESSES = "local", "processes"


def names() -> list[str]:
    """The runners' names, in alphabetical order; none of them is imported."""
    return modules.names(runners)


def load(name: str) -> "Runner":
    """The runner called ``name``; only now what it needs is imported.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(runners, name, "engine", f"For example: {option('engine', PROCESSES)}").RUNNER


def check(engine: str | None, workers: int, root: Path | None) -> None:
    """Look whether an engine can do what goes below a data root, before anything is written.

    Args:
        engine: as of :func:`run`.
        workers: likewise.
        root: the data root; ``None`` if every machine gets there by itself, as to an object store.

    Raises:
        UsageError: there is no such engine, or it can't; says why.
    """
    if engine is not None:
        load(engine).check(workers, root)


def has_processes(engine: str | None, workers: int | None) -> bool:
    """Whether there will be processes besides this one.

    Args:
        engine: as of :func:`run`.
        workers: likewise; ``None`` for as many as are usual.
    """
    return engine is not None if workers is None else workers > 1


def run(
    tasks: "Sequence[Task[Result]]",
    workers: int = 1,
    engine: str | None = None,
    done: Callable[[int, int], None] = lambda _at, _count: None,
) -> "Generator[tuple[int, Result], None, None]":
    """Do tasks; see :class:`~synth_assets.produce.runner.Run`.

    Args:
        tasks: what to do.
        workers: how many at a time, at the most.
        engine: name of a runner; without, worker processes where more than one is wanted.
        done: told a task's place and how much more of it is done.

    Raises:
        UsageError: there is no such engine.
        SynthError: whatever stopped a task.
    """
    runner = load(engine or (LOCAL if workers == 1 else PROCESSES))
    # A single task isn't worth a worker's start, and one worker is this process.
    if not tasks or (not runner.is_far and (workers == 1 or len(tasks) == 1)):
        runner = load(LOCAL)
    return runner.run(tasks, workers, done)
