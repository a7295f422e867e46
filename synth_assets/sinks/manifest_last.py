"""Publication without renames: part files under names that no other content has, then the manifest over the old one.

Whoever goes by the manifest sees the old dataset or the new one, since no file that the old one lists is touched
before the new one stands. What a killed run left under names of ours is removed by the next that publishes there.
"""

import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from synth_assets.errors import DataError
from synth_assets.model.layout import MANIFEST_FILE, STAGING
from synth_assets.model.manifest import FolderManifest, Listed, Manifest, PartFile
from synth_assets.sinks.shared_folder import check_identity, merged
from synth_assets.sinks.store import Objects

_DIGITS = 12
_OURS = re.compile(rf"[^/]+\.[0-9a-f]{{{_DIGITS}}}(\.\w+)+")


class ManifestLast:
    """The drafts of a run, in a temporary folder; a :class:`~synth_assets.sinks.store.Drafts` over objects.

    Args:
        objects: where they are published.
        root: the data root, as a path; names are relative to it.
    """

    def __init__(self, objects: Objects, root: Path) -> None:
        self.root = root.absolute()
        self._objects = objects
        self._ends = ExitStack()
        self._home = Path()

    def __enter__(self) -> Self:
        self._home = Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="synth-")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    def folder(self, target: Path) -> Path:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        staged = self._home / "own" / self._below(target)
        staged.mkdir(parents=True)
        return staged

    def shared(self, target: Path, identity: Mapping[str, Any]) -> Path:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        check_identity(target, identity, self._listed(self._below(target)))
        staged = self._home / "shared"
        staged.mkdir(exist_ok=True)
        return staged

    def check_way(self, target: Path, path: str) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`; names tell the content, so nothing is in the way."""

    def change_note(self, name: str, change: Callable[[str | None], str | None]) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`; objects know no locks, so runs there take turns."""
        data = self._objects.get(f"{STAGING}/{name}")
        before = None if data is None else data.decode(errors="replace")
        text = change(before)
        if text is None or text == before:
            return
        draft = self._home / "note"
        draft.write_text(text, encoding="utf-8")
        self._objects.put(f"{STAGING}/{name}", draft)

    def publish(self, target: Path, manifest: Manifest) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        below = self._below(target)
        new = replace(manifest, files=self._put_all(self._home / "own" / below, below, manifest.files))
        self._put_manifest(below, new.to_json(), [file.path for file in new.files])

    def publish_shared(self, target: Path, manifest: FolderManifest) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        below = self._below(target)
        drafts = self._home / "shared"
        coming = [
            Listed(one.format, replace(one.manifest, files=self._put_all(drafts, below, one.manifest.files)))
            for one in manifest.tables
        ]
        new = merged(self._listed(below), FolderManifest(tuple(coming)))
        # Below a data root there are other datasets: only what lies in it directly can be this one's.
        self._put_manifest(below, new.to_json(), [file.path for file in new.files], deep=False)

    def _put_all(self, drafts: Path, below: str, files: Sequence[PartFile]) -> tuple[PartFile, ...]:
        """Put part files, each under a name that tells its content."""
        named = tuple(replace(file, path=_with_digest(file)) for file in files)
        for file, new in zip(files, named, strict=True):
            self._objects.put(_name(below, new.path), drafts / file.path)
        return named

    def _put_manifest(self, below: str, text: str, files: Sequence[str], *, deep: bool = True) -> None:
        """Put the manifest, and remove what it doesn't list and has a name of ours."""
        draft = self._home / MANIFEST_FILE
        draft.write_text(text, encoding="utf-8")
        self._objects.put(_name(below, MANIFEST_FILE), draft)
        listed = {_name(below, path) for path in files}
        for name in self._objects.names(below):
            inside = name.removeprefix(f"{below}/") if below else name
            if name not in listed and (deep or "/" not in inside) and _OURS.fullmatch(inside.rpartition("/")[2]):
                self._objects.remove(name)

    def _listed(self, below: str) -> FolderManifest | None:
        """The manifest of what tables share there; ``None`` if there is none, or it is damaged."""
        data = self._objects.get(_name(below, MANIFEST_FILE))
        if data is None:
            return None
        try:
            return FolderManifest.from_json(data.decode(), _name(below, MANIFEST_FILE))
        except (DataError, UnicodeDecodeError):
            return None

    def _below(self, target: Path) -> str:
        below = target.absolute().relative_to(self.root).as_posix()
        return "" if below == "." else below


def _name(below: str, path: str) -> str:
    return f"{below}/{path}" if below else path


def _with_digest(file: PartFile) -> str:
    folder, slash, name = file.path.rpartition("/")
    stem, dot, ending = name.partition(".")
    return f"{folder}{slash}{stem}.{file.sha256[:_DIGITS]}{dot}{ending}"
