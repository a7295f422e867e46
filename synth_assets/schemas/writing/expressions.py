"""Trees of the language's expressions, written again with other names."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from synth_assets.columns.basis.formulas.syntax import Call, Literal, MomentLiteral, Name, Tree
from synth_assets.schemas.writing.bounds import Cell

_WORDS = frozenset(
    {"and", "or", "not", "is", "null", "in", "between", "case", "when", "then", "else", "end", "true", "false", "date",
     "timestamp"}
)  # fmt: skip
_SIGNS = frozenset({"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "||", "and", "or"})


def quoted_name(name: str) -> str:
    """A column's name within an expression."""
    return f'"{name}"' if name.lower() in _WORDS else name


def expression_text(tree: Tree, names: Mapping[str, str]) -> str:
    """A tree as text.

    Args:
        tree: of an expression.
        names: what columns are called in the text; others as they are.
    """
    if isinstance(tree, Name):
        return quoted_name(names.get(tree.name, tree.name))
    if isinstance(tree, Literal):
        return _literal(tree.value)
    if isinstance(tree, MomentLiteral):
        return moment_text(tree.kind, tree.value)
    parts = [expression_text(one, names) for one in tree.of]
    around = [
        f"({part})" if isinstance(one, Call) and _is_loose(one) else part
        for one, part in zip(tree.of, parts, strict=True)
    ]
    if tree.name in _SIGNS and len(parts) > 1:
        return f" {tree.name} ".join(around)
    return _called(tree.name, parts, around)


def _called(name: str, parts: list[str], around: list[str]) -> str:
    if name == "not":
        return f"not ({parts[0]})"
    if name == "negative":
        return f"-{around[0]}"
    if name == "is null":
        return f"{around[0]} is null"
    if name == "in":
        return f"{around[0]} in ({', '.join(parts[1:])})"
    if name == "case":
        pairs = zip(parts[0:-1:2], parts[1::2], strict=False)
        whens = " ".join(f"when {when} then {then}" for when, then in pairs)
        otherwise = f" else {parts[-1]}" if len(parts) % 2 else ""
        return f"case {whens}{otherwise} end"
    return f"{name}({', '.join(parts)})"


def _is_loose(tree: Call) -> bool:
    return tree.name in _SIGNS or tree.name in {"not", "is null", "in", "negative"}


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def cell_text(cell: Cell | None, family: str) -> str:
    """A value within an expression."""
    if isinstance(cell, int) and not isinstance(cell, bool) and family in {"date", "timestamp"}:
        return moment_text(family, cell)
    text = _literal(cell)
    return f"({text})" if text.startswith("-") else text


def moment_text(kind: str, value: int) -> str:
    """A day, or a time, within an expression."""
    if kind == "date":
        return f"date '{(date(1970, 1, 1) + timedelta(days=value)).isoformat()}'"
    return f"timestamp '{datetime.fromtimestamp(value, UTC).strftime('%Y-%m-%d %H:%M:%S')}'"


def renamed(text: str, names: Mapping[str, str]) -> str:
    """An expression over columns in double quotes, over what they are called in the language."""
    return re.sub(
        r"'(?:[^']|'')*'|\"([^\"]+)\"",
        lambda found: quoted_name(names.get(found[1], found[1])) if found[1] else found[0],
        text,
    )
