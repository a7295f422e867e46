"""Three days in the small shop of the bronze rules' tests, written by hand as a folder of change data."""

import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from synth_assets_tests.oracles import bronze_rules
from synth_assets_tests.oracles.change_replay import CHANGED, META, PERIOD
from synth_assets_tests.oracles.test_bronze_rules_bite import AS_OF, LONDON, at, cents, shop, visit

START = at(AS_OF)
DAY = 86_400
KEYS = bronze_rules.KEYS
TYPES = {
    "integer": pa.int64(),
    "text": pa.large_string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us", "UTC"),
    "money": pa.decimal128(12, 2),
    "number": pa.decimal128(8, 3),
}
SCHEMA = {
    table: pa.schema([(name, TYPES[kind.rstrip("?")]) for name, kind in columns.items()])
    for table, columns in bronze_rules.COLUMNS.items()
}
LSN = 2**40
Row = dict[str, Any]


def row(table: str, *cells: Any) -> Row:
    return dict(zip(SCHEMA[table].names, cells, strict=True))


@dataclass
class Event:
    """One event as it will be stored."""

    table: str
    op: str
    key: int
    before: Row | None
    after: Row | None
    commit_ts: datetime
    act: int
    changed_columns: list[str] | None = None
    batch: int = 0
    lsn: int = 0
    tx_id: int = 0
    tx_seq: int = 0
    tx_total: int = 0


@dataclass
class Tale:
    """A change folder before it is written."""

    events: list[Event] = field(default_factory=list)
    snapshots: dict[int, dict[str, dict[int, Row]]] = field(default_factory=dict)
    history: dict[str, list[Row]] = field(default_factory=dict)
    afterwards: Callable[[Path], object] = lambda _: None

    def act(self, moment: str, *steps: tuple[str, str, int, Row]) -> None:
        """A transaction of (table, op, key, values); of updates the values that change."""
        state = self.snapshots.setdefault(-1, copy.deepcopy(self.snapshots[0]))
        number = self.events[-1].act + 1 if self.events else 1
        for table, op, key, given in steps:
            values = dict(given)
            before = state[table].pop(key, None)
            if table == "raw_inventory" and op == "insert":
                values |= {"movement_id": key, "moved_at": at(moment)}
            after = None if op == "delete" else {**(before or {}), **values}
            if after is not None:
                state[table][key] = after
            changed = [name for name in values if before[name] != after[name]] if op == "update" else []
            self.events.append(Event(table, op, key, before, after, at(moment), number, changed))

    def number(self) -> None:
        """Give batches, lsn and tx_… to the events as they stand."""
        places: dict[int, int] = {}
        acts: dict[int, list[int]] = {}
        for event in self.events:
            event.batch = (event.commit_ts - START) // timedelta(days=1) + 1
            places[event.batch] = places.get(event.batch, 0) + 1
            event.lsn = event.batch * LSN + places[event.batch]
            if event.act not in acts.setdefault(event.batch, []):
                acts[event.batch].append(event.act)
            event.tx_id = event.batch * LSN + acts[event.batch].index(event.act) + 1
        for event in self.events:
            together = [one for one in self.events if one.tx_id == event.tx_id]
            event.tx_seq, event.tx_total = together.index(event) + 1, len(together)

    def one(self, table: str, op: str, key: int, nth: int = 0) -> Event:
        """An event of a kind on a row, the first or a later one."""
        return [event for event in self.events if (event.table, event.op, event.key) == (table, op, key)][nth]

    def write(self, root: Path) -> None:
        """Store log, snapshots and history."""
        for table, schema in SCHEMA.items():
            for label, state in self.snapshots.items():
                if label >= 0:
                    self._store(root, "snapshots", table, label, list(state[table].values()), schema)
            key = (KEYS[table], schema.field(KEYS[table]).type)
            images = [(f"{prefix}_{one.name}", one.type) for prefix in ("before", "after") for one in schema]
            for batch in (1, 2, 3):
                rows = [self._logged(event) for event in self.events if event.table == table and event.batch == batch]
                self._store(root, "changes", table, batch, rows, pa.schema([*META, key, *images, CHANGED]))
        for table, rows in self.history.items():
            self._store(root, "history", table, 3, rows, pa.schema([*SCHEMA[table], *PERIOD]))
        self.afterwards(root)

    @staticmethod
    def _store(root: Path, kind: str, table: str, number: int, rows: list[Row], schema: pa.Schema) -> None:
        folder = root / kind / "bronze" / table / f"{'batch' if kind == 'changes' else 'at'}={number:05}"
        folder.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema), folder / "part-00000.parquet")

    @staticmethod
    def _logged(event: Event) -> Row:
        images = {f"before_{name}": cell for name, cell in (event.before or {}).items()}
        images |= {f"after_{name}": cell for name, cell in (event.after or {}).items()}
        meta = {name: getattr(event, name) for name, _ in (*META, CHANGED)}
        return {**meta, KEYS[event.table]: event.key, **images}


