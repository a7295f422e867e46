# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "mysql-replication==1.0.17",
#     "pymysql==1.2.4",
# ]
# ///
"""Maxwell's envelope beside the real binlog of MariaDB: the same records in every field but for a published list.

    make proof ARGS=maxwell

A server of its own starts, and `synth changes apply` lets a database live through the batches of each case. What its
binlog says, as the library `mysql-replication` reads it, is told as Maxwell tells it, and compared with
`--envelope maxwell` of the same batches: the snapshot row for row, then transaction for transaction, in order, row for
row, cell for cell. The list is ``PUBLISHED``. `synth changes score` grades the tables besides. Needs Debian's
`mariadb-server`. Ends with status 1 if anything differs, with 2 if there is no server.
"""

import argparse
import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pymysqlreplication import BinLogStreamReader
from pymysqlreplication.event import XidEvent
from pymysqlreplication.row_event import DeleteRowsEvent, UpdateRowsEvent, WriteRowsEvent

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from synth_assets_tests.parity.mariadb_server import (  # noqa: E402 - stands in no package
    MariaServer,
    NoServerError,
    mariadb_server,
)

SYNTH = PROJECT / ".venv" / "bin" / "synth"

PUBLISHED = {
    "ts": "the server's clock; ours is the time in the dataset",
    "xid": "the server's number of a transaction; ours is that of the change log, and they ascend together",
    "no change": "an update that changes no cell isn't in a binlog; ours tells it, without old",
    "json": "MariaDB has JSON as LONGTEXT, so a cell is a text that holds it; ours is as MySQL's JSON type makes it",
    "notes": "a row of _synth_transactions at the end of each transaction, and _synth_manifest: no part of the dataset",
    "base": "the snapshot is loaded in a transaction a table; ours is one transaction",
}
"""What differs, and why; everything else is compared."""

_SHOP = ["bronze", "--customers", "400", "--products", "120", "--orders", "300", "--days", "20"]
_OF_A_TENANT = ["--products-per-tenant", "20", "--orders-per-tenant", "150", "--customers-per-tenant", "20"]

CASES: dict[str, list[str]] = {
    "bronze seed 42": _SHOP,
    "bronze seed 7": [*_SHOP, "--seed", "7"],
    "marketplace": ["marketplace", "--tenants", "3", *_OF_A_TENANT],
    "devdata": ["devdata", "--preset", "small"],
    "library": ["library", "--size", "200"],
}
BATCHES = 14

Row = dict[str, Any]


@dataclass
class Case:
    """A case under way.

    Attributes:
        name: what it is called.
        words: domain and volumes.
        found: kind of difference → places.
        counted: what was compared.
    """

    name: str
    words: list[str]
    found: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Count something that was compared."""
        self.counted[what] = self.counted.get(what, 0) + number


def main() -> int:
    """Compare every case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=len(CASES), help="how many of the cases")
    asked = parser.parse_args()
    wrong = 0
    try:
        with mariadb_server("--innodb-flush-log-at-trx-commit=2") as server:
            for name, words in list(CASES.items())[: asked.cases]:
                case, start = Case(name, words), time.monotonic()
                with tempfile.TemporaryDirectory() as home:
                    _judge(server, case, Path(home))
                wrong += len(case.found)
                figures = {**case.counted, "differing": len(case.found), "s": round(time.monotonic() - start, 1)}
                print(json.dumps({"case": name, **figures}), flush=True)
                for place in case.found[:5]:
                    print(f"  {place}", flush=True)
    except NoServerError as error:
        print(error, file=sys.stderr)
        return 2
    return int(wrong > 0)


