"""What tables, columns and datasets are called in the dataset language."""

import re
from collections.abc import Collection

from pydantic import BaseModel

from synth_assets.model.change_log import CHANGED, META
from synth_assets.specs.names import LONGEST, RESERVED

_OF_SETTINGS = frozenset(dir(BaseModel))
"""Names that no section of settings can have a field of: each dataset has one there."""

_OF_EVENTS = frozenset(column.name for column in (*META, CHANGED))


def dataset_name(said: str) -> str:
    """What a dataset may be called, as near as can be to what somebody said."""
    return _allowed(_plain(said).lower(), "dataset", RESERVED | _OF_SETTINGS, ())


def table_names(said: Collection[str]) -> dict[str, str]:
    """For each table's full name what it is called: without its schema, unless two would be called alike."""
    short = [_plain(one.rpartition(".")[2]).lower() for one in said]
    found: dict[str, str] = {}
    for full, last in zip(said, short, strict=True):
        name = last if short.count(last) == 1 else _plain(full).lower()
        found[full] = _allowed(name, "table", RESERVED, found.values())
    return found


def column_names(said: Collection[str], key: Collection[str]) -> dict[str, str]:
    """For each column what it is called.

    Args:
        said: the columns, as the source has them.
        key: those of the key; events of change data have names that these can't have.
    """
    found: dict[str, str] = {}
    for one in said:
        taken = {name.lower() for name in found.values()}
        found[one] = _allowed(_plain(one), "column", _OF_EVENTS if one in key else (), taken)
    return found


def _plain(said: str) -> str:
    """Letters, digits and ``_``; no digit first."""
    name = re.sub(r"[^A-Za-z0-9_]+", "_", said).strip("_" if not said.startswith("_") else "")
    return f"_{name}" if name[:1].isdigit() else name or "unnamed"


def _allowed(name: str, what: str, reserved: Collection[str], taken: Collection[str]) -> str:
    """The name, or one like it that is free."""
    if what != "column":
        name = name.lstrip("_") if name.lstrip("_")[:1].isalpha() else f"{what}_{name.strip('_')}".rstrip("_")
    if name.lower() in reserved or (name.startswith("pg_") and what != "column"):
        name = f"{what}_{name}" if what != "column" else f"{name}_"
    name = name[:LONGEST]
    free, number = name, 2
    while free.lower() in taken:
        free = f"{name[: LONGEST - len(str(number)) - 1]}_{number}"
        number += 1
    return free
