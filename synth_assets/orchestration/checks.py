"""Asset checks: what holds of a stored partition, looked up in the data itself."""

import warnings
from collections.abc import Iterable, Iterator

import dagster as dg

from synth_assets.model.domain import Domain
from synth_assets.model.table import Rule, Table
from synth_assets.orchestration.io_manager import IO_MANAGER_KEY, SynthIOManager
from synth_assets.orchestration.partitions import DatasetPartitions
from synth_assets.orchestration.places import Place
from synth_assets.orchestration.stored_checks import Finding, StoredChecks
from synth_assets.project.project import Project

DUCKDB_KEY = "synth_duckdb"

GENERIC = {
    "row_count": "As many rows as the dataset's definition gives.",
    "keys_are_unique": "Every row has a key, no two rows share one; nor a value of a unique column.",
    "references_hold": "Every foreign key finds its row in the stored parent table.",
    "cells_are_allowed": "Cells are missing only where the schema says so; enumerations hold their values only.",
    "content_matches_definition": "The content hash, recomputed from storage, is that of the generated values.",
    "formats_agree": "All formats the table is stored in hold the same content.",
}


def domain_checks(domain: Domain, project: Project, partitions: DatasetPartitions) -> list[dg.AssetChecksDefinition]:
    """The checks of a domain: for each table one step when it is stored, and one when those its rules need are.

    The checks of the first step block the tables downstream. A rule that reads tables which come later
    belongs to the last one of them, or, where none is downstream of all others, waits for all.
    """
    ancestors = _ancestors(domain)
    at_once: dict[str, list[Rule]] = {name: [] for name in domain.entities}
    later: dict[str, list[Rule]] = {name: [] for name in domain.entities}
    order = list(domain.entities)
    for entity in domain.entities.values():
        for rule in entity.table().rules:
            last = max(rule.tables, key=order.index)
            waits = set(rule.tables) - {last} - ancestors[last]
            (later if waits else at_once)[last].append(rule)
    checks: list[dg.AssetChecksDefinition] = []
    for name, entity in domain.entities.items():
        table = entity.table()
        specs = [_spec(table, check, doc, (), partitions, blocking=True) for check, doc in _generic(table).items()]
        specs += [_spec(table, rule.name, rule.doc, (), partitions, blocking=True) for rule in at_once[name]]
        checks.append(_checks(f"{table.domain}__{name}__checks", specs, domain, name, at_once[name], project))
        if later[name]:
            specs = [
                _spec(table, rule.name, rule.doc, set(rule.tables) - {name}, partitions, blocking=False)
                for rule in later[name]
            ]
            checks.append(_checks(f"{table.domain}__{name}__late_checks", specs, domain, name, later[name], project))
    return checks


def check_spec(
    asset: dg.AssetKey,
    name: str,
    doc: str,
    partitions: dg.PartitionsDefinition,
    *,
    deps: Iterable[dg.AssetKey] = (),
    blocking: bool,
) -> dg.AssetCheckSpec:
    """A check of one partition of an asset.

    Args:
        asset: the asset.
        name: of the check.
        doc: what holds if it passes.
        partitions: the asset's.
        deps: other assets that it reads.
        blocking: whether nothing downstream is made if it fails.
    """
    with warnings.catch_warnings():
        # Partitioned checks are in preview in Dagster 1.13; without them, the latest run's partition would
        # speak for all.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(
            name,
            asset=asset,
            description=doc,
            additional_deps=list(deps),
            blocking=blocking,
            partitions_def=partitions,
        )


def evaluated(spec: dg.AssetCheckSpec, finding: Finding) -> dg.AssetCheckResult:
    """What Dagster is told of a check's outcome."""
    severity = dg.AssetCheckSeverity.WARN if finding.undecided else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        passed=finding.passed,
        asset_key=spec.asset_key,
        check_name=spec.name,
        severity=severity,
        description=finding.text,
        metadata={
            **finding.numbers,
            **({"examples": dg.MetadataValue.md(finding.examples)} if finding.examples else {}),
        },
    )


def _checks(
    op: str, specs: list[dg.AssetCheckSpec], domain: Domain, name: str, rules: Iterable[Rule], project: Project
) -> dg.AssetChecksDefinition:
    by_name = {rule.name: rule for rule in rules}

    @dg.multi_asset_check(name=op, specs=specs, can_subset=True, required_resource_keys={IO_MANAGER_KEY, DUCKDB_KEY})
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        io_manager: SynthIOManager = context.resources.synth_io_manager
        dataset = project.partition(domain.name, context.op_execution_context.partition_key)
        place = Place(name, dataset, domain, domain.entity(name))
        selected = {key.name for key in context.selected_asset_check_keys}
        with context.resources.synth_duckdb.get_connection() as connection:
            stored = StoredChecks(place, io_manager.root(), connection)
            # One connection and one reading of each format serve all checks of the table.
            for spec in specs:
                if spec.name in selected:
                    yield evaluated(spec, stored.evaluate(by_name.get(spec.name, spec.name)))

    return checks


def _generic(table: Table) -> dict[str, str]:
    return {name: doc for name, doc in GENERIC.items() if name != "references_hold" or table.references}


def _spec(
    table: Table, name: str, doc: str, others: Iterable[str], partitions: DatasetPartitions, *, blocking: bool
) -> dg.AssetCheckSpec:
    deps = [dg.AssetKey([table.domain, other]) for other in sorted(others)]
    return check_spec(dg.AssetKey([table.domain, table.name]), name, doc, partitions, deps=deps, blocking=blocking)


def _ancestors(domain: Domain) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, entity in domain.entities.items():  # parents come first
        parents = set(entity.table().parents) - {name}
        found[name] = parents.union(*(found[parent] for parent in parents))
    return found
