"""What was asked for under a data root: so that a table which isn't there is missed, and a changed manifest is seen.

``ROOT/.synth/datasets/DOMAIN/LABEL-SEED.json`` lists the tables of a dataset, in whatever formats, before the first of
them appears; ``flat.json`` those of a folder that tables share. With a table stands the digest of its manifest; while
it is published, those of the old one and the new one: which is there when a run is killed, nobody can tell before.
And of all formats of a table stands the content that was published last: a copy in another format may be older.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, Protocol, cast

from synth_assets.documents import strict_json
from synth_assets.documents.regular import regular_text
from synth_assets.errors import DataError
from synth_assets.model.layout import STAGING
from synth_assets.model.manifest import Manifest

DATASETS = "datasets"
"""The folder's name in the staging folder."""

_SHARED = "flat"
_BYTES = 64_000_000
_AGAIN = "Remove it; the next synth generate begins a new one."


@dataclass(frozen=True)
class Registered:
    """A table that was asked for in a format.

    Attributes:
        format: the format's name.
        domain: the table's domain.
        table: its name.
        dataset: label and seed, e.g. ``small-42``.
        place: its folder or database, relative to the data root, with ``/`` between folders.
        manifests: digests of the manifests it may have; none as long as it has none of ours.
        content: the hash of the content that the table had last, in whatever format; empty if nobody knows.
    """

    format: str
    domain: str
    table: str
    dataset: str
    place: str
    manifests: tuple[str, ...] = ()
    content: str = ""

    @property
    def name(self) -> tuple[str, str, str, str]:
        """Format, domain, table and place: no two of a data root have the same."""
        return self.format, self.domain, self.table, self.place

    @property
    def whole(self) -> tuple[str, str, str]:
        """Domain, table and dataset: what its copies in other formats have in common."""
        return self.domain, self.table, self.dataset

    def location(self, root: Path) -> Path:
        """Its folder or database."""
        return root / self.place


Known = Mapping[tuple[str, str, str, str], Registered]
"""What a note says, by the tables' names."""


class Notes(Protocol):
    """Where a run keeps small texts; see :class:`synth_assets.sinks.store.Drafts`."""

    def change_note(self, name: str, change: Callable[[str | None], str | None]) -> None:
        """Put what ``change`` makes of a text, ``None`` if there is none, in its place; no other change in between.

        What it makes ``None`` of stays as it is.
        """
        ...


def ask(notes: Notes, tables: Iterable[Registered]) -> None:
    """Note tables that are going to be made; what is known of them stays."""
    for name, coming in _by_note(tables).items():
        notes.change_note(name, partial(_changed, name, partial(_asked, coming)))


def publishing(notes: Notes, tables: Sequence[tuple[Registered, Manifest]]) -> None:
    """Note the manifests of tables that are published next."""
    new = {one.name: digest_of(manifest) for one, manifest in tables}
    contents = {one.whole: manifest.content_hash for one, manifest in tables}

    def noted_of(coming: Sequence[Registered], known: Known) -> Known:
        told = dict(known)
        for one in coming:
            before = known.get(one.name, one).manifests
            # All of them: of several runs that were killed here, nobody knows which one's is there.
            digests = (*(digest for digest in before if digest != new[one.name]), new[one.name])
            told[one.name] = replace(one, manifests=digests)
        return {at: replace(one, content=contents.get(one.whole, one.content)) for at, one in told.items()}

    for name, coming in _by_note(one for one, _ in tables).items():
        notes.change_note(name, partial(_changed, name, partial(noted_of, coming)))


def published(notes: Notes, tables: Iterable[Registered]) -> None:
    """Note that tables are there: of their manifests the last one counts."""
    for name, done in _by_note(tables).items():
        notes.change_note(name, partial(_changed, name, partial(_settled, done)))


def digest_of(manifest: Manifest) -> str:
    """The SHA-256 of what a manifest says, however it is spaced and whatever the store calls the files."""
    return replace(manifest, files=tuple(replace(file, path="") for file in manifest.files)).digest


