"""Expressions give what SQL gives, whatever is missing; DuckDB computes each of them again."""

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

import duckdb
import pytest

from synth_assets.columns.basis.formulas.functions import FUNCTIONS, REFUSED
from synth_assets.columns.basis.formulas.sql import sql_of
from synth_assets.columns.basis.formulas.syntax import ExpressionError, parsed
from synth_assets.columns.basis.others import known_of
from synth_assets.engine.chunks import chunk_of
from synth_assets.errors import DataError, UsageError
from synth_assets.kernel.counter import Span
from synth_assets.specs.declared import Declared

WORDS = [["alpha", 5], ["Beta-2", 3], ["", 1], ["xx yy", 2], [None, 2]]
COLUMNS = {
    "id": "key",
    "a": {"integers": -20, "high": 20},
    "b": {"choices": [0, 1, -3, 7, None], "type": "int32"},
    "c": {"decimals": "-99.99", "high": "99.99", "type": "decimal(10,2)"},
    "d": {"choices": ["0.125", "-0.5", "3.005", None], "type": "decimal(8,3)"},
    "f": {"choices": [0.5, -2.25, 1e10, None], "type": "float64"},
    "s": {"weighted": WORDS, "type": "string"},
    "t": {"choices": ["alpha", "Beta-2", "z"]},
    "p": {"booleans": 0.4},
    "q": {"choices": [True, False, None], "type": "boolean"},
    "day": {"dates": "1969-12-01", "last": "2024-03-02"},
    "other": {"choices": ["2024-02-29", "1970-01-01", None], "type": "date"},
    "ts": {"timestamps": "1969-12-31", "last": "2025-01-01"},
    "late": {"choices": ["2024-12-31T23:59:59", "1999-01-01T00:00:00", None], "type": "timestamp(s, UTC)"},
}
ROWS = 3_000

