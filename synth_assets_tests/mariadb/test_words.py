"""What MariaDB is told, and what is said of it, without a server: that is `make torture` and `make proof`."""

import re
import socket
import threading
from datetime import UTC, date, datetime, time
from decimal import Decimal

import polars as pl
import pymysql
import pytest
import sqlglot
from sqlglot import expressions

from synth_assets.errors import DataError, OutputError, UnjudgedError, UsageError
from synth_assets.grading.candidates.mariadb import open_mariadb, split_location
from synth_assets.grading.candidates.patience import Patience
from synth_assets.model.change_log import AFTER, BEFORE
from synth_assets.model.key import Key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import (
    BINARY,
    BOOLEAN,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT64,
    JSON,
    STRING,
    decimal,
    list_of,
    timestamp,
)
from synth_assets.model.types.clocks import TIME
from synth_assets.model.types.times import moment
from synth_assets.model.types.unsigned import UINT64
from synth_assets.project.project import Project
from synth_assets.sinks.mariadb.address import maria_address
from synth_assets.sinks.mariadb.binlog import log_shortfalls
from synth_assets.sinks.mariadb.catalog import check_database, maria_takes, maria_types
from synth_assets.sinks.mariadb.cells import literal_cells
from synth_assets.sinks.mariadb.connection import MariaConnection, maria_connected, maria_refusals, maria_verdict
from synth_assets.sinks.mariadb.packets import Packets
from synth_assets.sinks.mariadb.server import SERVER
from synth_assets.sinks.mariadb.statements import maria_statements
from synth_assets.sinks.server import CONTRADICTION, ELSE, NO_ROW, ConnectionLostError, FailedStatementError
from synth_assets.usecases.apply_changes import apply_changes
from synth_assets.usecases.descriptions import describe_as
from synth_assets_tests.cli.as_process import TINY
from synth_assets_tests.cli.conftest import project, synth  # noqa: F401 - fixtures
from synth_assets_tests.domains.every_domain import DATASETS, DOMAINS
from synth_assets_tests.postgres.living import request_of
from synth_assets_tests.test_extras import without

CANARY = "gehe1mnis"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOWHERE = maria_address("mysql://me@127.0.0.1:1/shop")


# Statements


@pytest.mark.parametrize("name", [name for name in DOMAINS if name != "declared workshop"])
def test_tables_are_said_as_mysql_reads_them_with_keys_that_have_lengths(name, tmp_path):
    text = describe_as("ddl:mariadb", DOMAINS[name], DATASETS[name], tmp_path)
    made = {one.find(expressions.Table).name: one for one in sqlglot.parse(text, read="mysql")
            if one and one.args.get("kind") == "TABLE"}  # fmt: skip
    assert list(made) == list(DOMAINS[name].tables)
    for table in DOMAINS[name].tables.values():
        columns = {one.name: one.args["kind"].sql("mysql") for one in made[table.name].find_all(expressions.ColumnDef)}
        assert list(columns) == list(table.column_names)
        keys = {*table.key.columns, *(one for group in table.unique for one in group)}
        keys |= {one for reference in table.references for one in reference.columns if reference.when is None}
        assert [one for one in keys if "TEXT" in columns[one] or "BLOB" in columns[one]] == []


