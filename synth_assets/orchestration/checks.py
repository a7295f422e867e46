"""Asset checks: what holds of a stored partition, looked up in the data itself."""

from collections.abc import Iterable, Iterator

import dagster as dg

from synth_assets.errors import SynthError
from synth_assets.model.dataset import Dataset
from synth_assets.model.domain import Domain
from synth_assets.model.table import Rule
from synth_assets.orchestration.findings import check_spec, evaluated
from synth_assets.orchestration.io_manager import SynthIOManager
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.orchestration.resource_keys import DUCKDB_KEY
from synth_assets.orchestration.site import Site
from synth_assets.usecases.check import CheckInfo, checking, checks_of
from synth_assets.usecases.groups import alone_in, check_words


def domain_checks(domain: Domain, site: Site, partitions: DatasetPartitions) -> list[dg.AssetChecksDefinition]:
    """The checks of a domain: for each table one step when it is stored, and one when those its rules need are.

    The checks of the first step block the tables downstream. A rule that reads tables which come later
    belongs to the last one of them, or, where none is downstream of all others, waits for all.
    """
    at_once, later = _rules(domain)
    checks: list[dg.AssetChecksDefinition] = []
    for name in domain.entities:
        known = [*checks_of(domain, name), *(CheckInfo(rule.name, rule.doc) for rule in at_once[name])]
        specs = [_spec(domain, name, check, (), partitions, blocking=True) for check in known]
        checks.append(_step(f"{domain.name}__{name}__checks", specs, domain, name, at_once[name], site))
        if later[name]:
            specs = [
                _spec(domain, name, CheckInfo(rule.name, rule.doc), rule.tables, partitions, blocking=False)
                for rule in later[name]
            ]
            checks.append(_step(f"{domain.name}__{name}__late_checks", specs, domain, name, later[name], site))
    return checks


def _rules(domain: Domain) -> tuple[dict[str, list[Rule]], dict[str, list[Rule]]]:
    """The rules by the table they are a check of: those that need nothing downstream of it, and the others."""
    ancestors, order = _ancestors(domain), list(domain.entities)
    at_once: dict[str, list[Rule]] = {name: [] for name in order}
    later: dict[str, list[Rule]] = {name: [] for name in order}
    for table in domain.tables.values():
        for rule in table.rules:
            last = max(rule.tables, key=order.index)
            waits = set(rule.tables) - {last} - ancestors[last]
            (later if waits else at_once)[last].append(rule)
    return at_once, later


def _step(
    op: str, specs: list[dg.AssetCheckSpec], domain: Domain, name: str, rules: Iterable[Rule], site: Site
) -> dg.AssetChecksDefinition:
    by_name = {rule.name: rule for rule in rules}

    @dg.multi_asset_check(name=op, specs=specs, can_subset=True, required_resource_keys={site.io_manager, DUCKDB_KEY})
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        io_manager: SynthIOManager = getattr(context.resources, site.io_manager)
        partition = context.op_execution_context.partition_key
        dataset = site.project.partition(domain.name, partition)
        selected = {key.name for key in context.selected_asset_check_keys}
        only = _only(io_manager, domain, dataset)
        with (
            context.resources.synth_duckdb.get_connection() as connection,
            checking(domain, dataset, name, io_manager.root(), connection, only) as evaluate,
        ):
            for spec in specs:
                if spec.name in selected:
                    yield evaluated(spec, evaluate(by_name.get(spec.name, spec.name)), partition, only)

    return checks


def _only(io_manager: SynthIOManager, domain: Domain, dataset: Dataset) -> dict[str, str]:
    """The group of a domain whose rows alone a run's config wants to be checked; none for all.

    Raises:
        dagster.Failure: there is none.
    """
    try:
        check_words(io_manager.here().domains(), io_manager.only)
        alone = alone_in(domain, dataset, io_manager.only).only
    except SynthError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    return {alone.word: alone.name} if alone else {}


def _spec(
    domain: Domain,
    name: str,
    check: CheckInfo,
    reads: Iterable[str],
    partitions: DatasetPartitions,
    *,
    blocking: bool,
) -> dg.AssetCheckSpec:
    deps = [dg.AssetKey([domain.name, other]) for other in sorted({*reads} - {name})]
    return check_spec(dg.AssetKey([domain.name, name]), check.name, check.doc, partitions, deps=deps, blocking=blocking)


def _ancestors(domain: Domain) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in domain.entities:  # parents come first
        parents = domain.parents[name]
        found[name] = {*parents}.union(*(found[parent] for parent in parents))
    return found
