"""The replay is quiet on three days of a small shop written by hand, and bites wherever a file is tampered with."""

import copy
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from synth_assets_tests.oracles.bronze_timeline import BRONZE
from synth_assets_tests.oracles.change_replay import replay, violations
from synth_assets_tests.oracles.change_tale import DAY, KEYS, LSN, SCHEMA, START, Event, Tale, tell
from synth_assets_tests.oracles.test_bronze_rules_bite import PARAMS, at, cents

TALE = tell()


def judged(tale: Tale, root: Path, **options: Any) -> list[str]:
    tale.write(root)
    return violations(root, BRONZE, START, DAY, PARAMS, **{"sampled": 0, "rules_at": (), **options})


def test_three_days_by_hand_are_in_order(tmp_path):
    copy.deepcopy(TALE).write(tmp_path)
    found = replay(tmp_path, BRONZE, START, DAY, PARAMS, sampled=8)
    assert found.violations == []
    assert found.differing == 0
    assert found.events == len(TALE.events)
    assert found.cells == sum(
        len(rows) * len(SCHEMA[table]) for state in range(4) for table, rows in TALE.snapshots[state].items()
    )


def test_every_kind_of_act_is_told(tmp_path):
    copy.deepcopy(TALE).write(tmp_path)
    assert set(replay(tmp_path, BRONZE, START, DAY, PARAMS, sampled=0, rules_at=()).kinds) == {
        "customer registered", "address changed", "e-mail changed", "segment changed", "consent changed",
        "customer erased", "product appeared", "price changed", "product discontinued", "draft dropped",
        "session ended", "order paid", "order shipped", "order delivered", "order cancelled", "order returned",
        "stock moved", "review written", "review taken down",
    }  # fmt: skip


# -- Ways to tamper -------------------------------------------------------------------


def meta(table, op, key, /, **values):
    """Other meta columns of an event; nothing is renumbered."""

    def tamper(tale):
        event = tale.one(table, op, key)
        for name, value in values.items():
            setattr(event, name, value(event) if callable(value) else value)

    return tamper


def image(table, op, key, which, /, nth=0, **values):
    """Other cells in an image; changed_columns stays as it is."""

    def tamper(tale):
        event = tale.one(table, op, key, nth)
        setattr(event, which, {**(getattr(event, which) or {}), **values})

    return tamper


def consistently(table, op, key, /, **values):
    """Other values in an after image, and whatever follows from them: changed columns, later images, snapshots."""

    def tamper(tale):
        first = tale.one(table, op, key)
        for event in tale.events[tale.events.index(first) :]:
            if (event.table, event.key) != (table, key):
                continue
            for one in (event.before,) if event is not first else ():
                one.update(values)
            if event.after:
                event.after.update(
                    {n: v for n, v in values.items() if event is first or n not in event.changed_columns}
                )
            if event.op == "update":
                event.changed_columns = [name for name in event.before if event.before[name] != event.after[name]]
        replayed(tale)

    return tamper


def replayed(tale):
    """Snapshots as the log has them."""
    state = copy.deepcopy(tale.snapshots[0])
    for batch in (1, 2, 3):
        for event in tale.events:
            if event.batch == batch:
                state[event.table].pop(event.key, None)
                if event.after:
                    state[event.table][event.key] = event.after
        tale.snapshots[batch] = copy.deepcopy(state)
    tale.history = {}


def dropped(*which):
    """Events that are not there, the others numbered as if they never had been."""

    def tamper(tale):
        for one in which:
            tale.events.remove(tale.one(*one))
        tale.number()

    return tamper


def swapped(one, other):
    """Two events change places."""

    def tamper(tale):
        here, there = (tale.events.index(tale.one(*which)) for which in (one, other))
        tale.events[here], tale.events[there] = tale.events[there], tale.events[here]
        tale.number()

    return tamper


def twice(table, op, key, /, **values):
    """An event occurs again, in a transaction of its own right after."""

    def tamper(tale):
        place = tale.events.index(tale.one(table, op, key))
        again = copy.deepcopy(tale.events[place])
        for name, value in {"act": -1, **values}.items():
            setattr(again, name, value)
        while place + 1 < len(tale.events) and tale.events[place + 1].act == tale.events[place].act:
            place += 1
        tale.events.insert(place + 1, again)
        tale.number()

    return tamper


