"""Arguments of Python: what people have is taken, and the rest is refused as a wrong request, in Python's words."""

import enum
import inspect
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import synth_assets
from synth_assets import generate, scan, scan_changes, scan_snapshot, score, verify
from synth_assets.errors import SynthError, UsageError
from synth_assets.usecases.arguments import READERS

VOLUMES = {"customers": 3, "products": 2, "orders": 4, "days": 2}
SMALL = {"preset": "small", "volumes": VOLUMES}
ORDERS = "bronze/raw_orders"
FUNCTIONS = [name for name in synth_assets.__all__ if name != "__version__"]


class Word(str, enum.Enum):  # noqa: UP042 — people have such, too
    SMALL = "small"


class Hostile:
    def __repr__(self):
        raise RuntimeError("no")


VALUES = [
    None, True, np.bool_(1), 3.0, np.float64(3), float("nan"), float("inf"), Decimal(3), 1j,
    0, 1, -1, 2**31, 2**63, 2**64, -(2**64), 10**99, 10**5000, np.int64(3), np.uint64(2**63), np.array(5),
    np.array([1, 2]), np.array([]), np.void(b"a"),
    "", "42", " 42", "٤٢", "1e3", "1..3", "5..2", "1..", "2026-01-01", "20260101", "a\0b", "\ud800", "x" * 5000,
    "bronze/", "a/b/c", b"42", np.str_("small"), Word.SMALL, Path("x"),
    [], (), {}, set(), [1], ["a"], [None], {"a": 1}, {1: 2}, {"parquet"}, [[1]], range(0), range(5, 2), range(3, 0, -1),
    slice(1, 2), Ellipsis, object(), int, Hostile(), [Hostile()],
    date(2026, 1, 1), date.min, datetime(2026, 1, 1), datetime(2026, 1, 1, 1), datetime.max, timedelta(1),  # noqa: DTZ001, DTZ901
    datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))), np.datetime64("2026-01-01"), np.datetime64("NaT", "s"),
    pd.Timestamp("2026-01-01"), pd.NaT, pd.NA, pd.Series([1]), pd.DataFrame({"a": [1]}),
    pl.Series([1, 2]), pl.DataFrame({"a": [1]}), pl.LazyFrame({"a": [1]}), pl.col("a"),
]  # fmt: skip


def called(function, **arguments):
    """Call a public function and begin what it gives."""
    paths = arguments.pop("paths", None)
    found = getattr(synth_assets, function)(*([paths] if function == "verify" else []), **arguments)
    return found.head(1).collect() if isinstance(found, pl.LazyFrame) else found


CASES = [
    (function, name) for function in FUNCTIONS for name in inspect.signature(getattr(synth_assets, function)).parameters
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("function", "name"), CASES, ids=[f"{function}-{name}" for function, name in CASES])
def test_no_value_of_any_argument_raises_anything_foreign(tmp_path, monkeypatch, function, name):
    if function == "generate" and name != "output_dir":
        monkeypatch.setattr("synth_assets.usecases.generate.generate", lambda request: request.target.check())
    known = {"path": ORDERS, "output_dir": tmp_path, "batches": 1, "at": 1, "candidate": "no.parquet", **SMALL}
    parameters = inspect.signature(getattr(synth_assets, function)).parameters
    base = {key: value for key, value in known.items() if key in parameters}
    several = [{**VOLUMES, "days": one} for one in VALUES] if name == "volumes" else []  # the most are few
    several += [[one] for one in VALUES] if name in {"formats", "paths"} else []
    said: list[str] = []
    for value in [*VALUES, *several]:
        try:
            called(function, **{**base, name: value})
        except SynthError as error:
            said.append(str(error))
    assert [text for text in said if re.search(r"(^|\s)--[a-z]|pydantic", text)] == []


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_argument_of_every_function_has_a_reader(function):
    assert set(inspect.signature(getattr(synth_assets, function)).parameters) <= set(READERS)


