"""``.writeStream`` and ``.stream_dict``: what is made follows from the seed, and only when depends on the clock."""

import json
from itertools import islice, pairwise
from pathlib import Path

import polars as pl
import pytest

from synth_assets.errors import OutputError, UsageError
from synth_assets.rand_engine import DataGenerator
from synth_assets.rand_engine.integrations import DuckDBHandler

SPEC = {
    "id": {"method": "unique_ids", "kwargs": {"strategy": "zint", "length": 6}},
    "city": {"method": "distincts", "kwargs": {"distincts": ["Köln", "Łódź"]}, "null_rate": 0.2},
    "amount": {"method": "floats", "kwargs": {"min": -5, "max": 5, "round": 2}},
    "day": {"method": "dates", "kwargs": {"start": "2024-01-01", "end": "2024-12-31"}},
}
AS_OF = 1_767_225_600


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield
    DuckDBHandler.close_all()


def generator(seed=7):
    return DataGenerator(SPEC, seed=seed)


def stream(seed=7, seconds=3600, every=60):
    writing = generator(seed).writeStream.size(5).format("json").option("timeout", seconds)
    return writing.trigger(frequency=every)


def names():
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


def rows(paths):
    return [json.loads(line) for path in paths for line in Path(path).read_text(encoding="utf-8").splitlines()]


# Files


def test_an_hour_at_a_file_a_minute_is_sixty_files_of_one_table(clock):
    begun = clock.now
    files = stream().start("out/events")
    assert clock.now - begun == 3600
    assert names() == [f"out/events/part-{number:05d}.json" for number in range(60)] == [f.as_posix() for f in files]
    one = generator().write.size(300).format("json").save("whole")
    assert rows(files) == rows(one)


def test_a_stream_goes_on_where_it_was_stopped(clock):
    clock.end = clock.now + 150
    with pytest.raises(clock.Stopped):
        stream().start("events")
    assert len(names()) == 3
    assert list(Path().rglob(".*")) == []
    clock.end = float("inf")
    stream(seconds=120).start("events")
    assert rows(names()) == rows(generator().write.size(25).format("json").save("whole"))


def test_a_file_that_takes_its_time_delays_no_other(clock):
    slow = SPEC | {"city": {**SPEC["city"], "transformers": [lambda cell: clock.sleep(5) or cell]}}
    writing = DataGenerator(slow, seed=7).writeStream.size(2).format("json").option("timeout", 100)
    begun = clock.now
    assert len(writing.trigger(frequency=20).start("events")) == 5
    assert clock.now - begun == 100


@pytest.mark.usefixtures("clock")
def test_modes_of_streams():
    stream(seconds=180).start("events")
    stream(seed=8, seconds=60).mode("overwrite").start("events")
    assert names() == ["events/part-00000.json"]
    with pytest.raises(OutputError, match="is there already"):
        stream().mode("error").start("events")
    assert stream().mode("ignore").start("events") == []
    assert rows(names()) == rows(generator(8).write.size(5).format("json").save("whole"))


@pytest.mark.usefixtures("clock")
def test_options_of_streams():
    writing = generator().writeStream.size(3).format("parquet").option("compression", "zstd").option("timeout", 2)
    assert [path.name for path in writing.start("out/x.parquet")] == ["part-00000.parquet", "part-00001.parquet"]
    assert pl.read_parquet("out/x/*.parquet").equals(generator().get_polars(0, 6))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda w: w.start("x"), ["what format x shall have", "how many rows"]),
        (lambda w: w.size(3).format("json").option("timeout", "60").start("x"), ["timeout", "'60'"]),
        (lambda w: w.size(3).format("json").option("numFiles", 3).start("x"), ["option of json 'numFiles'", "timeout"]),
        (lambda w: w.size(3).format("json").trigger(frequency=0).start("x"), ["trigger(frequency=…): 0"]),
        (lambda w: w.size("a").format("json").trigger(frequency="1m").start("x"), ["'1m'", "'a'"]),
        (lambda w: w.size(3).format("xml").option("timeout", -1).trigger(frequency=-1).start(5), ["xml", "-1", "path"]),
    ],
)
def test_all_that_is_wrong_with_a_stream_is_told_at_once(ask, said):
    with pytest.raises(UsageError) as error:
        ask(generator().writeStream)
    assert [one for one in said if one not in str(error.value)] == [], str(error.value)
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("clock")
def test_files_of_a_stream_are_made_at_moments_of_the_dataset():
    keys = {"id": SPEC["id"], "constraints": {"a": {"name": "id_pk", "tipo": "PK", "fields": ["id VARCHAR(6)"]}}}
    made = DataGenerator(keys, seed=7).checkpoint(":memory:").writeStream.size(5).format("json")
    files = made.option("timeout", 300).trigger(frequency=60).start("keys")
    with DuckDBHandler() as db:
        kept = db.query("SELECT id, creation_time FROM checkpoint_id_pk ORDER BY creation_time, id")
    assert sorted(kept["creation_time"].unique()) == [AS_OF + 60 * number for number in range(5)]
    assert set(kept["id"]) == {row["id"] for row in rows(files)}
    reference = {"name": "id_pk", "tipo": "FK", "fields": ["id"], "watermark": 60}
    lines = {"line": SPEC["amount"], "constraints": {"a": reference}}
    last = {row["id"] for row in rows(files[-2:])}
    assert set(DataGenerator(lines, seed=1).checkpoint(":memory:").get_polars(0, 200)["id"]) == last


