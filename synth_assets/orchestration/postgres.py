"""Assets ``[domain, postgres, entity]``: tables in PostgreSQL, each loaded whole, in a transaction of its own.

Where that is the environment says, ``SYNTH_PG_URL``, and nothing else: what a run's config holds, everybody can read.
"""

import os
from collections.abc import Iterator
from typing import Literal

import dagster as dg
from pydantic import Field

from synth_assets.errors import SynthError, unknown
from synth_assets.model.domain import Domain
from synth_assets.orchestration.assets import OWNERS, writers_pool
from synth_assets.orchestration.metadata import column_schema
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.orchestration.site import Site
from synth_assets.project.project import Project
from synth_assets.project.sections.postgres import PostgresSettings
from synth_assets.project.settings_sources import PG_URL
from synth_assets.usecases.load import Loaded, LoadRequest, load
from synth_assets.usecases.load_places import place_of
from synth_assets.usecases.own_server import start_server

KIND = "postgres"
"""What stands between a domain and its tables in the keys of these assets."""


class PostgresConfig(dg.Config):
    """What a run may say of the tables that it loads."""

    schema_name: str = Field(
        default="",
        description="PostgreSQL's schema for the tables; the domain's name without.",
    )
    overwrite: bool = Field(
        default=False,
        description="Replace what was loaded into the schema before, also another dataset, in one transaction. All"
        " tables have to be selected.",
    )


def postgres_domains(project: Project) -> list[str]:
    """The domains whose tables are assets in PostgreSQL, too.

    Raises:
        UsageError: there is none of such a name.
    """
    return named_domains(project, "domains")


def named_domains(project: Project, setting: Literal["domains", "living"]) -> list[str]:
    """The domains that a setting of ``[postgres]`` names.

    Raises:
        UsageError: there is none of such a name.
    """
    names = list(getattr(project.settings.section(PostgresSettings), setting))
    for name in names:
        if name not in project.names():
            raise unknown(f"[postgres] {setting}:", name, project.names(), "Correct it in [postgres] of synth.toml.")
    return names


def postgres_assets(domain: Domain, site: Site) -> dg.AssetsDefinition:
    """The tables of a domain in PostgreSQL: one step, of which some tables can be asked for."""
    partitions = DatasetPartitions(domain.name, site.project)

    @dg.multi_asset(
        name=f"{domain.name}__{KIND}",
        specs=[_spec(domain, name, partitions) for name in domain.entities],
        can_subset=True,
        pool=writers_pool(domain.name, KIND),
        # Each dataset wants a schema of its own, which a run's config names.
        backfill_policy=dg.BackfillPolicy.multi_run(1),
    )
    def loaded(context: dg.AssetExecutionContext, config: PostgresConfig) -> Iterator[dg.MaterializeResult]:
        names = tuple(name for name in domain.entities if _key(domain, name) in context.selected_asset_keys)
        if config.overwrite and len(names) < len(domain.entities):
            raise dg.Failure("overwrite replaces all tables at once; select all of them.", allow_retries=False)
        dataset = site.project.partition(domain.name, context.partition_key)
        try:
            address = os.environ.get(PG_URL, "").strip() or start_server(site.project.settings.data_root)
            shown = place_of(address, PG_URL).shown
            request = LoadRequest(domain, dataset, address, config.schema_name, names, overwrite=config.overwrite)
            tables = load(request, told=context.log.warning)
        except SynthError as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        for one in tables:
            told = f"{one.place}: {one.rows:,} rows, {one.added:,} of them new, in {shown}"
            context.log.info(told)
            yield _result(domain, one, shown)

    return loaded


def _key(domain: Domain, name: str) -> dg.AssetKey:
    return dg.AssetKey([domain.name, KIND, name])


def _spec(domain: Domain, name: str, partitions: DatasetPartitions) -> dg.AssetSpec:
    table = domain.tables[name]
    return dg.AssetSpec(
        _key(domain, name),
        deps=[_key(domain, parent) for parent in domain.parents[name]],
        partitions_def=partitions,
        group_name=f"{domain.name}_{KIND}",
        code_version=str(domain.contract),
        description=f"{table.path} in PostgreSQL: one row is {table.grain}.",
        metadata={"dagster/column_schema": column_schema(table)},
        kinds={KIND},
        owners=OWNERS,
        tags={"synth/domain": domain.name, "dagster/storage_kind": KIND},
    )


def _result(domain: Domain, one: Loaded, shown: str) -> dg.MaterializeResult:
    return dg.MaterializeResult(
        asset_key=_key(domain, one.entity),
        metadata={
            "rows": one.rows,
            "rows_added": one.added,
            "rows_per_second": round(one.rows / one.seconds) if one.seconds else 0,
            "content_hash": one.content_hash,
            "database": shown,
            "dagster/table_name": one.place,
            "dagster/partition_row_count": one.rows,
        },
        data_version=dg.DataVersion(one.content_hash),
    )
