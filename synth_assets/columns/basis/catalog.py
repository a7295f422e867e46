"""The column generators there are, found by looking, and how a dictionary names one."""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from synth_assets import columns
from synth_assets.errors import UsageError, unknown

if TYPE_CHECKING:  # listing the names loads none
    from synth_assets.columns.basis.generator import Generator

METHOD = "method"
"""What a dictionary calls the generator's name."""


def names() -> list[str]:
    """The generators' names, in alphabetical order; none of them is imported."""
    return list(_names())


@functools.cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(module.name for module in pkgutil.iter_modules(columns.__path__) if not module.ispkg))


def load(name: str) -> "type[Generator]":
    """The generator called ``name``.

    Raises:
        UsageError: there is none of this name; close matches are suggested.
    """
    if name not in names():
        step = "They are explained in docs/columns.md. For example: integers(low=1, high=6)"
        raise unknown(METHOD, name, names(), step)
    return importlib.import_module(f"{columns.__name__}.{name}").GENERATOR


def made(arguments: Mapping[str, Any]) -> "Generator":
    """The generator that a dictionary names, with its arguments.

    Raises:
        UsageError: no method, an unknown one, or an argument that isn't allowed.

    Example:
        >>> made({"method": "weighted", "weights": {"card": 60, "invoice": 40}}).method()
        'weighted'
    """
    from synth_assets.columns.basis.arguments import of

    values = dict(arguments)
    name = values.pop(METHOD, None)
    if not isinstance(name, str):
        raise UsageError(f"{METHOD} is missing; it is one of {', '.join(names())}.\n  For example: {METHOD}: weighted")
    return of(load(name), **values)
