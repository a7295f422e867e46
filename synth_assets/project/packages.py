"""Domains in Python: packages, each with the constants of a domain, and modules with an entity each."""

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from synth_assets import domains
from synth_assets.errors import UsageError

if TYPE_CHECKING:
    from synth_assets.model.domain import Domain
    from synth_assets.model.entity import Entity


@dataclass(frozen=True)
class Package:
    """A domain's source: the package it is in; any process imports it by name.

    Attributes:
        module: the package's full name.
    """

    module: str

    @property
    def name(self) -> str:
        """The domain's name: the last part of the package's."""
        return self.module.rpartition(".")[2]

    def load(self) -> "Domain":
        """Import the package, and put its domain together; once a process."""
        return _load(self.module)

    def __str__(self) -> str:
        return f"package {self.module}"


def built_in() -> list[Package]:
    """The domains that come with the program, by name; none of them is imported."""
    found = sorted(module.name for module in pkgutil.iter_modules(domains.__path__) if module.ispkg)
    return [Package(f"{domains.__name__}.{name}") for name in found]


class BuiltIn(Mapping[str, "Domain"]):
    """The domains that come with the program, by name; one is imported when it is asked for."""

    def __getitem__(self, name: str) -> "Domain":
        return {package.name: package for package in built_in()}[name].load()

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        return (package.name for package in built_in())

    def __len__(self) -> int:
        return len(built_in())


@functools.cache
def _load(name: str) -> "Domain":
    from synth_assets.model.domain import Domain

    package = importlib.import_module(name)
    found = [entity for module in _modules(package) for entity in _entities_of(module)]
    if missing := [one for one in ("PARAMS", "PRESETS", "DEFAULT_PRESET") if not hasattr(package, one)]:
        raise UsageError(
            f"package {name} is no domain: it has no {' and no '.join(missing)}.\n"
            "  Define them in its __init__.py, as docs/own-domain.md shows."
        )
    return Domain.of(
        name=Package(name).name,
        doc=inspect.cleandoc(package.__doc__ or ""),
        params=package.PARAMS,
        presets=package.PRESETS,
        default_preset=package.DEFAULT_PRESET,
        entities=found,
        source=Package(name),
    )


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """All modules below a package, those of its packages too, by name."""
    yield package
    for found in sorted(
        pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda module: module.name
    ):
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
