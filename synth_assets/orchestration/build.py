"""Put the definitions of one or more domains together."""

from collections.abc import Iterable

import dagster as dg
from dagster_duckdb import DuckDBResource

from synth_assets.orchestration.assets import domain_assets
from synth_assets.orchestration.changes import change_definitions
from synth_assets.orchestration.checks import DUCKDB_KEY, domain_checks
from synth_assets.orchestration.executor import in_process_or_multiprocess
from synth_assets.orchestration.io_manager import IO_MANAGER_KEY, SynthIOManager
from synth_assets.orchestration.jobs import daily_schedule, domain_jobs
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.project.settings import Settings


def definitions_for(domains: Iterable[str], settings: Settings) -> dg.Definitions:
    """The definitions of some domains.

    Args:
        domains: their names.
        settings: the project's settings: presets, seeds, data root.

    Returns:
        assets, checks, jobs, schedules, the executor, and two resources: ``synth_io_manager``
        (:class:`~synth_assets.orchestration.io_manager.SynthIOManager`, its ``formats`` and ``data_root`` can be
        set in a run's config) and ``synth_duckdb``, the scratch database in which checks run their SQL.
    """
    resources = {IO_MANAGER_KEY: SynthIOManager(), DUCKDB_KEY: DuckDBResource(database=":memory:")}
    parts = [_of_domain(name, settings) for name in domains]
    return dg.Definitions.merge(*parts, dg.Definitions(resources=resources, executor=in_process_or_multiprocess))


def _of_domain(name: str, settings: Settings) -> dg.Definitions:
    domain = settings.domain(name)
    partitions = DatasetPartitions(name, settings)
    own = dg.Definitions(
        assets=domain_assets(domain, settings, partitions),
        asset_checks=domain_checks(domain, settings, partitions),
        jobs=domain_jobs(domain, partitions),
        schedules=[daily_schedule(domain, settings)],
    )
    return dg.Definitions.merge(own, change_definitions(domain, settings))
