from dataclasses import replace

import pytest

from synth_assets.engine.stored import digest_stored, file_problems, oversized, verify_stored
from synth_assets.errors import DataError
from synth_assets.model.manifest import PartFile
from synth_assets.model.types import INT64
from synth_assets_tests.samples import TABLE, digest, manifest, many


def test_rows_as_they_were_written_have_no_problems():
    assert verify_stored([many(10), many(10, first=11)], TABLE, manifest([many(20)])) == []
    assert digest_stored([many(10), many(10, first=11)], TABLE) == digest([many(20)])


def test_lost_rows_are_counted_and_every_column_differs():
    problems = verify_stored([many(9)], TABLE, manifest([many(10)]))
    assert problems[0] == "9 rows are stored, not 10"
    assert len(problems) == 1 + len(TABLE.columns) + 1


def test_only_the_column_that_differs_is_named():
    changed = many(10).with_columns(many(10)["price"] * 2)
    changed = changed.cast({"price": TABLE.schema["price"]})
    problems = verify_stored([changed], TABLE, manifest([many(10)]))
    assert [p for p in problems if "column" in p] == ["column price has other values than were generated"]


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        ([many(10), many(10)], "id=1 comes after 10"),
        ([many(10), many(10, first=10)], "id=10 occurs twice"),
        ([many(10).reverse()], "id=9 comes after 10"),
        ([many(10).drop("title")], "are not the table's"),
    ],
)
def test_keys_and_columns_that_are_wrong_end_in_one_problem(frames, message):
    (problem,) = verify_stored(frames, TABLE, manifest([many(10)]))
    assert message in problem


def test_what_reading_raises_is_a_problem():
    def broken():
        yield many(3)
        raise DataError("part-00001 is damaged")

    assert verify_stored(broken(), TABLE, manifest([many(10)])) == ["part-00001 is damaged"]


def test_a_manifest_of_another_table_or_definition_is_named():
    other = replace(TABLE, name="others")
    assert "of shop/things, not of shop/others" in verify_stored([many(3)], other, manifest([many(3)]))[0]
    columns = tuple(replace(c, type=INT64) if c.name == "tiny" else c for c in TABLE.columns)
    retyped = replace(TABLE, columns=columns)
    problems = verify_stored([many(3).cast({"tiny": INT64.polars})], retyped, manifest([many(3)]))
    assert problems[0] == "shop/things: the manifest's columns are not the definition's: tiny"


def test_files_are_compared_with_their_size_digest_and_rows(tmp_path):
    (tmp_path / "part-00000.csv").write_bytes(b"abc")
    good = PartFile("part-00000.csv", 10, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")

    def problems(*files):
        return verify_stored([many(10)], TABLE, manifest([many(10)], files), tmp_path)

    assert problems(good) == []
    assert "was changed" in problems(replace(good, sha256="0" * 64))[0]
    assert "has 3 bytes, not 4" in problems(replace(good, bytes=4))[0]
    assert "have 9 rows together, the table 10" in problems(replace(good, rows=9))[0]
    assert (
        "part-00001.csv is missing" in problems(replace(good, rows=5), replace(good, path="part-00001.csv", rows=5))[0]
    )
    (tmp_path / "part-00001.csv").write_bytes(b"")
    assert "part-00001.csv is not in the manifest" in problems(good)[0]


def test_a_file_that_readers_of_the_folder_would_read_is_a_problem_and_others_are_somebodys_own(tmp_path):
    (tmp_path / "part-00000.csv").write_bytes(b"abc")
    good = PartFile("part-00000.csv", 10, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    told = manifest([many(10)], (good,))
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "_extra.csv").write_text("hidden from readers")
    assert file_problems(tmp_path, told) == []
    (tmp_path / "extra.csv").write_text("a,b\n1,2\n")
    assert file_problems(tmp_path, told) == [f"{tmp_path / 'extra.csv'} is not in the manifest"]


def test_a_part_that_is_said_to_have_far_more_bytes_than_rows_have_is_not_read(tmp_path):
    of = tmp_path / "part-00000.csv"
    assert oversized(of, PartFile(of.name, 2, 4_000_000, "")) is None
    assert oversized(of, PartFile(of.name, 1_000, 900_000_000, "")) is None
    assert "isn't read: it is said to have 10,000,000 bytes for 2 rows" in str(
        oversized(of, PartFile(of.name, 2, 10_000_000, ""))
    )
