"""``.write``: formats, compressions, files and modes; what is wrong is told before anything is there."""

import bz2
import fcntl
import gzip
import json
import lzma
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from synth_assets.errors import DataError, OutputError, SynthError, UsageError
from synth_assets.rand_engine import DataGenerator
from synth_assets.usecases.plain_files.json_lines import escaped, indented

SPEC = {
    "id": {"method": "unique_ids", "kwargs": {"strategy": "zint", "length": 8}},
    "city": {"method": "distincts", "kwargs": {"distincts": ["Köln", 'say "hi", twice', "Łódź 😀"]}},
    "amount": {"method": "floats", "kwargs": {"min": -5, "max": 5, "round": 2}},
    "day": {"method": "dates", "kwargs": {"start": "2024-01-01", "end": "2024-12-31"}},
}
ROWS = DataGenerator(SPEC, seed=7).size(25).get_polars()
UNPACK = {
    "none": Path.read_bytes,
    "gzip": lambda path: gzip.decompress(path.read_bytes()),
    "bz2": lambda path: bz2.decompress(path.read_bytes()),
    "xz": lambda path: lzma.decompress(path.read_bytes()),
    "zip": lambda path: zipfile.ZipFile(path).read(zipfile.ZipFile(path).namelist()[0]),
}


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def writer(seed=7):
    return DataGenerator(SPEC, seed=seed).write.size(25)


def rows_of(text):
    return [json.loads(line) for line in text.splitlines()]


def there():
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


@pytest.mark.parametrize("compression", ["gzip", "bz2", "zip", "xz", "zstd", "none", None])
def test_json_is_an_object_a_line_in_every_compression(compression):
    (path,) = writer().format("json").option("compression", compression).save("rows")
    if compression == "zstd":
        assert pl.read_ndjson(path).equals(pl.DataFrame(plain_rows()))
    else:
        assert rows_of(UNPACK[compression or "none"](path).decode()) == plain_rows()
        assert (
            pd.read_json(path, lines=True, dtype=False, precise_float=True)["amount"].tolist()
            == ROWS["amount"].to_list()
        )


@pytest.mark.parametrize("compression", ["gzip", "bz2", "zip", "xz", None])
def test_csv_is_read_by_pandas_in_every_compression(compression):
    (path,) = writer().format("csv").option("compression", compression).save("rows")
    found = pd.read_csv(path, dtype={"id": str})
    assert found["id"].tolist() == ROWS["id"].to_list()
    assert found["city"].tolist() == ROWS["city"].to_list()


@pytest.mark.parametrize("compression", ["snappy", "gzip", "zstd", "lz4", "brotli", "none", "uncompressed", None])
def test_parquet_is_snappy_unless_somebody_says_otherwise(compression):
    writing = writer().format("parquet")
    (path,) = (writing if compression is None else writing.option("compression", compression)).save("rows.parquet")
    codec = pq.ParquetFile(path).metadata.row_group(0).column(0).compression
    usual = {None: "SNAPPY", "none": "UNCOMPRESSED"}
    assert codec.startswith(usual.get(compression, str(compression).upper()))
    assert pl.read_parquet(path).equals(ROWS)


@pytest.mark.parametrize(
    ("form", "options", "said", "written"),
    [
        ("csv", {}, "a/b/rows", "a/b/rows.csv"),
        ("csv", {"compression": "gzip"}, "rows.csv.gz", "rows.csv.gz"),
        ("csv", {"compression": "gzip"}, "rows.csv", "rows.csv.gz"),
        ("csv", {}, "rows.csv.xz", "rows.csv.xz"),
        (None, {}, "rows.json.bz2", "rows.json.bz2"),
        ("json", {}, "rows.jsonl", "rows.jsonl"),
        ("json", {"compression": "zip"}, "rows.ndjson", "rows.ndjson.zip"),
        ("PARQUET", {}, "rows.v1", "rows.v1.parquet"),
        ("parquet", {}, "rows/", "rows/part-00000.parquet"),
        ("parquet", {"numFiles": 1}, "rows.parquet", "rows.parquet"),
        ("csv", {"compression": "GZIP", "num_files": 2}, "rows.csv.gz", "rows/part-00000.csv.gz"),
    ],
)
def test_what_a_path_means(form, options, said, written):
    writing = writer().options(**options)
    files = (writing if form is None else writing.format(form)).save(said)
    assert files[0] == Path(written)
    assert there() == [path.as_posix() for path in files]


