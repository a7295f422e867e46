"""The kinds of faults there are, found by looking."""

import importlib
import pkgutil

from synth_assets.errors import unknown
from synth_assets.usecases.changes.faults import kinds
from synth_assets.usecases.changes.faults.interface import Fault


def names() -> list[str]:
    """The kinds' names, in alphabetical order; none of them is imported."""
    return sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))


def load(name: str) -> type[Fault]:
    """The kind called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in names():
        raise unknown("fault kind", name, names(), "They are explained in docs/faults.md.")
    return importlib.import_module(f"{kinds.__name__}.{name}").FAULT
