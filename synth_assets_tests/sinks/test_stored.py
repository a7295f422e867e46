"""One suite for every format there is: what is written comes back, and damage is named."""

import json
import os
import re
import shutil
from dataclasses import replace

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synth_assets.engine.stored import verify_stored
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.model.key import Key, composite_key, text_key, uuid_key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT64, STRING, UUID
from synth_assets.sinks import catalog
from synth_assets.sinks.capabilities import ABILITIES, CELLS, REPEATED_BYTES
from synth_assets.sinks.interface import FileOptions
from synth_assets_tests import typed_cells
from synth_assets_tests.abilities import cases, lack
from synth_assets_tests.peculiar_cells import PECULIAR
from synth_assets_tests.samples import FILES, ROWS, TABLE, digest, frame, frames, load, many, pieces, store

EVERY = catalog.names()
SINKS = {name: catalog.load(name).capabilities for name in EVERY}
ENCODINGS = [(name, codec) for name in FILES for codec in FILES[name].codecs]


def verify(name, location):
    form = catalog.load(name)
    folder = form.part_folder(location)
    return verify_stored(form.read(location, TABLE, None), TABLE, form.read_manifest(location, TABLE), folder)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    "parts",
    [
        [[frame(ROWS)]],
        [[frame(ROWS[:1]), frame(ROWS[1:2])], [frame(ROWS[2:])]],
        [[]],
        [[frame([])]],
        [[frame([]), frame(ROWS)], []],
        [[many(70_000)], [many(70_000, first=70_001), many(1, first=200_000)]],
    ],
    ids=["one", "two parts", "no frame", "no row", "an empty part", "many"],
)
def test_what_is_written_comes_back_and_verifies(name, parts, tmp_path):
    location, manifest = store(name, tmp_path, parts)
    whole = pl.concat([frame([]), *(one for part in parts for one in part)])
    found = load(name, location)
    assert found.schema == TABLE.schema
    assert found.equals(whole)
    assert digest([found]) == digest([whole])
    assert catalog.load(name).read_manifest(location, TABLE) == manifest
    assert verify(name, location) == []


@pytest.mark.parametrize("name", EVERY)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(whole=frames(), data=st.data())
def test_any_cells_come_back(name, whole, data, tmp_path):
    cuts = data.draw(st.lists(st.integers(0, whole.height), max_size=2))
    shutil.rmtree(tmp_path / name, ignore_errors=True)
    location, manifest = store(name, tmp_path, [[piece] for piece in pieces(whole, cuts)])
    found = load(name, location)
    assert found.equals(whole)
    assert digest([found]).content_hash == manifest.content_hash


@pytest.mark.parametrize("name", EVERY)
def test_some_columns_come_back_in_the_order_asked_for(name, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    assert load(name, location, ["title", "id"]).equals(many(10).select("title", "id"))


@pytest.mark.parametrize(("name", "codec"), ENCODINGS)
def test_every_compression_comes_back_and_repeats_its_bytes(name, codec, tmp_path):
    options = FileOptions(compression=codec)
    (location, first), (_, second) = (store(name, tmp_path / at, [[many(1_000)]], options=options) for at in "ab")
    assert load(name, location).equals(many(1_000))
    assert [file.sha256 for file in first.files] == [file.sha256 for file in second.files]


@pytest.mark.parametrize("name", FILES)
def test_the_cuts_of_frames_do_not_change_a_files_bytes(name, tmp_path):
    whole = many(300_000)
    _, one = store(name, tmp_path / "a", [[whole]])
    _, other = store(name, tmp_path / "b", [pieces(whole, [1, 100_000, 262_144])])
    assert one.files == other.files


@pytest.mark.parametrize("name", FILES)
def test_the_cuts_of_frames_do_not_change_the_bytes_of_nested_cells_either(name, tmp_path):
    types = [of for of in typed_cells.EVERY if of.nests and of.polars.is_nested()]
    table = Table("shop", "nested", "", "", Key.of(""), tuple(Column(of.name, of, "", nullable=True) for of in types))
    some = pl.DataFrame([typed_cells.cells(of).alias(of.name) for of in types])
    # In few chunks, not one for each copy of these rows, over which everything goes ten times as slowly.
    whole = pl.concat([some[np.arange(15_000) % some.height]] * 10)
    assert (whole.n_chunks(), whole.height) == (10, 150_000)
    _, one = store(name, tmp_path / "a", [[whole]], table=table)
    _, other = store(name, tmp_path / "b", [pieces(whole.rechunk(), [1, 70_001, 131_000])], table=table)
    assert one.files == other.files


@pytest.mark.parametrize("name", FILES)
def test_part_files_are_as_the_manifest_says(name, tmp_path):
    location, manifest = store(name, tmp_path, [[many(10)], [many(5, first=11)]])
    assert [file.rows for file in manifest.files] == [10, 5]
    assert sorted(path.name for path in location.iterdir()) == [
        "_manifest.json",
        *(file.path for file in manifest.files),
    ]
    assert location == tmp_path / name / "shop/things/preset=small/seed=42"
    assert [f.bytes for f in manifest.files] == [(location / f.path).stat().st_size for f in manifest.files]


@pytest.mark.parametrize("name", EVERY)
def test_a_second_dataset_replaces_the_first_whole(name, tmp_path):
    store(name, tmp_path, [[many(10)], [many(5, first=11)]])
    location, _ = store(name, tmp_path, [[many(3)]])
    assert load(name, location).equals(many(3))
    assert verify(name, location) == []


@pytest.mark.parametrize("name", EVERY)
def test_a_hand_edited_content_hash_and_column_are_found(name, tmp_path):
    location, manifest = store(name, tmp_path, [[many(10)]])
    other = many(10).with_columns(pl.lit("x").alias("title"))
    problems = verify_stored([other], TABLE, manifest)
    assert any("column title" in problem for problem in problems)
    assert not any("column tiny" in problem for problem in problems)
    assert any("content hash" in problem for problem in problems)
    assert location.exists()


@pytest.mark.parametrize("name", EVERY)
def test_a_location_with_nothing_is_named(name, tmp_path):
    form = catalog.load(name)
    for location in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(DataError, match=str(location)):
            list(form.read(location, TABLE, None))
        with pytest.raises(DataError, match=str(location)):
            form.read_manifest(location, TABLE)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["cut", "garbage", "empty"])