class Noted(NamedTuple):
    """A table that was asked for, and the note that says so."""

    table: Registered
    note: Path


def registered(root: Path) -> Iterator[Noted]:
    """All tables that were asked for under a data root, in the order of their datasets' names.

    Raises:
        DataError: a note is damaged.
    """
    folder = root / STAGING / DATASETS
    # Links aren't followed: they lead out of the root, perhaps to where names come and go.
    inside = (
        [] if folder.is_symlink() else [Path(above) / name for above, _, names in os.walk(folder) for name in names]
    )
    for path in sorted(one for one in inside if one.suffix == ".json"):
        yield from (Noted(one, path) for one in _read(path))


def noted(root: Path, domain: str, dataset: str) -> list[Registered]:
    """The tables of a dataset that were asked for; none where nobody can tell."""
    path = root / STAGING / DATASETS / domain / f"{dataset}.json"
    try:
        return list(_read(path)) if path.is_file() else []
    except (DataError, OSError):
        return []


def noted_with_shared(root: Path, domain: str, dataset: str) -> list[Registered]:
    """The same, with those that lie in the folder that tables share."""
    path = root / STAGING / DATASETS / f"{_SHARED}.json"
    try:
        shared = list(_read(path)) if path.is_file() else []
    except (DataError, OSError):
        shared = []
    mine = [one for one in shared if (one.domain, one.dataset) == (domain, dataset)]
    return [*noted(root, domain, dataset), *mine]


def _by_note(tables: Iterable[Registered]) -> dict[str, list[Registered]]:
    found: dict[str, list[Registered]] = {}
    for one in tables:
        # In the folder that tables share there is one dataset at a time.
        name = _SHARED if one.place == "." else f"{one.domain}/{one.dataset}"
        found.setdefault(f"{DATASETS}/{name}.json", []).append(one)
    return found


def _asked(coming: Sequence[Registered], known: Known) -> Known:
    """With the tables that are going to be made."""
    places = {(one.place, one.dataset, one.domain) for one in coming}
    kept = {one.name: one for one in known.values() if not _is_replaced(one, places)}
    return {one.name: one for one in coming} | kept


def _settled(done: Sequence[Registered], known: Known) -> Known:
    """With the last manifest only of tables that are there."""
    there = [known[one.name] for one in done if one.name in known]
    return {**known, **{one.name: replace(one, manifests=one.manifests[-1:]) for one in there}}


def _is_replaced(known: Registered, places: set[tuple[str, str, str]]) -> bool:
    """Whether another dataset has come where this one was."""
    return known.place == "." and (known.place, known.dataset, known.domain) not in places


def _changed(name: str, change: Callable[[Known], Known], text: str | None) -> str:
    """What becomes of a note."""
    try:
        found = list(_parsed(text, name)) if text is not None else []
    except DataError:
        found = []  # what nobody can read knows nothing
    tables = change({one.name: one for one in found})
    entries = [asdict(one) for _, one in sorted(tables.items())]
    return json.dumps({"tables": entries}, indent=2, ensure_ascii=False) + "\n"


def _read(path: Path) -> Iterator[Registered]:
    try:
        text = regular_text(path, _BYTES)
    except OSError as error:
        raise DataError(f"{path} can't be read: {error.strerror}.\n  {_AGAIN}") from error
    yield from _parsed(text, str(path))


def _parsed(text: str, where: str) -> Iterator[Registered]:
    try:
        entries = cast("list[Any]", strict_json.loads(text)["tables"])
        found = [Registered(**{**entry, "manifests": tuple(entry["manifests"])}) for entry in entries]
        texts = [text for one in found for text in (*one.name, one.dataset, *one.manifests, one.content)]
        paths = [PurePosixPath(one.place) for one in found]
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{where} is damaged: it is no list of tables.\n  {_AGAIN}") from error
    if not all(isinstance(text, str) for text in texts) or any(one.is_absolute() or ".." in one.parts for one in paths):
        raise DataError(f"{where} is damaged: it tells of something else than tables below its root.\n  {_AGAIN}")
    yield from found
