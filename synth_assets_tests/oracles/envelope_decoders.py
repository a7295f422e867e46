"""Each envelope read back to events and rows, in plain Python, from the tools' descriptions alone.

An event is a dict with ``table``, ``op``, ``before`` and ``after`` (dicts of cells, or ``None``) and what else
the envelope carries of the log: ``lsn``, ``tx_id``, ``tx_seq``, ``tx_total``, ``commit_ts``. DMS has no ``before``
of updates, so its events have no such entry.
"""

import csv
import json
import struct
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pyarrow.parquet as pq

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def cell(column, value):  # noqa: PLR0911 - one kind of cell after the other
    """A cell from JSON or CSV, as Python has it; times and decimals in any of the tools' forms."""
    kind = column.type.kind
    if value is None or (kind != "string" and value == ""):
        return None
    if kind == "decimal":
        return Decimal(value)
    if kind == "date":
        return date(1970, 1, 1) + timedelta(days=value) if isinstance(value, int) else date.fromisoformat(value)
    if kind == "timestamp":
        found = EPOCH + timedelta(milliseconds=value) if isinstance(value, int) else datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC if "UTC" in column.type.name else None)
    if kind == "boolean":
        return {"true": True, "false": False, "1": True, "0": False, 1: True, 0: False}[value]
    if kind == "integer":
        return int(value)
    return float(value) if kind == "float" else value


def row(table, values):
    return None if values is None else {column.name: cell(column, values[column.name]) for column in table.columns}


def lines(path):
    return [json.loads(line, parse_float=Decimal) for line in Path(path).read_text().split("\n")[:-1]]


# Debezium


def check_key(table, record, image):
    """A record's key has the key's columns in the key's order, which need not be the table's; or there is none."""
    assert list((record["key"] or {}).items()) == [(name, image[name]) for name in table.key.columns]
    assert record["key"] != {}


def debezium(root, tables, batch):
    """Events of all topics in order of their LSN, checked against the topic of transactions."""
    counts, boundaries = {}, lines(root / f"synth.transaction/batch-{batch:05d}.ndjson")
    done = batch << 40
    for begin, end in zip(boundaries[::2], boundaries[1::2], strict=True):
        (number, first), (same, last) = (map(int, one["value"]["id"].split(":")) for one in (begin, end))
        assert (number, first) == (same, done + 1)
        done = last
        assert all(one["key"] == {"id": one["value"]["id"]} for one in (begin, end))
        assert (begin["value"]["status"], end["value"]["status"]) == ("BEGIN", "END")
        assert begin["value"]["ts_ms"] == end["value"]["ts_ms"]
        collections = {one["data_collection"]: one["event_count"] for one in end["value"]["data_collections"]}
        assert sum(collections.values()) == end["value"]["event_count"]
        assert last - first + 1 == end["value"]["event_count"]
        counts[number] = (end["value"]["event_count"], collections)
    events = []
    for name, table in tables.items():
        topic = f"synth.{table.domain}.{name}"
        events += _debezium_topic(table, lines(root / topic / f"batch-{batch:05d}.ndjson"), counts)
    return sorted(events, key=lambda event: event["lsn"])


def _debezium_topic(table, records, counts):
    found, seen, at = [], {}, 0
    while at < len(records):
        record = records[at]
        value, headers = record["value"], record["headers"]
        source, transaction = value["source"], value["transaction"]
        before, after = value["before"], value["after"]
        at += 1
        if value["op"] == "d":
            assert records[at] == {"key": record["key"], "value": None, "headers": headers}  # the tombstone
            at += 1
        op = {"c": "insert", "u": "update", "d": "delete"}[value["op"]]
        if "__debezium.newkey" in headers:
            created = records[at]
            at += 1
            assert created["key"] == headers["__debezium.newkey"]
            assert created["headers"] == {"__debezium.oldkey": record["key"]}
            assert created["value"] == {**value, "before": None, "after": created["value"]["after"], "op": "c"}
            op, after = "update", created["value"]["after"]
        image = before if op == "delete" or headers else after
        check_key(table, record, image)
        if op == "update":
            after = {k: before[k] if v == "__debezium_unavailable_value" else v for k, v in after.items()}
        number, at_lsn = map(int, transaction["id"].split(":"))
        total, collections = counts[number]
        place = seen.setdefault(number, 0) + 1
        seen[number] = place
        assert transaction["data_collection_order"] == place <= collections[f"{table.domain}.{table.name}"]
        assert (number, at_lsn) == (source["txId"], source["lsn"])
        assert (source["schema"], source["table"], source["db"]) == (table.domain, table.name, "synth")
        assert (source["version"], source["connector"], source["name"]) == ("3.6.1.Final", "postgresql", "synth")
        assert source["snapshot"] == "false"
        for block in (source, value):
            assert block["ts_ms"] * 1_000_000 == block["ts_us"] * 1_000 == block["ts_ns"] == source["ts_ns"]
        done, lsn = map(int, json.loads(source["sequence"]))
        assert done < lsn == source["lsn"]
        found.append(
            {
                "table": table.name,
                "op": op,
                "before": row(table, before),
                "after": row(table, after),
                "lsn": lsn,
                "tx_id": source["txId"],
                "tx_seq": transaction["total_order"],
                "tx_total": total,
                "commit_ts": EPOCH + timedelta(milliseconds=source["ts_ms"]),
            }
        )
    return found


