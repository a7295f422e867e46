"""Somebody's own frames: every type and name that polars has is stored as it is, or refused before anything is."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from synth_assets_tests.orchestration.own import asset, failure, read, run

DEFAULT = ("parquet", "csv", "duckdb")
ALL = ("parquet", "csv", "json", "ndjson", "duckdb", "sqlite")
NOW = datetime(2026, 3, 1, 12, 30, 59, 123_456)  # noqa: DTZ001


def counted(dtype, *numbers):
    return pl.Series(list(numbers), dtype=pl.Int64).cast(dtype)


HELD = {
    "naive": pl.Series([NOW, None]),
    "utc": pl.Series([NOW.replace(tzinfo=UTC), None]),
    "berlin": pl.Series([NOW.replace(tzinfo=UTC)]).dt.convert_time_zone("Europe/Berlin"),
    "nanoseconds of whole microseconds": counted(pl.Datetime("ns"), 1_000, None),
    "nanoseconds in a zone": counted(pl.Datetime("ns", "Asia/Tokyo"), 1_000, None),
    "uint8": pl.Series([255, None], dtype=pl.UInt8),
    "uint64": pl.Series([2**64 - 1, 0, None], dtype=pl.UInt64),
    "float32": pl.Series([0.1, None], dtype=pl.Float32),
    "nan": pl.Series([float("nan"), float("inf"), -0.0, None]),
    "decimal": pl.Series([Decimal("1.50"), None], dtype=pl.Decimal(38, 37)),
    "time": pl.Series([time(23, 59, 59, 999_999), None]),
    "duration": pl.Series([timedelta(days=-3, microseconds=1), None]),
    "binary": pl.Series([b"\x00\xff", None]),
    "text": pl.Series(["a\0b", "\r\n", '"', "NULL", "\\N", " ", None]),
    "struct": pl.Series([{"a b": 1, "c": {"d": ["x", None]}}, {"a b": None, "c": None}]),
    "lists": pl.Series([[["a"], []], [], None]),
    "no row": pl.Series([], dtype=pl.List(pl.UInt8)),
}
"""Stored in the default formats with its dtype and its cells."""

CHANGED = {
    "all null": (pl.Series([None, None]), pl.String()),
    "category": (pl.Series(["a", None], dtype=pl.Categorical), pl.String()),
    "enumeration": (pl.Series(["a", None], dtype=pl.Enum(["b", "a"])), pl.String()),
    "half precision": (pl.Series([0.1, None], dtype=pl.Float16), pl.Float32()),
    "array": (pl.Series([[1, 2], None], dtype=pl.Array(pl.Int8, 2)), pl.List(pl.Int8)),
    "milliseconds": (pl.Series([NOW.replace(microsecond=5_000)], dtype=pl.Datetime("ms")), pl.Datetime("us")),
}
"""Stored in the default formats with its cells, as a dtype that has all of them."""

IN_SOME = {
    "list of dates": (pl.Series([[date(2026, 1, 1)], None]), {"csv", "json", "ndjson", "sqlite"}),
    "struct of money": (pl.Series([{"a": Decimal("1.5")}]), set[str]()),
    "nanoseconds": (counted(pl.Datetime("ns"), 1, None), {"duckdb"}),
    "time of nanoseconds": (counted(pl.Time, 1, None), {"duckdb"}),
    "nanoseconds inside": (pl.Series([[1]]).cast(pl.List(pl.Datetime("ns"))), set(ALL) - {"parquet"}),
    "fields alike": (pl.Series([{"a": 1, "A": 2}]), {"duckdb"}),
    "far away": (counted(pl.Datetime("us"), 2**63 - 1), {"csv", "json", "ndjson", "sqlite"}),
    "no letters": (pl.Series([""]), {"csv"}),
}
"""Stored where the format has it, and refused elsewhere."""


def stored_files(project):
    return [
        path
        for path in project.data.rglob("*")
        if path.is_file() and not path.relative_to(project.data).parts[0].startswith(".")
    ]


@pytest.mark.parametrize("form", [*ALL, "default"])
def test_a_frame_is_stored_as_it_is(project, form):
    height = max(map(len, HELD.values()))
    frame = pl.DataFrame({name: cells.extend_constant(None, height - len(cells)) for name, cells in HELD.items()})
    if form in {"json", "ndjson", "sqlite"}:
        frame = frame.with_columns(pl.lit(0.5).alias("nan"))
    formats = list(DEFAULT) if form == "default" else [form]
    own = asset(project, frame)
    result = run(project, own, formats=formats)
    assert result.success, failure(result)
    found = read(project, own)
    assert found.schema == frame.schema
    assert found.equals(frame)


@pytest.mark.parametrize("kind", CHANGED)
@pytest.mark.parametrize("form", ALL)
def test_a_type_that_has_all_cells_stands_in_for_one_that_formats_lack(project, kind, form):
    cells, dtype = CHANGED[kind]
    own = asset(project, cells.alias("a").to_frame())
    assert run(project, own, formats=[form]).success
    found = read(project, own)["a"]
    assert found.dtype == dtype
    assert found.equals(cells.cast(dtype))


@pytest.mark.parametrize("kind", IN_SOME)
@pytest.mark.parametrize("form", ALL)
def test_what_one_format_lacks_is_stored_in_others_and_refused_by_column_before_anything_is(project, kind, form):
    cells, lacking = IN_SOME[kind]
    frame = pl.DataFrame({"id": [1] * len(cells), "it": cells})
    own = asset(project, frame)
    result = run(project, own, formats=[form])
    if form not in lacking:
        assert result.success, failure(result)
        assert read(project, own)["it"].equals(cells.alias("it"))
        return
    assert "it" in failure(result)
    assert "format" in failure(result)
    others = [one for one in ALL if one not in lacking] + [form]
    assert "it" in failure(run(project, own, formats=others))
    assert stored_files(project) == []


REFUSED = {
    "object": (pl.Series([object()], dtype=pl.Object), "column 'it' is Object"),
    "int128": (pl.Series([1], dtype=pl.Int128), "to Int64, Decimal(38, 0) or String"),
    "uint128": (pl.Series([1], dtype=pl.UInt128), "column 'it' is UInt128"),
    "struct without fields": (pl.Series([{}], dtype=pl.Struct([])), "column 'it' is Struct"),
    "out of reach": (counted(pl.Datetime("ms"), 2**62), "column 'it' can't be stored as timestamp(ms)"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_no_format_holds_is_refused_by_column_with_a_way_out(project, kind):
    cells, message = REFUSED[kind]
    said = failure(run(project, asset(project, pl.DataFrame({"id": [1], "it": cells})), formats=["parquet"]))
    assert message in said
    assert "\n  Cast it" in said
    assert stored_files(project) == []


NAMES = {
    "case": (["id", "ID"], {"duckdb", "sqlite"}),
    "empty": ([""], {"duckdb", "sqlite"}),
    "zero byte": (["a\0b"], {"duckdb", "sqlite"}),
    "row number": (["n", "RowID"], {"duckdb", "sqlite"}),
    "quote": (['a"b'], {"csv"}),
    "byte order mark": (["\ufeffa"], {"csv"}),
    "many": ([f"c{number}" for number in range(2_001)], {"sqlite"}),
    "like ours": (["seed", "preset", "part", "_synth_manifest", "entity", "manifest", "format"], set()),
    "odd": ([" a ", "a\nb", "a.b", "a'b", "a\\b", "select", "$1", "🐘", "é", "É", "a,b", "{a}"], set()),
}


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("form", ALL)
def test_a_columns_name_is_kept_or_refused_before_anything_is_stored(project, kind, form):
    names, lacking = NAMES[kind]
    frame = pl.DataFrame({name: [3 - at, 9, 1] for at, name in enumerate(names)})
    own = asset(project, frame)
    result = run(project, own, formats=[form])
    if form in lacking:
        assert f"{form} can't hold column {names[-1]!r}" in failure(result)
        assert "Choose formats among" in failure(result)
        assert "permissions" not in failure(result)
        assert stored_files(project) == []
        return
    assert result.success, failure(result)
    assert read(project, own).equals(frame)


@pytest.mark.parametrize("name", ["*", "^a$", "^.*$"])
def test_a_name_that_polars_takes_for_a_pattern_is_refused(project, name):
    said = failure(run(project, asset(project, pl.DataFrame({"b": [1], name: [2]}))))
    assert f"column {name!r} has the name of a pattern" in said


def test_a_frame_without_columns_is_refused(project):
    assert failure(run(project, asset(project, pl.DataFrame()))).startswith("own/own_table has no columns")


def test_columns_called_as_folders_are_keep_their_cells_in_duckdb(project):
    own = asset(project, pl.DataFrame({"seed": [7, 8], "preset": ["x", "y"]}))
    assert run(project, own).success
    with duckdb.connect(str(project.data / "duckdb/own/tiny-42.duckdb"), read_only=True) as connection:
        assert connection.sql("FROM own.own_table").fetchall() == [(7, "x"), (8, "y")]


def test_a_cell_that_the_second_database_lacks_keeps_the_first_from_taking_anything_in(project):
    own = asset(project, pl.DataFrame({"a": [float("nan")]}))
    assert "NaN, which SQLite takes for a missing cell" in failure(run(project, own, formats=["duckdb", "sqlite"]))
    assert stored_files(project) == []


def test_compression_and_rows_of_a_file_are_config(project):
    frame = pl.DataFrame({"n": [1, 2, 3], "price": [Decimal("0.50")] * 3})
    own = asset(project, frame)
    assert "parquet has no compression 'xz'" in failure(run(project, own, formats=["parquet"], compression="xz"))
    assert stored_files(project) == []
    assert run(project, own, formats=["json", "csv"], compression="xz", chunk_size=2).success
    assert sorted(path.name for path in stored_files(project) if path.name.startswith("part-")) == [
        f"part-0000{part}.{form}.xz" for part in (0, 1) for form in ("csv", "json")
    ]
    assert read(project, own).equals(frame)
    assert project.run(assets=["bronze/raw_products"], formats=["json"], compression="zip", chunk_size=1_000).success
    (path,) = (project.data / "json/bronze/raw_products").rglob("part-*")
    assert path.name == "part-00000.json.zip"
