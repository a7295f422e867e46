"""What a store is: where files lie, apart from how they are called.

A run writes drafts, local files in folders that the store hands out, and publishes them with a manifest. What a store
promises: whoever goes by the manifest sees what was there before, whole, or what is new, whole; also when the run is
killed at any moment. Files that aren't ours are never touched.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from synth_assets.errors import UsageError
from synth_assets.model.manifest import FolderManifest, Manifest, PartFile
from synth_assets.object_paths import object_place
from synth_assets.sinks import modules, stores
from synth_assets.spoken import option

LOCAL, OBJECTS = "local", "objects"


class Resumption(NamedTuple):
    """How a run keeps its finished parts for another one, and whether it takes those of an earlier one.

    Attributes:
        identity: what the parts follow from, as plain JSON values: no other run may take them.
        wanted: whether parts that wait are taken; those of dead runs are removed without.
    """

    identity: Mapping[str, Any]
    wanted: bool


class Finished(NamedTuple):
    """Parts that wait for the rest of their table.

    Attributes:
        files: the parts, by path.
        told: what was noted of them, as plain JSON values.
    """

    files: tuple[Path, ...]
    told: Mapping[str, Any]


class Depot(Protocol):
    """Where part files go from other machines than the one whose run it is; it can be pickled."""

    def put(self, drafts: Path, files: Sequence[PartFile]) -> tuple[PartFile, ...]:
        """Send files there, for :meth:`Drafts.publish` under the names that it gives them.

        Args:
            drafts: the local folder that they lie in.
            files: the files.

        Raises:
            OutputError: they can't be sent.
        """
        ...

    def bring(self, files: Sequence[PartFile], folder: Path) -> None:
        """Move files that were sent there into a local folder.

        Raises:
            OutputError: they can't be brought.
        """
        ...


class Drafts(Protocol):
    """The drafts of one run, and their publication.

    Attributes:
        root: where everything is published below.
        finished: parts that are finished, an earlier run's first.
    """

    root: Path
    finished: list[Finished]

    def note_finished(self, one: Finished) -> None:
        """Note that parts are finished: should this run die, another one of the same may go on from them.

        Raises:
            OutputError: it can't be written.
        """
        ...

    def folder(self, target: Path) -> Path:
        """An empty local folder to write into what is to be published as ``target``."""
        ...

    def depot(self, target: Path) -> Depot | None:
        """Where other machines send part files of ``target``; ``None`` if they write to the folder as this one does."""
        ...

    def shared(self, target: Path, identity: Mapping[str, Any]) -> Path:
        """A local folder to write into what is to be published file by file in ``target``; one target a run.

        Args:
            target: where it will be.
            identity: what tells the dataset from others.

        Raises:
            OutputError: ``target`` holds another dataset.
        """
        ...

    def check_way(self, target: Path, path: str) -> None:
        """Refuse what :meth:`publish_shared` would, of one file that will be published, before anything is made.

        Args:
            target: as of :meth:`shared`.
            path: the file's, in the target.

        Raises:
            OutputError: a file of this name is there, and of no dataset.
        """
        ...

    def change_note(self, name: str, change: Callable[[str | None], str | None]) -> None:
        """Change a small text that runs keep about the root; no other run's change comes in between.

        Args:
            name: the text's.
            change: what becomes of it; it is ``None`` if there is none of this name; ``None``
                leaves it as it is.

        Raises:
            OutputError: it can't be written; the one there is whole.
        """
        ...

    def publish(self, target: Path, manifest: Manifest) -> None:
        """Let what was written to :meth:`folder` appear as ``target``, in place of the dataset there.

        Raises:
            OutputError: ``target`` holds something else, or can't be written; it is what it was.
        """
        ...

    def publish_shared(self, target: Path, manifest: FolderManifest) -> None:
        """Let what was written to :meth:`shared` appear in ``target``, beside the tables of the same dataset there.

        Raises:
            OutputError: it holds another dataset, or files that would be lost, or can't be written.
        """
        ...


@dataclass(frozen=True)
class Store:
    """Somewhere files can lie.

    Attributes:
        name: its name.
        drafts: begins a run that publishes below a root; raises UsageError if it can't go on with what another began.
    """

    name: str
    drafts: Callable[[Path, Resumption | None], AbstractContextManager[Drafts]]


def drafts_below(root: Path, resumption: Resumption | None = None) -> AbstractContextManager[Drafts]:
    """Begin a run that publishes below a root, in the store that it lies in.

    Args:
        root: the data root.
        resumption: how it goes on with what another run began; nothing is kept for others without.

    Raises:
        UsageError: parts wait there that follow from something else, or the store keeps none.
    """
    return load(at(root)).drafts(root, resumption)


def check_resumable(root: Path) -> None:
    """Look whether parts of a run that ended early can wait in the store that a root lies in.

    Raises:
        UsageError: they can't.
    """
    if at(root) != LOCAL:
        raise UsageError(
            "Finished parts wait in a local folder, and none of an object store's can be gone on with.\n"
            f"  Generate into a folder, or leave {option('resume')} out."
        )


def load(name: str) -> Store:
    """The store called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    return modules.load(stores, name, "store").STORE


Tag = tuple[str, str]
"""What tells one state of an object from every other one: its ETag and, where the store has such, its version."""


class Held(NamedTuple):
    """What a list says of an object."""

    tag: Tag
    size: int


class Objects(Protocol):
    """Bytes by name, as object stores have them: each one appears whole, and nothing can be renamed.

    With these a store is made: :class:`~synth_assets.sinks.manifest_last.ManifestLast` publishes by them.
    """

    def put(self, name: str, draft: Path) -> None:
        """Store a local file's bytes, in place of what is there."""
        ...

    def put_over(self, name: str, data: bytes, before: Tag | None) -> bool:
        """Store bytes if what is there is still what it was; ``False`` if it isn't.

        Args:
            name: where.
            data: the bytes.
            before: of what is there; ``None`` for nothing.
        """
        ...

    def get(self, name: str) -> tuple[bytes, Tag] | None:
        """What is stored; ``None`` if nothing is."""
        ...

    def fetch(self, name: str, to: Path) -> Tag | None:
        """Write what is stored to a local file; ``None`` if nothing is."""
        ...

    def names(self, below: str) -> dict[str, Held]:
        """What there is under names that begin with ``below/``; all there is below an empty name."""
        ...

    def remove(self, names: Sequence[str]) -> None:
        """Remove some; nothing happens to those that aren't there."""
        ...


def at(root: Path) -> str:
    """The name of the store that a root lies in."""
    return LOCAL if object_place(root) is None else OBJECTS
