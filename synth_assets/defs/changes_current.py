"""Assets ``[domain, current, entity]``: DuckDB tables that take in one batch after the other, each exactly once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from pydantic import Field

from synth_assets.defs.assets import OWNERS
from synth_assets.defs.changes_assets import log_metadata
from synth_assets.defs.changes_partitions import ChangeData, ChangePartitions
from synth_assets.defs.io_manager import IO_MANAGER_KEY
from synth_assets.defs.metadata import column_schema, preview
from synth_assets.defs.profile import PREVIEW_ROWS
from synth_assets.errors import SynthError
from synth_assets.model.dataset import Dataset
from synth_assets.model.manifest import read_manifest
from synth_assets.sinks.formats import duckdb
from synth_assets.usecases.changes.current import Advanced, advance, keeps_versions, ledger_of
from synth_assets.usecases.changes.folder import ChangeFolder


class CurrentConfig(dg.Config):
    """What a run may say of the tables that it brings up to date."""

    catch_up: bool = Field(
        default=False,
        description="Generate batches that are missing, and let tables that aren't there yet begin with the snapshot "
        "before this batch. Without, a gap is refused, and tables begin with the base.",
    )


def current_op(data: ChangeData) -> str:
    """The name of the step that brings a domain's tables up to date, under which a run's config is."""
    return f"{data.domain.name}__{data.name('current')}"


def current_assets(data: ChangeData, partitions: ChangePartitions) -> dg.AssetsDefinition:
    """The tables of a domain at one cadence: one step, so that a batch is one transaction over all of them."""
    specs = [_spec(data, name, partitions) for name in data.domain.entities]

    @dg.multi_asset(
        name=current_op(data),
        specs=specs,
        can_subset=True,
        # A backfill is one run, since batches have an order.
        backfill_policy=dg.BackfillPolicy.single_run(),
        required_resource_keys={IO_MANAGER_KEY},
    )
    def current(context: dg.AssetExecutionContext, config: CurrentConfig) -> Iterator[dg.MaterializeResult[None]]:
        names = [name for name in data.domain.entities if data.key("current", name) in context.selected_asset_keys]
        root: Path = context.resources.synth_io_manager.root()
        results: list[tuple[str, dict[str, Any], str]] = []
        try:
            for dataset, batch in _last_batches(data, context.partition_keys):
                folder = data.folder(root, dataset)
                database = data.database(root, dataset)
                for advanced in advance(folder, database, batch, names, catch_up=config.catch_up):
                    _report_generated(context, data, folder, dataset, advanced)
                    hashes = [entry.content_hash for entry in ledger_of(folder, database)[advanced.entity]]
                    version = hashlib.sha256("".join(hashes).encode()).hexdigest()
                    results.append((advanced.entity, _metadata(folder, database, advanced), version))
        except SynthError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        # Of several datasets in a run, the last one's figures stand for all.
        for name, metadata, version in {result[0]: result for result in results}.values():
            yield dg.MaterializeResult(
                asset_key=data.key("current", name), metadata=metadata, data_version=dg.DataVersion(version)
            )

    return current


def _spec(data: ChangeData, name: str, partitions: ChangePartitions) -> dg.AssetSpec:
    table = data.domain.entity(name).table()
    return dg.AssetSpec(
        data.key("current", name),
        deps=[data.key("changes", name)],
        partitions_def=partitions,
        group_name=data.name(f"{data.domain.name}_current"),
        code_version=str(data.domain.contract),
        description=f"{table.path} as it is after the last batch applied: one row is {table.grain}.",
        metadata={"dagster/column_schema": column_schema(table), "dagster/table_name": f"{table.domain}.{table.name}"},
        kinds={"duckdb"},
        owners=OWNERS,
        tags={"synth/domain": data.domain.name, "synth/cadence": data.cadence.name},
    )


def _last_batches(data: ChangeData, partitions: Sequence[str]) -> list[tuple[Dataset, int]]:
    """The last batch of each dataset in a run."""
    last: dict[Dataset, int] = {}
    for dataset, batch in map(data.read, partitions):
        last[dataset] = max(batch, last.get(dataset, 0))
    return list(last.items())


def _report_generated(
    context: dg.AssetExecutionContext, data: ChangeData, folder: ChangeFolder, dataset: Dataset, advanced: Advanced
) -> None:
    """Tell Dagster which partitions of the log came to be on the way."""
    name = advanced.entity
    for batch in advanced.generated:
        manifest = read_manifest(folder.log_path(name, batch))
        metadata = log_metadata(folder, name, batch, manifest, [folder.read_log(name, batch)])
        partition = data.partition(batch, f"{dataset.preset}-{dataset.seed}")
        context.log_event(dg.AssetMaterialization(data.key("changes", name), metadata=metadata, partition=partition))


def _metadata(folder: ChangeFolder, database: Path, advanced: Advanced) -> dict[str, Any]:
    table = folder.tables[advanced.entity]
    head = next(duckdb.read(database, table), pl.DataFrame(schema=table.schema)).head(PREVIEW_ROWS)
    return {
        "batch": advanced.batch,
        "base": advanced.base,
        "batches_applied": len(advanced.applied),
        "batches_generated": len(advanced.generated),
        "rows": advanced.rows,
        "inserts": advanced.inserts,
        "updates": advanced.updates,
        "deletes": advanced.deletes,
        "path": dg.MetadataValue.path(database),
        "table": f"{table.domain}.{table.name}",
        **(
            {"history": f"{table.domain}_history.{table.name}"}
            if keeps_versions(folder.dataset, advanced.entity)
            else {}
        ),
        "preview": dg.MetadataValue.md(preview(head)),
        "dagster/row_count": advanced.rows,
        "dagster/uri": database.as_uri(),
    }
