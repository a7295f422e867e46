"""Asset checks of change data, on what is stored: logs, tables kept up to date, their ledger and versions."""
# ruff: noqa: S608 - names of a domain's own tables and columns, quoted

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import dagster as dg
import duckdb as driver

from synth_assets.changes.current import held, keeps_versions, ledger_of
from synth_assets.changes.folder import ChangeFolder
from synth_assets.changes.replay import Replayed, replay
from synth_assets.errors import DataError, SynthError
from synth_assets.model.change_log import spans
from synth_assets.model.manifest import read_manifest
from synth_assets.orchestration.changes_partitions import ChangeData, ChangePartitions
from synth_assets.orchestration.checks import check_spec, evaluated
from synth_assets.orchestration.io_manager import IO_MANAGER_KEY
from synth_assets.orchestration.stored_checks import Finding
from synth_assets.sinks.current_tables import Entry, versions_table
from synth_assets.sinks.databases import duckdb
from synth_assets.usecases.verify_changes import against_snapshot

OF_CHANGES = {
    "replay_equals_snapshot": "The snapshot before the batch, with the stored log applied, is the snapshot after it.",
    "transactions_hold": "Every event fits the row as it is by then; keys and references hold after each transaction.",
}
OF_CURRENT = {
    "replay_equals_snapshot": "The stored table, made of the base and all batches, is the snapshot, cell by cell.",
    "references_hold": "Every foreign key finds its row in the stored parent table.",
    "no_batch_skipped": "The ledger has every batch from the base on, each with the content of the stored log.",
    "scd2_without_overlap": "The versions of a row follow each other without gap or overlap; the last is the row.",
}


def change_checks(data: ChangeData, partitions: ChangePartitions) -> list[dg.AssetChecksDefinition]:
    """The checks of a domain's change data at one cadence: a step for the logs, and one for the tables."""
    specs = {
        (what, name, check): check_spec(
            data.key(what, name), check, doc, partitions, blocking=what == "changes" and check in OF_CHANGES
        )
        for what, docs in (("changes", OF_CHANGES), ("current", OF_CURRENT))
        for name in data.domain.entities
        for check, doc in docs.items()
        if _applies(data, name, check, what)
    }
    return [_step(data, what, {at[1:]: spec for at, spec in specs.items() if at[0] == what}) for what in _EVALUATE]


def _applies(data: ChangeData, name: str, check: str, what: str) -> bool:
    if what == "current" and check == "references_hold":
        return bool(data.domain.entity(name).table().references)
    if check == "scd2_without_overlap":
        return keeps_versions(data.domain, name)
    return True


