"""Worker processes, watched from outside: what takes too long or too much memory is ended, and is a result too."""

import contextlib
import json
import math
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

COMMAND = [sys.executable, "-m", "synth_assets_tests.torture.worker"]
SECONDS = 10.0
MEGABYTES = 1024
_OWN_SECONDS = 120.0
"""For what is the fuzz's own work: to start, to damage a copy, to judge."""


class Worker:
    """One process, which is replaced when it had to be ended.

    Args:
        home: the corpus.
        work: a folder of its own.
    """

    def __init__(self, home: Path, work: Path) -> None:
        self._home, self._work = home, work
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""
        self._fresh = 0.0
        """Megabytes of a process that has done nothing yet."""

    def do(self, number: int) -> dict:
        """A case's result."""
        process = self._process or self._started()
        assert process.stdin is not None
        process.stdin.write(f"{number}\n".encode())
        process.stdin.flush()
        began = self._line(_OWN_SECONDS)
        result = began
        if began is not None and began.get("began"):
            # What earlier cases, and damaging this one, left in the process isn't the program's.
            result = self._line(SECONDS, MEGABYTES + max(_resident(process.pid) - self._fresh, 0))
            if result is not None and result.get("used"):
                result = self._line(_OWN_SECONDS)
        if result is not None and "ended" not in result:
            return _judged(result)
        why = (result or {}).get("ended", f"took over {SECONDS:.0f} s")
        self.end()
        known = {key: value for key, value in (began or {}).items() if key not in {"began", "ended"}}
        return {"number": number, "target": "", "what": "", **known, "wrong": [why]}

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                assert stream is not None
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
            self._process, self._read = None, b""

    def _started(self) -> subprocess.Popen[bytes]:
        command = [*COMMAND, str(self._home), str(self._work)]
        self._work.mkdir(parents=True, exist_ok=True)
        with (self._work / "stderr").open("w") as errors:
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        assert self._line(_OWN_SECONDS) == {"ready": True}
        self._fresh = _resident(self._process.pid)
        return self._process

    def _line(self, seconds: float, megabytes: float = math.inf) -> dict | None:
        """The next line; ``None`` after too long, or why there will be none."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        start, waited = time.monotonic(), _waited_for_a_processor(process.pid)
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._read:
                if selector.select(0.1):
                    more = os.read(process.stdout.fileno(), 65_536)
                    if not more:
                        return {"ended": f"the process died: {process.wait()}"}
                    self._read += more
                elif time.monotonic() - start > seconds + _waited_for_a_processor(process.pid) - waited:
                    return None
                elif _resident(process.pid) > megabytes:
                    return {"ended": f"took over {MEGABYTES} MB"}
        line, _, self._read = self._read.partition(b"\n")
        return json.loads(line)


def run(numbers: Iterable[int], home: Path, work: Path, processes: int = 2) -> Iterator[dict]:
    """Do cases in several processes, in any order.

    Args:
        numbers: of the cases.
        home: the corpus.
        work: a folder for the copies; a folder for each process is made in it.
        processes: how many.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    total = 0
    for number in numbers:
        waiting.put(number)
        total += 1
    done: SimpleQueue[dict] = SimpleQueue()

    def drain(worker: Worker) -> None:
        with contextlib.suppress(Empty):
            while True:
                number = waiting.get_nowait()
                try:
                    done.put(worker.do(number))
                except Exception as error:  # noqa: BLE001 - the run goes on; the fuzz itself is at fault
                    worker.end()
                    done.put({"number": number, "wrong": [f"the fuzz failed: {error!r}"]})

    workers = [Worker(home, work / str(at)) for at in range(processes)]
    threads = [threading.Thread(target=drain, args=[worker], daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        for _ in range(total):
            yield done.get()
    finally:
        with contextlib.suppress(Empty):
            while True:
                waiting.get_nowait()
        for worker, thread in zip(workers, threads, strict=True):
            thread.join()
            worker.end()


def _judged(result: dict) -> dict:
    if result.get("peak_mb", 0) > MEGABYTES:
        result["wrong"].append(f"took {result['peak_mb']} MB")
    return result


def _waited_for_a_processor(pid: int) -> float:
    """Seconds that a process could have worked and others did: a busy machine makes no case slow; 0 where unknown."""
    waits = []
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, IndexError):
            waits.append(int(thread.read_text().split()[1]) / 1e9)
    return max(waits, default=0.0)


def _resident(pid: int) -> int:
    """Memory of a process, in MB; 0 where the system doesn't tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * 4096 // 2**20
