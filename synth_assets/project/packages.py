"""Domains in Python: packages, each with the constants of a domain, and modules with an entity each."""

import functools
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from synth_assets import domains
from synth_assets.errors import UsageError
from synth_assets.project.dataset_files import NotedDataset, dataset_files, is_file_name

if TYPE_CHECKING:
    from synth_assets.model.domain import Domain
    from synth_assets.model.entity import Entity


@dataclass(frozen=True)
class Package:
    """A domain's source: the package it is in; any process imports it by name.

    Attributes:
        module: the package's full name.
        folder: where it is looked for besides Python's own path; empty for those that come with the program.
        said: where it is named, for messages.
    """

    module: str
    folder: str = ""
    said: str = ""

    @property
    def name(self) -> str:
        """The domain's name: the last part of the package's."""
        return self.module.rpartition(".")[2]

    def load(self) -> "Domain":
        """Import the package, and put its domain together; once a process.

        Raises:
            UsageError: there is no such package, or it is no domain.
        """
        return _load(self)

    def __str__(self) -> str:
        return f"package {self.module}{f' ({self.said})' if self.said else ''}"


class NamedSource(Protocol):
    """Where a domain comes from, with its name, and where that is said."""

    @property
    def name(self) -> str:
        """The domain's."""
        ...

    def load(self) -> "Domain":
        """The domain."""
        ...


def built_in() -> "list[NamedSource]":
    """The domains that come with the program, packages and files, by name; none of them is loaded."""
    found = [module.name for module in pkgutil.iter_modules(domains.__path__) if module.ispkg]
    files = [replace(file, said=file.path.name) for folder in domains.__path__ for file in dataset_files(Path(folder))]
    return sorted([*(Package(f"{domains.__name__}.{name}") for name in found), *files], key=lambda source: source.name)


def modules_of(name: str) -> list[str]:
    """The names of the modules of a domain that comes with the program; none of another one. None is imported."""
    found: list[str] = []
    for above in domains.__path__:
        folder = Path(above, name)
        # A word may be anything: it is looked for among those that are there.
        if folder in Path(above).iterdir() and folder.is_dir():
            paths = (path.relative_to(above).with_suffix("") for path in sorted(folder.rglob("*.py")))
            found += [".".join([domains.__name__, *path.parts]).removesuffix(".__init__") for path in paths]
    return found


class Domains(Mapping[str, "Domain"]):
    """Domains by name; one is loaded when it is asked for. The path of a dataset's file names the domain in it.

    Args:
        sources: what they come from: packages, and files that come with the program.
        taken: names that mean something else in the settings.
        files: further sources. Whatever is wrong with one of them, it is wrong with that domain only.

    Raises:
        UsageError: two packages of one name, or one whose name is taken.
    """

    def __init__(
        self, sources: Iterable[NamedSource], taken: Collection[str] = (), files: Iterable[NamedSource] = ()
    ) -> None:
        self._sources: dict[str, NamedSource] = {}
        self._refused: dict[str, UsageError] = {}
        for source in sources:
            if source.name in taken:
                raise UsageError(
                    f"{source} can't be a domain called {source.name}: that is a section of synth.toml.\n"
                    "  Rename the package."
                )
            if (other := self._sources.setdefault(source.name, source)) != source:
                raise UsageError(
                    f"two domains are called {source.name}: {other} and {source}.\n  Rename one of the packages."
                )
        fixed = set(self._sources)
        for file in files:
            if problem := self._misnamed(file, taken):
                from synth_assets.specs.slips import DeclarationError

                # What comes with the program, or in a package, keeps its name; of two files neither does.
                self._refused[str(file) if file.name in fixed else file.name] = DeclarationError((problem,))
            else:
                self._sources[file.name] = file

    def _misnamed(self, file: NamedSource, taken: Collection[str]) -> str:
        if file.name in taken:
            return (
                f"{file}: a dataset can't be called {file.name}: that is a section of synth.toml.\n  Rename it there."
            )
        if (other := self._sources.get(file.name)) is not None:
            return f"two domains are called {file.name}: {other} and {file}.\n  Rename the dataset in one of them."
        return ""

    def with_noted(self, files: Iterable[NotedDataset]) -> "Domains":
        """The same domains, and those whose files are noted beside what is stored of them."""
        known = Domains([*self._sources.values()])
        known._refused = self._refused
        for file in files:
            known._sources[file.name] = replace(file, other=self._sources.get(file.name))
        return known

    @property
    def refused(self) -> Mapping[str, UsageError]:
        """Files that can't be domains beside the others, and why: by the dataset's name, or by the file."""
        return self._refused

    def sound(self) -> "Iterator[Domain]":
        """All domains but those whose file declares none."""
        from synth_assets.specs.slips import DeclarationError

        for name in self:
            with suppress(DeclarationError):
                yield self[name]

    def __getitem__(self, name: str) -> "Domain":
        if name in self._refused and name not in self._sources:
            raise self._refused[name]
        if name not in self._sources and is_file_name(name):
            from synth_assets.specs.declared import Declared

            return Declared.read(Path(name), name).at_path(Path(name)).load()
        return self._sources[name].load()

    def __contains__(self, name: object) -> bool:
        return name in self._sources or name in self._refused or (isinstance(name, str) and is_file_name(name))

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._sources))

    def __len__(self) -> int:
        return len(self._sources)


@functools.cache
def _load(source: Package) -> "Domain":
    from synth_assets.model.delivery import Delivery
    from synth_assets.model.docstrings import docstring
    from synth_assets.model.domain import Domain

    package = _imported(source)
    if not hasattr(package, "__path__"):
        raise UsageError(f"{source} is a module, not a package.\n  Name a folder with an __init__.py.")
    found = [entity for module in _modules(package) for entity in _entities_of(module)]
    if missing := [one for one in ("PARAMS", "PRESETS", "DEFAULT_PRESET") if not hasattr(package, one)]:
        raise UsageError(
            f"{source} is no domain: it has no {' and no '.join(missing)}.\n"
            "  Define them in its __init__.py, as docs/own-domain.md shows."
        )
    return Domain.of(
        name=source.name,
        doc=docstring(package),
        params=package.PARAMS,
        presets=package.PRESETS,
        default_preset=package.DEFAULT_PRESET,
        entities=found,
        source=source,
        delivery=getattr(package, "DELIVERY", Delivery()),
        grouped_by=getattr(package, "GROUPED_BY", None),
    )


def _imported(source: Package) -> ModuleType:
    # A console script doesn't look into the current folder, as `python -m` does.
    if source.folder and source.folder not in sys.path:
        sys.path.append(source.folder)
    try:
        return importlib.import_module(source.module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{source.module}.".startswith(f"{error.name}."):
            raise
        raise UsageError(
            f"{source}: there is no such package in {source.folder} or where Python looks.\n"
            "  Correct its name, or install it."
        ) from error


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """All modules below a package, those of its packages too, by name; programs (``__main__``) are not run."""
    yield package
    for found in sorted(
        pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda module: module.name
    ):
        if not found.name.endswith(".__main__"):
            yield importlib.import_module(found.name)


def _entities_of(module: ModuleType) -> "list[type[Entity]]":
    """The entities that a module holds: classes that say what table they are."""
    from synth_assets.model.entity import Entity

    return [
        member
        for member in vars(module).values()
        if inspect.isclass(member)
        and issubclass(member, Entity)
        and member.__module__ == module.__name__
        and "about" in vars(member)
    ]
