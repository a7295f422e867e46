"""Trials of a check under smaller and smaller plans.

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
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from synth_assets.errors import UnjudgedError, UsageError
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.injection import broken, write_broken
from synth_assets.faults.interface import Fault, RecordFault
from synth_assets.faults.plan import FaultPlan

PLACEHOLDER = "{dir}"
VARIABLE = "CHANGES_DIR"
"""Also the folder, for the check. Not SYNTH_…: the program refuses such variables unless they are settings."""

UNDECIDED = UnjudgedError.exit_status
"""What a check answers that couldn't find out, as ``synth changes score`` does: a server is down, a disk is full."""

_CANNOT_RUN = (126, 127)
"""What a shell answers if it can't run a command, or can't find it."""


class Trials:
    """Runs a check on plans, each plan once.

    Args:
        log: the clean log.
        check: a shell command that fails on a broken log.
        folder: where to write broken ones, one after the other.
        say: takes a line of progress.

    Attributes:
        count: how often the check was run.
        undecided: how often it couldn't find out; such a trial neither fails nor passes.
        status: what it answered last.
        last_words: and said last.
    """

    def __init__(self, log: CleanLog, check: str, folder: Path, say: Callable[[str], None]) -> None:
        self._log = log
        self._check = check
        self._folder = folder
        self._say = say
        self._known: dict[str, bool] = {}
        self.count = self.undecided = 0
        self.status = 0
        self.last_words = ""

    def fails(self, plan: FaultPlan) -> bool:
        """Whether the check fails under a plan; not if the plan can't be satisfied, or the check couldn't find out.

        So what is undecided is never taken for a smaller plan that fails; delta debugging looks elsewhere.
        """
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
        self.undecided += ran.returncode == UNDECIDED
        outcome = {0: "passes", UNDECIDED: "undecided"}.get(ran.returncode, "fails")
        self._say(f"{self.count}: {_named(plan)}: {outcome}")
        return outcome == "fails"


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
