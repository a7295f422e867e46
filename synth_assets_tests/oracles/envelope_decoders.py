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
        found = EPOCH + timedelta(microseconds=value) if isinstance(value, int) else datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC if "UTC" in column.type.name else None)
    if kind == "boolean":
        return {"true": True, "false": False, "1": True, "0": False, 1: True, 0: False}[value]
    if kind == "integer":
        return int(value)
    if kind == "struct":
        return json.loads(value) if isinstance(value, str) else value
    return float(value) if kind == "float" else value


def row(table, values):
    return None if values is None else {column.name: cell(column, values[column.name]) for column in table.columns}


def lines(path):
    return [json.loads(line, parse_float=Decimal) for line in Path(path).read_text().split("\n")[:-1]]


# Debezium


UNAVAILABLE = "__debezium_unavailable_value"


def debezium(root, tables, batch, records="value", identity="full"):
    """Events of all topics in order of their LSN, checked against the topic of transactions.

    With ``identity`` ``default`` there is no ``before``, and ``after`` may have a placeholder.
    """
    transactions, boundaries = {}, list(_lines(root / f"synth.transaction/batch-{batch:05d}.ndjson", records))
    committed = None
    for begin, end in zip(boundaries[::2], boundaries[1::2], strict=True):
        (number, first), (same, commit) = (map(int, one["value"]["id"].split(":")) for one in (begin, end))
        assert number == same
        assert first == ((batch << 40) + 1 if committed is None else committed)  # nothing lies between
        assert all(one.get("key") in (None, {"id": one["value"]["id"]}) for one in (begin, end))
        assert (begin["value"]["status"], end["value"]["status"]) == ("BEGIN", "END")
        assert begin["value"]["event_count"] is begin["value"]["data_collections"] is None
        assert begin["value"]["ts_ms"] == end["value"]["ts_ms"]
        counts = {one["data_collection"]: one["event_count"] for one in end["value"]["data_collections"]}
        assert sum(counts.values()) == end["value"]["event_count"]
        before = ("null" if batch == 1 else batch << 40) if committed is None else committed
        transactions[number] = {"first": first, "commit": commit, "counts": counts, "done": before}
        committed = commit
    events, orders = [], {}
    for name, table in tables.items():
        lines_of = _lines(root / f"synth.{table.domain}.{name}/batch-{batch:05d}.ndjson", records)
        read = _flat_record if records == "flat" else _enveloped_record
        topic = [read(table, one, transactions) for one in _without_tombstones(lines_of, records)]
        for number, some in groupby(topic, key=lambda one: one["tx_id"]):
            places = [one["order"] for one in some]
            assert len(places) == transactions[number]["counts"][f"{table.domain}.{name}"]
            orders.setdefault(number, []).extend(places)
        events += _joined(table, topic, identity)
    for number, places in orders.items():
        total = sum(transactions[number]["counts"].values())
        assert len(set(places)) == len(places)
        assert set(places) <= {*range(1, total + 1)}
        assert len(places) == total or len(places) == sum(
            transactions[number]["counts"].get(f"{table.domain}.{name}", 0) for name, table in tables.items()
        )
    return sorted(events, key=lambda event: event["lsn"])


def _lines(path, records):
    """Lines as dicts with ``value``, and with ``key`` and ``headers`` where a line has them."""
    for line in lines(path):
        if records == "keyed":
            assert list(line) == ["key", "value", "headers"]
            yield line
        elif records == "schema":
            assert list(line) == ["schema", "payload"]
            check_schema(line["schema"], line["payload"])
            yield {"value": line["payload"]}
        else:
            yield {"value": line}


