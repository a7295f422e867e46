"""PostgreSQL, which nobody here wrote, tells the same story of a batch as our log, transaction by transaction."""

from contextlib import contextmanager

import polars as pl
import psycopg
import pytest

from synth_assets_tests.parity import hand_made, postgres, stored
from synth_assets_tests.parity.comparison import compare_logs, differences
from synth_assets_tests.parity.logical import replica, told
from synth_assets_tests.parity.pg_server import pg_server


@pytest.fixture(scope="module")
def server():
    with pg_server() as running:
        yield running


@contextmanager
def by_hand(server):
    with replica(server, hand_made.TABLES, {n: t.schema.to_frame() for n, t in hand_made.TABLES.items()}) as connection:
        yield connection


def test_every_transaction_is_the_one_that_postgresql_decodes(server, case, folder):
    tables, batches = folder.tables, stored.batches_of(folder)
    ops = set()
    with replica(server, tables, stored.snapshots(folder, 0)) as connection:
        for batch in batches:
            logs = stored.logs(folder, batch)
            verdict = compare_logs(logs, told(connection, tables, batch, logs))
            assert verdict.places == []
            assert verdict.equal == verdict.transactions > 0
            ops.update((name, op) for name, log in logs.items() for op in log["op"].unique())
        left = {name: postgres.rows(connection, table) for name, table in tables.items()}
    end = stored.snapshots(folder, batches[-1])
    assert {name: differences(end[name], left[name], table.key.columns).rows() for name, table in tables.items()} == {
        name: [] for name in tables
    }
    assert ops == case.happens, "other kinds of events than the case says: choose another seed"


def test_every_type_and_operation_comes_back_as_it_was_sent(server):
    with by_hand(server) as connection:
        theirs = told(connection, hand_made.TABLES, 1, hand_made.BATCH)
        verdict = compare_logs(hand_made.BATCH, theirs)
        left = postgres.rows(connection, hand_made.CHILDREN)
    assert (verdict.transactions, verdict.places) == (4, [])
    assert left.rows(named=True) == [hand_made.child(2, None, 0)]
    assert all(len(log) for log in theirs.values())


def test_what_is_loaded_is_what_is_there(server):
    table = hand_made.CHILDREN
    children = [hand_made.child(number, None, which) for number, which in enumerate((0, 1, None))]
    rows = pl.DataFrame(children, table.schema)
    with by_hand(server) as connection:
        postgres.load(connection, table, rows)
        assert postgres.rows(connection, table).equals(rows)


def test_a_reference_that_does_not_hold_after_every_statement_is_refused(server):
    parent, child = hand_made.parent(1, "Ann"), hand_made.child(1, 1, 0)
    logs = hand_made.change_logs(1, [("children", None, child), ("parents", None, parent)])
    with by_hand(server) as connection, pytest.raises(psycopg.errors.ForeignKeyViolation):
        postgres.apply(connection, hand_made.TABLES, logs)


# A log that is wrong: each way is noticed when the right one was applied, and those of `LIES` when it was itself.


def with_rows(logs, name, **columns):
    """Logs with some columns of one table replaced."""
    return logs | {name: logs[name].with_columns(**columns)}


def at(lsn, value, otherwise):
    """Another value in one event."""
    return pl.when(pl.col("lsn") == (1 << 40) + lsn).then(value).otherwise(otherwise)


def swapped(column):
    """Events 6 and 7, both updates of children, with each other's ``column``."""
    here = pl.col(column)
    return at(6, here.shift(-1), at(7, here.shift(1), here))


def without(logs, name, lsn):
    return logs | {name: logs[name].filter(pl.col("lsn") != (1 << 40) + lsn)}


def swap_two_events(logs):
    return with_rows(logs, "children", lsn=swapped("lsn"), tx_seq=swapped("tx_seq"))


def swap_two_lsn(logs):
    return with_rows(logs, "children", lsn=swapped("lsn"))


def drop_an_event(logs):
    return without(logs, "children", 7)


def drop_a_transaction(logs):
    return without(logs, "parents", 4)


def repeat_an_event(logs):
    return logs | {"children": pl.concat([logs["children"], logs["children"].slice(3, 1)]).sort("lsn")}


def store_out_of_order(logs):
    return logs | {"children": logs["children"].sort("child_id", "lsn")}


def move_the_end_of_a_transaction(logs):
    return with_rows(logs, "children", tx_id=at(5, pl.col("tx_id") - 1, pl.col("tx_id")))


def miscount_a_transaction(logs):
    return with_rows(logs, "parents", tx_total=at(1, 2, pl.col("tx_total")).cast(pl.Int32))


def name_another_row(logs):
    return with_rows(logs, "children", child_id=at(11, 2, pl.col("child_id")))


def change_a_cell(logs):
    return with_rows(logs, "children", after_a_int8=at(2, 127, pl.col("after_a_int8")).cast(pl.Int8))


def empty_a_cell(logs):
    return with_rows(logs, "children", after_a_string=at(5, None, pl.col("after_a_string")))


def change_an_old_cell(logs):
    return with_rows(logs, "children", before_a_boolean=at(6, False, pl.col("before_a_boolean")))  # noqa: FBT003


def change_a_part_of_a_cell(logs):
    other = pl.col("after_a_struct").struct.with_fields(count=pl.lit(1, pl.Int64))
    return with_rows(logs, "children", after_a_struct=at(5, other, pl.col("after_a_struct")))


def keep_a_change_secret(logs):
    rest = pl.col("changed_columns").list.set_difference(["a_date"])
    return with_rows(logs, "children", changed_columns=at(7, rest, pl.col("changed_columns")))


def claim_a_change(logs):
    more = pl.concat_list("changed_columns", pl.lit("child_id"))
    return with_rows(logs, "children", changed_columns=at(7, more, pl.col("changed_columns")))


def call_an_update_an_insert(logs):
    return with_rows(logs, "children", op=at(6, pl.lit("insert"), pl.col("op")))


WRONG = (
    swap_two_events,
    swap_two_lsn,
    drop_an_event,
    drop_a_transaction,
    repeat_an_event,
    store_out_of_order,
    move_the_end_of_a_transaction,
    miscount_a_transaction,
    name_another_row,
    change_a_cell,
    empty_a_cell,
    change_a_part_of_a_cell,
    change_an_old_cell,
    keep_a_change_secret,
    claim_a_change,
    call_an_update_an_insert,
)
CONSISTENT = (swap_two_events, change_a_cell, empty_a_cell, change_a_part_of_a_cell)
"""Those that another shop might have lived through: in themselves there is nothing wrong with them."""


@pytest.fixture(scope="module")
def right(server):
    with by_hand(server) as connection:
        return told(connection, hand_made.TABLES, 1, hand_made.BATCH)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_log_that_is_not_what_happened_is_noticed(wrong, right):
    logs = wrong(hand_made.BATCH)
    assert any(not log.equals(hand_made.BATCH[name]) for name, log in logs.items())
    assert compare_logs(hand_made.BATCH, right).unequal == []
    assert compare_logs(logs, right).unequal != []


@pytest.mark.parametrize("wrong", [wrong for wrong in WRONG if wrong not in CONSISTENT])
def test_a_log_that_can_not_happen_is_noticed_when_it_is_run(wrong, server):
    logs = wrong(hand_made.BATCH)
    with by_hand(server) as connection:
        try:
            theirs = told(connection, hand_made.TABLES, 1, logs)
        except psycopg.IntegrityError:
            return
    assert compare_logs(logs, theirs).unequal != []
