"""Local copies of what lies in a bucket, in the folders that stand for its addresses, for readers of files.

What tells of data (manifests, notes, identities) is compared with the bucket's list each time somebody begins to read,
and brought anew where it has changed. Part files are brought when they are read, once: their names are used for one
content only, and where the list says otherwise, they are brought again. So a second read costs a list.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from synth_assets.errors import AGAIN, DataError
from synth_assets.model.layout import IDENTITY_FILE, MANIFEST_FILE, STAGING
from synth_assets.model.manifest import PartFile
from synth_assets.object_paths import cache_folder, object_place, path_of
from synth_assets.sinks.failures import writing
from synth_assets.sinks.objects.bucket import Bucket
from synth_assets.sinks.store import Held, Tag

_AT_ONCE = 8
_TOLD = (MANIFEST_FILE, IDENTITY_FILE)


def refresh(root: Path) -> None:
    """Let what tells of data at or below a root be as it is in the bucket; nothing happens with a folder.

    Args:
        root: a path.

    Raises:
        UnjudgedError: the bucket can't be read.
        UsageError: there is no such bucket.
    """
    copies = _Copies.at(root)
    if copies is not None:
        copies.refresh(copies.name)


def refresh_around(path: Path) -> None:
    """The same, and of the whole data root that a path lies in.

    Raises:
        UnjudgedError: the bucket can't be read.
        UsageError: there is no such bucket.
    """
    copies = _Copies.at(path)
    if copies is not None:
        copies.refresh(copies.root())


def bring(folder: Path, files: Iterable[PartFile]) -> None:
    """Let part files be in a folder that stands for a bucket's; one that the bucket has no more stays missing.

    Args:
        folder: of their manifest; nothing happens in one that is a folder.
        files: as the manifest has them.

    Raises:
        UnjudgedError: the bucket can't be read.
    """
    copies = _Copies.at(folder)
    if copies is not None:
        copies.bring([f"{copies.name}/{one.path}".lstrip("/") for one in files if not (folder / one.path).exists()])


def put_first(path: Path, text: str) -> None:
    """Put a text where nothing is; what another run has put there meanwhile stays.

    Args:
        path: in a folder that stands for a bucket's.
        text: the text.

    Raises:
        OutputError: it can't be written.
    """
    if (place := object_place(path)) is not None:
        scheme, bucket, name = place
        Bucket(scheme, bucket).put_over(name, text.encode(), None)


def sizes_in(folder: Path) -> dict[str, int] | None:
    """The bytes of what a bucket has in a folder that stands for its own, by name; ``None`` of a folder.

    Raises:
        UnjudgedError: the bucket can't be read.
    """
    copies = _Copies.at(folder)
    return None if copies is None else copies.sizes()


def check_brought(folder: Path, files: Iterable[PartFile]) -> None:
    """Look whether part files were, when they were brought, what their manifest says; a folder's aren't looked at.

    Raises:
        DataError: one wasn't.
    """
    if (copies := _Copies.at(folder)) is None:
        return
    for one in files:
        found = copies.digest_of(f"{copies.name}/{one.path}".lstrip("/"))
        if found not in {None, one.sha256}:
            raise DataError(
                f"{folder / one.path} is damaged: it has another SHA-256 than its manifest says.\n  {AGAIN}"
            )


class _Copies:
    """The copies of a bucket.

    Args:
        scheme: of its addresses.
        bucket: its name.
        name: what is looked at.
    """

    def __init__(self, scheme: str, bucket: str, name: str) -> None:
        self.name = name
        self._bucket = Bucket(scheme, bucket, reads=True)
        self._files, self._tags = path_of(scheme, bucket), cache_folder() / "tags" / scheme / bucket
        self._drafts = cache_folder() / "drafts"

    @classmethod
    def at(cls, path: Path) -> "_Copies | None":
        """Those of the bucket that a path lies in; ``None`` of a folder."""
        place = object_place(path)
        return None if place is None else cls(*place)

    def root(self) -> str:
        """The outermost name above :attr:`name`, or itself, below which a run noted what it made."""
        parts = self.name.split("/") if self.name else []
        above = ["/".join(parts[:length]) for length in range(len(parts) + 1)]
        return next((one for one in above if self._bucket.names(_below(one, STAGING))), self.name)

    def sizes(self) -> dict[str, int]:
        """The bytes of what there is below :attr:`name`, by the names from there on."""
        there = self._bucket.names(self.name)
        return {name.removeprefix(f"{self.name}/") if self.name else name: one.size for name, one in there.items()}

    def refresh(self, below: str) -> None:
        """Compare what tells of data, and forget what has changed."""
        there = self._bucket.names(below)
        changed = {name for name in self._local(below) if not self._is_current(name, there.get(name))}
        for name in sorted(changed, key=_is_told):
            if _is_told(name):
                # What a manifest lists is new with it.
                self._forget(one for one in self._local(_folder(name)) if not _is_told(one))
            self._forget([name])
        self.bring([name for name in there if _is_told(name) and _is_safe(name) and not (self._files / name).exists()])

    def bring(self, names: list[str]) -> None:
        """Bring objects."""
        with writing(self._drafts):
            self._drafts.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for waiting in [pool.submit(self._bring, name) for name in names]:
                waiting.result()

    def digest_of(self, name: str) -> str | None:
        """The SHA-256 of an object as it was brought; ``None`` if nobody knows."""
        return self._note(name).get("sha256")

    def _bring(self, name: str) -> None:
        place = self._files / name
        with writing(place):
            number, draft = tempfile.mkstemp(dir=self._drafts)
            os.close(number)
            path = Path(draft)
            try:
                tag = self._bucket.fetch(name, path)
                if tag is None:
                    return
                self._write_note(name, path, tag)
                place.parent.mkdir(parents=True, exist_ok=True)
                path.replace(place)
            finally:
                path.unlink(missing_ok=True)

    def _write_note(self, name: str, path: Path, tag: Tag) -> None:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        said = {"tag": list(tag), "file": _stamp(path), "sha256": digest}
        place = self._tags / f"{name}.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.json")
        draft.write_text(json.dumps(said), encoding="utf-8")
        draft.replace(place)

    def _note(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self._tags / f"{name}.json").read_text(encoding="utf-8"))
            # Of a file that another process has put there meanwhile it tells nothing.
            return found if found["file"] == _stamp(self._files / name) else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _is_current(self, name: str, held: Held | None) -> bool:
        if held is None:
            return False
        tag = self._note(name).get("tag")
        return any(held.tag) and tag is not None and _same(tag, held.tag)

    def _local(self, below: str) -> Iterator[str]:
        """Names of the copies that there are below a name."""
        for folder, _, files in os.walk(self._files / below):
            for file in files:
                yield (Path(folder) / file).relative_to(self._files).as_posix()

    def _forget(self, names: Iterable[str]) -> None:
        for name in list(names):
            for place in (self._files / name, self._tags / f"{name}.json"):
                with writing(place):
                    place.unlink(missing_ok=True)
                    _remove_empty(place.parent)


def _same(noted: list[Any], told: Tag) -> bool:
    """Whether two tags are of the same state; lists don't tell versions."""
    return noted[0] == told[0] if told[0] and noted[0] else noted == list(told)


def _stamp(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_ino, found.st_mtime_ns, found.st_size]


def _is_told(name: str) -> bool:
    """Whether an object tells of data, and is none itself."""
    *above, last = name.split("/")
    return last in _TOLD or STAGING in above


def _is_safe(name: str) -> bool:
    """Whether a file can be called so, in the folder that stands for the bucket."""
    return not any(part in {"", ".", ".."} or "\0" in part for part in name.split("/"))


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _below(name: str, last: str) -> str:
    return f"{name}/{last}" if name else last


def _remove_empty(folder: Path) -> None:
    """Remove a folder in which nothing lies, and those above: a path that is there stands for something."""
    home = cache_folder()
    for one in (folder, *folder.parents):
        if one == home:
            return
        try:
            one.rmdir()
        except OSError:
            return
