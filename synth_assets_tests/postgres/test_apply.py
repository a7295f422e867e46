"""A database that lives: batches as real transactions, each once, whatever happens on the way."""

from threading import Event, Thread

import polars as pl
import psycopg
import pytest

from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.model.change_log import CADENCES, LSN_BITS, change_table
from synth_assets.project.project import Project
from synth_assets.sinks.postgres.pipeline import Pipeline
from synth_assets.sinks.postgres.statements import postgres_statements
from synth_assets.usecases.apply_changes import apply_changes
from synth_assets.usecases.event_time import EventTime
from synth_assets.usecases.load import LoadRequest, load
from synth_assets_tests.parity import hand_made, logical, postgres
from synth_assets_tests.parity.comparison import compare_logs
from synth_assets_tests.postgres.living import differing, expected_ledger, ledger, request_of, timeline_of


@pytest.mark.parametrize("name", ["bronze", "marketplace"])
def test_after_each_batch_the_database_is_the_snapshot_and_knows_its_transactions(database, name):
    first = request_of(database, name, range(1, 3))
    applied = apply_changes(first)
    assert (applied.snapshot, applied.batches, applied.last) == (0, range(1, 3), 2)
    assert differing(database, first, 2) == []
    again = apply_changes(first)
    assert (again.transactions, again.batches, again.last) == (0, range(0), 2)
    more = request_of(database, name, range(1, 5), resume=True)
    assert apply_changes(more).batches == range(3, 5)
    assert differing(database, more, 4) == []
    assert ledger(database, name) == expected_ledger(more, 1, 4)
    late = database.rows(f"SELECT count(*) FROM {name}._synth_transactions WHERE committed_at < event_at")
    assert late == [(0,)]


def test_what_the_server_decodes_is_the_change_log_transaction_by_transaction(database):
    apply_changes(request_of(database, batches=range(1, 2)))
    database.rows("SELECT pg_create_logical_replication_slot(current_database(), 'pgoutput')")
    request = request_of(database, batches=range(2, 4))
    apply_changes(request)
    committed = logical.transactions(database.connection, "synth_bronze")
    timeline, tables = timeline_of(request), request.domain.tables
    for number in (2, 3):
        batch = timeline.batch(number)
        some, committed = committed[: batch.transactions.height], committed[batch.transactions.height :]
        ours = {name: _log(batch, table) for name, table in tables.items()}
        assert compare_logs(ours, logical.change_logs(tables, number, some)).places == []
    assert [events for events in committed if events] == []
    database.rows("SELECT pg_drop_replication_slot(current_database())")


def _log(batch, table):
    return pl.concat([change_table(table).schema.to_frame(), *batch.log(table.name)])


def test_every_type_comes_back_as_it_was_sent_by_statements_with_parameters(server):
    with server.database() as connection:
        postgres.create(connection, hand_made.TABLES.values())
        postgres.refer(connection, hand_made.TABLES)
        statements = {name: postgres_statements("by_hand", table) for name, table in hand_made.TABLES.items()}
        events = sorted(one for name, log in hand_made.BATCH.items() for one in statements[name].of([log]))
        seen = []
        for number in sorted({event.tx_id for event in events}):
            with psycopg.connect(server.url, dbname=connection.info.dbname, autocommit=True) as sender:
                pipeline = Pipeline(sender)
                for event in events:
                    if event.tx_id == number:
                        pipeline.send(event.statement, event.cells)
                pipeline.commit(number)
                pipeline.drain()
            seen.append(postgres.rows(connection, hand_made.CHILDREN).rows(named=True))
    assert len(seen) == 4
    assert seen[-1] == [hand_made.child(2, None, 0)]
    whole = [row for rows in seen for row in rows if row["child_id"] == 1]
    assert (
        hand_made.child(1, whole[0]["parent_id"], 0) in whole or hand_made.child(1, whole[0]["parent_id"], 1) in whole
    )


