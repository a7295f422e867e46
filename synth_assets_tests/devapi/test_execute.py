"""`/execute`: what a SELECT finds, as JSON, and that nothing else can be had, changed or held up by it."""

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from synth_assets_tests.devapi import hostile
from synth_assets_tests.devapi.served import KEY, serving

CANARY = "canary-of-somebody-else-7291"
SECONDS, MARGIN = 5.0, 25.0
"""Of a query; and of starting a process anew on a machine that has other work."""

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with duckdb.connect(str(folder / "dev.duckdb")) as connection:
        connection.sql(f"CREATE TABLE mine AS SELECT '{CANARY}' AS canary")
        connection.sql("CREATE VIEW mine_view AS FROM mine")
        connection.sql("CREATE MACRO mine_macro() AS (SELECT max(canary) FROM mine)")
        connection.sql("CREATE MACRO mine_table_macro() AS TABLE FROM mine")
        connection.sql("CREATE SEQUENCE mine_sequence")
        connection.sql(f"COPY mine TO '{folder}/secret.parquet'")
    (folder / "secret.csv").write_text(f"a,b\n1,{CANARY}\n")
    (folder / "secret.txt").write_text(CANARY)
    with serving(folder, "--database", "dev.duckdb", MY_PASSWORD=CANARY, HOME=str(folder)) as found:
        yield found


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def tried(server, statements):
    """Ask many at once: (statement, answer, seconds)."""

    def ask(text):
        text = text.replace("{{", "{").replace("}}", "}")
        text = text.replace("{folder}", str(server.folder)).replace("{database}", f"{server.folder}/dev.duckdb")
        began = time.monotonic()
        found = server.execute(text)
        while found.status == 429:  # others keep all processes busy
            began = time.monotonic()
            found = server.execute(text)
        return text, found, time.monotonic() - began

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(ask, statements))


HARMLESS = {
    "SELECT 1" + " UNION ALL SELECT 1" * 4_000: "4,001 rows",
    "SELECT 1 /* /* */ ; DELETE FROM fake_users; --*/": "one SELECT and a comment, as DuckDB's comments nest",
}


def test_hundreds_of_hostile_statements_find_change_and_hold_up_nothing(server):
    statements = hostile.statements()
    assert len(statements) == len(set(statements)) >= 200
    server.rows("SELECT 1")
    before = contents(server.folder)
    found = tried(server, statements)
    run = [text[:200] for text, answer, _ in found if answer.status == 200 and text not in HARMLESS]
    assert run == []
    assert {answer.status for _, answer, _ in found} <= {200, 400, 422}
    assert [text[:200] for text, answer, _ in found if CANARY in answer.text.replace("\\", "")] == []
    assert [text[:200] for text, answer, _ in found if "root:" in answer.text or KEY in answer.text] == []
    assert [(text[:200], took) for text, _, took in found if took > SECONDS + MARGIN] == []
    assert contents(server.folder) == before
    assert server.rows("SELECT count(*) FROM fake_users") == [[1_000]]


def test_no_function_that_duckdb_has_reads_a_file_another_table_or_changes_anything(server):
    with duckdb.connect() as connection:
        known = connection.sql("SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY ALL").fetchall()
    names = [f'"{name}"' for (name,) in known]
    assert len(names) > 1_000
    server.rows("SELECT 1")
    before = contents(server.folder)
    asked = [f"SELECT * FROM {name}('{{folder}}/secret.csv')" for name in names]
    asked += [f"SELECT {name}('{{folder}}/secret.txt'), {name}('mine')" for name in names]
    asked += [f"SELECT {name}()" for name in names]
    found = tried(server, asked)
    assert {answer.status for _, answer, _ in found} <= {200, 400, 422}
    assert [text for text, answer, _ in found if CANARY in answer.text or "secret.parquet" in answer.text] == []
    read = [text for text, answer, _ in found if text.startswith("SELECT *") and answer.status == 200]
    assert read == []
    assert contents(server.folder) == before
    assert server.rows("SELECT count(*) FROM fake_users") == [[1_000]]


def test_what_takes_too_much_is_ended_and_the_server_stays(server):
    found = tried(server, hostile.TOO_MUCH)
    assert [
        (text, answer.status, answer.text[:200]) for text, answer, _ in found if answer.status not in {400, 422}
    ] == []
    assert {answer.json["code"] for _, answer, _ in found if answer.status == 422} >= {"memory", "rows", "bytes"}
    assert [(text, took) for text, _, took in found if took > SECONDS + MARGIN] == []
    assert server.rows("SELECT count(*) FROM fake_users") == [[1_000]]


