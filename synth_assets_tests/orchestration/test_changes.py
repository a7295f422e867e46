"""Change data through Dagster: batches arrive, tables take them in exactly once, checks look at what is stored."""

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dagster as dg
import duckdb
import polars as pl
import pytest

from synth_assets.changes import current
from synth_assets.changes.current import database_of
from synth_assets.changes.folder import ChangeFolder, folder_of
from synth_assets.checking.current import ledger
from synth_assets.errors import OutputError, UsageError
from synth_assets.model.change_log import CADENCES
from synth_assets.project.project import Project
from synth_assets.sinks.current_tables import read_ledger
from synth_assets.sinks.databases import duckdb as stored_tables
from synth_assets.sinks.staging import Staging
from synth_assets.usecases.change_data import DatasetChanges

DATASET = "tiny-40"
"""A customer is erased on the first day."""

ENTITIES = list(Project.here().domain("bronze").entities)
DAYS = 4


def day(batch, dataset=DATASET):
    return f"2026-01-{batch:02d}|{dataset}"


class Changes:
    """A project's change data at one cadence, and what a test asks of it.

    Attributes:
        data: the data root.
        dataset: the one that is looked at.
    """

    def __init__(self, folder, definitions, data, cadence="day"):
        self.data = data
        self.definitions = definitions
        self.dataset = Project.here(folder).change_dataset("bronze", DATASET)
        self.cadence = CADENCES[cadence]

    @property
    def folder(self):
        return ChangeFolder(
            folder_of(self.data, self.dataset, self.cadence),
            Project.here().domain("bronze"),
            self.dataset,
            self.cadence,
        )

    @property
    def database(self):
        return database_of(self.data, self.dataset, self.cadence)

    def run(self, partition=None, job="bronze_changes_job", assets=None, until=None, catch_up=None):
        """Run a job of one partition, or of those up to ``until``, in this process; its result, failed or not."""
        config = {
            "resources": {"synth_io_manager": {"config": {"data_root": str(self.data)}}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        }
        if catch_up:
            config["ops"] = {"bronze__current": {"config": {"catch_up": True}}}
        ends = {"start": partition, "end": until} if until else {}
        with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.ephemeral(home) as instance:
            return self.definitions.resolve_job_def(job).execute_in_process(
                partition_key=None if until else partition,
                tags={f"dagster/asset_partition_range_{end}": key for end, key in ends.items()},
                asset_selection=[dg.AssetKey(key.split("/")) for key in assets] if assets else None,
                run_config=config,
                instance=instance,
                raise_on_error=False,
            )

    def check(self, batch):
        """Check what is stored: ``changes/table.check`` → evaluation."""
        return checks_of(self.run(day(batch), "bronze_changes_checks_job"))

    def failed(self, batch):
        return {name for name, evaluation in self.check(batch).items() if not evaluation.passed}

    def batches(self):
        """What the ledger says."""
        return {(entry.entity, entry.batch) for entry in read_ledger(self.database, "bronze")}

    def content(self):
        """Every row of every table, and the ledger's."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            names = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
            return {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for (name,) in names}

    def execute(self, sql):
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(sql)

    def edit(self, name, batch, change):
        """Store another log, as if it had been generated like that: its manifest and hashes are right."""
        log = change(self.folder.read_log(name, batch))
        with Staging(self.folder.root) as staging:
            self.folder.write_log(staging, name, batch, [log], "parquet")

    def flip_a_bit(self, name, batch):
        (part,) = self.folder.log_path(name, batch).glob("part-*")
        data = bytearray(part.read_bytes())
        data[len(data) // 2] ^= 1
        part.write_bytes(data)
        return part

    def assert_is_snapshot(self, batch):
        folder = self.folder
        for name, table in folder.tables.items():
            rows = pl.concat([table.schema.to_frame(), *stored_tables.read(self.database, table)])
            assert rows.equals(pl.concat(list(folder.timeline.state(name, folder.timeline.second(batch))))), name


def checks_of(result):
    return {f"{'/'.join(e.asset_key.path[1:])}.{e.check_name}": e for e in result.get_asset_check_evaluations()}


def problem(result):
    """What the step that failed said."""
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    error = failure.step_failure_data.error
    return failure.node_name, (failure.step_failure_data.user_failure_data.description if not error else error.message)


@pytest.fixture(scope="module")
def definitions(folder):
    from synth_assets.orchestration.build import definitions_for

    return definitions_for(["bronze"], Project.here(folder))


@pytest.fixture(scope="module")
def two_days(folder, definitions, tmp_path_factory):
    """Two batches, run one after the other: the change data and the results. Not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SYNTH_CONFIG", str(folder / "synth.toml"))
        found = Changes(folder, definitions, tmp_path_factory.mktemp("two_days"))
        return found, [found.run(day(batch)) for batch in (1, 2)]


@pytest.fixture
def changes(folder, definitions, tmp_path):
    """The project with an empty data root."""
    return Changes(folder, definitions, tmp_path / "data")


@pytest.fixture
def own(two_days, folder, definitions, tmp_path):
    """A copy of the two batches, to be damaged."""
    shutil.copytree(two_days[0].data, tmp_path / "data")
    return Changes(folder, definitions, tmp_path / "data")


# what there is


def test_each_cadence_has_assets_of_its_own_in_groups_named_after_the_domain(definitions):
    graph = definitions.resolve_asset_graph()
    groups = {}
    for key in graph.get_all_asset_keys():
        groups.setdefault(graph.get(key).group_name, set()).add(key.to_user_string())
    for suffix in ("", "_hourly", "_minutely"):
        for what in ("changes", "current"):
            assert groups[f"bronze_{what}{suffix}"] == {f"bronze/{what}{suffix}/{name}" for name in ENTITIES}
    current = graph.get(dg.AssetKey(["bronze", "current", "raw_orders"]))
    assert current.parent_keys == {dg.AssetKey(["bronze", "changes", "raw_orders"])}


@pytest.mark.parametrize(("suffix", "key"), [("", "2026-01-01"), ("_hourly", "2026-01-01-00:00")])
def test_partitions_are_windows_times_datasets(definitions, suffix, key):
    asset = definitions.resolve_assets_def(dg.AssetKey(["bronze", f"changes{suffix}", "raw_orders"]))
    keys = asset.partitions_def.get_partition_keys()
    assert keys[:2] == [f"{key}|tiny-40", f"{key}|tiny-7"]
    assert {dimension.name for dimension in asset.partitions_def.partitions_defs} == {"batch", "dataset"}


@pytest.mark.parametrize(
    ("partition", "message"),
    [
        ("2026-01-01|tiny-99", "dataset of change data 'tiny-99' is unknown.*tiny-40"),
        ("2025-12-31|tiny-40", "batch 2025-12-31 is before the base: tiny-40 is the state at 2026-01-01"),
        ("2026-01-01", "'2026-01-01' is not of the form BATCH|DATASET"),
        ("1|tiny-40", "is not of the form BATCH|DATASET.\n  For example: '2026-01-01|tiny-40'"),
    ],
)
def test_a_partition_that_there_is_not_is_refused_with_what_is_allowed(changes, partition, message):
    with pytest.raises(UsageError, match=f"(?s){message.replace('|', '[|]')}") as refused:
        changes.run(partition)
    assert refused.value.exit_code == 2
    assert not changes.data.exists()


# batches arrive, tables take them in


def test_two_batches_are_stored_and_taken_in_and_every_check_passes(two_days):
    changes, results = two_days
    for batch, result in enumerate(results, 1):
        assert result.success
        evaluations = checks_of(result)
        assert len(evaluations) == 42
        assert [(name, e.description) for name, e in evaluations.items() if not e.passed] == []
        materialised = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
        assert materialised == {f"bronze/{what}/{name}" for what in ("changes", "current") for name in ENTITIES}
        for name in ENTITIES:
            stored = changes.folder.read_log(name, batch)
            assert stored.equals(pl.concat([stored[:0], *changes.folder.timeline.batch(batch).log(name)]))
    assert changes.batches() == {(name, batch) for name in ENTITIES for batch in range(3)}
    changes.assert_is_snapshot(2)
    logs = [changes.folder.read_log(name, batch) for name in ENTITIES for batch in (1, 2)]
    assert any((log["op"] == "delete").any() for log in logs)


def test_an_asset_tells_what_a_batch_brought(two_days):
    _, (_, second) = two_days
    told = {
        e.asset_key.path[1]: e for e in second.get_asset_materialization_events() if e.asset_key.path[2] == "raw_orders"
    }
    log, table = (told[what].materialization.metadata for what in ("changes", "current"))
    assert log["rows"].value == sum(log[f"{op}s"].value for op in ("insert", "update", "delete")) > 0
    assert "| lsn |" in log["preview"].value
    assert (table["batch"].value, table["base"].value, table["batches_applied"].value) == (2, 0, 1)
    assert table["inserts"].value == log["inserts"].value


def test_a_batch_that_is_run_again_changes_nothing(own):
    before = own.content()
    for batch in (2, 1):
        result = own.run(day(batch))
        assert result.success
        told = [
            e.materialization for e in result.get_asset_materialization_events() if e.asset_key.path[1] == "current"
        ]
        assert {one.metadata["batches_applied"].value for one in told} == {0}
        assert {one.metadata["batch"].value for one in told} == {2}
    assert own.content() == before


def test_a_gap_is_refused_with_the_missing_batches_named_until_they_are_there(own):
    before = own.content()
    result = own.run(day(5))
    node, text = problem(result)
    assert node == "bronze__current"
    assert f"bronze tiny-40: batches 3..4 missing of {', '.join(ENTITIES)}" in text
    assert "--batches 3..4" in text
    assert own.content() == before
    assert own.run(day(3), "bronze_changes_backfill_job", until=day(4)).success
    assert own.content() == before
    assert own.run(day(5), assets=[f"bronze/current/{name}" for name in ENTITIES]).success
    own.assert_is_snapshot(5)


def test_a_backfill_over_several_batches_is_one_run(changes):
    result = changes.run(day(1), until=day(DAYS))
    assert result.success
    assert all(evaluation.passed for evaluation in checks_of(result).values())
    of_orders = [
        e for e in result.get_asset_materialization_events() if e.asset_key.path[1:] == ["changes", "raw_orders"]
    ]
    assert {event.partition for event in of_orders} == {day(batch) for batch in range(1, DAYS + 1)}
    assert changes.batches() == {(name, batch) for name in ENTITIES for batch in range(DAYS + 1)}
    changes.assert_is_snapshot(DAYS)


def test_catching_up_begins_with_the_snapshot_before_and_brings_what_was_missed(changes):
    assert changes.run(day(10), catch_up=True).success
    assert changes.batches() == {(name, batch) for name in ENTITIES for batch in (9, 10)}
    result = changes.run(day(13), catch_up=True)
    assert result.success
    assert all(evaluation.passed for evaluation in checks_of(result).values())
    of_orders = [
        e for e in result.get_asset_materialization_events() if e.asset_key.path[1:] == ["changes", "raw_orders"]
    ]
    assert {event.partition for event in of_orders} == {day(batch) for batch in (11, 12, 13)}
    changes.assert_is_snapshot(13)


def test_an_hour_is_a_batch_of_its_own_cadence(folder, definitions, tmp_path):
    changes = Changes(folder, definitions, tmp_path / "data", "hour")
    result = changes.run("2026-01-01-00:00|tiny-40", "bronze_changes_hourly_job")
    assert result.success
    assert all(evaluation.passed for evaluation in checks_of(result).values())
    changes.assert_is_snapshot(1)
    assert not (changes.data / "changes/custom" / "day").exists()


# the first click, and inputs of somebody's own assets


@pytest.mark.filterwarnings("ignore::dagster.BetaWarning", "ignore::dagster.PreviewWarning")  # of what evaluates them
def test_a_new_log_asks_for_its_tables_once_where_automation_is_on(definitions, tmp_path):
    current = [dg.AssetKey(["bronze", "current", name]) for name in ENTITIES]
    config = {
        "resources": {"synth_io_manager": {"config": {"data_root": str(tmp_path)}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.ephemeral(home) as instance:
        before = dg.evaluate_automation_conditions(definitions, instance)
        job = definitions.resolve_job_def("bronze_changes_backfill_job")
        assert job.execute_in_process(partition_key=day(1), run_config=config, instance=instance).success
        asked = dg.evaluate_automation_conditions(definitions, instance, cursor=before.cursor)
        again = dg.evaluate_automation_conditions(definitions, instance, cursor=asked.cursor)
        assert before.total_requested == 0
        assert [asked.get_requested_partitions(key) for key in current] == [{day(1)}] * len(current)
        assert (asked.total_requested, again.total_requested) == (len(current), 0)


def test_the_newest_batch_first_begins_with_the_snapshot_before_it(changes):
    assert changes.run(day(10)).success
    assert changes.batches() == {(name, batch) for name in ENTITIES for batch in (9, 10)}
    changes.assert_is_snapshot(10)
    assert changes.run(day(11)).success
    changes.assert_is_snapshot(11)


def test_batches_that_lead_there_are_taken_in_and_none_that_is_stored_is_passed_over(changes):
    assert changes.run(day(3), "bronze_changes_backfill_job", until=day(4)).success
    assert changes.run(day(5)).success
    assert changes.batches() == {(name, batch) for name in ENTITIES for batch in (2, 3, 4, 5)}
    shutil.rmtree(changes.database.parent)
    _, text = problem(changes.run(day(9)))
    assert "batches 1..2, 6..8 missing" in text


def loading(changes, key, annotation, config_of=None, **asset):
    """Run an own asset that loads one of change data; what it got, or what it said."""
    got = []

    @dg.asset(ins={"frame": dg.AssetIn(key=dg.AssetKey(key.split("/")))}, **asset)
    def mine(frame: annotation) -> None:
        got.append(frame)

    everything = dg.Definitions.merge(changes.definitions, dg.Definitions(assets=[mine]))
    config = {
        "resources": {"synth_io_manager": {"config": {"data_root": str(changes.data)}}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }
    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.ephemeral(home) as instance:
        result = everything.resolve_implicit_job_def_def_for_assets([mine.key]).execute_in_process(
            asset_selection=[mine.key], run_config=config, instance=instance, raise_on_error=False, **(config_of or {})
        )
    return got[0] if result.success else problem(result)[1]


def test_logs_and_current_tables_are_inputs_of_ones_own_assets(own):
    partitions = own.definitions.resolve_assets_def(dg.AssetKey(["bronze", "changes", "raw_orders"])).partitions_def
    of_day = {"partitions_def": partitions, "config_of": {"partition_key": day(2)}}
    log = loading(own, "bronze/changes/raw_orders", pl.LazyFrame, **of_day)
    assert isinstance(log, pl.LazyFrame)
    assert log.collect().equals(own.folder.read_log("raw_orders", 2))
    assert log.filter(pl.col("op") == "insert").select("lsn").collect().width == 1

    table = loading(own, "bronze/current/raw_orders", pl.DataFrame, **of_day)
    second = own.folder.timeline.second(2)
    assert table.equals(pl.concat(list(own.folder.timeline.state("raw_orders", second))))

    early = {"partitions_def": partitions, "config_of": {"partition_key": day(1)}}
    said = loading(own, "bronze/current/raw_orders", pl.LazyFrame, **early)
    assert "bronze/raw_orders is after batch 2, no longer after 1" in said
    late = {"partitions_def": partitions, "config_of": {"partition_key": day(3)}}
    assert "is after batch 2, not yet after 3" in loading(own, "bronze/current/raw_orders", pl.LazyFrame, **late)
    assert "batch=00003: the batch isn't stored" in loading(own, "bronze/changes/raw_orders", pl.LazyFrame, **late)


def test_without_partitions_a_current_table_comes_as_it_is(own):
    mapping = dg.SpecificPartitionsPartitionMapping([day(1), day(2)])
    got = []

    @dg.asset(
        ins={"frame": dg.AssetIn(key=dg.AssetKey(["bronze", "current", "raw_reviews"]), partition_mapping=mapping)}
    )
    def mine(frame: pl.LazyFrame) -> None:
        got.append(frame.collect())

    everything = dg.Definitions.merge(own.definitions, dg.Definitions(assets=[mine]))
    config = {"resources": {"synth_io_manager": {"config": {"data_root": str(own.data)}}}}
    with tempfile.TemporaryDirectory() as home, dg.DagsterInstance.ephemeral(home) as instance:
        everything.resolve_implicit_job_def_def_for_assets([mine.key]).execute_in_process(
            asset_selection=[mine.key], run_config=config, instance=instance
        )
    second = own.folder.timeline.second(2)
    assert got[0].equals(pl.concat(list(own.folder.timeline.state("raw_reviews", second))))


# schedules


def just_now():
    return datetime.now(UTC).replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("adverb", "suffix", "length", "at", "form"),
    [
        ("daily", "", timedelta(days=1), datetime(2026, 1, 3, tzinfo=UTC), "%Y-%m-%d"),
        ("hourly", "_hourly", timedelta(hours=1), datetime(2026, 3, 1, 7, tzinfo=UTC), "%Y-%m-%d-%H:%M"),
        # Minutes begin some days ago.
        ("minutely", "_minutely", timedelta(minutes=1), just_now(), "%Y-%m-%d-%H:%M"),
    ],
    ids=["day", "hour", "minute"],
)
# Dagster's own tags of dimensions have two slashes, of which it warns itself.
@pytest.mark.filterwarnings("ignore:Non-compliant tag keys:DeprecationWarning")
def test_schedules_are_off_and_run_the_batch_that_has_just_ended_for_every_dataset(
    definitions, adverb, suffix, length, at, form
):
    repository = definitions.get_repository_def()
    schedule = repository.get_schedule_def(f"bronze_changes_{adverb}")
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
    assert schedule.job_name == f"bronze_changes{suffix}_job"
    with dg.build_schedule_context(repository_def=repository, scheduled_execution_time=at) as context:
        requests = schedule.evaluate_tick(context).run_requests
    assert [request.partition_key for request in requests] == [
        f"{(at - length).strftime(form)}|{name}" for name in ("tiny-40", "tiny-7")
    ]
    assert len({request.run_key for request in requests}) == 2
    for request in requests:
        assert dg.validate_run_config(repository.get_job(schedule.job_name), request.run_config)


def test_a_schedule_skips_while_no_batch_has_ended(definitions):
    repository = definitions.get_repository_def()
    with dg.build_schedule_context(
        repository_def=repository, scheduled_execution_time=datetime(2026, 1, 1, tzinfo=UTC)
    ) as context:
        tick = repository.get_schedule_def("bronze_changes_daily").evaluate_tick(context)
    assert not tick.run_requests
    assert "No batch has ended yet: batch 1 is 2026-01-01|tiny-40" in tick.skip_message


# checks look at what is stored


def test_what_is_stored_can_be_checked_again_without_generating_any(own):
    shutil.rmtree(own.folder.log_path("raw_reviews", 2))
    evaluations = own.check(2)
    warned = {name for name, e in evaluations.items() if not e.passed}
    assert warned == {"changes/raw_reviews.replay_equals_snapshot", "changes/raw_reviews.transactions_hold"}
    assert {evaluations[name].severity for name in warned} == {dg.AssetCheckSeverity.WARN}
    assert "Materialise it, then check again" in evaluations[warned.pop()].description
    assert own.folder.batches("raw_reviews") == [1]


def test_nothing_stored_fails_all_checks_with_a_next_step_and_makes_nothing(changes):
    evaluations = changes.check(1)
    assert not any(e.passed for e in evaluations.values())
    assert "Materialise it, then check again" in evaluations["current/raw_orders.no_batch_skipped"].description
    assert not changes.data.exists()


def test_a_damaged_log_fails_the_checks_of_its_batch_and_is_not_taken_in(own):
    assert own.run(day(3), "bronze_changes_backfill_job").success
    part = own.flip_a_bit("raw_orders", 3)
    before = own.content()
    node, text = problem(own.run(day(3), assets=[f"bronze/current/{name}" for name in ENTITIES]))
    assert node == "bronze__current"
    assert f"{part} is damaged: it has another SHA-256" in text
    assert own.content() == before
    evaluations = own.check(3)
    for check in ("replay_equals_snapshot", "transactions_hold"):
        assert not evaluations[f"changes/raw_orders.{check}"].passed
        assert part.name in evaluations[f"changes/raw_orders.{check}"].description
    assert all(e.passed for name, e in evaluations.items() if name.startswith("current/"))


def test_a_log_that_fails_its_checks_keeps_the_tables_as_they_are(own, monkeypatch):
    def lose_a_row(changes, name, batch):
        stored = really(changes, name, batch)
        if name == "raw_orders":
            own.edit(name, batch, lambda log: log[:-1])
        return stored

    really = DatasetChanges.store_log
    monkeypatch.setattr(DatasetChanges, "store_log", lose_a_row)
    before = own.content()
    result = own.run(day(3))
    assert not result.success
    assert "changes/raw_orders.replay_equals_snapshot" in {n for n, e in checks_of(result).items() if not e.passed}
    assert not [e for e in result.get_asset_materialization_events() if e.asset_key.path[1] == "current"]
    assert own.content() == before


def where(condition, column, value):
    return lambda log: log.with_columns(
        pl.when(condition).then(pl.lit(value)).otherwise(pl.col(column)).cast(log.schema[column]).alias(column)
    )


LAST_ONE = pl.int_range(pl.len()) == pl.len() - 1
LAST_UPDATE = pl.col("lsn") == pl.col("lsn").filter(pl.col("op") == "update").max()


@pytest.mark.parametrize(
    ("table", "change", "bites"),
    [
        ("raw_clickstream", lambda log: log[:-1], {"raw_clickstream.replay_equals_snapshot"}),
        ("raw_sessions", where(LAST_ONE, "after_device_type", "abacus"), {"raw_sessions.replay_equals_snapshot"}),
        ("raw_orders", where(LAST_UPDATE, "before_status", "lost"), {"raw_orders.transactions_hold"}),
        (
            "raw_order_items",
            where(LAST_ONE, "after_product_id", 4_711),
            {"raw_order_items.replay_equals_snapshot", "raw_order_items.transactions_hold"},
        ),
    ],
)
def test_a_log_that_is_not_right_is_found_by_the_check_that_is_about_it(own, table, change, bites):
    own.edit(table, 2, change)
    found = {name.removeprefix("changes/") for name in own.failed(2) if name.startswith("changes/")}
    # Sequence numbers without a gap are everybody's matter; they stand with the first table.
    assert found - {"raw_customers.transactions_hold"} == bites


VERSIONS = "bronze_history.raw_orders"
ENDED = "NOT is_current AND order_id = (SELECT min(order_id) FROM bronze_history.raw_orders WHERE NOT is_current)"
DAMAGE = [
    (
        "UPDATE bronze.raw_sessions SET device_type = 'abacus' WHERE session_id = 3",
        "raw_sessions.replay_equals_snapshot",
        "in device_type",
    ),
    (
        "DELETE FROM bronze.raw_clickstream WHERE event_id = 9",
        "raw_clickstream.replay_equals_snapshot",
        "differs from snapshot 2",
    ),
    (
        "DELETE FROM bronze.raw_products WHERE product_id IN (SELECT product_id FROM bronze.raw_order_items)",
        "raw_order_items.references_hold",
        "product_id is not in raw_products",
    ),
    (
        "DELETE FROM bronze._synth_applied WHERE entity = 'raw_orders' AND batch = 1",
        "raw_orders.no_batch_skipped",
        "batch 1 was skipped",
    ),
    (
        "UPDATE bronze._synth_applied SET content_hash = 'x' WHERE batch = 2",
        "raw_orders.no_batch_skipped",
        "batch 2 is stored with other content",
    ),
    *(
        (sql, "raw_orders.scd2_without_overlap", words)
        for sql, words in (
            (f"UPDATE {VERSIONS} SET valid_to = valid_from WHERE {ENDED}", "end before they begin"),
            (f"UPDATE {VERSIONS} SET valid_to = valid_to + INTERVAL 1 SECOND WHERE {ENDED}", "or leave a gap"),
            (f"UPDATE {VERSIONS} SET is_current = true WHERE {ENDED}", "are current and have an end"),
            (f"UPDATE {VERSIONS} SET total_amount = 0 WHERE is_current", "aren't rows of the table"),
            (f"DELETE FROM {VERSIONS} WHERE is_current", "rows have no current version"),
        )
    ),
]


@pytest.mark.parametrize(("sql", "check", "words"), DAMAGE)
def test_a_table_that_is_not_right_is_found_by_the_check_that_is_about_it(own, sql, check, words):
    own.execute(sql)
    evaluation = own.check(2)[f"current/{check}"]
    assert not evaluation.passed
    assert evaluation.severity == dg.AssetCheckSeverity.ERROR
    assert words in evaluation.description


def test_a_database_that_is_none_fails_the_checks_of_the_tables(own):
    own.database.write_bytes(b"none" * 4_096)
    evaluations = own.check(2)
    assert not any(e.passed for name, e in evaluations.items() if name.startswith("current/"))
    assert all(e.passed for name, e in evaluations.items() if name.startswith("changes/"))


def test_tables_are_kept_from_the_run_of_the_next_batch_while_they_are_checked(own, monkeypatch):
    tried = []

    def meanwhile(*about):
        with pytest.raises(OutputError, match="has been held by another process"):
            current.advance(own.folder, own.database, 2)
        tried.append(about)
        return really(*about)

    really = ledger.CHECK.find
    monkeypatch.setattr(current, "WRITER_SECONDS", 0.01)
    monkeypatch.setattr(ledger, "CHECK", replace(ledger.CHECK, find=meanwhile))
    assert own.failed(2) == set()
    assert len(tried) == len(ENTITIES)
