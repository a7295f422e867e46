"""A text of SQL → its statements, each with its line; data in between is passed over."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synth_assets.errors import UsageError, first_line

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_COPY = re.compile(
    r"^COPY\s+[^;]*?\bFROM\s+stdin[^;\n]*;[^\n]*\n(.*?)^\\\.\s*$", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_NO_SQL = re.compile(
    r"^(?:\\[^\n]*|GO[ \t]*|DELIMITER[ \t][^\n]*|SET\s+(?:ANSI_|QUOTED_)[^\n]*|USE[ \t][^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)


_CONDITIONAL = frozenset({"mysql", "singlestore", "doris", "starrocks"})
_CONDITION = re.compile(r"/\*!\d*(.*?)\*/", re.DOTALL)
"""A comment of MySQL that its server reads, from some version on: any is new enough."""


@dataclass(frozen=True)
class Statement:
    """A statement.

    Attributes:
        text: all the SQL that it is part of.
        tokens: its words, without the semicolon.
    """

    text: str
    tokens: "Sequence[Token]"

    @property
    def line(self) -> int:
        """Where it begins, from 1."""
        return self.tokens[0].line

    @property
    def words(self) -> list[str]:
        """Its words in capitals."""
        return [token.text.upper() for token in self.tokens]


@dataclass(frozen=True)
class Script:
    """A text of SQL.

    Attributes:
        text: without data and commands of programs; its lines are where they were.
        statements: in order.
        data: how many rows, at least, lay between them as those of a copy.
    """

    text: str
    statements: tuple[Statement, ...]
    data: int


def script(text: str, dialect: str, said: str) -> Script:
    """Cut a text into statements.

    Args:
        text: the text.
        dialect: one that sqlglot has.
        said: what messages call the text.

    Raises:
        UsageError: it can't be cut into words: it is no SQL of this dialect.
    """
    from sqlglot.dialects import Dialect
    from sqlglot.errors import TokenError

    copied: list[int] = []

    def blank(match: re.Match[str]) -> str:
        copied.append(match[1].count("\n"))
        head = match[0][: match.start(1) - match.start()]
        return re.sub(r"[^\n]", " ", head) + "\n" * match[0][len(head) :].count("\n")

    if dialect in _CONDITIONAL:
        text = _CONDITION.sub(lambda match: match[1] + " ", text)
    kept = _NO_SQL.sub(lambda match: ";" + " " * (len(match[0]) - 1), _COPY.sub(blank, text))
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(kept)
    except TokenError as error:
        raise UsageError(
            f"{said} can't be read as {dialect or 'SQL'}: {first_line(error)}.\n"
            "  Say which dialect it is. For example: --as ddl:mysql"
        ) from None
    return Script(kept, tuple(Statement(kept, one) for one in _cut(tokens)), sum(copied))


def _cut(tokens: "Sequence[Token]") -> "Iterator[list[Token]]":
    """Words between semicolons; bodies of functions and triggers have some of their own."""
    found: list[Token] = []
    for token in tokens:
        if token.text != ";" or token.token_type.name == "STRING":
            found.append(token)
            continue
        if found:
            yield found
        found = []
    if found:
        yield found


def items_of(tokens: "Sequence[Token]") -> "Iterator[list[Token]]":
    """What stands between commas that are in no brackets."""
    found: list[Token] = []
    depth = angles = 0
    for token in tokens:
        name = token.token_type.name
        depth += _DEPTH.get(name, 0)
        if angles or (name == "LT" and found and found[-1].text.upper() in _WITH_ANGLES):
            angles += _ANGLES.get(token.text, 0)
        if name == "COMMA" and depth == 0 and angles <= 0:
            yield found
            found, angles = [], 0
        else:
            found.append(token)
    if found:
        yield found


def closing(tokens: "Sequence[Token]", start: int) -> int:
    """Where the bracket closes that opens at a place; the end of the words if it doesn't."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += _DEPTH.get(tokens[place].token_type.name, 0)
        if depth == 0:
            return place
    return len(tokens)


_DEPTH = {"L_PAREN": 1, "R_PAREN": -1}
_ANGLES = {"<": 1, ">": -1, ">>": -2}
_WITH_ANGLES = frozenset({"STRUCT", "ARRAY", "MAP", "ROW", "NESTED", "TUPLE"})
"""Types whose own parts stand between angle brackets, with commas of their own."""