def test_what_has_no_end_is_ended_and_others_are_answered_meanwhile(server):
    until, answers = threading.Event(), []

    def ask():
        while not until.is_set():
            answers.append(server.execute("SELECT count(*) FROM fake_products").status)
            time.sleep(0.2)

    asking = threading.Thread(target=ask)
    asking.start()
    found = tried(server, hostile.ENDLESS)
    until.set()
    asking.join()
    ended = [(text, answer.status, answer.text[:200]) for text, answer, _ in found if answer.status != 422]
    assert ended == []
    assert {answer.json["code"] for _, answer, _ in found} <= {"seconds", "memory"}
    assert [(text, took) for text, _, took in found if took > SECONDS + MARGIN] == []
    assert set(answers) <= {200, 429}
    assert 200 in answers
    assert server.rows("SELECT count(*) FROM fake_users") == [[1_000]]


ASKED = r"""
SELECT department, count(*) FROM fake_users GROUP BY ALL ORDER BY ALL;
FROM fake_users LIMIT 3;
TABLE fake_products LIMIT 3;
VALUES (1, 'a'), (2, 'b');
WITH a AS (SELECT id FROM fake_users), b AS (FROM a WHERE id < 9) SELECT sum(id) FROM b;
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < 9) SELECT sum(x) FROM t;
SELECT u.id, o.total_amount FROM main.fake_users u JOIN fake_orders o ON o.user_id = u.id LIMIT 5;
SELECT * FROM fake_users u LEFT JOIN fake_orders o ON o.user_id = u.id WHERE o.id IS NULL LIMIT 5;
SELECT * FROM fake_users WHERE id IN (SELECT user_id FROM fake_orders WHERE status = 'shipped') LIMIT 5;
SELECT row_number() OVER w, rank() OVER w, lag(id) OVER w FROM fake_users WINDOW w AS (PARTITION BY
    department ORDER BY salary DESC) LIMIT 5;
SELECT sum(salary) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM fake_users LIMIT 5;
SELECT id FROM fake_users QUALIFY row_number() OVER (PARTITION BY department ORDER BY id) = 1;
SELECT DISTINCT ON (department) department, id FROM fake_users ORDER BY department, id;
SELECT date_trunc('month', order_date) AS month, sum(total_amount) FROM fake_orders GROUP BY month ORDER
    BY month;
SELECT extract(year FROM created_at), created_at::DATE, strftime(created_at, '%Y-%m') FROM fake_users LIMIT 1;
SELECT quantile_cont(salary, [0.5, 0.9]), median(age), stddev(age), approx_count_distinct(email) FROM
    fake_users;
SELECT upper(first_name) || ' ' || last_name, regexp_extract(email, '@(.*)', 1), length(email) FROM
    fake_users LIMIT 1;
SELECT CASE WHEN age < 30 THEN 'young' WHEN age BETWEEN 30 AND 50 THEN 'middle' ELSE 'old' END, count(*)
    FROM fake_users GROUP BY 1;
SELECT coalesce(NULL, 1), nullif(1, 1), ifnull(NULL, 2), greatest(1, 2), try_cast('a' AS INTEGER);
SELECT * EXCLUDE (email) REPLACE (salary / 12 AS salary) FROM fake_users LIMIT 1;
SELECT columns('.*name') FROM fake_users LIMIT 1;
SELECT department, is_active, count(*), grouping(department) FROM fake_users GROUP BY CUBE (department,
    is_active);
SELECT list(id ORDER BY id)[1:3], string_agg(DISTINCT department, ','), map_from_entries([(1, 2)]) FROM
    fake_users;
SELECT unnest([1, 2, 3]), unnest({'a': 1, 'b': 2});
SELECT * FROM range(3) a(x), generate_series(1, 2) b(y);
SELECT list_transform([1, 2], lambda x: x + 1), [x * 2 FOR x IN [1, 2] IF x > 1], list_filter([1], lambda
    x: x > 1);
FROM (PIVOT fake_users ON department IN ('HR', 'Sales') USING count(*) GROUP BY is_active);
SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 2 EXCEPT SELECT 3 ORDER BY 1 LIMIT 50%;
SELECT * FROM fake_users USING SAMPLE 5 ROWS;
SELECT now() IS NOT NULL, current_date, today(), random() < 2, uuid() IS NOT NULL;
SELECT count(*) FILTER (WHERE is_active), bool_or(is_active), any_value(id), arg_max(id, salary) FROM
    fake_users;
SELECT json_object('a', 1), to_json([1]), '{"a": [1]}'::JSON -> '$.a', json_extract('{"b": 1}', '$.b');
SELECT interval '1 day' * 2, date '2026-01-01' + 1, age(timestamp '2026-01-01', timestamp '2025-01-01');
SELECT id FROM fake_users WHERE first_name ILIKE 'a%' AND last_name NOT LIKE '%z' AND email SIMILAR TO
    '.*' LIMIT 2;
SELECT * FROM fake_orders ASOF JOIN (SELECT created_at, id AS u FROM fake_users) ON order_date >=
    created_at LIMIT 1;
SELECT 0x1F, 1e3, 10 // 3, 10 % 3, 2 ** 3, -1, 5!, ~1, 1 << 2, 'a' < 'b', NOT true, 1 IS DISTINCT FROM 2
"""
"""What people ask, a query after the other."""