def test_a_damaged_file_is_named_and_never_a_traceback(name, damage, tmp_path):
    location, manifest = store(name, tmp_path, [[many(50_000)], [many(5, first=50_001)]])
    path = location / manifest.files[0].path
    data = path.read_bytes()
    changed = {"cut": data[: len(data) // 2], "garbage": os.urandom(1_000), "empty": b""}[damage]
    path.write_bytes(changed)
    problems = verify(name, location)
    assert f"{path} has {len(changed)} bytes, not {len(data)}" in problems
    assert len(problems) > 1


@pytest.mark.parametrize(("name", "codec"), ENCODINGS)
def test_a_flipped_bit_anywhere_is_found(name, codec, tmp_path):
    location, manifest = store(name, tmp_path, [[many(200)]], options=FileOptions(compression=codec))
    path = location / manifest.files[0].path
    data = path.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 40)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
        assert any("was changed" in problem for problem in verify(name, location))


@pytest.mark.parametrize("name", EVERY)
def test_missing_renamed_and_retyped_columns_are_named(name, tmp_path):
    columns = TABLE.columns
    short = replace(TABLE, columns=columns[:-1])
    location, _ = store(name, tmp_path, [[many(3).drop("weight")]], table=short)
    with pytest.raises(DataError, match="no column weight"):
        list(catalog.load(name).read(location, TABLE, None))
    location, _ = store(name, tmp_path, [[many(3)]])
    with pytest.raises(DataError, match="unknown column weight"):
        list(catalog.load(name).read(location, short, None))
    swapped = replace(TABLE, columns=(*columns[:-2], columns[-1], columns[-2]))
    with pytest.raises(DataError, match="in the order"):
        list(catalog.load(name).read(location, swapped, None))
    retyped = replace(TABLE, columns=(*columns[:-1], replace(columns[-1], type=columns[8].type)))
    with pytest.raises(DataError, match=r"weight"):
        list(catalog.load(name).read(location, retyped, None))


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_missing_or_too_many_are_named(name, tmp_path):
    location, manifest = store(name, tmp_path, [[many(10)], [many(5, first=11)]])
    first, second = (location / file.path for file in manifest.files)
    extra = location / second.name.replace("part-00001", "part-00002")
    shutil.move(second, extra)
    problems = verify(name, location)
    assert f"{second} is missing" in problems
    assert f"{extra} is not in the manifest" in problems
    shutil.copy(first, second)
    assert any("key id=" in problem for problem in verify(name, location))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-20],
        lambda text: text.replace('"rows": 10,', "", 1),
        lambda text: text.replace('"rows": 10,', '"rows": "10",', 1),
        lambda text: text.replace('"rows": 10,', '"rows": true,', 1),
        lambda text: text.replace('"sha256"', '"md5"'),
        lambda text: text.replace('"files": [', '"files": [7,', 1),
        lambda text: json.dumps([text]),
    ],
)
def test_a_damaged_manifest_is_named_with_a_next_step(name, change, tmp_path):
    location, _ = store(name, tmp_path, [[many(10)]])
    path = location / "_manifest.json"
    path.write_text(change(path.read_text()))
    with pytest.raises(DataError, match=r"damaged manifest: (.|\n)*Make it again") as error:
        catalog.load(name).read_manifest(location, TABLE)
    assert str(path) in str(error.value)
    store(name, tmp_path, [[many(4)]])
    assert verify(name, location) == []


