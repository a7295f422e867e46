"""Stored files of the marketplace as tables of DuckDB, each file judged by itself on the way.

    tenants.csv
    customers_<tenant_id>.ndjson            products_<tenant_id>_chunk_0000.ndjson, and so for all other tables

with ``.csv`` or ``.parquet`` for ``.ndjson``, and ``.gz`` at the end where it is compressed; tenants are in CSV, or in
Parquet where all is. Written from the specification, sharing no code with the generator: text is read by Python's own
readers.
"""

import csv
import gzip
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from synth_assets_tests.oracles.marketplace_rules import COLUMNS, OF_TENANTS, SQL_TYPE, TABLES

Row = dict[str, Any]

ARROW: Final = {
    "uuid": pa.large_string(),
    "text": pa.large_string(),
    "money": pa.decimal128(12, 2),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
}
#: What is one tenant's alone wherever it stands in a text: UUIDs, e-mail addresses and hashes.
THINGS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9._-]+@[a-z.]+|[0-9a-f]{64}")
#: How a cell must be written in CSV, and moments in NDJSON too.
FORM: Final = {
    "integer": re.compile(r"-?(0|[1-9][0-9]*)"),
    "boolean": re.compile(r"true|false"),
    "money": re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]{2}"),
    "timestamp": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?"),
}
_CELL: Final[dict[str, Callable[[str], Any]]] = {
    "integer": int,
    "boolean": "true".__eq__,
    "money": Decimal,
    "timestamp": datetime.fromisoformat,
}
#: What a value of JSON is, by kind.
_JSON: Final = {"uuid": str, "text": str, "money": Decimal, "integer": int, "boolean": bool, "timestamp": str}


def arrow_type(kind: str | dict[str, str]) -> pa.DataType:
    """The type of a column's cells."""
    if isinstance(kind, dict):
        return pa.struct([(name, arrow_type(of)) for name, of in kind.items()])
    return ARROW[kind.rstrip("?")]


def sql_type(kind: str | dict[str, str]) -> str:
    """The type of a column in DuckDB."""
    if isinstance(kind, dict):
        return f"STRUCT({', '.join(f'{name} {sql_type(of)}' for name, of in kind.items())})"
    return SQL_TYPE[kind.rstrip("?")]


SCHEMA: Final = {
    table: pa.schema([(name, arrow_type(kind)) for name, kind in columns.items()]) for table, columns in COLUMNS.items()
}


def load_files(connection: duckdb.DuckDBPyConnection, root: Path, ending: str) -> None:
    """Make one table of each table's files in the document's own layout.

    Args:
        connection: gets the tables.
        root: the folder.
        ending: ``ndjson``, ``csv`` or ``parquet``, with ``.gz`` where it is compressed.

    Raises:
        ValueError: a file is missing, is of another tenant or has another name than the document says, has other
            columns, or a cell is not written in the form of its type.
    """
    packed = ".gz" if ending.endswith(".gz") else ""
    if ending == "parquet":
        connection.execute(f"CREATE OR REPLACE VIEW tenants AS FROM read_parquet('{root}/tenants.parquet')")
    else:
        _fill(connection, "tenants", list(_read(root / f"tenants.csv{packed}", "tenants")))
    ids = [str(tenant) for (tenant,) in connection.execute("SELECT tenant_id FROM tenants").fetchall()]
    known: set[str] = set()
    for table in OF_TENANTS:
        parts = [_parts(root, table, tenant, ending) for tenant in ids]
        known |= {part.name for files in parts for part in files}
        if ending == "parquet":
            connection.execute(
                f"CREATE OR REPLACE VIEW {table} AS FROM read_parquet("
                f"{[str(part) for files in parts for part in files]}, hive_partitioning = false)"
            )
            for tenant, files in zip(ids, parts, strict=True):
                _judge_tenants(files, tenant, (_tenants(part) for part in files))
            continue
        rows = []
        for tenant, files in zip(ids, parts, strict=True):
            read = [list(_read(part, table)) for part in files]
            _judge_tenants(files, tenant, ({row["tenant_id"] for row in one} for one in read))
            rows += [row for one in read for row in one]
        _fill(connection, table, rows)
    strange = sorted(one.name for one in root.glob(f"*_*{ending}") if one.name not in known and one.name[0] != "_")
    if strange:
        message = f"{root} has files of no tenant: {strange[:3]}"
        raise ValueError(message)


