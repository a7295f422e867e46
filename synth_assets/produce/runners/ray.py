"""On a Ray cluster, of this machine or of many.

A task whose worker is lost is done again, a few times. Where a node was cut off, the first attempt may be alive still:
each attempt writes to places of its own, and only what this process got the result of is moved to where it belongs.
"""

import logging
import os
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, NamedTuple

from synth_assets.errors import OutputError, SynthError, first_line, shortened
from synth_assets.produce import cluster
from synth_assets.produce.cluster_check import check_nodes, check_processors, too_few_processors
from synth_assets.produce.runner import Result, Runner, Task
from synth_assets.spoken import option

_log = logging.getLogger(__name__)

_MOST_WORKERS = 256
_MOST_LOSSES = 3
"""So often a task is done again."""

_PAUSE_SECONDS = 1.0
"""Before it is, since the cluster may not have noticed yet that a node is gone."""

_END_SECONDS = 30.0
"""What is cancelled is killed; this long it is waited for, since folders are removed then that it writes to."""

_ENVIRONMENT = {"POLARS_MAX_THREADS": "1"}
"""The workers are the parallelism."""


class Attempted(NamedTuple, Generic[Result]):
    """What came of an attempt: a result, or an error of ours, which Ray would give back as another one."""

    result: Result | None
    error: SynthError | None = None


class _Flying(NamedTuple):
    """An attempt under way."""

    at: int
    mark: str


def _run(
    tasks: Sequence[Task[Result]], workers: int, done: Callable[[int, int], None]
) -> Generator[tuple[int, Result], None, None]:
    with cluster.cluster_in_use(workers) as ray:
        waiting, flying, losses = deque(range(len(tasks))), dict[Any, _Flying](), Counter[int]()
        attempt = ray.remote(_attempt).options(
            num_cpus=1, max_retries=0, scheduling_strategy="SPREAD", runtime_env={"env_vars": _ENVIRONMENT}
        )
        try:
            while waiting or flying:
                while waiting and len(flying) < workers:
                    one = _Flying(waiting.popleft(), secrets.token_hex(6))
                    flying[attempt.remote(tasks[one.at], one.mark)] = one
                (ready, *_), _ = ray.wait(list(flying), num_returns=1)
                at, mark = flying.pop(ready)
                try:
                    result = _result(ray, ready)
                except _LostError as lost:
                    losses[at] += 1
                    if losses[at] > _MOST_LOSSES:
                        raise _given_up(tasks[at].name, losses[at], lost) from lost
                    _log.info("%s: an attempt was lost and is made again: %s", tasks[at].name, lost)
                    waiting.appendleft(at)
                    time.sleep(_PAUSE_SECONDS)
                    continue
                tasks[at].settle(mark, result)
                done(at, tasks[at].size)
                yield at, result
        finally:
            _give_up(ray, list(flying))


def _attempt(task: Task[Result], mark: str) -> Attempted[Result]:
    """On a node: nobody hears there how far it is."""
    try:
        return Attempted(task.attempt(mark))
    except SynthError as error:
        return Attempted(None, error)


class _LostError(Exception):
    """A worker ended, or its node, and nobody knows how far it was."""


def _result(ray: Any, ready: Any) -> Any:
    """What an attempt gave.

    Raises:
        SynthError: what stopped it.
        _LostError: its worker was lost.
    """
    try:
        outcome = ray.get(ready)
    except ray.exceptions.RayTaskError as error:
        raise (error.cause if isinstance(error.cause, Exception) else error) from error
    except ray.exceptions.RayError as error:
        raise _LostError(f"{type(error).__name__}: {shortened(first_line(error))}") from error
    if outcome.error is not None:
        raise outcome.error
    return outcome.result


def _given_up(name: str, times: int, lost: _LostError) -> OutputError:
    return OutputError(
        f"{name}: its worker was lost {times} times, the last time by {lost}; nothing of it was published.\n"
        f"  Look after the cluster's nodes and their memory, and try again with fewer {option('workers')}."
    )


def _give_up(ray: Any, flying: list[Any]) -> None:
    if not flying:
        return
    with suppress(ray.exceptions.RayError):
        for one in flying:
            ray.cancel(one, force=True)
        ray.wait(flying, num_returns=len(flying), timeout=_END_SECONDS)


def _usual_workers() -> int:
    if cluster.own():
        return min(os.cpu_count() or 1, _MOST_WORKERS)
    with cluster.cluster_in_use(1) as ray:
        return max(1, min(cluster.processors(ray), _MOST_WORKERS))


def _check(workers: int, root: Path | None) -> None:
    if cluster.own():
        here = os.cpu_count() or 1
        if workers > here:
            raise too_few_processors(workers, here, "This machine")
        return
    with cluster.cluster_in_use(workers) as ray:
        check_processors(ray, workers)
        check_nodes(ray, root)


RUNNER = Runner("ray", _run, _usual_workers, _MOST_WORKERS, check=_check, is_far=True)
