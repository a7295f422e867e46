"""What the real Debezium is given: a base, batches, and what no clean log has, as SQL; and what we say of the same.

The last batch is made by hand: keys that change, long text that changes and that doesn't, rows that come and go.
:func:`write` stores all of it, so that whoever runs the connector needs nothing of ours but files.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from synth_assets.engine.timeline import Timeline
from synth_assets.model.change_log import AFTER, BEFORE, CADENCES, LSN_BITS, change_table
from synth_assets.model.table import Table
from synth_assets.project.project import Project
from synth_assets.sinks.envelopes import catalog
from synth_assets.sinks.envelopes.interface import BatchToWrite
from synth_assets.sinks.envelopes.tools.debezium import LONG_TEXT_BYTES
from synth_assets_tests.parity import postgres
from synth_assets_tests.parity.debezium_records import Record

BRONZE = Project.here().domain("bronze")

PAD = "synth_pad"
"""A column that is as long as PostgreSQL needs to move a row's long text away, where a row has some."""


@dataclass(frozen=True)
class Case:
    """A dataset and how many of its batches.

    Attributes:
        seed: of the dataset.
        volumes: likewise.
        batches: how many of its own; one made by hand follows.
    """

    seed: int
    volumes: Mapping[str, int]
    batches: int


def batches(case: Case) -> list[BatchToWrite]:
    """The base, the batches, and the one made by hand."""
    timeline = Timeline(BRONZE, BRONZE.dataset("small", seed=case.seed, volumes=dict(case.volumes)), CADENCES["day"])
    tables = BRONZE.tables
    found: list[BatchToWrite] = []
    for number in range(case.batches + 1):
        batch = timeline.batch(max(number, 1))
        second = timeline.second(number)
        frames = {name: list(batch.log(name) if number else timeline.state(name, second)) for name in tables}
        transactions = batch.transactions.drop("act")
        found.append(
            BatchToWrite(
                domain="bronze",
                tables=tables,
                chosen=tuple(tables),
                number=number,
                since=batch.since if number else second,
                until=batch.until if number else second,
                transactions=transactions if number else transactions.clear(),
                logs=lambda name, frames=frames: iter(frames[name]),
            )
        )
    return [*found, _by_hand(timeline, found[-1])]


def _by_hand(timeline: Timeline, last: BatchToWrite) -> BatchToWrite:
    """A batch of few transactions, each with something that only faults bring about."""
    number = last.number + 1
    products = _rows(timeline, "raw_products", number - 1)
    long = [row for row in products if len(row["description"].encode()) > LONG_TEXT_BYTES][:3]
    short = [row for row in products if len(row["description"].encode()) <= LONG_TEXT_BYTES][:2]
    moved = {**long[0], "product_id": long[0]["product_id"] + 1_000_000}
    cheaper = {**short[0], "product_id": short[0]["product_id"] + 1_000_000, "cost": short[0]["cost"] / 2}
    told = {**long[1], "description": "Now with another long description, so that it has to be stored anew. " * 2}
    new = {**long[2], "product_id": 2_000_000, "sku": "NEW-1"}
    again = {**new, "product_id": 2_000_001, "sku": "NEW-2", "color": None}
    dark = {**again, "color": "Black"}
    transactions = [
        [("raw_products", long[0], moved), ("raw_products", short[0], cheaper)],
        [("raw_products", long[1], told), ("raw_products", told, {**told, "is_active": not told["is_active"]})],
        [("raw_products", moved, None), ("raw_products", short[1], {**short[1], "size": "XS", "color": None})],
        [("raw_products", None, new), ("raw_products", new, again), ("raw_products", again, dark),
         ("raw_products", dark, None)],
    ]  # fmt: skip
    if sessions := _rows(timeline, "raw_sessions", number - 1)[:2]:
        transactions += [[("raw_sessions", sessions[0], {**sessions[0], "session_id": 3_000_000})]]
        transactions += [[("raw_sessions", row, None)] for row in sessions[1:]]
    if reviews := _rows(timeline, "raw_reviews", number - 1)[:2]:
        transactions += [
            [("raw_reviews", row, {**row, "rating": 6 - row["rating"]}), ("raw_clickstream", None, _click(timeline))]
            for row in reviews[:1]
        ]
        transactions += [[("raw_reviews", row, {**row, "review_text": "No."})] for row in reviews[1:]]
    return _batch(last, number, transactions)


