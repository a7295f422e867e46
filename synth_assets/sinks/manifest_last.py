"""Publication without renames: part files under names that nothing else ever has, then the manifest over the old one.

Whoever goes by the manifest sees the old dataset or the new one, since no file that the old one lists is touched
before the new one stands. A manifest is put only if the one there is still the one that was seen before the first part
file was put; else part files are put once more, under other names. And what is removed afterwards was listed before
the manifest was put: so of several runs at once none removes what another one's manifest lists. What a killed run left
under names of ours is removed by the next that publishes there.

Files that other machines send themselves, to an :class:`ObjectsDepot`, lie there for as long as a run takes. They are
published only over the manifest that was there when the run began: whoever published meanwhile took them for a killed
run's.
"""

import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from synth_assets.errors import DataError, OutputError
from synth_assets.model.layout import MANIFEST_FILE, STAGING, is_part_name
from synth_assets.model.manifest import FolderManifest, Listed, Manifest, PartFile
from synth_assets.sinks.failures import writing
from synth_assets.sinks.shared_folder import check_identity, merged
from synth_assets.sinks.store import Finished, Objects, Tag
from synth_assets.spoken import option

_DIGITS = 12
_OURS = re.compile(rf"[^/]+\.synth[0-9a-f]{{{_DIGITS}}}(\.\w+)+")
_AT_ONCE = 8
"""Part files that are on their way at a time: one alone waits for the server most of the time."""

_TRIES = 20
"""Another run came in between so often: it isn't chance any more."""


