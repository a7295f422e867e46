"""Assets ``[domain, current, entity]``: DuckDB tables that take in one batch after the other, each exactly once."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
from pydantic import Field

from synth_assets.errors import SynthError
from synth_assets.model.dataset import Dataset
from synth_assets.orchestration.assets import OWNERS, writers_pool
from synth_assets.orchestration.changes_assets import log_metadata
from synth_assets.orchestration.changes_partitions import ChangeData, ChangePartitions
from synth_assets.orchestration.metadata import column_schema, decoration, preview
from synth_assets.usecases.change_data import Advanced, BroughtUp, DatasetChanges

_AFTER_LOGS = (
    dg.AutomationCondition.any_deps_updated()
    & dg.AutomationCondition.all_deps_blocking_checks_passed()
    & ~dg.AutomationCondition.in_progress()
).with_label("a log is new, and passes its checks")


class CurrentConfig(dg.Config):
    """What a run may say of the tables that it brings up to date."""

    catch_up: bool = Field(
        default=False,
        description="Generate batches that are missing, and let tables that aren't there yet begin with the snapshot "
        "before this batch. Without, a gap is refused, and tables that aren't there yet begin before the first of the "
        "batches that are stored.",
    )


def current_op(data: ChangeData) -> str:
    """The name of the step that brings a domain's tables up to date, under which a run's config is."""
    return f"{data.domain.name}__{data.name('current')}"


def current_assets(data: ChangeData, partitions: ChangePartitions) -> dg.AssetsDefinition:
    """The tables of a domain at one cadence: one step, so that a batch is one transaction over all of them."""
    specs = [_spec(data, name, partitions) for name in data.kept]

    @dg.multi_asset(
        name=current_op(data),
        specs=specs,
        can_subset=True,
        pool=writers_pool(data.domain.name, data.name("current")),
        # A backfill is one run, since batches have an order.
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={data.io_manager},
    )
    def current(context: dg.AssetExecutionContext, config: CurrentConfig) -> Iterator[dg.MaterializeResult]:
        names = [name for name in data.kept if data.key("current", name) in context.selected_asset_keys]
        root: Path = getattr(context.resources, data.io_manager).root()
        results: dict[str, dg.MaterializeResult] = {}
        try:
            for label, (dataset, batch) in last_batches(data, context.partition_keys).items():
                changes = data.of(root, dataset)
                advanced = changes.bring_up(batch, names, catch_up=config.catch_up)
                _report_generated(context, data, changes, label, advanced)
                # Of several datasets in a run, the last one's figures stand for all.
                for one in changes.brought_up(advanced):
                    results[one.advanced.entity] = _result(data, changes.database, one)
                    context.log.info(_told(data, one.advanced, changes.database))
        except SynthError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        yield from results.values()

    return current


def _spec(data: ChangeData, name: str, partitions: ChangePartitions) -> dg.AssetSpec:
    table = data.domain.entity(name).table()
    spec = dg.AssetSpec(
        data.key("current", name),
        deps=[data.key("changes", name)],
        partitions_def=partitions,
        group_name=data.name(f"{data.domain.name}_current"),
        code_version=str(data.domain.contract),
        description=f"{table.path} as it is after the last batch applied: one row is {table.grain}.",
        metadata={"dagster/column_schema": column_schema(table), "dagster/table_name": f"{table.domain}.{table.name}"},
        kinds={"duckdb"},
        owners=OWNERS,
        tags={"synth/domain": data.domain.name, "synth/cadence": data.cadence.name, "dagster/storage_kind": "duckdb"},
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=data.window.fresh),
        # Off until somebody switches the sensor on: a new log that passes its checks is taken in.
        automation_condition=_AFTER_LOGS,
    )
    return spec.with_io_manager_key(data.io_manager)  # of other assets' inputs


def last_batches(data: ChangeData, partitions: Sequence[str]) -> dict[str, tuple[Dataset, int]]:
    """The last batch of each dataset in a run, by the dataset's name."""
    last: dict[str, tuple[Dataset, int]] = {}
    for partition in partitions:
        label = partition.partition("|")[2]
        dataset, batch = data.read(partition)
        last[label] = dataset, max(batch, last[label][1] if label in last else 0)
    return last


def _report_generated(
    context: dg.AssetExecutionContext,
    data: ChangeData,
    changes: DatasetChanges,
    label: str,
    advanced: Sequence[Advanced],
) -> None:
    """Tell Dagster which partitions of the logs came to be on the way."""
    for one in advanced:
        key = data.domain.tables[one.entity].key.columns
        for batch in one.generated:
            metadata = log_metadata(changes.stored_log(one.entity, batch), key)
            asset, partition = data.key("changes", one.entity), data.partition(batch, label)
            context.log_event(dg.AssetMaterialization(asset, metadata=metadata, partition=partition))


def _result(data: ChangeData, database: Path, one: BroughtUp) -> dg.MaterializeResult:
    """What Dagster is told of a table."""
    return dg.MaterializeResult(
        asset_key=data.key("current", one.advanced.entity),
        metadata={
            **_figures(one.advanced),
            "path": dg.MetadataValue.path(database),
            **decoration("preview", lambda: {"preview": preview(one.head)}),
            "dagster/uri": database.as_uri(),
        },
        data_version=dg.DataVersion(one.version),
    )


def _told(data: ChangeData, one: Advanced, database: Path) -> str:
    """What became of a table, in a line."""
    taken = f"batches {one.applied[0]} to {one.applied[-1]} applied" if one.applied else "no new batch"
    changes = f"{one.inserts:,} inserts, {one.updates:,} updates, {one.deletes:,} deletes"
    return f"{data.domain.name}/{one.entity}: {taken}, {changes}, {one.rows:,} rows after batch {one.batch}; {database}"


def _figures(one: Advanced) -> dict[str, int]:
    return {
        "batch": one.batch,
        "base": one.base,
        "batches_applied": len(one.applied),
        "batches_generated": len(one.generated),
        "rows": one.rows,
        "inserts": one.inserts,
        "updates": one.updates,
        "deletes": one.deletes,
        "dagster/row_count": one.rows,
    }
