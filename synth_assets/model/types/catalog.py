"""The types there are, found by looking: so a family may ask for the types inside its own, whatever family they are."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from synth_assets.errors import unknown
from synth_assets.model.types.base import ColumnType


def named(text: str) -> ColumnType:
    """The type of a name, as manifests and ``synth describe`` have it.

    Raises:
        UsageError: no type has this name.

    Example:
        >>> named("decimal(20,4)").sql("postgresql")
        'NUMERIC(20,4)'
    """
    for family in _families():
        found = family.named(text)
        if found is not None:
            return found
    raise unknown("type", text, [one.name for one in every()], "Others are named like decimal(20,4) or list(int64).")


def every() -> Iterator[ColumnType]:
    """The types that have a name of their own, family by family; the constructors make more."""
    for family in _families():
        yield from family.TYPES


@cache
def _families() -> tuple[ModuleType, ...]:
    here, _, own = __name__.rpartition(".")
    names = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])} - {"base", own}
    return tuple(importlib.import_module(f"{here}.{name}") for name in sorted(names))
