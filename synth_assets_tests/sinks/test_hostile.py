"""What somebody else put in place of ours: a file's word is checked, and nothing waits, grows or leads elsewhere."""

import json
import os
import shutil
import socket
import sqlite3
from pathlib import Path

import duckdb
import polars as pl
import pytest

from synth_assets.errors import DataError
from synth_assets.model.dataset import Dataset
from synth_assets.model.layout import database_file, partition_folder
from synth_assets.model.params import Params
from synth_assets.sinks import catalog
from synth_assets.usecases import stored_tables
from synth_assets.usecases.verify import verify
from synth_assets_tests.samples import FILES, TABLE, many, store

DIGEST = "0" * 64
DATABASES = catalog.databases()


class _Own(Params):
    preset: str = "small"


def _load(root: Path) -> pl.DataFrame:
    dataset = Dataset("shop", 1, _Own(), 42, label="small")
    return stored_tables.load(dataset, "things", None, root, "Generate it.").collect()


def _placed(name: str, root: Path) -> Path:
    """A table of ten rows where the IO manager looks for it."""
    location, _ = store(name, root / "made", [[many(10)]])
    file = name in FILES
    place = (
        partition_folder(root, name, "shop/things", "small", 42)
        if file
        else database_file(root, name, "shop", "small", 42)
    )
    place.parent.mkdir(parents=True)
    location.rename(place)
    return place


def _edited(folder: Path, change) -> None:
    path = folder / "_manifest.json"
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "path",
    [
        "../part-00000.parquet", "/etc/passwd", "a/../../part-00000.parquet", "a/part-00000.parquet", "", ".", "..",
        "./part-00000.parquet", "a=1/../part-00000.parquet", "a=1/", "part\x1b[2J-00000.parquet",
        "part-00000.parquet\0", "\ud800", "a\\b", "/dev/zero", "//etc/passwd", "a=1//b",
    ],
)  # fmt: skip
def test_a_part_is_a_name_in_its_folder(path, tmp_path):
    place = _placed("parquet", tmp_path)
    shutil.copy(place / "part-00000.parquet", place.parent / "part-00000.parquet")
    _edited(place, lambda values: values["files"][0].update(path=path))
    with pytest.raises(DataError, match="damaged manifest: 'path' of a file is"):
        _load(tmp_path)
    (found,) = verify([tmp_path / "parquet"])
    assert not found.ok
    assert "\x1b" not in found.problems[0]


@pytest.mark.parametrize(
    "change",
    [
        {"rows": -1}, {"rows": 2**70}, {"rows": 1.0}, {"rows": None}, {"rows": "10"}, {"contract": -1}, {"version": ""},
        {"version": 1}, {"version": "x\x1b[2J"}, {"content_hash": "z" * 64}, {"content_hash": DIGEST[1:]},
        {"files": {}},
        {"columns": [{"name": "id", "type": "int64", "hash": DIGEST}] * 2}, {"columns": None}, {"parameters": []},
        {"domain": ["shop"]}, {"more": 1},
    ],
)  # fmt: skip
def test_what_no_manifest_of_ours_says_is_damage(change, tmp_path):
    place = _placed("parquet", tmp_path)
    _edited(place, lambda values: values.update(change))
    with pytest.raises(DataError, match="damaged manifest"):
        catalog.load("parquet").read_manifest(place, TABLE)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, '{"a":' * 100_000, "", "null", "[]", "7", '"text"', "NaN", '{"rows": NaN}', "\ufeff",
        "{" + " " * 10**6,
        '{"domain": "shop", "domain": "shop"}', '{"tables": 7}', '{"tables": [7]}', '{"tables": [{"format": []}]}',
        '{"tables": [], "tables": []}', '{"rows": ' + "9" * 5_000 + "}",
    ],
)  # fmt: skip
def test_a_text_that_nests_repeats_or_says_nothing_is_damage(text, tmp_path):
    place = _placed("parquet", tmp_path)
    (place / "_manifest.json").write_text(text)
    with pytest.raises(DataError, match=r"damaged manifest|can't be read"):
        _load(tmp_path)
    assert [one.ok for one in verify([tmp_path / "parquet"])] == [False]


