"""Find the smallest part of a fault plan under which a consumer still fails.

Faults are left out by delta debugging (ddmin), then the counts of those that stay are lowered. Each trial injects
a plan that stands on its own into a folder of its own and runs the check on it, so what is found is true as it is
written: the minimal plan makes the check fail.

Source: Zeller & Hildebrandt, "Simplifying and isolating failure-inducing input" (2002).
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ChangeFolder
from synth_assets.errors import DataError, UsageError
from synth_assets.faults import answer_key
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.interface import Fault, RecordFault
from synth_assets.faults.plan import FaultPlan
from synth_assets.sinks.failures import writing
from synth_assets.usecases.inject import MINIMAL_KEY, MINIMAL_PLAN, Origin, beside, broken, write_broken

PLACEHOLDER = "{dir}"
VARIABLE = "CHANGES_DIR"
"""Also the folder, for the check. Not SYNTH_…: the program refuses such variables unless they are settings."""

_CANNOT_RUN = (126, 127)
"""What a shell answers if it can't run a command, or can't find it."""


@dataclass(frozen=True)
class Minimal:
    """What was found.

    Attributes:
        plan: the smallest plan under which the check fails.
        entries: its answer key.
        trials: how often the check was run.
    """

    plan: FaultPlan
    entries: pl.DataFrame
    trials: int


def minimise(folder: Path, check: str, say: Callable[[str], None]) -> Minimal:
    """Minimise the plan of a broken log; writes the result into its folder, beside the plan.

    Args:
        folder: what ``synth changes inject`` wrote; the clean log is where it was then, as it was.
        check: a shell command that fails (exits non-zero) on the broken log. ``{dir}`` in it stands for the
            folder, which else becomes its last argument.
        say: takes a line of progress.

    Raises:
        DataError: the folder is no broken log, or the clean log is gone or has changed.
        UsageError: the check can't be run, fails on the clean log, too, or doesn't fail on the broken one.
    """
    folder = folder.absolute()
    origin = Origin.read(folder)
    plan = fault_plan.read(folder / fault_plan.FILE)
    log = CleanLog(ChangeFolder.open(_unchanged(origin)))
    with beside(folder, "minimising") as home:
        trials = _Trials(log, check, home / "broken", say)
        if trials.fails(replace(plan, faults=())):
            raise UsageError(
                f"the check fails on the clean log, too, with status {trials.status}{trials.last_words}.\n"
                f"  Correct it first: {check}"
            )
        if not trials.fails(plan):
            raise UsageError(
                f"the check succeeds on {folder}: there is nothing to minimise.\n"
                "  Its command must exit with a status other than 0 when the consumer is wrong."
            )
        smallest = trials.lowered(trials.fewest(plan))
        write_broken(broken(log, smallest), smallest, home / "result")
        entries = answer_key.read(home / "result")
        with writing(folder):
            (home / "result" / fault_plan.FILE).replace(folder / MINIMAL_PLAN)
            (home / "result" / answer_key.FILE).replace(folder / MINIMAL_KEY)
    return Minimal(smallest, entries, trials.count)


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


class _Trials:
    """Runs the check on plans, each plan once."""

    def __init__(self, log: CleanLog, check: str, folder: Path, say: Callable[[str], None]) -> None:
        self._log = log
        self._check = check
        self._folder = folder
        self._say = say
        self._known: dict[str, bool] = {}
        self.count = 0
        self.status = 0
        self.last_words = ""

    def fails(self, plan: FaultPlan) -> bool:
        """Whether the check fails under a plan; not if the plan can't be satisfied."""
        text = plan.to_yaml()
        if text not in self._known:
            self._known[text] = self._try(plan)
        return self._known[text]

    def fewest(self, plan: FaultPlan) -> FaultPlan:
        """Leave out faults until no one of them can be left out: ddmin."""
        faults, parts = plan.faults, 2
        while len(faults) > 1:
            bounds = [len(faults) * at // parts for at in range(parts + 1)]
            chunks = [faults[a:b] for a, b in pairwise(bounds)]
            rests = [tuple(one for one in faults if one not in chunk) for chunk in chunks] if parts > 2 else []
            smaller = next((some for some in (*chunks, *rests) if self.fails(replace(plan, faults=some))), None)
            if smaller is not None:
                parts = max(parts - 1, 2) if smaller in rests else 2
                faults = smaller
            elif parts < len(faults):
                parts = min(2 * parts, len(faults))
            else:
                break
        return replace(plan, faults=faults)

    def lowered(self, plan: FaultPlan) -> FaultPlan:
        """Lower each count as far as the check still fails."""
        for at in range(len(plan.faults)):
            for name, least in plan.faults[at].shrinks.items():
                plan = self._lower(plan, at, name, least)
        return plan

    def _lower(self, plan: FaultPlan, at: int, name: str, least: int) -> FaultPlan:
        fault = plan.faults[at]
        high = getattr(fault, name)
        if high is None:
            assert isinstance(fault, RecordFault)  # noqa: S101 — the only ones whose count may be open
            high = broken(self._log, plan).quotas[fault.number]
        low, best = least, plan
        # A multiple of the least: updates of hot keys come in pairs.
        while low <= high:
            middle = least if best is plan and low == least else low + (high - low) // 2 // least * least
            smaller = _with(plan, at, name, middle)
            if self.fails(smaller):
                best, high = smaller, middle - least
            else:
                low = middle + least
        return best

    def _try(self, plan: FaultPlan) -> bool:
        shutil.rmtree(self._folder, ignore_errors=True)
        try:
            write_broken(broken(self._log, plan), plan, self._folder)
        except UsageError:
            return False
        self.count += 1
        place = shlex.quote(os.fspath(self._folder))
        command = self._check.replace(PLACEHOLDER, place) if PLACEHOLDER in self._check else f"{self._check} {place}"
        ran = subprocess.run(  # noqa: S603 — the person's own command is what it is about
            ["/bin/sh", "-c", command],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, VARIABLE: os.fspath(self._folder)},
        )
        self.status = ran.returncode
        lines = (ran.stderr or ran.stdout).decode(errors="replace").strip().splitlines()
        self.last_words = f": {lines[-1]}" if lines else ""
        if ran.returncode in _CANNOT_RUN:
            raise UsageError(f"the check can't be run{self.last_words}.\n  Correct it: {self._check}")
        self._say(f"{self.count}: {_named(plan)}: {'fails' if ran.returncode else 'passes'}")
        return ran.returncode != 0


def _with(plan: FaultPlan, at: int, name: str, value: int) -> FaultPlan:
    """The plan with another value of one fault's setting; a count takes the place of a share."""
    changed: dict[str, int | None] = {name: value}
    if name == "count" and isinstance(plan.faults[at], RecordFault):
        changed["share"] = None
    return replace(plan, faults=(*plan.faults[:at], plan.faults[at].model_copy(update=changed), *plan.faults[at + 1 :]))


def _named(plan: FaultPlan) -> str:
    if not plan.faults:
        return "no fault"
    return ", ".join(_short(fault) for fault in plan.faults)


def _short(fault: Fault) -> str:
    counts = [f"{name} {value}" for name in fault.shrinks if (value := getattr(fault, name)) is not None]
    return f"{fault.number} {fault.kind}" + (f" ({', '.join(counts)})" if counts else "")
