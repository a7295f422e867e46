"""Run a program and say what it took: time, processor time and peak memory of it and its children."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere


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


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end.

    The peak that the kernel reports starts at the parent's own memory, so the parent has to stay small:
    nothing beyond the standard library is imported into it.

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
        err.seek(0)
        if process.returncode != 0:
            last = "".join(err.readlines()[-15:])
            message = f"{' '.join(command)}\n  ended with status {process.returncode}:\n{last}"
            raise RuntimeError(message)
        return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _MAXRSS_UNIT / 1e6, out.read())
