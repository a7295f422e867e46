"""Text after a pattern whose places other methods fill."""

from decimal import Decimal
from typing import Any, cast

from synth_assets.specs.rand_engine import choices_of, keys, numbers, texts, times
from synth_assets.specs.rand_engine.method import (
    Argument,
    Method,
    Words,
    WrongArgumentError,
    inner,
    is_text,
    unknown_method,
)

_MILLION = 1_000_000


def _complex(pattern: str, replacement: str, templates: list[dict[str, Any]]) -> Words:
    if not replacement:
        raise WrongArgumentError("parameter 'replacement' must be a text that isn't empty, such as 'x'")
    pieces = pattern.split(replacement)
    if len(pieces) - 1 != len(templates):
        raise WrongArgumentError(
            f"pattern '{pattern}' has '{replacement}' {len(pieces) - 1} times, and templates are {len(templates)};"
            " give one for each"
        )
    parts: list[Any] = [pieces[0]]
    for template, piece in zip(templates, pieces[1:], strict=True):
        parts += [_template(template), piece]
    return {"method": "composed", "parts": [one for one in parts if one != ""], "type": "string"}


def _template(said: Any) -> Words:
    """A template as a method of ours; its arguments are called ``kwargs``, or ``parms`` as 0.6 does."""
    if not isinstance(said, dict) or not is_text(cast("dict[str, Any]", said).get("method")):
        raise WrongArgumentError("each of 'templates' must be a dictionary with 'method' and 'kwargs'")
    words = cast("dict[str, Any]", said)
    for name in words:
        if name not in {"method", "kwargs", "parms"}:
            raise WrongArgumentError(f"a template has 'method' and 'kwargs', and no '{name}'")
    method = BY_NAME.get(words["method"])
    if method is None:
        raise WrongArgumentError(f"template: {unknown_method(words['method'], BY_NAME)}")
    if method.several:
        raise WrongArgumentError(f"a template fills one place, and '{method.name}' several columns")
    given, wrong = method.taken(words.get("kwargs", words.get("parms", {})) or {})
    if wrong:
        raise WrongArgumentError(f"template '{method.name}': {wrong[0]}")
    return _in_text(inner(method.made(**given)))


def _in_text(made: Words) -> Words:
    """A place's method, whose truth values and named floats are what Python's ``str`` makes of them."""
    if made["method"] == "booleans":
        often = int(Decimal(made["share"]) * _MILLION)
        return {"method": "weighted", "weights": [["True", often], ["False", _MILLION - often]]}
    found = dict(made)
    if "value" in made:
        found["value"] = _written([made["value"]])[0]
    elif "choices" in made:
        found["choices"] = _written(made["choices"])
    elif "weights" in made:
        cells, weights = zip(*made["weights"], strict=True)
        found["weights"] = [list(pair) for pair in zip(_written(list(cells)), weights, strict=True)]
    return found


def _written(cells: list[Any]) -> list[Any]:
    if None in cells:
        raise WrongArgumentError("a template leaves no place empty; say 'null_rate' of the whole column")
    kinds = {type(one) for one in cells}
    if float in kinds:
        return [str(float(one)) for one in cells]
    return [str(one) if isinstance(one, bool) else one for one in cells]


METHOD = Method(
    "complex_distincts",
    "text after a pattern, whose places other methods fill",
    (
        Argument("pattern", "text, such as 'x.x.x.x'", is_text),
        Argument("replacement", "the text in it that is replaced, such as 'x'", is_text),
        Argument(
            "templates",
            "a list with a method and its kwargs for each place",
            lambda value: isinstance(value, list) and bool(value),
        ),
    ),
    {
        "kwargs": {
            "pattern": "192.168.x.x",
            "replacement": "x",
            "templates": [
                {"method": "integers", "kwargs": {"min": 0, "max": 255}},
                {"method": "integers", "kwargs": {"min": 1, "max": 254}},
            ],
        }
    },
    _complex,
)

METHODS = (*numbers.METHODS, *texts.METHODS, *choices_of.METHODS, *times.METHODS, *keys.METHODS, METHOD)
BY_NAME: dict[str, Method] = {one.name: one for one in sorted(METHODS, key=lambda method: method.name)}
"""All methods of rand-engine: name → method."""
