"""Put the definitions of one or more domains together."""

from collections.abc import Iterable
from types import ModuleType

import dagster as dg

from synth_assets.errors import UsageError
from synth_assets.model.domain import Domain
from synth_assets.orchestration.assets import domain_assets
from synth_assets.orchestration.changes import change_definitions
from synth_assets.orchestration.checks import domain_checks
from synth_assets.orchestration.executor import in_process_or_multiprocess
from synth_assets.orchestration.jobs import daily_schedule, domain_jobs
from synth_assets.orchestration.living import living_assets, living_domains
from synth_assets.orchestration.own_definitions import definitions_in
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.orchestration.postgres import postgres_assets, postgres_domains
from synth_assets.orchestration.refusal import refusals
from synth_assets.orchestration.site import Site
from synth_assets.project.project import Project


def project_definitions(instances: ModuleType) -> dg.Definitions:
    """Everything of every domain, with the settings of the project here.

    Args:
        instances: the package whose modules hold a project's own definitions.

    Raises:
        Refused: the settings are wrong.
    """
    with refusals():
        project = Project.here()
        names = [domain.name for domain in project.domains(told=_warned)]
        return dg.Definitions.merge(definitions_for(names, project), definitions_in(instances))


def _warned(error: UsageError) -> None:
    """Say what is wrong with a dataset's file; everything else is there."""
    dg.get_dagster_logger("synth_assets").warning("%s", error)


def definitions_for(domains: Iterable[str], project: Project) -> dg.Definitions:
    """The definitions of some domains.

    Args:
        domains: their names.
        project: the project.

    Returns:
        assets, checks, jobs, schedules, assets in PostgreSQL where the project asks for them,
        the executor, and two resources: ``synth_io_manager``
        (:class:`~synth_assets.orchestration.io_manager.SynthIOManager`, its ``formats`` and ``data_root`` can be
        set in a run's config) and ``synth_duckdb``, the scratch database in which checks run their SQL.
    """
    site, domains = Site(project), list(domains)
    parts = [
        dg.Definitions.merge(of_domain(domain, site), change_definitions(domain, site))
        for domain in map(project.domain, domains)
    ]
    in_postgres, living = set(postgres_domains(project)), set(living_domains(project))
    loads = [postgres_assets(project.domain(name), site) for name in domains if name in in_postgres]
    lives = [one for name in domains if name in living for one in living_assets(project.domain(name), site)]
    common = dg.Definitions(assets=[*loads, *lives], resources=site.resources, executor=in_process_or_multiprocess)
    return dg.Definitions.merge(*parts, common)


def of_domain(domain: Domain, site: Site) -> dg.Definitions:
    """A domain's tables with their checks, jobs and schedule; no change data and no resources."""
    partitions = DatasetPartitions(domain.name, site.project)
    return dg.Definitions(
        assets=domain_assets(domain, site, partitions),
        asset_checks=domain_checks(domain, site, partitions),
        jobs=domain_jobs(domain, partitions),
        schedules=[daily_schedule(domain, site)],
    )
