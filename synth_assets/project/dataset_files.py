"""Datasets of a project's own: files in its folder ``datasets/``, each a domain."""

import os
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from synth_assets.errors import UsageError
from synth_assets.specs import SUFFIXES

if TYPE_CHECKING:  # reading declarations is for who has some
    from synth_assets.model.domain import Domain

FOLDER = "datasets"
_HEAD = 65_536
"""Bytes of a file in which its dataset is named."""

_NAME = re.compile(rb"""^(?:\s*\{?\s*"dataset"|dataset)\s*:\s*["']?([A-Za-z0-9_-]+)""", re.MULTILINE)


@dataclass(frozen=True)
class DatasetFile:
    """A domain's source: a file that declares it. It is read when the domain is asked for.

    Attributes:
        path: of the file, absolute.
        said: what messages call it.
        name: the dataset's.
    """

    path: Path
    said: str
    name: str

    def load(self) -> "Domain":
        """The domain; its own source is the text as it is now.

        Raises:
            DeclarationError: the file can't be read, or something in it isn't allowed.
        """
        from synth_assets.specs.declared import Declared

        return Declared.read(self.path, self.said).load()

    def __str__(self) -> str:
        return self.said


class _Other(Protocol):
    def load(self) -> "Domain":
        """The domain."""
        ...


@dataclass(frozen=True)
class NotedDataset:
    """A domain's source: the file that declared it, as is noted beside what was made of it.

    Attributes:
        name: the dataset's.
        path: of the file, absolute.
        fingerprint: of what it said.
        other: what has this name if the file isn't what it was: the project's own.
    """

    name: str
    path: Path
    fingerprint: str
    other: _Other | None = None

    def load(self) -> "Domain":
        """The domain.

        Raises:
            UsageError: the file isn't there, or says something else by now, and there is no other of its name.
        """
        from synth_assets.specs.declared import Declared

        said = _said(self.path)
        file = f"{self.name} was declared in {said}, which"
        try:
            source = Declared.read(self.path, said).at_path(self.path)
            if source.fingerprint == self.fingerprint and (domain := source.load()).name == self.name:
                return domain
            folder = shlex.quote(_said(self.path.parent))
            problem = (
                f"{file} says something else by now.\n"
                f"  Generate it again; or, to look at it by what is said there now: SYNTH_DATASETS={folder} synth …"
            )
        except UsageError:
            problem = (
                f"{file} isn't there any more, or can't be read.\n"
                "  Bring it back; or name the folder where it is now: SYNTH_DATASETS=FOLDER synth …"
            )
        if self.other is None:
            raise UsageError(problem)
        return self.other.load()


def is_file_name(text: str) -> bool:
    """Whether a text is the path of a file rather than the name of a domain."""
    return text.lower().endswith(SUFFIXES)


def domain_in(text: str) -> str:
    """What names the domain in ``DOMAIN`` or ``DOMAIN/ENTITY``, where a domain may be the path of a file.

    Example:
        >>> domain_in("bronze/raw_orders"), domain_in("my/shop.yaml"), domain_in("my/shop.yaml/orders")
        ('bronze', 'my/shop.yaml', 'my/shop.yaml')
    """
    if is_file_name(text):
        return text
    above = text.rpartition("/")[0]
    return above if is_file_name(above) else text.partition("/")[0]


def dataset_files(folder: Path) -> list[DatasetFile]:
    """The files of a folder that declare a dataset, in the order of their names; none where there is no folder.

    A file is one if it says at its beginning, or in a line of its own, which ``dataset`` it declares; others may lie
    beside them.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if is_file_name(path.name) and not path.name.startswith("."))
    except OSError:
        return []
    return [DatasetFile(path, _said(path), name) for path in paths if (name := _name(path))]


def _said(path: Path) -> str:
    """A path as messages say it: from the current folder, if it lies below that."""
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here


def _name(path: Path) -> str:
    """The name of the dataset that a file declares; empty if it declares none."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            found = _NAME.search(file.read(_HEAD))
    except OSError:
        return ""
    return found[1].decode() if found else ""
