"""Assets of change data: ``[domain, changes, entity]``, a table's log of one batch, as stored files."""

import warnings
from collections.abc import Sequence
from typing import Any

import dagster as dg

from synth_assets.errors import SynthError
from synth_assets.model.change_log import change_table
from synth_assets.orchestration.assets import OWNERS
from synth_assets.orchestration.changes_partitions import ChangeData, ChangePartitions
from synth_assets.orchestration.metadata import column_schema, decoration, preview
from synth_assets.usecases.change_data import FORMAT, StoredLog

_SHOWN = ("lsn", "op", "commit_ts", "changed_columns")


def change_assets(data: ChangeData, partitions: ChangePartitions) -> list[dg.AssetsDefinition]:
    """The logs of a domain's tables at one cadence."""
    with warnings.catch_warnings():
        # Backfill policies are in beta in Dagster 1.13. Without one, a backfill starts a process for each batch.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return [_asset(data, name, partitions) for name in data.domain.entities]


def _asset(data: ChangeData, name: str, partitions: ChangePartitions) -> dg.AssetsDefinition:
    table = data.domain.entity(name).table()
    columns = change_table(table)
    key = data.key("changes", name)

    @dg.asset(
        key=key,
        # Lineage only: the base is computed, not loaded. No mapping leads from a dataset to a preset and a seed, and
        # with none named Dagster takes it for the partition of the same key, which isn't there, and refuses backfills.
        deps=[dg.AssetDep(dg.AssetKey([data.domain.name, name]), partition_mapping=dg.AllPartitionMapping())],
        partitions_def=partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        group_name=data.name(f"{data.domain.name}_changes"),
        code_version=str(data.domain.contract),
        description=f"What happens to {table.path} in one {data.cadence.name}: {columns.grain} a row, in order of lsn.",
        metadata={"dagster/column_schema": column_schema(columns), "grain": columns.grain, "key": str(columns.key)},
        kinds={"polars", FORMAT},
        owners=OWNERS,
        tags={"synth/domain": data.domain.name, "synth/cadence": data.cadence.name, "dagster/storage_kind": FORMAT},
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=data.window.fresh),
        io_manager_key=data.io_manager,  # of other assets' inputs: it stores what it makes itself
        required_resource_keys={data.io_manager},
    )
    def changes(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        logs: list[StoredLog] = []
        for partition in context.partition_keys:
            try:
                dataset, batch = data.read(partition)
                log = data.of(getattr(context.resources, data.io_manager).root(), dataset).store_log(name, batch)
            except SynthError as error:
                raise dg.Failure(str(error), allow_retries=False) from None
            metadata = log_metadata(log, table.key.columns)
            context.add_asset_metadata(metadata, asset_key=key, partition_key=partition)
            context.log.info(_told(table.path, dataset.name, log))
            logs.append(log)
        version = dg.DataVersion(logs[0].content_hash) if len(logs) == 1 else None
        return dg.MaterializeResult(data_version=version)

    return changes


def _told(table: str, dataset: str, log: StoredLog) -> str:
    return f"{table}, batch {log.batch} of {dataset}: {log.rows:,} events; {log.path}"


def log_metadata(log: StoredLog, key: Sequence[str]) -> dict[str, Any]:
    """What Dagster's UI shows of a stored log; ``key`` is the table's."""
    return {
        "batch": log.batch,
        "rows": log.rows,
        **{f"{op}s": count for op, count in log.counts.items()},
        "transactions": log.transactions,
        "bytes": log.bytes,
        "content_hash": log.content_hash,
        "path": dg.MetadataValue.path(log.path),
        **decoration("preview", lambda: {"preview": preview(log.head.select(*_SHOWN[:2], *key, *_SHOWN[2:]))}),
        "dagster/partition_row_count": log.rows,
        "dagster/uri": log.path.as_uri(),
    }
