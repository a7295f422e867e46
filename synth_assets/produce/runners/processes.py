"""On worker processes of this machine, which end when this one does.

They are fresh interpreters. In a process that is `synth` from its first step to its last, where the system is Linux,
they are forked from one that has imported everything and done nothing, which begins to as soon as it is known that
there will be workers: so imports are paid once, beside those of this process. Elsewhere that would be in the way: it
keeps the environment of its start, lives as long as the process, and is the only one that a process can have.
"""

import atexit
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import active_children, forkserver, get_context, parent_process, resource_tracker
from multiprocessing.connection import wait
from threading import Thread

from synth_assets.errors import OutputError
from synth_assets.produce.runner import Result, Runner, Task
from synth_assets.spoken import option

_MOST_WORKERS = 256

_PRELOADED = (
    "synth_assets.produce.job",
    "synth_assets.sinks.formats.parquet",
    "synth_assets.kernel.xxh3",
    "pyarrow",
    "numpy.ma",
    "polars._utils.parquet",
)
"""What all workers import, once it is known that there will be some."""

_THREADS = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS")
"""Variables for the threads of polars, and of NumPy for products of matrices, which nobody here makes."""

_start_methods = ["spawn"]
"""How workers are started: by the last one."""


def _run(
    tasks: Sequence[Task[Result]], workers: int, done: Callable[[int, int], None]
) -> Generator[tuple[int, Result], None, None]:
    with _pool(min(workers, len(tasks))) as pool:
        # The largest first: at the end none is left alone with a long one.
        order = sorted(range(len(tasks)), key=lambda at: -tasks[at].size)
        with _interrupts_held():
            waiting = {pool.submit(_do, tasks[at]): at for at in order}
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
    # No forks of this process, since polars' threads don't survive them.
    others = set(active_children())
    with _one_thread_each():
        pool = ProcessPoolExecutor(workers, mp_context=get_context(_start_methods[-1]), initializer=_end_with_parent)
        try:
            yield pool
        except BaseException:
            # Interrupted, or a unit failed: what the others are making is wanted no more.
            for worker in set(active_children()) - others:
                worker.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _get_ready(modules: Sequence[str]) -> None:
    """Begin to start what workers are forked from; only for a process of our own, see above.

    Args:
        modules: what workers import besides what all do.
    """
    if sys.platform != "linux":
        return
    forkserver.set_forkserver_preload([*_PRELOADED, *modules])
    # No folder for temporary files, or one whose name is too long for a socket's.
    with suppress(OSError), _one_thread_each(), _interrupts_held():
        forkserver.ensure_running()
        _start_methods.append("forkserver")
        # It would end by itself, a moment later than this process, which nobody could wait for.
        atexit.register(getattr(forkserver._forkserver, "_stop", _nothing))  # noqa: SLF001 — there is no other way


def _nothing() -> None:
    """Where there is no such way."""


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Start processes inside: they are the parallelism. The variables are read when they first use those libraries."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


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
    # Python starts this with the first process, and lets interrupts through afterwards, whoever has held them.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _one_a_processor() -> int:
    return min(os.cpu_count() or 1, _MOST_WORKERS)


RUNNER = Runner("processes", _run, _one_a_processor, _MOST_WORKERS, get_ready=_get_ready)
