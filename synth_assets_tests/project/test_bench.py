"""`make bench-check`: a ratio that got worse by more than a fifth is named, whichever way it is good."""

import importlib
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