@dataclass(frozen=True)
class ObjectsDepot:
    """Sends part files; a :class:`~synth_assets.sinks.store.Depot`.

    Attributes:
        objects: where to.
        below: the folder that they are published in.
    """

    objects: Objects
    below: str

    def put(self, drafts: Path, files: Sequence[PartFile]) -> tuple[PartFile, ...]:
        """See :class:`~synth_assets.sinks.store.Depot`: each gets a name that nothing had before."""
        mark = secrets.token_hex(_DIGITS // 2)
        named = tuple(replace(file, path=_marked(file.path, mark)) for file in files)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            waiting = [
                pool.submit(self.objects.put, _name(self.below, new.path), drafts / file.path)
                for file, new in zip(files, named, strict=True)
            ]
            for one in waiting:
                one.result()
        return named

    def bring(self, files: Sequence[PartFile], folder: Path) -> None:
        """See :class:`~synth_assets.sinks.store.Depot`."""
        names = [_name(self.below, file.path) for file in files]
        for name, file in zip(names, files, strict=True):
            path = folder / file.path
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                if self.objects.fetch(name, path) is None:
                    raise OutputError(
                        f"{name} was sent and is gone: another run has published there meanwhile.\n"
                        "  Let it end, and try again."
                    )
        self.objects.remove(names)


class ManifestLast:
    """The drafts of a run, in a temporary folder; a :class:`~synth_assets.sinks.store.Drafts` over objects.

    Args:
        objects: where they are published.
        root: the data root, as a path.
        home: the path that objects' names are relative to; the root without.
    """

    def __init__(self, objects: Objects, root: Path, home: Path | None = None) -> None:
        self.root = root.absolute()
        self.finished: list[Finished] = []
        self._objects = objects
        self._names_from = self.root if home is None else home
        self._ends = ExitStack()
        self._before: dict[str, tuple[bytes, Tag] | None] = {}
        self._home = Path()

    def note_finished(self, one: Finished) -> None:
        """Nothing: a temporary folder outlives no run."""

    def __enter__(self) -> Self:
        with writing(Path(tempfile.gettempdir())):
            self._home = Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="synth-")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.close()

    def folder(self, target: Path) -> Path:
        """See :class:`~synth_assets.sinks.store.Drafts`; what is in the way is refused here already."""
        below = self._below(target)
        found = self._before[below] = self._objects.get(_name(below, MANIFEST_FILE))
        self._check_ways(below, self._own_files(below, found))
        staged = self._home / "own" / below
        with writing(staged):
            shutil.rmtree(staged, ignore_errors=True)
            staged.mkdir(parents=True)
        return staged

    def depot(self, target: Path) -> ObjectsDepot:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        return ObjectsDepot(self._objects, self._below(target))

    def shared(self, target: Path, identity: Mapping[str, Any]) -> Path:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        below = self._below(target)
        found = self._before[below] = self._objects.get(_name(below, MANIFEST_FILE))
        check_identity(target, identity, self._listed(target, found))
        staged = self._home / "shared"
        with writing(staged):
            staged.mkdir(exist_ok=True)
        return staged

    def check_way(self, target: Path, path: str) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`; new names are nobody's, so nothing is in the way."""

    def change_note(self, name: str, change: Callable[[str | None], str | None]) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        where = _name(self._below(self.root), f"{STAGING}/{name}")
        for _ in range(_TRIES):
            found = self._objects.get(where)
            before = None if found is None else found[0].decode(errors="replace")
            text = change(before)
            if text is None or text == before:
                return
            if self._objects.put_over(where, text.encode(), found[1] if found else None):
                return
        raise self._too_many(self.root)

    def publish(self, target: Path, manifest: Manifest) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        below = self._below(target)
        drafts = self._home / "own" / below
        for found in self._tries(below, manifest.files):
            own = self._own_files(below, found)
            self._check_ways(below, own)
            new = replace(manifest, files=self._put_all(drafts, below, manifest.files))
            new = new.sealed() if manifest.told else new
            if self._put_manifest(below, new.to_json(), new.files, own or set(), found):
                return
        raise self._overtaken(target, manifest.files)

    def publish_shared(self, target: Path, manifest: FolderManifest) -> None:
        """See :class:`~synth_assets.sinks.store.Drafts`."""
        below, drafts = self._below(target), self._home / "shared"
        for found in self._tries(below, manifest.files):
            old = self._listed(target, found)
            one = manifest.tables[0].manifest
            check_identity(target, {"domain": one.domain, "contract": one.contract, **one.parameters}, old)
            coming = [
                Listed(one.format, replace(one.manifest, files=self._put_all(drafts, below, one.manifest.files)))
                for one in manifest.tables
            ]
            new = merged(old, FolderManifest(tuple(coming)))
            own = {file.path for file in old.files} if old else set[str]()
            staying = {file.path for file in new.files}
            put = [file for one in coming for file in one.manifest.files]
            # Below a data root there are other datasets: only what lies in it directly can be this one's.
            if self._put_manifest(below, new.to_json(), put, own, found, staying, deep=False):
                return
        raise self._overtaken(target, manifest.files)

    def _tries(self, below: str, files: Sequence[PartFile]) -> Iterator[tuple[bytes, Tag] | None]:
        """The manifest to publish over, as often as it may be tried: once where files were sent by others."""
        if any(map(_is_sent, files)):
            yield self._before[below]
            return
        for _ in range(_TRIES):
            yield self._objects.get(_name(below, MANIFEST_FILE))

    def _put_all(self, drafts: Path, below: str, files: Sequence[PartFile]) -> tuple[PartFile, ...]:
        """Put part files, each under a name that nothing had before, but those that were sent by others."""
        put = iter(ObjectsDepot(self._objects, below).put(drafts, [file for file in files if not _is_sent(file)]))
        return tuple(file if _is_sent(file) else next(put) for file in files)

    def _put_manifest(
        self,
        below: str,
        text: str,
        put: Iterable[PartFile],
        own: set[str],
        before: tuple[bytes, Tag] | None,
        staying: set[str] | None = None,
        *,
        deep: bool = True,
    ) -> bool:
        """Put the manifest, and remove what it doesn't list and is the old one's, or has a name of ours.

        Args:
            below: the folder.
            text: of the manifest.
            put: the part files that were put for it.
            own: what the old one lists.
            before: the old one, and what tells it from others; ``None`` for none.
            staying: all that the new one lists; what was put without.
            deep: whether folders below are looked at, too.

        Returns:
            whether the old one was still there: else nothing has changed.
        """
        new = [file.path for file in put]
        there = self._objects.names(below)
        if not self._objects.put_over(_name(below, MANIFEST_FILE), text.encode(), before[1] if before else None):
            self._objects.remove([_name(below, path) for path in new])
            return False
        listed = staying or set(new)
        inside = [name.removeprefix(f"{below}/") if below else name for name in there]
        gone = [path for path in inside if path not in listed and (deep or "/" not in path)]
        self._objects.remove([_name(below, path) for path in gone if path in own or _is_ours(path)])
        return True

    def _own_files(self, below: str, found: tuple[bytes, Tag] | None) -> set[str] | None:
        """What the manifest of a folder lists; ``None`` if there is none, and all if it is damaged, to be repaired."""
        if found is None:
            return None
        try:
            return {file.path for file in Manifest.from_json(found[0].decode(), _name(below, MANIFEST_FILE)).files}
        except (DataError, UnicodeDecodeError):
            return {path for path in self._inside(below) if is_part_name(path.rpartition("/")[2])}

    def _inside(self, below: str) -> list[str]:
        return [name.removeprefix(f"{below}/") for name in self._objects.names(below)]

    def _check_ways(self, below: str, own: set[str] | None) -> None:
        """Refuse what somebody else's files would be lost by, or mistaken for; what killed runs left is neither.

        Raises:
            OutputError: there are such.
        """
        others = [path for path in self._inside(below) if path != MANIFEST_FILE and not _is_ours(path)]
        where = self._names_from / below
        if own is None and others:
            raise OutputError(
                f"{where} holds objects but no {MANIFEST_FILE}, so it is no dataset of ours to replace.\n"
                f"  Move them away, or choose another {option('output_dir')}."
            )
        for path in others:
            if is_part_name(path.rpartition("/")[2]) and path not in (own or ()):
                raise OutputError(
                    f"{where / path} is not in the manifest beside it, and would be read as a part of the dataset.\n"
                    "  Move it away, or give it another name."
                )

    def _listed(self, target: Path, found: tuple[bytes, Tag] | None) -> FolderManifest | None:
        """The manifest of what tables share there; ``None`` if there is none, or it is damaged.

        Raises:
            OutputError: it is a single table's.
        """
        if found is None:
            return None
        try:
            return FolderManifest.from_json(found[0].decode(), str(target / MANIFEST_FILE))
        except (DataError, UnicodeDecodeError):
            if b'"tables"' not in found[0][:100] and b'"entity"' in found[0]:
                raise OutputError(
                    f"{target} holds the part files of a single table, beside which no others go.\n"
                    f"  Choose another {option('output_dir')}."
                ) from None
            return None

    def _below(self, target: Path) -> str:
        below = target.absolute().relative_to(self._names_from).as_posix()
        return "" if below == "." else below

    def _overtaken(self, target: Path, files: Sequence[PartFile]) -> OutputError:
        if not any(map(_is_sent, files)):
            return self._too_many(target)
        return OutputError(
            f"Another run has published at {target} since this one began; what it published stands.\n"
            "  Let the others end, and try again."
        )

    def _too_many(self, target: Path) -> OutputError:
        return OutputError(
            f"{target} is changed by other runs all the time; nothing was replaced there.\n"
            "  Let the others end, and try again."
        )


def _is_sent(file: PartFile) -> bool:
    return _is_ours(file.path)


def _is_ours(path: str) -> bool:
    return bool(_OURS.fullmatch(path.rpartition("/")[2]))


def _name(below: str, path: str) -> str:
    return f"{below}/{path}" if below else path


def _marked(path: str, mark: str) -> str:
    folder, slash, name = path.rpartition("/")
    stem, dot, ending = name.partition(".")
    return f"{folder}{slash}{stem}.synth{mark}{dot}{ending}"