def _click(timeline: Timeline) -> dict[str, Any]:
    row = _rows(timeline, "raw_clickstream", 0)[0]
    return {**row, "event_id": 4_000_000}


def _rows(timeline: Timeline, name: str, number: int) -> list[dict[str, Any]]:
    return [row for frame in timeline.state(name, timeline.second(number)) for row in frame.iter_rows(named=True)]


def _batch(last: BatchToWrite, number: int, transactions: list[list[tuple[str, Any, Any]]]) -> BatchToWrite:
    """Events as a batch."""
    lsn = first = number << LSN_BITS
    rows: dict[str, list[list[Any]]] = {name: [] for name in last.tables}
    heads: list[dict[str, Any]] = []
    for place, events in enumerate(transactions, 1):
        time = datetime.fromtimestamp(last.until + 60 * place, tz=UTC)
        counts = dict.fromkeys(last.tables, 0)
        for seq, (name, before, after) in enumerate(events, 1):
            lsn += 1
            counts[name] += 1
            table = last.tables[name]
            op = "insert" if before is None else "delete" if after is None else "update"
            key = [(before or after)[column] for column in table.key.columns]
            images = [image and image[column] for image in (before, after) for column in table.column_names]
            changed = [c for c in table.column_names if op == "update" and before[c] != after[c]]
            rows[name].append([number, lsn, first + place, seq, len(events), op, time, *key, *images, changed])
        heads.append({"tx_id": first + place, "commit_ts": time, "tx_total": len(events), **counts})
    logs = {
        name: pl.DataFrame(some, schema=change_table(last.tables[name]).schema, orient="row")
        for name, some in rows.items()
    }
    schema = {**dict.fromkeys(last.tables, pl.Int32), "tx_total": pl.Int32, "commit_ts": pl.Datetime("us", "UTC")}
    return replace(
        last,
        number=number,
        since=last.until,
        until=last.until + 86_400,
        transactions=pl.DataFrame(heads, schema_overrides=schema),
        logs=lambda name: iter([logs[name]] if logs[name].height else []),
    )


# SQL


def tables_sql(identity: str) -> Iterator[str]:
    """Statements that make the tables, without references: rows of the last batch heed none.

    Long text is stored out of line: PostgreSQL does so in rows of more than 2 kB, so a row that has some is padded by
    a generated column, which isn't published; and no other text is moved away.
    """
    yield "CREATE SCHEMA bronze"
    for table in BRONZE.tables.values():
        name = f"bronze.{table.name}"
        columns = ", ".join(
            f"{column.name} {column.type.sql('postgresql')}"
            + (" PRIMARY KEY" if column.name == str(table.key) else "" if column.nullable else " NOT NULL")
            for column in table.columns
        )
        long = LONG.get(table.name)
        pad = f"CASE WHEN octet_length({long}) > {LONG_TEXT_BYTES} THEN repeat('x', 2100) END"
        more = f", {PAD} VARCHAR GENERATED ALWAYS AS ({pad}) STORED" if long else ""
        yield f"CREATE TABLE {name} ({columns}{more})"
        yield f"ALTER TABLE {name} REPLICA IDENTITY {identity.upper()}"
        if long:
            yield f"ALTER TABLE {name} SET (toast_tuple_target = 128)"
            for column in table.columns:
                if column.type.sql("postgresql") == "VARCHAR":
                    storage = "EXTERNAL" if column.name == long else "PLAIN"
                    yield f"ALTER TABLE {name} ALTER COLUMN {column.name} SET STORAGE {storage}"
            yield f"ALTER TABLE {name} ALTER COLUMN {PAD} SET STORAGE EXTERNAL"


LONG = {"raw_products": "description", "raw_reviews": "review_text"}
"""The columns of bronze whose text may be longer than :data:`LONG_TEXT_BYTES`."""


def base_sql(base: BatchToWrite) -> Iterator[str]:
    """Statements that insert the base."""
    for name, table in base.tables.items():
        for frame in base.logs(name):
            rows = frame.select(pl.concat_str(_cells(table, ""), separator=", ")).to_series()
            for some in rows.to_frame().iter_slices(500):
                yield f"INSERT INTO bronze.{name} ({_names(table)}) VALUES ({'), ('.join(some.to_series())})"
        yield f"CLUSTER bronze.{name} USING {name}_pkey"  # or a row lies wherever there was room, and is read there


