"""Break a clean log in known ways: a delivered log, the answer key of what is wrong with it, and the plan.

::

    DIR2/_dataset.json                    as in the clean folder
    DIR2/changes/<domain>/<table>/…       the delivered log, in the clean one's layout
    DIR2/snapshots/<domain>/<table>/at=00000/…   the base, if the clean folder has it
    DIR2/answer_key.parquet               every record that a fault touched
    DIR2/fault_plan.yaml                  the plan
    DIR2/_injected.json                   which clean log it was, for the minimiser
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synth_assets.changes.folder import ORIGIN_FILE, ChangeFolder
from synth_assets.errors import DataError, OutputError, UsageError
from synth_assets.faults import answer_key
from synth_assets.faults import plan as fault_plan
from synth_assets.faults.clean_log import CleanLog
from synth_assets.faults.delivery import deliver
from synth_assets.faults.entries import entries_of
from synth_assets.faults.interface import RecordFault
from synth_assets.faults.plan import FaultPlan
from synth_assets.faults.workspace import Workspace
from synth_assets.model.layout import IDENTITY_FILE, LOGS, MANIFEST_FILE, SNAPSHOTS, STAGING, is_part_name
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import force, make_folder
from synth_assets.sinks.locks import try_lock
from synth_assets.sinks.publish import swap

MINIMAL_PLAN, MINIMAL_KEY = "minimal_plan.yaml", "minimal_answer_key.parquet"
"""What the minimiser adds to the folder of a broken log."""

_OWN = {IDENTITY_FILE, ORIGIN_FILE, answer_key.FILE, fault_plan.FILE, MINIMAL_PLAN, MINIMAL_KEY}
_BASE = "at=00000"


@dataclass(frozen=True)
class Injected:
    """What was written.

    Attributes:
        folder: the delivered log.
        entries: its answer key.
    """

    folder: Path
    entries: pl.DataFrame


@dataclass(frozen=True)
class Origin:
    """The clean log that a broken one was made from.

    Attributes:
        source: its folder.
        fingerprint: SHA-256 over its identity and its logs' manifests, which hold the files' own.
    """

    source: Path
    fingerprint: str

    @classmethod
    def of(cls, source: Path) -> "Origin":
        """The clean log as it is now."""
        digest = hashlib.sha256()
        for path in (source / IDENTITY_FILE, *sorted((source / LOGS).rglob(MANIFEST_FILE))):
            text = path.read_bytes()
            digest.update(f"{path.relative_to(source).as_posix()}\n{len(text)}\n".encode() + text)
        return cls(source.resolve(), digest.hexdigest())

    @classmethod
    def read(cls, folder: Path) -> "Origin":
        """The origin of a broken log.

        Raises:
            DataError: there is no such thing, or it is damaged.
        """
        path = folder / ORIGIN_FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(Path(values["source"]), str(values["fingerprint"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{folder} is no broken log: it has no {ORIGIN_FILE} that can be read.\n"
                "  Name a folder that synth changes inject wrote."
            ) from error

    def to_json(self) -> str:
        """As text."""
        return json.dumps({"source": os.fspath(self.source), "fingerprint": self.fingerprint}, indent=2) + "\n"


def inject(source: Path, plan: FaultPlan, target: Path) -> Injected:
    """Write a broken copy of a clean log; it appears whole, or not at all.

    Args:
        source: the folder of a clean plain log.
        plan: what shall be wrong with it.
        target: the folder of the broken one; a broken log that is there is replaced.

    Raises:
        UsageError: the plan can't be satisfied, the source is broken already, or the target holds anything else.
        DataError: the source is damaged.
        OutputError: the target can't be written.
    """
    source, target = source.absolute(), target.absolute()
    _check_places(source, target)
    log = CleanLog(ChangeFolder.open(source))
    work = broken(log, plan)  # refuses before anything is written
    with writing(target):
        make_folder(target.parent)
    with beside(target, "injecting") as home:
        staged = home / "new"
        entries = write_broken(work, plan, staged)
        with writing(staged):
            _force_all(staged)
            _put_in_place(staged, target)
    return Injected(target, entries)


def write_broken(work: Workspace, plan: FaultPlan, folder: Path) -> pl.DataFrame:
    """Write what :func:`broken` chose into a folder that isn't there yet; returns its answer key.

    Raises:
        DataError, OutputError: as for :func:`inject`; what was written stays.
    """
    source = work.log.folder.root
    with writing(folder):
        folder.mkdir()
        shutil.copyfile(source / IDENTITY_FILE, folder / IDENTITY_FILE)
        for base in sorted((source / SNAPSHOTS).glob(f"*/*/{_BASE}")):
            shutil.copytree(base, folder / base.relative_to(source))
    entries = entries_of(work, deliver(work, folder))
    with writing(folder):
        answer_key.write(entries, folder / answer_key.FILE)
        (folder / fault_plan.FILE).write_text(plan.to_yaml(), encoding="utf-8")
        (folder / ORIGIN_FILE).write_text(Origin.of(source).to_json(), encoding="utf-8")
    return answer_key.read(folder)


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


def _check_places(source: Path, target: Path) -> None:
    """Refuse folders that inject may not read or write."""
    if (source / ORIGIN_FILE).exists():
        raise UsageError(
            f"{source} is a broken log already: it has an {ORIGIN_FILE}.\n"
            "  Name the clean one, and put all faults into one plan."
        )
    here, there = source.resolve(), target.resolve()
    if here == there or here.is_relative_to(there) or there.is_relative_to(here):
        raise UsageError(
            f"--output-dir {target} and {source} are the same folder, or one lies in the other.\n"
            "  Choose a folder beside the clean log."
        )
    if not os.path.lexists(target):
        return
    if target.is_symlink() or not target.is_dir():
        raise OutputError(f"{target} is no folder.\n  Move it away, or choose another --output-dir.")
    if foreign := next(_foreign(target), None):
        raise OutputError(
            f"{target} holds {foreign.relative_to(target)}, which synth changes inject didn't write there.\n"
            "  Move it away, or choose another --output-dir; nothing was changed."
        )


def _foreign(target: Path) -> Iterator[Path]:
    """What lies in a folder and isn't part of a broken log."""
    entries = sorted(target.iterdir())
    if entries and not (target / ORIGIN_FILE).is_file():
        yield entries[0]
    for path in sorted(target.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        top = path.relative_to(target).parts[0]
        if top == STAGING:  # left by a snapshot that somebody put beside the broken log
            continue
        below = top in {LOGS, SNAPSHOTS} and (path.name == MANIFEST_FILE or is_part_name(path.name))
        if not below and not (path.parent == target and path.name in _OWN):
            yield path


@contextmanager
def beside(target: Path, purpose: str) -> Iterator[Path]:
    """A folder beside the target to work in, gone at the end; those of dead runs are swept."""
    prefix = f".{target.name}.{purpose}-"
    with writing(target):
        for left in sorted(target.parent.glob(f"{prefix}*")):
            _sweep(left)
        home = target.parent / f"{prefix}{os.getpid()}-{secrets.token_hex(4)}"
        home.mkdir()
        lock = os.open(home, os.O_RDONLY)
    try:
        # The system drops the lock when the process ends, however it does: so the next run knows.
        try_lock(lock)
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.close(lock)


def _sweep(left: Path) -> None:
    with suppress(OSError):
        lock = os.open(left, os.O_RDONLY)
        try:
            if try_lock(lock):
                shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(lock)


def _force_all(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        force(path)
    force(folder)


def _put_in_place(staged: Path, target: Path) -> None:
    """One rename; a broken log that was there goes where the new one was, and away with it."""
    if target.exists():
        swap(staged, target, staged.with_name("old"))
    else:
        staged.rename(target)
    force(target.parent)
