"""What there is of a kind, found by looking: a package whose modules each hold one."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

from synth_assets.errors import unknown


def names(package: ModuleType) -> list[str]:
    """The modules' names, in alphabetical order; none of them is imported."""
    return list(_names(tuple(package.__path__)))


@cache
def _names(path: tuple[str, ...]) -> tuple[str, ...]:
    """Looked up once a process: there are thousands of questions when Dagster loads, and a folder is read for each."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(path)))


def load(package: ModuleType, name: str, what: str, next_step: str = "") -> ModuleType:
    """The module called ``name``; only now what it needs is imported.

    Args:
        package: where to look.
        name: of the module.
        what: the kind, for a message.
        next_step: likewise.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in names(package):
        raise unknown(what, name, names(package), next_step)
    return importlib.import_module(f"{package.__name__}.{name}")
