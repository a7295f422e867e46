"""All facts of a type in one place: what is asked of every type, and of those that constructors make."""

import math
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_assets.errors import UsageError
from synth_assets.model import types
from synth_assets.model.types import (
    BINARY,
    BOOLEAN,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    JSON,
    MONEY,
    STRING,
    STRING_LIST,
    TIMESTAMP,
    TIMESTAMP_MS,
    TIMESTAMP_UTC,
    TIMESTAMP_UTC_MS,
    UUID,
    decimal,
    list_of,
    struct,
    timestamp,
)
from synth_assets.model.types.catalog import any_named
from synth_assets_tests.oracles import content_hash as oracle
from synth_assets_tests.typed_cells import EVERY, IDS, cells


def words_of(of, column):
    return np.ascontiguousarray(of.words(column)).view(np.uint64)


@pytest.mark.parametrize("of", EVERY, ids=IDS)
def test_a_type_is_found_by_its_name_and_travels(of):
    assert any_named(of.name) == of
    of.polars  # noqa: B018 — what it has found out travels with it
    assert pickle.loads(pickle.dumps(of)) == of  # noqa: S301
    assert hash(any_named(of.name)) == hash(of)


def test_names_of_types_are_what_manifests_hold():
    assert [one.name for one in types.every()] == [
        "binary", "boolean", "date", "decimal(12,2)", "decimal(8,3)", "float32", "float64", "int8", "int16", "int32",
        "int64", "json", "list(string)", "string", "timestamp(s, UTC)", "timestamp(ms, UTC)", "timestamp(s)",
        "timestamp(ms)", "uuid",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: types.named("varchar"), "type 'varchar' is unknown"),
        (lambda: types.named("list(varchar)"), "type 'varchar' is unknown"),
        (lambda: types.named("int7"), "did you mean 'int"),
        (lambda: decimal(39, 2), r"decimal\(39,2\) is no type"),
        (lambda: decimal(2, 3), r"decimal\(2,3\) is no type"),
        (lambda: timestamp("ns"), "Allowed: s, ms, us"),
        (lambda: timestamp("s", "Europe/Berlin"), "in UTC, or without a zone"),
        (lambda: struct({"a b": INT8}), "'a b' is no name of a field"),
        (lambda: struct({}), "it has no field"),
        (lambda: types.named('struct("a b": int8)'), "'a b' is no name of a field"),
        (lambda: types.named("timestamp(ns)"), "Allowed: s, ms, us"),
        (lambda: types.named("timestamp(us, Europe/Berlin)"), "in UTC, or without a zone"),
        (lambda: INT8.sql("oracle"), "SQL dialect 'oracle' is unknown"),
    ],
)
def test_what_is_no_type_is_refused(make, message):
    with pytest.raises(UsageError, match=message):
        make()


@pytest.mark.parametrize("of", EVERY, ids=IDS)
def test_cells_come_back_from_the_text_of_csv(of):
    frame = pl.DataFrame([cells(of)])
    text = frame.select(pl.lit(1).alias("n"), of.as_text(pl.col("c")).alias("c")).write_csv()
    read = pl.read_csv(text.encode(), schema={"n": pl.Int8, "c": of.text_dtype})
    back = read.select(of.from_text(pl.col("c")).alias("c"))
    assert back.schema == frame.schema
    assert back.equals(frame)


@pytest.mark.parametrize("of", EVERY, ids=IDS)
def test_cells_come_back_from_json(of, tmp_path):
    frame = pl.DataFrame([cells(of)])
    frame.select(of.as_json(pl.col("c")).alias("c")).write_ndjson(tmp_path / "a")
    read = pl.read_ndjson(tmp_path / "a", schema={"c": of.json_dtype})
    assert read.select(of.from_json(pl.col("c")).alias("c")).equals(frame)