@pytest.mark.parametrize(
    ("of", "cell", "literal", "type_name"),
    [
        (INT8, -128, "-128", "TINYINT"),
        (UINT64, 2**64 - 1, "18446744073709551615", "BIGINT UNSIGNED"),
        (BOOLEAN, True, "1", "TINYINT(1)"),
        (decimal(38, 2), Decimal("-0.01"), "-0.01", "DECIMAL(38,2)"),
        (FLOAT32, 0.1, "0.1", "DOUBLE"),
        (FLOAT64, -2.5, "-2.5", "DOUBLE"),
        (STRING, "it's \\ é\n", "'it''s \\\\ é\n'", "LONGTEXT"),
        (JSON, '{"a": "\\n\'"}', "'{\"a\": \"\\\\n''\"}'", "JSON"),
        (list_of(STRING), ["a'b"], "'[\"a''b\"]'", "JSON"),
        (BINARY, b"\x00\xff", "X'00ff'", "LONGBLOB"),
        (DATE, date(1, 2, 3), "'0001-02-03'", "DATE"),
        (TIME, time(1, 2, 3, 4), "'01:02:03.000004'", "TIME(6)"),
        (timestamp("s", "UTC"), MOMENT, "'2026-01-02 03:04:05'", "DATETIME"),
        (timestamp("ms", "UTC"), MOMENT.replace(microsecond=67_000), "'2026-01-02 03:04:05.067'", "DATETIME(3)"),
        (timestamp("us", "UTC"), MOMENT.replace(microsecond=67), "'2026-01-02 03:04:05.000067'", "DATETIME(6)"),
        (
            moment("us", "Europe/Berlin"),
            datetime(2026, 7, 1, 12, tzinfo=UTC),
            "'2026-07-01 12:00:00.000000'",
            "DATETIME(6)",
        ),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_cells_are_literals_in_utc_and_texts_hold_no_way_out(of, cell, literal, type_name):
    table = Table("shop", "t", "", "", Key.of("id"), (Column("id", INT64, ""), Column("c", of, "", nullable=True)))
    frame = pl.DataFrame({"id": [1, 2], "c": pl.Series([cell, None]).cast(of.polars)})
    assert frame.select(literal_cells(table)).rows() == [("1", literal), ("2", "NULL")]
    assert of.sql("mariadb") == type_name


def test_types_that_are_there_are_the_same_however_wide_numbers_are_shown():
    columns = (Column("a", INT64, ""), Column("b", BOOLEAN, ""), Column("c", STRING, ""), Column("d", JSON, ""))
    table = Table("shop", "t", "", "", Key.of("a"), columns)
    assert maria_types(None, table) == {"a": "bigint", "b": "tinyint(1)", "c": "longtext", "d": "longtext"}
    for there, wanted, takes in (
        ("bigint(20)", "bigint", True),
        ("bigint(20) unsigned", "bigint", False),
        ("int(11)", "bigint", False),
        ("tinyint(4)", "tinyint(1)", False),
        ("varchar(255)", "longtext", True),
        ("text", "longtext", False),
        ("datetime", "datetime(3)", False),
        ("varbinary(9)", "longblob", True),
    ):
        assert maria_takes(there, wanted) is takes


class FakeConnection:
    """Takes statements, and answers with the numbers of rows that it is given, or raises."""

    most_bytes = 5_000

    def __init__(self, *answers):
        self.answers = list(answers)
        self.sent = []

    def check_length(self, statement, where):
        """Any length will do."""

    def results(self, text):
        self.sent.append(text)
        for answer in self.answers.pop(0):
            if isinstance(answer, Exception):
                raise answer
            yield answer


def events():
    table = Table("shop", "t%", "", "", Key.of("id"), (Column("id", INT64, ""), Column("a`%", STRING, "")))
    statements = maria_statements("d", table)
    before, after = [None, 1, 1], [1, 1, None]
    frame = pl.DataFrame(
        {
            "lsn": [1, 2, 3],
            "tx_id": 9,
            "tx_seq": [1, 2, 3],
            "tx_total": 3,
            "commit_ts": MOMENT,
            "op": ["insert", "update", "delete"],
            "changed_columns": [[], ["a`%"], []],
            f"{AFTER}id": after,
            f"{AFTER}a`%": ["x%s", "y", None],
            f"{BEFORE}id": before,
            f"{BEFORE}a`%": [None, "x%s", "y"],
        }
    )
    return list(statements.of([frame]))


def test_a_transaction_is_sent_at_once_looked_at_and_then_committed():
    connection = FakeConnection([0, 1, 1, 1], [0])
    packets = Packets(connection)
    for event in events():
        packets.send(event.statement, event.cells)
    packets.commit(9)
    together = (
        "START TRANSACTION; INSERT INTO `d`.`t%` (`id`, `a``%`) VALUES (1, 'x%s');"
        " UPDATE `d`.`t%` SET `a``%` = 'y' WHERE `id` = 1; DELETE FROM `d`.`t%` WHERE `id` = 1"
    )
    assert connection.sent == [together, "COMMIT"]


@pytest.mark.parametrize("rows", [0, 2])
def test_a_statement_that_does_not_find_its_one_row_is_not_committed(rows):
    connection = FakeConnection([0, 1, rows, 1])
    packets = Packets(connection)
    for event in events():
        packets.send(event.statement, event.cells)
    with pytest.raises(FailedStatementError) as failed:
        packets.commit(9)
    assert (failed.value.error, failed.value.tx_id, failed.value.statement.does) == (None, 9, "update t%")
    assert failed.value.cells[-1] == "1"
    assert "COMMIT" not in connection.sent
    assert maria_verdict(failed.value.error) == NO_ROW


def test_what_is_long_is_sent_in_parts_and_what_fails_in_one_is_told_at_the_end():
    refusal = pymysql.err.IntegrityError(1062, "Duplicate entry '1' for key 'PRIMARY'")
    connection = FakeConnection([0, 1], [refusal])
    packets = Packets(connection)
    packets._most = 1
    for event in events():
        packets.send(event.statement, event.cells)
    with pytest.raises(FailedStatementError) as failed:
        packets.commit(9)
    assert (failed.value.error, failed.value.statement.does) == (refusal, "update t%")
    assert [one.partition(" ")[0] for one in connection.sent] == ["START", "UPDATE"]
    assert maria_verdict(refusal) == CONTRADICTION


# Addresses


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mysql://me@localhost/shop", "mysql://me@localhost/shop"),
        ("mariadb://me:a%2Fb@db.example.com:3307/shop?ssl-mode=required", "mysql://me@db.example.com:3307/shop"),
        ("mysql://[::1]:3306/", "mysql://[::1]:3306/"),
        ("mysql://me%40there@host/shop", "the MariaDB database"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(url, shown):
    assert maria_address(url).shown == shown


@pytest.mark.parametrize(
    "url",
    [
        "mysql://me:{}#x@127.0.0.1/shop",
        "mysql://me:x/{}@127.0.0.1/shop",
        "mysql://me:5/{}@127.0.0.1/shop",
        "mysql://me:x@{}@127.0.0.1/shop",
        "mysql://me:5/x?{}=1@127.0.0.1/shop",
        "mysql://me:x:{}@127.0.0.1/shop",
        "mysql://me@127.0.0.1/shop?password={}",
        "mysql://me:{}@127.0.0.1:port/shop",
        "mysql://me:{}@127.0.0.1:99999/shop",
        "mysql://me:{}@127.0.0.1/shop?ssl-mode=maybe",
        "mysql://me:{} x@127.0.0.1/shop",
    ],
)
def test_an_address_that_is_none_is_refused_and_nothing_of_it_shown(url):
    for location in (url.format(CANARY), url.format(CANARY) + "::shop.orders"):
        with pytest.raises(UsageError, match="can't be read; it isn't shown") as refused:
            split_location(location)
        assert CANARY not in str(refused.value)


def test_the_password_is_in_the_address_or_in_the_environment(monkeypatch):
    monkeypatch.setenv("MYSQL_PWD", "from outside")
    one, other = maria_address("mysql://me@h/shop"), maria_address(f"mysql://me:{CANARY}@h/shop")
    assert (one.password, one.secrets) == ("from outside", ())
    assert (other.password, other.secrets) == (CANARY, (CANARY,))
    assert CANARY not in repr(other)
    assert other.redacted(f"no {CANARY}") == "no …"


@pytest.mark.parametrize("name", ["", "mysql", "Sys", "x" * 65, "shop ", "a%b"])
def test_databases_that_can_not_be_are_refused(name):
    with pytest.raises(UsageError, match="is not allowed"):
        check_database(name)


# What is refused


def test_without_the_driver_the_extra_is_named():
    line = ["changes", "apply", "bronze", *TINY, "--batches", "1", "--to", "mysql://me@localhost/shop"]
    found = without(["pymysql"], f"from synth_assets.cli.run import run\nraise SystemExit(run({line!r}))")
    assert (found.returncode, found.stdout) == (2, "")
    assert "MariaDB needs pymysql, which is not installed" in found.stderr
    assert "pip install 'synth-assets[mysql]'" in found.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "mysql2://me:{}@host/shop"], "mysql2 is no system that datasets are loaded into."),
        (["--to", "mysql://me:{}@host:port/shop"], "the address of the MariaDB database in URL can't be read"),
        (["--to", "mysql://me:{}@127.0.0.1:1/shop"], "can't be reached: nothing listens there.\n  Check the address"),
        (["--to", "mysql://me:{}@nowhere.invalid/shop"], "can't be reached: there is no host of that name."),
        (["--to", "mysql://me:{}@127.0.0.1:1/mysql"], "can't be reached: nothing listens there."),
    ],
)
def test_what_cant_be_applied_to_is_told_without_the_password(words, message, synth):  # noqa: F811
    refused = synth("changes", "apply", "bronze", *TINY, "--batches", "1", "--quiet",
                    *(word.format(CANARY) for word in words))  # fmt: skip
    assert refused.status in {1, 2}
    assert message in refused.err
    assert CANARY not in refused.err + refused.out


