"""Feed streams to dieharder, the test suite of Robert G. Brown, through its standard input."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from benchmarks.battery.outcome import Outcome
from benchmarks.battery.streams import Stream, Words

QUICK = (
    *(("-d", str(test)) for test in (0, 2, 3, 4, 8, 9, 13, 15, 16, 100, 101, 102)),
    ("-d", "200", "-n", "8"),
    *(("-d", str(test)) for test in (205, 206, 207, 208, 209)),
)
"""A subset that takes a minute or two: no test that dieharder itself calls suspect, no lagged sums."""

ALL = (("-a",),)
"""Everything, on one run of the stream: about 114 p-values."""


def version() -> str:
    """What ``dieharder -l`` says of itself."""
    head = subprocess.run([_program(), "-l"], capture_output=True, text=True, check=False).stdout
    return next(line.strip("# ").split("Copyright")[0].strip() for line in head.splitlines() if "version" in line)


def run(stream: Stream, tests: tuple[tuple[str, ...], ...]) -> Iterator[Outcome]:
    """Run the tests one after the other, each from the stream's beginning; yield p-values as they come."""
    suite = "dieharder -a" if tests is ALL else "dieharder"
    for test in tests:
        command = [_program(), *test, "-g", "200", "-D", "test_name", "-D", "ntuple", "-D", "tsamples"]
        command += ["-D", "psamples", "-D", "pvalues", "-c", "|"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            pipe, found = process.stdin, process.stdout
            if pipe is None or found is None:
                raise RuntimeError("a process without pipes")
            feeder = threading.Thread(target=_feed, args=(pipe, stream.blocks()), daemon=True)
            feeder.start()
            for line in found:
                yield _outcome(suite, line.decode(), stream)
            process.wait()
            feeder.join()


def _outcome(suite: str, line: str, stream: Stream) -> Outcome:
    name, ntuple, tsamples, psamples, p = (cell.strip() for cell in line.split("|"))
    detail = f"{psamples} × {tsamples}"
    return Outcome(suite, f"{name} {ntuple}", stream.name, float(p), detail, control=stream.control)


def _feed(pipe: IO[bytes], blocks: Iterator[Words]) -> None:
    with suppress(BrokenPipeError, ValueError):
        for block in blocks:
            pipe.write(block.tobytes())
    with suppress(BrokenPipeError):
        pipe.close()


def _program() -> str:
    program = shutil.which("dieharder")
    if program is None:
        raise SystemExit("dieharder is not installed (Debian, Ubuntu: apt install dieharder).")
    return program
