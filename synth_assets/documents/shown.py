"""What a terminal is shown: texts of others with whatever a terminal would act on made visible.

Names of folders, tables and columns, texts in files and cells of a candidate may hold the escapes of a terminal, marks
that turn the direction of writing, or bytes that are no text. Whatever is printed goes through here.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_ACTED_ON = (
    "\x00-\x1f\x7f-\x9f"  # controls: escapes, carriage returns, bells
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction of writing
    "\u00ad\u200b\u2028\u2029\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # not seen, or breaks lines
    "\ud800-\udfff"  # bytes of a file's name that are no UTF-8
)
_ANYWHERE = re.compile(f"[{_ACTED_ON}]")
_WITHIN_LINES = re.compile(f"(?!\n)[{_ACTED_ON}]")


def visible(text: str) -> str:
    r"""A text of one or more lines as a terminal may be given it; lines end where they did.

    Example:
        >>> print(visible("a\x1b[2Jb"))
        a\x1b[2Jb
    """
    return _WITHIN_LINES.sub(_escaped, text)


def in_line(text: str) -> str:
    r"""A text that has to stay in its line: a cell, a name.

    Example:
        >>> print(in_line("a\nb"))
        a\nb
    """
    return _ANYWHERE.sub(_escaped, text)


def shown_json(value: Any, indent: int | None = None, default: Callable[[Any], Any] | None = None) -> str:
    r"""A value as JSON, readable, and without what a terminal would act on.

    Args:
        value: what :func:`json.dumps` takes.
        indent: spaces of a level; one line without.
        default: what becomes of values that JSON has no type for.

    Example:
        >>> print(shown_json({"name": "Åsa\x9b"}))
        {"name": "Åsa\u009b"}
    """
    return _WITHIN_LINES.sub(_json_escaped, json.dumps(value, indent=indent, default=default, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte, as `os.fsdecode` keeps it
        return f"\\x{code - 0xDC00:02x}"
    return found[0].encode("unicode_escape", "surrogatepass").decode("ascii")


def _json_escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