def joined(one, other):
    """Two acts in one transaction."""

    def tamper(tale):
        moment, act = tale.one(*one).commit_ts, tale.one(*one).act
        joins = tale.one(*other).act
        for event in tale.events:
            if event.act == joins:
                event.act, event.commit_ts = act, moment
        tale.events.sort(key=lambda event: event.commit_ts)
        tale.number()

    return tamper


def batch_repeated(tale):
    again = [copy.deepcopy(event) for event in tale.events if event.batch == 2]
    tale.events = [event for event in tale.events if event.batch != 3]
    for event in again:
        event.batch = 3
        event.lsn += LSN
        event.tx_id += LSN
    tale.events += again


def batch_missing(tale):
    def remove(root):
        for folder in root.glob("changes/bronze/*/batch=00002"):
            (folder / "part-00000.parquet").unlink()
            folder.rmdir()

    tale.afterwards = remove


def file_missing(tale):
    tale.afterwards = lambda root: (root / "changes/bronze/raw_reviews/batch=00002/part-00000.parquet").unlink()


def rewritten(kind, table, number, change):
    """A stored file, changed as a table."""

    def tamper(tale):
        def rewrite(root):
            file = root / kind / "bronze" / table / number / "part-00000.parquet"
            pq.write_table(change(pq.ParquetFile(file).read()), file)

        tale.afterwards = rewrite

    return tamper


def interleaved(tale):
    """The first event of the erasure comes in the transaction before it, by its number alone."""
    erasure = [event for event in tale.events if event.act == tale.one("raw_customers", "delete", 1).act]
    returned = tale.one("raw_orders", "update", 4, 1)
    returned.lsn, erasure[0].lsn = erasure[0].lsn, returned.lsn


def in_snapshot(batch, table, key, /, **values):
    return lambda tale: tale.snapshots[batch][table][key].update(values)


def row_lost(batch, table, key):
    return lambda tale: tale.snapshots[batch][table].pop(key)


def row_added(batch, table, key, new):
    def tamper(tale):
        rows = tale.snapshots[batch][table]
        rows[-1] = {**rows[key], KEYS[table]: new}

    return tamper


def in_history(table, key, place, /, **values):
    def tamper(tale):
        mine = sorted((one for one in tale.history[table] if one[KEYS[table]] == key), key=lambda o: o["valid_from"])
        mine[place].update(values)

    return tamper


def version_lost(table, key, place):
    def tamper(tale):
        mine = sorted((one for one in tale.history[table] if one[KEYS[table]] == key), key=lambda o: o["valid_from"])
        tale.history[table].remove(mine[place])

    return tamper


def comes_back(tale):
    """A draft that was dropped appears again on the third day."""
    gone = tale.one("raw_products", "delete", 4)
    moment = at("2026-01-03 12:00:00")
    row_again = {**gone.before, "created_at": moment, "updated_at": moment}
    tale.events.append(Event("raw_products", "insert", 4, None, row_again, moment, -1, []))
    tale.number()
    replayed(tale)


def refers_to_the_erased(tale):
    """A review of the customer who was erased, an hour later."""
    review = {**tale.snapshots[0]["raw_reviews"][12], "review_id": 14, "reviewed_at": at("2026-01-03 12:00:00")}
    moment = at("2026-01-03 12:00:00")
    tale.events.append(Event("raw_reviews", "insert", 14, None, review, moment, -1, []))
    tale.number()
    replayed(tale)


def erased_in_part(tale):
    """The erasure leaves the customer's review."""
    dropped(("raw_reviews", "delete", 12))(tale)
    replayed(tale)


def erased_too_much(tale):
    """The erasure takes another customer's review along."""
    other = tale.one("raw_reviews", "delete", 12)
    gone = tale.snapshots[2]["raw_reviews"][13]
    event = Event("raw_reviews", "delete", 13, gone, None, other.commit_ts, other.act, [])
    tale.events.insert(tale.events.index(other), event)
    tale.number()
    replayed(tale)


def erased_twice(tale):
    """The erasure takes another customer along."""
    other = tale.one("raw_customers", "delete", 1)
    gone = tale.snapshots[2]["raw_customers"][3]
    tale.events.append(Event("raw_customers", "delete", 3, gone, None, other.commit_ts, other.act, []))
    tale.events.sort(key=lambda event: event.commit_ts)
    tale.number()


def two_products_moved(tale):
    joined(("raw_inventory", "insert", 100), ("raw_inventory", "insert", 101))(tale)
    tale.one("raw_inventory", "insert", 101).after["product_id"] = 1


