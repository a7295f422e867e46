"""The staging folder of a run: ``ROOT/.synth/<unique>/``, on the same filesystem as what it publishes.

Inside, ``new/`` mirrors the paths below ROOT and holds what is being written; ``old/`` holds what was
taken away where two folders can't be swapped in one step. ``shared/`` holds files for a folder that tables share,
which no rename can swap whole: once the note ``shared.json`` says where they go, they are published, and whoever comes
next finishes what a dead run began. ``finished.jsonl`` tells of parts that another run of the same may take (see
:mod:`synth_assets.sinks.waiting`). A run holds the lock file ``lock`` inside, and
the system drops that lock when the process ends, also by kill -9: so whoever gets the lock of another
folder knows that nobody needs it any more.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from synth_assets.model.layout import MANIFEST_FILE, STAGING
from synth_assets.model.manifest import FolderManifest, Manifest
from synth_assets.sinks.failures import writing
from synth_assets.sinks.filesystem import exchange, force, make_folder
from synth_assets.sinks.locks import exclusive, try_lock
from synth_assets.sinks.objects.address import only_a_folder
from synth_assets.sinks.publish import publish
from synth_assets.sinks.register import DATASETS
from synth_assets.sinks.shared_folder import change_of, check_folder, check_way
from synth_assets.sinks.store import Finished, Resumption
from synth_assets.sinks.waiting import RECORD, Waiting, of_another

_SHARED = "shared"
_NOTE = "shared.json"

_PUBLISH_SECONDS = 60.0
"""Publishing is a few renames; who waits longer waits for a process that hangs."""


class Staging:
    """A context manager: sweeps what dead runs left, and removes its own folder at the end.

    Args:
        root: the data root; created if needed.
        resumption: how parts are kept for a later run, and taken from an earlier one; they aren't without.

    Raises:
        OutputError: the root can't be written.
        UsageError: parts wait that follow from something else.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, Staging(Path(folder)) as staging:
        ...     print(staging.folder(Path(folder) / "csv/shop").relative_to(staging.home))
        new/csv/shop
    """

    def __init__(self, root: Path, resumption: Resumption | None = None) -> None:
        self.root = only_a_folder(root, "What is written here").absolute()
        self.home = self.root / STAGING
        self._lock = -1
        self._resumption = resumption
        self._waiting: Waiting | None = None
        self._shared_target: Path | None = None
        self._listed: frozenset[str] = frozenset()
        self.finished: list[Finished] = []

    def __enter__(self) -> Self:
        with writing(self.root):
            make_folder(self.root / STAGING)
            again = self._resumption
            found = _sweep(self.root, again if again is not None and again.wanted else None)
            if found is None:
                self.home, self._lock = _claim(self.root / STAGING)
                self._waiting = None if again is None else Waiting(self.home, again.identity)
            else:
                self._waiting, self._lock = found
                self.home = self._waiting.home
                self._waiting.keep()
            self.finished = [] if self._waiting is None else self._waiting.finished
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What failed may be gone on with; nobody wants the parts of what is published, be it not yet to the end.
        is_published = error is None or (self.home / _NOTE).exists()
        if is_published or self._waiting is None or not self._waiting.keep():
            _remove(self.home)
        os.close(self._lock)

    def note_finished(self, one: Finished) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        if self._waiting is not None:
            with writing(self.home):
                self._waiting.note(one)

    def folder(self, target: Path) -> Path:
        """A folder to write into what is to be published as ``target``, below the root: only finished parts are in."""
        staged = self.home / "new" / target.absolute().relative_to(self.root)
        with writing(staged):
            if not self.finished:
                shutil.rmtree(staged, ignore_errors=True)
            staged.mkdir(parents=True, exist_ok=True)
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

    def depot(self, target: Path) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`: other machines see the folder."""

    def shared(self, target: Path, identity: Mapping[str, Any]) -> Path:
        """A folder to write into what is to be published file by file in ``target``; the same one at each call.

        Raises:
            OutputError: ``target`` holds another dataset than one of this identity.
        """
        self._to(target)
        check_folder(target, identity)
        with writing(self._shared):
            self._shared.mkdir(exist_ok=True)
        return self._shared

    def check_way(self, target: Path, path: str) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        if path in self._listed or not (target / path).exists():
            return
        # Seldom: the first file of a dataset that is there, one that another run has just published, or a stranger.
        with writing(target), exclusive(self.root / STAGING / "publish.lock", _PUBLISH_SECONDS):
            self._listed = check_way(target, path)

    def publish_shared(self, target: Path, manifest: FolderManifest) -> None:
        """Let what was written to :meth:`shared` appear in ``target``: files one by one, the manifest last.

        In the moments between, files and manifest may not agree; a run that is killed then is finished by the next.

        Raises:
            OutputError: ``target`` holds another dataset, files of others that are in the way, or can't be written.
        """
        below_root = self._to(target)
        with writing(target), exclusive(self.root / STAGING / "publish.lock", _PUBLISH_SECONDS):
            change = change_of(target, manifest)
            for file in manifest.files:
                force(self._shared / file.path)
            (self._shared / MANIFEST_FILE).write_text(change.manifest.to_json(), encoding="utf-8")
            force(self._shared / MANIFEST_FILE)
            force(self._shared)
            _write_note(self.home, below_root, change.stale)
            _finish(self.home, self.root)

    @property
    def _shared(self) -> Path:
        return self.home / _SHARED

    def _to(self, target: Path) -> Path:
        below_root = target.absolute().relative_to(self.root)
        assert self._shared_target in {None, below_root}  # noqa: S101 - a run has one folder of this kind
        self._shared_target = below_root
        return below_root

    def change_note(self, name: str, change: Callable[[str | None], str | None]) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        path = self.root / STAGING / name
        with writing(path), exclusive(self.root / STAGING / "publish.lock", _PUBLISH_SECONDS):
            before = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None
            text = change(before)
            if text is None or text == before:
                return
            make_folder(path.parent)
            draft = self.home / "note"
            draft.write_text(text, encoding="utf-8")
            force(draft)
            draft.replace(path)
            force(path.parent)

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


