"""Where rows go: one file, or a folder of part files; and what a path tells of format and compression."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from synth_assets.errors import OutputError
from synth_assets.sinks import catalog
from synth_assets.sinks.failures import writing

_FORMATS = {".csv": ("csv",), ".json": ("json", "ndjson"), ".ndjson": ("ndjson", "json"), ".jsonl": ("ndjson", "json"),
            ".parquet": ("parquet",)}  # fmt: skip
"""Endings of names, and the formats that files with them may have."""

_PART = re.compile(r"part-\d{5,}\.\w+(\.\w+)?", re.ASCII)
_WITHIN = "parquet"
"""The format that compresses within, and says nothing of it in a name."""


@dataclass(frozen=True)
class Named:
    """What the path that somebody said tells.

    Attributes:
        path: as it was said.
        bare: without the endings that are known.
        formats: what its ending may be of; none if it has none that is known.
        compression: what its last ending is of; empty if it is of none.
        is_folder: whether it ends with a slash, or is a folder.
    """

    path: Path
    bare: Path
    formats: tuple[str, ...]
    compression: str
    is_folder: bool


@dataclass(frozen=True)
class SingleFile:
    """One file."""

    path: Path

    def files(self, _count: int, _first: int) -> list[Path]:
        """Its path."""
        return [self.path]

    def existing(self) -> list[Path]:
        """Itself, if it is there."""
        return [self.path] if self.path.exists() else []

    @property
    def folder(self) -> Path:
        """The folder that it is in."""
        return self.path.parent

    def check(self) -> None:
        """Look whether it can be there.

        Raises:
            OutputError: something else is.
        """
        if self.path.exists() and not self.path.is_file():
            what = "a folder" if self.path.is_dir() else "no regular file"
            raise OutputError(f"{self.path} is {what}.\n  Name another file.")
        _check_folder(self.folder)


@dataclass(frozen=True)
class PartFolder:
    """A folder of part files.

    Attributes:
        folder: the folder.
        ending: of the files' names.
    """

    folder: Path
    ending: str

    def files(self, count: int, first: int) -> list[Path]:
        """The paths of so many part files, from a number on."""
        return [self.folder / f"part-{number:05d}{self.ending}" for number in range(first, first + count)]

    def existing(self) -> list[Path]:
        """The part files that are there, of any format, in their order; files called otherwise are others'."""
        if not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if _PART.fullmatch(path.name) and _is_ours(path))

    def check(self) -> None:
        """Look whether it can be there.

        Raises:
            OutputError: something else is.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise OutputError(
                f"{self.folder} is a single file, and several are to be in a folder of this name.\n"
                "  Move it away, or name another folder."
            )
        _check_folder(self.folder)


Place = SingleFile | PartFolder


def named(path: Path, *, is_folder: bool = False) -> Named:
    """What a path tells.

    Args:
        path: the path.
        is_folder: whether it is said to be one, by a slash at its end.

    Example:
        >>> found = named(Path("out/data.csv.gz"))
        >>> str(found.bare), found.formats, found.compression
        ('out/data', ('csv',), 'gzip')
    """
    name, compression = path.name, ""
    for suffix, codec in _suffixes():
        if name.lower().endswith(suffix):
            name, compression = name[: -len(suffix)], codec
            break
    ending = next((one for one in _FORMATS if name.lower().endswith(one) and len(name) > len(one)), "")
    bare = path.with_name(name[: len(name) - len(ending)] or path.name) if path.name else path
    with suppress(OSError):  # what can't be looked at is told by who writes there
        is_folder = is_folder or path.is_dir()
    return Named(path, bare, _FORMATS.get(ending, ()), compression, is_folder)


def place_of(said: Named, ending: str, files: int) -> Place:
    """Where rows go.

    Args:
        said: what the path tells.
        ending: of a file's name, with that of its compression.
        files: how many files there shall be.

    Raises:
        OutputError: nothing can be called so.
    """
    if files > 1 or said.is_folder:
        return PartFolder(said.path if said.is_folder else said.bare, ending)
    # Who wrote an ending of the format gets that one: data.jsonl stays data.jsonl.
    written = said.path.name[len(said.bare.name) :]
    suffix = next((suffix for suffix, _ in _suffixes() if ending.endswith(suffix)), "")
    if said.formats and (said.compression or not suffix):
        path = said.path
    else:
        path = said.bare.with_name(said.bare.name + (f"{written}{suffix}" if said.formats else ending))
    with writing(path):
        return SingleFile(path.resolve() if path.is_symlink() else path)


def _suffixes() -> Iterator[tuple[str, str]]:
    """Endings of compressed files, and the codecs' names."""
    for form in catalog.files():
        if form != _WITHIN:
            yield from ((one.suffix, name) for name, one in catalog.load_file(form).codecs.items() if one.suffix)


def _is_ours(path: Path) -> bool:
    return bool(named(Path(path.name)).formats) and path.is_file()


def _check_folder(folder: Path) -> None:
    for above in (folder, *folder.parents):
        if above.exists():
            if not above.is_dir():
                raise OutputError(f"{above} is a file where a folder is needed.\n  Move it away, or name another.")
            return
