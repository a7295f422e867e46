"""Every envelope decodes to the log it was made from, and to the same state; and looks as its tool's does."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synth_assets.engine.timeline import Timeline
from synth_assets.errors import OutputError, UsageError
from synth_assets.model.change_log import CADENCES, change_table
from synth_assets.model.key import Key, RowOrder, composite_key, uuid_key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import (
    BINARY,
    BOOLEAN,
    DATE,
    FLOAT32,
    INT16,
    INT64,
    JSON,
    MONEY,
    STRING,
    TIMESTAMP_UTC,
    UUID,
    list_of,
    struct,
    timestamp,
)
from synth_assets.sinks import catalog as targets
from synth_assets.sinks.envelopes import catalog
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.envelopes.merge import in_order
from synth_assets.sinks.target import RECORD_SCHEMA
from synth_assets_tests.domains.every_domain import DOMAINS
from synth_assets_tests.oracles import envelope_decoders as decoders
from synth_assets_tests.samples import TABLE as ALL_TYPES
from synth_assets_tests.samples import _cells

OTHER_FORMS = {
    "debezium": [
        {"records": "keyed"},
        {"records": "schema"},
        {"records": "flat"},
        {"identity": "default"},
        {"records": "keyed", "identity": "default"},
        {"records": "flat", "identity": "default"},
    ],
    "maxwell": [{"base_as": "insert"}],
}
"""What an envelope's options are tried with, besides its defaults; every value is there once."""

FORMS = [
    pytest.param(name, form, options, id="-".join([name, form, *options.values()]))
    for name in catalog.names()
    for form in catalog.load(name).formats
    for options in [{}, *OTHER_FORMS.get(name, [])]
]
BASED = [one for one in FORMS if catalog.load(one.values[0]).has_base]
PLAIN_FORMS = [one.values[:2] for one in FORMS if not one.values[2]]
DAY = 86_400
AS_OF = 1_767_225_600  # 2026-01-01


def test_every_value_of_an_option_is_tried():
    for name in catalog.names():
        for option in catalog.load(name).options:
            tried = {options.get(option.name, option.values[0]) for options in [{}, *OTHER_FORMS[name]]}
            assert tried == set(option.values)


def write(name, form, root, batch, options):
    return catalog.load(name).write(replace(batch, options=options), root, form)


def decode(name, form, root, batch, options):
    tables = {one: batch.tables[one] for one in batch.chosen}
    if name == "dms":
        return decoders.dms(root, tables, decoders.EPOCH + timedelta(seconds=batch.until), form)
    if name == "sqlserver":
        return decoders.sqlserver(root, tables, batch.number, form)
    return getattr(decoders, name)(root, tables, batch.number, **options)


def decode_base(name, form, root, tables, options):
    if name == "dms":
        return decoders.dms_base(root, tables, form)
    found = getattr(decoders, f"{name}_base")(root, tables, **options)
    return found[0] if name == "debezium" else found


def events(batch):
    """The log itself, as decoders give it, in order of ``lsn``."""
    found = []
    for name in batch.chosen:
        table = batch.tables[name]
        for frame in batch.logs(name):
            for one in frame.iter_rows(named=True):
                images = {
                    prefix: {column: _plain(one[f"{prefix}_{column}"]) for column in table.column_names}
                    for prefix in ("before", "after")
                }
                found.append(
                    {
                        "table": name,
                        "op": one["op"],
                        "before": None if one["op"] == "insert" else images["before"],
                        "after": None if one["op"] == "delete" else images["after"],
                        **{key: one[key] for key in ("lsn", "tx_id", "tx_seq", "tx_total")},
                        "commit_ts": _plain(one["commit_ts"]),
                    }
                )
    return sorted(found, key=lambda event: event["lsn"])


def _plain(value):
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value


CARRIED = {
    "debezium": {"lsn", "tx_id", "tx_seq", "tx_total", "commit_ts", "before"},
    "maxwell": {"tx_id", "tx_seq", "tx_total", "commit_ts", "before"},
    "dms": {"lsn", "commit_ts"},
    "delta": {"tx_id", "commit_ts", "before"},
    "sqlserver": {"lsn", "tx_id", "tx_seq", "tx_total", "commit_ts", "before"},
}


def assert_same(name, found, expected, options):
    """Every event is there, in order, with all that the envelope carries of it."""
    carried = CARRIED[name]
    if "flat" in options.values() or "default" in options.values():
        carried = carried - {"before"}
    if name == "delta":  # the feed is one table's after the other
        tables = list(dict.fromkeys(event["table"] for event in found))
        expected = sorted(expected, key=lambda event: (tables.index(event["table"]), event["lsn"]))
    assert all(event.keys() >= carried | {"table", "op", "after"} for event in found if event["op"] == "update")
    told = [{key: value for key, value in event.items() if key != "old_key"} for event in found]
    placeholders = options.get("identity") == "default"
    assert told == [
        {key: _left_out(one, key) if placeholders else value for key, value in one.items() if key in event}
        for one, event in zip(expected, told, strict=True)
    ]


def _left_out(event, part):
    """An update's row as it comes from a database that doesn't tell what is long and the same; others as they are."""
    before, after = event["before"], event["after"]
    if part != "after" or event["op"] != "update" or not TABLES.get(event["table"], ALL_TYPES).key:
        return event[part]
    texts = {name for name, value in after.items() if isinstance(value, str) and len(value.encode()) > 64}
    return {
        name: decoders.UNAVAILABLE if name in texts and value == before[name] and _is_text(event, name) else value
        for name, value in after.items()
    }


