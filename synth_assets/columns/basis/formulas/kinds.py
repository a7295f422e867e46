"""What an expression gives: its kind, how many digits after the point, and whether it may be missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from synth_assets.columns.basis.formulas.functions import (
    ANY,
    BOOLEAN,
    DAY,
    FLOAT,
    FUNCTIONS,
    NUMBER,
    REFUSED,
    TEXT,
    TIME,
)
from synth_assets.columns.basis.formulas.syntax import Call, ExpressionError, Literal, MomentLiteral, Name, Tree
from synth_assets.errors import unknown

MOST_SCALE = 12
"""Digits after the point."""

DIVIDED = 6
"""Digits after the point that a division gives at least."""

MISSING = "missing"
"""The kind of null."""

_ARITHMETIC = {"+", "-", "*", "/", "%", "negative"}
_COMPARED = {"=", "<>", "<", "<=", ">", ">=", "in"}
_LOGIC = {"and", "or", "not"}


@dataclass(frozen=True)
class KnownValue:
    """What is known of a value before there is one.

    Attributes:
        kind: one of those of :mod:`.functions`.
        scale: digits after the point of a number.
        nullable: whether it may be missing.
    """

    kind: str
    scale: int = 0
    nullable: bool = False


Resolve = Callable[[str], KnownValue]
"""What is known of a column."""


def known(tree: Tree, of: Resolve) -> KnownValue:
    """What a tree gives.

    Raises:
        ExpressionError: things that don't go together, or a function that isn't there.
    """
    if not isinstance(tree, Call):
        return _leaf(tree, of)
    found = [known(one, of) for one in tree.of]
    nullable = any(one.nullable for one in found)
    if tree.name in _ARITHMETIC:
        return _arithmetic(tree, found, nullable=nullable)
    if tree.name in _COMPARED or tree.name in _LOGIC or tree.name == "is null":
        return _truth(tree.name, found, nullable=nullable)
    if tree.name == "case":
        return _case(found)
    if tree.name == "joined":
        for one in found:
            _need("||", one, TEXT)
        return KnownValue(TEXT, nullable=nullable)
    return _function(tree, found, nullable=nullable)


def _leaf(tree: Literal | MomentLiteral | Name, of: Resolve) -> KnownValue:
    if isinstance(tree, Name):
        return of(tree.name)
    if isinstance(tree, MomentLiteral):
        return KnownValue(DAY if tree.kind == "date" else TIME)
    return _literal(tree)


def _truth(name: str, found: Sequence[KnownValue], *, nullable: bool) -> KnownValue:
    """What comparisons and connections of them give."""
    if name in _COMPARED:
        _alike(name, found)
    elif name in _LOGIC:
        for one in found:
            _need(name, one, BOOLEAN)
    return KnownValue(BOOLEAN, nullable=nullable and name != "is null")


def _literal(tree: Literal) -> KnownValue:
    value = tree.value
    if value is None:
        return KnownValue(MISSING, nullable=True)
    if isinstance(value, bool):
        return KnownValue(BOOLEAN)
    if isinstance(value, str):
        return KnownValue(TEXT)
    scale = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else 0
    if scale > MOST_SCALE or abs(value) >= 10 ** (18 - scale):
        raise ExpressionError(
            f"{value} has more digits than a decimal.\n  Write at most 18, {MOST_SCALE} after the point."
        )
    return KnownValue(NUMBER, scale)


def _arithmetic(tree: Call, found: Sequence[KnownValue], *, nullable: bool) -> KnownValue:
    sign = tree.name
    for one in found:
        if one.kind not in {NUMBER, FLOAT, MISSING}:
            way = "  Texts are joined by ||; days and times move by add_days and add_seconds."
            raise ExpressionError(f"{_spoken(sign)} is for numbers, not for a {one.kind}.\n{way}")
    if any(one.kind == FLOAT for one in found):
        if sign == "%":
            raise ExpressionError("% of floats isn't exact.\n  Declare the column as a decimal.")
        return KnownValue(FLOAT, nullable=nullable or sign == "/")
    scales = [one.scale for one in found]
    if sign in {"/", "%"}:
        nullable = nullable or _may_be_zero(tree.of[1])
    if sign == "/":
        return KnownValue(NUMBER, max(DIVIDED, *scales), nullable=nullable)
    scale = sum(scales) if sign == "*" else max(scales)
    if scale > MOST_SCALE:
        raise ExpressionError(
            f"{_spoken(sign)} gives {scale} digits after the point, and there are {MOST_SCALE} at most.\n"
            "  Round one of both. For example: round(rate, 4) * price"
        )
    return KnownValue(NUMBER, scale, nullable=nullable)


def _may_be_zero(divisor: object) -> bool:
    """Whether dividing by it may give what is missing; not by a number that stands there."""
    return not (isinstance(divisor, Literal) and bool(divisor.value))


def _case(found: Sequence[KnownValue]) -> KnownValue:
    for one in found[:-1:2]:
        _need("when", one, BOOLEAN)
    values = [*found[1:-1:2], found[-1]]
    return replace(_alike("case", values), nullable=any(one.nullable for one in values))


def _function(tree: Call, found: Sequence[KnownValue], *, nullable: bool) -> KnownValue:
    name = tree.name
    if name in REFUSED:
        more = "docs/expressions.md lists the functions that there are."
        raise ExpressionError(f"{name} needs {REFUSED[name]}.\n  {more}")
    if name not in FUNCTIONS:
        raise ExpressionError(str(unknown("function", name, FUNCTIONS, "docs/expressions.md explains them.")))
    _check_arguments(tree, found)
    if name in {"least", "greatest", "coalesce", "if", "nullif"}:
        return _chosen(name, found)
    gives = FUNCTIONS[name].gives
    nullable = (nullable or (name == "mod" and _may_be_zero(tree.of[1]))) and name != "concat"
    return KnownValue(found[0].kind if gives == "first" else gives, _scale(tree, found), nullable)


def _chosen(name: str, found: Sequence[KnownValue]) -> KnownValue:
    """What functions give that take one of their arguments."""
    if name == "if":
        return replace(_alike(name, found[1:]), nullable=found[1].nullable or found[2].nullable)
    alike = _alike(name, found)
    if name == "nullif":
        return replace(alike, scale=found[0].scale, nullable=True)
    return replace(alike, nullable=all(one.nullable for one in found))


def _scale(tree: Call, found: Sequence[KnownValue]) -> int:
    """Digits after the point of a function's number."""
    if tree.name == "round":
        digits = tree.of[1].value if len(tree.of) > 1 and isinstance(tree.of[1], Literal) else 0
        return min(max(int(digits or 0), 0), found[0].scale)
    if tree.name == "mod":
        return max(one.scale for one in found)
    return found[0].scale if tree.name == "abs" else 0


