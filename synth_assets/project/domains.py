"""Find domains and their entities: every package here is a domain, every module in it with an entity holds one."""

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from synth_assets import domains
from synth_assets.errors import UsageError, unknown
from synth_assets.model.domain import Domain
from synth_assets.model.entity import Entity


def names() -> list[str]:
    """The domains' names, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(domains.__path__) if module.ispkg)


def load(name: str) -> Domain:
    """The domain called ``name``.

    Raises:
        UsageError: there is none; close matches are suggested.
    """
    if name not in names():
        raise unknown("domain", name, names(), "List them with: synth list")
    return _load(name)


def find(path: str) -> tuple[Domain, type[Entity]]:
    """The domain and entity of ``domain/entity``.

    Raises:
        UsageError: the path has another form, or names something unknown.
    """
    domain_name, slash, entity_name = path.partition("/")
    if not slash or not entity_name:
        msg = (
            f"{path!r} is not of the form DOMAIN/ENTITY.\n  For example: bronze/raw_orders. List them with: synth list"
        )
        raise UsageError(msg)
    domain = load(domain_name)
    return domain, domain.entity(entity_name)


@functools.cache
def _load(name: str) -> Domain:
    package = importlib.import_module(f"{domains.__name__}.{name}")
    found = [entity for module in _modules(package) for entity in _entities_of(module)]
    return Domain(
        name=name,
        doc=inspect.cleandoc(package.__doc__ or ""),
        contract=package.CONTRACT,
        params=package.PARAMS,
        presets=package.PRESETS,
        default_preset=package.DEFAULT_PRESET,
        entities={entity.about.name: entity for entity in _parents_first(found)},
    )


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """A package and all modules in it, by name; those of its sub-packages too."""
    yield package
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        found = importlib.import_module(f"{package.__name__}.{module.name}")
        yield from _modules(found) if module.ispkg else (found,)


def _entities_of(module: ModuleType) -> list[type[Entity]]:
    return [
        member
        for member in vars(module).values()
        if inspect.isclass(member) and issubclass(member, Entity) and member.__module__ == module.__name__
    ]


def _parents(entity: type[Entity]) -> set[str]:
    return set(entity.table().references.values()) - {entity.about.name}


def _parents_first(entities: list[type[Entity]]) -> list[type[Entity]]:
    """Order by references, then by name, so that a table comes after those it refers to."""
    waiting = {entity.about.name: entity for entity in sorted(entities, key=lambda entity: entity.about.name)}
    ordered: list[type[Entity]] = []
    while waiting:
        # Level by level: all that refer only to earlier levels, in the order of their names.
        level = [entity for entity in waiting.values() if not _parents(entity) & set(waiting)]
        ordered += level
        for entity in level:
            del waiting[entity.about.name]
    return ordered
