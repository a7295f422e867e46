"""Find the smallest part of a fault plan under which a consumer still fails."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import DataError, UnjudgedError, UsageError
from synth_assets.faults import answer_key
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.broken_folder import MINIMAL_KEY, MINIMAL_PLAN, beside
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.injection import broken, write_broken
from synth_assets.faults.origin import Origin
from synth_assets.faults.plan import FaultPlan
from synth_assets.faults.trials import UNDECIDED, Trials
from synth_assets.sinks.failures import writing


@dataclass(frozen=True)
class Minimal:
    """What was found.

    Attributes:
        plan: the smallest plan under which the check fails.
        entries: its answer key.
        trials: how often the check was run.
        undecided: how often it couldn't find out; there may be a smaller plan, then.
    """

    plan: FaultPlan
    entries: pl.DataFrame
    trials: int
    undecided: int


def minimise(folder: Path, check: str, say: Callable[[str], None]) -> Minimal:
    """Minimise the plan of a broken log; writes the result into its folder, beside the plan.

    Args:
        folder: what ``synth changes inject`` wrote; the clean log is where it was then, as it was.
        check: a shell command that fails (exits non-zero) on the broken log. ``{dir}`` in it stands for the
            folder, which else becomes its last argument. Its exit status 3 says that it couldn't find out, as that of
            ``synth changes score`` does.
        say: takes a line of progress.

    Raises:
        DataError: the folder is no broken log, or the clean log is gone or has changed.
        UsageError: the check can't be run, fails on the clean log, too, or doesn't fail on the broken one.
        UnjudgedError: it couldn't find out on either of them, or on any smaller plan.
    """
    folder = folder.absolute()
    origin = Origin.read(folder)
    plan = fault_plan.read(folder / fault_plan.FILE)
    log = CleanLog(ChangeFolder.open(_unchanged(origin)))
    with beside(folder, "minimising") as home:
        trials = Trials(log, check, home / "broken", say)
        fails = trials.fails(replace(plan, faults=()))
        _decided(trials, "on the clean log", check)
        if fails:
            raise UsageError(
                f"the check fails on the clean log, too, with status {trials.status}{trials.last_words}.\n"
                f"  Correct it first: {check}"
            )
        fails = trials.fails(plan)
        _decided(trials, f"on {folder}", check)
        if not fails:
            raise UsageError(
                f"the check succeeds on {folder}: there is nothing to minimise.\n"
                "  Its command must exit with a status other than 0 when the consumer is wrong."
            )
        before = trials.count
        smallest = trials.lowered(trials.fewest(plan))
        if trials.count > before and trials.undecided == trials.count - before:
            _decided(trials, "on any smaller plan", check)
        write_broken(broken(log, smallest), smallest, home / "result")
        entries = answer_key.read(home / "result")
        with writing(folder):
            (home / "result" / fault_plan.FILE).replace(folder / MINIMAL_PLAN)
            (home / "result" / answer_key.FILE).replace(folder / MINIMAL_KEY)
    return Minimal(smallest, entries, trials.count, trials.undecided)


def _decided(trials: Trials, where: str, check: str) -> None:
    """Refuse to go on if the check couldn't find out."""
    if trials.status == UNDECIDED:
        raise UnjudgedError(
            f"the check couldn't find out {where} whether the consumer is right: it exits with status {UNDECIDED}"
            f"{trials.last_words}.\n  Let it find out (a server may be down, a disk full) and try again: {check}"
        )


def _unchanged(origin: Origin) -> Path:
    """The clean log's folder, if it is what it was."""
    step = "Inject the plan into the clean log again, then minimise that."
    if not origin.source.is_dir():
        raise DataError(f"the clean log {origin.source} is gone.\n  Bring it back. Or: {step}")
    try:
        now = Origin.of(origin.source).fingerprint
    except OSError as error:
        raise DataError(f"the clean log {origin.source} can't be read: {error.strerror}.\n  {step}") from error
    if now != origin.fingerprint:
        raise DataError(f"the clean log {origin.source} has changed since.\n  {step}")
    return origin.source
