"""Numbers of rows and days that follow from parameters: ``customers * 4``."""

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from synth_assets.columns.basis.formulas.syntax import Call, ExpressionError, Literal, Name, Tree, names_in, parsed
from synth_assets.errors import UsageError, unknown

GREATEST = 1_000_000_000_000
"""Rows of a table."""

_HALF = Fraction(1, 2)
_FUNCTIONS: dict[str, Callable[..., Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "negative": lambda a: -a,
    "min": min,
    "max": max,
    "least": min,
    "greatest": max,
    "round": lambda a: Fraction(math.floor(a + _HALF)),
    "floor": lambda a: Fraction(math.floor(a)),
    "ceil": lambda a: Fraction(math.ceil(a)),
}
_OPERANDS = {"+": 2, "-": 2, "*": 2, "/": 2, "negative": 1, "round": 1, "floor": 1, "ceil": 1}
ALLOWED = "numbers, parameters, + - * /, brackets, min, max, round, floor and ceil"


@dataclass(frozen=True)
class Amount:
    """A number that parameters give: exact, and at the end rounded to the nearest whole one, halves up.

    Attributes:
        text: as it is written.
        tree: what it says.
    """

    text: str
    tree: Tree

    def of(self, params: Any) -> int:
        """The number, with such parameters.

        Raises:
            UsageError: it divides by 0, is below 0, or more than a table has rows.
        """
        try:
            exact = _value(self.tree, params)
        except ZeroDivisionError:
            raise UsageError(f"{self.text} divides by 0{self._with(params)}.\n  Choose other parameters.") from None
        number = math.floor(exact + _HALF)
        if not 0 <= number <= GREATEST:
            told = f"{self.text} is {number:,}{self._with(params)}; it is a number from 0 to {GREATEST:,}."
            example = f"max({self.text}, 0)" if number < 0 else f"min({self.text}, {GREATEST})"
            raise UsageError(f"{told}\n  Choose other parameters. For example: {example}")
        return number

    def _with(self, params: Any) -> str:
        names = dict.fromkeys(names_in(self.tree))
        return f" with {', '.join(f'{name}={getattr(params, name)}' for name in names)}" if names else ""


def amount_of(text: str, parameters: Collection[str]) -> Amount:
    """The number that a text says.

    Args:
        text: a calculation over parameters.
        parameters: their names.

    Raises:
        UsageError: it says none; without a place.
    """
    try:
        tree = parsed(text)
    except ExpressionError as error:
        raise UsageError(f"{text!r}: {str(error).partition(chr(10))[0]}\n  For example: customers * 4") from None
    for problem in _problems(tree):
        raise UsageError(f"{text!r}: {problem}\n  It is made of {ALLOWED}. For example: customers * 4")
    for name in names_in(tree):
        if name not in parameters:
            raise unknown("parameter", name, parameters, "Declare it in parameters, or write a number.")
    return Amount(text, tree)


def _problems(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Literal):
        if isinstance(tree.value, bool) or not isinstance(tree.value, int | Decimal):
            yield f"{tree.value!r} is no number."
    elif isinstance(tree, Call):
        if tree.name not in _FUNCTIONS:
            yield f"{tree.name} isn't for numbers of rows."
        elif len(tree.of) != _OPERANDS.get(tree.name, max(len(tree.of), 1)):
            yield f"{tree.name} takes {_OPERANDS.get(tree.name, 1)} of them, not {len(tree.of)}."
        for one in tree.of:
            yield from _problems(one)
    elif not isinstance(tree, Name):
        yield "a time is no number."


def _value(tree: Tree, params: Any) -> Fraction:
    if isinstance(tree, Name):
        return Fraction(getattr(params, tree.name))
    if isinstance(tree, Call):
        return _FUNCTIONS[tree.name](*(_value(one, params) for one in tree.of))
    assert isinstance(tree, Literal)  # noqa: S101 - `amount_of` has refused others
    return Fraction(tree.value or 0)