def becomes_active(tale):
    """The product that is discontinued was so already, and comes back instead."""
    event = tale.one("raw_products", "update", 2)
    event.before["is_active"], event.after["is_active"] = False, True


def changed_twice_in_a_second(tale):
    first = tale.one("raw_customers", "update", 1)
    moved = tale.one("raw_customers", "update", 1, 1)
    for name in ("before", "after"):
        getattr(moved, name)["updated_at"] = first.commit_ts
    moved.commit_ts = first.commit_ts
    tale.number()


CHECKED = [
    # Columns.
    ("columns are not those", rewritten("changes", "raw_orders", "batch=00001", lambda t: t.drop_columns(["lsn"]))),
    ("columns are not those", rewritten("changes", "raw_orders", "batch=00001",
     lambda t: t.set_column(0, "batch", t["batch"].cast(pa.int64())))),
    ("columns are not those", rewritten("changes", "raw_orders", "batch=00001",
     lambda t: t.select([*reversed(t.column_names)]))),
    ("columns are not those", rewritten("snapshots", "raw_orders", "at=00001",
     lambda t: t.append_column("note", pa.nulls(len(t))))),
    ("columns are not those", rewritten("history", "raw_orders", "at=00003", lambda t: t.drop_columns(["is_current"]))),
    # Numbers.
    ("column batch is not 1", rewritten("changes", "raw_orders", "batch=00001",
     lambda t: t.set_column(0, "batch", pa.array([2] * len(t), pa.int32())))),
    ("lsn does not strictly increase", rewritten("changes", "raw_customers", "batch=00001",
     lambda t: t.take([1, 0, *range(2, len(t))]))),
    ("lsn is not between", meta("raw_reviews", "insert", 13, lsn=5)),
    ("positions of lsn .* are not 1", meta("raw_reviews", "insert", 13, lsn=2 * LSN + 500)),
    ("positions of lsn .* are not 1", lambda tale: tale.events.remove(tale.one("raw_reviews", "insert", 13))),
    ("positions of lsn .* are not 1", lambda tale: tale.events.append(tale.one("raw_reviews", "insert", 13))),
    ("tx_id is .*interleave", interleaved),
    ("tx_id is .*a gap", meta("raw_reviews", "insert", 13, tx_id=2 * LSN + 77)),
    ("tx_seq is", meta("raw_reviews", "insert", 13, tx_seq=2)),
    ("tx_total is", meta("raw_reviews", "insert", 13, tx_total=2)),
    ("op 'upsert' is not one of", meta("raw_reviews", "insert", 13, op="upsert")),
    # Times.
    ("commit_ts differs inside", meta("raw_inventory", "insert", 110, commit_ts=at("2026-01-02 08:00:00"))),
    ("is not in the batch's time", meta("raw_reviews", "insert", 13, commit_ts=at("2026-01-03 00:00:00"))),
    ("is not in the batch's time", meta("raw_customers", "insert", 4, commit_ts=at("2025-12-31 23:59:59"))),
    ("is before that of the transaction before", meta("raw_reviews", "insert", 13,
     commit_ts=at("2026-01-02 08:59:59"))),
    ("not a whole second", meta("raw_reviews", "insert", 13, commit_ts=at("2026-01-02 11:00:00.5"))),
    # Images.
    ("has a before image", image("raw_reviews", "insert", 13, "before", rating=1)),
    ("has an after image", image("raw_reviews", "delete", 11, "after", rating=1)),
    ("review_id of the after image is 99", image("raw_reviews", "insert", 13, "after", review_id=99)),
    ("product_id of the before image is None", image("raw_products", "delete", 4, "before", product_id=None)),
    ("review_id of the after image is 13", meta("raw_reviews", "insert", 13, key=14)),
    ("changed_columns is null", meta("raw_orders", "update", 5, changed_columns=None)),
    ("changed_columns is .* differ", meta("raw_orders", "update", 5, changed_columns=["status"])),
    ("changed_columns is .* differ", meta("raw_orders", "update", 5, changed_columns=[
        "status", "payment_status", "updated_at", "updated_at"])),
    ("changed_columns of an insert", meta("raw_reviews", "insert", 13, changed_columns=["rating"])),
    ("changes nothing", meta("raw_orders", "update", 5, after=lambda event: dict(event.before), changed_columns=[])),
    # References after every event.
    ("order_id 6 is not in raw_orders", swapped(("raw_orders", "insert", 6), ("raw_order_items", "insert", 8))),
    ("raw_orders.session_id still refers", swapped(("raw_orders", "delete", 3), ("raw_sessions", "delete", 38))),
    ("order_id still refers", swapped(("raw_inventory", "update", 90), ("raw_orders", "delete", 1))),
    ("not in this order", swapped(("raw_inventory", "insert", 120), ("raw_orders", "update", 5, 1))),
    ("customer_id 1 is not in raw_customers", refers_to_the_erased),
    ("raw_reviews.customer_id still refers", erased_in_part),
    # Replay.
    ("are not those of base", in_snapshot(3, "raw_customers", 3, city="Bonn")),
    ("are not those of base", in_snapshot(2, "raw_orders", 4, delivered_at=None)),
    ("in base . batches but not in the snapshot", row_lost(2, "raw_clickstream", 7)),
    ("in the snapshot but not in base", row_added(2, "raw_clickstream", 7, 100_000)),
    ("occur more than once", row_added(2, "raw_clickstream", 7, 8)),
    ("before image is not the current row", in_snapshot(0, "raw_orders", 5, payment_method="cash")),
    ("before image is not the current row", image("raw_customers", "delete", 1, "before", city="Bonn")),
    ("in base . batches but not in the snapshot", dropped(("raw_products", "delete", 4))),
    ("are not those of base", dropped(("raw_products", "update", 1))),
    ("the key is there already", twice("raw_reviews", "insert", 13)),
    ("there is no such row", twice("raw_reviews", "delete", 11)),
    ("before image is not the current row", twice("raw_products", "update", 2)),
    ("in this second already", changed_twice_in_a_second),
    ("a deleted key comes back", comes_back),
    ("the key is there already", batch_repeated),
    ("the batches are not 1", batch_missing),
    ("no part-", file_missing),
    # The story.
    ("session ended: raw_clickstream .* of another session",
     consistently("raw_clickstream", "insert", max(TALE.snapshots[0]["raw_clickstream"]) + 1, session_id=3)),
    ("no business act consists of", joined(("raw_reviews", "insert", 13), ("raw_products", "update", 2))),
    ("product appeared: it also has an insert of raw_customers",
     joined(("raw_customers", "insert", 4), ("raw_products", "insert", 5))),
    ("product appeared: movement 101 is not its opening",
     joined(("raw_products", "insert", 5), ("raw_inventory", "insert", 101))),
    ("no act changes", consistently("raw_customers", "update", 3, city="Bonn")),
    ("no act changes", consistently("raw_customers", "update", 3, country="AT")),
    ("the product becomes active", becomes_active),
    ("registered_at of raw_customers 4 is not the time", consistently("raw_customers", "insert", 4, registered_at=START
     - timedelta(days=1))),
    ("created_at of raw_products 5 is not the time", consistently("raw_products", "insert", 5, created_at=START
     - timedelta(days=1))),
    ("updated_at of raw_customers 3 is not the time", consistently("raw_customers", "update", 3, updated_at=START)),
    ("reviewed_at .* is not the time", consistently("raw_reviews", "insert", 13, reviewed_at=START)),
    ("ended_at .* is not the time", consistently("raw_sessions", "insert", 42, ended_at=START)),
    ("does not commit at its moved_at", consistently("raw_inventory", "insert", 101, moved_at=START
     + timedelta(days=1))),
    ("order delivered: .*delivered_at .* is not the time", consistently("raw_orders", "update", 4, delivered_at=START)),
    ("order returned: from shipped to returned", image("raw_orders", "update", 4, "before", nth=1,
     status="shipped")),
    ("begins its life as shipped", consistently("raw_orders", "insert", 6, status="shipped")),
    ("order shipped: its movements are", dropped(("raw_inventory", "insert", 120))),
    ("order returned: its movements are", consistently("raw_inventory", "insert", 71, quantity=2)),
    ("order paid: it changes", consistently("raw_orders", "update", 5, total_amount=cents("1.00"))),
    ("balance that is not the last one", consistently("raw_inventory", "insert", 101, balance_after=9)),
    ("is purchase; the first of a product is its opening", consistently("raw_inventory", "insert", 100,
     reason="purchase")),
    ("is not after the product's last one", in_snapshot(0, "raw_inventory", 80, moved_at=START
     + timedelta(days=9))),
    ("belongs to an order", dropped(("raw_orders", "update", 5, 1))),
    ("not the next number", dropped(("raw_customers", "insert", 4))),
    ("draft dropped: product 4 was active", in_snapshot(0, "raw_products", 4, is_active=True)),
    ("draft dropped: product 4 was active", in_snapshot(0, "raw_clickstream", 1, product_id=4)),
    ("does not hang on the customer", erased_too_much),
    ("forgets an order that stays", image("raw_inventory", "update", 90, "before", order_id=2)),
    ("1 orders where is_converted is False", consistently("raw_sessions", "insert", 41, is_converted=False)),
    ("somebody else's", consistently("raw_sessions", "insert", 41, customer_id=3)),
    ("do not sum up", consistently("raw_orders", "insert", 6, subtotal=cents("31.00"))),
    ("not placed in it", consistently("raw_orders", "insert", 6, order_date=START)),
    ("updated_at of its order", consistently("raw_orders", "insert", 6, updated_at=START)),
    ("a click comes after its end", consistently("raw_clickstream", "insert",
     max(TALE.snapshots[0]["raw_clickstream"]) + 1, event_timestamp=START + timedelta(days=2))),
    ("sequence_number of its clicks", dropped(("raw_clickstream", "insert",
     max(TALE.snapshots[0]["raw_clickstream"]) + 1))),
    ("negative balance", consistently("raw_inventory", "insert", 101, balance_after=-1)),
    ("customer erased: more than one customer", erased_twice),
    ("customer erased: it also has an insert of raw_customers",
     joined(("raw_customers", "delete", 1), ("raw_customers", "insert", 5))),
    ("changes in more than forgetting its order",
     meta("raw_inventory", "update", 90, changed_columns=["order_id", "quantity"])),
    ("session ended: more than one session", joined(("raw_sessions", "insert", 41), ("raw_sessions", "insert", 42))),
    ("session ended: it also has an update", joined(("raw_sessions", "insert", 42), ("raw_customers", "update", 2))),
    ("its lines are not those of its order", consistently("raw_order_items", "insert", 8, order_id=5)),
    ("more than one order", joined(("raw_orders", "update", 5), ("raw_orders", "update", 4))),
    ("order returned: it consists of", joined(("raw_orders", "update", 4, 1), ("raw_customers", "insert", 5))),
    ("stock moved: more than one product", two_products_moved),
    ("no batches to reach it with", lambda tale: tale.snapshots.update({9: tale.snapshots[3]})),
    # History.
    ("are not those of the log's image", in_history("raw_orders", 4, 1, status="shipped")),
    ("a gap or an overlap", in_history("raw_orders", 4, 1, valid_from=at("2026-01-01 12:00:01"))),
    ("valid_from is not 2026-01-01T12:00:00Z", in_history("raw_orders", 4, 1, valid_from=at("2026-01-01 12:00:01"))),
    ("valid_to is not the time", in_history("raw_customers", 1, 2, valid_to=at("2026-01-03 10:00:01"))),
    ("valid_to is not the time", in_history("raw_customers", 1, 2, valid_to=None, is_current=True)),
    ("is_current does not say", in_history("raw_orders", 5, -1, is_current=False)),
    ("is_current does not say", in_history("raw_orders", 5, 0, is_current=True)),
    ("versions since as_of, the log", version_lost("raw_orders", 4, 1)),
    ("is not in the history", version_lost("raw_products", 3, 0)),
    ("is only in the history", in_history("raw_products", 3, 0, product_id=77)),
    ("valid only since later", in_history("raw_products", 3, 0, valid_from=at("2026-01-01 00:00:01"))),
    ("ends before it starts", in_history("raw_orders", 4, 0, valid_from=at("2026-01-01 12:00:00"))),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "tamper"), CHECKED, ids=[f"{n}: {one[0]}" for n, one in enumerate(CHECKED)])
def test_it_bites(sentence, tamper, tmp_path):
    tale = copy.deepcopy(TALE)
    tamper(tale)
    found = judged(tale, tmp_path)
    assert any(re.search(sentence, one) for one in found), found


@pytest.mark.parametrize(
    ("where", "options"),
    [("snapshot 2", {"rules_at": (2,)}), ("after batch 2", {"sampled": 100})],
)
def test_a_broken_rule_of_the_domain_is_told(where, options, tmp_path):
    tale = copy.deepcopy(TALE)
    consistently("raw_reviews", "insert", 13, rating=6)(tale)
    found = judged(tale, tmp_path, **options)
    assert any(one.startswith(where) and "raw_reviews.rating.one_to_five" in one for one in found), found
