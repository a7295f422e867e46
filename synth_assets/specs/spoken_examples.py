"""Examples of methods as Python says them → as the authors of files write them."""

import ast
import json
import re
from typing import Any

from synth_assets.columns.basis import catalog

_CALL = re.compile(r"(?P<before>For example: )(?P<call>(?P<name>[a-z_]+)\(.*\))$", re.MULTILINE)
_REFERENCE = re.compile(r"(?<=For example: )column\(.*, references=\"([a-z_]+)\"\)$", re.MULTILINE)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_TEXT = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
"""Names that some readers of YAML take for other values."""


def in_yaml(text: str) -> str:
    """A message with its examples in YAML.

    Example:
        >>> in_yaml("  For example: integers(low=1, high=6)")
        '  For example: {method: integers, low: 1, high: 6}'
        >>> in_yaml('  For example: pattern("{8 digits}", unique=True)')
        '  For example: {pattern: "{8 digits}", unique: true}'
    """
    text = _REFERENCE.sub(r"{references: \1}", text)
    return _CALL.sub(lambda found: f"{found['before']}{_written(found['call'], found['name'])}", text)


def _written(call: str, name: str) -> str:
    """A call as a mapping; what is no call of a method with plain values stays as it is."""
    if name not in catalog.names():
        return call
    try:
        made = ast.parse(call, mode="eval").body
        if not isinstance(made, ast.Call) or len(made.args) > 1:
            return call
        first = {name: ast.literal_eval(made.args[0])} if made.args else {catalog.METHOD: name}
        rest = {str(one.arg): ast.literal_eval(one.value) for one in made.keywords}
    except (SyntaxError, ValueError):
        return call
    return _flow({**first, **rest})


def _flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_word(of)}: {_flow(one)}' for of, one in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(one) for one in value)}]"
    return _word(value)


def _word(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NOT_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
