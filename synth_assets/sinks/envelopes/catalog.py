"""The envelopes there are, found by looking."""

import importlib
import pkgutil
from typing import TYPE_CHECKING

from synth_assets.errors import unknown
from synth_assets.sinks.envelopes import tools

if TYPE_CHECKING:  # `synth --help` lists the names without waiting for polars
    from synth_assets.sinks.envelopes.interface import Envelope


def names() -> list[str]:
    """The envelopes' names, in alphabetical order; none of them is imported."""
    return sorted(module.name for module in pkgutil.iter_modules(tools.__path__))


def load(name: str) -> "Envelope":
    """The envelope called ``name``.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in names():
        raise unknown("envelope", name, names())
    return importlib.import_module(f"{tools.__name__}.{name}").ENVELOPE