def test_unknown_formats_compressions_and_levels_are_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="did you mean 'parquet'"):
        catalog.load("parqet")
    with pytest.raises(UsageError, match=r"compression of csv 'gzp' is unknown; did you mean 'gzip'"):
        FILES["csv"].part_name(0, FileOptions("gzp"))
    with pytest.raises(UsageError, match="level 23 of compression 'zstd' is not allowed; its levels are 1 to 22"):
        FILES["parquet"].encoding(FileOptions("zstd", 23))
    with pytest.raises(UsageError, match="it has none"):
        FILES["parquet"].encoding(FileOptions("snappy", 1))


@pytest.mark.parametrize("name", EVERY)
def test_a_file_in_place_of_a_folder_is_named_and_kept(name, tmp_path):
    (tmp_path / "data").write_text("mine")
    with pytest.raises(OutputError, match=f"{tmp_path / 'data'} is a file where a folder is needed"):
        store(name, tmp_path / "data", [[many(3)]])
    (tmp_path / name).write_text("mine too")
    with pytest.raises(OutputError, match=f"{tmp_path / name} is a file where a folder is needed"):
        store(name, tmp_path, [[many(3)]])
    assert (tmp_path / name).read_text() == "mine too"


def test_csv_is_written_as_documented(tmp_path):
    location, _ = store("csv", tmp_path, [[frame(ROWS)]])
    assert (location / "part-00000.csv").read_bytes().decode() == (
        "id,tiny,small,medium,large,share,is_new,title,born,created_at,clicked_at,opens,tags,price,weight\n"
        "1,-128,-32768,-2147483648,-9223372036854775808,-0.5,true,"
        '"says ""hé"", twice\r\n\tthen\nstops",1969-12-31,2026-01-01T00:00:00Z,2026-01-01T00:00:00.007Z,'
        '1999-12-31T23:59:59,"[""say \\""hé\\"""",""a,b""]",-0.01,0.001\n'
        "3,,,,,,,,,,,,,,\n"
        '65537,127,32767,2147483647,9223372036854775807,1e+300,false," 日本, NULL ",2026-02-28,'
        "1900-01-01T12:30:00Z,1969-12-31T23:59:59.999Z,2026-07-01T00:00:00,[],9999999999.99,-99999.999\n"
    )


def test_ndjson_is_written_as_documented(tmp_path):
    location, _ = store("ndjson", tmp_path, [[frame(ROWS)]])
    first, second, third = (location / "part-00000.ndjson").read_text().splitlines()
    assert first == (
        '{"id":1,"tiny":-128,"small":-32768,"medium":-2147483648,"large":-9223372036854775808,"share":-0.5,'
        '"is_new":true,"title":"says \\"hé\\", twice\\r\\n\\tthen\\nstops","born":"1969-12-31",'
        '"created_at":"2026-01-01T00:00:00Z","clicked_at":"2026-01-01T00:00:00.007Z","opens":"1999-12-31T23:59:59",'
        '"tags":["say \\"hé\\"","a,b"],"price":-0.01,"weight":0.001}'
    )
    assert json.loads(second) == {"id": 3, **dict.fromkeys(TABLE.column_names[1:])}
    assert json.loads(third)["large"] == 2**63 - 1


def test_other_readers_get_the_values_of_ndjson(tmp_path):
    location, _ = store("ndjson", tmp_path, [[many(1_000)]])
    whole = many(1_000)
    path = str(location / "part-00000.ndjson")
    cells = ", ".join(f"{c.name}::{c.type.sql('duckdb')} AS {c.name}" for c in TABLE.columns)
    found = duckdb.sql(f"SELECT {cells} FROM '{path}'")
    assert pl.DataFrame(found.arrow()).cast(dict(TABLE.schema)).equals(whole)
    plain = pl.read_ndjson(path)
    assert plain["large"].equals(whole["large"])
    assert plain["price"].cast(pl.Decimal(12, 2)).equals(whole["price"])


def test_every_lack_is_one_of_the_known_abilities_and_says_why():
    for capabilities in SINKS.values():
        assert capabilities.idempotent_by
        assert set(capabilities.lacks) <= set(ABILITIES)
        assert all(len(reason.split()) > 2 for reason in capabilities.lacks.values())
    assert PECULIAR.keys() == set(CELLS)


