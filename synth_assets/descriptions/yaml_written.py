"""YAML that every reader reads alike: blocks, and texts in quotes wherever they might be something else."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ ,./()=<>+*;'{}-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}
"""What some reader takes for something else than a text."""


def written_yaml(value: Any) -> str:
    """A value of dictionaries, lists, texts, numbers and booleans, in the order that it has.

    Example:
        >>> print(written_yaml({"a": [1, "no", {"b": "c d"}]}), end="")
        a:
          - 1
          - "no"
          - b: c d
    """
    return "\n".join(_lines(value)) + "\n"


def without_nothing(value: Any) -> Any:
    """The value without members that are ``None``, and empty texts, lists and objects.

    Example:
        >>> without_nothing({"a": [], "b": {"c": None}, "d": False})
        {'d': False}
    """
    if isinstance(value, dict):
        members = {name: without_nothing(one) for name, one in cast("dict[str, Any]", value).items()}
        return {name: one for name, one in members.items() if one is not None and one not in ("", [], {})}
    return [without_nothing(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, one in cast("dict[str, Any]", value).items():
            yield from _under(f"{_scalar(name)}:", one)
    elif isinstance(value, list) and value:
        for one in cast("list[Any]", value):
            first, *rest = _lines(one)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _under(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield name
        yield from (f"  {line}" for line in _lines(value))
    else:
        yield f"{name} {_scalar(value)}"


def _scalar(value: Any) -> str:
    """A text as it is, if that can't be taken for something else; all else as JSON, which is YAML."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value[-1] != " " and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