def debezium_base(root, tables):
    found, marks = {}, []
    for name, table in tables.items():
        records = lines(root / f"synth.{table.domain}.{name}/batch-00000.ndjson")
        for record in records:
            value = record["value"]
            assert value["op"] == "r"
            assert value["before"] is value["transaction"] is None
            check_key(table, record, value["after"])
            assert json.loads(value["source"]["sequence"]) == [None, str(value["source"]["lsn"])]
        marks.append([record["value"]["source"]["snapshot"] for record in records])
        found[name] = [row(table, record["value"]["after"]) for record in records]
    return found, marks


# Maxwell


def maxwell(root, tables, batch):
    events = []
    for _, group in groupby(lines(root / f"batch-{batch:05d}.ndjson"), key=lambda record: record["xid"]):
        transaction = list(group)
        assert [record.get("xoffset") for record in transaction] == [*range(len(transaction) - 1), None]
        assert [record.get("commit") for record in transaction] == [None] * (len(transaction) - 1) + [True]
        for place, record in enumerate(transaction):
            table, data = tables[record["table"]], record["data"]
            assert record["database"] == table.domain
            assert list(data) == table.column_names
            old = record.get("old", {})
            assert all(data[name] != value for name, value in old.items())
            events.append(
                {
                    "table": table.name,
                    "op": record["type"],
                    "before": None if record["type"] == "insert" else row(table, {**data, **old}),
                    "after": None if record["type"] == "delete" else row(table, data),
                    "tx_id": record["xid"],
                    "tx_seq": place + 1,
                    "tx_total": len(transaction),
                    "commit_ts": EPOCH + timedelta(seconds=record["ts"]),
                }
            )
    return events


def maxwell_base(root, tables):
    found = {}
    for name, group in groupby(lines(root / "batch-00000.ndjson"), key=lambda record: record["table"]):
        start, *rows, complete = group
        assert (start["type"], complete["type"]) == ("bootstrap-start", "bootstrap-complete")
        assert start["data"] == complete["data"] == {}
        assert {record["type"] for record in rows} <= {"bootstrap-insert"}
        found[name] = [row(tables[name], record["data"]) for record in rows]
    return found


# DMS


def table_rows(path):
    """Rows of a CSV or Parquet file as dicts; a missing cell is ``None``, in CSV an empty field."""
    if path.suffix == ".parquet":
        return pq.read_table(path, partitioning=None).to_pylist()
    with path.open(newline="") as file:
        return [{name: value or None for name, value in one.items()} for one in csv.DictReader(file)]


