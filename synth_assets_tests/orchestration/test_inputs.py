"""Inputs come in the shape and kind that their annotation says, however many partitions there are."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl
import pytest

from synth_assets.orchestration.inputs import Wanted
from synth_assets_tests.orchestration.own import asset, read, run

ONE, TWO = ["tiny|42"], ["tiny|42", "tiny|7"]


@pytest.fixture
def upstream(project):
    """An own asset, stored for two seeds."""
    made = asset(project, pl.DataFrame({"n": [1, 2]}), key="upstream")
    for partition in TWO:
        assert run(project, made, partition=partition, formats=["parquet"]).success
    return made


def mapped(*partitions):
    """The mapping to some partitions, whatever the downstream one is."""
    return dg.SpecificPartitionsPartitionMapping(list(partitions))


@pytest.mark.parametrize(
    "annotation",
    [
        dict[str, pl.LazyFrame],
        Mapping[str, pl.LazyFrame],
        dict[str, pl.LazyFrame] | None,
        dict[str, pl.DataFrame],
        Mapping[str, pl.DataFrame],
    ],
)
@pytest.mark.parametrize("partitions", [ONE, TWO], ids=["one", "two"])
def test_a_dictionary_comes_as_one_of_the_frames_it_says(project, upstream, annotation, partitions):
    found = read(project, upstream, annotation, mapping=mapped(*partitions), formats=["parquet"])
    kind = pl.DataFrame if "DataFrame" in str(annotation) else pl.LazyFrame
    assert list(found) == partitions
    assert all(type(frame) is kind for frame in found.values())
    assert all(frame.lazy().collect()["n"].to_list() == [1, 2] for frame in found.values())


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (pl.LazyFrame, pl.LazyFrame),
        (pl.DataFrame, pl.DataFrame),
        (pl.DataFrame | None, pl.DataFrame),
        (None, pl.LazyFrame),
        (Any, pl.LazyFrame),
    ],
)
def test_one_partition_comes_as_a_frame(project, upstream, annotation, kind):
    assert type(read(project, upstream, annotation, mapping=mapped(*ONE), formats=["parquet"])) is kind


def test_several_partitions_without_an_annotation_come_as_a_dictionary(project, upstream):
    assert list(read(project, upstream, None, mapping=mapped(*TWO), formats=["parquet"])) == TWO


@pytest.mark.parametrize("annotation", [pl.LazyFrame, pl.DataFrame])
def test_several_partitions_where_one_is_said_are_refused(project, upstream, annotation):
    with pytest.raises(
        AssertionError, match=rf"upstream: 2 partitions come.*\n  Annotate it dict\[str, pl.{annotation.__name__}\]"
    ):
        read(project, upstream, annotation, mapping=mapped(*TWO), formats=["parquet"])


def test_an_annotation_of_something_else_is_refused(project, upstream):
    with pytest.raises(AssertionError, match=r"annotated List\[polars.* can't be loaded"):
        read(project, upstream, list[pl.LazyFrame], mapping=mapped(*ONE), formats=["parquet"])


@pytest.mark.parametrize(
    ("annotation", "keyed", "eager"),
    [
        (dict, True, False),
        (dict[str, Any], True, False),
        (dict[str, pl.DataFrame | None], True, True),
        (Any, None, False),
    ],
)
def test_what_annotations_ask_for(annotation, keyed, eager):
    assert Wanted.by(annotation) == Wanted(keyed, eager)