@pytest.fixture
def answering():
    """The address of something that says a few bytes to whoever comes, and listens then."""
    lines, taken = [], []

    def start(greeting):
        line = socket.create_server(("127.0.0.1", 0))
        lines.append(line)

        def serve():
            while True:
                try:
                    taken.append(line.accept()[0])
                    taken[-1].sendall(greeting)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        return f"mysql://me@127.0.0.1:{line.getsockname()[1]}/shop"

    yield start
    for line in lines:
        line.shutdown(socket.SHUT_RDWR)
    for line in (*taken, *lines):
        line.close()


def test_another_system_behind_the_address_is_told_so(answering, monkeypatch):
    monkeypatch.setattr("synth_assets.sinks.mariadb.connection._WAITS", 0.3)
    web, silent = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), answering(b"")
    with pytest.raises(OutputError, match="what answers there is no MariaDB server"):
        apply_changes(request_of(type("Named", (), {"url": web}), patience=0.1))
    with pytest.raises(ConnectionLostError, match="can't be reached: it doesn't answer"):
        apply_changes(request_of(type("Named", (), {"url": silent}), patience=0.1))
    table = Project.here().domain("bronze").tables["raw_orders"]
    with (
        pytest.raises(UnjudgedError, match="what answers there is no MariaDB server"),
        open_mariadb(f"{web}::shop.raw_orders", table, ["raw_orders"], Patience(5.0)),
    ):
        pass


