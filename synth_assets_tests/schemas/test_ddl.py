"""SQL that makes tables, read: what is told of columns, keys and conditions, in several dialects."""

from pathlib import Path

import pytest

from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.schemas.schema import ColumnGroup
from synth_assets.schemas.sources import read_source
from synth_assets.schemas.sql.dialects import dialect_of
from synth_assets.schemas.sql.types import type_told
from synth_assets_tests.schemas.loading import Made

DDL = Path(__file__).with_name("ddl")


@pytest.fixture
def read(written):
    return lambda sql, said="ddl:postgres": read_source(str(written(sql)), said)


def table(schema, name="t"):
    return next(one for one in schema.tables if one.name == name)


@pytest.mark.parametrize(
    ("text", "dialect", "name"),
    [
        ("numeric(10,2)", "postgres", "decimal(10,2)"),
        ("decimal(38,9)", "", "decimal(38,9)"),
        ("numeric(20)", "postgres", "decimal(20,0)"),
        ("NUMBER(12)", "oracle", "decimal(12,0)"),
        ("double precision", "postgres", "float64"),
        ("real", "postgres", "float32"),
        ("int unsigned", "mysql", "uint32"),
        ("bigint unsigned", "mysql", "uint64"),
        ("tinyint(1)", "mysql", "boolean"),
        ("tinyint", "mysql", "int8"),
        ("bit", "tsql", "boolean"),
        ("datetime2(7)", "tsql", "timestamp(s)"),
        ("timestamptz", "postgres", "timestamp(s, UTC)"),
        ("timestamp without time zone", "postgres", "timestamp(s)"),
        ("time", "postgres", "time"),
        ("uuid", "postgres", "uuid"),
        ("uniqueidentifier", "tsql", "uuid"),
        ("jsonb", "postgres", "json"),
        ("bytea", "postgres", "binary"),
        ("text[]", "postgres", "list(string)"),
        ("array<bigint>", "spark", "list(int64)"),
        ("Nullable(Int32)", "clickhouse", "int32"),
        ("character varying(40)", "postgres", "string"),
        ("interval", "postgres", "string"),
        ("inet", "postgres", "string"),
        ("money", "tsql", "decimal(19,4)"),
        ("no_such_type", "postgres", ""),
    ],
)
def test_types_of_all_dialects_have_a_name_in_the_language(text, dialect, name):
    assert type_told(text, dialect).name == name


def test_lengths_and_digits_are_kept():
    assert type_told("varchar(40)", "postgres").length == 40
    assert type_told("char(3)", "postgres").fixed
    assert type_told("numeric(10,2)", "postgres").digits == 8
    assert type_told("interval", "postgres").form == "interval"


def test_constraints_are_read_wherever_they_stand(read):
    schema = read(
        """
        CREATE TABLE p (a int, b int, PRIMARY KEY (a, b));
        CREATE TABLE s.t (id bigserial, a int NOT NULL, b int, c text UNIQUE DEFAULT 'x' CHECK (c <> ''),
            CONSTRAINT both_parts FOREIGN KEY (a, b) REFERENCES p DEFERRABLE INITIALLY DEFERRED);
        ALTER TABLE ONLY s.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);
        ALTER TABLE s.t ADD CONSTRAINT positive CHECK (a > 0), ALTER COLUMN b SET NOT NULL;
        CREATE UNIQUE INDEX ON s.t USING btree (a, b);
        COMMENT ON TABLE s.t IS 'things';
        COMMENT ON COLUMN s.t.a IS 'how many';
        """
    )
    found = table(schema, "s.t")
    assert found.key.columns == ("id",)
    assert [one.columns for one in found.unique] == [("c",), ("a", "b")]
    assert (found.links[0].columns, found.links[0].to, found.links[0].deferrable) == (("a", "b"), "p", True)
    assert [one.nullable for one in found.columns] == [False, False, False, True]
    assert [one.numbered for one in found.columns] == [True, False, False, False]
    assert (found.doc, found.column("a").doc, found.column("c").default) == ("things", "how many", "'x'")
    assert {one.name: one.holds for one in found.conditions} == {"": "\"c\" <> ''", "positive": '"a" > 0'}


def test_it_is_told_where_everything_stands(read):
    found = table(read("CREATE TABLE t (\n  id int PRIMARY KEY,\n  x int CHECK (x > 1)\n);"))
    assert found.column("x").place.endswith("schema.sql, line 3")
    assert found.conditions[0].place.endswith("line 3")
    assert found.key == ColumnGroup(("id",), found.column("id").place)


def test_domains_and_enumerations_are_what_they_stand_for(read):
    schema = read(
        "CREATE TYPE mood AS ENUM ('sad', 'ok');\n"
        "CREATE DOMAIN grade AS smallint NOT NULL CHECK (VALUE BETWEEN 1 AND 6);\n"
        "CREATE TABLE t (m mood, g grade);"
    )
    found = table(schema)
    assert found.column("m").enumeration == ("sad", "ok")
    assert (found.column("g").type.name, found.column("g").nullable) == ("int16", False)
    assert found.conditions[0].holds == '"g" between 1 and 6'