SAME = (
    """
a + b; a - b; a * b; -a; - -c; a + c; c - d; c * d; a + f; f * c; a % nullif(b, 0); c % d; 1 - 2 - 3
2 + 3 * 4 - 1; (2 + 3) * a
a = b; a <> b; a != b; c < d; c >= a; f > 0.5; s = t; s <> 'alpha'; s < t; day <= other; ts > late; q = p
p and q; p or q; not q; not p and q; not (p and q); q is null; q is not null; s is null and q; (a > 0) = p
a in (1, 2, 3); b not in (0, 7); s in ('alpha', ''); b in (1, null); a between -3 and 5; c not between 0 and d
case when a > 5 then 'big' when a > 0 then s else 'none' end; case when q then c end; case when p then a else c end
if(q, a, b); coalesce(b, a); coalesce(s, t, 'x'); coalesce(d, c, 0); nullif(b, 0); nullif(s, ''); abs(c); abs(a)
least(a, b); greatest(a, b, 3); least(c, d); greatest(s, t); least(day, other); greatest(ts, late); sign(c); mod(a, 7)
round(c); round(c, 1); round(d, 2); round(c * d, 3); round(c, 5); floor(c); ceil(c); floor(d); ceil(a); round(-2.5)
s || t; 'it''s ' || t; concat(s, '-', t); length(s); left(t, 2); right(t, 3); substr(t, 2, 3); replace(t, 'a', 'oo')
starts_with(s, 'al'); contains(s, 'eta'); lower(t); upper(t); lpad(t, 9, '*'); length(concat(s, t)) > 6
year(day); month(day); day(day); weekday(day); year(ts); month(ts); weekday(ts); hour(ts); hour(late); year(other)
week(day); week(ts); week(other); quarter(day); quarter(late); minute(ts); minute(late)
case when s is null then 1 else 0 end + a; null; coalesce(null, a); a + null; case when a > b and c > d or q then 1 end
case when s is null then null else a > b end; if(q, day, null)
case when a > 3 then t when p then 'y' else 'n' end; if(a > 0, 'up', 'down'); if(q, t, 'no'); upper(t) || t
case when c > 0 then 'x' else t || t end; left(t, 1) || lower(t); 7 % 4 + a; (a + 30) % 7; -(a + 30) % 7; a % -7
day = date '2020-01-01'; ts < timestamp '2000-06-01 12:30:00'; other = date '2024-02-29'; least(day, date '2000-01-01')
""".strip()
    .replace("\n", "; ")
    .split("; ")
)
OTHER = {
    "text(a)": "a::VARCHAR", "text(c)": "c::VARCHAR", "text(d)": "d::VARCHAR", "text(q)": "q::VARCHAR",
    "text(day)": "day::VARCHAR", "text(ts)": "strftime(ts, '%Y-%m-%d %H:%M:%S')", "to_date(ts)": "ts::DATE",
    "to_date(late)": "late::DATE", "add_days(day, a)": "(day + a::INT)::DATE", "add_days(ts, b)": "ts + to_days(b)",
    "add_seconds(ts, a)": "ts + to_seconds(a)", "days_between(day, other)": "other - day",
    "days_between(ts, late)": "late::DATE - ts::DATE",
    "seconds_between(ts, late)": "epoch(late)::BIGINT - epoch(ts)::BIGINT",
    "day_of_year(day)": "dayofyear(day)", "day_of_year(ts)": "dayofyear(ts)", "second(ts)": "second(ts)::BIGINT",
    "second(late)": "second(late)::BIGINT", "second_of_day(ts)": "epoch(ts::TIMESTAMP::TIME)::BIGINT",
    "month_start(day)": "date_trunc('month', day)::DATE", "month_start(ts)": "date_trunc('month', ts)::DATE",
    "month_end(other)": "last_day(other)", "month_end(ts)": "last_day(ts::DATE)",
    "hour_start(ts)": "time_bucket(INTERVAL 1 HOUR, ts)", "hour_start(late)": "date_trunc('hour', late)",
    "add_minutes(ts, a)": "ts + to_minutes(a)", "add_hours(late, b)": "late + to_hours(b)",
    "add_months(day, a)": "(day + to_months(a::INT))::DATE", "add_months(ts, b)": "ts + to_months(b)",
    "add_months(date '2024-01-31', a)": "(DATE '2024-01-31' + to_months(a::INT))::DATE",
    "add_months(add_months(ts, a), b)": "(ts + to_months(a::INT)) + to_months(b)",
    "minutes_between(ts, late)": "date_sub('minute', ts, late)",
    "hours_between(late, ts)": "date_sub('hour', late, ts)",
    "months_between(day, other)": "date_sub('month', day, other)",
    "months_between(late, ts)": "date_sub('month', late, ts)", "years_between(ts, late)": "date_sub('year', ts, late)",
    "years_between(other, day)": "date_sub('year', other, day)",
    "months_between(date '2024-01-31', day)": "date_sub('month', DATE '2024-01-31', day)",
    "months_between(date '2024-02-29', add_days(date '2024-02-20', a))":
        "date_sub('month', DATE '2024-02-29', (DATE '2024-02-20' + a::INT)::DATE)",
    "round(c / 7, 4)": "round(c::DECIMAL(30,12) / 7::DECIMAL(30,0), 4)::DECIMAL(18,4)",
}  # fmt: skip


def made(columns, rows=ROWS):
    source = Declared.of({"dataset": "d", "entities": {"t": {"rows": rows, "columns": {**COLUMNS, **columns}}}})
    domain = source.load()
    return chunk_of(domain.entity("t")(domain.dataset(), Span(0, rows))).frame


def plain(value):
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


