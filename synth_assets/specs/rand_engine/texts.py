"""Methods of text."""

from typing import Any, cast

from synth_assets.specs.rand_engine.method import Argument, Method, Words, WrongArgumentError, inner, is_text, is_whole

_LENGTH = "a whole number from 1 to 18"


def is_length(value: Any) -> bool:
    """Whether a value is a count of digits that are drawn."""
    return is_whole(value) and 1 <= value <= 18


def digits_after(prefix: str, length: float, *, unique: bool) -> Words:
    """Text of a prefix and so many digits."""
    written = prefix.replace("{", "{{").replace("}", "}}")
    words: Words = {"method": "pattern", "pattern": f"{written}{{{int(length)} digits}}", "type": "string"}
    return words | {"unique": True} if unique else words


def _int_zfilled(length: float) -> Words:
    return digits_after("", length, unique=False)


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
    from synth_assets.specs.rand_engine.catalog import METHODS, unknown_method

    if not isinstance(said, dict) or not is_text(cast("dict[str, Any]", said).get("method")):
        raise WrongArgumentError("each of 'templates' must be a dictionary with 'method' and 'kwargs'")
    words = cast("dict[str, Any]", said)
    for name in words:
        if name not in {"method", "kwargs", "parms"}:
            raise WrongArgumentError(f"a template has 'method' and 'kwargs', and no '{name}'")
    method = METHODS.get(words["method"])
    if method is None:
        raise WrongArgumentError(f"template: {unknown_method(words['method'])}")
    if method.several:
        raise WrongArgumentError(f"a template fills one place, and '{method.name}' several columns")
    given, wrong = method.taken(words.get("kwargs", words.get("parms", {})) or {})
    if wrong:
        raise WrongArgumentError(f"template '{method.name}': {wrong[0]}")
    return inner(method.made(**given))


METHODS = (
    Method(
        "int_zfilled", "so many digits, as text", (Argument("length", _LENGTH, is_length),),
        {"kwargs": {"length": 8}}, _int_zfilled,
    ),
    Method(
        "complex_distincts", "text after a pattern, whose places other methods fill",
        (Argument("pattern", "text, such as 'x.x.x.x'", is_text),
         Argument("replacement", "the text in it that is replaced, such as 'x'", is_text),
         Argument("templates", "a list with a method and its kwargs for each place",
                  lambda value: isinstance(value, list) and bool(value))),
        {"kwargs": {"pattern": "192.168.x.x", "replacement": "x",
                    "templates": [{"method": "integers", "kwargs": {"min": 0, "max": 255}},
                                  {"method": "integers", "kwargs": {"min": 1, "max": 254}}]}},
        _complex,
    ),
)  # fmt: skip