def test_mysql_itself_is_refused_as_nobody_tried_it(answering):
    body = (
        b"\x0a8.4.3\0" + bytes(4) + b"12345678\0" + b"\xff\xf7\x2d\x02\x00\xff\xdf\x15" + bytes(10) + b"123456789012\0"
    )
    body += b"mysql_native_password\0"
    greeting = len(body).to_bytes(3, "little") + b"\0" + body
    done = b"\x07\0\0\2" + b"\0\0\0\2\0\0\0"
    more = b"\x07\0\0\1" + b"\0\0\0\2\0\0\0"
    url = answering(greeting + done + more + more)
    with (
        pytest.raises(OutputError, match="is MySQL, and only MariaDB was tried"),
        maria_connected(maria_address(url + "?ssl-mode=disabled")),
    ):
        pass


@pytest.mark.parametrize(
    ("error", "kind", "told", "verdict"),
    [
        (pymysql.err.OperationalError(2013, f"Lost {CANARY}"), ConnectionLostError, "is lost: it closed", ELSE),
        (pymysql.err.InterfaceError(0, ""), ConnectionLostError, "is lost", ELSE),
        (BrokenPipeError("x"), ConnectionLostError, "is lost: it closed the connection", None),
        (pymysql.err.OperationalError(1021, "Disk full"), OutputError, "the server has no room left: Disk full.", ELSE),
        (pymysql.err.OperationalError(1142, "CREATE command denied"), OutputError, "the user may not do that", ELSE),
        (pymysql.err.OperationalError(1290, "--read-only"), OutputError, "it takes no writes", ELSE),
        (
            pymysql.err.DataError(1406, f"Data too long {CANARY}"),
            DataError,
            "refuses a row: Data too long …",
            CONTRADICTION,
        ),
        (pymysql.err.OperationalError(4025, "CONSTRAINT x failed"), DataError, "refuses a row", CONTRADICTION),
        (pymysql.err.ProgrammingError(1146, "Table 'a.b' doesn't exist"), OutputError, "Table 'a.b' doesn't", ELSE),
    ],
)
def test_what_the_server_says_is_told_with_how_to_go_on(error, kind, told, verdict):
    address = maria_address(f"mysql://me:{CANARY}@h/shop")
    with pytest.raises(kind, match=re.escape(told)) as found, maria_refusals(address, "shop/orders"):
        raise error
    assert type(found.value) is kind
    assert CANARY not in str(found.value)
    assert "\n  " in str(found.value)
    if verdict:
        assert maria_verdict(error) == verdict


def test_a_log_that_tells_no_rows_is_said_with_what_to_set():
    assert "binlog-format=ROW" in log_shortfalls(is_on=False, form="MIXED", image="FULL")[0]
    (mixed,) = log_shortfalls(is_on=True, form="MIXED", image="FULL")
    assert "SET GLOBAL binlog_format = 'ROW'" in mixed
    assert len(log_shortfalls(is_on=True, form="STATEMENT", image="MINIMAL")) == 2


def test_columns_that_mariadb_cant_hold_are_refused_before_a_server_is_asked():
    from synth_assets.usecases.load_columns import check_columns

    columns = (Column("id", INT64, ""), Column("ID", INT64, ""), Column("x" * 65, INT64, ""))
    table = Table("shop", "t", "", "", Key.of("id"), columns)
    with pytest.raises(UsageError, match=r"can't be loaded into MariaDB: x+ has a name of more than 64 characters"):
        check_columns(SERVER, table)


def test_a_statement_that_is_longer_than_the_server_takes_is_refused_before_it_hangs_up():
    connection = MariaConnection(None)
    connection.most_bytes = 1_024
    connection.check_length("é" * 500, "insert into t")
    with pytest.raises(DataError, match=r"insert into t: a row of 1,200 bytes is more than the server takes, 1,024"):
        connection.check_length("é" * 600, "insert into t")
