"""What generators read of a row by name: a column, or what its class computes besides."""

import functools
from typing import Any

from synth_assets.columns.basis.generator import OWN_WORDS
from synth_assets.model.entity import Entity, column


def read(rows: Any, path: str) -> Any:
    """What a column or an attribute holds, shape (n,); ``a.b`` is b of a."""
    first = path.partition(".")[0]
    if first in type(rows).declared() and first not in OWN_WORDS:
        return rows.cells(first)
    return functools.reduce(getattr, path.split("."), rows)


def column_there(entity: type[Entity], name: str) -> column | None:
    """A column of a table, or of another one as ``table.column``; ``None`` if there is none."""
    table, _, own = name.rpartition(".")
    source = entity.tables.get(table) if table else entity
    return source.declared().get(own) if source else None
