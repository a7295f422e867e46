"""The staging folder of a run: ``ROOT/.synth/<unique>/``, on the same filesystem as what it publishes.

Inside, ``new/`` mirrors the paths below ROOT and holds what is being written; ``old/`` holds what was
taken away where two folders can't be swapped in one step. A run holds the lock file ``lock`` inside, and
the system drops that lock when the process ends, also by kill -9: so whoever gets the lock of another
folder knows that nobody needs it any more.
"""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from synth_assets.model.layout import MANIFEST_FILE, STAGING
from synth_assets.model.manifest import Manifest
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import exchange, force, make_folder
from synth_assets.sinks.locks import exclusive, try_lock
from synth_assets.sinks.publish import publish

_PUBLISH_SECONDS = 60.0
"""Publishing is a few renames; who waits longer waits for a process that hangs."""


class Staging:
    """A context manager: sweeps what dead runs left, and removes its own folder at the end.

    Args:
        root: the data root; created if needed.

    Raises:
        OutputError: the root can't be written.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, Staging(Path(folder)) as staging:
        ...     print(staging.folder(Path(folder) / "csv/shop").relative_to(staging.home))
        new/csv/shop
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.home = self.root / STAGING
        self._lock = -1

    def __enter__(self) -> Self:
        with writing(self.root):
            make_folder(self.root / STAGING)
            _sweep(self.root)
            self.home, self._lock = _claim(self.root / STAGING)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _remove(self.home)
        os.close(self._lock)

    def folder(self, target: Path) -> Path:
        """An empty folder to write into what is to be published as ``target``, a folder below the root."""
        staged = self.home / "new" / target.absolute().relative_to(self.root)
        with writing(staged):
            shutil.rmtree(staged, ignore_errors=True)
            staged.mkdir(parents=True)
        return staged

    def publish(self, target: Path, manifest: Manifest) -> None:
        """Let what was written to :meth:`folder` appear as ``target``, replacing a dataset there, whole.

        Files in the old folder that its manifest doesn't list are kept in the new one.

        Raises:
            OutputError: ``target`` is no dataset's folder, holds files that would be mistaken for part
                files, or can't be written; it is what it was.
        """
        below_root = target.absolute().relative_to(self.root)
        staged, old = self.home / "new" / below_root, self.home / "old" / below_root
        with writing(target), exclusive(self.root / STAGING / "publish.lock", _PUBLISH_SECONDS):
            publish(staged, self.root / below_root, old, manifest)

    def place(self, draft: Path, target: Path) -> None:
        """Let a draft, a file or a folder, appear as ``target``, in place of what is there.

        For files in other tools' layouts, which have no manifest; whatever is at ``target`` is ours by its name.

        Raises:
            OutputError: it can't be written; what was there is whole.
        """
        with writing(target), exclusive(self.root / STAGING / "publish.lock", _PUBLISH_SECONDS):
            for path in (draft, *draft.rglob("*")):
                force(path)
            make_folder(target.parent)
            if target.is_dir() and exchange(draft, target):
                shutil.rmtree(draft)
            else:
                if target.is_dir():
                    shutil.rmtree(target)
                draft.replace(target)
            force(target.parent)


def _claim(staging: Path) -> tuple[Path, int]:
    """A new folder with a lock that is held."""
    while True:
        home = staging / f"{os.getpid()}-{secrets.token_hex(4)}"
        home.mkdir()
        try:
            lock = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            continue  # swept before it was locked
        if try_lock(lock) and (home / "lock").exists():
            return home, lock
        os.close(lock)


def _sweep(root: Path) -> None:
    """Remove the staging folders of dead runs, after giving back what they had taken away."""
    for home in (root / STAGING).iterdir():
        if not home.is_dir():
            continue
        try:
            lock = os.open(home / "lock", os.O_RDWR)
        except OSError:
            # A run that is, or died, between making or removing its folder and its lock.
            with suppress(OSError):
                home.rmdir()
            continue
        try:
            if try_lock(lock):
                _give_back(home / "old", root)
                _remove(home)
        finally:
            os.close(lock)


def _remove(home: Path) -> None:
    """Remove a staging folder whose lock is held; what can't be removed now is the next run's to sweep."""
    for name in ("new", "old"):
        shutil.rmtree(home / name, ignore_errors=True)
    # The lock goes last: without it nobody could tell that the rest is a dead run's.
    with suppress(OSError):
        (home / "lock").unlink()
        home.rmdir()


def _give_back(old: Path, root: Path) -> None:
    """Move datasets back that a dead run had taken away and not yet replaced."""
    # From the outside in: a dataset's folder may hold somebody's folder with such a file.
    for manifest in sorted(old.rglob(MANIFEST_FILE), key=lambda path: len(path.parts)):
        target = root / manifest.parent.relative_to(old)
        if not target.exists():
            make_folder(target.parent)
            manifest.parent.rename(target)