def dms(root, tables, end, form):
    """Events of the files of a batch's end, in order of the change sequence."""
    events = []
    for name, table in tables.items():
        path = root / table.domain / name / f"{end:%Y%m%d-%H%M%S}000.{form}"
        for sequence, group in groupby(table_rows(path) if path.exists() else [], key=lambda one: one["change_seq"]):
            rows = list(group)
            kinds = "".join(one["Op"] for one in rows)
            images = [row(table, one) if form == "csv" else _typed(table, one) for one in rows]
            time = datetime.strptime(rows[0]["dms_timestamp"], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
            assert next(iter(rows[0])) == "Op"
            assert sequence[:16] == f"{time:%Y%m%d%H%M%S}00"
            event = {"table": name, "op": {"I": "insert", "D": "delete"}.get(kinds, "update")}
            if kinds != "U":
                event["before"] = images[0] if "D" in kinds else None
            event["after"] = None if kinds == "D" else images[-1]
            assert kinds in {"I", "U", "D", "DI"}
            events.append({**event, "lsn": int(sequence[16:]), "commit_ts": time})
    return sorted(events, key=lambda event: event["lsn"])


def dms_base(root, tables, form):
    found = {}
    for name, table in tables.items():
        path = root / table.domain / name / f"LOAD00000001.{form}"
        rows = table_rows(path) if path.exists() else []
        assert {(one["Op"], one["change_seq"]) for one in rows} <= {("I", None)}
        found[name] = [row(table, one) if form == "csv" else _typed(table, one) for one in rows]
    return found


# Delta


def delta(root, tables, batch):
    """Events table after table: the feed has no order across tables, but versions."""
    events = []
    for name, table in tables.items():
        rows = table_rows(root / table.domain / name / f"batch-{batch:05d}.parquet")
        assert [one["_commit_version"] for one in rows] == sorted(one["_commit_version"] for one in rows)
        while rows:
            one = rows.pop(0)
            kind = one["_change_type"]
            before = after = None
            if kind == "update_preimage":
                before, one = one, rows.pop(0)
                assert one["_change_type"] == "update_postimage"
                kind, after = "update", one
            elif kind == "delete":
                before = one
            else:
                after = one
            events.append(
                {
                    "table": name,
                    "op": kind,
                    "before": _typed(table, before),
                    "after": _typed(table, after),
                    "tx_id": one["_commit_version"],
                    "commit_ts": one["_commit_timestamp"].astimezone(UTC),
                }
            )
    return events


def _typed(table, values):
    """A row of Parquet without what isn't the table's; times in UTC."""
    if values is None:
        return None
    return {
        name: v.astimezone(UTC) if isinstance(v := values[name], datetime) and v.tzinfo else v
        for name in table.column_names
    }


def delta_base(root, tables):
    events = delta(root, tables, 0)
    assert {(event["op"], event["tx_id"]) for event in events} <= {("insert", 0)}
    return {name: [event["after"] for event in events if event["table"] == name] for name in tables}


# SQL Server


def sqlserver(root, tables, batch, form):
    mapping = {}
    for one in table_rows(root / f"cdc.lsn_time_mapping/batch-{batch:05d}.{form}"):
        time = one["tran_end_time"]
        time = datetime.fromisoformat(time) if isinstance(time, str) else time
        mapping[_bytes(one["start_lsn"])] = (_number(one["tran_id"]), time.replace(tzinfo=UTC))
    assert list(mapping) == sorted(mapping)
    events = []
    for name, table in tables.items():
        rows = table_rows(root / f"cdc.{table.domain}_{name}_CT/batch-{batch:05d}.{form}")
        for lsn, group in groupby(rows, key=lambda one: _bytes(one["__$seqval"])):
            same = list(group)
            first, last = same[0], same[-1]
            operations = [int(one["__$operation"]) for one in same]
            op = {(1,): "delete", (2,): "insert", (3, 4): "update"}[tuple(operations)]
            images = [row(table, one) if form == "csv" else _typed(table, one) for one in same]
            mask = int.from_bytes(_bytes(first["__$update_mask"]))
            every = (1 << len(table.columns)) - 1
            changed = sum(1 << at for at, n in enumerate(table.column_names) if images[0][n] != images[-1][n])
            assert mask == (changed if op == "update" else every)
            assert len(_bytes(first["__$update_mask"])) == -(-len(table.columns) // 8)
            assert first["__$end_lsn"] is None
            assert _bytes(first["__$start_lsn"]) >= lsn
            tx_id, time = mapping[_bytes(first["__$start_lsn"])]
            seq = int(last["__$command_id"])
            events.append(
                {
                    "table": name,
                    "op": op,
                    "before": None if op == "insert" else images[0],
                    "after": None if op == "delete" else images[-1],
                    "lsn": _number(lsn),
                    "tx_id": tx_id,
                    "tx_seq": seq,
                    "tx_total": _number(first["__$start_lsn"]) - _number(lsn) + seq,
                    "commit_ts": time,
                }
            )
    return sorted(events, key=lambda event: event["lsn"])


def _bytes(value):
    return bytes.fromhex(value.removeprefix("0x")) if isinstance(value, str) else value


def _number(value):
    batch, high, low = struct.unpack(">IIH", _bytes(value))
    return (batch << 40) + (high << 16) + low


# What a consumer does with them


def apply(state, tables, events):
    """Apply events to ``state``, table name → key → row, as any consumer would."""
    for event in events:
        rows, table = state[event["table"]], tables[event["table"]]
        before, after = event.get("before"), event["after"]
        if event["op"] == "insert":
            assert identity(table, after) not in rows
        else:
            old = identity(table, before or after)
            assert before is None or rows[old] == before
            del rows[old]
        if after is not None:
            rows[identity(table, after)] = after
    return state


def identity(table, values):
    """What a consumer finds a row by."""
    return tuple(values[name] for name in table.key.columns)
