"""Units of a plan that are worked out one by one, against all of them in a list."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from synth_assets.engine.plan import Units
from synth_assets.model.groups import Group
from synth_assets.model.shapes import Rows


@dataclass(frozen=True)
class _Cut(Rows):
    edge: int = 1  # type: ignore[misc]


def units(edge, chunks, size, first, positions, cuts):
    edges = [first, *sorted(first + cut % (positions + 1) for cut in cuts), first + positions]
    groups = tuple(Group(str(at), low, high) for at, (low, high) in enumerate(pairwise(edges)))
    return Units(groups, Group("", first, first + positions), size, 1, _Cut(edge=edge), edge * chunks)


@given(
    st.builds(
        units,
        st.sampled_from([1, 2, 4, 8]),
        st.integers(1, 4),
        st.integers(1, 40),
        st.integers(0, 30),
        st.integers(0, 3_000),
        st.lists(st.integers(0, 3_000), max_size=3),
    ),
    st.sampled_from([None, 1, 3, 7]),
)
def test_pieces_and_files_are_counted_as_a_list_of_all_has_them(made, rows_per_file):
    listed = list(made)
    assert made.chunks == sum(piece.write for unit in listed for piece in unit.pieces())
    assert [unit.number for unit in listed] == list(range(len(made)))
    assert [position for unit in listed for position in (unit.start, unit.stop)] == [
        position for unit in (made[at] for at in range(len(made))) for position in (unit.start, unit.stop)
    ]
    assert listed[-1] == made[-1]
    sizes = [unit.stop - unit.start for unit in listed]
    files = len(listed) if rows_per_file is None else sum(max(1, -(-size // rows_per_file)) for size in sizes)
    assert made.files(rows_per_file) == files