def _is_text(event, name):
    table = TABLES.get(event["table"])
    return table is None or table.column(name).type.kind == "string"


# Any log: tables of all types and kinds of key, with changed keys and frames cut anywhere


NAMED_BY = {
    "things": Key.of("id"),
    "parts": composite_key("line", id=2**40),  # in another order than the table's columns
    "people": uuid_key("code"),
    "clicks": Key.of(""),
}
ID_CELLS = {
    "id": st.integers(1, 2**40),
    "line": st.integers(1, 99),
    "code": st.uuids(version=4).map(str),
}
ID_COLUMNS = tuple(Column(name, of, "") for name, of in (("id", INT64), ("line", INT16), ("code", UUID)))
OTHERS = tuple(c for c in ALL_TYPES.columns if c.type.kind != "list" and c.name != "id")
TABLES = {
    name: replace(ALL_TYPES, name=name, key=key, columns=(*ID_COLUMNS, *OTHERS)) for name, key in NAMED_BY.items()
}
CELLS = {name: some for name, some in _cells.items() if name != "tags"}
CELLS["title"] = st.sampled_from(['say "hé"', "x" * 65, "y" * 65, "a\nb,\\c\u2028", "{}", "null"]) | CELLS["title"]


@st.composite
def batches(draw):
    transactions, rows, lsn = [], {name: [] for name in TABLES}, 0
    for number in range(1, draw(st.integers(0, 6)) + 1):
        total = draw(st.integers(1, 4))
        counts, second = dict.fromkeys(TABLES, 0), AS_OF + DAY + 60 * number
        for seq in range(1, total + 1):
            lsn += 1
            name = draw(st.sampled_from(list(TABLES)))
            counts[name] += 1
            meta = (2, (2 << 40) + lsn, (2 << 40) + number, seq, total)
            rows[name].append(_event(draw, meta, second, TABLES[name]))
        transactions.append({"tx_id": (2 << 40) + number, "commit_ts": second, "tx_total": total, **counts})
    schema = {"tx_id": pl.Int64, "commit_ts": pl.Int64, "tx_total": pl.Int32, **dict.fromkeys(TABLES, pl.Int32)}
    at = (pl.col("commit_ts") * 1_000_000).cast(pl.Datetime("us", "UTC"))
    cuts = draw(st.integers(1, 4))
    return BatchToWrite(
        domain="shop",
        tables=TABLES,
        chosen=tuple(TABLES),
        number=2,
        since=AS_OF + DAY,
        until=AS_OF + 2 * DAY,
        transactions=pl.DataFrame(transactions, schema=schema).with_columns(at),
        logs=lambda name: iter([_log(name, rows[name][at : at + cuts]) for at in range(0, len(rows[name]), cuts)]),
    )


def _event(draw, meta, second, table):
    op = draw(st.sampled_from(["insert", "update", "delete"]))
    before = after = None
    whole = st.fixed_dictionaries({**ID_CELLS, **{n: st.none() | cell for n, cell in CELLS.items()}})
    if op != "insert":
        before = draw(whole)
    if op == "insert":
        after = draw(whole)
    if op == "update":
        some = {n: st.none() | cell for n, cell in CELLS.items()} | (ID_CELLS if draw(st.booleans()) else {})
        after = {**before, **draw(st.fixed_dictionaries({}, optional=some))}
    columns = [*ID_CELLS, *CELLS]
    images = [image and image[n] for image in (before, after) for n in columns]
    changed = [n for n in columns if op == "update" and before[n] != after[n]]
    key = [(after or before)[n] for n in table.key.columns]
    return [*meta, op, second * 1_000_000, *key, *images, changed]


def _log(name, rows):
    schema = change_table(TABLES[name]).schema
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [
            pl.Series(column, values, dtype=pl.Int64 if isinstance(dtype, pl.Datetime) else dtype).cast(dtype)
            for (column, dtype), values in zip(schema.items(), columns, strict=True)
        ]
    )