@pytest.mark.parametrize("files", [1, 2, 3, 40])
@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_the_number_of_files_changes_no_value(form, files):
    writer().format(form).option("numFiles", files).save("rows/")
    assert there() == [f"rows/part-{number:05d}.{form}" for number in range(files)]
    read = {"csv": pl.read_csv, "json": pl.read_ndjson, "parquet": pl.read_parquet}[form]
    parts = [frame for frame in (read(path) for path in there() if Path(path).stat().st_size) if frame.height]
    cells = pl.concat(part.cast({"id": pl.Int64}) for part in parts)
    assert cells["id"].to_list() == ROWS["id"].cast(pl.Int64).to_list()
    assert cells["amount"].to_list() == ROWS["amount"].to_list()


def test_files_have_so_many_rows_at_the_most():
    size, most = len(ROWS["id"]), 7
    files = writer().format("parquet").option("chunk_size", most).save("rows/")
    parts = [pl.read_parquet(path) for path in files]
    assert len(parts) == -(-size // most) > 1
    assert max(part.height for part in parts) <= most
    assert pl.concat(parts)["id"].cast(pl.Int64).to_list() == ROWS["id"].cast(pl.Int64).to_list()
    for options, told in [({"numFiles": 2, "chunkSize": 7}, "both say how many"), ({"chunkSize": 0}, "from 1 to")]:
        with pytest.raises(UsageError, match=told):
            writer().format("parquet").options(**options).save("others/")
    with pytest.raises(UsageError, match="10,001 files of 10,001 rows"):
        writer().size(10_001).format("parquet").option("chunkSize", 1).save("others/")


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_the_same_bytes_come_again(form, compression):
    writing = writer().format(form).option("compression", compression)
    (one,), (other,) = writing.save("one/rows"), writing.save("other/rows")
    assert one.read_bytes() == other.read_bytes()


def test_other_forms_of_text():
    writer().format("csv").option("sep", ";").save("semicolons.csv")
    assert pd.read_csv("semicolons.csv", sep=";")["city"].tolist() == ROWS["city"].to_list()
    writer().format("json").options(lines=False).save("array.json")
    assert json.loads(Path("array.json").read_text()) == plain_rows()
    writer().format("json").options(force_ascii=True, orient="records").save("ascii.json")
    assert Path("ascii.json").read_text().isascii()
    assert rows_of(Path("ascii.json").read_text()) == plain_rows()
    writer().format("json").options(indent=2).save("indented.json")
    objects = Path("indented.json").read_text().split("\n{")
    assert [json.loads(one if one.startswith("{") else "{" + one) for one in objects] == plain_rows()


def test_json_is_spread_over_lines_whatever_is_in_its_text():
    value = {"a": [1, {"b": 'x,"{]\\'}, [], {}], "c": None, "d": True, "e": "é\n"}
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    assert "\n".join(indented(text, 3)) == json.dumps(value, indent=3, ensure_ascii=False)
    assert json.loads(escaped(text)) == value


def test_no_rows_are_an_empty_table():
    generator = DataGenerator(SPEC, seed=7).size(0)
    for form in ("csv", "json", "parquet"):
        generator.write.format(form).save("none")
    assert Path("none.csv").read_text() == "id,city,amount,day\n"
    assert Path("none.json").read_text() == ""
    assert pl.read_parquet("none.parquet").schema == ROWS.schema


# What is there already


@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
@pytest.mark.parametrize("files", [1, 2])
def test_appended_rows_are_those_that_follow(form, files):
    generator = DataGenerator(SPEC, seed=7)
    target = "rows" if files == 1 else "rows/"
    for size in (10, 15):
        generator.write.size(size).format(form).option("numFiles", files).mode("append").save(target)
    whole = DataGenerator(SPEC, seed=7).write.size(25).format(form).save("whole")[0]
    read = {"csv": pl.read_csv, "json": pl.read_ndjson, "parquet": pl.read_parquet}[form]
    parts = [f"rows.{form}"] if files == 1 else [f"rows/part-{number:05d}.{form}" for number in range(4)]
    assert set(there()) == {*parts, whole.as_posix()}
    assert pl.concat(map(read, parts)).equals(read(whole))


def test_fewer_files_leave_none_of_the_former_and_all_of_others():
    Path("rows").mkdir()
    Path("rows/notes.txt").write_text("mine")
    Path("rows/part-1.csv").write_text("mine too")
    writer().format("parquet").option("numFiles", 5).save("rows")
    writer().format("csv").option("numFiles", 2).save("rows")
    assert there() == ["rows/notes.txt", "rows/part-00000.csv", "rows/part-00001.csv", "rows/part-1.csv"]


def test_modes():
    writing = writer().format("csv")
    assert writing.mode("error").save("rows") == [Path("rows.csv")]
    before = Path("rows.csv").read_bytes()
    for mode in ("error", "errorifexists"):
        with pytest.raises(OutputError, match="is there already"):
            writer(8).format("csv").mode(mode).save("rows")
    assert writer(8).format("csv").mode("ignore").save("rows") == []
    assert Path("rows.csv").read_bytes() == before
    writer(8).format("csv").mode("Overwrite").save("rows")
    assert Path("rows.csv").read_bytes() != before


def test_rows_of_other_columns_are_not_added():
    writer().format("csv").save("rows")
    before = Path("rows.csv").read_bytes()
    other = DataGenerator({"id": SPEC["id"], "more": SPEC["city"]}, seed=7).write.size(3).format("csv").mode("append")
    with pytest.raises(OutputError, match="can't be added"):
        other.save("rows")
    writer().format("json").option("indent", 1).save("spread")
    with pytest.raises(OutputError, match="several lines"):
        writer().format("json").option("indent", 1).mode("append").save("spread")
    writer().format("csv").option("numFiles", 2).save("parts")
    with pytest.raises(OutputError, match=r"isn.t a file of \.csv\.gz"):
        writer().format("csv").options(numFiles=2, compression="gzip").mode("append").save("parts")
    assert Path("rows.csv").read_bytes() == before


def test_several_files_are_refused_where_a_single_one_is():
    Path("rows").write_text("mine")
    with pytest.raises(OutputError, match="single file"):
        writer().format("csv").option("numFiles", 2).save("rows")
    with pytest.raises(OutputError, match="too long"):
        writer().format("csv").save("x" * 300)
    with pytest.raises(OutputError, match="a file where a folder is needed"):
        writer().format("csv").save("rows/below/rows.csv")
    assert Path("rows").read_text() == "mine"


def test_what_is_no_regular_file_is_left_alone():
    os.mkfifo("rows.csv")
    with pytest.raises(OutputError, match="no regular file"):
        writer().format("csv").save("rows.csv")


def test_a_link_leads_to_the_file_that_is_written():
    Path("real").mkdir()
    Path("link.csv").symlink_to("real/rows.csv")
    for seed in (7, 8):
        writer(seed).format("csv").save("link.csv")
    assert Path("link.csv").is_symlink()
    assert Path("real/rows.csv").read_text() == writer(8).format("csv").save("same")[0].read_text()


# What is wrong


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda w: w.format("xlsx").save("rows"), ["format 'xlsx'", "Allowed: csv, json, parquet"]),
        (lambda w: w.format("sqlite").option("table", "t").save("r.db"), ["'sqlite' is not taken", "SQLiteHandler('"]),
        (lambda w: w.format("csv").option("maxRowsPerBatch", 0).save("r"), ["from 1 to 1,000,000,000,000"]),
        (lambda w: w.save("rows"), ["what format rows shall have isn't said"]),
        (lambda w: w.format("csv").save("rows.parquet"), ["ending of parquet", "the format is csv"]),
        (lambda w: w.format("csv").option("compression", "snappy").save("r"), ["'snappy'", "none, gzip, zstd, bz2"]),
        (lambda w: w.format("parquet").option("compression", "bz2").save("r"), ["'bz2'", "snappy"]),
        (lambda w: w.format("csv").option("compression", "bz2").save("r.csv.gz"), ["gzip", "bz2"]),
        (lambda w: w.format("parquet").save("r.parquet.gz"), ["Parquet compresses within"]),
        (lambda w: w.format("csv").option("numfile", 2).save("r"), ["'numfile'", "did you mean 'numFiles'"]),
        (lambda w: w.format("parquet").option("sep", ";").save("r"), ["option of parquet 'sep'"]),
        (lambda w: w.format("csv").option("timeout", 5).save("r"), ["option of csv 'timeout'"]),
        (lambda w: w.format("csv").option("numFiles", 0).save("r"), ["from 1 to 10,000"]),
        (lambda w: w.format("csv").option("numFiles", "2").save("r"), ["'2' is not allowed"]),
        (lambda w: w.format("csv").options(numFiles=True).save("r"), ["True is not allowed"]),
        (lambda w: w.format("csv").option("sep", ";;").save("r"), ["one sign of ASCII"]),
        (lambda w: w.format("csv").options(index=True).save("r"), ["index", "False"]),
        (lambda w: w.format("json").option("orient", "split").save("r"), ["'records'"]),
        (lambda w: w.format("json").options(lines=False, indent=2).save("r"), ["not for an array"]),
        (lambda w: w.format("csv").options(compression="gzip", level=10).save("r"), ["level 10"]),
        (lambda w: w.format("csv").mode("replace").save("r"), ["mode 'replace'"]),
        (lambda w: w.format("csv").save(""), ["path"]),
        (lambda w: w.format("csv").save(None), ["path=None"]),
        (lambda w: w.format("csv").save(b"rows"), ["path=b"]),
        (lambda w: w.format("csv").size(-1).save("r"), ["size: -1"]),
        (lambda w: w.format("csv").size(2.5).save("r"), ["size: 2.5"]),
        (lambda w: w.format(5).size("x").mode("y").option("z", 1).save("r"), ["5", "'x'", "'y'", "'z'"]),
    ],
)
def test_all_that_is_wrong_is_told_and_nothing_is_there(ask, said):
    with pytest.raises(UsageError) as error:
        ask(writer())
    assert [one for one in said if one not in str(error.value)] == [], str(error.value)
    assert list(Path().iterdir()) == []


