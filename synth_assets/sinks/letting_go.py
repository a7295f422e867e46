"""Waiting for polars: its threads may still hold what is Python's when a call has returned.

Python kills a thread that comes for its lock while the interpreter ends, and the whole process with it, as Rust can't
be unwound.
"""

import time
from collections.abc import Callable

import polars as pl


def wait_until_dropped(is_held: Callable[[], bool], seconds: float) -> None:
    """Wait until polars has dropped something.

    Args:
        is_held: whether it hasn't.
        seconds: how long, at the most.
    """
    until = time.monotonic() + seconds
    while is_held() and time.monotonic() < until:
        # What its threads drop is counted off when polars is called next.
        pl.thread_pool_size()
        time.sleep(0.001)
