"""A method as it is written with all its arguments named, from its shorter forms."""

import difflib
from typing import Any, cast

from synth_assets.columns.basis import catalog

REFERENCE, NULL_RATE, LIST, STRUCT = "reference", "null_rate", "list", "struct"
WORDS = ("type", "doc", "nullable", "unique", "references", "enumeration", "since", "hidden")
"""What is said of a column beside its method's arguments."""


def spelt_out(value: Any) -> Any:
    """A column as it is written with its method and all arguments named, from its shorter forms.

    Example:
        >>> spelt_out("person.email"), spelt_out({"expression": "price * 2"})
        ({'method': 'person', 'part': 'email'}, {'method': 'expression', 'expression': 'price * 2'})
        >>> spelt_out({"poisson": 3, "null_rate": 0.1, "doc": "visits"})
        {'method': 'null_rate', 'rate': 0.1, 'of': {'method': 'poisson', 'mean': 3}, 'doc': 'visits'}
        >>> spelt_out({"changing": "moves", "of": "person.city"})
        {'method': 'changing', 'by': 'moves', 'of': {'method': 'person', 'part': 'city'}}
        >>> spelt_out({"list": "person.city", "length": 2})
        {'method': 'list', 'of': {'method': 'person', 'part': 'city'}, 'length': 2}
        >>> spelt_out({"timestamps": -30, "step": 900})
        {'method': 'timestamps', 'first': -30, 'step': 900}
    """
    if isinstance(value, str):
        return _split({catalog.METHOD: value})
    if not isinstance(value, dict):
        return value
    said = cast("dict[str, Any]", value)
    full = _with_parts(_split(said) if catalog.METHOD in said else _named(said))
    name = full.get(catalog.METHOD)
    if NULL_RATE not in full or name not in catalog.names() or NULL_RATE in catalog.load(name).model_fields:
        return full
    words = {word: one for word, one in full.items() if word in WORDS}
    rest = {word: one for word, one in full.items() if word not in WORDS and word != NULL_RATE}
    return {catalog.METHOD: NULL_RATE, "rate": full[NULL_RATE], "of": rest, **words}


def written_at(value: Any, steps: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The way to something in a column as it is written, from that in its full form.

    Example:
        >>> written_at({"struct": {"a": {"integers": 1, "hihg": 2}}}, ("fields", "a", "hihg"))
        ('struct', 'a', 'hihg')
    """
    if not steps or not isinstance(value, dict):
        return ()
    said, (first, *rest) = cast("dict[str | int, Any]", value), steps
    if first in said:
        return (first, *written_at(said[first], tuple(rest)))
    methods = [name for name in said if name in catalog.names() and name != NULL_RATE]
    if first == "of" and NULL_RATE in said:
        return written_at(said, tuple(rest))
    for name in methods[:1]:
        inner = said[name]
        if isinstance(inner, dict) and first in inner:
            return (name, *written_at(cast("dict[str | int, Any]", inner), steps))
        if catalog.load(str(name)).arguments()[:1] == [first]:
            return (name, *written_at(inner, tuple(rest)))
    return ()


def _named(said: dict[str, Any]) -> dict[str, Any]:
    """With the method under its own word, where it is the name of its first argument, or of all of them."""
    named = [name for name in said if name in catalog.names()]
    if len(named) > 1:
        named = [name for name in named if name != NULL_RATE]
    if len(named) > 1:  # arguments are called like methods, too: step, state
        named = [name for name in named if {*named} - {name} <= {*catalog.load(name).arguments()}]
    if "references" in said and named in ([], [NULL_RATE]):
        return {catalog.METHOD: REFERENCE, **said}
    other = [word for word in said if word not in WORDS and word != NULL_RATE]
    if not named and other and not difflib.get_close_matches(str(other[0]), [catalog.METHOD], n=1):
        # Whatever it is, it stands where a method's name does: that is unknown, and perhaps close to one.
        return {catalog.METHOD: other[0], **{word: one for word, one in said.items() if word != other[0]}}
    if len(named) != 1:
        return said
    arguments = catalog.load(named[0]).arguments()
    inner, rest = said[named[0]], {name: one for name, one in said.items() if name != named[0]}
    if named[0] in {LIST, STRUCT} and isinstance(inner, dict) and _are_arguments(inner, arguments):
        return {catalog.METHOD: named[0], **cast("dict[str, Any]", inner), **rest}
    # What a method without arguments is given is told as an argument that it hasn't.
    given = dict.fromkeys(arguments[:1] or [named[0]], inner) if arguments or inner is not None else {}
    return {catalog.METHOD: named[0], **given, **rest}


def _are_arguments(said: dict[str, Any], arguments: list[str]) -> bool:
    """Whether a mapping names a method's arguments: the first one, and nothing else."""
    return arguments[0] in said and set(said) <= set(arguments)


def _split(said: dict[str, Any]) -> dict[str, Any]:
    """With the first argument of its own where it stands behind the method's name."""
    method = said[catalog.METHOD]
    name, dot, first = method.partition(".") if isinstance(method, str) else ("", "", "")
    if not dot or name not in catalog.names():
        return said
    rest = {word: one for word, one in said.items() if word != catalog.METHOD}
    return {catalog.METHOD: name, **dict.fromkeys(catalog.load(name).arguments()[:1], first), **rest}


def _with_parts(full: dict[str, Any]) -> dict[str, Any]:
    """With the methods within a method spelt out too, and names without an order in one of ours."""
    name = full.get(catalog.METHOD)
    if name not in catalog.names():
        return full
    loose = (word for word in catalog.load(name).unordered if isinstance(full.get(word), dict))
    found = {**full, **{word: [list(pair) for pair in sorted(full[word].items(), key=_rank)] for word in loose}}
    if "of" in full:
        found["of"] = spelt_out(full["of"])
    if name == STRUCT and isinstance(fields := full.get("fields"), dict):
        found["fields"] = {at: spelt_out(one) for at, one in cast("dict[str, Any]", fields).items()}
    return found


def _rank(pair: tuple[Any, Any]) -> tuple[str, Any]:
    """An order of names of any type, which is the same in whatever order they are written."""
    name, _ = pair
    return type(name).__name__, name if isinstance(name, int | float | str) else str(name)
