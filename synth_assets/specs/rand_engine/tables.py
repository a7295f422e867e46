"""A whole dictionary: the columns of a table, constraints, and the declaration that they are."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from synth_assets.columns.basis.catalog import METHOD
from synth_assets.documents.bounds import MOST
from synth_assets.specs.declared import Declared
from synth_assets.specs.rand_engine.columns import RandColumn, cells_in, column_named, own_name, plain_values
from synth_assets.specs.rand_engine.constraints import Constraint, constraints_of
from synth_assets.specs.slips import DeclarationError

DATASET, TABLE, SIZE = "rand_engine", "frame", "size"
"""What dataset, table and parameter are called: values depend on the first two."""

CONSTRAINTS = "constraints"
_EXPRESSIONS = {"expression", "json_object"}
_FLOAT = "float64"
_OF_ITSELF = 100
"""Names and items of a declaration around its columns, at most."""

_MOST_ROWS = 1_000_000_000_000


class SpecError(DeclarationError):
    """A dictionary that is none of rand-engine's; says of all that is wrong what, and a correct example."""


@dataclass(frozen=True)
class RandTable:
    """A dictionary that was read.

    Attributes:
        columns: of the frame, in order.
        constraints: keys that other dictionaries refer to, and references to such.
    """

    columns: tuple[RandColumn, ...]
    constraints: tuple[Constraint, ...] = ()

    def __post_init__(self) -> None:
        if any(one.words[METHOD] in _EXPRESSIONS for one in self.columns):
            object.__setattr__(self, "columns", tuple(map(_exact, self.columns)))

    def declared(self) -> Declared:
        """The dictionary as a dataset of one table, whose parameter says how many rows it has."""
        columns = {one.own: {**one.words, "doc": one.name} for one in self.columns}
        columns |= {own_name(one.mark): {**one.marks, "doc": "anomalies"} for one in self.columns if one.marks}
        size = {"default": 0, "maximum": _MOST_ROWS, "doc": "rows"}
        declaration = {
            "dataset": DATASET,
            "parameters": {SIZE: size},
            "entities": {TABLE: {"rows": SIZE, "columns": columns}},
        }
        return Declared.of(declaration, "the dictionary")


def _exact(column: RandColumn) -> RandColumn:
    """A column whose floats are decimals, so that expressions over them are exact; a frame has floats all the same."""
    if column.words.get("type") != _FLOAT:
        return column
    scale = max(_digits(column.words, column.own))
    return replace(column, words={**column.words, "type": f"decimal(18,{scale})"})


def _digits(words: Mapping[str, Any], name: str) -> Iterator[int]:
    """Digits after the point of all that a column's method makes."""
    yield words.get("digits", 0)
    for cell in cells_in(words, name):
        if isinstance(cell, float):
            yield max(0, -int(Decimal(repr(cell)).as_tuple().exponent))
    while "of" in words:
        words = words["of"]
        yield words.get("digits", 0)


def _too_many(columns: list[RandColumn]) -> Iterator[str]:
    """What is wrong if the columns name more values than a declaration may have."""
    counts = {one.name: _items(one.words) for one in columns}
    if sum(counts.values()) > MOST - _OF_ITSELF - 2 * len(columns):
        largest = max(counts, key=counts.__getitem__)
        yield (
            f"❌ Column '{largest}': it is the largest of a dictionary with {sum(counts.values()):,} names and values,"
            f" in every row of a map those of all its columns; about {MOST:,} are read\n"
            "   Draw where a value stands instead, and look it up. Correct example:\n"
            f'   {{"{largest}": {{"method": "integers", "kwargs": {{"min": 0, "max": len(VALUES) - 1}},\n'
            '    "transformers": [lambda place: VALUES[place]]}}'
        )


def _items(value: Any) -> int:
    """How many names and items a value has, in all its depth."""
    if isinstance(value, dict):
        return sum(1 + _items(one) for one in cast("dict[str, Any]", value).values())
    return sum(1 + _items(one) for one in cast("list[Any]", value)) if isinstance(value, list) else 0


def rand_table(spec: Any) -> RandTable:
    """Read a dictionary.

    Raises:
        SpecError: it is none; says all that is wrong with it.
    """
    problems: list[str] = []
    table = _table(spec, problems)
    if problems:
        raise SpecError(tuple(problems))
    return table


def _table(spec: Any, problems: list[str]) -> RandTable:
    if not isinstance(spec, Mapping) or not set(cast("Mapping[Any, Any]", spec)) - {CONSTRAINTS}:
        example = json.dumps({"id": {"method": "unique_ids", "kwargs": {"strategy": "zint", "length": 8}}})
        what = "it has no columns" if isinstance(spec, Mapping) else f"it is {type(spec).__name__}"
        problems.append(f"❌ A spec is a dictionary of columns, and {what}\n   Correct example:\n   {example}")
        return RandTable(())
    columns: list[RandColumn] = []
    for name, said in cast("Mapping[Any, Any]", spec).items():
        if name == CONSTRAINTS:
            continue
        if not isinstance(name, str) or not name:
            problems.append(f'❌ Column {name!r}: a column\'s name is text\n   Correct example:\n   "age"')
            continue
        columns += column_named(name, said, problems)
    names = [one.name for one in columns]
    problems += [
        f"❌ Column '{name}': two entries make a column of this name\n   Rename one of them, here or in 'cols'"
        for name in sorted({one for one in names if names.count(one) > 1})
    ]
    problems += _too_many(columns)
    constraints = constraints_of(plain_values(spec.get(CONSTRAINTS)), problems)
    return RandTable(tuple(columns), constraints)
