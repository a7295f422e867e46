"""The folder of a broken log: what may lie in it, and how it appears there whole, or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from synth_assets.changes.folder import ORIGIN_FILE
from synth_assets.errors import OutputError, UsageError
from synth_assets.faults import answer_key
from synth_assets.faults import plan as fault_plan
from synth_assets.model.layout import (
    IDENTITY_FILE,
    LOGS,
    MANIFEST_FILE,
    SNAPSHOTS,
    STAGING,
    is_left_by_others,
    is_part_name,
)
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import carry_over, force
from synth_assets.sinks.locks import try_lock
from synth_assets.sinks.publish import swap

MINIMAL_PLAN, MINIMAL_KEY = "minimal_plan.yaml", "minimal_answer_key.parquet"
"""What the minimiser adds to the folder of a broken log."""

_OWN = {IDENTITY_FILE, ORIGIN_FILE, answer_key.FILE, fault_plan.FILE, MINIMAL_PLAN, MINIMAL_KEY}


def check_places(source: Path, target: Path) -> None:
    """Refuse folders that faults may not be read from or written to.

    Args:
        source: the clean log's.
        target: the broken one's.

    Raises:
        UsageError: the source is broken already, or one folder lies in the other.
        OutputError: the target holds anything but a broken log.
    """
    if (source / ORIGIN_FILE).exists():
        raise UsageError(
            f"{source} is a broken log already: it has an {ORIGIN_FILE}.\n"
            "  Name the clean one, and put all faults into one plan."
        )
    here, there = (Path(os.path.realpath(path)) for path in (source, target))
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
    entries = sorted(path for path in target.iterdir() if not is_left_by_others(path.name))
    if entries and not (target / ORIGIN_FILE).is_file():
        yield entries[0]
    for path in sorted(target.rglob("*")):
        parts = path.relative_to(target).parts
        # The staging folder is one of them, left by a snapshot that somebody put beside the broken log.
        if (path.is_dir() and not path.is_symlink()) or any(map(is_left_by_others, parts)):
            continue
        top = parts[0]
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


def put_in_place(staged: Path, target: Path) -> None:
    """One rename, after all is on disk; a broken log that was there goes where the new one was, and away with it.

    What others left in it stays where it was, if the folder it was in is there.
    """
    for path in target.rglob("*") if target.is_dir() else ():
        place = staged / path.relative_to(target)
        if is_left_by_others(path.name) and path.name != STAGING and place.parent.is_dir():
            carry_over(path, place)
    for path in sorted(staged.rglob("*")):
        force(path)
    force(staged)
    if target.exists():
        swap(staged, target, staged.with_name("old"))
    else:
        staged.rename(target)
    force(target.parent)
