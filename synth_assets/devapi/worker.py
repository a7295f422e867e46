"""The process in which `/execute` runs a SELECT: it has the tables of a database open, and can open nothing else.

Started by :mod:`synth_assets.devapi.workers` as a script of its own, with nothing of the server's environment. It
imports the standard library and DuckDB alone. Four walls stand behind each other:

1. A statement is read by DuckDB's own parser, and its tree has only what :class:`Allowed` lets pass: one SELECT of our
   tables, without functions that look at or change anything else.
2. The connection is read-only, closed to everything outside, and its configuration is locked.
3. The process may open no more files and sockets, write no file, and take no more memory than a limit.
4. Whoever started it kills it after a few seconds.

What it is asked and what it answers are messages with their length before them; see :func:`main`.
"""

import ctypes
import datetime as dt
import decimal
import json
import math
import os
import re
import resource
import signal
import struct
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO

import duckdb

OK, REFUSED, LIMIT, READY, UNOPENED = b"o", b"r", b"l", b"y", b"u"
"""The first byte of an answer: rows, a statement that isn't run, a limit, or how opening the database went."""

LENGTH = struct.Struct(">I")
"""What stands before a message."""

MOST_BYTES = 32 << 20
"""Of an answer; of a cell in it, too."""

_EXACT = (1 << 53) - 1
"""The largest whole number that every reader of JSON keeps."""