# Records


def test_records_are_rows_as_json_has_them(clock):
    found = list(islice(generator().stream_dict(min_throughput=10, max_throughput=50), 1_500))
    assert [json.loads(json.dumps(one)) for one in found] == found
    table = generator().write.size(1_500).format("json").save("whole")
    assert [{name: one[name] for name in SPEC} for one in found] == rows(table)
    created = [one["timestamp_created"] for one in found]
    gaps = [later - earlier for earlier, later in pairwise(created)]
    assert created[0] == 1_000.0
    assert all(1 / 50 - 1e-6 <= gap <= 1 / 10 + 1e-6 for gap in gaps)
    assert created[-1] <= clock.now


def test_who_takes_long_is_not_sent_the_next_ones_at_once(clock):
    records = generator().stream_dict(10, 10)
    next(records)
    clock.now += 60
    begun = next(records)["timestamp_created"]
    assert [round(next(records)["timestamp_created"] - begun, 6) for _ in range(3)] == [0.1, 0.2, 0.3]


def test_times_of_the_dataset_are_the_same_in_every_run(clock):
    begun = clock.now
    one, other = (list(islice(generator().stream_dict(5, 15, clock="dataset"), 50)) for _ in range(2))
    assert one == other
    assert clock.now == begun
    assert one[0]["timestamp_created"] == AS_OF
    assert AS_OF + 49 / 15 <= one[-1]["timestamp_created"] <= AS_OF + 49 / 5
    later = generator().option("at", "2026-01-01T00:01:00Z").stream_dict(5, 15, clock="dataset")
    assert next(later)["timestamp_created"] == AS_OF + 60
    others = list(islice(generator(8).stream_dict(5, 15, clock="dataset"), 50))
    assert [row["timestamp_created"] for row in others] != [row["timestamp_created"] for row in one]


def test_records_go_through_functions(clock):
    del clock
    spec = SPEC | {"city": {**SPEC["city"], "transformers": [str.upper]}}
    made = DataGenerator(spec, seed=7).transformers([lambda frame: frame.assign(double=frame["amount"] * 2)])
    for row in islice(made.stream_dict(), 20):
        assert row["city"] in {"KÖLN", "ŁÓDŹ", None}
        assert row["double"] == row["amount"] * 2


def test_a_stream_without_further_rows_says_so(clock):
    del clock
    few = {"id": {"method": "unique_ids", "kwargs": {"strategy": "zint", "length": 2}}}
    with pytest.raises(UsageError, match="id"):
        list(DataGenerator(few, seed=7).stream_dict())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"min_throughput": 0}, "min_throughput=0"),
        ({"min_throughput": -1, "max_throughput": 5}, "min_throughput=-1"),
        ({"max_throughput": float("nan")}, "max_throughput=nan"),
        ({"max_throughput": "10"}, "max_throughput='10'"),
        ({"min_throughput": 20, "max_throughput": 5}, "is more than max_throughput=5"),
        ({"clock": "domain"}, "clock 'domain'"),
    ],
)
def test_a_speed_that_is_none_is_refused_before_the_first_record(arguments, said):
    with pytest.raises(UsageError, match=said):
        generator().stream_dict(**arguments)
