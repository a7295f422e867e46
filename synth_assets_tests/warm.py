"""`synth` as a process of its own that begins warm: forked from one that has imported everything and done nothing.

Half a second of each `synth` is Python's imports, which tests of hundreds of commands needn't pay. A forked process
does what a fresh one does from there on: :func:`synth_assets.cli.main` with its own arguments, folder, environment and
standard streams, and it ends with its own status. What is about the start itself, about signals, pipes, or an
interpreter that is set up otherwise, runs the real program (``cli/test_process.py``, ``cli/test_streams.py``).
"""

import atexit
import functools
import importlib
import json
import os
import pkgutil
import select
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

PRELOADED = ("synth_assets.cli", "synth_assets.usecases", "synth_assets.domains.bronze", "synth_assets.sinks")
_STDIN, _STDOUT, _STDERR = range(3)
_IDLE = {"jemalloc_bg_thd", "polars-ooc-clea"}
"""Threads that libraries start when they are imported; they sleep, and a forked process does without them."""


def synth(*words, cwd, timeout=120, env=None):
    """Run `synth` with some arguments in a folder; what :func:`subprocess.run` gives, with texts.

    Raises:
        subprocess.TimeoutExpired: it took longer; it is ended.
    """
    words = [*map(str, words)]
    with tempfile.TemporaryDirectory() as home:
        out, err = Path(home) / "out", Path(home) / "err"
        asked = {"words": words, "cwd": str(cwd), "env": dict(os.environ if env is None else env),
                 "out": str(out), "err": str(err), "timeout": timeout}  # fmt: skip
        status = _Server.started().run(asked)
        texts = [path.read_text(encoding="utf-8", errors="surrogateescape") for path in (out, err)]
    if status is None:
        raise subprocess.TimeoutExpired(words, timeout, *texts)
    return subprocess.CompletedProcess(words, status, *texts)


class _Server:
    """The warm process, one for each process of pytest's."""

    def __init__(self):
        command = [sys.executable, "-m", __name__]
        root = Path(__file__).parents[1]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # no threads of NumPy's, which computes nothing there
        self._process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._end)

    @classmethod
    @functools.cache
    def started(cls):
        return cls()

    def run(self, asked):
        """The status of a command; ``None`` if it took too long."""
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def _end(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def serve():
    """Answer requests, a line each, until there are no more."""
    _preload()
    for line in sys.stdin:
        asked = json.loads(line)
        assert _threads() <= _IDLE, f"{_threads()}: a process that is forked beside working threads may hang"
        sys.stdout.write(json.dumps(_forked(asked)) + "\n")
        sys.stdout.flush()


def _preload():
    """Import what commands import, and nothing that starts threads."""
    for name in PRELOADED:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)


def _threads():
    """The names of this process's threads besides its first."""
    tasks = [task for task in Path("/proc/self/task").iterdir() if task.name != str(os.getpid())]
    return {(task / "comm").read_text().strip() for task in tasks}


def _forked(asked):
    child = os.fork()
    if not child:
        _become(asked)
    handle = os.pidfd_open(child)
    try:
        if not select.select([handle], [], [], asked["timeout"])[0]:
            os.kill(child, 9)
            os.waitpid(child, 0)
            return None
    finally:
        os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _become(asked):
    """Be a fresh `synth`, to the end."""
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        out, err = (os.open(asked[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for name in ("out", "err"))
        for old, new in ((nothing, _STDIN), (out, _STDOUT), (err, _STDERR)):
            os.dup2(old, new)
            os.close(old)
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        sys.argv = ["synth", *asked["words"]]
        sys.path[0] = asked["cwd"]  # as `python -m` has it
        sys.stdin = open(_STDIN, closefd=False)  # noqa: SIM115 — without what is read already of requests
        status = _status_of_main()
    except BaseException:  # noqa: BLE001 — as Python ends
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _status_of_main():
    from synth_assets.cli import main

    try:
        main()
    except SystemExit as error:
        return error.code or 0


if __name__ == "__main__":
    serve()
