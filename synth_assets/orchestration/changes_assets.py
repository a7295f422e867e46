"""Assets of change data: ``[domain, changes, entity]``, a table's log of one batch, as stored files."""

import warnings
from collections.abc import Iterable
from typing import Any

import dagster as dg
import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import SynthError
from synth_assets.model.change_log import OPS, change_table
from synth_assets.model.manifest import Manifest
from synth_assets.orchestration.assets import OWNERS
from synth_assets.orchestration.changes_partitions import ChangeData, ChangePartitions
from synth_assets.orchestration.io_manager import IO_MANAGER_KEY
from synth_assets.orchestration.metadata import column_schema, preview
from synth_assets.orchestration.profile import PREVIEW_ROWS
from synth_assets.sinks.current_tables import counts_of
from synth_assets.sinks.staging import Staging

FORMAT = "parquet"

_SHOWN = ("lsn", "op", "commit_ts", "changed_columns")


def change_assets(data: ChangeData, partitions: ChangePartitions) -> list[dg.AssetsDefinition]:
    """The logs of a domain's tables at one cadence."""
    with warnings.catch_warnings():
        # Backfill policies are in beta in Dagster 1.13. Without one, a backfill starts a process for each batch.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return [_asset(data, name, partitions) for name in data.domain.entities]


def _asset(data: ChangeData, name: str, partitions: ChangePartitions) -> dg.AssetsDefinition:
    table = data.domain.entity(name).table()
    log = change_table(table)
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
        description=f"What happens to {table.path} in one {data.cadence.name}: {log.grain} a row, in order of lsn.",
        metadata={"dagster/column_schema": column_schema(log), "grain": log.grain, "key": str(log.key)},
        kinds={"polars", FORMAT},
        owners=OWNERS,
        tags={"synth/domain": data.domain.name, "synth/cadence": data.cadence.name},
        required_resource_keys={IO_MANAGER_KEY},
    )
    def changes(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        manifests: list[Manifest] = []
        for partition in context.partition_keys:
            try:
                dataset, batch = data.read(partition)
                folder = data.folder(context.resources.synth_io_manager.root(), dataset)
                manifest, metadata = store(folder, name, batch)
            except SynthError as error:
                raise dg.Failure(str(error), allow_retries=False) from None
            context.add_asset_metadata(metadata, asset_key=key, partition_key=partition)
            manifests.append(manifest)
        version = dg.DataVersion(manifests[0].content_hash) if len(manifests) == 1 else None
        return dg.MaterializeResult(data_version=version)

    return changes


def store(folder: ChangeFolder, name: str, batch: int) -> tuple[Manifest, dict[str, Any]]:
    """Generate a table's log of a batch and store it, whole; its manifest, and what to tell of it."""
    chunks = list(folder.timeline.batch(batch).chunks(name))
    with Staging(folder.root) as staging:
        manifest = folder.write_log(staging, name, batch, chunks, FORMAT)
    return manifest, log_metadata(folder, name, batch, manifest, [chunk.frame for chunk in chunks])


def log_metadata(
    folder: ChangeFolder, name: str, batch: int, manifest: Manifest, frames: Iterable[pl.DataFrame]
) -> dict[str, Any]:
    """What Dagster's UI shows of a stored log."""
    table = change_table(folder.tables[name])
    log = pl.concat([table.schema.to_frame(), *frames])
    path = folder.log_path(name, batch)
    head, key = log.head(PREVIEW_ROWS), str(folder.tables[name].key)
    counts = counts_of(log, OPS)
    return {
        "batch": batch,
        "rows": log.height,
        **{f"{op}s": count for op, count in zip(OPS, counts, strict=True)},
        "transactions": log["tx_id"].n_unique(),
        "bytes": sum(file.bytes for file in manifest.files),
        "content_hash": manifest.content_hash,
        "path": dg.MetadataValue.path(path),
        "preview": dg.MetadataValue.md(preview(head.select(_SHOWN[0], _SHOWN[1], key, *_SHOWN[2:]))),
        "dagster/partition_row_count": log.height,
        "dagster/uri": path.as_uri(),
    }