@pytest.mark.parametrize("of", EVERY, ids=IDS)
def test_duckdb_knows_a_type_by_its_sql_and_gives_its_cells_back(of):
    frame = pl.DataFrame([cells(of)])
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE t (c {of.sql('duckdb')})")
        described = connection.execute("DESCRIBE t").fetchall()
        assert described[0][1].replace('"', "") == of.sql("duckdb").replace('"', "")
        connection.register("given", frame.to_arrow())
        connection.execute("INSERT INTO t FROM given")
        found = pl.DataFrame(pl.from_arrow(connection.sql("FROM t").to_arrow_table()))
    assert found.cast(frame.schema).equals(frame)


@pytest.mark.parametrize("of", EVERY, ids=IDS)
def test_equal_cells_have_equal_words_and_others_others(of):
    column = cells(of)
    words = words_of(of, column)
    assert words[0] == 0
    distinct = {repr(value) for value in column.to_list()[1:]}
    assert len({int(word) for word in words[1:]}) == len(distinct)
    assert np.array_equal(words_of(of, column[1:]), words[1:])
    assert np.array_equal(
        np.ascontiguousarray(of.words(pl.concat([column[:1], column[2:]]))).view(np.uint64)[1:], words[2:]
    )


def test_decimals_of_more_than_64_bits_have_words_and_others_keep_theirs():
    of = decimal(38, 2)
    column = pl.Series([None, Decimal("1e30"), Decimal("-1e30"), Decimal("1e30"), Decimal("-12.50")], dtype=of.polars)
    found = words_of(of, column)
    assert found[0] == 0
    assert found[1] == found[3] != found[2]
    assert found[4:].view(np.int64).tolist() == words_of(MONEY, pl.Series([Decimal("-12.50")])).view(np.int64).tolist()


def test_lists_and_structs_tell_missing_entries_from_none_and_cuts_from_each_other():
    of = list_of(list_of(INT64))
    column = pl.Series([[[1], [2]], [[1, 2]], [[1, 2], []], [[1, 2], None], [None, [1, 2]], [[]], [], [[0]], [[None]]])
    assert len(set(of.words(column.cast(of.polars)).tolist())) == len(column)
    pair = struct({"a": INT64, "b": INT64})
    rows = [{"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": None, "b": 0}, {"a": 0, "b": None}, {"a": 0, "b": 0}]
    assert len(set(pair.words(pl.Series(rows, dtype=pair.polars)).tolist())) == len(rows)


TEXTS = st.text(max_size=3) | st.sampled_from(["", "\x1f", "a", "a\x1f", "\x1fa", "a\x1fa"])


@given(st.lists(st.none() | st.lists(st.none() | TEXTS, max_size=3), min_size=1, max_size=5))
def test_the_words_of_lists_of_texts_are_the_oracles(lists):
    found = STRING_LIST.words(pl.Series(lists, dtype=STRING_LIST.polars))
    assert found.tobytes() == b"".join(map(oracle.word, lists))


@given(st.lists(st.lists(st.none() | TEXTS, max_size=3), min_size=2, max_size=9))
def test_different_lists_of_texts_have_different_words(lists):
    found = STRING_LIST.words(pl.Series(lists, dtype=STRING_LIST.polars))
    assert len(set(found.tolist())) == len({repr(one) for one in lists})


@pytest.mark.parametrize(
    ("of", "values", "expected"),
    [
        (INT8, [1, -1], [1, -1]),
        (FLOAT32, [0.5, 2.0], [0.5, 2.0]),
        (MONEY, [-1, 1_250], [Decimal("-0.01"), Decimal("12.50")]),
        (decimal(38, 2), [-1, 10**18 - 1], [Decimal("-0.01"), Decimal("9999999999999999.99")]),
        (DATE, [-1, 0], [date(1969, 12, 31), date(1970, 1, 1)]),
        (TIMESTAMP_MS, [0, 1_000], [datetime(1970, 1, 1), datetime(1970, 1, 1, 0, 0, 0, 1_000)]),  # noqa: DTZ001
        (TIMESTAMP_UTC, [0, 10**6], [datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)]),
        (BOOLEAN, [True, False], [True, False]),
    ],
)
def test_arrays_become_columns_with_gaps(of, values, expected):
    assert of.series("c", np.array(values)).to_list() == expected
    gaps = of.series("c", np.array(values), np.array([False, True]))
    assert (gaps.dtype, gaps.to_list()) == (of.polars, [None, expected[1]])


