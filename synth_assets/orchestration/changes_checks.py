"""Asset checks of change data, on what is stored: logs, tables kept up to date, their ledger and versions."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import dagster as dg

from synth_assets.errors import SynthError
from synth_assets.orchestration.changes_partitions import ChangeData, ChangePartitions
from synth_assets.orchestration.findings import check_spec, evaluated
from synth_assets.usecases.check import Finding
from synth_assets.usecases.check_changes import (
    Findings,
    check_current,
    check_logs,
    checks_of_current,
    checks_of_logs,
)

_CHECKS = {"changes": checks_of_logs, "current": checks_of_current}


def change_checks(data: ChangeData, partitions: ChangePartitions) -> list[dg.AssetChecksDefinition]:
    """The checks of a domain's change data at one cadence: a step for the logs, and one for the tables."""
    return [
        _step(
            data,
            what,
            {
                (name, check.name): check_spec(
                    # Tables downstream of a log that isn't right stay as they are.
                    data.key(what, name), check.name, check.doc, partitions, blocking=what == "changes"
                )
                for name in (data.kept if what == "current" else data.domain.entities)
                for check in checks_of(data.domain, name)
            },
        )
        for what, checks_of in _CHECKS.items()
    ]  # fmt: skip


def _step(data: ChangeData, what: str, specs: Mapping[tuple[str, str], dg.AssetCheckSpec]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"{data.domain.name}__{data.name(what)}__checks",
        specs=list(specs.values()),
        can_subset=True,
        required_resource_keys={data.io_manager},
    )
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        root: Path = getattr(context.resources, data.io_manager).root()
        selected = {at: spec for at, spec in specs.items() if spec.key in context.selected_asset_check_keys}
        findings: dict[tuple[str, str], list[Finding]] = {at: [] for at in selected}
        partitions = context.op_execution_context.partition_keys
        for partition in _to_look_at(what, partitions):
            for name, check, finding in _found(data, what, root, partition, list(selected)):
                if (name, check) in findings:
                    findings[name, check].append(finding)
        for at, spec in selected.items():
            yield evaluated(spec, _together(findings[at]), partitions[-1])

    return checks


def _found(data: ChangeData, what: str, root: Path, partition: str, wanted: Sequence[tuple[str, str]]) -> Findings:
    """What there is to say of one partition."""
    names = list(dict.fromkeys(name for name, _ in wanted))
    try:
        dataset, batch = data.read(partition)
        changes = data.of(root, dataset)
        found = check_logs(changes, batch, names) if what == "changes" else check_current(changes, names)
        yield from list(found)
    except SynthError as error:
        for name, check in wanted:
            yield name, check, Finding(passed=False, text=str(error))


def _to_look_at(what: str, partitions: Sequence[str]) -> list[str]:
    """All partitions of logs; of tables one a dataset, since they are as they are after the last batch."""
    return list(partitions if what == "changes" else {one.partition("|")[2]: one for one in partitions}.values())


def _together(findings: Sequence[Finding]) -> Finding:
    """One finding of a run over several partitions: the first that isn't fine, or the last."""
    return next((finding for finding in findings if not finding.passed), findings[-1])
