"""Break a log by a plan: every fault chooses, then what they chose is written with its answer key."""

import shutil
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ORIGIN_FILE, ChangeFolder
from synth_assets.faults import answer_key
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.delivery import deliver
from synth_assets.faults.entries import entries_of
from synth_assets.faults.interface import RecordFault
from synth_assets.faults.origin import Origin
from synth_assets.faults.plan import FaultPlan
from synth_assets.faults.workspace import Workspace
from synth_assets.model.layout import IDENTITY_FILE, MANIFEST_FILE
from synth_assets.sinks.declarations import copy_declarations
from synth_assets.sinks.failures import writing


def broken(log: CleanLog, plan: FaultPlan) -> Workspace:
    """Let every fault of a plan choose what to break; nothing is written.

    Raises:
        UsageError: the plan can't be satisfied.
    """
    work = Workspace(log, plan.seed)
    for fault in plan.faults:
        work.entities(fault)
        work.batches(fault)
    # A share is of what is left, so faults with a count choose before those with a share.
    for fault in sorted(
        plan.faults, key=lambda one: (one.precedence, isinstance(one, RecordFault) and one.count is None)
    ):
        fault.inject(work)
    return work


def write_broken(work: Workspace, plan: FaultPlan, folder: Path) -> pl.DataFrame:
    """Write what :func:`broken` chose into a folder that isn't there yet; returns its answer key.

    Raises:
        DataError: the source is damaged; what was written stays.
        OutputError: it can't be written; likewise.
    """
    source = work.log.folder.root
    # The answer key is true of a whole base only.
    bases = {base: work.log.folder.check(base)[0] for base in _bases(work.log.folder)}
    with writing(folder):
        folder.mkdir()
        shutil.copyfile(source / IDENTITY_FILE, folder / IDENTITY_FILE)
        copy_declarations(source, folder)
        for base, manifest in bases.items():
            copy = folder / base.relative_to(source)
            copy.mkdir(parents=True)
            for name in (MANIFEST_FILE, *(file.path for file in manifest.files)):
                shutil.copyfile(base / name, copy / name)
    entries = entries_of(work, deliver(work, folder))
    with writing(folder):
        answer_key.write(entries, folder / answer_key.FILE)
        (folder / fault_plan.FILE).write_text(plan.to_yaml(), encoding="utf-8")
        (folder / ORIGIN_FILE).write_text(Origin.of(source).to_json(), encoding="utf-8")
    return answer_key.read(folder)


def _bases(folder: ChangeFolder) -> list[Path]:
    """Where the base is stored, a folder a table."""
    return [
        folder.snapshot_path(name, folder.label(folder.timeline.second(0)))
        for name in folder.tables
        if 0 in folder.snapshots(name)
    ]