def test_a_size_that_nobody_said_is_missed():
    with pytest.raises(UsageError, match="isn't said"):
        DataGenerator(SPEC, seed=7).write.format("csv").save("rows")
    assert DataGenerator(SPEC, seed=7).size(3).write.format("csv").save("rows") == [Path("rows.csv")]
    assert DataGenerator(SPEC, seed=7).write.size(lambda: 3).format("csv").save("rows") == [Path("rows.csv")]


def test_numbers_of_numpy_are_numbers():
    assert DataGenerator(SPEC, seed=7).size(np.int64(3)).get_polars().equals(ROWS[:3])
    assert len(writer().size(np.int32(3)).format("csv").option("numFiles", np.uint8(2)).save("rows")) == 2
    with pytest.raises(UsageError, match="whole number"):
        DataGenerator(SPEC, seed=7).size(np.float64(3))


def test_batches_of_rows_change_no_byte():
    once = writer().format("csv").save("once")[0].read_bytes()
    assert writer().format("csv").option("maxRowsPerBatch", 3).save("rows")[0].read_bytes() == once


def test_what_a_format_cant_hold_leaves_what_was_there():
    writer().format("csv").save("rows")
    before = Path("rows.csv").read_bytes()
    empty = {"a": {"method": "distincts", "kwargs": {"distincts": ["", "x"]}}}
    with pytest.raises(DataError, match="column a"):
        DataGenerator(empty, seed=1).write.size(99).format("csv").save("rows")
    assert Path("rows.csv").read_bytes() == before
    assert there() == ["rows.csv"]
    assert list(Path().glob(".*")) == []


