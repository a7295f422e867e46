"""Text in compressions that polars neither writes nor reads: any bytes come back, in blocks of whole rows."""

import bz2
import io
import json
import lzma
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.errors import DataError
from synth_assets.sinks import catalog, text_files
from synth_assets.sinks.compressions import TEXT_CODECS, packing, unpacking
from synth_assets.sinks.interface import FileOptions
from synth_assets.sinks.text_files import row_end
from synth_assets_tests.samples import frame, load, many, store

PACKED = ("bz2", "xz", "zip")
TEXTS = ("csv", "json", "ndjson")


def path_of(form, codec, folder, rows=20):
    location, manifest = store(form, folder, [[many(rows)]], options=FileOptions(compression=codec))
    return location / manifest.files[0].path


@pytest.mark.parametrize("codec", PACKED)
def test_pieces_of_any_size_are_the_same_bytes_and_come_back(codec, tmp_path):
    content, packed = bytes(range(256)) * 2_000, []
    for size in (1, 7_919, 1 << 17, len(content)):
        path = tmp_path / f"part-00000.csv{TEXT_CODECS[codec].suffix}"
        with path.open("wb") as file, packing(file, codec, TEXT_CODECS[codec].default_level) as packer:
            for at in range(0, len(content), max(size, 977)):
                packer.write(content[at : at + max(size, 977)])
        with unpacking(path) as stream:
            assert stream.read() == content
        packed.append(path.read_bytes())
    assert len(set(packed)) == 1


def test_an_archive_has_one_file_called_as_it_is_and_of_no_time(tmp_path):
    with zipfile.ZipFile(path_of("csv", "zip", tmp_path)) as archive:
        (entry,) = archive.infolist()
    assert (entry.filename, entry.date_time) == ("part-00000.csv", (1980, 1, 1, 0, 0, 0))


def ends(text):
    """Where rows end: at line ends outside of quotes."""
    inside, found = False, [0]
    for at, letter in enumerate(text):
        inside ^= letter == ord('"')
        if letter == ord("\n") and not inside:
            found.append(at + 1)
    return found


@given(st.lists(st.sampled_from([b'"', b"\n", b"a,", b'""']), max_size=20).map(b"".join))
def test_a_row_ends_at_the_last_line_end_outside_of_quotes(text):
    # An open quote leaves everything behind it undecided, and only that.
    assert row_end(text) == ends(text)[-1]


@pytest.mark.parametrize("codec", PACKED)
@pytest.mark.parametrize("form", TEXTS)
def test_blocks_of_any_size_are_the_same_rows(form, codec, tmp_path, monkeypatch):
    path = path_of(form, codec, tmp_path, 300)
    for size in (501, 4_096):
        monkeypatch.setattr(text_files, "_BLOCK", size)
        assert load(form, path.parent).equals(many(300))
        assert load(form, path.parent, ["price", "title"]).equals(many(300).select("price", "title"))


@pytest.mark.parametrize("form", TEXTS)
def test_a_row_without_an_end_is_left(form, tmp_path, monkeypatch):
    monkeypatch.setattr(text_files, "_BLOCK", 1_000)
    monkeypatch.setattr(text_files, "_LONGEST_ROW", 5_000)
    path = path_of(form, "bz2", tmp_path)
    begin = bz2.decompress(path.read_bytes()).split(b"\n")[0]
    path.write_bytes(bz2.compress(begin + b'\n"' + b"x" * 50_000))
    with pytest.raises(DataError, match=r"a row of more than 5,000 bytes"):
        load(form, path.parent)


@pytest.mark.parametrize("codec", [*PACKED, "gzip", "zstd"])
@pytest.mark.parametrize("form", TEXTS)
def test_a_compressed_file_that_is_cut_or_none_is_named(form, codec, tmp_path):
    path = path_of(form, codec, tmp_path, 2_000)
    data = path.read_bytes()
    # To polars no byte at all is no row, which is what NDJSON has without one.
    none = [b""] if codec in PACKED else []
    for damaged in (data[: len(data) // 2], b"hello\n" * 99, *none):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=path.name):
            load(form, path.parent)


@pytest.mark.parametrize("names", [[], ["a.csv", "b.csv"]])
def test_an_archive_of_no_file_or_of_several_is_refused(names, tmp_path):
    path = path_of("csv", "zip", tmp_path)
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "id\n1\n")
    with pytest.raises(DataError, match=f"it holds {len(names)} files, not one"):
        load("csv", path.parent)


def test_json_is_an_array_of_an_object_a_line_with_decimals_as_numbers(tmp_path):
    path = path_of("json", "none", tmp_path, 2)
    first, one, two, last, end = path.read_text().split("\n")
    assert (first, last, end) == ("[", "]", "")
    assert one.endswith('"tags":["t1"],"price":0.25,"weight":1.000},')
    assert two.endswith('"price":0.50,"weight":2.000}')
    store("ndjson", tmp_path, [[many(2)]])
    (lines,) = tmp_path.glob("ndjson/**/part-*")
    strings = [json.loads(line) for line in lines.read_text().splitlines()]
    for row, other in zip(json.loads(path.read_text()), strings, strict=True):
        assert {**other, "price": float(other["price"]), "weight": float(other["weight"])} == row


def test_json_without_a_row_is_an_empty_array(tmp_path):
    location, _ = store("json", tmp_path, [[frame([])]])
    assert json.loads((location / "part-00000.json").read_text()) == []
    assert load("json", location).equals(frame([]))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.removeprefix("["),
        lambda text: text.removesuffix("]\n"),
        lambda text: text + "[]\n",
        lambda text: text.replace('"price":0.25', '"price":0.255'),
        lambda text: text.replace('"price":0.25', '"price":"x"'),
        lambda text: text.replace('"id":1,', '"id":"x",'),
        lambda text: json.dumps(json.loads(text)),
    ],
)
def test_json_that_is_no_array_of_our_rows_is_named(change, tmp_path):
    path = path_of("json", "none", tmp_path)
    path.write_text(change(path.read_text()))
    with pytest.raises(DataError, match=r"part-00000\.json"):
        load("json", path.parent)


def test_every_codec_of_text_has_an_ending_of_its_own():
    suffixes = [codec.suffix for codec in TEXT_CODECS.values()]
    assert len(set(suffixes)) == len(suffixes)
    assert all(catalog.load_file(form).codecs == TEXT_CODECS for form in TEXTS)
    assert lzma.decompress(_packed("xz")) == bz2.decompress(_packed("bz2")) == b"x"


def _packed(codec):
    file = io.BytesIO()
    with packing(file, codec, TEXT_CODECS[codec].default_level) as packer:
        packer.write(b"x")
    return file.getvalue()
