"""Every layout is read backwards: what a path tells is what it was called after."""

from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.errors import UsageError
from synth_assets.sinks import layout
from synth_assets.sinks.layout import Spot

TABLES = ("order", "order_items", "notes")
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
SPOTS = st.builds(
    Spot,
    form=NAMES,
    domain=NAMES,
    table=st.sampled_from(TABLES),
    label=NAMES,
    seed=st.integers(),
    group=st.just("") | TEXTS,
    values=st.lists(st.tuples(NAMES, st.none() | TEXTS), max_size=3, unique_by=lambda one: one[0]).map(tuple),
    part=st.none() | st.integers(0, 10**7),
    ending=st.sampled_from([".csv", ".csv.gz", ".parquet"]),
)


def told(spot, lies):
    """The fields of a spot that a layout's paths tell."""
    found = Spot()._replace(**{name: value for name, value in spot._asdict().items() if name in lies.tells})
    # Where files are always numbered, a table that is one file is the first of them.
    return found._replace(part=0) if found.part is None and not lies.grouped else found


@pytest.mark.parametrize("name", layout.names())
@given(SPOTS)
def test_a_part_file_s_path_tells_what_it_was_called_after(name, spot):
    lies = layout.load(name)
    try:
        path = lies.folder(Path("data"), spot) / lies.file(spot)
    except UsageError:
        # Only names that would be read as others are refused.
        assert "chunk" in spot.group
        return
    assert lies.parse(path, {spot.table}) == told(spot, lies)


@pytest.mark.parametrize("name", layout.names())
@pytest.mark.parametrize(
    "path", ["notes.txt", "data/notes", "_manifest.json", "preset=a/seed=b/part-00000.csv", ".csv"]
)
def test_a_path_of_another_form_is_none_of_a_layout(name, path):
    assert layout.load(name).parse(PurePath(path), {"orders"}) is None


@pytest.mark.parametrize(
    ("path", "spot"),
    [
        ("order_items_1_chunk_0002.ndjson.gz", Spot(table="order_items", group="1", part=2, ending=".ndjson.gz")),
        ("order_1_chunk_0000.csv", Spot(table="order", group="1", part=0, ending=".csv")),
        ("order_items.csv", Spot(table="order_items", part=None, ending=".csv")),
        ("notes_chunk_10000.csv", Spot(table="notes", part=10_000, ending=".csv")),
    ],
)
def test_a_flat_name_is_that_of_the_table_with_the_longest_name(path, spot):
    assert layout.load("flat").parse(PurePath(path), TABLES) == spot


def test_a_group_whose_files_would_be_read_as_others_is_refused():
    with pytest.raises(UsageError, match="would be read as another part file"):
        layout.load("flat").file(Spot(table="notes", group="chunk_0001", part=None, ending=".csv"))


def test_a_layout_that_is_not_there_is_refused_by_name():
    with pytest.raises(UsageError, match="layout 'flatt' is unknown; did you mean 'flat'"):
        layout.load("flatt")
