"""Texts of others inside Markdown: whatever they hold, they are shown as they are, and change nothing around them.

What is written here reads the same on code hosts (GitHub's Markdown) and in MkDocs (Python-Markdown).
"""

import re
import string
from collections.abc import Sequence
from html import escape

from synth_assets.documents.shown import in_line

_MEANT = re.compile(
    r"""(?P<slash>[\\`*\[\]{|])        # code, emphasis, links, attributes, cells of tables
    | (?P<rim>(?<![^\W_])_|_(?![^\W_])) # emphasis again; inside a word a line is only a line
    | (?P<entity>&(?=\#?\w+;)|<|\$|(?<=~)~|~(?=~))""",
    re.VERBOSE,
)
_IN_CODE = {ord(sign): f"&#{ord(sign)};" for sign in string.punctuation}


def as_markdown(text: str, most: int | None = None) -> str:
    r"""A text as Markdown of one line that shows it, in a paragraph or in a cell of a table.

    Args:
        text: of one or more lines; white space becomes one space.
        most: letters; the rest of a longer one is left out.

    Example:
        >>> print(as_markdown("a|b <script> `x` snake_case __all__"))
        a\|b &lt;script> \`x\` snake_case \_\_all\_\_
    """
    said = cut(in_line(" ".join(text.split())), most)
    first = re.match(r"\d{1,9}(?=[.)])|", said)
    digits = first[0] if first else ""
    rest = _MEANT.sub(_harmless, said[len(digits) :])
    begins = digits or said[:1] in {"#", ">", "+", "-"}
    return f"{digits}\\{rest}" if begins and rest else digits + rest


def code_span(text: str, most: int | None = None) -> str:
    r"""A text as code of one line, in a paragraph or in a cell of a table; nothing of an empty one.

    Example:
        >>> print(code_span("to_be"), code_span("a|b"))
        `to_be` <code>a&#124;b</code>
    """
    said = cut(in_line(text), most)
    if not said or said.isspace() or "`" in said or "|" in said:
        return f"<code>{said.translate(_IN_CODE)}</code>" if said else ""
    return f"`{said}`"


def cut(text: str, most: int | None) -> str:
    """A text of so many letters at most.

    Example:
        >>> cut("so many words", 8)
        'so many…'
    """
    return text if most is None or len(text) <= most else text[: most - 1].rstrip() + "…"


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells that are Markdown already; the first is the head."""
    head, *body = rows
    return "\n".join("| " + " | ".join(line) + " |" for line in [head, ["---"] * len(head), *body])


def fenced(text: str, language: str = "text") -> str:
    """Lines as a block of code, whatever they hold."""
    longest = max(map(len, re.findall(r"`{3,}", text)), default=2)
    return "\n".join([f"{'`' * (longest + 1)}{language}", *map(in_line, text.split("\n")), "`" * (longest + 1)])


def _harmless(found: re.Match[str]) -> str:
    if found["entity"] is None:
        return f"\\{found[0]}"
    return escape(found[0]) if found[0] in "<&" else f"&#{ord(found[0])};"