def tell() -> Tale:
    """Three days in the shop: every kind of act at least once."""
    tale = Tale()
    tale.snapshots[0] = {table: {cells[0]: row(table, *cells) for cells in rows} for table, rows in shop().items()}
    for number, day in enumerate((_first_day, _second_day, _third_day), start=1):
        day(tale)
        tale.snapshots[number] = copy.deepcopy(tale.snapshots[-1])
    tale.number()
    for table in SCHEMA:
        tale.history[table] = list(_versions(tale, table))
    return tale


def _first_day(tale: Tale) -> None:
    _registered(tale, "2026-01-01 00:00:00", 4)
    cells = ("ELE-0005", "Fan", "A fan.", "Electronics", "Lamps", "Lumo", cents("30.00"), cents("10.00"), "USD",
             Decimal("1.000"), None, None, None, True, START, START)  # fmt: skip
    tale.act("2026-01-01 00:00:00", ("raw_products", "insert", 5, row("raw_products", 5, *cells)))
    tale.act("2026-01-01 10:00:00", ("raw_inventory", "insert", 100, _moved(5, "IN", "opening", 5, 5)))
    _changed(tale, "2026-01-01 11:00:00", "raw_orders", 5, status="processing", payment_status="paid")
    delivered_at = at("2026-01-01 12:00:00")
    _changed(tale, "2026-01-01 12:00:00", "raw_orders", 4, status="delivered", delivered_at=delivered_at)
    cells = (6, 4, 41, at("2026-01-01 12:59:00"), "pending", "card", "pending", "USD", 1, cents("30.00"),
             cents("0.00"), cents("3.00"), cents("0.00"), cents("33.00"), *LONDON, None, None, None,
             at("2026-01-01 13:00:00"))  # fmt: skip
    line = row("raw_order_items", 8, 6, 1, 5, 1, cents("30.00"), cents("0.00"), cents("30.00"))
    _ended(tale, "2026-01-01 13:00:00", 41, (5,), row("raw_orders", *cells), line)
    _ended(tale, "2026-01-01 14:00:00", 42, (2, 3))
    _changed(tale, "2026-01-01 15:00:00", "raw_customers", 2, street="3 Low Street", postal_code="SW1A 2AA")
    _changed(tale, "2026-01-01 15:10:00", "raw_customers", 1, email="a.miller77@example.com")
    _changed(tale, "2026-01-01 15:20:00", "raw_customers", 1, segment="business")
    _changed(tale, "2026-01-01 15:30:00", "raw_customers", 3, marketing_opt_in=False)
    _changed(tale, "2026-01-01 23:59:59", "raw_products", 1, price=cents("110.00"))


def _second_day(tale: Tale) -> None:
    shipped_at = at("2026-01-02 09:00:00")
    tale.act(
        "2026-01-02 09:00:00",
        ("raw_inventory", "insert", 110, _moved(1, "OUT", "sale", -1, 3, 5)),
        ("raw_inventory", "insert", 120, _moved(2, "OUT", "sale", -1, 4, 5)),
        ("raw_orders", "update", 5, {"status": "shipped", "shipped_at": shipped_at, "updated_at": shipped_at}),
    )
    end = {"status": "cancelled", "payment_status": "voided", "cancelled_at": at("2026-01-02 10:00:00")}
    _changed(tale, "2026-01-02 10:00:00", "raw_orders", 6, **end)
    cells = (13, 3, 3, 4, 4, "Good", "Fine.", True, 0, at("2026-01-02 11:00:00"))
    tale.act("2026-01-02 11:00:00", ("raw_reviews", "insert", 13, row("raw_reviews", *cells)))
    _changed(tale, "2026-01-02 12:00:00", "raw_products", 2, is_active=False)
    tale.act("2026-01-02 13:00:00", ("raw_inventory", "insert", 101, _moved(5, "IN", "purchase", 3, 8)))
    tale.act("2026-01-02 14:00:00", ("raw_products", "delete", 4, {}))
    tale.act("2026-01-02 15:00:00", ("raw_reviews", "delete", 11, {}))


