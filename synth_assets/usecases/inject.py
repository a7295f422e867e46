"""Break a clean log in known ways: a delivered log, the answer key of what is wrong with it, and the plan.

::

    DIR2/_dataset.json                    as in the clean folder
    DIR2/changes/<domain>/<table>/…       the delivered log, in the clean one's layout
    DIR2/snapshots/<domain>/<table>/at=00000/…   the base, if the clean folder has it
    DIR2/answer_key.parquet               every record that a fault touched
    DIR2/fault_plan.yaml                  the plan
    DIR2/_injected.json                   which clean log it was, for the minimiser
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.broken_folder import beside, check_places, put_in_place
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.injection import broken, write_broken
from synth_assets.faults.plan import FaultPlan
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import make_folder


@dataclass(frozen=True)
class Injected:
    """What was written.

    Attributes:
        folder: the delivered log.
        entries: its answer key.
    """

    folder: Path
    entries: pl.DataFrame

    @property
    def by_fault(self) -> pl.DataFrame:
        """A row a fault: ``fault``, ``kind``, ``tables``, ``entries``, ``beyond_repair``."""
        return (
            self.entries.group_by("fault", "kind")
            .agg(
                pl.col("entity").unique().sort().alias("tables"),
                pl.len().alias("entries"),
                (~pl.col("recoverable")).sum().alias("beyond_repair"),
            )
            .sort("fault")
        )


def inject(source: Path, plan: FaultPlan | Path, target: Path) -> Injected:
    """Write a broken copy of a clean log; it appears whole, or not at all.

    Args:
        source: the folder of a clean plain log.
        plan: what shall be wrong with it, or the file that says so.
        target: the folder of the broken one; a broken log that is there is replaced.

    Raises:
        UsageError: the plan is wrong or can't be satisfied, the source is broken already, or the target holds anything
            else.
        DataError: the source is damaged.
        OutputError: the target can't be written.
    """
    source, target = source.absolute(), target.absolute()
    chosen = fault_plan.read(plan) if isinstance(plan, Path) else plan
    check_places(source, target)
    work = broken(CleanLog(ChangeFolder.open(source)), chosen)  # refuses before anything is written
    with writing(target):
        make_folder(target.parent)
    with beside(target, "injecting") as home:
        staged = home / "new"
        entries = write_broken(work, chosen, staged)
        with writing(staged):
            put_in_place(staged, target)
    return Injected(target, entries)