def _step(data: ChangeData, what: str, specs: Mapping[tuple[str, str], dg.AssetCheckSpec]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=f"{data.domain.name}__{data.name(what)}__checks",
        specs=list(specs.values()),
        can_subset=True,
        required_resource_keys={IO_MANAGER_KEY},
    )
    def checks(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        root: Path = context.resources.synth_io_manager.root()
        selected = {at: spec for at, spec in specs.items() if spec.key in context.selected_asset_check_keys}
        names = list(dict.fromkeys(name for name, _ in selected))
        findings: dict[tuple[str, str], list[Finding]] = {at: [] for at in selected}
        for partition in _to_look_at(what, context.op_execution_context.partition_keys):
            for at, finding in _EVALUATE[what](data, root, partition, names):
                if at in findings:
                    findings[at].append(finding)
        for at, spec in selected.items():
            yield evaluated(spec, _together(findings[at]))

    return checks


def _to_look_at(what: str, partitions: Sequence[str]) -> list[str]:
    """All partitions of logs; of tables one a dataset, since they are as they are after the last batch."""
    return list(partitions if what == "changes" else {one.partition("|")[2]: one for one in partitions}.values())


def _together(findings: Sequence[Finding]) -> Finding:
    """One finding of a run over several partitions: the first that isn't fine, or the last."""
    return next((finding for finding in findings if not finding.passed), findings[-1])


Findings = Iterator[tuple[tuple[str, str], Finding]]


# Logs


def _of_changes(data: ChangeData, root: Path, partition: str, names: Sequence[str]) -> Findings:
    """What holds of the logs of one batch."""
    try:
        dataset, batch = data.read(partition)
        folder = data.stored(root, dataset)
        # References can be looked up where the parent's log of the batch is stored too.
        wanted = {
            *names,
            *(parent for name in names for parent in (one.table for one in folder.tables[name].references)),
        }
        stored = [name for name in folder.tables if name in wanted and batch in folder.batches(name)]
        replayed = {one.entity: one for one in replay(folder, stored, first=batch, last=batch)} if stored else {}
    except SynthError as error:
        yield from _all(OF_CHANGES, names, Finding(passed=False, text=str(error)))
        return
    for name in names:
        if name not in replayed:
            text = f"batch {batch} isn't stored in {folder.root}.\n  Materialise it, then check again."
            yield from _all(OF_CHANGES, [name], Finding(passed=False, text=text, undecided=True))
            continue
        one = replayed[name]
        # The comparison's own words tell of the end of a batch, all others of its events.
        at_the_end = [problem for problem in one.problems if problem.startswith("after batch ")]
        before = [problem for problem in one.problems if problem not in at_the_end]
        yield (name, "replay_equals_snapshot"), _replayed(one, batch, at_the_end)
        missing = [p for p in dict.fromkeys(one.table for one in folder.tables[name].references) if p not in replayed]
        yield (name, "transactions_hold"), _transactions(one, before, missing)


def _replayed(one: Replayed, batch: int, problems: Sequence[str]) -> Finding:
    text = (
        f"snapshot {batch - 1} + batch {batch} ({one.events:,} events) = snapshot {batch}: {one.cells:,} cells agree."
    )
    numbers = {"events": one.events, "rows": one.rows, "differing_cells": one.differing}
    return Finding(not problems and not one.differing, "\n".join(problems) or text, numbers=numbers)


def _transactions(one: Replayed, problems: Sequence[str], missing: Sequence[str]) -> Finding:
    if problems or not missing:
        return Finding(not problems, "\n".join(problems) or f"{one.events:,} events fit, one after the other.")
    text = f"references not checked: this batch of {', '.join(missing)} isn't stored.\n  Materialise it, check again."
    return Finding(passed=False, text=text, undecided=True)


# Tables


def _of_current(data: ChangeData, root: Path, partition: str, names: Sequence[str]) -> Findings:
    """What holds of the tables of a dataset, whatever batch they are at."""
    try:
        dataset, _ = data.read(partition)
        folder = data.stored(root, dataset)
        database = data.database(root, dataset)
        # The run of the next batch waits, so that all is about one batch.
        with held(database) if database.exists() else nullcontext():
            found = list(_of_tables(folder, database, names))
    except SynthError as error:
        yield from _all(OF_CURRENT, names, Finding(passed=False, text=str(error)))
        return
    yield from found


def _of_tables(folder: ChangeFolder, database: Path, names: Sequence[str]) -> Findings:
    ledger = ledger_of(folder, database)
    for name in names:
        if name not in ledger:
            text = f"{name} isn't in {database}.\n  Materialise it, then check again."
            yield from _all(OF_CURRENT, [name], Finding(passed=False, text=text, undecided=True))
            continue
        for check, find in _OF_TABLE.items():
            try:
                finding = find(folder, database, name, ledger)
            except (DataError, driver.Error) as error:
                finding = Finding(passed=False, text=str(error))
            yield (name, check), finding


def _equals_snapshot(folder: ChangeFolder, database: Path, name: str, ledger: Mapping[str, list[Entry]]) -> Finding:
    table, batch, base = folder.tables[name], ledger[name][-1].batch, ledger[name][0].batch
    compared = against_snapshot(database, table, folder.timeline, batch)
    numbers = {"batch": batch, "rows": compared.found.rows}
    if not compared.problems:
        rows = compared.found.rows
        text = f"snapshot {base} + batches {base + 1}..{batch} = snapshot {batch}: {rows:,} rows agree."
        return Finding(passed=True, text=text, numbers=numbers)
    text = (
        f"{'; '.join(compared.problems)}.\n  See which rows: synth changes score {table.path} … --at {batch}"
        f" --candidate {database}::{table.domain}.{name}"
    )
    return Finding(passed=False, text=text, numbers=numbers)


def _references_hold(folder: ChangeFolder, database: Path, name: str, ledger: Mapping[str, list[Entry]]) -> Finding:
    table = folder.tables[name]
    batch, problems, behind = ledger[name][-1].batch, list[str](), list[str]()
    with duckdb.reading(database) as connection:
        for column, parent in ((str(one), one.table) for one in table.references):
            if parent not in ledger or ledger[parent][-1].batch != batch:
                behind.append(parent)
                continue
            child, other = (duckdb.qualified(table.domain, one) for one in (name, parent))
            key, reference = duckdb.quoted(str(folder.tables[parent].key)), duckdb.quoted(column)
            ((lost,),) = connection.execute(
                f"SELECT count(*) FROM {child} c ANTI JOIN {other} p ON c.{reference} = p.{key}"
                f" WHERE c.{reference} IS NOT NULL"
            ).fetchall()
            problems += [f"{column} is not in {parent}: {lost:,} rows."] if lost else []
    if problems or not behind:
        return Finding(
            not problems, "\n".join(problems) or f"{', '.join(map(str, table.references))}: every one finds its row."
        )
    text = f"not checked: {', '.join(behind)} is not at batch {batch}.\n  Bring all tables to one batch, check again."
    return Finding(passed=False, text=text, undecided=True)


def _no_batch_skipped(folder: ChangeFolder, database: Path, name: str, ledger: Mapping[str, list[Entry]]) -> Finding:
    base, *entries = ledger[name]
    held = [entry.batch for entry in entries]
    last = held[-1] if held else base.batch
    stored = set(folder.batches(name))
    problems = [f"batch {one} was skipped" for one in spans(sorted({*range(base.batch + 1, last + 1)} - {*held}))]
    for entry in entries:
        if entry.batch in stored:
            found = read_manifest(folder.log_path(name, entry.batch)).content_hash
            if found != entry.content_hash:
                problems.append(f"batch {entry.batch} is stored with other content than was applied")
    text = f"{database.name} has batches {base.batch + 1}..{last}, each once." if held else "No batch was applied yet."
    return Finding(not problems, "; ".join(problems) or text, numbers={"batches": len(held)})


def _scd2_without_overlap(folder: ChangeFolder, database: Path, name: str, _: Mapping[str, list[Entry]]) -> Finding:
    table = folder.tables[name]
    history, key = versions_table(table), duckdb.quoted(str(table.key))
    source, current = (duckdb.qualified(one.domain, one.name) for one in (history, table))
    columns = duckdb.listed(table.column_names)
    queries = {
        "versions end before they begin": f"FROM {source} WHERE valid_to <= valid_from",
        "versions overlap, or leave a gap": f"FROM (SELECT valid_from, lag(valid_to) OVER w AS ended, lag({key}) OVER w"
        f" AS same FROM {source} WINDOW w AS (PARTITION BY {key} ORDER BY valid_from)) WHERE same IS NOT NULL"
        " AND ended IS DISTINCT FROM valid_from",
        "versions are current and have an end, or neither": f"FROM {source} WHERE is_current <> (valid_to IS NULL)",
        "current versions aren't rows of the table": f"FROM (SELECT {columns} FROM {source} WHERE is_current EXCEPT ALL"
        f" SELECT {columns} FROM {current})",
        "rows have no current version": f"FROM (SELECT {columns} FROM {current} EXCEPT ALL SELECT {columns} FROM"
        f" {source} WHERE is_current)",
    }
    with duckdb.reading(database) as connection:
        counts = {what: connection.execute(f"SELECT count(*) {q}").fetchall()[0][0] for what, q in queries.items()}
        ((versions,),) = connection.execute(f"SELECT count(*) FROM {source}").fetchall()
    problems = [f"{count:,} {what}" for what, count in counts.items() if count]
    text = f"{versions:,} versions: no gap, no overlap, the last of each row is the row."
    return Finding(not problems, "; ".join(problems) or text, numbers={"versions": versions})


def _all(docs: Mapping[str, str], names: Sequence[str], finding: Finding) -> Findings:
    for name in names:
        for check in docs:
            yield (name, check), finding


_EVALUATE = {"changes": _of_changes, "current": _of_current}
_OF_TABLE = {
    "replay_equals_snapshot": _equals_snapshot,
    "references_hold": _references_hold,
    "no_batch_skipped": _no_batch_skipped,
    "scd2_without_overlap": _scd2_without_overlap,
}