def _third_day(tale: Tale) -> None:
    end = {"status": "returned", "payment_status": "refunded", "updated_at": at("2026-01-03 09:00:00")}
    tale.act(
        "2026-01-03 09:00:00",
        ("raw_inventory", "insert", 71, _moved(3, "IN", "return", 1, 5, 4)),
        ("raw_orders", "update", 4, end),
    )
    state = tale.snapshots[-1]
    sessions = [key for key, one in state["raw_sessions"].items() if one["customer_id"] == 1]
    clicks = [key for key, one in state["raw_clickstream"].items() if one["session_id"] in sessions]
    tale.act(
        "2026-01-03 10:00:00",
        *(("raw_inventory", "update", key, {"order_id": None}) for key in (90, 40)),
        ("raw_reviews", "delete", 12, {}),
        *(("raw_clickstream", "delete", key, {}) for key in clicks),
        *(("raw_order_items", "delete", key, {}) for key in (1, 2, 4)),
        *(("raw_orders", "delete", key, {}) for key in (1, 3)),
        *(("raw_sessions", "delete", key, {}) for key in sessions),
        ("raw_customers", "delete", 1, {}),
    )
    _registered(tale, "2026-01-03 11:00:00", 5)


def _changed(tale: Tale, moment: str, table: str, key: int, **values: Any) -> None:
    tale.act(moment, (table, "update", key, {**values, "updated_at": at(moment)}))


def _moved(product: int, kind: str, reason: str, by: int, balance: int, order: int | None = None) -> Row:
    """A movement; its number and time are those of the act."""
    return row("raw_inventory", None, product, kind, reason, by, balance, order, None)


def _registered(tale: Tale, moment: str, key: int) -> None:
    cells = [key, "Eve", "Jones", f"eve.jones{key}@example.com", None, *LONDON, date(1985, 1, 1), "female",
             "consumer", True, at(moment), at(moment)]  # fmt: skip
    tale.act(moment, ("raw_customers", "insert", key, row("raw_customers", *cells)))


def _ended(
    tale: Tale, moment: str, key: int, products: tuple[int, ...], order: Row | None = None, line: Row | None = None
) -> None:
    start = at(moment) - timedelta(minutes=6)
    clicks = visit(order["order_id"] if order else None, key, start, products)
    first = max(tale.snapshots[-1]["raw_clickstream"]) + 1
    views = sum(click[2] in {"page_view", "product_view"} for click in clicks)
    cells = (key, order["customer_id"] if order else None, start, at(moment), "mobile", "iOS", "Mobile Safari",
             "192.0.2.99", "GB", "London", None, None, None, views)  # fmt: skip
    session = row("raw_sessions", *cells, order is not None)
    steps = [("raw_sessions", "insert", key, session)]
    for table, values in (("raw_orders", order), ("raw_order_items", line)):
        steps += [(table, "insert", values[KEYS[table]], values)] if values else []
    steps += [
        ("raw_clickstream", "insert", first + place, row("raw_clickstream", first + place, *click))
        for place, click in enumerate(clicks)
    ]
    tale.act(moment, *steps)


def _versions(tale: Tale, table: str) -> Iterator[Row]:
    """All versions of a table's rows, of the base since ``as_of``."""
    versions = {
        key: [{**one, "valid_from": START, "valid_to": None, "is_current": True}]
        for key, one in tale.snapshots[0][table].items()
    }
    for event in tale.events:
        if event.table == table:
            mine = versions.setdefault(event.key, [])
            if event.before:
                mine[-1].update(valid_to=event.commit_ts, is_current=False)
            if event.after:
                mine.append({**event.after, "valid_from": event.commit_ts, "valid_to": None, "is_current": True})
    return itertools.chain.from_iterable(versions.values())
