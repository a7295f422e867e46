"""Keys and partitions of assets: every one has a place of its own, on file systems and in databases of any kind."""

import dagster as dg
import polars as pl
import pytest

from synth_assets.errors import UsageError
from synth_assets.orchestration.places import place_of
from synth_assets.sinks import catalog
from synth_assets_tests.orchestration.own import asset, read, run

KEYS = [
    ["zz"], ["own", "zz"], ["own", "own", "zz"], ["ZZ"], ["Zz"], ["zz "], ["zz."], [" zz"], ["own/zz"], ["own.zz"],
    ["own", "ZZ"], ["Own", "zz"], ["a", "b"], ["a/b"], ["a__b"], ["a_b"], ["a.b"], ["a", "b", "c"], ["a.b", "c"],
    ["a_b", "c"], ["a", "b_c"], ["a", "b.c"], ["a/b", "c"], ["a", "b/c"], ["preset=x"], ["a", "preset=x"], ["a", ".."],
    [".."], ["."], ["a", "."], ["..", "..", "etc"], ["a|b"], ["é"], ["e\u0301"], ["a\nb"], ["a\0b"], ["~"], ["a~b"],
    ["_synth_manifest"], ["a", "_synth_manifest"], [".synth"], ["bronze", "orders"], ["bronze", "raw_orders"],
    ["bronze", "RAW_ORDERS"], ["Bronze", "raw_orders"], ["bronze.raw_orders"], ["bronze", "current"],
    ["bronze", "changes", "raw_orders"], ["bronze.changes", "raw_orders"], ["bronze_changes", "raw_orders"],
    ["x" * 400], ["x" * 401], ["-a"], ["a-"], ["a;b"], ["a%2fb"], ["a*"], ["[a]"], ["a?"], ["", "a"], ["a", ""], [""],
]  # fmt: skip


def test_no_two_keys_share_a_place_however_letters_are_compared(project):
    found = [place_of(dg.AssetKey(key), "tiny|42", project.known) for key in KEYS]
    places = {place.path.casefold() for place in found}
    assert len(places) == len(KEYS)
    for place in found:
        assert set(f"{place.dataset.domain}{place.name}") <= set("abcdefghijklmnopqrstuvwxyz0123456789_-~.")
        assert all(not part.startswith((".", "_")) and len(part) < 200 for part in (place.dataset.domain, place.name))


def test_plain_keys_are_where_they_always_were(project):
    paths = [place_of(dg.AssetKey(key), "tiny|42", project.known).path for key in (["copied"], ["shop", "by_status"])]
    assert paths == ["own/copied", "shop/by_status"]


PARTITIONS = [
    "a|1",
    "a|-1",
    "A|1",
    "a-|1",
    "a-|-1",
    "a--1|1",
    "a|11",
    "a-1|1",
    "a|b|1",
    "|1",
    "a/b|1",
    "../../x|1",
    "a b|1",
]


def test_no_two_partitions_share_a_place_in_any_format(project):
    found = [place_of(dg.AssetKey(["zz"]), key, project.known) for key in PARTITIONS]
    for form in ("parquet", "duckdb"):
        places = [
            catalog.load(form).place(project.data, place.path, place.dataset.label, place.dataset.seed)
            for place in found
        ]
        assert len({str(place).casefold() for place in places}) == len(PARTITIONS)
        assert all(project.data in place.parents and ".." not in place.parts for place in places)


@pytest.mark.parametrize(
    "key", ["tiny|042", "tiny|+42", "tiny| 42", "tiny|42 ", "tiny|4_2", "tiny|٤٢", "tiny|4e1", "tiny|", "42"]
)
@pytest.mark.parametrize("asset_key", [["zz"], ["bronze", "raw_orders"]])
def test_a_seed_is_written_in_one_way(project, key, asset_key):
    with pytest.raises(UsageError, match="assets partitioned by preset and seed"):
        place_of(dg.AssetKey(asset_key), key, project.known)


def test_assets_whose_keys_look_alike_keep_their_own_rows(project):
    keys = (["zz"], ["own", "zz"], ["ZZ"], ["a", "b"], ["a", "B"], ["a__b"], ["a", "b", "c"], ["a_b", "c"], [".."])
    # One after the other: Dagster's own names of steps don't tell all of them apart.
    assets = [asset(project, pl.DataFrame({"n": [at]}), key=key) for at, key in enumerate(keys)]
    for one in assets:
        assert run(project, one).success
    assert [read(project, one)["n"].to_list() for one in assets] == [[at] for at in range(len(keys))]


def test_the_way_to_materialise_an_input_names_its_key(project):
    upstream = asset(project, pl.DataFrame({"n": [1]}), key="zz")
    with pytest.raises(AssertionError, match=r"dagster asset materialize --select 'zz' --partition 'tiny\|42'"):
        read(project, upstream)
