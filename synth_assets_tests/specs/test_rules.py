"""Rules of a declaration: sentences with an expression, or queries that read their own tables and do nothing else."""

import duckdb
import pytest

from synth_assets.errors import UsageError
from synth_assets.project.project import Project
from synth_assets.specs.declared import Declared
from synth_assets.specs.queries import query_problem
from synth_assets_tests.workshop.declaration import WORKSHOP


def table(*rules, **more):
    columns = {
        "id": "key",
        "hours": {"decimals": 0, "high": 9, "null_rate": 0.5},
        "state": {"choices": ["open", "done"]},
        "seen_at": {"timestamps": -9, "last": 0},
    }
    return Declared.of(
        {"dataset": "d", "entities": {"t": {"rows": 200, "columns": columns, "rules": [*rules], **more}}}
    )


def broken(source, offending):
    """How many rows of some, as cells, break the only rule."""
    (rule,) = source.load().tables["t"].rules
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE TABLE t (id BIGINT, hours DECIMAL(18,2), state VARCHAR, seen_at TIMESTAMPTZ)")
        for row in offending:
            connection.execute("INSERT INTO t VALUES (?, ?, ?, ?)", row)
        return len(connection.execute(rule.sql).fetchall())


def test_a_sentence_and_what_holds_are_a_rule():
    source = table({"Done ones have hours.": "state <> 'done' or hours > 0"})
    (rule,) = source.load().tables["t"].rules
    assert (rule.name, rule.doc, rule.tables) == ("done_ones_have_hours", "Done ones have hours.", ("t",))
    rows = [(1, 2, "done", None), (2, 0, "done", None), (3, 0, "open", None), (4, None, "done", None)]
    assert broken(source, rows) == 1  # what is missing breaks nothing


def test_what_holds_may_be_of_days_and_texts():
    source = table({"x": "hour(seen_at) < 12 and length(state) = 4 and seen_at > timestamp '2026-01-01 00:00:00'"})
    rows = [(1, 1, "done", "2026-01-02 11:00:00+00"), (2, 1, "done", "2026-01-02 13:00:00+00"), (3, 1, "x", None)]
    assert broken(source, rows) == 2


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"a": "hours"}, "it gives a number, and what holds is true or false"),
        ({"a": "nobody > 1"}, "column 'nobody' is unknown"),
        ({"a": "hours / 2 > 1"}, "/ isn't exact in a rule"),
        ({"a": "random() > 1"}, "random needs chance"),
        ({"doc": "a"}, "either holds, an expression over each row, or sql"),
        ({"doc": "a", "holds": "true", "sql": "FROM t"}, "either holds, an expression over each row, or sql"),
        ({"doc": "a", "sql": "FROM t WHERE"}, "it is no query"),
        ({"doc": "a", "sql": "FROM t; FROM t"}, "it is"),
        ({"doc": "a", "sql": "DROP TABLE t"}, "it is no query"),
        ({"doc": "a", "sql": "COPY t TO 'x'"}, "it is no query"),
        ({"doc": "a", "sql": "ATTACH 'x'"}, "it is no query"),
        ({"doc": "a", "sql": "FROM '/etc/passwd'"}, "it reads a table that it may not"),
        ({"doc": "a", "sql": "FROM read_text('/etc/passwd')"}, "it reads from read_text"),
        ({"doc": "a", "sql": "FROM t WHERE id IN (FROM read_csv('x'))"}, "it reads from read_csv"),
        ({"doc": "a", "sql": "FROM range(1000000000000)"}, "it reads from range"),
        ({"doc": "a", "sql": "FROM others"}, "it reads a table that it may not; table 'others'"),
        ({"doc": "a", "sql": "FROM information_schema.tables"}, "it reads a table that it may not"),
        ({"doc": "a", "sql": "FROM t WHERE getenv('HOME') = ''"}, "it calls getenv"),
        ({"doc": "a", "sql": "FROM t WHERE random() > 0.5"}, "it calls random"),
        ({"doc": "a", "sql": "SELECT (SELECT content FROM read_blob('x')) FROM t"}, "it reads from read_blob"),
        ({"doc": "a", "sql": "FROM t -- " + "x" * 20_000}, "characters, and at most"),
    ],
)
def test_what_is_no_rule_is_refused(rule, said):
    with pytest.raises(UsageError) as error:
        table(rule).load()
    assert said in str(error.value)


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(UsageError, match="two rules are called a_b"):
        table({"a b": "true"}, {"A, b!": "true"}).load()


def test_the_rules_that_there_are_are_such_queries():
    domains = [*Project.here().domains(), Declared.of(WORKSHOP).load()]
    rules = [rule for domain in domains for of in domain.tables.values() for rule in of.rules]
    assert len(rules) > 50
    assert [(rule.name, wrong) for rule in rules if (wrong := query_problem(rule.sql, rule.tables))] == []
    query = "WITH a AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM t) SELECT * FROM a JOIN t USING (id)"
    assert query_problem(query, ["t"]) == ""


def test_pinned_rows_are_as_they_are_said_and_the_others_as_without():
    def rows(**more):
        domain = table(**more).load()
        from synth_assets.engine.chunks import chunk_of
        from synth_assets.kernel.counter import Span

        return chunk_of(domain.entity("t")(domain.dataset(), Span(0, 200))).frame

    pinned = [{"hours": 1.5, "state": "done"}, {"row": 7, "hours": None, "seen_at": "2025-12-31T10:00:00"}]
    without, found = rows(), rows(pinned=pinned)
    assert found.select("hours", "state").row(0) == (1.5, "done")
    assert found.row(6)[1] is None
    assert str(found.row(6)[3]) == "2025-12-31 10:00:00+00:00"
    others = [at for at in range(200) if at not in {0, 6}]
    assert found[others].equals(without[others])
    for wrong, said in (
        ({"row": 1, "nobody": 1}, "column 'nobody' is unknown"),
        ({"row": 0, "hours": 1}, "cells="),
        ({"row": "x", "hours": 1}, "cells="),
        ({"row": [1], "hours": 1}, "cells="),
        ({"id": 5}, "aren't given by hand"),
        ({"hours": "much"}, "'much' is no decimal(12,2)"),
    ):
        with pytest.raises(UsageError) as error:
            table(pinned=[wrong]).load()
        assert said in str(error.value)