def check_schema(schema, payload):
    """The payload is what its schema says: fields in order, types, what may be missing."""
    if payload is None:
        assert schema["optional"]
        return
    match schema["type"]:
        case "struct":
            assert [one["field"] for one in schema["fields"]] == list(payload)
            for one in schema["fields"]:
                check_schema(one, payload[one["field"]])
        case "array":
            for one in payload:
                check_schema(schema["items"], one)
        case "string" | "bytes":
            assert isinstance(payload, str)
        case "boolean":
            assert isinstance(payload, bool)
        case "float" | "double":
            assert isinstance(payload, int | float | Decimal)
        case kind:
            bits = int(kind.removeprefix("int"))
            assert type(payload) is int
            assert -(1 << bits - 1) <= payload < 1 << bits - 1


def _without_tombstones(found, records):
    """Only a form with keys has tombstones: one after every delete, with its key and headers."""
    deleted = None
    for one in found:
        if deleted is not None:
            assert one == {**deleted, "value": None}
            deleted = None
            continue
        assert one["value"] is not None
        deleted = one if records == "keyed" and one["value"]["op"] == "d" else None
        yield one
    assert deleted is None


def _enveloped_record(table, record, transactions):
    value = record["value"]
    source, place = value["source"], value["transaction"]
    number, lsn = map(int, place["id"].split(":"))
    transaction = transactions[number]
    assert (number, lsn) == (source["txId"], source["lsn"])
    assert (source["schema"], source["table"], source["db"]) == (table.domain, table.name, "synth")
    assert (source["version"], source["connector"], source["name"]) == ("3.6.3.Final", "postgresql", "synth")
    assert source["snapshot"] == "false"
    for block in (source, value):
        assert block["ts_ms"] * 1_000_000 == block["ts_us"] * 1_000 == block["ts_ns"] == source["ts_ns"]
    done, own = json.loads(source["sequence"])
    assert own == str(lsn)
    assert transaction["done"] == ("null" if done is None else int(done))
    assert transaction["first"] <= lsn < transaction["commit"]
    if "key" in record:
        image = value["before"] if value["op"] == "d" else value["after"]
        check_key(table, record, image)
    return {
        **{name: value[name] for name in ("op", "before", "after")},
        "key": record.get("key"),
        "headers": record.get("headers"),
        "lsn": lsn,
        "tx_id": number,
        "order": place["total_order"],
        "commit_ts": EPOCH + timedelta(milliseconds=source["ts_ms"]),
        "first": transaction["first"],
        "commit": transaction["commit"],
    }


def _flat_record(table, record, transactions):
    value = dict(record["value"])
    deleted, op, name, lsn, number, milliseconds, order = (
        value.pop(f"__{one}")
        for one in ("deleted", "op", "table", "lsn", "txId", "source_ts_ms", "transaction_total_order")
    )
    assert (deleted, name) == ("true" if op == "d" else "false", table.name)
    assert list(value) == table.column_names
    return {
        "op": op,
        "before": value if op == "d" else None,
        "after": None if op == "d" else value,
        "key": None,
        "headers": None,
        "lsn": lsn,
        "tx_id": number,
        "order": order,
        "commit_ts": EPOCH + timedelta(milliseconds=milliseconds),
        "first": transactions[number]["first"],
        "commit": transactions[number]["commit"],
    }


def _joined(table, topic, identity):
    """Records as events: a delete and a create at one LSN are an update of the key."""
    for lsn, same in groupby(topic, key=lambda one: one["lsn"]):
        some = list(same)
        first, last = some[0], some[-1]
        ops = "".join(one["op"] for one in some)
        assert ops in {"c", "u", "d", "dc"}
        if ops == "dc":
            assert last["order"] == first["order"] + 1
            if first["headers"] is not None:
                assert first["headers"] == {"__debezium.newkey": last["key"]}
                assert last["headers"] == {"__debezium.oldkey": first["key"]}
        elif first["headers"] is not None:
            assert first["headers"] == {}
        before = first["before"]
        if identity == "default" and table.key:
            assert before is None or _nothing_but_key(table, before)
        event = {
            "table": table.name,
            "op": {"c": "insert", "d": "delete"}.get(ops, "update"),
            "before": row(table, before),
            "after": row(table, last["after"]),
            "lsn": lsn,
            "tx_id": first["tx_id"],
            "tx_seq": lsn - first["first"] + 1,
            "tx_total": first["commit"] - first["first"],
            "commit_ts": first["commit_ts"],
        }
        if identity == "default" or before is None:
            event["old_key"] = None if before is None else identity_of(table, event["before"])
            if ops != "c":
                del event["before"]
        yield event