def batch_sql(batch: BatchToWrite) -> Iterator[str]:
    """Statements of a batch, with ``BEGIN`` and ``COMMIT``."""
    frames = [
        frame.select("lsn", "tx_seq", "tx_total", _statement(batch.tables[name]).alias("sql"))
        for name in batch.chosen
        for frame in batch.logs(name)
    ]
    for _, seq, total, sql in pl.concat(frames).sort("lsn").iter_rows() if frames else ():
        if seq == 1:
            yield "BEGIN"
        yield sql
        if seq == total:
            yield "COMMIT"


def _names(table: Table) -> str:
    return ", ".join(table.column_names)


def _cells(table: Table, prefix: str) -> list[pl.Expr]:
    return [postgres.literal(column, prefix + column.name) for column in table.columns]


def _statement(table: Table) -> pl.Expr:
    after = _cells(table, AFTER)
    sets = [
        pl.when(pl.col("changed_columns").list.contains(name)).then(pl.concat_str(pl.lit(f"{name} = "), cell))
        for name, cell in zip(table.column_names, after, strict=True)
    ]
    key = str(table.key)
    where = pl.concat_str(pl.lit(f" WHERE {key} = "), postgres.literal(table.column(key), BEFORE + key))
    name = f"bronze.{table.name}"
    values = pl.concat_str(after, separator=", ")
    insert = pl.concat_str(pl.lit(f"INSERT INTO {name} ({_names(table)}) VALUES ("), values, pl.lit(")"))
    changes = pl.concat_str(sets, separator=", ", ignore_nulls=True)
    update = pl.concat_str(pl.lit(f"UPDATE {name} SET "), changes, where)
    delete = pl.concat_str(pl.lit(f"DELETE FROM {name}"), where)
    return pl.when(op="insert").then(insert).when(op="update").then(update).when(op="delete").then(delete)


# All of it in a folder


def write(home: Path, case: Case, forms: Mapping[str, Mapping[str, str]]) -> None:
    """Store a case.

    ``home/tables.json`` names the tables, parents first; ``home/sql/tables-full.sql``, ``tables-default.sql``,
    ``base.sql``, ``batch-00001.sql`` and so on hold a statement a line, as JSON; ``home/records/<form>.ndjson`` our
    records, as ``[topic, key, value, headers]``.

    Args:
        home: a folder.
        case: what to store.
        forms: name → options of the envelope.
    """
    given = batches(case)
    scripts = {f"tables-{identity}": tables_sql(identity) for identity in ("full", "default")}
    scripts |= {"base": base_sql(given[0])} | {batch.label: batch_sql(batch) for batch in given[1:]}
    for folder in ("sql", "records"):
        (home / folder).mkdir(parents=True)
    (home / "tables.json").write_text(json.dumps(list(BRONZE.tables)), encoding="utf-8")
    for name, statements in scripts.items():
        _write_lines(home / "sql" / f"{name}.sql", statements)
    for name, options in forms.items():
        _write_lines(home / "records" / f"{name}.ndjson", records(given, options))


def records(given: Iterable[BatchToWrite], options: Mapping[str, str]) -> Iterator[Record]:
    """Our records of batches, as the connector's are read."""
    for batch in given:
        for frame in catalog.load_messages("debezium").records(replace(batch, options=options)):
            for topic, key, value, headers in frame.iter_rows():
                told = {one["name"]: json.loads(one["value"]) for one in headers}
                yield Record(topic, *(None if part is None else json.loads(part) for part in (key, value)), told)


def _write_lines(path: Path, things: Iterable[Any]) -> None:
    path.write_text("".join(json.dumps(one) + "\n" for one in things), encoding="utf-8")


def main() -> None:
    """Write a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("case", help="a case as JSON")
    parser.add_argument("forms", help="the forms as JSON: name → options")
    asked = parser.parse_args()
    write(asked.home, Case(**json.loads(asked.case)), json.loads(asked.forms))


if __name__ == "__main__":
    main()
