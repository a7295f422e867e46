"""`make bench-check`: a ratio that got worse by more than a fifth is named, whichever way it is good."""

import importlib
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def report(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    return importlib.import_module("report")


def taken(report, ours, peers):
    def samples(values):
        return [report.Sample("", {"seconds": value}) for value in values]

    return {"ours": samples(ours), "peer": samples(peers)}


@pytest.mark.parametrize(
    ("ours", "recorded", "is_named"),
    [([2, 2, 9], 1.0, False), ([2, 2.3, 2.5], 1.0, False), ([2, 2.5, 2.5], 1.0, True), ([1, 1, 1], 0.4, True)],
)
def test_a_median_that_is_a_fifth_worse_is_named(report, ours, recorded, is_named):
    def ratio(got):
        return got["ours"]["seconds"] / got["peer"]["seconds"]

    slower = report.Figure("time", ratio, at_most=1, is_ratio=True)
    quicker = report.Figure("speed", lambda got: 1 / ratio(got), at_least=1, is_ratio=True)
    others = report.Figure("ours alone", ratio, at_most=1)
    found = report.compared(
        [slower, quicker, others], taken(report, ours, [2, 2, 2]), {"time": recorded, "speed": 1 / recorded}
    )
    names = [line.partition(":")[0] for line in found.splitlines()]
    assert names == (["time", "speed"] if is_named else [])


def test_what_was_not_measured_or_recorded_is_not_compared(report):
    figure = report.Figure("time", lambda got: got["absent"]["seconds"], at_most=1, is_ratio=True)
    assert report.compared([figure], taken(report, [1], [1]), {"time": 0.1}) == ""
    figure = report.Figure("other", lambda got: got["ours"]["seconds"], at_most=1, is_ratio=True)
    assert report.compared([figure], taken(report, [1], [1]), {"time": 0.1}) == ""


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.syspath_prepend(str(HERE.parent / "scripts"))
    return importlib.import_module("bench")


def test_every_figure_is_of_what_is_measured_and_stands_on_the_page_and_in_the_picture(bench, report, monkeypatch):
    every = ("bits_ns", "bits_and_choice_ns", "slice_s", "declared_over_python", "generate_s", "events_per_s")
    every += ("us_per_event", "generate_and_write_cpu_s", "write_cpu_s", "write_cpu_ns_a_cell", "cells_per_s", "cells")
    every += ("cpu_seconds", "peak_mb", "tree_mb", "rows", "mb")
    names = [measure.__name__ for measure in bench.MEASUREMENTS]
    taken = {
        name: [report.Sample(f"{name} DIR", dict.fromkeys(every, 2.0) | {"seconds": 1.0 + place})]
        for place, name in enumerate(names)
    }
    monkeypatch.setattr(report, "_versions", lambda _: [])
    page = report.write_report(taken, dict.fromkeys(names, "What."), bench.FIGURES, HERE)
    assert [name for name in names if f"| `{name}` |" not in page] == []
    assert [one.name for one in bench.FIGURES if f"| {one.name} |" not in page] == []
    assert len({one.name for one in bench.FIGURES}) == len(bench.FIGURES)
    drawn = bench.picture(taken)
    assert all(words in drawn for words in ("<svg", "tpchgen-cli", "NDJSON", "mimesis", "100 million", "four workers"))


@pytest.mark.usefixtures("report")
def test_memory_is_that_of_a_process_and_all_below_it():
    kept = "kept = bytearray(60_000_000); kept[::4096] = b'x' * len(kept[::4096])"
    below = f"import time; {kept}; time.sleep(1.2)"
    command = f"import subprocess, sys; {kept}; subprocess.run([sys.executable, '-c', {below!r}], check=True)"
    memory = importlib.import_module("processes").tree_memory([sys.executable, "-c", command])
    assert memory.processes == 2
    assert 120 < memory.peak_mb < 250
    with pytest.raises(RuntimeError, match="status 3"):
        importlib.import_module("processes").tree_memory([sys.executable, "-c", "raise SystemExit(3)"])
