"""The types there are, and the type of a name: families are found by looking."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from synth_assets.errors import unknown
from synth_assets.model.types.base import ColumnType

_NO_FAMILY = ("base", "catalog", "frames")


def named(text: str) -> ColumnType:
    """The type of a name, as declarations and ``synth describe`` have it.

    Raises:
        UsageError: no type has this name, or none that a dataset's own columns may be of.

    Example:
        >>> named("decimal(20,4)").sql("postgresql")
        'NUMERIC(20,4)'
    """
    return any_named(text).declared()


def any_named(text: str) -> ColumnType:
    """The type of a name, as manifests have it, somebody's own tables' too.

    Raises:
        UsageError: no type has this name.

    Example:
        >>> any_named("list(decimal(12,2))").sql("duckdb")
        'DECIMAL(12,2)[]'
    """
    for family in _families():
        found = family.named(text)
        if found is not None:
            return found
    raise unknown(
        "type", text, [one.name for one in every()], "Others are named like decimal(20,4), duration(ms) or list(int64)."
    )


def every() -> Iterator[ColumnType]:
    """The types that have a name of their own, family by family; the constructors make more."""
    for family in _families():
        yield from family.TYPES


@cache
def _families() -> tuple[ModuleType, ...]:
    names = sorted(
        module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.name not in _NO_FAMILY
    )
    return tuple(importlib.import_module(f"{__package__}.{name}") for name in names)