@pytest.mark.parametrize("of", [STRING, UUID, JSON, BINARY, STRING_LIST])
def test_arrays_are_no_cells_of_types_without_a_width(of):
    with pytest.raises(TypeError, match="come as Text or a Series"):
        of.series("c", np.zeros(1))


@pytest.mark.parametrize(
    ("of", "value", "peculiarities"),
    [
        (STRING, "", {"empty text"}),
        (STRING, " ", set()),
        (BINARY, b"", {"empty text"}),
        (FLOAT64, math.nan, {"NaN"}),
        (FLOAT32, -math.inf, {"infinity"}),
        (FLOAT64, 0.0, set()),
        (TIMESTAMP, datetime(2026, 1, 1, 0, 0, 0, 1_000), {"values finer than its type"}),  # noqa: DTZ001
        (TIMESTAMP_MS, datetime(2026, 1, 1, 0, 0, 0, 1_000), set()),  # noqa: DTZ001
        (TIMESTAMP_UTC_MS, datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC), {"values finer than its type"}),
        (list_of(FLOAT64), [1.0, math.inf], {"NaN or infinity inside a value"}),
        (list_of(FLOAT64), [], set()),
        (struct({"a": list_of(FLOAT32)}), {"a": [math.nan]}, {"NaN or infinity inside a value"}),
        (STRING_LIST, [""], set()),
    ],
)
def test_peculiar_cells_are_called_by_their_names(of, value, peculiarities):
    column = pl.Series([None, value], dtype=of.polars)
    assert {name for name, occurs in of.peculiar.items() if occurs(column)} == peculiarities


@pytest.mark.parametrize("of", EVERY, ids=IDS)
def test_a_wider_type_holds_every_cell(of):
    if of.wider is None:
        assert of.kind != "date"
        return
    column = cells(of)
    assert of.wider != of
    assert of.wider.value_of(pl.col("c"), of.polars) is not None
    frame = pl.DataFrame([column])
    wide = frame.select(of.wider.value_of(pl.col("c"), of.polars).cast(of.wider.polars).alias("c"))
    back = wide.select(of.value_of(pl.col("c"), of.wider.polars).cast(of.polars).alias("c"))
    assert back.equals(frame)


@pytest.mark.parametrize("of", EVERY, ids=IDS)
def test_another_value_is_another_of_the_same_type(of):
    if (other := of.another(pl.col("c"))) is None:
        assert of.kind not in {"string", "integer", "boolean", "decimal"} or of == decimal(38, 38)
        return
    found = pl.DataFrame([cells(of)]).with_columns(other.alias("other"))
    assert found["other"].dtype == of.polars
    assert found["other"].null_count() == 0
    assert not found["c"].eq_missing(found["other"]).any()


def test_days_are_counted_before_1970_too():
    assert DATE.days(pl.Series([date(1969, 12, 31)])).to_list() == [-1]
    assert TIMESTAMP.days(pl.Series([datetime(1969, 12, 31, 23)], dtype=pl.Datetime("us"))).to_list() == [-1]  # noqa: DTZ001
    assert INT8.days(pl.Series([1])) is None


def test_types_are_looked_at_without_importing_anything_heavy():
    script = (
        "import sys\n"
        "from synth_assets.model import types\n"
        "assert all(types.named(one.name) == one and one.sql('postgresql') for one in types.every())\n"
        "types.named('list(struct(a: int64))')\n"
        "print([m for m in ('polars', 'numpy', 'duckdb', 'pyarrow', 'xxhash') if m in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_whole_numbers_grow_as_far_as_there_are_wider_ones():
    assert [one.wider for one in (INT8, INT16, INT32, INT64)] == [INT16, INT32, INT64, None]