def _judge(server: MariaServer, case: Case, home: Path) -> None:
    """Let a database live, and compare its log with ours."""
    domain = case.words[0]
    (home / "synth.toml").touch()
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS `{domain}`")
        cursor.execute("RESET MASTER")
    batches = ["--batches", f"1..{BATCHES}"]
    apply = ["changes", "apply", *case.words, *batches, "--as-fast-as-possible", "--quiet", "--to", server.url()]
    _synth(home, *apply)
    told = ["--envelope", "maxwell", "--base-as", "insert", "--output-dir", "feed"]
    _synth(home, "changes", "generate", *case.words, *batches, *told)
    score = ["changes", "score", *case.words, "--at", str(BATCHES), "--quiet", "--candidate", server.url()]
    for line in _synth(home, *score).splitlines():
        case.count("tables that score passes")
        if ": Passed: " not in line:
            case.found.append(f"score: {line}")
    theirs = list(_transactions(server, domain))
    base = [one for one in theirs if one.batch is None]
    lives = [one for one in theirs if one.batch is not None]
    ours = list(_ours(home / "feed"))
    _compare_base(case, ours[0], base)
    _compare_transactions(case, ours[1:], lives)


def _synth(home: Path, *words: str) -> str:
    return subprocess.run([SYNTH, *words], cwd=home, check=True, stdout=subprocess.PIPE, text=True).stdout


# The server's log


@dataclass
class Transaction:
    """A transaction of the binlog.

    Attributes:
        xid: the server's number.
        batch: of the note in it; ``None`` if there is none.
        tx_id: likewise.
        records: as Maxwell would tell them, without place and time.
    """

    xid: int
    batch: int | None
    tx_id: int | None
    records: list[Row]


def _transactions(server: MariaServer, database: str) -> Iterator[Transaction]:
    """What the binlog has of a database, transaction by transaction."""
    columns = _columns(server, database)
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW BINARY LOGS")
        first = cursor.fetchall()[0][0]
    settings = {"host": server.host, "port": server.port, "user": server.user, "passwd": ""}
    stream = BinLogStreamReader(
        connection_settings=settings,
        server_id=77,
        enable_logging=False,
        log_file=first,
        log_pos=4,
        only_events=[WriteRowsEvent, UpdateRowsEvent, DeleteRowsEvent, XidEvent],
    )
    records: list[Row] = []
    note: Row = {}
    try:
        for event in stream:
            if isinstance(event, XidEvent):
                if records or note:
                    yield Transaction(event.xid, note.get("batch"), note.get("tx_id"), records)
                records, note = [], {}
            elif event.schema == database and event.table == "_synth_transactions":
                note = event.rows[0]["values"]
            elif event.schema == database and event.table != "_synth_manifest":
                records += [_record(event, row, columns[event.table]) for row in event.rows]
    finally:
        stream.close()


def _columns(server: MariaServer, database: str) -> dict[str, dict[str, str]]:
    """Table → column → type; ``json`` where a column is checked to be that."""
    found: dict[str, dict[str, str]] = {}
    with server.connect() as connection, connection.cursor() as cursor:
        query = "SELECT table_name, column_name, column_type FROM information_schema.columns WHERE table_schema = %s"
        cursor.execute(query + " ORDER BY table_name, ordinal_position", (database,))
        for table, name, kind in cursor.fetchall():
            found.setdefault(table, {})[name] = kind
        query = "SELECT table_name, constraint_name FROM information_schema.check_constraints"
        cursor.execute(query + " WHERE constraint_schema = %s AND check_clause LIKE 'json_valid%%'", (database,))
        for table, name in cursor.fetchall():
            found[table][name] = "json"
    return found


def _record(event: Any, row: Row, kinds: dict[str, str]) -> Row:
    """A row's event as Maxwell tells it."""
    kind = {WriteRowsEvent: "insert", UpdateRowsEvent: "update", DeleteRowsEvent: "delete"}[type(event)]
    after = {name: _told(cell, kinds[name]) for name, cell in (row.get("values") or row["after_values"]).items()}
    record: Row = {"database": event.schema, "table": event.table, "type": kind, "data": after}
    if kind == "update":
        before = {name: _told(cell, kinds[name]) for name, cell in row["before_values"].items()}
        record["old"] = {name: cell for name, cell in before.items() if cell != after[name]}
    return record


