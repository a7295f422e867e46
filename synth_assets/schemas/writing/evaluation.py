"""What a condition comes to where only some columns are known."""

from collections.abc import Mapping
from decimal import Decimal

from synth_assets.columns.basis.formulas.syntax import Call, Literal, MomentLiteral, Name, Tree
from synth_assets.schemas.writing.bounds import Cell


class NotKnown:
    """What hangs on columns that aren't known."""


class There:
    """A cell of which is known only that it isn't missing."""


State = Cell | type[There] | None
"""What is known of a column: its value, that it is there, or that it is missing."""


def evaluated(tree: Tree, cells: Mapping[str, State]) -> "State | type[NotKnown]":
    """A tree's value where only some columns are known, as SQL computes with what is missing.

    Args:
        tree: the tree.
        cells: of columns that are known; ``None`` for one that is missing.

    Returns:
        the value, ``None`` if it is missing, :class:`NotKnown` if it hangs on others.
    """
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, MomentLiteral):
        return tree.value
    if isinstance(tree, Name):
        return cells.get(tree.name, NotKnown) if tree.name in cells else NotKnown
    return _call(tree, [evaluated(one, cells) for one in tree.of])


def _call(tree: Call, of: list) -> "State | type[NotKnown]":  # noqa: C901, PLR0911 - one line an operator
    name = tree.name
    if name == "is null":
        return NotKnown if of[0] is NotKnown else of[0] is None
    if name == "coalesce":
        return next((one for one in of if one is not None), None)
    of = [NotKnown if one is There else one for one in of]
    if name == "and":
        return (
            False if any(one is False for one in of) else NotKnown if NotKnown in of else None if None in of else True
        )
    if name == "or":
        return True if any(one is True for one in of) else NotKnown if NotKnown in of else None if None in of else False
    if name == "if":
        return NotKnown if of[0] is NotKnown else of[1] if of[0] is True else of[2]
    if name == "case":
        pairs = list(zip(of[0::2], of[1::2], strict=False))
        for when, then in pairs:
            if when is NotKnown:
                return NotKnown
            if when is True:
                return then
        return of[-1] if len(of) % 2 else None
    if any(one is None for one in of):
        return None if name in _PLAIN else NotKnown
    if NotKnown in of:
        return NotKnown
    try:
        return _PLAIN[name](*of) if name in _PLAIN else NotKnown
    except (TypeError, ArithmeticError, ValueError):
        return NotKnown


_PLAIN = {
    "not": lambda a: not a,
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Decimal(a) / Decimal(b) if b else None,
    "%": lambda a, b: a % b if b else None,
    "mod": lambda a, b: a % b if b else None,
    "days_between": lambda a, b: b - a,
    "add_days": lambda a, b: a + b,
    "seconds_between": lambda a, b: b - a,
    "add_seconds": lambda a, b: a + b,
    "least": min,
    "greatest": max,
    "negative": lambda a: -a,
    "in": lambda a, *some: a in some,
    "length": len,
    "lower": str.lower,
    "upper": str.upper,
    "abs": abs,
    "left": lambda a, n: a[:n],
    "right": lambda a, n: a[-n:] if n else "",
    "starts_with": str.startswith,
    "contains": lambda a, b: b in a,
    "||": lambda a, b: a + b,
}
