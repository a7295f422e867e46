"""Methods of keys, and of references to them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from synth_assets.specs.rand_engine.method import (
    Argument,
    Method,
    Words,
    WrongArgumentError,
    inner,
    is_dictionary,
    is_number,
    is_text,
    is_whole,
)
from synth_assets.specs.rand_engine.texts import digits_after, is_length

_STRATEGIES = ("zint", "uuid4")
_STYLES = ("sequence", "permuted")
_KEYS = ("pk", "unique_ids", "uuid4")
_FORMAT = re.compile(
    r"(?P<before>(?:[^{}]|\{\{|\}\})*)\{(?::0?(?P<digits>[1-9][0-9]?)?d?)?\}(?P<after>(?:[^{}]|\{\{|\}\})*)"
)
_BIRTHS = ("child_rate", "child_start", "parent_rate", "parent_start")


def _uuid4() -> Words:
    return {"method": "uuid", "type": "string", "unique": True}


def _unique_ids(strategy: str, length: float, prefix: str) -> Words:
    if strategy == "uuid4":
        return (
            _uuid4() if not prefix else {"method": "composed", "parts": [prefix, {"method": "uuid"}], "type": "string"}
        )
    return digits_after(prefix, length, unique=True)


def _pk(style: str, start: float, step: float, domain: float | None, key: float, format: str | None) -> Words:  # noqa: A002
    if style == "permuted":
        if domain is None:
            raise WrongArgumentError("style 'permuted' needs 'domain', how many keys there are: a whole number from 1")
        if step != 1:
            raise WrongArgumentError("parameter 'step' goes with style 'sequence' only")
        numbers: dict[str, Any] = {"method": "permuted", "count": int(domain), "order": int(key)}
        numbers |= {"start": int(start)} if start else {}
    elif domain is not None:
        raise WrongArgumentError("parameter 'domain' goes with style 'permuted' only")
    else:
        numbers = {"method": "sequence", "start": int(start), "step": int(step)}
    if format is None:
        return numbers | {"type": "int64", "unique": True}
    return _shown(numbers, format)


def _shown(numbers: dict[str, Any], shape: str) -> Words:
    """Keys as text after a format such as ``C-{:08d}``."""
    found = _FORMAT.fullmatch(shape)
    if found is None:
        raise WrongArgumentError(
            f"parameter 'format' must have one place for a whole number, such as 'C-{{:08d}}', not '{shape}'"
        )
    before, after = (found[part].replace("{{", "{").replace("}}", "}") for part in ("before", "after"))
    filled = {"method": "zero_filled", "digits": int(found["digits"] or 1), "of": numbers}
    parts = [one for one in (before, filled, after) if one]
    return {"method": "composed", "parts": parts, "type": "string", "unique": True}


def _fk(
    parent: dict[str, Any], parent_size: float, skew: float, born_before: dict[str, Any] | None, column: str
) -> Words:
    key = _parent(parent)
    made: Words = {"method": "key_elsewhere", "count": int(parent_size), "column": column, "type": key["type"]}
    made |= {"of": inner(key), "skew": f"{skew:.6f}"}
    return made if born_before is None else made | _births(born_before, int(parent_size))


def _parent(said: Mapping[str, Any]) -> Words:
    methods = {one.name: one for one in METHODS if one.name in _KEYS}
    method = methods.get(said.get("method", ""))
    if method is None:
        raise WrongArgumentError(
            f"parameter 'parent' must be a column of {', '.join(_KEYS)}, such as {{'method': 'pk', 'kwargs': {{}}}}"
        )
    given, wrong = method.taken(cast("dict[str, Any]", said.get("kwargs") or {}))
    if wrong:
        raise WrongArgumentError(f"parameter 'parent': {wrong[0]}")
    return method.made(**given)


def _births(said: Mapping[str, Any], count: int) -> Words:
    """How many parents there are by the first row, and how many more with each."""
    for name in _BIRTHS:
        if not is_number(said.get(name)):
            raise WrongArgumentError(f"parameter 'born_before' requires '{name}', a number")
    if unknown := [name for name in said if name not in _BIRTHS]:
        raise WrongArgumentError(f"parameter 'born_before' has no '{unknown[0]}'; it has {', '.join(_BIRTHS)}")
    child, start, rate, parent = (Decimal(repr(said[name])) for name in _BIRTHS)
    if child <= 0 or rate <= 0:
        raise WrongArgumentError("parameter 'born_before': both rates must be above 0")
    there = (start - parent) * rate + 1
    if there < 1:
        raise WrongArgumentError(
            "parameter 'born_before': no parent is born before the first row; begin with parents earlier"
        )
    return {"there": f"{min(there, Decimal(count)):.6f}", "more": f"{rate / child:.6f}"}


METHODS = (
    Method(
        "unique_ids", "text that no two rows share",
        (Argument("strategy", f"one of {', '.join(_STRATEGIES)} (uuid1 would tell the clock and the machine)",
                  lambda value: value in _STRATEGIES, required=False, usual="zint"),
         Argument("length", "a whole number from 1 to 18", is_length, required=False, usual=12),
         Argument("prefix", "text", is_text, required=False, usual="")),
        {"kwargs": {"strategy": "zint", "length": 8, "prefix": "C"}}, _unique_ids,
    ),
    Method("uuid4", "UUIDs of version 4", (), {"kwargs": {}}, _uuid4),
    Method(
        "pk", "whole numbers, or text of them, that no two rows share",
        (Argument("style", f"one of {', '.join(_STYLES)}", lambda value: value in _STYLES, required=False,
                  usual="sequence"),
         Argument("start", "a whole number from -2^40 to 2^40",
                  lambda value: is_whole(value) and abs(value) <= 1 << 40, required=False, usual=0),
         Argument("step", "a whole number from -1,048,576 to 1,048,576, and not 0",
                  lambda value: is_whole(value) and 0 < abs(value) <= 1 << 20, required=False, usual=1),
         Argument("domain", "a whole number from 1 to 2^62", lambda value: is_whole(value) and 1 <= value <= 1 << 62,
                  required=False),
         Argument("key", "a whole number", is_whole, required=False, usual=0),
         Argument("format", "text with one place for the number, such as 'C-{:08d}'", is_text, required=False)),
        {"kwargs": {"style": "sequence", "start": 1, "step": 1}}, _pk,
    ),
    Method(
        "fk", "keys of another table",
        (Argument("parent", "the column of the other table's key, a dictionary", is_dictionary),
         Argument("parent_size", "how many rows it has, a whole number from 1 to 2,147,483,648",
                  lambda value: is_whole(value) and 1 <= value <= 1 << 31),
         Argument("skew", "a number from 0 to 10", lambda value: is_number(value) and 0 <= value <= 10, required=False,
                  usual=0),
         Argument("born_before", f"a dictionary with {', '.join(_BIRTHS)}", is_dictionary, required=False),
         Argument("column", "the name of the key's column there", is_text, required=False, usual="")),
        {"kwargs": {"parent": {"method": "pk", "kwargs": {"start": 1}}, "parent_size": 100, "skew": 1.2}}, _fk,
    ),
)  # fmt: skip
