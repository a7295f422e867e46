import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.kernel.counter import BLOCK, Span, bits, count_of, numbers_of, word
from synth_assets.kernel.keys import StreamKey
from synth_assets_tests.oracles import kernel as oracle

HALVES = st.integers(0, 2**64 - 1) | st.sampled_from([0, 2**64 - 1])
KEYS = st.builds(StreamKey, HALVES, HALVES)
ROWS = st.integers(0, 2**62) | st.integers(0, 100) | st.sampled_from([2**31, 2**32 - 1, 2**40, 2**53 + 1, 2**62])

# A change of these is a change of every value of every dataset. The second is SplitMix64's own first output.
FROZEN = [
    (StreamKey(0, 0), 0, 0x0000000000000000),
    (StreamKey(0, 0), 1, 0xE220A8397B1DCDAF),
    (StreamKey(1, 2), 7, 0x0A3A7FE3281CF793),
    (StreamKey(0x5A38000000000001, 0xA5), BLOCK, 0xD092FF4C245BE33B),
    (StreamKey(0x0123456789ABCDEF, 0xFEDCBA9876543210), 2**40 + 1, 0xA748540931C8CA16),
    (StreamKey(2**64 - 1, 2**64 - 1), 2**62, 0xAD53269E3C7C889E),
]


def array(rows):
    return np.array(rows, dtype=np.int64)


@pytest.mark.parametrize(("key", "row", "expected"), FROZEN)
def test_the_bits_of_known_rows_are_frozen(key, row, expected):
    assert word(key, row) == expected
    assert bits(key, Span(row, 1)).tolist() == [expected]


@given(KEYS, st.lists(ROWS, max_size=50))
def test_bits_of_any_rows_are_the_oracles(key, rows):
    found = bits(key, array(rows))
    assert found.dtype == np.uint64
    assert found.tolist() == [oracle.word(key, row) for row in rows]


@given(KEYS, ROWS, st.integers(0, 50))
def test_bits_of_any_range_are_the_oracles(key, start, count):
    assert bits(key, Span(start, count)).tolist() == [oracle.word(key, row) for row in range(start, start + count)]


@given(KEYS, ROWS, st.integers(0, 3 * BLOCK), st.data())
def test_a_range_an_array_and_any_slice_of_either_agree(key, start, count, data):
    whole = bits(key, Span(start, count))
    low = data.draw(st.integers(0, count))
    high = data.draw(st.integers(low, count))
    assert (bits(key, Span(start + low, high - low)) == whole[low:high]).all()
    assert (bits(key, Span(start, count).array()) == whole).all()
    assert (bits(key, Span(start, count).array()[low:high]) == whole[low:high]).all()


@pytest.mark.parametrize("count", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1])
@pytest.mark.parametrize("start", [0, 1, BLOCK - 1, 2**40, 2**62 - BLOCK])
def test_the_edges_of_blocks_do_not_show(start, count):
    key = StreamKey(0xDEADBEEF, 0xC0FFEE)
    found = bits(key, Span(start, count))
    assert len(found) == count
    assert (bits(key, Span(start, count).array()) == found).all()
    near = {place for edge in (0, BLOCK, 2 * BLOCK, count) for place in (edge - 1, edge) if 0 <= place < count}
    assert {place: int(found[place]) for place in near} == {place: oracle.word(key, start + place) for place in near}


@given(KEYS, st.permutations(range(20)))
def test_the_order_in_which_rows_are_asked_for_changes_none(key, order):
    assert (bits(key, array(order)) == bits(key, Span(0, 20))[order]).all()


@pytest.mark.parametrize("dtype", [np.int64, np.uint64, np.int32, np.uint8])
def test_row_numbers_of_any_width_are_left_as_they_were(dtype):
    rows = np.array([5, 0, 127], dtype=dtype)
    assert bits(StreamKey(1, 2), rows).tolist() == [oracle.word((1, 2), row) for row in (5, 0, 127)]
    assert rows.tolist() == [5, 0, 127]


def test_every_other_row_of_an_array_is_every_other_word():
    rows = Span(100, 10).array()
    assert (bits(StreamKey(1, 2), rows[::2]) == bits(StreamKey(1, 2), rows)[::2]).all()


@given(st.integers(0, 2**62), st.integers(0, 100))
def test_a_span_names_the_rows_from_its_start_up_to_its_stop(start, count):
    span = Span(start, count)
    assert numbers_of(span).tolist() == list(range(start, span.stop))
    assert count_of(span) == count_of(span.array()) == count
    assert (numbers_of(span.array()) == span.array()).all()
