"""Do the units of a plan: here, or on worker processes; the bytes are the same."""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeVar

from synth_assets.engine.chunks import generate
from synth_assets.engine.memory import keep_freed_memory
from synth_assets.engine.plan import Unit
from synth_assets.errors import OutputError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.produce.parts import Destination, TableWriter, Written

Task = TypeVar("Task")
Result = TypeVar("Result")

Done = Callable[[int], None]
"""Told how many more positions are done."""


@dataclass(frozen=True)
class Job:
    """A unit and all it takes to do it. It travels to another process: the domain as its source, the entity by name."""

    domain: Domain
    dataset: Dataset
    entity: str
    unit: Unit
    destinations: tuple[Destination, ...]
    rows_per_file: int | None


def do(job: Job, done: Done = lambda _: None) -> Written:
    """Generate a unit's rows, write and hash them."""
    keep_freed_memory()
    entity = job.domain.entity(job.entity)
    table = entity.table()
    with TableWriter(table, job.destinations, job.unit.first_part, job.rows_per_file) as writer:
        for piece in job.unit.pieces():
            chunk = generate(entity, job.dataset, piece.span, hashing=piece.hash)
            if piece.write:
                writer.write(chunk.frame)
                done(piece.span.count)
            if piece.hash:
                writer.hash(chunk)
        return writer.finish()


def do_all(
    jobs: list[Job], workers: int, done: Callable[[Job, int], None]
) -> Generator[tuple[Job, Written], None, None]:
    """Do the jobs and give what was written, as it gets ready.

    Args:
        jobs: units of any tables.
        workers: 1 to do them one after the other in this process, else so many processes.
        done: told a job and how many more of its positions are done.

    Raises:
        SynthError: whatever stopped a job; the others are given up.
    """
    if workers == 1 or len(jobs) == 1:
        for job in jobs:
            yield job, do(job, lambda count, job=job: done(job, count))
        return
    for job, written in spread(do, jobs, workers, lambda job: f"{job.domain.name}/{job.entity}"):
        done(job, job.unit.stop - job.unit.start)
        yield job, written


def spread(
    work: Callable[[Task], Result], tasks: Sequence[Task], workers: int, name: Callable[[Task], str]
) -> Generator[tuple[Task, Result], None, None]:
    """Do tasks on worker processes, and give the results as they get ready.

    Args:
        work: a function that can be pickled, as can tasks and results.
        tasks: what to do, in any order.
        workers: how many processes, at the most.
        name: what to call a task in a message.

    Raises:
        SynthError: whatever stopped a task; the others are given up.
    """
    with _pool(min(workers, len(tasks))) as pool:
        with _interrupts_held():
            waiting = {pool.submit(work, task): task for task in tasks}
        for future in as_completed(waiting):
            task = waiting[future]
            try:
                result = future.result()
            except BrokenProcessPool as error:
                raise OutputError(
                    f"{name(task)}: a worker process was killed, perhaps for want of memory; "
                    "nothing of it was published.\n  Try again with fewer --workers."
                ) from error
            yield task, result


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    # Fresh interpreters, since polars' threads don't survive a fork; one polars thread in each, since
    # the processes are the parallelism. The variable is read when a worker imports polars.
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        yield pool
    except BaseException:
        # Interrupted, or a unit failed: what the others are making is wanted no more.
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before


def _end_with_parent() -> None:
    """In a worker: end when the process that started it is gone, even by kill -9."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes inside: they inherit a mask and never see Ctrl-C, which a terminal sends to all.

    Ending them is this process's part; else each would print a traceback of its own.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
