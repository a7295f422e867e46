"""Change data in Dagster: at each cadence logs of batches, tables that take them in, checks, jobs, a schedule."""

import sys
from typing import Any

import dagster as dg

from synth_assets.model.change_log import CADENCES
from synth_assets.model.domain import Domain
from synth_assets.model.timeline import life_of
from synth_assets.orchestration.changes_assets import change_assets
from synth_assets.orchestration.changes_checks import change_checks
from synth_assets.orchestration.changes_current import current_assets, current_op
from synth_assets.orchestration.changes_partitions import ChangeData, ChangePartitions
from synth_assets.orchestration.jobs import BELOW_OTHER_RUNS
from synth_assets.orchestration.left_out import check_named
from synth_assets.orchestration.site import Site
from synth_assets.project.sections.changes import ChangeSettings


def change_definitions(domain: Domain, site: Site) -> dg.Definitions:
    """A domain's change data at every cadence of the project; nothing for a domain whose rows don't live on.

    Raises:
        UsageError: the command that loads them names a cadence that the project leaves out.
    """
    if not any(life_of(entity) for entity in domain.entities.values()):
        return dg.Definitions()
    cadences = site.project.settings.section(ChangeSettings).cadences
    left_out = [ChangeData(domain, one, site.project) for name, one in CADENCES.items() if name not in cadences]
    check_named(sys.argv[1:], left_out, cadences)
    found = [ChangeData(domain, CADENCES[name], site.project, site.io_manager) for name in cadences]
    return dg.Definitions.merge(*(_at_cadence(data) for data in found if data.datasets))


def _at_cadence(data: ChangeData) -> dg.Definitions:
    partitions = ChangePartitions(data)
    return dg.Definitions(
        assets=[*change_assets(data, partitions), current_assets(data, partitions)],
        asset_checks=change_checks(data, partitions),
        jobs=_jobs(data, partitions),
        schedules=[_schedule(data)],
    )


def _jobs(data: ChangeData, partitions: ChangePartitions) -> list[Any]:  # Dagster has no public name for it
    """The jobs of a cadence; each takes one partition, or in a backfill a range of them.

    - ``bronze_changes_job``: a batch, or the batches of a backfill in order: logs, tables brought up to them, checks;
    - ``bronze_changes_backfill_job``: logs alone, of any batches in any order, behind all other runs. The next run
      of the first job takes all of them in;
    - ``bronze_changes_checks_job``: checks what is stored.
    """
    name = data.name(f"{data.domain.name}_changes")
    logs = [data.key("changes", entity) for entity in data.domain.entities]
    tables = [data.key("current", entity) for entity in data.kept]
    a = f"a {data.cadence.name}'s batch"
    return [
        dg.define_asset_job(
            f"{name}_job",
            selection=dg.AssetSelection.assets(*logs, *tables),
            description=f"Store {a} of {data.domain.name}, bring the current tables up to it, and check both.",
        ),
        dg.define_asset_job(
            f"{name}_backfill_job",
            selection=dg.AssetSelection.assets(*logs),
            tags={"dagster/priority": BELOW_OTHER_RUNS},
            description=f"Store any number of batches of {data.domain.name}, in any order, behind all other runs.",
        ),
        dg.define_asset_job(
            f"{name}_checks_job",
            selection=dg.AssetSelection.checks_for_assets(*logs, *tables),
            # Checks alone bring no partitions; a config for each partition does.
            config=dg.PartitionedConfig(partitions, run_config_for_partition_key_fn=lambda _: {}),
            description=f"Check a stored batch of {data.domain.name} and the current tables, without generating any.",
        ),
    ]


def _schedule(data: ChangeData) -> dg.ScheduleDefinition:
    """Run the batch that has just ended, for every dataset; off until somebody switches it on."""
    name = f"{data.domain.name}_changes_{data.window.adverb}"
    caught_up = {"ops": {current_op(data): {"config": {"catch_up": True}}}}

    @dg.schedule(
        name=name,
        job_name=f"{data.name(f'{data.domain.name}_changes')}_job",
        cron_schedule=data.window.cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=f"Store the batch of the {data.cadence.name} that has just ended, for {', '.join(data.datasets)}, "
        "and bring the current tables up to it. Batches that were missed meanwhile are caught up.",
    )
    def scheduled(context: dg.ScheduleEvaluationContext) -> Any:
        batch = data.ended(context.scheduled_execution_time)
        if batch < 1:
            yield dg.SkipReason(f"No batch has ended yet: batch 1 is {data.partition(1, data.datasets[0])}.")
            return
        for dataset in data.datasets:
            partition = data.partition(batch, dataset)
            yield dg.RunRequest(run_key=str(partition), partition_key=partition, run_config=caught_up)

    return scheduled
