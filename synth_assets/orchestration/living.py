"""Assets ``[domain, living, entity]``: tables of a PostgreSQL database that lives through batches of change data.

Where that is the environment says, ``SYNTH_PG_URL``, and nothing else: what a run's config holds, everybody can read.
"""

import os
from collections.abc import Iterator
from typing import Literal

import dagster as dg
from pydantic import Field

from synth_assets.errors import SynthError
from synth_assets.model.change_log import CADENCES
from synth_assets.model.domain import Domain
from synth_assets.orchestration.assets import OWNERS, writers_pool
from synth_assets.orchestration.changes_current import last_batches
from synth_assets.orchestration.changes_partitions import ChangeData, ChangePartitions
from synth_assets.orchestration.metadata import column_schema
from synth_assets.orchestration.postgres import named_domains
from synth_assets.orchestration.site import Site
from synth_assets.project.project import Project
from synth_assets.project.sections.changes import ChangeSettings
from synth_assets.project.settings_sources import PG_URL
from synth_assets.usecases.apply_changes import Applied, ApplyRequest, apply_changes
from synth_assets.usecases.load_places import place_of
from synth_assets.usecases.own_server import start_server

LIVING = "living"
"""What stands between a domain and its tables in the keys of these assets."""


class LivingConfig(dg.Config):
    """What a run may say of the database that lives."""

    schema_name: str = Field(default="", description="PostgreSQL's schema for the tables; the domain's name without.")
    from_snapshot: int = Field(
        default=0, description="The batch at whose end the database begins, where nothing lies there yet.", ge=0
    )
    replica_identity: Literal["", "full", "default"] = Field(
        default="", description="What the server's log tells of rows as they were: full for a database that begins."
    )


def living_domains(project: Project) -> list[str]:
    """The domains whose change data is applied to PostgreSQL.

    Raises:
        UsageError: there is none of such a name.
    """
    return named_domains(project, "living")


def living_assets(domain: Domain, site: Site) -> list[dg.AssetsDefinition]:
    """The tables of a domain that live, at every cadence of the project: one step each, as transactions span tables."""
    cadences = site.project.settings.section(ChangeSettings).cadences
    found = [ChangeData(domain, CADENCES[name], site.project) for name in cadences]
    return [_assets(data, site) for data in found if data.datasets]


def _assets(data: ChangeData, site: Site) -> dg.AssetsDefinition:
    domain, partitions = data.domain, ChangePartitions(data)

    @dg.multi_asset(
        name=f"{domain.name}__{data.name(LIVING)}",
        specs=[_spec(data, name, partitions) for name in domain.entities],
        pool=writers_pool(domain.name, data.name(LIVING)),
        # A backfill is one run, since batches have an order.
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def lived(context: dg.AssetExecutionContext, config: LivingConfig) -> Iterator[dg.MaterializeResult]:
        try:
            asked = last_batches(data, context.partition_keys)
            if len(asked) > 1:
                raise dg.Failure(
                    f"{', '.join(asked)} can't lie in one schema; run each dataset by itself, with a schema_name.",
                    allow_retries=False,
                )
            ((dataset, batch),) = asked.values()
            address = os.environ.get(PG_URL, "").strip() or start_server(site.project.settings.data_root)
            shown = place_of(address, PG_URL).shown
            request = ApplyRequest(
                domain,
                dataset,
                data.cadence,
                range(min(config.from_snapshot + 1, batch), batch + 1),
                address,
                config.schema_name,
                snapshot=config.from_snapshot or None,
                replica_identity=config.replica_identity or None,
            )
            applied = apply_changes(request, told=context.log.warning)
        except SynthError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        told = f"{applied.place}: {applied.transactions:,} transactions, now after batch {applied.last}; {shown}"
        context.log.info(told)
        for name in domain.entities:
            yield _result(data, name, applied, shown)

    return lived


def _spec(data: ChangeData, name: str, partitions: ChangePartitions) -> dg.AssetSpec:
    table = data.domain.tables[name]
    return dg.AssetSpec(
        data.key(LIVING, name),
        deps=[data.key(LIVING, parent) for parent in data.domain.parents[name] if parent != name],
        partitions_def=partitions,
        group_name=data.name(f"{data.domain.name}_{LIVING}"),
        code_version=str(data.domain.contract),
        description=f"{table.path} in a PostgreSQL database that lives: one row is {table.grain}.",
        metadata={"dagster/column_schema": column_schema(table)},
        kinds={"postgres"},
        owners=OWNERS,
        tags={
            "synth/domain": data.domain.name,
            "synth/cadence": data.cadence.name,
            "dagster/storage_kind": "postgres",
        },
    )


def _result(data: ChangeData, name: str, applied: Applied, shown: str) -> dg.MaterializeResult:
    return dg.MaterializeResult(
        asset_key=data.key(LIVING, name),
        metadata={
            "batch": applied.last,
            "snapshot": applied.snapshot,
            "batches_applied": len(applied.batches),
            **{f"{op}s": count for op, count in applied.events[name].items()},
            "publication": applied.publication,
            "database": shown,
            "dagster/table_name": f"{applied.place}.{name}",
        },
    )
