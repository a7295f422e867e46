"""Methods that take one of some values."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from synth_assets.specs.rand_engine.method import (
    Argument,
    Method,
    Words,
    WrongArgumentError,
    is_cell,
    is_cells,
    is_dictionary,
    is_number,
    type_of_cells,
)

_MOST = 65_536
"""Combinations that are drawn from."""

_DISTINCTS = "parameter 'distincts'"


def _distincts(distincts: list[Any]) -> Words:
    return {"method": "choices", "choices": distincts, "type": type_of_cells(distincts, _DISTINCTS)}


def _weights(given: list[Any]) -> list[int]:
    """Weights as whole numbers in the same proportion."""
    if not all(is_number(one) and one >= 0 for one in given) or not sum(given):
        raise WrongArgumentError(f"{_DISTINCTS}: every weight must be a number >= 0, and one of them above 0")
    exact = [Decimal(repr(one)) for one in given]
    places = max(0, *(-int(one.as_tuple().exponent) for one in exact))
    return [int(one.scaleb(places)) for one in exact]


def _distincts_prop(distincts: dict[Any, Any]) -> Words:
    cells = list(distincts)
    pairs = [list(pair) for pair in zip(cells, _weights(list(distincts.values())), strict=True)]
    return {"method": "weighted", "weights": pairs, "type": type_of_cells(cells, _DISTINCTS)}


def _split(cols: list[str], rows: Iterator[list[Any]]) -> dict[str, Words]:
    """Several columns that take the parts of one of some combinations, each with a weight at its end."""
    taken = list(itertools.islice(rows, _MOST + 1))
    if len(taken) > _MOST:
        raise WrongArgumentError(f"{_DISTINCTS} makes more than {_MOST:,} combinations; name fewer values")
    if any(len(row) != len(cols) + 1 for row in taken):
        count = next(len(row) - 1 for row in taken if len(row) != len(cols) + 1)
        raise WrongArgumentError(f"'cols' names {len(cols)} columns, and {_DISTINCTS} has {count} values for a row")
    weights = _weights([row[-1] for row in taken])
    whole = [[*row[:-1], weight] for row, weight in zip(taken, weights, strict=True)]
    return {
        name: {"method": "split", "parts": cols, "rows": whole,
               "type": type_of_cells([row[place] for row in whole], f"{_DISTINCTS}: those of '{name}'")}
        for place, name in enumerate(cols)
    }  # fmt: skip


def _map(cols: list[str], distincts: dict[Any, Any]) -> dict[str, Words]:
    for key, values in distincts.items():
        if not is_cells(values):
            raise WrongArgumentError(f"{_DISTINCTS}: '{key}' must have a list of values")
    return _split(cols, ([key, value, 1] for key, values in distincts.items() for value in values))


def _map_prop(cols: list[str], distincts: dict[Any, Any]) -> dict[str, Words]:
    for key, pairs in distincts.items():
        if not isinstance(pairs, list) or not pairs or not all(map(_is_pair, cast("list[Any]", pairs))):
            raise WrongArgumentError(f"{_DISTINCTS}: '{key}' must have a list of pairs, each a value and its weight")
    return _split(cols, ([key, *pair] for key, pairs in distincts.items() for pair in pairs))


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(cast("list[Any]", value)) == 2 and is_cell(value[0]) and is_number(value[1])


def _multi_map(cols: list[str], distincts: dict[Any, Any]) -> dict[str, Words]:
    for key, lists in distincts.items():
        if not isinstance(lists, list) or not lists or not all(map(is_cells, cast("list[Any]", lists))):
            raise WrongArgumentError(f"{_DISTINCTS}: '{key}' must have a list of lists of values")
    rows = ([key, *combination, 1] for key, lists in distincts.items() for combination in itertools.product(*lists))
    return _split(cols, rows)


def _dictionary(what: str) -> tuple[Argument, ...]:
    return (Argument("distincts", f"a dictionary of {what}", is_dictionary),)


METHODS = (
    Method(
        "distincts", "one of some values, each as likely",
        (Argument("distincts", "a list of values, at least one, each text, a number, true, false or None (a day as"
                  " text: 'transformers' make days of it)", is_cells),),
        {"kwargs": {"distincts": ["free", "standard", "premium"]}}, _distincts,
    ),
    Method(
        "distincts_prop", "one of some values, by weight", _dictionary("values, each with its weight"),
        {"kwargs": {"distincts": {"mobile": 70, "desktop": 30}}}, _distincts_prop,
    ),
    Method(
        "distincts_map", "two columns that agree: a key, and one of its values",
        _dictionary("keys, each with a list of values"),
        {"cols": ["device", "os"], "kwargs": {"distincts": {"phone": ["android", "ios"], "desktop": ["linux"]}}},
        _map, several=True,
    ),
    Method(
        "distincts_map_prop", "two columns that agree: a key, and one of its values, by weight",
        _dictionary("keys, each with a list of pairs of a value and its weight"),
        {"cols": ["product", "condition"],
         "kwargs": {"distincts": {"laptop": [["new", 80], ["used", 20]], "phone": [["new", 90], ["used", 10]]}}},
        _map_prop, several=True,
    ),
    Method(
        "distincts_multi_map", "several columns that agree: a key, and a value of each of its lists",
        _dictionary("keys, each with a list of lists"),
        {"cols": ["sector", "branch", "size"],
         "kwargs": {"distincts": {"technology": [["software", "hardware"], ["small", "large"]]}}},
        _multi_map, several=True,
    ),
)  # fmt: skip