def test_a_failure_between_files_leaves_none(monkeypatch):
    calls = []

    def interrupt(cell):
        calls.append(cell)
        if len(calls) > 20:
            raise KeyboardInterrupt
        return cell

    spec = SPEC | {"city": SPEC["city"] | {"transformers": [interrupt]}}
    with pytest.raises(KeyboardInterrupt):
        DataGenerator(spec, seed=1).write.size(25).format("csv").option("numFiles", 5).save("rows")
    assert there() == []
    monkeypatch.setattr("synth_assets.usecases.plain_files.saving.force", _full)
    with pytest.raises(SynthError, match="space"):
        writer().format("csv").option("numFiles", 5).save("rows")
    assert list(Path().rglob("*")) == []


def test_drafts_of_dead_runs_are_removed_and_those_of_others_kept():
    killed = (
        "import os, signal; from synth_assets.rand_engine import DataGenerator\n"
        "def die(cell): os.kill(os.getpid(), signal.SIGKILL)\n"
        "spec = {'a': {'method': 'integers', 'kwargs': {'min': 1, 'max': 2}}}\n"
        "import synth_assets.usecases.plain_files.saving as saving; saving.force = die\n"
        "DataGenerator(spec, seed=1).write.size(5).format('csv').save('rows')"
    )
    subprocess.run([sys.executable, "-c", killed], check=False)
    left = [path for path in Path().iterdir() if path.name.endswith(".drafts")]
    assert [path.name for folder in left for path in folder.iterdir()] == ["rows.csv"]
    assert not Path("rows.csv").exists()
    used = Path(f".{Path.cwd().name}.abc.drafts")
    used.mkdir()
    lock = os.open(used, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    writer().format("csv").save("rows")
    os.close(lock)
    assert sorted(path.name for path in Path().iterdir()) == [used.name, "rows.csv"]


def _full(_path):
    raise OSError(28, os.strerror(28))


@pytest.mark.parametrize("give", [lambda _frame: None, lambda frame: frame["id"], pl.from_pandas])
def test_a_function_that_gives_no_frame_is_told(give):
    generator = DataGenerator(SPEC, seed=7).size(5).transformers([give])
    writing = generator.write.format("csv")
    for ask in (generator.get_df, lambda: writing.save("rows"), lambda: next(generator.stream_dict())):
        with pytest.raises(UsageError, match="a frame of pandas"):
            ask()
    assert there() == []


def test_rows_go_through_functions_before_they_are_split():
    spec = SPEC | {"city": SPEC["city"] | {"transformers": [str.upper]}}
    generator = DataGenerator(spec, seed=7).transformers([lambda frame: frame.sort_values("amount", kind="stable")])
    generator.write.size(25).format("parquet").option("numFiles", 4).save("rows")
    found = pl.concat(map(pl.read_parquet, there()))
    assert found["amount"].to_list() == sorted(ROWS["amount"])
    assert set(found["city"]) == {city.upper() for city in ROWS["city"]}


def plain_rows():
    return [row | {"day": row["day"] if isinstance(row["day"], str) else row["day"].isoformat()}
            for row in ROWS.to_dicts()]  # fmt: skip