@pytest.mark.parametrize(
    ("arguments", "same"),
    [
        ({"seed": np.int64(7)}, {"seed": 7}),
        ({"seed": np.array(7)}, {"seed": 7}),
        ({"seed": "042"}, {"seed": 42}),
        ({"preset": np.str_("small")}, {}),
        ({"preset": Word.SMALL}, {}),
        ({"as_of": "2026-02-01"}, {"as_of": date(2026, 2, 1)}),
        ({"as_of": datetime(2026, 2, 1)}, {"as_of": date(2026, 2, 1)}),  # noqa: DTZ001
        ({"as_of": datetime(2026, 2, 1, tzinfo=UTC)}, {"as_of": date(2026, 2, 1)}),
        ({"as_of": np.datetime64("2026-02-01")}, {"as_of": date(2026, 2, 1)}),
        ({"as_of": np.datetime64("2026-02-01T00:00:00.000000000")}, {"as_of": date(2026, 2, 1)}),
        ({"as_of": pd.Timestamp("2026-02-01", tz="UTC")}, {"as_of": date(2026, 2, 1)}),
        ({"rows": np.uint8(2), "offset": "1"}, {"rows": 2, "offset": 1}),
        ({"volumes": {**VOLUMES, "orders": np.int32(6)}}, {"volumes": {**VOLUMES, "orders": 6}}),
        ({"volumes": {**VOLUMES, "orders": "6"}}, {"volumes": {**VOLUMES, "orders": 6}}),
    ],
)
def test_what_people_have_means_what_it_says(arguments, same):
    assert scan(ORDERS, **{**SMALL, **arguments}).collect().equals(scan(ORDERS, **{**SMALL, **same}).collect())


