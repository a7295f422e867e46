"""The formats there are, found by looking."""

import importlib
import pkgutil
from typing import TYPE_CHECKING

from synth_assets.errors import unknown
from synth_assets.sinks import formats

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for polars
    from synth_assets.sinks.interface import Format


def names() -> list[str]:
    """The formats' names, in alphabetical order; none of them is imported."""
    return sorted(module.name for module in pkgutil.iter_modules(formats.__path__))


def load(name: str) -> "Format":
    """The format called ``name``; only now its driver is imported.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in names():
        raise unknown("format", name, names())
    return importlib.import_module(f"{formats.__name__}.{name}").FORMAT
