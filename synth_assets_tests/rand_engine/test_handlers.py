"""DuckDBHandler and SQLiteHandler: what both do is one suite."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import polars as pl
import pytest

from synth_assets.errors import OutputError, UsageError
from synth_assets.rand_engine.integrations import DuckDBHandler, SQLiteHandler
from synth_assets.rand_engine.integrations._duckdb_handler import DuckDBHandler as SameDuckDB
from synth_assets.rand_engine.integrations._sqlite_handler import SQLiteHandler as SameSQLite

USERS = pd.DataFrame({"user_id": ["a", "b", "a"], "email": ["x", "y", "z"], "age": [1, 2, 3]})


@pytest.fixture(params=[DuckDBHandler, SQLiteHandler])
def kind(request):
    yield request.param
    request.param.close_all()


@pytest.fixture
def users(kind, tmp_path):
    with kind(str(tmp_path / "new" / "folder" / "own.db")) as db:
        db.create_table("users", "user_id VARCHAR(10) PRIMARY KEY, email VARCHAR(100), born DATE")
        yield db


def test_they_are_found_where_the_document_imports_them():
    assert (SameDuckDB, SameSQLite) == (DuckDBHandler, SQLiteHandler)


def test_columns_that_the_table_has_are_taken_and_keys_that_are_there_stay(users):
    users.insert_df("users", USERS, pk_cols=["user_id"])
    users.insert_df("users", USERS.assign(user_id=["b", "c", "a"], email="new"), pk_cols=["USER_ID"])
    found = users.select_all("users")
    assert found["user_id"].tolist() == ["a", "b", "c"]
    assert found["email"].tolist() == ["x", "y", "new"]
    assert found["born"].isna().all()
    assert users.query("SELECT COUNT(*) as total FROM users")["total"][0] == 3


def test_keys_of_several_columns_need_no_constraint_of_the_table(users):
    users.create_table("pairs", "a INT, b VARCHAR(5)")
    rows = pl.DataFrame({"b": ["x", "x", "y"], "a": [1, 1, 1]})
    for _ in range(2):
        users.insert_df("pairs", rows, pk_cols=["a", "b"])
    assert users.select_all("pairs").to_dict("list") == {"a": [1, 1], "b": ["x", "y"]}


def test_a_table_that_is_there_stays_and_one_that_is_dropped_is_gone(users):
    users.create_table("users", "other INT")
    assert list(users.select_all("users").columns) == ["user_id", "email", "born"]
    users.create_table("more", "id INT")
    assert users.list_tables() == ["more", "users"]
    users.drop_table("more")
    users.drop_table("more")
    assert users.list_tables() == ["users"]


def test_days_times_and_decimals_go_in(users):
    users.create_table("cells", "id INT PRIMARY KEY, d DATE, t TIMESTAMP, m DECIMAL(10,2), ok BOOLEAN")
    moment = dt.datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - as pandas has them
    cells = {"id": [1], "d": [dt.date(2024, 1, 2)], "t": [moment], "m": [Decimal("1.25")], "ok": [True]}
    users.insert_df("cells", pd.DataFrame(cells), pk_cols=["id"])
    row = users.query("SELECT CAST(d AS VARCHAR) d, substr(CAST(t AS VARCHAR), 1, 10) t, m, ok FROM cells").iloc[0]
    assert (row["d"], row["t"], float(row["m"]), bool(row["ok"])) == ("2024-01-02", "2024-01-02", 1.25, True)


def test_values_of_a_query_are_given_apart(users):
    users.insert_df("users", USERS, pk_cols=["user_id"])
    assert users.query("SELECT email FROM users WHERE user_id = ?", ["b"])["email"].tolist() == ["y"]
    assert users.query_with_pandas("SELECT email FROM users WHERE user_id = $k", {"k": "b"})["email"].tolist() == ["y"]


def test_a_row_that_is_refused_leaves_no_other(users):
    users.create_table("strict", "age INT PRIMARY KEY, email VARCHAR(9) CHECK (email <> 'z')")
    with pytest.raises(UsageError, match="strict"):
        users.insert_df("strict", USERS, pk_cols=["age"])
    assert len(users.select_all("strict")) == 0
    users.insert_df("strict", USERS[:2], pk_cols=["age"])  # and the handler is as good as new
    assert len(users.select_all("strict")) == 2


def test_a_frame_becomes_a_table_and_what_is_done_together_is_undone_together(users):
    users.insert_df("users", USERS, pk_cols=["user_id"])
    frame = pl.DataFrame({"id": [2, 1], "at": [dt.datetime(2024, 1, 2), None]})  # noqa: DTZ001 - as frames have them

    def half_of_it():
        with users.transaction():
            users.drop_table("users")
            users.create_filled("made", frame)
            users.create_filled("made", frame)

    with pytest.raises(UsageError, match="refused table 'made'"):
        half_of_it()
    assert users.list_tables() == ["users"]
    assert len(users.select_all("users")) == 2
    with users.transaction():
        users.create_filled("made", frame)
        users.insert_df("users", USERS.assign(user_id=["x", "y", "z"]), pk_cols=["user_id"])
    assert users.select_all("made")["id"].tolist() == [2, 1]
    assert len(users.select_all("users")) == 5


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda db: db.insert_df("user", USERS, pk_cols=["user_id"]), "did you mean 'users'"),
        (lambda db: db.insert_df("users", USERS[["email"]], pk_cols=["user_id"]), "frame has no such column"),
        (lambda db: db.insert_df("users", USERS, pk_cols=["age"]), "table has no such column"),
        (lambda db: db.insert_df("users", USERS, pk_cols=[]), "names no column"),
        (lambda db: db.insert_df("users", USERS.assign(user_id=["a", None, "b"]), pk_cols=["user_id"]), "1 missing"),
        (lambda db: db.insert_df("users", [1, 2], pk_cols=["user_id"]), "it is a frame of pandas or polars"),
        (lambda db: db.insert_df("users", USERS.assign(age=[1, "x", []]), pk_cols=["user_id"]), "of one type"),
        (lambda db: db.select_all("users", ["mail"]), "did you mean 'email'"),
        (lambda db: db.select_all("nobody"), "nobody"),
        (lambda db: db.query("SELECT nothing FROM users"), "nothing"),
        (lambda db: db.create_table("broken", "id INT); DROP TABLE users; CREATE TABLE other (id INT"), "statement"),
        (lambda db: db.create_table("", "id INT"), "table_name"),
    ],
)
def test_what_is_wrong_is_said(users, asked, said):
    with pytest.raises(UsageError, match=said):
        asked(users)
    assert users.list_tables() == ["users"]


def test_databases_in_memory_are_shared_by_name(kind):
    with kind() as first:
        first.create_table("kept", "id INT")
    with kind(":memory:") as again, kind(":memory:other") as other:
        assert (again.list_tables(), other.list_tables()) == (["kept"], [])
    kind.close_all()
    assert kind().list_tables() == []


def test_a_file_has_several_handlers_and_is_let_go_with_the_last(kind, tmp_path):
    one, two = kind(tmp_path / "own.db"), kind(tmp_path / "own.db")
    one.create_table("kept", "id INT")
    one.close()
    one.close()
    assert two.list_tables() == ["kept"]
    two.close()
    with pytest.raises(UsageError, match="closed"):
        two.list_tables()


def test_what_is_no_database_is_left_alone(kind, tmp_path):
    (tmp_path / "notes.txt").write_text("dear diary")
    for place in (tmp_path / "notes.txt", tmp_path):
        with pytest.raises(OutputError, match=r"can't be opened|is a folder"):
            kind(place)
    assert (tmp_path / "notes.txt").read_text() == "dear diary"
    with pytest.raises(UsageError, match="db_path=5"):
        kind(5)
