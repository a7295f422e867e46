"""The schemas of Debezium's records in Kafka Connect, as the PostgreSQL connector registers them."""

from collections.abc import Iterable

from synth_assets.model.table import Column, Table
from synth_assets.sinks.envelopes.connect import Schema, column_schema, field, struct_schema


def key_of_row(columns: Iterable[Column], topic: str) -> Schema:
    """Of the key of a change: the key's columns, in the key's order."""
    return struct_schema(map(column_schema, columns), f"{topic}.Key")


def change(table: Table, topic: str) -> Schema:
    """Of the value of a change, or of a record of a snapshot."""
    rows = list(map(column_schema, table.columns))
    row = struct_schema(rows, f"{topic}.Value", optional=True)
    block = [field("id", "string"), field("total_order", "int64"), field("data_collection_order", "int64")]
    fields = [
        {**row, "field": "before"},
        {**row, "field": "after"},
        {**struct_schema(_SOURCE, "io.debezium.connector.postgresql.Source", version=1), "field": "source"},
        {**struct_schema(block, "event.block", version=1, optional=True), "field": "transaction"},
        field("op", "string"),
        *(field(name, "int64", optional=True) for name in ("ts_ms", "ts_us", "ts_ns")),
    ]
    return struct_schema(fields, f"{topic}.Envelope", version=2)


def boundary_key() -> Schema:
    """Of the key of a BEGIN or END."""
    return struct_schema([field("id", "string")], f"{_META}Key", version=1)


def boundary() -> Schema:
    """Of the value of a BEGIN or END."""
    counts = [field("data_collection", "string"), field("event_count", "int64")]
    items = struct_schema(counts, "event.collection", version=1, optional=True)
    fields = [
        *(field(name, "string") for name in ("status", "id")),
        field("event_count", "int64", optional=True),
        {"type": "array", "items": items, "optional": True, "field": "data_collections"},
        field("ts_ms", "int64"),
    ]
    return struct_schema(fields, f"{_META}Value", version=1)


_META = "io.debezium.connector.common.TransactionMetadata"
_SNAPSHOT_MARKS = "true,first,first_in_data_collection,last_in_data_collection,last,false,incremental"
_SOURCE = [
    *(field(name, "string") for name in ("version", "connector", "name")),
    field("ts_ms", "int64"),
    {
        "type": "string", "optional": True, "name": "io.debezium.data.Enum", "version": 1,
        "parameters": {"allowed": _SNAPSHOT_MARKS}, "default": "false", "field": "snapshot",
    },
    field("db", "string"),
    field("sequence", "string", optional=True),
    *(field(name, "int64", optional=True) for name in ("ts_us", "ts_ns")),
    *(field(name, "string") for name in ("schema", "table")),
    *(field(name, "int64", optional=True) for name in ("txId", "lsn", "xmin")),
    field("origin", "string", optional=True),
    field("origin_lsn", "int64", optional=True),
]  # fmt: skip
