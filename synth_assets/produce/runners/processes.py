"""On worker processes of this machine: fresh interpreters, which end when this one does."""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread

from synth_assets.errors import OutputError
from synth_assets.produce.runner import Result, Runner, Task
from synth_assets.spoken import option

_MOST_WORKERS = 256


def _run(
    tasks: Sequence[Task[Result]], workers: int, done: Callable[[int, int], None]
) -> Generator[tuple[int, Result], None, None]:
    with _pool(min(workers, len(tasks))) as pool:
        with _interrupts_held():
            waiting = {pool.submit(_do, task): at for at, task in enumerate(tasks)}
        for future in as_completed(waiting):
            at = waiting[future]
            try:
                result = future.result()
            except BrokenProcessPool as error:
                raise OutputError(
                    f"{tasks[at].name}: a worker process was killed, perhaps for want of memory; "
                    f"nothing of it was published.\n  Try again with fewer {option('workers')}."
                ) from error
            done(at, tasks[at].size)
            yield at, result


def _do(task: Task[Result]) -> Result:
    """In a worker: nobody hears there how far it is."""
    return task.do(lambda _: None)


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


def _one_a_processor() -> int:
    return min(os.cpu_count() or 1, _MOST_WORKERS)


RUNNER = Runner("processes", _run, usual_workers=_one_a_processor, most_workers=_MOST_WORKERS)
