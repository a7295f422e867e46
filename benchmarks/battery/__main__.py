"""Run the battery, in parts, and write its report.

python -m benchmarks.battery own RESULTS                      the tests of this folder, a minute or two
python -m benchmarks.battery dieharder RESULTS [STREAM …]     a subset of dieharder on each stream
python -m benchmarks.battery dieharder RESULTS --all plain    all of dieharder on one stream
python -m benchmarks.battery report RESULTS                   print the report, made from what was found
"""

import argparse
import sys
from itertools import chain
from pathlib import Path

from benchmarks.battery import dieharder, outcome, values, words
from benchmarks.battery.report import page
from benchmarks.battery.streams import STREAMS

SIZE = 1 << 22
"""Words that each of the own tests takes, where it does not say otherwise."""


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.battery", description="The kernel's battery.")
    parser.add_argument("part", choices=["own", "dieharder", "report"])
    parser.add_argument("results", type=Path, help="a file of JSON lines, appended to")
    parser.add_argument("streams", nargs="*", metavar="STREAM", help="; ".join(s.name for s in STREAMS))
    parser.add_argument("--all", action="store_true", help="every test of dieharder, half an hour a stream")
    chosen = parser.parse_args()
    if chosen.part == "report":
        sys.stdout.write(page(list(outcome.read(chosen.results))))
        return
    if chosen.part == "own":
        found = chain(words.of_streams(SIZE), words.of_neighbours(1 << 20), values.of_values(SIZE))
    else:
        tests = dieharder.ALL if chosen.all else dieharder.QUICK
        wanted = [stream for stream in STREAMS if stream.name in (chosen.streams or [s.name for s in STREAMS])]
        found = chain.from_iterable(dieharder.run(stream, tests) for stream in wanted)
    for each in found:
        outcome.write(chosen.results, each)
        print(f"{each.verdict:7} {each.p:.6f} {each.stream:24} {each.test}", flush=True)


if __name__ == "__main__":
    main()