@pytest.mark.parametrize("text", [*SAME, *OTHER])
def test_an_expression_gives_what_sql_gives(text):
    sql = OTHER.get(text, text).replace("weekday(", "isodow(")
    frame = made(
        {"x": {"expression": text, "nullable": True}}
        if text != "null"
        else {"x": {"expression": text, "nullable": True, "type": "int64"}}
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("t", frame.select(*COLUMNS).to_arrow())
        expected = [row[0] for row in connection.execute(f"SELECT ({sql}) FROM t").fetchall()]
    found = frame["x"].to_list()
    assert [plain(one) for one in found] == [plain(one) for one in expected]


@pytest.mark.parametrize("text", [*SAME, *OTHER])
def test_an_expression_is_the_same_in_sql(text):
    if "/" in text:
        return
    frame = made({"x": {"expression": text, "nullable": True, **({"type": "int64"} if text == "null" else {})}})
    source = Declared.of({"dataset": "d", "entities": {"t": {"rows": ROWS, "columns": COLUMNS}}})
    entity = source.load().entity("t")
    sql = sql_of(parsed(text), lambda name: known_of(entity.table().column(name).type, nullable=True))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("t", frame.select(*COLUMNS).to_arrow())
        expected = [row[0] for row in connection.execute(f"SELECT {sql} FROM t").fetchall()]
    found = frame["x"].to_list()
    if hasattr(next((one for one in found if one is not None), None), "day"):  # a day and an interval make a time
        found, expected = ([str(one)[:10] for one in some] for some in (found, expected))
    assert [plain(one) for one in found] == [plain(one) for one in expected]


def test_a_division_is_rounded_to_six_digits_halves_away_from_zero_and_missing_for_zero():
    frame = made({"x": {"expression": "c / b", "nullable": True}})
    for c, b, x in frame.select("c", "b", "x").rows():
        right = None if not b else (c / b).quantize(Decimal("0.000001"), ROUND_HALF_UP)
        assert x == right


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_example_that_is_one(name):
    assert f"{name}(" in FUNCTIONS[name].example
    parsed(FUNCTIONS[name].example)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("a +", "it ends where it makes no sense"),
        ("a b", "'b' stands where it makes no sense"),
        ("(a + b", "it ends where ')' should stand"),
        ("case when a > 1 then 2", "it ends where 'end' should stand"),
        ("a ; drop table t", "'; drop table t' can't be read"),
        ("a @ b", "'@ b' can't be read"),
        ("date '2026-13-01'", "'2026-13-01' is no date"),
        ("1234567890123456789", "more digits than a decimal"),
        ("(" * 5_000 + "a" + ")" * 5_000, "characters, and at most"),
        ("(" * 500 + "a" + ")" * 500, "nests more than"),
        ("a + s", "+ is for numbers, not for a text"),
        ("s + t", "Texts are joined by ||"),
        ("day + 1", "add_days"),
        ("a || s", "|| takes a text, not a number"),
        ("a = s", "= is for values of one kind, not for a number and a text"),
        ("case when a then 1 else 2 end", "case when takes a boolean, not a number"),
        ("case when p then 1 else 'x' end", "case is for values of one kind"),
        ("p and a", "and takes a boolean"),
        ("abs(s)", "abs takes a number, not a text"),
        ("round(f, 2)", "round takes a number, not a float"),
        ("text(f)", "text of a float isn't the same everywhere"),
        ("left(s, a)", "argument 2 of left is a whole number, written there itself"),
        ("replace(s, t, 'x')", "argument 2 of replace is a text, written there itself"),
        ("abs()", "abs has 0 arguments, and takes 1"),
        ("hour(day)", "hour takes a timestamp, not a date"),
        ("c * c * c * c * c * c * c", "14 digits after the point, and there are 12 at most"),
        ("lenght(s)", "function 'lenght' is unknown; did you mean 'length'"),
        ("nobody", "column 'nobody' is unknown"),
        ("others.x", "table 'others' is unknown"),
        ("x + 1", "made of each other: x ← x"),
        *((f"{name}(a)", f"{name} needs") for name in REFUSED),
    ],
)  # fmt: skip
def test_what_is_no_expression_is_refused_by_name(text, said):
    with pytest.raises(UsageError) as error:
        made({"x": {"expression": text, "nullable": True}}, rows=1)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"expression": "s", "type": "int64"}, "gives a text, which int64 isn't"),
        ({"expression": "f", "type": "decimal(10,2)", "nullable": True}, "gives a float, which decimal(10,2) isn't"),
        ({"expression": "b + 1"}, "may be missing, and so may this"),
        ({"expression": "a / a"}, "may be missing, and so may this"),
    ],
)
def test_a_column_that_cannot_hold_it_is_refused(column, said):
    with pytest.raises(UsageError) as error:
        made({"x": column}, rows=1)
    assert said in str(error.value)


def test_numbers_that_would_come_out_as_others_are_refused():
    for text in (
        "a * 900000000000000000 * 100",
        "add_seconds(ts, a * 900000000000000)",
        "(c + 999999999999) / 0.000001",
    ):
        with pytest.raises(DataError, match="takes more than 18 digits"):
            made({"x": {"expression": text, "nullable": True}})


def test_any_text_is_an_expression_or_none():
    for text in (
        "'",
        "''",
        "a.b.c",
        "case",
        "not",
        "- - -",
        "in (",
        "1e5",
        "a..b",
        "é",
        "\0",
        "date date",
        "null null",
    ):
        with suppress(ExpressionError):
            parsed(text)