_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_SOURCES = {"EMPTY", "BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "PIVOT"}
_MODIFIERS = {"LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "ORDER_MODIFIER", "DISTINCT_MODIFIER"}
_ORDERS = {"ORDER_DEFAULT", "ASCENDING", "DESCENDING"}
_CLASSES = {
    *("STAR", "CONSTANT", "COLUMN_REF", "FUNCTION", "CAST", "CASE", "COMPARISON", "CONJUNCTION", "OPERATOR"),
    *("SUBQUERY", "WINDOW", "BETWEEN", "COLLATE", "LAMBDA", "LAMBDA_REF", "POSITIONAL_REFERENCE", "TYPE"),
}
_TABLE_FUNCTIONS = {"range", "generate_series", "unnest"}
_WINDOWS = {
    *("row_number", "rank", "dense_rank", "rank_dense", "percent_rank", "cume_dist", "ntile", "lag", "lead"),
    *("first_value", "last_value", "nth_value", "fill", "first", "last"),
}
_RANDOM = {"random", "uuid", "uuidv4", "uuidv7", "gen_random_uuid", "error"}
"""What differs from call to call and does nothing besides."""

_CATALOG = re.compile(r"__|pg_|has_|inet_|parse_duckdb|json_(de)?serialize|json_execute|duckdb_|pragma_")
_CATALOG_NAMES = {
    *("current_setting", "getvariable", "getenv", "current_query", "txid_current", "in_search_path", "get_block_size"),
    *("col_description", "obj_description", "shobj_description", "format_type", "format_pg_type", "map_to_pg_oid"),
    *("query", "query_table", "current_schemas", "stats", "icu_sort_key", "version", "index_key"),
    *("combine", "finalize", "to_aggregate_state", "variant_bytes_to_variant"),  # take bytes as they are
}
_NAME = re.compile(r"[^\W\d]\w{0,62}")

# What is set before anything else is asked, and can't be set afterwards.
_CLOSED = """
    SET GLOBAL python_enable_replacements = false;
    SET GLOBAL autoinstall_known_extensions = false;
    SET GLOBAL autoload_known_extensions = false;
    SET GLOBAL allow_community_extensions = false;
    SET GLOBAL TimeZone = 'UTC';
    SET GLOBAL threads = 1;
    SET GLOBAL temp_directory = '';
    SET GLOBAL enable_external_access = false;
    SET GLOBAL disabled_filesystems = 'LocalFileSystem';
    SET GLOBAL memory_limit = '{memory}MB';
    SET GLOBAL lock_configuration = true;
"""

_WARMING = """
    SELECT now(), current_date, 1.5::DECIMAL(9, 2), uuid(), INTERVAL 1 DAY, encode('é'), [1], {'a': 1}, MAP {1: 2},
        TIMESTAMP '2026-01-01', TIME '01:02:03', 170141183460469231731687303715884105727, 'x' COLLATE de,
        strftime(now(), '%A'), regexp_replace('a', 'b', 'c'), TIMETZ '01:02:03+00'
"""
"""What makes Python and DuckDB load all they need, while they can."""


class RefusedError(Exception):
    """A statement isn't run; says why."""


class LimitError(Exception):
    """Something is more than is allowed; says what."""


class Allowed:
    """What a statement may have.

    Args:
        connection: of the database.
        tables: the names of the tables that may be read.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
        self.tables = {name.lower() for name in tables}
        there = connection.execute(
            "SELECT lower(table_name) FROM duckdb_tables() UNION SELECT lower(view_name) FROM duckdb_views()"
        ).fetchall()
        self.others = {name for (name,) in there} - self.tables
        known = connection.execute(
            "SELECT lower(function_name), bool_and(internal), bool_or(coalesce(stability, '') = 'VOLATILE')"
            " FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro') GROUP BY ALL"
        ).fetchall()
        self.functions = {
            name
            for name, is_internal, is_volatile in known
            if is_internal and (not is_volatile or name in _RANDOM) and not _is_of_the_catalog(name)
        } | {"count_star", "unnest", "unlist", "coalesce", "struct_pack", "list_value", "row", "grouping"}
        self.windows = self.functions | _WINDOWS

    def check(self, tree: Mapping[str, Any]) -> None:
        """Look through the tree of what was asked.

        Raises:
            RefusedError: there is something else in it.
        """
        statements = tree["statements"]
        if len(statements) != 1:
            raise RefusedError(f"there are {len(statements) or 'no'} statements in it; one SELECT is run")
        parts = list(_parts(statements[0]))
        own = {name.lower() for part in parts for name in _ctes(part)}
        for name in own:
            if name in self.others or not _NAME.fullmatch(name):
                raise RefusedError(f"a WITH query can't be called {name[:100]!r} here")
        for part in parts:
            self._check(part, own)

    def _check(self, part: Mapping[str, Any], own: set[str]) -> None:
        kind, of = part.get("type"), part.get("class")
        if "query_node" in part or "cte_map" in part:
            nodes = [part.get("query_node") or part]
            for node in nodes:
                if not isinstance(node, Mapping) or node.get("type") not in _NODES:
                    raise RefusedError(f"only SELECT is run, also within WITH, and there is a {_said(node)}")
        if of is not None:
            self._check_expression(str(of), part)
        elif isinstance(kind, str):
            self._check_source(kind, part, own)

    def _check_expression(self, of: str, part: Mapping[str, Any]) -> None:
        if part.get("type") == "VALUE_PARAMETER" or of == "PARAMETER":
            raise RefusedError("it has parameters, and there are no values for them")
        if of not in _CLASSES:
            raise RefusedError(f"there is a {of[:100]} in it, which isn't allowed")
        if of in {"FUNCTION", "WINDOW"}:
            name = str(part.get("function_name", "")).lower()
            if name not in (self.windows if of == "WINDOW" else self.functions):
                raise RefusedError(f"function {name[:100]!r} is not one that may be used here")

    def _check_source(self, kind: str, part: Mapping[str, Any], own: set[str]) -> None:
        if kind not in _NODES | _SOURCES | _MODIFIERS | _ORDERS:
            raise RefusedError(f"there is a {kind[:100]} in it; only SELECT is run")
        if kind == "TABLE_FUNCTION":
            name = str(part["function"].get("function_name", "")).lower()
            if name not in _TABLE_FUNCTIONS:
                raise RefusedError(f"table function {name[:100]!r} is not one that may be used here")
        if kind == "BASE_TABLE":
            path = [str(step) for step in part["qualified_name"]["path"]]
            name = path[-1].lower()
            if not (name in self.tables and path[-2:-1] in ([], ["main"])) and not (name in own and len(path) == 1):
                listed = ", ".join(sorted(self.tables)) or "none"
                raise RefusedError(f"there is no table {'.'.join(path)[:100]!r} to read; there are: {listed}")


def _is_of_the_catalog(name: str) -> bool:
    return bool(_CATALOG.match(name)) or name in _CATALOG_NAMES


def _said(node: object) -> str:
    kind = str(node.get("type", "")) if isinstance(node, Mapping) else ""
    return kind.removesuffix("_QUERY_NODE")[:100] or "statement of another kind"


def _ctes(part: Mapping[str, Any]) -> Iterator[str]:
    """The names that a WITH gives."""
    for entry in (part.get("cte_map") or {}).get("map", ()):
        yield str(entry["key"])


def _parts(tree: object) -> Iterator[Mapping[str, Any]]:
    """All objects of a tree; constants have nothing inside that is looked at."""
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            yield one
            if one.get("class") != "CONSTANT":
                waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def opened(path: str, tables: Sequence[str], megabytes: int) -> tuple[duckdb.DuckDBPyConnection, Allowed]:
    """The database, read-only and closed to all else; from now on this process opens nothing more."""
    connection = duckdb.connect(path, read_only=True)
    allowed = Allowed(connection, tables)
    connection.execute(_CLOSED.format(memory=megabytes))
    connection.execute("SELECT json_serialize_sql(?)", ["SELECT 1"]).fetchall()
    json.dumps([as_json(cell) for cell in connection.execute(_WARMING).fetchall()[0]])
    _shut(megabytes)
    return connection, allowed


def _shut(megabytes: int) -> None:
    own = _data_bytes()  # to be read while a file can be opened
    for what in ("RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NOFILE"):
        _limit(what, 0)
    _limit("RLIMIT_DATA", own + (megabytes << 20))


def _limit(what: str, most: int) -> None:
    with suppress(ValueError, OSError):  # some systems don't have it, or not this low
        resource.setrlimit(getattr(resource, what), (most, most))


_PR_SET_PDEATHSIG = 1
_STATUS = "/proc/self/status"


def _data_bytes() -> int:
    """What the process has of its own memory by now; a lot where the system doesn't say."""
    with suppress(OSError, ValueError), open(_STATUS, encoding="ascii") as file:  # noqa: PTH123 — one import more
        for line in file:
            if line.startswith("VmData:"):
                return int(line.split()[1]) << 10
    return 1 << 30


def answer(connection: duckdb.DuckDBPyConnection, allowed: Allowed, query: str, most_rows: int) -> bytes:
    """The rows that a query finds, as JSON.

    Raises:
        RefusedError: it isn't run, or DuckDB doesn't understand it.
        LimitError: there is too much of it.
    """
    try:
        with connection.cursor() as cursor:
            (text,) = cursor.execute("SELECT json_serialize_sql(?)", [query]).fetchall()[0]
            tree = json.loads(text)
            if tree["error"]:
                raise RefusedError(_parsed(tree))
            allowed.check(tree)
        with connection.cursor() as cursor:
            found = cursor.execute(query)
            columns = [{"name": one[0], "type": str(one[1])} for one in found.description or ()]
            return _written(columns, found, most_rows)
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise LimitError("memory") from error
    except RecursionError as error:
        raise RefusedError("it is nested too deeply") from error
    except duckdb.Error as error:
        raise RefusedError(_first_line(error)) from error


def _parsed(tree: Mapping[str, Any]) -> str:
    if tree.get("error_type") == "not implemented":
        return "only SELECT is run"
    return str(tree.get("error_message", "it can't be read"))[:500]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:500]


def _written(columns: Sequence[Mapping[str, str]], found: duckdb.DuckDBPyConnection, most_rows: int) -> bytes:
    pieces: list[str] = []
    count = size = 0
    while rows := found.fetchmany(min(1_000, most_rows + 1 - count)):
        count += len(rows)
        if count > most_rows:
            raise LimitError("rows")
        pieces += [json.dumps([as_json(cell) for cell in row], ensure_ascii=False) for row in rows]
        size += sum(map(len, pieces[-len(rows) :]))
        if size > MOST_BYTES // 4:
            raise LimitError("bytes")
    head = json.dumps({"columns": columns, "row_count": count}, ensure_ascii=False)
    return f'{head[:-1]}, "rows": [{", ".join(pieces)}]}}'.encode("utf-8", "replace")


def as_json(cell: Any) -> Any:  # noqa: PLR0911 — a line a kind
    """A value as JSON has it; what JSON has no place for is text."""
    if cell is None or isinstance(cell, bool | str):
        return cell
    if isinstance(cell, int):
        return cell if -_EXACT <= cell <= _EXACT else str(cell)
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, bytes | bytearray | memoryview):
        return bytes(cell).hex()
    if isinstance(cell, Mapping):
        return {str(key): as_json(value) for key, value in cell.items()}
    if isinstance(cell, list | tuple):
        return [as_json(one) for one in cell]
    return str(cell) if isinstance(cell, decimal.Decimal | uuid.UUID | dt.timedelta) else repr(cell)


