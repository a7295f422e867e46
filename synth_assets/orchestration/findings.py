"""What Dagster is told of checks: their specs, and what they found."""

import warnings
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import dagster as dg

from synth_assets.orchestration.metadata import decoration, preview
from synth_assets.usecases.check import Finding


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


def evaluated(
    spec: dg.AssetCheckSpec, finding: Finding, partition: str, only: Mapping[str, str] = MappingProxyType({})
) -> dg.AssetCheckResult:
    """What Dagster is told of a check's outcome.

    Args:
        spec: the check.
        finding: its outcome.
        partition: the one that was looked at.
        only: the groups whose rows alone were looked at.
    """
    severity = dg.AssetCheckSeverity.WARN if finding.undecided else dg.AssetCheckSeverity.ERROR
    shown = finding.examples
    examples = {} if shown is None else decoration("examples", lambda: {"examples": preview(shown)})
    return dg.AssetCheckResult(
        passed=finding.passed,
        asset_key=spec.asset_key,
        check_name=spec.name,
        severity=severity,
        description=alone_text(only) + finding.text + _next_step(finding, partition),
        metadata={**finding.numbers, **examples, **only},
    )


def alone_text(only: Mapping[str, str]) -> str:
    """Whose rows alone were looked at, before what was found; empty for all."""
    return "".join(f"{word} {name} alone: " for word, name in only.items())


def materialise(path: str, partition: str) -> str:
    """How to store a table that isn't."""
    return f"Materialise it first: dagster asset materialize --select '{path}' --partition '{partition}'"


def _next_step(finding: Finding, partition: str) -> str:
    if not finding.missing:
        return ""
    if finding.undecided:
        return "\n  Materialise it, then check again."
    return f"\n  {materialise(finding.missing[0], partition)}"