def test_a_row_that_somebody_took_away_stops_it_before_that_transaction_and_it_goes_on_when_it_is_back(database):
    apply_changes(request_of(database, batches=range(1, 2)))
    request = request_of(database, batches=range(2, 6))
    log = next(frame for number in range(2, 6) for frame in timeline_of(request).batch(number).log("raw_orders")
               if "delivered" in frame["after_status"].to_list())  # fmt: skip
    # One that is delivered: whatever ships moves stock in the same transaction, and that would be refused first.
    delivered = log.filter(pl.col("op") == "update", pl.col("after_status") == "delivered")
    order, tx = delivered.select("order_id", "tx_id").row(0)
    database.connection.execute("SET session_replication_role = replica")
    database.connection.execute("CREATE TABLE kept AS SELECT * FROM bronze.raw_orders WHERE order_id = %s", (order,))
    database.connection.execute("DELETE FROM bronze.raw_orders WHERE order_id = %s", (order,))
    number = tx & ((1 << LSN_BITS) - 1)
    told = f"batch {tx >> LSN_BITS}, transaction {number:,}: update raw_orders: no row has order_id {order},"
    with pytest.raises(OutputError, match=told):
        apply_changes(request)
    assert all(one < tx for one, _ in ledger(database))
    database.connection.execute("INSERT INTO bronze.raw_orders SELECT * FROM kept")
    database.connection.execute("SET session_replication_role = DEFAULT")
    apply_changes(request)
    assert differing(database, request, 5) == []
    assert ledger(database) == expected_ledger(request, 1, 5)


def test_a_transaction_that_fails_when_it_is_committed_leaves_none_that_follow(database):
    request = request_of(database, batches=range(1, 4))
    apply_changes(request_of(database, batches=range(1, 2)))
    wanted = expected_ledger(request, 1, 3)
    bad = wanted[len(expected_ledger(request, 1, 1)) + 3][0]
    database.connection.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE unique_violation; END $$"
    )
    database.connection.execute(
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON bronze._synth_transactions DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW WHEN (NEW.tx_id = {bad}) EXECUTE FUNCTION refuse()"
    )
    with pytest.raises(DataError, match=r"batch 2, transaction 4: its commit: .*somebody else"):
        apply_changes(request)
    assert ledger(database) == [one for one in wanted if one[0] < bad]
    database.connection.execute("DROP TRIGGER late ON bronze._synth_transactions")
    apply_changes(request)
    assert ledger(database) == wanted
    assert differing(database, request, 3) == []


def test_batches_that_are_missing_are_named_and_a_later_snapshot_is_begun_with(database):
    apply_changes(request_of(database, batches=range(1, 3)))
    with pytest.raises(OutputError, match=r"batch 5 .*has batch 2, so 3\.\.4 is missing"):
        apply_changes(request_of(database, batches=range(5, 7)))
    with pytest.raises(OutputError, match=r"batch 6 .*has snapshot 3, so 4\.\.5 is missing"):
        apply_changes(request_of(database, batches=range(6, 7), schema="later", snapshot=3))
    assert database.tables("later") == []
    later = request_of(database, batches=range(4, 6), schema="later")
    assert apply_changes(later).snapshot == 3
    assert differing(database, later, 5) == []
    assert ledger(database, "later") == expected_ledger(later, 4, 5)
    with pytest.raises(OutputError, match="began with snapshot 3, not 1"):
        apply_changes(request_of(database, batches=range(2, 7), schema="later", snapshot=1))
    with pytest.raises(OutputError, match="nothing to go on with"):
        apply_changes(request_of(database, schema="never", resume=True))


def test_what_is_there_is_ours_or_refused(database):
    request = request_of(database)
    apply_changes(request)
    there = ledger(database)
    other = Project.here().dataset("bronze", seed=7, volumes=dict(request.dataset.params.as_json()))
    with pytest.raises(OutputError, match="holds another dataset"):
        apply_changes(request_of(database, dataset=other))
    with pytest.raises(OutputError, match="holds another dataset"):
        apply_changes(request_of(database, cadence=CADENCES["hour"]))
    plain = LoadRequest(request.domain, request.dataset, database.url)
    with pytest.raises(OutputError, match="lives: synth changes apply goes on with it"):
        load(plain)
    database.connection.execute("ALTER TABLE bronze.raw_reviews ADD COLUMN mine INT")
    with pytest.raises(OutputError, match="has mine besides"):
        apply_changes(request_of(database, batches=range(1, 9)))
    assert ledger(database) == there
    load(LoadRequest(request.domain, request.dataset, database.url, overwrite=True))
    assert "_synth_transactions" not in database.tables("bronze")
    apply_changes(request)  # what was loaded is snapshot 0
    assert differing(database, request, 2) == []
    assert len(database.rows("SELECT * FROM pg_publication_tables WHERE pubname = 'synth_bronze'")) == 8