def test_what_the_source_computes_is_an_expression(read):
    found = table(
        read("CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS IDENTITY);")
    )
    assert [one.computed for one in found.columns] == [None, '"a" * 2', None]
    assert found.column("c").numbered


def test_mysql_says_it_in_its_own_words():
    schema = read_source(str(DDL / "blog.sql"))
    users = table(schema, "users")
    assert schema.kind == "ddl:mysql"
    assert (users.doc, users.key.columns, users.column("id").numbered) == ("people", ("id",), True)
    assert users.column("role").enumeration == ("admin", "editor", "viewer")
    assert [one.columns for one in users.unique] == [("email",), ("username",)]
    assert table(schema, "posts").conditions[1].holds == '("status" <> \'published\') or (not ("published_on" is null))'


def test_comments_that_mysql_reads_are_read(read):
    schema = read("CREATE TABLE t (a int, /*!50705 place GEOMETRY SRID 0 NOT NULL, */ b int);", "ddl:mysql")
    assert [(one.name, one.nullable) for one in schema.tables[0].columns] == [
        ("a", True),
        ("place", False),
        ("b", True),
    ]


def test_data_between_statements_is_passed_over_and_told():
    told = [one.told for one in read_source(str(DDL / "blog.sql")).passed_over]
    assert any("has data in it, from line 20 on: that was passed over" in one for one in told)


def test_rows_of_a_copy_are_no_sql(read):
    schema = read("CREATE TABLE t (a int);\nCOPY t (a) FROM stdin;\n1\tit's (\n2\t;\n\\.\nCREATE TABLE u (b int);")
    assert [one.name for one in schema.tables] == ["t", "u"]
    assert schema.tables[1].place.endswith("line 6")
    assert "2 rows of COPY" in schema.passed_over[0].text


@pytest.mark.parametrize(
    ("sql", "holds"),
    [
        ("a IN (1, 2)", '"a" in (1, 2)'),
        ("s = ANY (ARRAY['x'::text, 'y'::text])", "\"s\" in ('x', 'y')"),
        ("d > '2020-01-31'", "\"d\" > date '2020-01-31'"),
        ("d <= CURRENT_DATE", "\"d\" <= date '2026-01-01'"),
        ("s IS NOT NULL", 'not ("s" is null)'),
        ("s LIKE 'A%'", '(starts_with("s", \'A\') and length("s") >= 1)'),
        ("char_length(s) >= 3", 'length("s") >= 3'),
        ("e - d <= 14", 'days_between("d", "e") <= 14'),
        ("num_nonnulls(a, s) = 1", '(if("a" is null, 0, 1) + if("s" is null, 0, 1)) = 1'),
        ("CASE WHEN a = 1 THEN s IS NULL ELSE TRUE END", 'case when "a" = 1 then "s" is null else true end'),
        ("s SIMILAR TO 'x'", ""),
        ("jsonb_typeof(s::jsonb) = 'object'", ""),
    ],
)
def test_conditions_are_expressions_of_the_language(read, sql, holds):
    (found,) = table(read(f"CREATE TABLE t (a int, s text, d date, e date, CHECK ({sql}));")).conditions
    assert found.holds == holds


def test_texts_of_a_form_are_regular_expressions(read):
    found = table(read("CREATE TABLE t (a text CHECK (a ~ '^[A-Z]{3}$'), b text CHECK (b LIKE '%@%.%'));"))
    assert [one.patterns for one in found.conditions] == [(("a", "[A-Z]{3}"),), (("b", r".*@.*\..*"),)]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("CREATE TABLE `a` (`b` int) ENGINE=InnoDB", "mysql"),
        ("CREATE TABLE [dbo].[a] ([b] int)\nGO", "tsql"),
        ("CREATE TABLE a (b VARCHAR2(10), c NUMBER(38,0))", "oracle"),
        ("CREATE TABLE a (b jsonb)", "postgres"),
        ("CREATE TABLE a (b INTEGER PRIMARY KEY AUTOINCREMENT)", "sqlite"),
        ("CREATE TABLE `p.d.a` (`b` INT64 NOT NULL) OPTIONS(description='x')", "bigquery"),
        ("create or replace TABLE A cluster by (B)(\n\tB NUMBER(38,0) NOT NULL\n);", "snowflake"),
        ("CREATE TABLE a (b int)", ""),
    ],
)
def test_a_dialect_is_told_by_what_only_it_writes(text, dialect):
    assert dialect_of(text, "") == dialect


def test_what_is_no_sql_of_the_dialect_is_told_with_its_line(read):
    with pytest.raises(UsageError) as error:
        read("CREATE TABLE t (\n a int,\n b %% nonsense\n);")
    assert "isn't all SQL of postgres" in str(error.value)
    assert "line 3" in str(error.value)
    assert "--as ddl:mysql" in str(error.value)


