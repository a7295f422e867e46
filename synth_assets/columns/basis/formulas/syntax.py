"""The text of an expression → a tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from synth_assets.errors import shortened

LONGEST = 4_000
"""Characters of an expression."""

DEEPEST = 100
"""Operators and brackets within each other."""

_TOKENS = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<quoted>(?:[A-Za-z_]\w*\.)?\"[^\"]+\")"
    r"|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)"
    r"|(?P<sign><>|<=|>=|!=|\|\||[-+*/%=<>(),]))",
    re.ASCII,
)
_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORDS = frozenset(
    {"and", "or", "not", "is", "null", "in", "between", "case", "when", "then", "else", "end", "true", "false"}
)
_CONSTANTS = {"true": True, "false": False, "null": None}


class ExpressionError(ValueError):
    """A text that is no expression, or one over things that don't go together; in a sentence, and the next step."""


@dataclass(frozen=True)
class Literal:
    """A value that stands there: a whole number, a decimal, text, true, false or null."""

    value: int | Decimal | str | bool | None


@dataclass(frozen=True)
class MomentLiteral:
    """``date '2026-01-01'`` or ``timestamp '2026-01-01 12:30:00'``, in days or seconds since 1970."""

    kind: str
    value: int


@dataclass(frozen=True)
class Name:
    """A column of the row, or as ``table.column`` of the row that it refers to."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function, or an operator under its sign, of some trees."""

    name: str
    of: "tuple[Tree, ...]"


Tree = Literal | MomentLiteral | Name | Call