def _received(stream: BinaryIO) -> Any:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        os._exit(0)  # whoever asked is gone
    return json.loads(stream.read(*LENGTH.unpack(head)))


def _sent(stream: BinaryIO, kind: bytes, body: bytes) -> None:
    stream.write(LENGTH.pack(len(body) + 1) + kind + body)
    stream.flush()


def _end_with_the_server() -> None:
    """Also if that is killed while a query runs; on Linux, where the system does it."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """Take what to open, and then query after query, until nobody asks any more."""
    _end_with_the_server()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    asked = _received(source)
    try:
        connection, allowed = opened(asked["path"], asked["tables"], asked["megabytes"])
    except Exception as error:  # noqa: BLE001 — whatever it is, it is told
        _sent(target, UNOPENED, _first_line(error).encode("utf-8", "replace"))
        return
    _sent(target, READY, b"")
    while True:
        query = _received(source)
        try:
            _sent(target, OK, answer(connection, allowed, query, asked["most_rows"]))
        except RefusedError as error:
            _sent(target, REFUSED, str(error).encode("utf-8", "replace"))
        except LimitError as error:
            _sent(target, LIMIT, str(error).encode())
        except Exception as error:  # noqa: BLE001 — a cell that Python has no value for
            _sent(target, REFUSED, f"the answer can't be written: {_first_line(error)}".encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
