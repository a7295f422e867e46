"""Constraints of a dictionary: keys that are kept for others, and references to such keys."""

import difflib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

_KEYS = ("name", "tipo", "fields", "watermark")
_EXAMPLES = {
    "PK": {"categories": {"name": "categories", "tipo": "PK", "fields": ["category_id VARCHAR(4)"]}},
    "FK": {"categories": {"name": "categories", "tipo": "FK", "fields": ["category_id"], "watermark": 60}},
}


@dataclass(frozen=True)
class Constraint:
    """A constraint: a key that is kept, or a reference to one.

    Attributes:
        label: its key in the dictionary.
        name: of the table in which keys are kept.
        tipo: PK keeps the keys of the frame's rows, FK adds columns with keys that were kept.
        fields: the key's columns; of a PK each with a type of SQL behind it, or none.
        watermark: seconds within which a key was kept that an FK refers to; ``None`` for any.
    """

    label: str
    name: str
    tipo: Literal["PK", "FK"]
    fields: tuple[str, ...]
    watermark: float | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the key's columns."""
        return tuple(field.split()[0] for field in self.fields)


def constraints_of(said: Any, problems: list[str]) -> tuple[Constraint, ...]:
    """The constraints that a dictionary has; none without.

    Args:
        said: what stands at ``constraints``.
        problems: what is wrong with them is added here.
    """
    if said is None:
        return ()
    if not isinstance(said, dict):
        problems.append(f"❌ 'constraints' must be a dictionary of constraints{_example('PK')}")
        return ()
    found: list[Constraint] = []
    for label, one in cast("dict[Any, Any]", said).items():
        wrong = list(_wrong(one))
        tipo = one.get("tipo") if isinstance(one, dict) else ""
        example = _example("FK" if tipo == "FK" else "PK")
        problems.extend(f"❌ Constraint '{label}': {problem}{example}" for problem in wrong)
        if not wrong:
            fields, watermark = tuple(one["fields"]), one.get("watermark")
            found.append(Constraint(str(label), one["name"], one["tipo"], fields, watermark))
    return tuple(found)


def _example(tipo: str) -> str:
    return f"\n   Correct example:\n   {json.dumps({'constraints': _EXAMPLES[tipo]})}"


def _wrong(said: Any) -> Iterator[str]:
    if not isinstance(said, dict):
        yield "it must be a dictionary with name, tipo and fields"
        return
    words = cast("dict[str, Any]", said)
    for name in ("name", "tipo", "fields"):
        if name not in words:
            yield f"Missing required field '{name}'"
    for name in words:
        if name not in _KEYS:
            close = difflib.get_close_matches(str(name)[:100], _KEYS, n=1)
            hint = f"; did you mean '{close[0]}'?" if close else "."
            yield f"unknown field '{name}'{hint} Accepted fields: {', '.join(_KEYS)}"
    for name, (fits, what) in _WORDS.items():
        if name in words and not fits(words[name]):
            yield f"'{name}' must be {what}, not {words[name]!r}"
    if "watermark" in words and words.get("tipo") == "PK":
        yield "'watermark' is for 'FK': it says how old a key may be that is referred to"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _are_fields(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_field, cast("list[Any]", value)))


def _is_field(value: Any) -> bool:
    return isinstance(value, str) and bool(value.split())


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")


_WORDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "name": (_is_name, "the name of the table in which keys are kept"),
    "tipo": (lambda value: value in ("PK", "FK"), "'PK' (its keys are kept) or 'FK' (it refers to keys that are)"),
    "fields": (_are_fields, "a list of columns, of a PK each with its type, such as ['category_id VARCHAR(4)']"),
    "watermark": (_is_seconds, "a number of seconds above 0"),
}
"""Of each field what fits, and what it is in words."""