def load_database(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Attach a DuckDB file read-only; one view per table of its schema ``marketplace``."""
    connection.execute(f"ATTACH '{file}' AS stored (READ_ONLY)")
    for table in TABLES:
        connection.execute(f"CREATE OR REPLACE VIEW {table} AS FROM stored.marketplace.{table}")


def load_sqlite(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Make one table of each table of a SQLite file, whose columns of JSON are text and whose money is REAL.

    Raises:
        ValueError: a table has other columns, or a cell is not written in the form of its type.
    """
    with closing(sqlite3.connect(file)) as stored:
        for table, columns in COLUMNS.items():
            found = stored.execute(f"SELECT * FROM {table}")
            _same([one[0] for one in found.description], columns)
            lines = [
                [_written(cell, kind) for cell, kind in zip(line, columns.values(), strict=True)] for line in found
            ]
            _fill(connection, table, [_of_csv(line, columns) for line in lines])


def _written(cell: Any, kind: str | dict[str, str]) -> str:
    """A cell of SQLite as CSV has it; money of more than two digits keeps all of them."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if kind == "boolean":
        return {0: "false", 1: "true"}[cell]
    return f"{cell:.2f}" if isinstance(cell, float) and round(cell, 2) == cell else repr(cell)


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    connection.register("rows_of_it", pa.Table.from_pylist(rows, SCHEMA[table]))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS FROM rows_of_it")
    connection.unregister("rows_of_it")


def _parts(root: Path, table: str, tenant: str, ending: str) -> list[Path]:
    """A tenant's files of a table: one, or chunks numbered from 0000."""
    if table == "customers":
        files = [root / f"{table}_{tenant}.{ending}"]
    else:
        count = len(list(root.glob(f"{table}_{tenant}_chunk_*.{ending}")))
        files = [root / f"{table}_{tenant}_chunk_{place:04}.{ending}" for place in range(max(count, 1))]
    for file in files:
        if not file.is_file():
            message = f"{file} is not there"
            raise ValueError(message)
    return files


def _tenants(file: Path) -> set[str]:
    return set(pq.ParquetFile(file).read(["tenant_id"], use_threads=False)["tenant_id"].to_pylist())


def _judge_tenants(files: list[Path], tenant: str, found: Iterator[set[str]]) -> None:
    for file, ids in zip(files, found, strict=True):
        if ids - {tenant}:
            message = f"{file.name} holds rows of {sorted(ids - {tenant})}"
            raise ValueError(message)


def _read(file: Path, table: str) -> Iterator[Row]:
    packed = file.read_bytes()
    if file.suffix == ".gz":
        # Neither a time nor a name: the bytes are the same from run to run.
        if packed[:4] != b"\x1f\x8b\x08\x00" or packed[4:8] != bytes(4):
            message = f"{file.name} has a time or a name in its head"
            raise ValueError(message)
        packed = gzip.decompress(packed)
    text = packed.decode("utf-8")
    read = _csv if ".csv" in file.suffixes else _ndjson
    for place, row in enumerate(read(text, table), start=1):
        try:
            yield row()
        except (ValueError, TypeError) as error:
            message = f"{file.name}, row {place}: {error}"
            raise ValueError(message) from error


def _csv(text: str, table: str) -> Iterator[Callable[[], Row]]:
    header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    _same(header, COLUMNS[table])
    for line in lines:
        yield lambda line=line: _of_csv(line, COLUMNS[table])


def _of_csv(line: list[str], columns: Mapping[str, str | dict[str, str]]) -> Row:
    row: Row = {}
    for cell, (name, kind) in zip(line, columns.items(), strict=True):
        if isinstance(kind, dict):
            row[name] = _object(json.loads(cell, parse_float=Decimal), kind) if cell else None
        else:
            row[name] = _cell(name, cell, kind.rstrip("?")) if cell else None
    return row


def _ndjson(text: str, table: str) -> Iterator[Callable[[], Row]]:
    for line in text.splitlines():
        yield lambda line=line: _object(json.loads(line, parse_float=Decimal), COLUMNS[table])


def _object(given: Any, columns: Mapping[str, str | dict[str, str]]) -> Row:
    """A JSON object with exactly these names, in their order, and values of their kinds."""
    if not isinstance(given, dict):
        message = f"{given!r} is no JSON object"
        raise TypeError(message)
    _same(list(given), columns)
    row: Row = {}
    for name, kind in columns.items():
        value = given[name]
        if isinstance(kind, dict):
            value = value if value is None else _object(value, kind)
        elif value is not None:
            value = _value(name, value, kind.rstrip("?"))
        row[name] = value
    return row


def _value(name: str, value: Any, kind: str) -> Any:
    if type(value) is not _JSON[kind]:
        message = f"{name} {value!r} is not written as {kind}"
        raise TypeError(message)
    if kind == "money" and value.as_tuple().exponent != -2:
        message = f"{name} {value} has not two digits after its point"
        raise ValueError(message)
    return _cell(name, value, kind) if kind == "timestamp" else value


def _cell(name: str, cell: str, kind: str) -> Any:
    if kind not in FORM:
        return cell
    if not FORM[kind].fullmatch(cell):
        message = f"{name} {cell!r} is not in the form of {kind}"
        raise ValueError(message)
    return _CELL[kind](cell)


def _same(found: list[str], columns: Mapping[str, object]) -> None:
    if found != list(columns):
        message = f"found {found}, not {list(columns)}"
        raise ValueError(message)