def _told(cell: Any, kind: str) -> Any:
    """A cell of a column as Maxwell makes it."""
    if isinstance(cell, datetime):
        digits = int(kind.partition("(")[2].rstrip(")") or 0)
        fraction = f".{cell.microsecond:06d}"[: digits + 1] if digits else ""
        return cell.strftime("%Y-%m-%d %H:%M:%S") + fraction
    if isinstance(cell, bytes) and kind.partition("(")[0].endswith(("blob", "binary")):
        return base64.b64encode(cell).decode()
    if isinstance(cell, bytes):
        cell = cell.decode()
    if isinstance(cell, str) and kind == "json":  # PUBLISHED: json
        return json.loads(cell, parse_float=Decimal)
    if isinstance(cell, float):
        return Decimal(repr(cell))
    return str(cell) if isinstance(cell, date | timedelta) else cell


# Ours


def _ours(feed: Path) -> Iterator[list[Row]]:
    """The transactions of a feed, in order; the base is the first."""
    records: list[Row] = []
    for path in sorted((feed / "maxwell").glob("batch-*.ndjson")):
        for line in path.read_text(encoding="utf-8").splitlines():
            records.append(json.loads(line, parse_float=Decimal))
            if records[-1].get("commit"):
                yield records
                records = []
    if records:
        raise RuntimeError("the last transaction of our feed has no end")


def _bare(record: Row) -> Row:
    """A record without what says where and when it is."""
    return {name: value for name, value in record.items() if name not in {"ts", "xid", "xoffset", "commit"}}


# Comparing


def _compare_base(case: Case, ours: list[Row], theirs: list[Transaction]) -> None:
    case.count("transactions of the snapshot", len(theirs))
    told = [record for one in theirs for record in one.records]  # PUBLISHED: base
    # Which table comes first isn't told anywhere: by table, and in order within it.
    tables = sorted({record["table"] for record in (*ours, *told)})
    for table in tables:
        mine = [_bare(one) for one in ours if one["table"] == table]
        yours = [one for one in told if one["table"] == table]
        for number, (one, other) in enumerate(zip_longest(mine, yours)):
            case.count("rows of the snapshot")
            _compare(case, f"snapshot, {table}, row {number}", one, other)


def _compare_transactions(case: Case, ours: list[list[Row]], theirs: list[Transaction]) -> None:
    last = 0
    for mine, one in zip_longest(ours, theirs):
        case.count("transactions")
        if mine is None or one is None:
            case.found.append(f"transaction {case.counted['transactions']} is there once only")
            continue
        where = f"batch {one.batch}, xid {mine[0]['xid']}"
        if {record["xid"] for record in mine} != {one.tx_id} or one.xid <= last:  # PUBLISHED: xid
            case.found.append(f"{where}: its note says {one.tx_id}, its number is {one.xid} after {last}")
        last = one.xid
        places = [record.get("xoffset") for record in mine]
        if places != [*range(len(mine) - 1), None] or mine[-1].get("commit") is not True:
            case.found.append(f"{where}: its places are {places}")
        told = [record for record in mine if record["type"] != "update" or "old" in record]  # PUBLISHED: no change
        case.count("updates without a change", len(mine) - len(told))
        for number, (record, other) in enumerate(zip_longest(map(_bare, told), one.records)):
            case.count("records")
            _compare(case, f"{where}, {number}", record, other)


def _compare(case: Case, where: str, mine: Row | None, yours: Row | None) -> None:
    if mine is None or yours is None:
        case.found.append(f"{where}: only {'the binlog' if mine is None else 'ours'} has {mine or yours}")
        return
    case.count("cells", sum(len(mine.get(part, {})) for part in ("data", "old")))
    if mine == yours and list(mine["data"]) == list(yours["data"]):
        return
    for part in ("data", "old"):
        a, b = mine.get(part, {}), yours.get(part, {})
        case.found += [
            f"{where}: {part} {name}: ours {a.get(name, 'none')!r}, the binlog's {b.get(name, 'none')!r}"
            for name in (*a, *(one for one in b if one not in a))
            if a.get(name, "none") != b.get(name, "none")
        ]
    if {name: mine[name] for name in ("database", "table", "type")} != {
        name: yours[name] for name in ("database", "table", "type")
    }:
        case.found.append(f"{where}: {mine} and {yours}")
    elif list(mine["data"]) != list(yours["data"]):
        case.found.append(f"{where}: the columns come in another order")


if __name__ == "__main__":
    sys.exit(main())
