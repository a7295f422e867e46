"""Tables take in batches of changes whatever kind of key they have, and are what a plain dictionary says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import polars as pl
import pytest

from synth_assets.errors import DataError, UsageError
from synth_assets.model.change_log import change_table
from synth_assets.model.key import CompositeCodec, IntegerCodec, Key, TextCodec, composite_key, text_key, uuid_key
from synth_assets.model.table import Column, Table
from synth_assets.model.types import INT16, INT64, MONEY, STRING, UUID
from synth_assets.sinks.current_reader import read_in_order
from synth_assets.sinks.current_tables import check_keyed, new_tables, open_tables, versions_table
from synth_assets.sinks.databases import duckdb

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """A kind of key, its columns, and the names of the rows with the numbers 0, 1, 2 …"""

    key: Key
    columns: tuple[Column, ...]

    @property
    def table(self):
        note = Column("note", STRING, "", nullable=True)
        return Table("shop", "rows", "", "one row", self.key, (note, *self.columns, Column("price", MONEY, "")))

    def names(self, count):
        words = np.random.default_rng(7).integers(0, 2**63, count, dtype=np.uint64)
        parts = self.key.codec.values(np.arange(count, dtype=np.int64), words)
        return list(zip(*(pl.Series(part).to_list() for part in parts), strict=True))


MIXED = CompositeCodec((IntegerCodec(), TextCodec("SKU", 4)), (4,))
KINDS = {
    "integer": Kind(Key.of("id"), (Column("id", INT64, ""),)),
    "composite": Kind(composite_key("order_id", line=4), (Column("line", INT16, ""), Column("order_id", INT64, ""))),
    "mixed": Kind(Key(("tenant", "sku"), MIXED), (Column("tenant", INT64, ""), Column("sku", STRING, ""))),
    "text": Kind(text_key("code", "C"), (Column("code", STRING, ""),)),
    "uuid": Kind(uuid_key("id"), (Column("id", UUID, ""),)),
    "uuid in text": Kind(uuid_key("id"), (Column("id", STRING, ""),)),
}


class Truth:
    """What a dictionary makes of the same events."""

    def __init__(self, kind, count):
        self.kind, self.random = kind, Random(11)  # noqa: S311 - no secret
        self.names = kind.names(count)
        self.rows = {name: self.row(name) for name in self.names[::2]}
        self.versions = {name: [(row, START, None)] for name, row in self.rows.items()}

    def row(self, name):
        values = dict(zip(self.kind.key.columns, name, strict=True))
        price = pl.Series([self.random.randrange(10**6)]).cast(pl.Decimal(12, 0)) / 100
        values |= {"note": self.random.choice([None, "", "naïve"]), "price": price.cast(pl.Decimal(12, 2))[0]}
        return {column: values[column] for column in self.kind.table.column_names}

    def batch(self, number, events):
        """A log of so many events, some rows with several of them."""
        log, at = [], START + timedelta(days=number)
        for seq in range(1, events + 1):
            at += timedelta(minutes=1)
            name = self.random.choice(self.names[: len(self.names) * number // 3])
            before = self.rows.get(name)
            op = "insert" if before is None else self.random.choice(["update", "update", "delete"])
            after = None if op == "delete" else self.row(name)
            self.note(name, after, at)
            lsn = (number << 40) + seq
            log.append(event(self.kind.table, op, lsn, at, name, before, after))
        return pl.DataFrame(log, schema=change_table(self.kind.table).schema, orient="row")

    def note(self, name, after, at):
        kept = self.versions.setdefault(name, [])
        if name in self.rows:
            row, since, _ = kept[-1]
            kept[-1] = (row, since, at)
        self.rows.pop(name, None)
        if after is not None:
            self.rows[name] = after
            kept.append((after, at, None))

    def in_order(self):
        return [self.rows[name] for name in self.names if name in self.rows]


def event(table, op, lsn, at, name, before, after):
    images = [image and image[column] for image in (before, after) for column in table.column_names]
    changed = [column for column in table.column_names if before and after and before[column] != after[column]]
    return [lsn >> 40, lsn, lsn, 1, 1, op, at, *name, *images, changed]


def snapshot(truth):
    return pl.DataFrame(truth.in_order(), schema=truth.kind.table.schema)


def begun(path, truth):
    with new_tables(path, "shop") as tables:
        tables.begin(truth.kind.table, [snapshot(truth)], int(START.timestamp()), versions=True)
    return path


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_batches_lead_to_what_a_dictionary_says_in_the_order_of_row_numbers(kind, tmp_path):
    truth = Truth(kind, 60)
    path = begun(tmp_path / "tiny.duckdb", truth)
    with open_tables(path, "shop") as tables:
        for number in (1, 2, 3):
            log = truth.batch(number, 40)
            with tables.transaction():
                tables.apply(kind.table, log, versions=True)
    rows = pl.concat(read_in_order(path, kind.table))
    assert rows.schema == kind.table.schema
    assert rows.to_dicts() == truth.in_order()
    assert (np.diff(kind.key.numbers(rows)) > 0).all()
    history = versions_table(kind.table)
    stored = [row for frame in duckdb.read(path, history) for row in frame.iter_rows(named=True)]
    expected = [
        row | {"valid_from": since, "valid_to": until, "is_current": until is None}
        for versions in truth.versions.values()
        for row, since, until in versions
    ]

    def by_key_and_time(row):
        return *(row[column] for column in kind.key.columns), row["valid_from"]

    assert sorted(stored, key=by_key_and_time) == sorted(expected, key=by_key_and_time)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_empty_table_is_read_as_such(kind, tmp_path):
    path = begun(tmp_path / "tiny.duckdb", Truth(kind, 0))
    assert sum(frame.height for frame in read_in_order(path, kind.table)) == 0


def test_the_way_rows_lie_is_not_the_order_they_are_read_in(tmp_path):
    kind = KINDS["composite"]
    truth = Truth(kind, 60)
    path = begun(tmp_path / "tiny's.duckdb", truth)
    first = truth.names[0]
    before, after = truth.rows[first], truth.row(first)
    log = [event(kind.table, "update", (1 << 40) + 1, START, first, before, after)]
    with open_tables(path, "shop") as tables, tables.transaction():
        tables.apply(
            kind.table, pl.DataFrame(log, schema=change_table(kind.table).schema, orient="row"), versions=False
        )
    lying = pl.concat(duckdb.read(path, kind.table))
    assert lying.row(-1, named=True) == after
    assert pl.concat(read_in_order(path, kind.table)).row(0, named=True) == after


SAID = {
    "integer": "insert of id 1, which",
    "composite": "insert of order_id 1, line 1, which",
    "mixed": "insert of tenant 1, sku SKU0001, which",
    "text": "insert of code C000001, which",
    "uuid": "insert of id {0}, which",
}


@pytest.mark.parametrize("name", SAID)
def test_what_does_not_fit_is_named_by_its_whole_key(name, tmp_path):
    kind = KINDS[name]
    truth = Truth(kind, 60)
    path = begun(tmp_path / "tiny.duckdb", truth)
    first = truth.names[0]
    log = [event(kind.table, "insert", (1 << 40) + 1, START, first, None, truth.row(first))]
    frame = pl.DataFrame(log, schema=change_table(kind.table).schema, orient="row")
    with pytest.raises(DataError) as caught, open_tables(path, "shop") as tables, tables.transaction():
        tables.apply(kind.table, frame, versions=True)
    assert f"the {SAID[name].format(*first)} is there already" in str(caught.value)
    assert pl.concat(read_in_order(path, kind.table)).to_dicts() == truth.in_order()


def test_a_row_that_shares_a_part_of_its_key_only_stays_as_it_is(tmp_path):
    kind = KINDS["composite"]
    truth = Truth(kind, 60)
    path = begun(tmp_path / "tiny.duckdb", truth)
    gone, neighbour = truth.names[0], truth.names[2]
    assert gone[0] == neighbour[0]
    log = [event(kind.table, "delete", (1 << 40) + 1, START, gone, truth.rows[gone], None)]
    with open_tables(path, "shop") as tables, tables.transaction():
        tables.apply(kind.table, pl.DataFrame(log, schema=change_table(kind.table).schema, orient="row"), versions=True)
    truth.rows.pop(gone)
    assert pl.concat(read_in_order(path, kind.table)).to_dicts() == truth.in_order()


def test_a_table_without_a_key_is_refused_and_leaves_no_database(tmp_path):
    clicks = Table("shop", "clicks", "", "one click", Key.of(""), (Column("page", STRING, ""),))
    keyed = KINDS["uuid"].table
    with (
        pytest.raises(UsageError, match=r"shop/clicks has no key, .* can't be kept up to date"),
        new_tables(tmp_path / "tiny.duckdb", "shop") as tables,
    ):
        tables.begin(clicks, [pl.DataFrame({"page": ["/"]})], 0, versions=False)
    assert not list(tmp_path.iterdir())
    with pytest.raises(UsageError, match="Name those that have one: rows"):
        check_keyed([keyed, clicks])
    check_keyed([keyed])