@pytest.mark.parametrize("query", ASKED.split(";\n"))
def test_what_people_ask_is_answered(server, query):
    found = server.execute(query)
    assert found.status == 200, found.text
    assert found.json["row_count"] == len(found.json["rows"]) > 0 or "IS NULL" in query
    assert all(len(row) == len(found.json["columns"]) for row in found.json["rows"])


def test_cells_are_what_json_has_and_else_text(server):
    found = server.execute(
        "SELECT 1 AS i, 9007199254740993 AS b, -170141183460469231731687303715884105728 AS h, 1.50::DECIMAL(5, 2) AS d,"
        " 'nan'::DOUBLE AS n, '-inf'::DOUBLE AS m, 0.1::DOUBLE AS f, true AS t, NULL AS u, 'ä\"\\n😀' AS s,"
        " '\\xFF'::BLOB AS x, DATE '2026-01-31' AS day, TIMESTAMP '2026-01-31 01:02:03.4' AS ts,"
        " TIMESTAMPTZ '2026-01-31 01:00:00+02' AS tz, TIME '01:02:03' AS time, INTERVAL '1 day 2 hours' AS iv,"
        " [1, NULL] AS l, {'a': [DATE '2026-01-01']} AS st, MAP {'k': 1} AS mp, 'a'::ENUM('a', 'b') AS e,"
        " 'infinity'::TIMESTAMP AS inf, '0b6d7a0e-4a5b-4c8d-9d6f-0a1b2c3d4e5f'::UUID AS id"
    )
    assert found.status == 200, found.text
    (row,) = found.json["rows"]
    cells = dict(zip([column["name"] for column in found.json["columns"]], row, strict=True))
    assert cells == {
        "i": 1,
        "b": "9007199254740993",
        "h": "-170141183460469231731687303715884105728",
        "d": "1.50",
        "n": "nan",
        "m": "-inf",
        "f": 0.1,
        "t": True,
        "u": None,
        "s": 'ä"\\n😀',
        "x": "ff",
        "day": "2026-01-31",
        "ts": "2026-01-31T01:02:03.400000",
        "tz": "2026-01-30T23:00:00+00:00",
        "time": "01:02:03",
        "iv": "1 day, 2:00:00",
        "l": [1, None],
        "st": {"a": ["2026-01-01"]},
        "mp": {"k": 1},
        "e": "a",
        "inf": cells["inf"],
        "id": "0b6d7a0e-4a5b-4c8d-9d6f-0a1b2c3d4e5f",
    }
    assert found.json["columns"][3] == {"name": "d", "type": "DECIMAL(5,2)"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT nothing FROM fake_users", 'Referenced column "nothing" not found'),
        ("SELEC 1", "syntax error"),
        ("SELECT * FROM fake_userz", "there is no table 'fake_userz' to read; there are: fake_analytics, fake_orders"),
        ("DELETE FROM fake_users", "only SELECT is run"),
        ("SELECT 1; SELECT 2", "there are 2 statements in it; one SELECT is run"),
        ("SELECT getenv('x')", "function 'getenv' is not one that may be used here"),
        ("SELECT * FROM fake_users WHERE id = ?", "it has parameters"),
    ],
)
def test_what_is_not_run_is_told(server, query, said):
    found = server.execute(query)
    assert (found.status, found.json["code"]) == (400, "query")
    assert said in found.json["detail"]


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("SELECT * FROM range(10001)", "rows", "It takes more than 10,000 rows."),
        ("SELECT repeat('x', 300000000)", "memory", "It takes more than 256 MB of memory."),
        ("SELECT sum(range) FROM range(1000000000000)", "seconds", "It takes more than 5 s."),
        ("SELECT repeat('x', 9000000)", "bytes", "It takes more than 8 MB of answer."),
    ],
)
def test_a_limit_is_told(server, query, code, said):
    found = server.execute(query)
    assert (found.status, found.json) == (422, {"detail": said, "code": code})


def test_the_most_that_is_allowed_is_answered(server):
    assert server.execute("SELECT * FROM fake_analytics").json["row_count"] == 10_000


def test_eight_clients_at_once_each_get_their_own_answer(server):
    def ask(number):
        return server.rows(f"SELECT {number}, count(*) FROM fake_users WHERE id <= {number}")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(1, 200))) == [[[number, number]] for number in range(1, 200)]


def test_one_query_leaves_nothing_to_the_next(server):
    assert server.execute("SELECT setseed(0.5)").status == 400
    assert server.execute("SET VARIABLE x = 1").status == 400
    first, second = (server.rows("SELECT list(random()) FROM range(3)") for _ in range(2))
    assert first != second