def _make_socket(path: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(path.parent)  # their paths are short
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.fchdir(here)
        os.close(here)


IRREGULAR = {
    "pipe": os.mkfifo,
    "folder": os.mkdir,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "circle": lambda path: path.symlink_to(path),
    "socket": _make_socket,
    "nothing": lambda path: path.symlink_to(path.parent / "nowhere"),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", IRREGULAR)
@pytest.mark.parametrize("what", ["part", "manifest"])
@pytest.mark.parametrize("name", FILES)
def test_what_is_no_file_is_not_waited_for(name, what, kind, tmp_path):
    place = _placed(name, tmp_path)
    path = place / ("_manifest.json" if what == "manifest" else next(place.glob("part-*")).name)
    path.unlink()
    IRREGULAR[kind](path)
    with pytest.raises(DataError):
        _load(tmp_path)
    assert [one.ok for one in verify([tmp_path / name])] == [False]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", IRREGULAR)
@pytest.mark.parametrize("name", DATABASES)
def test_nor_is_a_database_that_is_none(name, kind, tmp_path):
    place = _placed(name, tmp_path)
    place.unlink()
    IRREGULAR[kind](place)
    for look in (lambda: catalog.load(name).tables(place), lambda: list(catalog.load(name).read(place, TABLE))):
        with pytest.raises(DataError):
            look()


def test_what_is_loaded_has_the_tables_columns_and_the_size_that_was_written(tmp_path):
    place = _placed("parquet", tmp_path)
    part = place / "part-00000.parquet"
    whole = part.read_bytes()
    assert _load(tmp_path).height == 10
    many(10).drop("title").write_parquet(part)
    with pytest.raises(DataError, match="bytes, not"):
        _load(tmp_path)
    _edited(place, lambda values: values["files"][0].update(bytes=part.stat().st_size))
    with pytest.raises(DataError, match="no column title"):
        _load(tmp_path)
    part.write_bytes(whole[:-1])
    with pytest.raises(DataError, match="bytes, not"):
        _load(tmp_path)


def _connected(name: str, place: Path):
    return duckdb.connect(str(place)) if name == "duckdb" else sqlite3.connect(place)


MANIFESTS = {"duckdb": "shop._synth_manifest", "sqlite": "_synth_manifest"}
THINGS = {"duckdb": "shop.things", "sqlite": "things"}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", DATABASES)
@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TABLE {manifests}", "CREATE TABLE {manifests} (entity INTEGER, manifest INTEGER)",
         "INSERT INTO {manifests} VALUES (1, 2)"],
        ["DROP TABLE {manifests}", "CREATE TABLE {manifests} (entity TEXT, manifest TEXT)",
         "INSERT INTO {manifests} VALUES ('things', NULL)"],
        ["DROP TABLE {manifests}", "CREATE TABLE {manifests} (entity TEXT, manifest TEXT)",
         "INSERT INTO {manifests} VALUES (NULL, '{{}}')"],
        ["DROP TABLE {manifests}", "CREATE TABLE {manifests} (entity TEXT, manifest TEXT)",
         "INSERT INTO {manifests} VALUES ('things', '[]'), ('things', '[]')"],
        ["DROP TABLE {manifests}", "CREATE TABLE {manifests} (name TEXT)"],
        ["CREATE TABLE other AS SELECT * FROM {things}", "DROP TABLE {things}",
         "CREATE VIEW {things} AS SELECT * FROM other"],
    ],
    ids=["numbers", "no text", "no name", "twice", "other columns", "a view"],
)  # fmt: skip
def test_a_database_whose_tables_are_others_is_damaged(name, statements, tmp_path):
    place = _placed(name, tmp_path)
    connection = _connected(name, place)
    for statement in statements:
        connection.execute(statement.format(manifests=MANIFESTS[name], things=THINGS[name]))
    connection.commit()
    connection.close()
    with pytest.raises(DataError):
        _load(tmp_path)


def test_a_view_of_a_database_reads_no_file_of_this_machine(tmp_path):
    place = _placed("duckdb", tmp_path)
    secret = tmp_path / "secret.csv"
    secret.write_text("of this machine")
    connection = duckdb.connect(str(place))
    connection.execute("ALTER TABLE shop.things RENAME TO old")
    connection.execute(f"CREATE VIEW shop.things AS SELECT o.* FROM shop.old o, read_text('{secret}')")
    connection.close()
    with pytest.raises(DataError, match=r"has no table shop\.things"):
        _load(tmp_path)