@pytest.mark.parametrize(("name", "form", "options"), FORMS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(batch=batches())
def test_any_log_decodes_to_what_it_was(name, form, options, batch, tmp_path):
    for path in tmp_path.rglob("*.*"):
        path.unlink(missing_ok=True) if path.is_file() else None
    written = write(name, form, tmp_path, batch, options)
    assert sorted(written) == sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert_same(name, decode(name, form, tmp_path, batch, options), events(batch), options)


def sent(envelope, batch, **options):
    """Topic → its records, as a broker would have them."""
    topics = {}
    for frame in catalog.load_messages(envelope).records(replace(batch, options=options)):
        assert frame.schema == RECORD_SCHEMA
        for topic, *rest in frame.iter_rows():
            topics.setdefault(topic, []).append(rest)
    return topics


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(batch=batches())
def test_keyed_files_of_debezium_hold_its_records_whole_and_in_their_order(batch, tmp_path):
    write("debezium", "ndjson", tmp_path, batch, {"records": "keyed"})
    topics = sent("debezium", batch)
    assert topics.keys() <= {f"synth.shop.{name}" for name in TABLES} | {"synth.transaction"}
    for path in tmp_path.rglob("*.ndjson"):
        stored = [[one["key"], one["value"], one["headers"]] for one in decoders.lines(path)]
        records = [
            [_parsed(key), _parsed(value), {one["name"]: _parsed(one["value"]) for one in headers}]
            for key, value, headers in topics.get(path.parent.name, [])
        ]
        assert stored == records


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(batch=batches())
def test_values_of_maxwell_are_the_lines_and_its_keys_are_of_the_rows_as_they_are(batch, tmp_path):
    (path,) = catalog.load("maxwell").write(batch, tmp_path, "ndjson")
    records = sent("maxwell", batch).get("maxwell", [])
    assert "".join(f"{value}\n" for _, value, _ in records) == (tmp_path / path).read_text()
    for key, value, headers in records:
        row = json.loads(value)
        names = TABLES[row["table"]].key.columns
        start = {"database": "shop", "table": row["table"]}
        assert _parsed(key) == ({**start, **{f"pk.{name}": row["data"][name] for name in names}} if names else None)
        assert headers == []


def _parsed(text):
    return None if text is None else json.loads(text, parse_float=Decimal)


def test_a_target_takes_the_records_that_files_are_made_of(capfdbinary):
    with targets.load_target("stdout").open("stdout") as delivery:
        for frame in catalog.load_messages("debezium").records(shop_batch()):
            delivery.records(frame)
    delivered = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    expected = [(topic, *record) for topic, records in sent("debezium", shop_batch()).items() for record in records]
    assert [tuple(one.values()) for one in delivered] == expected
    assert {one["topic"] for one in delivered} == {"synth.shop.items", "synth.shop.others", "synth.transaction"}


def test_envelopes_of_rows_have_no_records_and_say_who_has():
    assert [name for name in catalog.names() if catalog.load(name).has_records] == ["debezium", "maxwell"]
    with pytest.raises(UsageError, match=r"envelope dms has rows.*\n  Those with records: debezium, maxwell"):
        catalog.load_messages("dms")


# Batches of bronze, of a domain with tables of every kind of key, and of one with structs and UUIDs


@cache
def timeline(domain="bronze"):
    volumes = {
        "bronze": {"customers": 200, "products": 30, "orders": 200, "days": 20},  # the first erasure is in batch 6
        "workshop": {"branches": 4, "staff": 11, "customers": 60, "repairs": 90, "days": 30},
        "marketplace": {"tenants": 2, "products_per_tenant": 10, "orders_per_tenant": 60, "customers_per_tenant": 15},
    }
    seed = 137 if domain == "marketplace" else 42  # a customer of the marketplace is erased in batch 4
    return Timeline(DOMAINS[domain], DOMAINS[domain].dataset(None, seed, volumes=volumes[domain]), CADENCES["day"])


def bronze(number):
    return batch_of("bronze", number)


@cache
def batch_of(domain, number):
    made, tables = timeline(domain), DOMAINS[domain].tables
    if number == 0:
        at = made.dataset.as_of_second
        nothing = made.batch(1).transactions.clear()
        return BatchToWrite(domain, tables, tuple(tables), 0, at, at, nothing, lambda name: made.state(name, at))
    batch = made.batch(number)
    logs = {name: list(batch.log(name)) for name in tables}
    return BatchToWrite(
        domain,
        tables,
        tuple(tables),
        number,
        batch.since,
        batch.until,
        batch.transactions,
        lambda name: iter(logs[name]),
    )


@cache
def events_of(domain, number):
    """The events of a batch, in order."""
    return events(batch_of(domain, number))


@cache
def rows_of(domain, number):
    """The truth: table name → its rows in order."""
    made = timeline(domain)
    return {
        name: [
            {column: _plain(value) for column, value in row.items()}
            for frame in made.state(name, made.second(number))
            for row in frame.iter_rows(named=True)
        ]
        for name in DOMAINS[domain].tables
    }


def by_key(tables, rows):
    """Table name → key → row; a table without a key has nothing to tell its rows by."""
    return {
        name: {decoders.identity_of(table, row): row for row in rows[name]}
        for name, table in tables.items()
        if table.key
    }


def spread(domain, options):
    """The batches that a form is tried with, as first and end."""
    if domain == "marketplace":
        first = next(number for number in range(1, 60) if {e["op"] for e in events_of(domain, number)} >= {"delete"})
        return max(1, first - 3), first + 1
    # Forms differ in their records only; those around an erasure are all there is, and the others take minutes.
    return (5, 9) if options and domain == "bronze" else (1, 12)


@pytest.mark.parametrize("domain", ["bronze", "workshop", "marketplace"])
@pytest.mark.parametrize(("name", "form", "options"), FORMS)
def test_batches_decode_to_the_log_and_lead_to_the_snapshot(name, form, options, domain, tmp_path):
    envelope, base = catalog.load(name), batch_of(domain, 0)
    if envelope.has_base:
        write(name, form, tmp_path, base, options)
        assert decode_base(name, form, tmp_path, base.tables, options) == rows_of(domain, 0)
    first, end = spread(domain, options)
    found = by_key(base.tables, rows_of(domain, first - 1))
    ops = set()
    for number in range(first, end):
        batch = batch_of(domain, number)
        write(name, form, tmp_path, batch, options)
        decoded = decode(name, form, tmp_path, batch, options)
        assert_same(name, decoded, events_of(domain, number), options)
        ops |= {event["op"] for event in decoded}
        decoders.apply(found, base.tables, decoded)
        assert found == by_key(base.tables, rows_of(domain, number))
    assert ops == {"insert", "update", "delete"}


@pytest.mark.parametrize(("name", "form", "options"), FORMS)
def test_bytes_repeat_and_do_not_depend_on_the_cuts_of_frames(name, form, options, tmp_path):
    whole = bronze(3)
    cut = replace(whole, logs=lambda name: (piece for f in whole.logs(name) for piece in f.iter_slices(7)))
    paths = [write(name, form, tmp_path / at, batch, options) for at, batch in (("a", whole), ("b", cut))]
    assert paths[0] == paths[1]
    for path in paths[0]:
        one, other = (sha256((tmp_path / at / path).read_bytes()).hexdigest() for at in "ab")
        assert one == other, path


@pytest.mark.parametrize(("name", "form"), PLAIN_FORMS)
def test_some_tables_alone_are_the_same_files(name, form, tmp_path):
    chosen = ("raw_products", "raw_orders")
    some = replace(bronze(3), chosen=chosen)
    for at, batch in (("all", bronze(3)), ("some", some)):
        paths = catalog.load(name).write(batch, tmp_path / at, form)
    if name == "maxwell":  # one stream: what is chosen is filtered as Maxwell filters
        found = decoders.maxwell(tmp_path / "some", some.tables, 3)
        expected = [event for event in events(bronze(3)) if event["table"] in chosen]
        plain = [{key: one[key] for key in ("table", "op", "before", "after", "tx_id")} for one in found]
        assert plain == [{key: one[key] for key in plain[0]} for one in expected]
    else:
        for path in paths:
            assert (tmp_path / "all" / path).read_bytes() == (tmp_path / "some" / path).read_bytes()


@pytest.mark.parametrize(("name", "form", "options"), FORMS)
def test_a_batch_without_an_event_is_written_and_decodes_to_nothing(name, form, options, tmp_path):
    quiet = replace(bronze(3), transactions=bronze(3).transactions.clear(), logs=lambda _: iter(()))
    write(name, form, tmp_path, quiet, options)
    assert decode(name, form, tmp_path, quiet, options) == []


@pytest.mark.parametrize(("name", "form", "options"), BASED)
def test_tables_without_a_row_load_as_such(name, form, options, tmp_path):
    empty = replace(bronze(0), logs=lambda name: (frame.clear() for frame in bronze(0).logs(name)))
    write(name, form, tmp_path, empty, options)
    assert decode_base(name, form, tmp_path, empty.tables, options) == {one: [] for one in empty.tables}


@pytest.mark.parametrize(("name", "form"), PLAIN_FORMS)
def test_a_file_in_the_way_is_named(name, form, tmp_path):
    for path in catalog.load(name).write(bronze(3), tmp_path / "free", form):
        (tmp_path / "taken" / path).mkdir(parents=True)
    with pytest.raises(OutputError, match="taken"):
        catalog.load(name).write(bronze(3), tmp_path / "taken", form)


def test_a_merge_holds_a_frame_of_each_stream_and_no_more():
    pulled = 0

    def stream(start, step, size):
        nonlocal pulled
        for number in range(20):
            pulled += size
            at = start + number * size * step
            yield pl.DataFrame({"lsn": range(at, at + size * step, step)})
            yield pl.DataFrame({"lsn": []}, schema={"lsn": pl.Int64})

    given, yielded = 0, []
    for frame in in_order([stream(1, 3, 10), stream(2, 3, 40), stream(3, 300, 1), iter(())]):
        yielded += frame["lsn"].to_list()
        given += frame.height
        assert pulled - given <= 10 + 40 + 1
    assert given == pulled == 20 * 51
    assert yielded == sorted(yielded)


# What it looks like


SHOP = {
    name: Table(
        "shop",
        name,
        doc="",
        grain="",
        key=Key.of("id"),
        columns=(
            Column("id", INT64, ""),
            Column("note", STRING, "", nullable=True),
            Column("price", MONEY, ""),
            Column("is_new", BOOLEAN, ""),
            Column("born", DATE, ""),
            Column("at", TIMESTAMP_UTC, ""),
            *(Column(f"c{number}", STRING, "", nullable=True) for number in range(3)),
        ),
    )
    for name in ("items", "others")
}


def shop_batch():
    """One transaction: an insert, an update, a changed key, and a delete in another table."""
    time = datetime(2026, 1, 2, 8, 30, tzinfo=UTC)
    old = (1, "é\n" + "x" * 64, Decimal("1.50"), True, date(2026, 1, 1), time, None, None, None)
    new = (1, "é\n" + "x" * 64, Decimal("2.00"), True, date(2026, 1, 1), time, None, None, "z")
    moved = (9, *new[1:])
    none = (None,) * 9
    rows = {
        "items": [
            ("insert", 1, 1, none, old, []),
            ("update", 2, 1, old, new, ["price", "c2"]),
            ("update", 3, 9, new, moved, ["id"]),
        ],
        "others": [("delete", 4, 5, (5, *old[1:]), none, [])],
    }
    base = 2 << 40

    def logs(name):
        yield pl.DataFrame(
            [
                (2, base + seq, base + 1, seq, 4, op, time, key, *before, *after, names)
                for op, seq, key, before, after, names in rows[name]
            ],
            schema=change_table(SHOP[name]).schema,
            orient="row",
        )

    transactions = {"tx_id": [base + 1], "commit_ts": [time], "tx_total": [4], "items": [3], "others": [1]}
    schema = {"tx_total": pl.Int32, "items": pl.Int32, "others": pl.Int32, "commit_ts": pl.Datetime("us", "UTC")}
    frame = pl.DataFrame(transactions, schema_overrides=schema)
    return BatchToWrite("shop", SHOP, tuple(SHOP), 2, AS_OF + DAY, AS_OF + 2 * DAY, frame, logs)


LONG = "é\n" + "x" * 64


ROW = {"id": 1, "note": LONG, "price": "1.50", "is_new": True, "born": 20_454, "at": "2026-01-02T08:30:00.000000Z",
       "c0": None, "c1": None, "c2": None}  # fmt: skip
TIME = {"ts_ms": 1767342600000, "ts_us": 1767342600000000, "ts_ns": 1767342600000000000}


def test_debezium_records_are_as_its_documentation_says(tmp_path):
    write("debezium", "ndjson", tmp_path, shop_batch(), {"records": "keyed"})
    records = decoders.lines(tmp_path / "synth.shop.items/batch-00002.ndjson")
    assert records[1] == {
        "key": {"id": 1},
        "value": {
            "before": ROW,
            "after": {**ROW, "price": "2.00", "c2": "z"},
            "source": {
                "version": "3.6.3.Final", "connector": "postgresql", "name": "synth", **TIME, "snapshot": "false",
                "db": "synth", "sequence": '["2199023255552","2199023255554"]', "schema": "shop", "table": "items",
                "txId": 2199023255553, "lsn": 2199023255554, "xmin": None, "origin": None, "origin_lsn": None,
            },
            "transaction": {"id": "2199023255553:2199023255554", "total_order": 2, "data_collection_order": 2},
            "op": "u",
            **TIME,
        },
        "headers": {},
    }  # fmt: skip
    assert [record["key"] for record in records] == [{"id": 1}, {"id": 1}, {"id": 1}, {"id": 1}, {"id": 9}]
    assert [record["value"] and record["value"]["op"] for record in records] == ["c", "u", "d", None, "c"]
    assert [record["headers"] for record in records[2:]] == [
        {"__debezium.newkey": {"id": 9}}, {"__debezium.newkey": {"id": 9}}, {"__debezium.oldkey": {"id": 1}},
    ]  # fmt: skip
    assert decoders.lines(tmp_path / "synth.transaction/batch-00002.ndjson") == [
        {
            "key": {"id": f"2199023255553:{lsn}"},
            "value": {"status": status, "id": f"2199023255553:{lsn}", **rest, "ts_ms": TIME["ts_ms"]},
            "headers": {},
        }
        for status, lsn, rest in (
            ("BEGIN", 2199023255553, {"event_count": None, "data_collections": None}),
            (
                "END",
                2199023255557,  # the commit's, where the next transaction begins
                {
                    "event_count": 5,
                    "data_collections": [
                        {"data_collection": "shop.items", "event_count": 4},
                        {"data_collection": "shop.others", "event_count": 1},
                    ],
                },
            ),
        )
    ]


def test_a_changed_key_is_two_records_of_debezium_each_with_a_number_of_its_own():
    topics = sent("debezium", shop_batch())
    numbers = [
        list(json.loads(value)["transaction"].values())[1:]
        for name in ("items", "others")
        for _, value, _ in topics[f"synth.shop.{name}"]
        if value is not None
    ]
    assert numbers == [[1, 1], [2, 2], [3, 3], [4, 4], [5, 1]]


def test_of_the_first_transaction_after_the_snapshot_nothing_was_committed_before():
    for number, expected in ((1, [None, "1099511627777"]), (2, ["2199023255552", "2199023255553"])):
        batch = bronze(number)
        first = min(batch.transactions["tx_id"])
        values = [json.loads(value) for some in sent("debezium", batch).values() for _, value, _ in some if value]
        found = {one["source"]["sequence"] for one in values if one.get("source", {}).get("txId") == first}
        assert expected in [json.loads(one) for one in found]
        assert len({json.loads(one)[0] for one in found}) == 1


def test_lines_of_values_are_the_values_and_a_tombstone_has_none(tmp_path):
    for at, options in (("value", {}), ("keyed", {"records": "keyed"})):
        write("debezium", "ndjson", tmp_path / at, shop_batch(), options)
    values, keyed = (decoders.lines(tmp_path / at / "synth.shop.items/batch-00002.ndjson") for at in ("value", "keyed"))
    assert values == [one["value"] for one in keyed if one["value"] is not None]
    assert len(values) == len(keyed) - 1


def test_debezium_of_a_default_identity_tells_the_key_and_what_is_new(tmp_path):
    write("debezium", "ndjson", tmp_path, shop_batch(), {"identity": "default"})
    values = decoders.lines(tmp_path / "synth.shop.items/batch-00002.ndjson")
    was = {"id": 1, "note": None, "price": "0.00", "is_new": False, "born": 0, "at": "1970-01-01T00:00:00Z",
           "c0": None, "c1": None, "c2": None}  # fmt: skip
    new = {**ROW, "note": "__debezium_unavailable_value", "price": "2.00", "c2": "z"}
    assert [(one["before"], one["after"]) for one in values] == [
        (None, ROW),
        (None, new),
        (was, None),
        (None, {**new, "id": 9}),
    ]


def test_flattened_records_are_rows_with_the_fields_that_order_them(tmp_path):
    write("debezium", "ndjson", tmp_path, shop_batch(), {"records": "flat"})
    new = {**ROW, "price": "2.00", "c2": "z"}
    assert decoders.lines(tmp_path / "synth.shop.items/batch-00002.ndjson") == [
        {**row, "__deleted": deleted, "__op": op, "__table": "items", "__lsn": 2199023255552 + lsn,
         "__txId": 2199023255553, "__source_ts_ms": TIME["ts_ms"], "__transaction_total_order": order}
        for order, (row, deleted, op, lsn) in enumerate(
            ((ROW, "false", "c", 1), (new, "false", "u", 2), (new, "true", "d", 3),
             ({**new, "id": 9}, "false", "c", 3)), 1)
    ]  # fmt: skip
    assert len(decoders.lines(tmp_path / "synth.transaction/batch-00002.ndjson")) == 2


def test_lines_with_schemas_hold_the_same_values(tmp_path):
    for at, options in (("value", {}), ("schema", {"records": "schema"})):
        write("debezium", "ndjson", tmp_path / at, shop_batch(), options)
    for topic in ("synth.shop.items", "synth.shop.others", "synth.transaction"):
        values, schema = (decoders.lines(tmp_path / at / topic / "batch-00002.ndjson") for at in ("value", "schema"))
        assert [one["payload"] for one in schema] == values
        for one in schema:
            decoders.check_schema(one["schema"], one["payload"])


def marks_of(batch, root, *names):
    """Table → the kinds of marks of its records: of the first, of those between, of the last."""
    batch = replace(batch, chosen=names or batch.chosen)
    write("debezium", "ndjson", root, batch, {})
    _, marks = decoders.debezium_base(root, {name: batch.tables[name] for name in batch.chosen})
    return [one and [one[0], *sorted(set(one[1:-1])), one[-1]] for one in marks]


BETWEEN = ["first_in_data_collection", "true", "last_in_data_collection"]


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_a_debezium_snapshot_marks_its_first_and_last_records_whichever_tables_it_has(size, tmp_path):
    cut = replace(bronze(0), logs=lambda name: (piece for f in bronze(0).logs(name) for piece in f.iter_slices(size)))
    some = ("raw_products", "raw_sessions", "raw_orders")
    assert marks_of(cut, tmp_path, *some) == [["first", *BETWEEN[1:]], BETWEEN, [*BETWEEN[:2], "last"]]


@pytest.mark.parametrize("empty", [{"raw_reviews"}, {"raw_customers"}, {"raw_customers", "raw_reviews", "raw_orders"}])
def test_tables_without_a_row_are_not_the_first_or_last_of_a_snapshot(empty, tmp_path):
    def logs(name):
        return (frame.clear() if name in empty else frame for frame in bronze(0).logs(name))

    found = marks_of(replace(bronze(0), logs=logs), tmp_path)
    assert [mark == [] for mark in found] == [name in empty for name in bronze(0).tables]
    full = [mark for mark in found if mark]
    assert (full[0], full[-1]) == (["first", *BETWEEN[1:]], [*BETWEEN[:2], "last"])
    assert full[1:-1] == [BETWEEN] * (len(full) - 2)


def test_a_snapshot_of_one_row_has_the_first_one_and_makes_each_frame_once(tmp_path):
    made = []

    def logs(name):
        made.append(name)
        return iter([next(bronze(0).logs(name)).head(name == "raw_orders")])

    assert [one for one in marks_of(replace(bronze(0), logs=logs), tmp_path) if one] == [["last", "last"]]
    assert sorted(made) == sorted(bronze(0).tables)


def test_maxwell_s_base_can_be_inserts_of_one_transaction(tmp_path):
    write("maxwell", "ndjson", tmp_path, bronze(0), {"base_as": "insert"})
    lines = decoders.lines(tmp_path / "batch-00000.ndjson")
    rows = sum(frame.height for name in bronze(0).tables for frame in bronze(0).logs(name))
    assert [one.get("xoffset") for one in lines] == [*range(rows - 1), None]
    assert {(one["type"], one["xid"], one["ts"]) for one in lines} == {("insert", 1 << 40, AS_OF)}
    assert list(lines[0]) == ["database", "table", "type", "ts", "xid", "xoffset", "data"]
    assert lines[-1]["commit"] is True


def test_maxwell_lines_are_as_its_documentation_says(tmp_path):
    catalog.load("maxwell").write(shop_batch(), tmp_path, "ndjson")
    note = '"note":"é\\n' + "x" * 64 + '"'
    start, old = '{"database":"shop","table":"items","type"', '"old":{"price":1.50,"c2":null}}'
    rest = (
        f'{note},"price":2.00,"is_new":1,"born":"2026-01-01","at":"2026-01-02 08:30:00","c0":null,"c1":null,"c2":"z"}}'
    )
    assert (tmp_path / "batch-00002.ndjson").read_text().splitlines()[1:3] == [
        f'{start}:"update","ts":1767342600,"xid":2199023255553,"xoffset":1,"data":{{"id":1,{rest},{old}',
        f'{start}:"update","ts":1767342600,"xid":2199023255553,"xoffset":2,"data":{{"id":9,{rest},"old":{{"id":1}}}}',
    ]
    last = json.loads((tmp_path / "batch-00002.ndjson").read_text().splitlines()[3])
    assert list(last) == ["database", "table", "type", "ts", "xid", "commit", "data"]


def test_dms_files_are_as_its_documentation_says(tmp_path):
    paths = catalog.load("dms").write(shop_batch(), tmp_path, "csv")
    assert paths == ["shop/items/20260103-000000000.csv", "shop/others/20260103-000000000.csv"]
    note = '"é\n' + "x" * 64 + '"'
    ends = [f"20260102083000000000002199023255{number}" for number in (553, 554, 555, 555)]
    assert (tmp_path / paths[0]).read_text() == (
        "Op,dms_timestamp,id,note,price,is_new,born,at,c0,c1,c2,change_seq\n"
        f"I,2026-01-02 08:30:00.000000,1,{note},1.50,true,2026-01-01,2026-01-02 08:30:00.000000,,,,{ends[0]}\n"
        f"U,2026-01-02 08:30:00.000000,1,{note},2.00,true,2026-01-01,2026-01-02 08:30:00.000000,,,z,{ends[1]}\n"
        f"D,2026-01-02 08:30:00.000000,1,{note},2.00,true,2026-01-01,2026-01-02 08:30:00.000000,,,z,{ends[2]}\n"
        f"I,2026-01-02 08:30:00.000000,9,{note},2.00,true,2026-01-01,2026-01-02 08:30:00.000000,,,z,{ends[3]}\n"
    )


def test_sql_server_rows_are_as_its_documentation_says(tmp_path):
    assert catalog.load("sqlserver").write(shop_batch(), tmp_path, "csv") == [
        "cdc.lsn_time_mapping/batch-00002.csv",
        "cdc.shop_items_CT/batch-00002.csv",
        "cdc.shop_others_CT/batch-00002.csv",
    ]
    assert (tmp_path / "cdc.lsn_time_mapping/batch-00002.csv").read_text() == (
        "start_lsn,tran_begin_time,tran_end_time,tran_id\n"
        "0x00000002000000000004,2026-01-02 08:30:00,2026-01-02 08:30:00,0x00000002000000000001\n"
    )
    note = '"é\n' + "x" * 64 + '"'
    start = "0x00000002000000000004,,0x0000000200000000000"
    time = "2026-01-01,2026-01-02 08:30:00"
    assert (tmp_path / "cdc.shop_items_CT/batch-00002.csv").read_text() == (
        "__$start_lsn,__$end_lsn,__$seqval,__$operation,__$update_mask,id,note,price,is_new,born,at,c0,c1,c2,"
        "__$command_id\n"
        f"{start}1,2,0x01FF,1,{note},1.50,1,{time},,,,1\n"
        f"{start}2,3,0x0104,1,{note},1.50,1,{time},,,,2\n"
        f"{start}2,4,0x0104,1,{note},2.00,1,{time},,,z,2\n"
        f"{start}3,3,0x0001,1,{note},2.00,1,{time},,,z,3\n"
        f"{start}3,4,0x0001,9,{note},2.00,1,{time},,,z,3\n"
    )


def test_delta_rows_are_as_its_documentation_says(tmp_path):
    (path, _) = catalog.load("delta").write(shop_batch(), tmp_path, "parquet")
    found = pl.read_parquet(tmp_path / path)
    assert found.columns == [*SHOP["items"].column_names, "_change_type", "_commit_version", "_commit_timestamp"]
    assert found.select("id", "price", "_change_type", "_commit_version").rows() == [
        (1, Decimal("1.50"), "insert", 2199023255553),
        (1, Decimal("1.50"), "update_preimage", 2199023255553),
        (1, Decimal("2.00"), "update_postimage", 2199023255553),
        (1, Decimal("2.00"), "update_preimage", 2199023255553),
        (9, Decimal("2.00"), "update_postimage", 2199023255553),
    ]
    assert found["_commit_timestamp"].unique().to_list() == [datetime(2026, 1, 2, 8, 30, tzinfo=UTC)]


DOCUMENTS = Table(
    "shop",
    "documents",
    doc="",
    grain="",
    key=Key(("ID", "day"), RowOrder()),
    columns=(
        Column("day", DATE, ""),
        Column("ID", UUID, ""),
        Column("content", JSON, "", nullable=True),
        Column("seal", BINARY, "", nullable=True),
        Column("sizes", list_of(INT16), "", nullable=True),
        Column("place", struct({"city": STRING, "floor": INT16}), "", nullable=True),
        Column("read_at", timestamp("us"), "", nullable=True),
        Column("sent_at", timestamp("us", "UTC"), "", nullable=True),
        Column("share", FLOAT32, "", nullable=True),
    ),
)
DOCUMENT = {
    "day": date(2026, 1, 2),
    "ID": "0189d3f1-7a6b-4c1d-9e2f-0123456789ab",
    "content": '{"a":\n[1, "x\\ny"]}',
    "seal": b"\x00\xff",
    "sizes": [1, None, 3],
    "place": {"city": "Zürich", "floor": None},
    "read_at": datetime.fromisoformat("2026-01-02T08:30:00.000120"),
    "sent_at": datetime(2026, 1, 2, 8, 30, 0, 120, tzinfo=UTC),
    "share": 0.25,
}


def documents_batch():
    """A document that is as it was, and one with nothing but its key."""
    bare = {**dict.fromkeys(DOCUMENT), "day": DOCUMENT["day"], "ID": DOCUMENT["ID"]}
    time = datetime(2026, 1, 2, 8, 30, tzinfo=UTC)
    rows = [
        (2, (2 << 40) + seq, (2 << 40) + 1, seq, 2, op, time, DOCUMENT["ID"], DOCUMENT["day"], *before, *after, names)
        for seq, op, before, after, names in (
            (1, "insert", [None] * 9, DOCUMENT.values(), []),
            (2, "update", DOCUMENT.values(), bare.values(), [n for n in DOCUMENT if bare[n] is None]),
        )
    ]
    log = pl.DataFrame(rows, schema=change_table(DOCUMENTS).schema, orient="row")
    transactions = pl.DataFrame(
        {"tx_id": [(2 << 40) + 1], "commit_ts": [time], "tx_total": [2], "documents": [2]},
        schema_overrides={"tx_total": pl.Int32, "documents": pl.Int32, "commit_ts": pl.Datetime("us", "UTC")},
    )
    whole = {"documents": DOCUMENTS}
    return BatchToWrite(
        "shop", whole, ("documents",), 2, AS_OF + DAY, AS_OF + 2 * DAY, transactions, lambda _: iter([log])
    )


def test_debezium_has_the_connectors_values_of_every_type_in_row_and_key():
    (first, second) = sent("debezium", documents_batch())["synth.shop.documents"]
    assert first[0] == f'{{"ID":"{DOCUMENT["ID"]}","day":20455}}'
    assert json.loads(first[1])["after"] == {
        "day": 20_455, "ID": DOCUMENT["ID"], "content": DOCUMENT["content"], "seal": "AP8=", "sizes": [1, None, 3],
        "place": '{"city":"Zürich","floor":null}', "read_at": 1767342600000120,
        "sent_at": "2026-01-02T08:30:00.000120Z", "share": 0.25,
    }  # fmt: skip
    assert json.loads(second[1])["after"] == {**dict.fromkeys(DOCUMENT), "day": 20_455, "ID": DOCUMENT["ID"]}


def test_maxwell_has_mysqls_values_of_every_type_and_its_keys_in_small_letters():
    (first, second) = sent("maxwell", documents_batch())["maxwell"]
    key = f'{{"database":"shop","table":"documents","pk.id":"{DOCUMENT["ID"]}","pk.day":"2026-01-02"}}'
    assert [first[0], second[0]] == [key, key]
    rest = (
        '"content":{"a": [1, "x\\ny"]},"seal":"AP8=","sizes":[1,null,3],"place":{"city":"Zürich","floor":null},'
        '"read_at":"2026-01-02 08:30:00.000120","sent_at":"2026-01-02 08:30:00.000120","share":0.25'
    )
    assert first[1].endswith(f'"data":{{"day":"2026-01-02","ID":"{DOCUMENT["ID"]}",{rest}}}}}')
    assert second[1].endswith(f'"old":{{{rest}}}}}')


@pytest.mark.parametrize(("name", "form"), [one for one in PLAIN_FORMS if not catalog.load(one[0]).has_records])
def test_rows_of_every_type_are_written(name, form, tmp_path):
    (path,) = [p for p in catalog.load(name).write(documents_batch(), tmp_path, form) if "documents" in p]
    rows = decoders.table_rows(tmp_path / path)
    seal = {"parquet": b"\x00\xff", "csv": "0x00FF" if name == "sqlserver" else "AP8="}[form]
    # Only Delta's tables have lists and structs; the others' sources have JSON as text.
    place = DOCUMENT["place"] if name == "delta" else '{"city":"Zürich","floor":null}'
    sizes = DOCUMENT["sizes"] if name == "delta" else "[1,null,3]"
    for column, whole in (("seal", seal), ("place", place), ("sizes", sizes)):
        before_and_after = [whole, None] if name == "dms" else [whole, whole, None]
        assert [one[column] for one in rows] == before_and_after


def test_the_base_of_maxwell_has_brackets_whose_keys_are_without_values():
    base = replace(shop_batch(), number=0, logs=lambda name: iter([pl.DataFrame(schema=SHOP[name].schema)]))
    keys = [key for key, _, _ in sent("maxwell", base)["maxwell"]]
    assert keys == [
        f'{{"database":"shop","table":"{name}","pk.id":null}}' for name in ("items", "items", "others", "others")
    ]


# The catalogue


def test_envelopes_are_found_without_importing_anything_heavy():
    script = (
        "import sys\n"
        "from synth_assets.sinks.envelopes import catalog\n"
        "print(catalog.names())\n"
        "print([m for m in ('polars', 'numpy', 'duckdb', 'pyarrow') if m in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "['debezium', 'delta', 'dms', 'maxwell', 'sqlserver']\n[]\n"
    assert [catalog.load(name).name for name in catalog.names()] == catalog.names()


def test_unknown_envelopes_and_formats_are_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="envelope 'debesium' is unknown; did you mean 'debezium'"):
        catalog.load("debesium")
    with pytest.raises(UsageError, match=r"format of envelope dms 'cvs' is unknown; did you mean 'csv'"):
        catalog.load("dms").format("cvs")
    assert [catalog.load("dms").format(name) for name in (None, "parquet")] == ["csv", "parquet"]