@pytest.mark.parametrize(
    "batches",
    [
        "1..3",
        range(1, 4),
        [1, 2, 3],
        (1, 2, 3),
        np.arange(1, 4),
        pl.Series([1, 2, 3]),
        pd.Series([1, 2, 3]),
        iter("123"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_batches_are_numbers_in_order(batches):
    batches = map(int, batches) if type(batches).__name__ == "str_ascii_iterator" else batches
    expected = pl.concat([scan_changes("bronze/raw_products", number, preset="small") for number in (1, 2, 3)])
    assert scan_changes("bronze/raw_products", batches, preset="small").collect().equals(expected.collect())


def test_batches_may_leave_some_out():
    found = scan_changes("bronze/raw_products", [2, 5], preset="small").collect()
    assert set(found["batch"].unique()) == {2, 5}


@pytest.mark.parametrize("batches", ["5..2", range(5, 2), [5, 4, 2], range(5, 1, -1)])
def test_batches_that_run_backwards_are_said_to(batches):
    with pytest.raises(UsageError, match=r"reversed, 5 comes after 2[\s\S]*Write range\(2, 6\)"):
        scan_changes(ORDERS, batches, **SMALL)


@pytest.mark.parametrize(
    "at",
    ["30", np.int64(30), "2026-01-31T00:00:00Z", np.datetime64("2026-01-31"), pd.Timestamp("2026-01-31", tz="UTC")],
)
def test_moments_are_batches_or_times(at):
    expected = scan_snapshot("bronze/raw_products", 30, preset="small").collect()
    if isinstance(at, np.datetime64):
        at = at.astype("datetime64[s]")
    assert scan_snapshot("bronze/raw_products", at, preset="small").collect().equals(expected)


@pytest.mark.parametrize(
    "formats",
    [
        "parquet,csv",
        ["parquet", "csv"],
        ("parquet", "csv"),
        (name for name in ("parquet", "csv")),
        np.array(["parquet", "csv"]),
        pl.Series(["parquet", "csv"]),
        {"parquet": 1, "csv": 2}.keys(),
        ["parquet,csv"],
    ],
)
def test_formats_are_names_in_whatever_holds_some(tmp_path, formats):
    stored = generate(ORDERS, str(tmp_path), formats=formats, **SMALL)
    assert [one.format for one in stored] == ["parquet", "csv"]


@pytest.mark.parametrize(
    ("function", "arguments", "said"),
    [
        (scan, {"path": ORDERS, "seeds": 3}, r"scan\(\): argument 'seeds' is unknown; did you mean 'seed'"),
        (scan, {"path": ORDERS, "orders": 3}, r"argument 'orders' is unknown[\s\S]*volumes="),
        (scan, {}, r"scan\(\): missing a required argument: 'path'"),
        (generate, {"path": "bronze"}, r"missing a required argument: 'output_dir'"),
        (verify, {"path": "x"}, r"verify\(\): argument 'path' is unknown"),
        (verify, {}, "nothing to verify"),
        (scan, {"path": ORDERS, "offset": -1}, r"offset=-1 is not allowed; it is a whole number >= 0"),
        (scan, {"path": ORDERS, "seed": 3.5}, r"seed=3.5 is not allowed; it is a whole number"),
        (scan, {"path": ORDERS, "seed": 10**200}, r"a seed is a whole number of up to 100 digits[\s\S]*seed=42"),
        (scan, {"path": ORDERS, "as_of": "1.1.2026"}, r"as_of='1.1.2026' is not allowed; it is a day of the calendar"),
        (scan, {"path": ORDERS, "as_of": date(1800, 1, 1)}, r"Set it with as_of='2026-01-01'"),
        (scan, {"path": ORDERS, "volumes": {"orders": -1}}, r"Set it with volumes=\{'orders': 50000\}"),
        (scan_snapshot, {"path": ORDERS, "at": 10**9}, r"at=1000000000 is not allowed|at='1000000000' is not allowed"),
        (generate, {"path": "bronze", "output_dir": "x", "layout": "flatt"}, r"layout='hive'"),
        (generate, {"path": "bronze", "output_dir": "x", "workers": 0}, r"workers=0 is not allowed; .* from 1 to 256"),
        (generate, {"path": "bronze", "output_dir": ""}, r"output_dir='' is not allowed; it is a path"),
        (generate, {"path": "bronze", "output_dir": "x", "engine": "spark"}, r"spark[\s\S]*engine='processes'"),
        (generate, {"path": "bronze", "output_dir": "x", "engine": 2}, r"engine=2 is not allowed; it is text"),
        (
            generate,
            {"path": "bronze", "output_dir": "x", "engine": "local", "workers": 2},
            r"engine='local' and workers=2 contradict each other; local is one process\.\n  Leave out engine='local'\.",
        ),
    ],
)
def test_what_is_wrong_is_said_in_pythons_words(function, arguments, said):
    with pytest.raises(UsageError, match=said):
        function(**arguments)


@pytest.mark.parametrize("engine", [None, "local", "processes"])
def test_an_engine_makes_the_same_files(tmp_path, engine):
    chosen = {} if engine is None else {"engine": engine}
    (stored,) = generate(ORDERS, tmp_path, formats="parquet", **chosen, **SMALL)
    (usual,) = generate(ORDERS, tmp_path / "usual", formats="parquet", workers=2, **SMALL)
    assert stored.content_hash == usual.content_hash


def frames(frame):
    """The same table as people have it."""
    arrow = frame.to_arrow()
    pandas = frame.to_pandas()
    return {
        "polars": frame,
        "lazy": frame.lazy(),
        "arrow": arrow,
        "reader": arrow.to_reader(),
        "pandas": pandas,
        "pandas with its key as index": pandas.set_index("order_id"),
    }


@pytest.mark.parametrize("kind", list(frames(pl.DataFrame({"order_id": [1]}))))
def test_a_frame_is_a_candidate(kind):
    truth = scan_snapshot(ORDERS, 3, **SMALL).collect()
    assert score(ORDERS, 3, frames(truth)[kind], **SMALL).passed
    wrong = score(ORDERS, 3, frames(truth.head(truth.height - 1))[kind], **SMALL)
    assert not wrong.passed
    assert "/" not in wrong.name


def test_a_frame_without_a_column_is_refused_without_the_name_of_a_file_of_ours():
    truth = scan_snapshot(ORDERS, 3, **SMALL).collect()
    with pytest.raises(SynthError, match=r"^candidate: 1 of ") as caught:
        score(ORDERS, 3, truth.drop("status"), **SMALL)
    assert "parquet" not in str(caught.value)


def test_paths_to_verify_come_one_by_one_or_in_lists(tmp_path):
    generate("bronze/raw_customers", tmp_path, **SMALL)
    paths = [tmp_path / "parquet", str(tmp_path)]
    for given in (paths, [paths], [iter(paths)], [paths[0]], [{paths[0]}]):
        assert [one.ok for one in verify(*given)] == [True]
    for nothing in ([], [[]], [iter([])]):
        with pytest.raises(UsageError, match="nothing to verify"):
            verify(*nothing)
