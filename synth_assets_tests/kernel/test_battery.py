"""The short form of `python -m benchmarks.battery`: its own tests on fewer words. They are not drawn anew."""

import numpy as np
import pytest

from benchmarks.battery import statistics, values, words
from benchmarks.battery.report import KNOWN
from benchmarks.battery.streams import STREAMS

# Few enough that every bound below holds by a wide margin, and so many that a broken constant would show.
SIZE = 1 << 15


@pytest.mark.parametrize("stream", [s for s in STREAMS if not s.control], ids=lambda stream: stream.name)
def test_a_stream_of_bits_passes_for_random(stream):
    found = words.take(stream, SIZE)
    p_values = dict(words.one_stream(found))
    assert {name: p for name, p in p_values.items() if not 1e-5 < p < 1 - 1e-5} == {}


def test_the_counter_before_its_hash_is_found_out():
    control = next(stream for stream in STREAMS if stream.control)
    p_values = [p for _, p in words.one_stream(words.take(control, SIZE))]
    assert sum(min(p, 1 - p) < 1e-6 for p in p_values) > len(p_values) / 2


def test_neighbouring_keys_and_rows_have_nothing_in_common():
    found = [outcome for outcome in words.of_neighbours(SIZE) if (outcome.test, outcome.stream) not in KNOWN]
    assert [outcome for outcome in found if outcome.verdict == "failed"] == []
    assert len(found) > 20


def test_what_is_made_from_bits_has_its_exact_shares():
    found = [outcome for outcome in values.of_values(SIZE) if (outcome.test, outcome.stream) not in KNOWN]
    assert [outcome for outcome in found if outcome.verdict == "failed"] == []
    assert len(found) > 50


@pytest.mark.parametrize(
    ("value", "degrees", "expected"),
    [(3.841, 1, 0.05), (18.307, 10, 0.05), (124.342, 100, 0.05), (927.594, 1_000, 0.95)],
)
def test_the_chi_square_distribution_is_that_of_printed_tables(value, degrees, expected):
    assert statistics.chi_square_above(value, degrees) == pytest.approx(expected, abs=2e-5)


def test_poisson_counts_are_placed_by_their_mean():
    assert statistics.poisson(0, 2) == pytest.approx(1 - np.exp(-2) / 2)
    assert statistics.poisson(3, 3) == pytest.approx(0.5, abs=0.05)
    assert statistics.poisson(40, 3) < 1e-9