def parsed(text: str) -> Tree:
    """Read an expression.

    Raises:
        ExpressionError: it is none; says what stands where.

    Example:
        >>> parsed("hours * 48.00")
        Call(name='*', of=(Name(name='hours'), Literal(value=Decimal('48.00'))))
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"it has {len(text):,} characters, and at most {LONGEST:,} are read.\n  Split it.")
    return _Parser(text).whole()


def names_in(tree: Tree) -> Iterator[str]:
    """The names in a tree, in their order, as often as they stand there."""
    if isinstance(tree, Name):
        yield tree.name
    elif isinstance(tree, Call):
        for one in tree.of:
            yield from names_in(one)


class _Parser:
    """Takes one token after the other; each level of precedence is a method."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._tokenised())
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        if not self._tokens:
            raise ExpressionError("it is empty.\n  For example: hours * 48.00")
        tree = self._either()
        if self._at < len(self._tokens):
            self._unexpected()
        return tree

    def _tokenised(self) -> "Iterator[tuple[str, str]]":
        at = 0
        text = self._text.rstrip()
        while at < len(text):
            found = _TOKENS.match(text, at)
            if not found or found.lastgroup is None:
                begun = text[at:].lstrip()
                raise ExpressionError(f"{shortened(repr(begun[:20]))} can't be read.\n  See docs/expressions.md.")
            yield found.lastgroup, found[found.lastgroup]
            at = found.end()

    # Tokens

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _is(self, *words: str) -> bool:
        kind, token = self._peek()
        return kind in {"sign", "name"} and token.lower() in words

    def _take(self, *words: str) -> str:
        """The next token if it is one of these words or signs; empty if it isn't."""
        if not self._is(*words):
            return ""
        self._at += 1
        return self._tokens[self._at - 1][1].lower()

    def _need(self, word: str) -> None:
        if not self._take(word):
            self._unexpected(word)

    def _unexpected(self, wanted: str = "") -> NoReturn:
        kind, token = self._peek()
        there = "it ends" if kind == "end" else f"{shortened(repr(token))} stands"
        where = f"{there} where {wanted!r} should stand" if wanted else f"{there} where it makes no sense"
        raise ExpressionError(f"{where}.\n  Correct it there; docs/expressions.md shows all that there is.")

    # Precedence, the loosest first

    def _either(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(f"it nests more than {DEEPEST} deep.\n  Split it over several columns.")
        left = self._both()
        while self._take("or"):
            left = Call("or", (left, self._both()))
        self._depth -= 1
        return left

    def _both(self) -> Tree:
        left = self._denied()
        while self._take("and"):
            left = Call("and", (left, self._denied()))
        return left

    def _denied(self) -> Tree:
        count = 0
        while self._take("not"):
            count += 1
        tree = self._compared()
        return Call("not", (tree,)) if count % 2 else tree

    def _compared(self) -> Tree:
        left = self._sum()
        while True:
            if sign := self._take(*_COMPARISONS):
                left = Call(_COMPARISONS[sign], (left, self._sum()))
            elif self._take("is"):
                is_not = bool(self._take("not"))
                self._need("null")
                left = Call("is null", (left,))
                left = Call("not", (left,)) if is_not else left
            elif self._is("not", "in", "between"):
                left = self._among(left)
            else:
                return left

    def _among(self, left: Tree) -> Tree:
        is_not = bool(self._take("not"))
        if self._take("in"):
            self._need("(")
            found = Call("in", (left, *self._several()))
        else:
            self._need("between")
            low = self._sum()
            self._need("and")
            found = Call("and", (Call(">=", (left, low)), Call("<=", (left, self._sum()))))
        return Call("not", (found,)) if is_not else found

    def _sum(self) -> Tree:
        left = self._product()
        while sign := self._take("+", "-", "||"):
            left = Call("joined" if sign == "||" else sign, (left, self._product()))
        return left

    def _product(self) -> Tree:
        left = self._signed()
        while sign := self._take("*", "/", "%"):
            left = Call(sign, (left, self._signed()))
        return left

    def _signed(self) -> Tree:
        count = 0
        while sign := self._take("-", "+"):
            count += sign == "-"
        tree = self._atom()
        return Call("negative", (tree,)) if count % 2 else tree

    def _atom(self) -> Tree:
        kind, token = self._peek()
        self._at += 1
        if kind == "number":
            return Literal(Decimal(token) if "." in token else int(token))
        if kind == "text":
            return Literal(token[1:-1].replace("''", "'"))
        if kind == "quoted":
            return Name(token.replace('"', ""))
        if kind == "name":
            return self._named(token)
        self._at -= 1
        if not self._take("("):
            self._unexpected()
        tree = self._either()
        self._need(")")
        return tree

    def _named(self, name: str) -> Tree:
        word = name.lower()
        if word == "case":
            return self._case()
        if word in {"date", "timestamp"} and self._peek()[0] == "text":
            return self._moment(word)
        if self._take("("):
            return Call(word, self._several())
        if word in _CONSTANTS:
            return Literal(_CONSTANTS[word])
        if word in _WORDS:
            self._at -= 1
            self._unexpected()
        return Name(name)

    def _several(self) -> "tuple[Tree, ...]":
        if self._take(")"):
            return ()
        found = [self._either()]
        while self._take(","):
            found.append(self._either())
        self._need(")")
        return tuple(found)

    def _case(self) -> Tree:
        """``case when … then … else … end``: condition, value, condition, value, …, and what else."""
        found: list[Tree] = []
        while self._take("when"):
            found.append(self._either())
            self._need("then")
            found.append(self._either())
        if not found:
            self._unexpected("when")
        found.append(self._either() if self._take("else") else Literal(None))
        self._need("end")
        return Call("case", tuple(found))

    def _moment(self, kind: str) -> Tree:
        from datetime import datetime

        token = self._peek()[1][1:-1]
        self._at += 1
        try:
            moment = datetime.fromisoformat(token)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None or moment.microsecond:
            good = "date '2026-01-31'" if kind == "date" else "timestamp '2026-01-31 12:30:00'"
            raise ExpressionError(f"{shortened(repr(token))} is no {kind}.\n  For example: {good}")
        since = moment - datetime(1970, 1, 1)  # noqa: DTZ001 - all times are UTC
        return MomentLiteral(kind, since.days if kind == "date" else since.days * 86_400 + since.seconds)
