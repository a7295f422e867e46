"""Run a program and say what it took: time, processor time and peak memory of it and its children."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

import psutil

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
_SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """What one run took.

    Attributes:
        seconds: wall time from start to exit.
        cpu_seconds: processor time, user and system, of the process and the children it waited for.
        peak_mb: the largest resident set of the process or any child it waited for, in MB (10⁶ bytes).
        stdout: what it printed.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    stdout: str


class TreeMemory(threading.Thread):
    """Looks again and again how much memory a process and all below it hold, until it ends.

    Their proportional set sizes, so what several share counts once. It takes a few hundredths of a core, so what is
    looked at this way isn't timed.

    Args:
        pid: the process.

    Attributes:
        peak_mb: the most that was seen, in MB (10⁶ bytes).
        processes: the most processes that were there.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self._ended = threading.Event()
        self.peak_mb = 0.0
        self.processes = 0

    def run(self) -> None:
        """Look until :meth:`end`."""
        while not self._ended.wait(_SAMPLE_SECONDS):
            held: list[int] = []
            with suppress(psutil.Error):  # one that ends meanwhile
                for process in (self._root, *self._root.children(recursive=True)):
                    with suppress(psutil.Error):
                        held.append(process.memory_full_info().pss)
            self.peak_mb = max(self.peak_mb, sum(held) / 1e6)
            self.processes = max(self.processes, len(held))

    def end(self) -> None:
        """The process has ended."""
        self._ended.set()
        self.join()


def tree_memory(command: Sequence[str]) -> TreeMemory:
    """What a command and the processes that it starts hold at most; on Linux.

    Raises:
        RuntimeError: it failed.
    """
    with tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=err)
        memory = TreeMemory(process.pid)
        memory.start()
        status = process.wait()
        memory.end()
        if status != 0:
            raise _failed(command, status, err)
    return memory


def _failed(command: Sequence[str], status: int, err: IO[str]) -> RuntimeError:
    err.seek(0)
    return RuntimeError(f"{' '.join(command)}\n  ended with status {status}:\n{''.join(err.readlines()[-15:])}")


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end.

    The peak that the kernel reports starts at the parent's own memory, so the parent has to stay small:
    nothing beyond the standard library and psutil is imported into it.

    Args:
        command: the program and its arguments.
        environment: variables to add to this process's own.

    Raises:
        RuntimeError: the program failed; the message ends with the last lines it wrote.
    """
    os.sync()  # the pages that the run before left dirty are not this one's
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # wait4 has reaped it, Popen need not
        out.seek(0)
        if process.returncode != 0:
            raise _failed(command, process.returncode, err)
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_UNIT / 1e6, out.read())