@pytest.mark.parametrize(
    ("sql", "said", "part"),
    [
        ("SELECT 1;", "ddl", "makes no table"),
        ("CREATE TABLE t (a int; CREATE TABLE u (b int);", "ddl", "line 1: the bracket of CREATE TABLE t isn't closed"),
        ("CREATE TABLE t (a int);", "ddl:klingon", "dialect 'klingon' is unknown"),
        ("CREATE TABLE t (a text DEFAULT 'x);", "ddl:postgres", "can't be read as postgres"),
        ("CREATE TABLE t (a int);", "odt", "--as 'odt' is unknown"),
    ],
)
def test_wrong_sources_are_refused(read, sql, said, part):
    with pytest.raises(UsageError, match=part):
        read(sql, said)


def test_a_source_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="isn't there"):
        read_source(str(tmp_path / "none.sql"))
    with pytest.raises(UnjudgedError, match="a folder"):
        read_source(str(tmp_path), "ddl")
    with pytest.raises(UsageError, match="tells no kind of source by its name"):
        read_source("schema.docx")


def test_text_in_another_encoding_is_told(tmp_path):
    (tmp_path / "old.sql").write_bytes("CREATE TABLE größe (a int);".encode("latin-1"))
    with pytest.raises(UsageError, match="UTF-8"):
        read_source(str(tmp_path / "old.sql"))


def test_references_to_tables_that_are_not_there_are_told(read):
    schema = read("CREATE TABLE t (a int REFERENCES nowhere(id));")
    assert schema.tables[0].links == ()
    assert schema.passed_over[0].text == "t: a refers to nowhere, which isn't there"


def test_fields_of_a_struct_are_no_columns(read):
    sql = "CREATE TABLE t (a STRUCT<b STRING, c ARRAY<STRUCT<d INT64, e STRING>>>, f INT64 NOT NULL, g ARRAY<STRING>);"
    schema = read(sql, "ddl:bigquery")
    assert [(one.name, one.type.name) for one in table(schema).columns] == [
        ("a", ""),
        ("f", "int64"),
        ("g", "list(string)"),
    ]
    assert schema.passed_over == ()


def test_a_table_that_is_clustered_has_its_columns(read):
    schema = read("create or replace TABLE T cluster by (A, B)(\n\tA NUMBER(38,0) NOT NULL,\n\tB DATE\n);", "ddl")
    assert [one.name for one in schema.tables[0].columns] == ["A", "B"]


def test_tables_without_columns_of_their_own_are_named(read):
    schema = read("CREATE TABLE t (a int);\nCREATE TABLE u AS SELECT * FROM t;")
    assert [one.told.partition("schema.sql, ")[2] for one in schema.passed_over] == [
        "line 2: u: a table without columns of its own was passed over"
    ]


@pytest.mark.parametrize(
    ("sql", "columns", "told"),
    [
        ("CREATE TABLE t (a int);\nCREATE TABLE t (b int);", ["b"], "line 2: t is made twice"),
        (
            "CREATE TABLE t (a int);\nCREATE TABLE IF NOT EXISTS t (b int);",
            ["a"],
            "t is made twice: this was passed over",
        ),
        ("CREATE TABLE t (a int, a text);", ["a"], "t.a is there twice: the last counts"),
    ],
)
def test_what_is_there_twice_is_told(read, sql, columns, told):
    schema = read(sql)
    assert [one.name for one in table(schema).columns] == columns
    assert told in schema.passed_over[0].told


def test_numbers_without_a_sign_are_not_below_zero(written, tmp_path):
    made = Made(written("CREATE TABLE t (balance decimal(12,2) unsigned NOT NULL) ENGINE=InnoDB;"), tmp_path)
    assert made.rows["t"]["balance"].min() >= 0


def test_what_a_column_is_for_replication_hides_nothing(read):
    sql = (
        "CREATE TABLE [dbo].[t] ([id] [uniqueidentifier] ROWGUIDCOL NOT NULL CONSTRAINT [U] UNIQUE DEFAULT (newid()));"
    )
    schema = read(sql, "ddl:tsql")
    assert table(schema, "dbo.t").unique[0].columns == ("id",)
    assert not table(schema, "dbo.t").columns[0].nullable
    assert schema.passed_over == ()


@pytest.mark.parametrize(
    ("dialect", "indexes"),
    [("mysql", "KEY by_k (k), INDEX (k), FULLTEXT KEY (k)"), ("postgres", "EXCLUDE USING gist (k WITH =)")],
)
def test_columns_may_be_called_as_indexes_are(read, dialect, indexes):
    sql = f"CREATE TABLE t (k int, period decimal(5,2), {indexes});"
    assert [one.name for one in table(read(sql, f"ddl:{dialect}")).columns] == ["k", "period"]


def test_a_column_of_postgres_may_be_called_key(read):
    (column,) = table(read("CREATE TABLE t (key varchar(10) NOT NULL);")).columns
    assert (column.name, column.type.length, column.nullable) == ("key", 10, False)