@contextmanager
def trial_folder(root: Path) -> Iterator[Path]:
    """A staging folder, with its lock held, to try what others see of it: nothing is published, and nothing swept.

    Raises:
        OutputError: the root can't be written.
    """
    with writing(root):
        make_folder(root / STAGING)
        home, lock = _claim(root / STAGING)
    try:
        yield home
    finally:
        _remove(home)
        os.close(lock)


def is_written(root: Path) -> bool:
    """Whether a run is writing below a data root at this moment."""
    for home in (root / STAGING).glob("*/lock"):
        with suppress(OSError):
            lock = os.open(home, os.O_RDWR)
            try:
                if not try_lock(lock):
                    return True
            finally:
                os.close(lock)
    return False


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


def _sweep(root: Path, again: Resumption | None) -> tuple[Waiting, int] | None:
    """Remove the staging folders of dead runs, after giving back what they had taken away.

    Args:
        root: the data root.
        again: the run that goes on with finished parts, which then stay.

    Returns:
        the most that waits for that run, with its lock; ``None`` if nothing does.

    Raises:
        UsageError: only what follows from something else waits.
    """
    held: list[tuple[Waiting, int]] = []
    for home in sorted((root / STAGING).iterdir()):
        if not home.is_dir() or home.name == DATASETS:
            continue
        try:
            lock = os.open(home / "lock", os.O_RDWR)
        except OSError:
            # A run that is, or died, between making or removing its folder and its lock.
            with suppress(OSError):
                home.rmdir()
            continue
        with ExitStack() as unlocked:
            unlocked.callback(os.close, lock)
            if not try_lock(lock):
                continue
            _give_back(home / "old", root)
            if (home / _NOTE).exists():
                with exclusive(root / STAGING / "publish.lock", _PUBLISH_SECONDS):
                    _finish(home, root)
            waiting = None if again is None else Waiting.in_folder(home)
            if waiting is None:
                _remove(home)
                continue
            held.append((waiting, lock))
            unlocked.pop_all()
    return None if again is None else _chosen(root, again, held)


def _chosen(root: Path, again: Resumption, held: Sequence[tuple[Waiting, int]]) -> tuple[Waiting, int] | None:
    mine = [one for one in held if one[0].identity == again.identity]
    chosen = max(mine, key=lambda one: len(one[0].finished), default=None)
    for one in held:
        if one is not chosen:
            os.close(one[1])
    if held and chosen is None:
        raise of_another(root, again.identity, [waiting for waiting, _ in held])
    return chosen


def _remove(home: Path) -> None:
    """Remove a staging folder whose lock is held; what can't be removed now is the next run's to sweep."""
    if (home / _NOTE).exists():
        return  # published, but not to the end: the next run tries again
    # Beside the shared folder are those of attempts at a job.
    for path in (home / "new", home / "old", home / _SHARED, *home.glob(f".{_SHARED}.*")):
        shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        (home / "note").unlink(missing_ok=True)
    # The lock goes last: without it nobody could tell that the rest is a dead run's.
    with suppress(OSError):
        (home / RECORD).unlink(missing_ok=True)
        (home / f"{_NOTE}.new").unlink(missing_ok=True)
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


def _write_note(home: Path, below_root: Path, stale: Sequence[str]) -> None:
    """Say where the shared files go; from now on they are published."""
    draft = home / f"{_NOTE}.new"
    draft.write_text(json.dumps({"target": below_root.as_posix(), "stale": list(stale)}), encoding="utf-8")
    force(draft)
    draft.rename(home / _NOTE)
    force(home)


def _finish(home: Path, root: Path) -> None:
    """Do what the note says, or what is left of it: doing a step again changes nothing."""
    note = json.loads((home / _NOTE).read_text(encoding="utf-8"))
    target, shared = root / note["target"], home / _SHARED
    make_folder(target)
    for draft in sorted(path for path in shared.iterdir() if path.name != MANIFEST_FILE):
        draft.replace(target / draft.name)
    for name in note["stale"]:
        (target / name).unlink(missing_ok=True)
    force(target)
    if (shared / MANIFEST_FILE).exists():
        (shared / MANIFEST_FILE).replace(target / MANIFEST_FILE)
        force(target)
    (home / _NOTE).unlink()