def test_tables_with_rows_of_others_are_refused(database):
    request = request_of(database, schema="mine")
    database.connection.execute("CREATE SCHEMA mine")
    apply_changes(request_of(database))
    database.connection.execute("CREATE TABLE mine.raw_products AS SELECT * FROM bronze.raw_products")
    with pytest.raises(OutputError, match="rows that synth didn't load"):
        apply_changes(request)
    assert database.tables("mine") == ["raw_products"]


def test_the_log_tells_whole_rows_or_keys_as_is_asked_for(database):
    query = (
        "SELECT DISTINCT relreplident::text FROM pg_class WHERE relnamespace = 'bronze'::regnamespace"
        " AND relkind = 'r' AND relname LIKE 'raw%'"
    )
    apply_changes(request_of(database))
    assert database.rows(query) == [("f",)]
    apply_changes(request_of(database, replica_identity="default"))
    assert database.rows(query) == [("d",)]
    apply_changes(request_of(database))
    assert database.rows(query) == [("d",)]


def test_a_connection_that_is_lost_is_made_anew(database, another_session):
    another_session.autocommit = True
    done = Event()
    ended = []

    def end():
        query = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'synth changes apply' AND datname = current_database()"
        )
        # Three times: on a slow machine nothing would be done between more of them.
        while len(ended) < 3 and not done.wait(0.4):
            ended.extend(another_session.execute(query).fetchall())

    request = request_of(database, batches=range(1, 3), speed=2 * 86_400 / 3)
    apply_changes(request_of(database, batches=range(1, 2)))
    told = []
    killer = Thread(target=end)
    killer.start()
    try:
        apply_changes(request, told=told.append)
    finally:
        done.set()
        killer.join()
    assert ended
    assert any("lost" in text for text in told)
    assert ledger(database) == expected_ledger(request, 1, 2)
    assert differing(database, request, 2) == []


def test_two_do_not_apply_at_once(database, another_session, monkeypatch):
    monkeypatch.setattr("synth_assets.sinks.postgres.transactions._WAITS", "200ms")
    apply_changes(request_of(database))
    another_session.execute("SELECT pg_advisory_lock(hashtext('synth load'), hashtext('bronze'))")
    with pytest.raises(OutputError, match="somebody else applies or loads"):
        apply_changes(request_of(database, batches=range(1, 4)))


def test_a_domain_without_change_data_is_refused_before_anything_is_loaded(database, monkeypatch):
    monkeypatch.setattr("synth_assets.usecases.apply_changes.life_of", lambda _: ())
    with pytest.raises(UsageError, match="bronze has no change data"):
        apply_changes(request_of(database))
    assert database.tables("bronze") == []


# Event time


class Clock:
    """A clock that stands still unless somebody sleeps."""

    def __init__(self):
        self.now = 100.0

    def sleep(self, seconds):
        self.now += seconds


def test_events_come_as_far_apart_as_they_were_only_faster():
    clock, drained, moments = Clock(), [], []
    event_time = EventTime(60.0, clock=lambda: clock.now, sleep=clock.sleep)
    for second in (1_000, 1_000, 1_060, 1_660):
        event_time.hold(second, lambda: drained.append(clock.now))
        moments.append(clock.now)
    assert moments == [100.0, 100.0, 101.0, 111.0]
    assert drained == [100.0, 101.0]


def test_what_is_late_catches_up_and_says_so():
    clock, told = Clock(), []
    event_time = EventTime(1.0, told.append, clock=lambda: clock.now, sleep=clock.sleep)
    event_time.hold(0)
    clock.now += 20
    event_time.hold(5)
    assert clock.now == 120.0
    event_time.hold(6)
    assert told == ["The server takes less than 1x asks for: 15 s behind. Nothing is left out."]
    event_time.hold(30)
    assert clock.now == 130.0
