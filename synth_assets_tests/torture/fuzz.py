"""Run cases by hand.

::

    python -m synth_assets_tests.torture.fuzz 17            one case, in this process; its folder stays
    python -m synth_assets_tests.torture.fuzz 0..10000      many, in two processes; what is wrong is printed
"""
# ruff: noqa: T201 - it is a program

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from synth_assets_tests.torture import corpus, pool, worker


def main(which: str, home: Path) -> int:
    """Do what is asked for; returns how many cases are wrong."""
    if not (home / "synth.toml").exists():
        home.mkdir(parents=True, exist_ok=True)
        corpus.make(home)
    if ".." not in which:
        corpus.use(home)
        folder = Path(tempfile.mkdtemp(prefix="case-"))
        result = worker.do(int(which), home, folder / which)
        print(result.pop("traceback", ""))
        print(json.dumps(result, indent=1), folder, sep="\n")
        return len(result["wrong"])
    first, _, end = which.partition("..")
    start, count, wrong = time.monotonic(), Counter(), 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as work:
        for result in pool.run(range(int(first), int(end)), home, Path(work)):
            count["cases"] += 1
            count["noticed"] += any(noticed for _, noticed, _ in result.get("said", []))
            if count["cases"] % 100 == 0:
                print(f"{dict(count)}, {wrong} wrong", file=sys.stderr, flush=True)
            if result["wrong"]:
                wrong += 1
                print(json.dumps(result), flush=True)
    print(f"{dict(count)} in {time.monotonic() - start:.0f} s; {wrong} wrong", file=sys.stderr)
    return wrong


if __name__ == "__main__":
    # A second number isn't a folder for the corpus: it once was, in the checkout.
    if len(sys.argv) not in {2, 3} or (len(sys.argv) == 3 and "/" not in sys.argv[2]):
        sys.exit(f"one case or a range of them, and perhaps a folder with a / in its path: {__doc__}")
    where = Path(sys.argv[2] if len(sys.argv) > 2 else Path(tempfile.gettempdir()) / "synth-torture")
    sys.exit(main(sys.argv[1], where.absolute()) > 0)
