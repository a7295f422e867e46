"""Words that are read as others: what people try first, where it has one meaning."""

import functools
from collections.abc import Mapping

from synth_assets.columns.basis import catalog as methods

DATASET = {"name": "dataset", "description": "doc", "tables": "entities", "params": "parameters"}
PARAMETER = {"min": "minimum", "max": "maximum", "description": "doc"}
TABLE = {"description": "doc", "count": "rows", "primary_key": "key", "children_of": "lines_of"}
COLUMN = {"description": "doc", "nulls": "null_rate", "foreign_key": "references"}
CHANGES = {"births": "born", "inserted": "born", "changed": "change", "updated": "change"} | dict.fromkeys(
    ("ends", "deleted"), "erased"
)
STEP = {"percent": "per_hundred"}
"""Of the dataset, of a parameter, of a table, of a column, of a table in ``changes``, of a step in a column."""

_ARGUMENTS = {
    "min": ("low",),
    "minimum": ("low",),
    "max": ("high",),
    "maximum": ("high",),
    "round": ("digits",),
    "stddev": ("deviation",),
    "std": ("deviation",),
    "from": ("first", "low"),
    "to": ("last", "high"),
    "values": ("choices", "weights"),
}
"""Of a method: the argument that it has among these."""

_UNCLEAR = {("after", "from"), ("after", "to")}
"""Words that would have two meanings: the column that a while begins with, or how long it is."""


@functools.cache
def of_method(name: str) -> Mapping[str, str]:
    """Other words for a method's arguments."""
    fields = methods.load(name).model_fields
    found = {
        word: next((one for one in meant if one in fields), "")
        for word, meant in _ARGUMENTS.items()
        if word not in fields and (name, word) not in _UNCLEAR
    }
    return {word: one for word, one in found.items() if one}