def _check_arguments(tree: Call, found: Sequence[KnownValue]) -> None:
    function = FUNCTIONS[tree.name]
    least = sum(not one.endswith(("?", "*")) for one in function.takes)
    most = None if function.takes[-1].endswith("*") else len(function.takes)
    if len(found) < least or (most is not None and len(found) > most):
        raise ExpressionError(
            f"{tree.name} has {len(found)} arguments, and takes {least}{'' if most == least else ' or more'}.\n"
            f"  For example: {function.example}"
        )
    for at, (one, part) in enumerate(zip(found, tree.of, strict=True)):
        wanted = function.takes[min(at, len(function.takes) - 1)].rstrip("?*")
        if wanted.startswith("literal"):
            is_one = isinstance(part, Literal) and isinstance(part.value, str if "text" in wanted else int)
            if not is_one or isinstance(part.value, bool):  # pyright: ignore[reportAttributeAccessIssue] - it is one
                what = "a text" if "text" in wanted else "a whole number"
                more = f"For example: {function.example}"
                raise ExpressionError(f"argument {at + 1} of {tree.name} is {what}, written there itself.\n  {more}")
        elif wanted in {"first", "second"}:
            continue  # looked at together
        elif wanted != ANY:
            _need(tree.name, one, wanted)
        elif one.kind == FLOAT and tree.name == "text":
            raise ExpressionError("text of a float isn't the same everywhere.\n  Declare the column as a decimal.")


def _need(what: str, one: KnownValue, kind: str) -> None:
    if one.kind in {kind, MISSING} or (kind == DAY and one.kind == TIME):
        return
    more = (
        "  Declare that column as a decimal." if one.kind == FLOAT else "  docs/expressions.md has an example of each."
    )
    raise ExpressionError(f"{_spoken(what)} takes a {kind}, not a {one.kind}.\n{more}")


def _alike(what: str, found: Sequence[KnownValue]) -> KnownValue:
    """What several values have in common that are compared, or of which one is taken."""
    kinds = list(dict.fromkeys(one.kind for one in found if one.kind != MISSING))
    if {*kinds} == {NUMBER, FLOAT}:
        kinds = [FLOAT]
    if len(kinds) > 1:
        raise ExpressionError(
            f"{_spoken(what)} is for values of one kind, not for a {' and a '.join(kinds)}.\n"
            "  Make them alike. For example: to_date(paid_at) = date '2026-01-31'"
        )
    scale = max((one.scale for one in found), default=0)
    return KnownValue(kinds[0] if kinds else MISSING, scale, any(one.nullable for one in found))


def _spoken(name: str) -> str:
    return {"negative": "-", "when": "case when"}.get(name, name)