def _nothing_but_key(table, image):
    """Of the other columns there is what stands for nothing: null if that may be, else zero of the type."""
    nothing = {
        "string": "", "uuid": "", "json": "", "struct": "", "binary": "", "boolean": False, "integer": 0, "date": 0,
        "list": [], "float": 0,
    }  # fmt: skip
    for column in table.columns:
        if column.name in table.key.columns:
            continue
        value = image[column.name]
        if column.nullable:
            assert value is None
        elif column.type.kind == "decimal":
            assert value == str(Decimal(0).scaleb(-int(column.type.name.rpartition(",")[2].strip(") "))))
        elif column.type.kind == "timestamp":
            assert value == ("1970-01-01T00:00:00Z" if "UTC" in column.type.name else 0)
        else:
            assert value == nothing[column.type.kind]
            assert type(value) is type(nothing[column.type.kind]) or column.type.kind == "float"
    return True


def check_key(table, record, image):
    """A record's key has the key's columns in the key's order, which need not be the table's; or there is none."""
    assert list((record["key"] or {}).items()) == [(name, image[name]) for name in table.key.columns]
    assert record["key"] != {}


def debezium_base(root, tables, records="value", identity="full"):  # noqa: ARG001 - a base has no before
    found, marks = {}, []
    for name, table in tables.items():
        some = list(_lines(root / f"synth.{table.domain}.{name}/batch-00000.ndjson", records))
        rows = []
        for record in some:
            value = record["value"]
            if records == "flat":
                assert (value["__op"], value["__deleted"], value["__transaction_total_order"]) == ("r", "false", None)
                rows.append(value)
                continue
            assert value["op"] == "r"
            assert value["before"] is value["transaction"] is None
            if "key" in record:
                check_key(table, record, value["after"])
            assert json.loads(value["source"]["sequence"]) == [None, str(value["source"]["lsn"])]
            rows.append(value["after"])
        if records != "flat":
            marks.append([record["value"]["source"]["snapshot"] for record in some])
        found[name] = [row(table, one) for one in rows]
    return found, marks


# Maxwell


def maxwell(root, tables, batch, base_as="bootstrap"):  # noqa: ARG001 - changes are told one way
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


def maxwell_base(root, tables, base_as="bootstrap"):
    if base_as == "insert":
        events = maxwell(root, tables, 0)
        assert {event["op"] for event in events} <= {"insert"}
        assert len({event["tx_id"] for event in events}) <= 1
        return {name: [event["after"] for event in events if event["table"] == name] for name in tables}
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
            images = [row(table, one) if form == "csv" else _typed(table, _parsed(table, one)) for one in rows]
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
        found[name] = [row(table, one) if form == "csv" else _typed(table, _parsed(table, one)) for one in rows]
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


def _parsed(table, values):
    """A row with its structs, which a tool without any has as the text of JSON."""
    structs = {column.name for column in table.columns if column.type.kind == "struct"}
    return {name: json.loads(v) if name in structs and v is not None else v for name, v in values.items()}


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
            images = [row(table, one) if form == "csv" else _typed(table, _parsed(table, one)) for one in same]
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
            assert identity_of(table, after) not in rows
        else:
            old = event.get("old_key") or identity_of(table, before or after)
            assert before is None or rows[old] == before
            was = rows.pop(old)
            if after is not None:
                after = {name: was[name] if value == UNAVAILABLE else value for name, value in after.items()}
        if after is not None:
            rows[identity_of(table, after)] = after
    return state


def identity_of(table, values):
    """What a consumer finds a row by."""
    return tuple(values[name] for name in table.key.columns)
