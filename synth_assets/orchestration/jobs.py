"""Named jobs and schedules of a domain: materialise, check again, and check every day."""

from typing import Any

import dagster as dg

from synth_assets.errors import DataError
from synth_assets.model.domain import Domain
from synth_assets.orchestration.executor import in_process_or_multiprocess
from synth_assets.orchestration.findings import materialise
from synth_assets.orchestration.partitions import DatasetPartitions, default_partition
from synth_assets.orchestration.site import Site
from synth_assets.usecases.where import where

_EVERY_DAY_AT_SIX = "0 6 * * *"
BELOW_OTHER_RUNS = "-1"
"""Priority in the queue."""


def domain_jobs(domain: Domain, partitions: DatasetPartitions) -> list[Any]:  # Dagster has no public name for it
    """The jobs of a domain; each takes one partition, and a backfill launches one run per partition.

    - ``bronze_job``: materialises the tables and checks them;
    - ``bronze_backfill_job``: the same for many partitions: its runs queue behind all others, so that
      ``dagster job backfill`` or the UI's *Backfill all* doesn't keep people waiting;
    - ``bronze_checks_job``: checks what is stored, without generating it again.
    """
    tables = dg.AssetSelection.assets(*(f"{domain.name}/{name}" for name in domain.entities))
    return [
        dg.define_asset_job(
            f"{domain.name}_job",
            selection=tables,
            executor_def=in_process_or_multiprocess,
            description=f"Generate one partition of {domain.name}, store it and check it.",
        ),
        dg.define_asset_job(
            f"{domain.name}_backfill_job",
            selection=tables,
            executor_def=in_process_or_multiprocess,
            tags={"dagster/priority": BELOW_OTHER_RUNS},
            description=f"Generate any number of partitions of {domain.name}, behind all other runs.",
        ),
        dg.define_asset_job(
            f"{domain.name}_checks_job",
            selection=dg.AssetSelection.checks_for_assets(*(dg.AssetKey([domain.name, n]) for n in domain.entities)),
            # Checks alone bring no partitions; a config for each partition does.
            config=dg.PartitionedConfig(partitions, run_config_for_partition_key_fn=lambda _: {}),
            executor_def=in_process_or_multiprocess,
            description=f"Check a stored partition of {domain.name} again, without generating it.",
        ),
    ]


def daily_schedule(domain: Domain, site: Site) -> dg.ScheduleDefinition:
    """Check the default partition at 06:00 UTC; off until somebody switches it on.

    Its bytes would be the same each day: what may change is what lies on the disk.
    """
    partition = default_partition(domain.name, site.project)

    @dg.schedule(
        name=f"{domain.name}_daily",
        job_name=f"{domain.name}_checks_job",
        cron_schedule=_EVERY_DAY_AT_SIX,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=f"Check every day that the stored {domain.name} {partition} is what it was; nothing is written.",
    )
    def daily() -> dg.RunRequest | dg.SkipReason:
        try:
            where(domain, site.project.partition(domain.name, partition), site.root)
        except DataError:
            return dg.SkipReason(f"Nothing is stored. {materialise(f'group:{domain.name}', partition)}")
        return dg.RunRequest(partition_key=partition)

    return daily
