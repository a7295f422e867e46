"""A process that does cases: numbers come in, a line of JSON each goes out, and nothing else."""

import ctypes
import json
import os
import shutil
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")

_fresh: dict[str, int] = {}
"""Memory of this process before its first case, in MB."""


def main(home: Path, work: Path) -> None:
    """Answer numbers on standard input until it ends.

    Args:
        home: the corpus.
        work: a folder of this process's own.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    work.mkdir(parents=True, exist_ok=True)
    (work / "tmp").mkdir(exist_ok=True)
    os.environ["TMPDIR"] = str(work / "tmp")
    from synth_assets_tests.torture import corpus

    corpus.use(home)
    _warm_up()
    _fresh["mb"] = _peak()
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        try:
            result = do(int(line), home, work / "case", answers)
        except Exception as error:  # noqa: BLE001 - of the fuzz itself
            result = {
                "number": int(line),
                "wrong": [f"the fuzz failed: {error!r}"],
                "traceback": traceback.format_exc(),
            }
        print(json.dumps(result), file=answers, flush=True)


def do(number: int, home: Path, work: Path, answers=None) -> dict:
    """Do one case; says what was damaged, what the program said, and what is wrong with that."""
    from synth_assets_tests.torture import users
    from synth_assets_tests.torture.cases import case

    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    one = case(number, home, work)
    result = {"number": number, "target": one.scene.target.name, "what": one.what, "wrong": []}
    if answers:
        # What is said of a case that never ends, and from when on its time is counted.
        print(json.dumps({**result, "began": True}), file=answers, flush=True)
    said: list = []
    _forget_peak()
    left = _peak()
    start = time.monotonic()
    try:
        said.extend(users.use(one.scene))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        lines = traceback.format_exception(error)
        result["wrong"].append(f"foreign: {type(error).__name__}: {str(error)[:200]}")
        result["traceback"] = "".join(lines)[-3_000:]
    result["seconds"] = round(time.monotonic() - start, 2)
    # As in a process that has done nothing yet: what earlier cases and the damage left isn't the program's.
    result["peak_mb"] = _peak() - max(left - _fresh.get("mb", left), 0)
    if answers:
        print(json.dumps({"used": True}), file=answers, flush=True)  # what follows is the fuzz's own time
    result["said"] = [[what, noticed, words[:300]] for what, noticed, words in said]
    result["wrong"] += users.unnoticed(one.scene, said)
    return result


def _warm_up() -> None:
    """Import what the first case would else be charged with."""
    for name in ("duckdb", "polars", "pyarrow.parquet"):
        import_module(name)


def _forget_peak() -> None:
    """Give back what the damage took, and count from here."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    import_module("pyarrow").default_memory_pool().release_unused()
    with suppress(OSError):
        CLEAR.write_text("5")


def _peak() -> int:
    """The most memory since :func:`_forget_peak`, in MB; 0 where the system doesn't tell."""
    try:
        (line,) = [one for one in STATUS.read_text().splitlines() if one.startswith("VmHWM")]
    except (OSError, ValueError):
        return 0
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