@pytest.mark.parametrize(("name", "ability"), cases(SINKS, CELLS))
def test_peculiar_cells_come_back_or_are_refused_for_the_declared_reason(name, ability, request, tmp_path):
    of, cell = PECULIAR[ability]
    table = Table("shop", "odd", "", "", Key.of("id"), (Column("id", INT64, ""), Column("odd", of, "", nullable=True)))
    key, plain = pl.Series("id", [1, 2, 3]), pl.Series("odd", [None] * 3, dtype=of.polars)
    odd = pl.Series("odd", [None, cell, None], dtype=of.polars)
    location, _ = store(name, tmp_path, [[pl.DataFrame([key, plain])]], table=table)
    whole, expected = pl.DataFrame([key, odd]), odd
    if (reason := lack(request)) is None:
        store(name, tmp_path, [[whole]], table=table)
    else:
        with pytest.raises(DataError, match=re.escape(f"column odd, {of.name}, has {ability}, {reason}")):
            store(name, tmp_path, [[whole]], table=table)
        expected = plain
    assert pl.concat(catalog.load(name).read(location, table))["odd"].equals(expected)


@pytest.mark.parametrize(("name", "ability"), cases(SINKS, [REPEATED_BYTES]))
def test_the_same_rows_are_the_same_bytes_or_at_least_the_same_content(name, ability, request, tmp_path):
    assert ability == REPEATED_BYTES
    (one, first), (other, second) = (store(name, tmp_path / at, [[many(70_000)], [many(9, 70_001)]]) for at in "ab")
    assert first.content_hash == second.content_hash
    assert load(name, one).equals(load(name, other))
    if lack(request) is None:
        bytes_of = [
            {
                path.name: path.read_bytes()
                for path in ([at] if at.is_file() else sorted(at.rglob("*")))
                if path.is_file()
            }
            for at in (one, other)
        ]
        assert bytes_of[0] == bytes_of[1]


@pytest.mark.parametrize("name", EVERY)
def test_cells_of_every_type_come_back(name, tmp_path):
    columns = tuple(Column(f"c{at}", of, of.name, nullable=True) for at, of in enumerate(typed_cells.EVERY))
    table = Table("shop", "types", "", "", Key.of("id"), (Column("id", INT64, ""), *columns))
    unfit = dict(catalog.load(name).capabilities.unfit(table))
    columns = tuple(column for column in columns if column.name not in unfit)
    table = replace(table, columns=(table.columns[0], *columns))
    some = [typed_cells.cells(column.type).alias(column.name) for column in columns]
    height = max(map(len, some))
    filled = [pl.concat([one, one.clear(height - len(one))]) for one in some]
    whole = pl.DataFrame([pl.Series("id", range(1, height + 1)), *filled])
    location, written = store(name, tmp_path, [[whole]], table=table)
    form = catalog.load(name)
    found = pl.concat(form.read(location, table))
    assert found.schema == table.schema
    assert found.equals(whole)
    assert verify_stored([found], table, written, form.part_folder(location)) == []


KEYS = {
    "uuid": (uuid_key("a"), (STRING,)),
    "uuid type": (uuid_key("a"), (UUID,)),
    "text": (text_key("a", "T", 6), (STRING,)),
    "composite": (composite_key("a", b=3), (INT64, INT64)),
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("name", EVERY)
def test_rows_with_any_kind_of_key_come_back_in_the_order_of_their_numbers(name, kind, tmp_path):
    key, of = KEYS[kind]
    numbers = np.arange(0, 80_000, 2)
    values = key.codec.values(numbers, np.random.default_rng(7).integers(0, 2**64, len(numbers), np.uint64))
    whole = pl.DataFrame([pl.Series(column, cells) for column, cells in zip(key.columns, values, strict=True)])
    columns = tuple(Column(column, one, "") for column, one in zip(key.columns, of, strict=True))
    table = Table("shop", "keyed", "", "", key, (*columns, Column("n", INT64, "")))
    whole = whole.with_columns(pl.Series("n", numbers[::-1].copy()))
    location, written = store(name, tmp_path, [[whole[:30_000]], [whole[30_000:]]], table=table)
    found = list(catalog.load(name).read(location, table))
    assert pl.concat(found).equals(whole)
    assert verify_stored(found, table, written, catalog.load(name).part_folder(location)) == []


@pytest.mark.parametrize("name", EVERY)
def test_a_table_without_a_key_keeps_the_order_of_its_rows(name, tmp_path):
    table = replace(TABLE, key=Key.of(""))
    whole = many(40_000).reverse()
    location, written = store(name, tmp_path, [[whole[:30_000]], [whole[30_000:]]], table=table)
    assert load(name, location, table=table).equals(whole)
    assert digest([whole], table).content_hash == written.content_hash
